"""The token: minters, supply, and the contract."""

from mdt.model.token.contract import MDT, UNLIMITED
from mdt.model.token.minters import BUCKET_COUNT, GRANT_PERIOD, MAX_AMOUNT, Minter, Proposal, Rules
from mdt.model.token.supply import RING_SIZE, SupplyRecord

__all__ = ["BUCKET_COUNT", "GRANT_PERIOD", "MAX_AMOUNT", "MDT", "RING_SIZE", "UNLIMITED", "Minter", "Proposal", "Rules", "SupplyRecord"]

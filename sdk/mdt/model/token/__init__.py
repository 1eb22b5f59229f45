"""The token: minters, supply, and the contract."""

from mdt.model.token.contract import MDT, UNLIMITED
from mdt.model.token.minters import BUCKET_COUNT, GRANT_PERIOD, MAX_AMOUNT, MAX_SUSPENSION, Minter, Proposal, Rules
from mdt.model.token.supply import EMPTY_DIGEST, RING_SIZE, SupplyRecord, digest_of

__all__ = [
    "BUCKET_COUNT",
    "EMPTY_DIGEST",
    "GRANT_PERIOD",
    "MAX_AMOUNT",
    "MAX_SUSPENSION",
    "MDT",
    "RING_SIZE",
    "UNLIMITED",
    "Minter",
    "Proposal",
    "Rules",
    "SupplyRecord",
    "digest_of",
]

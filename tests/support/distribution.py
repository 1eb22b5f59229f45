"""A distributor with a funder that can pay, its model beside it, and trees to fund it with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boa

from mdt.crypto.merkle import MerkleTree
from mdt.model.distributor import RewardDistributor
from mdt.units import WAD
from tests.support.deployers import deploy
from tests.support.token import deploy_token, issue
from tests.support.twins import Twin

PURSE = 1_000_000 * WAD


class Distribution(Twin):
    """The contract on the real token, and the model."""

    def __init__(self, owner: str, funder: str, token: Any = None) -> None:
        self.owner, self.funder = owner, funder
        self.token: Any = token or deploy_token(owner, owner)
        contract = deploy("RewardDistributor", token=self.token, owner=owner)
        super().__init__(contract, RewardDistributor(contract.address, self.token.address, owner), silent={"claim_many"})
        issue(self.token, funder, PURSE)
        self.token.approve(self.contract, PURSE, sender=funder)
        self.call("set_funder", owner, funder)

    def fund_root(self, root: bytes, total: int) -> None:
        """Bring any root."""
        self.call("fund", self.funder, root, total)

    def fund(self, cumulatives: Mapping[str, int]) -> MerkleTree:
        """Bring the root of these cumulative amounts, and exactly the tokens for it."""
        tree = MerkleTree.build(cumulatives.items())
        self.fund_root(tree.root, tree.total)
        return tree

    def agree(self, *accounts: str) -> None:
        """Contract and model must show the same."""
        contract, model = self.contract, self.model
        assert contract.root() == model.root
        assert contract.total_funded() == model.total_funded
        assert contract.unclaimed() == self.token.balanceOf(contract) == model.unclaimed
        assert (contract.owner(), contract.funder()) == (model.owner, model.funder)
        for account in accounts:
            assert contract.claimed(account) == model.claimed(account)
            assert contract.recipient_of(account) == model.recipient_of(account)


def accounts(count: int, prefix: str = "miner") -> list[str]:
    """Fresh named addresses."""
    return [str(boa.env.generate_address(f"{prefix}_{index}")) for index in range(count)]

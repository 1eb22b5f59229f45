"""A vesting contract on the real token with its model beside it, moved together, and terms to create schedules with."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from mdt.model.vesting import Vesting, VestingTerms
from mdt.units import DAY, WAD
from tests.support.boa_clock import BoaClock, now
from tests.support.deployers import deploy
from tests.support.token import deploy_token, issue
from tests.support.twins import Twin

PURSE = 4_000_000 * WAD


class VestingTwin(Twin):
    """The contract on the real token, and the model."""

    def __init__(self, owner: str, creator: str, treasury: str, **token_arguments: Any) -> None:
        self.owner, self.creator, self.treasury = owner, creator, treasury
        self.token: Any = deploy_token(owner, owner, **token_arguments)
        contract = deploy("Vesting", token=self.token, treasury=treasury, owner=owner)
        self.clock = BoaClock()
        model = Vesting(self.clock, str(contract.address), str(self.token.address), self.token.cap(), treasury, owner)
        super().__init__(contract, model)
        self.call("set_creator", owner, creator, True)
        self.give(creator)

    def give(self, account: str, amount: int = PURSE) -> None:
        """Tokens, and the contract's allowance over them."""
        issue(self.token, account, amount)
        self.token.approve(self.contract, 2**256 - 1, sender=account)

    def create(self, beneficiary: str, amount: int = 1_000 * WAD, **changed: Any) -> int:
        """A schedule of the creator's; its index."""
        index: int = self.call("create", self.creator, self.terms(beneficiary, amount, **changed))
        return index

    def terms(self, beneficiary: str, amount: int = 1_000 * WAD, **changed: Any) -> VestingTerms:
        """From now on: a cliff of 30 days, 120 days in all, nothing at the start; `changed` replaces fields."""
        fields: dict[str, Any] = {"start": now(), "cliff_seconds": 30 * DAY, "duration_seconds": 120 * DAY}
        return VestingTerms(beneficiary, amount, **(fields | changed))

    def refused(self, reason: str, function: str, caller: str | None, *arguments: Any) -> None:
        """Both must refuse for this reason, and change nothing."""
        before = self.token.balanceOf(self.contract), self.model.held
        super().refused(reason, function, caller, *arguments)
        assert (self.token.balanceOf(self.contract), self.model.held) == before

    def event(self, name: str) -> Any:
        """The only event of this name in the last call."""
        (found,) = [log for log in self.contract.get_logs() if type(log).__name__ == name]
        return found

    def agree(self, *accounts: str, is_brief: bool = False) -> None:
        """Contract and model must show the same of these accounts, and the tokens must be there; briefly: by the pages alone."""
        contract, model = self.contract, self.model
        assert self.token.balanceOf(contract) == model.held
        assert (contract.owner(), contract.pending_owner()) == (model.owner, model.pending_owner)
        assert (contract.schedule_count(), contract.creator_count()) == (model.schedule_count, model.creator_count)
        for account in accounts:
            assert contract.is_creator(account) == model.is_creator(account)
            used = 1 + max((index for beneficiary, index in model.records if beneficiary == account), default=-1)
            page = contract.schedules(account, 0, min(used + 1, 32))
            assert [tuple(found) for found in page] == [astuple(found) for found in model.schedules(account, 0, min(used + 1, 32))]
            for index in range(0 if is_brief else used):
                assert contract.claimable(account, index) == model.claimable(account, index)
                assert contract.locked(account, index) == model.locked(account, index)

    def travel(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.advance(1, seconds)

"""What can happen at the fee desk in a life of the whole suite."""

from __future__ import annotations

from mdt.model.reasons import Fee
from mdt.units import BPS
from tests.stateful.whole_actions import AMOUNTS, PERSON, Life, act
from tests.support.whole import MDT


class DeskActions(Life):
    """FeeDesk."""

    @act(kind=[Fee.REGISTRATION, Fee.UNMET_QUOTA], who=PERSON, amount=AMOUNTS)
    def deposit_at_the_desk(self, kind: Fee, who: int, amount: int) -> bool:
        payer, row = self.world.people[who], self.world["FeeDesk"].terms(kind)
        burned = self.do("FeeDesk", "deposit", kind, self.world.people[0], amount, sender=payer)
        if burned is None:
            return False
        assert burned == amount * row.burn_bps // BPS
        self.move(amount, payer)
        if self.is_treasury(row.rest_to):
            self.books.desk_to_treasury += amount - burned
        else:
            self.books.desk_to_recycling += amount - burned
        return True

    def is_treasury(self, account: str) -> bool:
        """The one in force, or one that was replaced and whose address a desk has for good."""
        return account in [self.world.address(name) for name in self.world.versions("Treasury")]

    @act(who=PERSON, whom=PERSON, amount=AMOUNTS)
    def pay(self, who: int, whom: int, amount: int) -> bool:
        payer, payee = self.world.people[who], self.world.people[whom]
        received = amount - amount * self.world["FeeDesk"].terms(Fee.TRANSFER).burn_bps // BPS
        answer = self.do("FeeDesk", "pay", payee, amount, received, sender=payer)
        if answer is None:
            return False
        assert answer == received
        self.move(amount, payer)
        self.move(received, payee=payee)
        self.books.desk_paid += received
        return True

    @act(amount=[0, 7, MDT])
    def sweep(self, amount: int) -> bool:
        """What was only sent there, now or before."""
        self.act_give("FeeDesk", amount)
        return self.act_sweep()

    def act_sweep(self) -> bool:
        """To the recycling pool."""
        amount = self.do("FeeDesk", "sweep")
        if amount is None:
            return False
        self.books.gifts["FeeDesk"] -= amount
        self.books.donated += amount
        return True

    @act(kind=[Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER], burn_bps=[0, 1, 777, 1_000, BPS], least=[0, 100, MDT], is_to_treasury=[True, False])
    def set_terms(self, kind: Fee, burn_bps: int, least: int, is_to_treasury: bool) -> bool:
        return self.do("FeeDesk", "set_terms", kind, (burn_bps, least, is_to_treasury), sender=self.world.owner) is not None

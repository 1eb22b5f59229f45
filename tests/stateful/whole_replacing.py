"""What is replaced in a life of the whole suite, by the calls of the runbook's batches; the old contracts stay where they are and are still asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mdt.model.controller import EMPTY
from mdt.model.reasons import Fee
from mdt.model.treasury import MAX_BUDGET
from tests.stateful.whole_actions import RARELY, act
from tests.stateful.whole_desk import DeskActions
from tests.stateful.whole_dishonest import StopActions
from tests.stateful.whole_staking import SlashingActions
from tests.support.emission import addresses
from tests.support.listing import Miners
from tests.support.whole import MDT, UNLIMITED

MOST = {"BlockReward": 2, "EmissionController": 5}
ONCE = 1  # each of the others
LEAST_LEFT = MDT  # of a minter's life: with less it is not replaced


class ReplacingActions(StopActions, DeskActions, SlashingActions):
    """Batches of the owner."""

    def by_owner(self, name: str, function: str, *arguments: Any) -> int:
        """A call of a batch."""
        return self.must(name, function, *arguments, sender=self.world.owner)

    def may_replace(self, *names: str) -> bool:
        """Whether a life has not yet replaced each often enough."""
        return all(len(self.world.versions(name)) <= MOST.get(name, ONCE) for name in names)

    def take_the_place(self, name: str, new: Any) -> str:
        """The books follow: what was only sent to the old one lies there. Returns the old one's name."""
        before = self.world.replace(name, new)
        for book in (self.books.gifts, self.books.absorbed):
            book[before] = book.pop(name, 0)
        self.sheet.follow()
        self.sheet.read(None)
        return before

    def propose_successor(self, name: str, new: Any) -> bool:
        """The new minter gets what the old one's life has left, after the token's wait. Whether there is enough left to go on with."""
        token, (bucket, reasons, life, window, seconds) = self.world["MDT"], self.budget(name)
        left = life - token.minter(self.world[name]).minted
        if left < LEAST_LEFT:
            return False
        self.by_owner("MDT", "propose_minter", new, bucket, reasons, left, min(left, window), seconds)
        self.advance(1, max(0, token.proposal(new).effective_at - self.now))
        return True

    def revoke(self, name: str) -> None:
        """The old one mints no more; it may have been revoked before."""
        if self.world["MDT"].minter(self.world[name]).is_active:
            self.by_owner("MDT", "revoke_minter", self.world[name])

    def move_burning(self, name: str, new: Any) -> None:
        """What the old one may burn for, the new one may."""
        reasons = self.world["MDT"].burner_reasons(self.world[name])
        self.by_owner("MDT", "set_burner", self.world[name], 0)
        self.by_owner("MDT", "set_burner", new, reasons)

    def allow(self, new: Any) -> None:
        """Everybody gives the new one the allowance that the old one has."""
        for person in self.world.accounts:
            self.must("MDT", "approve", new, UNLIMITED, sender=person)

    # --- block rewards ---

    @act(is_meant=RARELY)
    def replace_block_reward(self, is_meant: bool) -> bool:
        old = self.world["BlockReward"]
        if not is_meant or not self.may_replace("BlockReward"):
            return False
        new = self.world.made_like("BlockReward", {}, predecessor=old.address)
        if not self.propose_successor("BlockReward", new):
            return False
        self.revoke("BlockReward")
        before = self.take_the_place("BlockReward", new)
        self.by_owner("BlockReward", "take_over")
        assert new.owed() == self.world[before].owed()
        self.by_owner("Staking", "set_block_reward", new)
        self.by_owner("MDT", "grant_minter", new)
        self.by_owner("BlockReward", "set_recipient", self.world["Staking"])
        return True

    # --- the controller, and what comes with it ---

    @act(is_meant=RARELY)
    def replace_controller(self, is_meant: bool) -> bool:
        return is_meant and self.act_replace_controller()

    @act(is_meant=RARELY)
    def replace_pool(self, is_meant: bool) -> bool:
        """The old one is emptied into the new one as often as somebody asks."""
        return is_meant and self.act_replace_controller("RecyclingPool")

    @act(is_meant=RARELY)
    def replace_distributor(self, is_meant: bool) -> bool:
        """What miners did not claim stays theirs at the old one."""
        return is_meant and self.act_replace_controller("RewardDistributor")

    @act(is_meant=RARELY)
    def replace_audit(self, is_meant: bool) -> bool:
        """Bonds are at the old one."""
        return is_meant and self.act_replace_controller("RootAudit")

    def act_replace_controller(self, *with_it: str) -> bool:
        """The next epoch is the new controller's."""
        if not self.may_replace("EmissionController", *with_it):
            return False
        self.nothing_is_pending()
        made = {name: self.make(name) for name in with_it}
        new = self.world.made_like(
            "EmissionController",
            made,
            predecessor=self.controller.address,
            reporters=addresses(self.reporters),
            quorum=self.quorum,
            guardian=self.world.guardian,
        )
        if not self.propose_successor("EmissionController", new):
            return False
        epoch = self.controller.next_epoch()
        self.revoke("EmissionController")
        self.take_the_place("EmissionController", new)
        self.by_owner("EmissionController", "take_over")
        assert new.next_epoch() == epoch
        self.by_owner("MDT", "grant_minter", new)
        for name, contract in made.items():
            self.bring_in(name, contract)
        self.by_owner("RecyclingPool", "set_drawer", new)
        self.by_owner("Staking", "set_notifier", new)
        self.by_owner("RewardDistributor", "set_funder", new)
        return True

    def nothing_is_pending(self) -> None:
        """What waits is settled; what cannot be settled now is cancelled and reported to the new one."""
        self.act_settle()
        if self.controller.pending().digest != EMPTY:
            self.by_owner("EmissionController", "cancel_report")

    def make(self, name: str) -> Any:
        """A contract that the new controller is told of."""
        changed = {"predecessor": self.world.address(name)} if name == "RecyclingPool" else {}
        return self.world.made_like(name, {}, **changed)

    def bring_in(self, name: str, new: Any) -> None:
        """What a batch says of it besides, and who trusts it."""
        if name == "RecyclingPool":
            self.by_owner("RecyclingPool", "set_drawer", new)
            self.move_burning(name, new)
        before = self.take_the_place(name, new)
        if name == "RewardDistributor":
            self.miners.name = before
            self.miners = Miners()
            self.all_miners.append(self.miners)
        else:
            self.allow(new)
        if name == "RootAudit":
            self.asked = [replace(one, audit=before) if one.audit == name else one for one in self.asked]

    @act(amount=[0, 1, MDT])
    def absorb_old_pool(self, amount: int) -> bool:
        """What reached the old pool, now or before."""
        *old, _ = self.world.versions("RecyclingPool")
        if old and amount:
            self.act_give(old[-1], amount)
        return bool(self.do("RecyclingPool", "absorb"))

    # --- the desk ---

    @act(is_meant=RARELY)
    def replace_desk(self, is_meant: bool) -> bool:
        """It holds nothing, and the token alone knows it. The new one recycles into the pool in force."""
        if not is_meant or not self.may_replace("FeeDesk"):
            return False
        terms = [self.world["FeeDesk"].terms(kind) for kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER)]
        rows = [(row.burn_bps, row.least, self.is_treasury(row.rest_to)) for row in terms]
        new = self.world.made_like("FeeDesk", {}, terms=rows)
        self.act_sweep()
        self.move_burning("FeeDesk", new)
        self.take_the_place("FeeDesk", new)
        self.allow(new)
        return True

    # --- the slasher ---

    @act(is_meant=RARELY)
    def replace_slasher(self, is_meant: bool) -> bool:
        """Once every slash is decided and all restitution paid. It goes by the controller and the reporters in force."""
        if not is_meant or not self.may_replace("Slasher"):
            return False
        self.slashes_end()
        self.restitution_is_paid()
        new = self.world.made_like("Slasher", {})
        self.by_owner("Staking", "set_slasher", new)
        self.move_burning("Slasher", new)
        self.take_the_place("Slasher", new)
        self.by_owner("Slasher", "set_slasher_role", self.world.slasher_role, True)
        self.old_slashes += self.slashes
        self.slashes, self.announced = [], []
        return True

    # --- the treasury ---

    @act(is_meant=RARELY)
    def replace_treasury(self, is_meant: bool) -> bool:
        """Its budget is raised to everything, and then it pays everything to the new one, which makes grants from now on."""
        if not is_meant or not self.may_replace("Treasury"):
            return False
        new = self.world.made_like("Treasury", {})
        self.may_spend_everything()
        before = self.take_the_place("Treasury", new)
        self.by_owner("Treasury", "set_vesting", self.world["Vesting"])
        self.by_owner("Vesting", "set_creator", new, True)
        self.by_owner("Vesting", "set_creator", self.world[before], False)
        return self.act_pass_on(before)

    def may_spend_everything(self) -> None:
        """The treasury's budget is raised to everything."""
        token = self.world["MDT"]
        self.do("Treasury", "set_budget", token, MAX_BUDGET, sender=self.world.owner)  # refused where it is
        self.advance(1, max(0, self.world["Treasury"].budget(token).next_at - self.now))
        self.advance(1, max(0, self.world["Treasury"].budget(token).period_ends_at - self.now))

    def fetch(self, amount: int, payee: Any) -> None:
        """The treasury pays what an old contract has paid back, perhaps to the treasury before."""
        *old, _ = self.world.versions("Treasury")
        if old:
            self.act_pass_on(old[-1])
        if amount:
            self.by_owner("Treasury", "spend", self.world["MDT"], payee, amount, b"test".rjust(32))
            self.books.spent += amount

    def act_pass_on(self, name: str) -> bool:
        """All that an old treasury has goes to the one in force."""
        amount = self.world["MDT"].balanceOf(self.world[name])
        if self.do(name, "spend", self.world["MDT"], self.world["Treasury"], amount, b"test".rjust(32), sender=self.world.owner) is None:
            return False
        self.books.passed_on += amount
        return True

    @act()
    def pass_on_old_treasury(self) -> bool:
        """What came in there since."""
        *old, _ = self.world.versions("Treasury")
        return bool(old) and self.act_pass_on(old[-1])

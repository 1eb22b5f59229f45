"""What happens to stake in the demo: locks, a redelegation, and three slashes, each with another end.

- Validator 3 missed 120 blocks in an epoch, as a quorum of reporters signed: a slash is announced. A day later anyone opens it, and a tenth of its
  pool is in escrow. What a delegator had moved away before the offence pays nothing; what it moved away when it heard of it answers. The operator
  appeals, the arbiter overturns: the pool is restored, the delegator claims restitution.
- Validator 5 signed two blocks at one height, proven on chain by the two votes: half is in escrow, and it is out for good. It appeals, the
  arbiter turns the appeal down. Its delegator unstakes and gets what is left.
- Validator 2 missed a reveal. It does not appeal: after the window anyone may execute the slash; after its time in jail it is back.
- Validator 1 is announced for a reveal that the reporters had overlooked. The guardian voids it before it has taken anything.
- Validator 4 exits and takes its stake out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mdt.errors import MDTError, RevertError
from mdt.preset.genesis import Allocation
from mdt.runs.network import Network, Say, actors
from mdt.runs.offences import NO_REVEAL, OFFENCES, OFFLINE, STATUSES, Ended
from mdt.runs.stakers import OWN_SLOT
from mdt.suite.words import CAUSES, counted
from mdt.units import format_bps

if TYPE_CHECKING:
    from mdt.chain.signers import LocalSigner

MDT = 10**18
STAKES = (1_000, 250, 100, 150, 200)
"""MDT that the validators register with."""
DELEGATIONS = ((1, 300, 12), (2, 200, 1), (3, 180, 0), (5, 120, 0))
"""Of each delegator: validator, MDT, months locked."""
MOVED_BEFORE, MOVED_AFTER = 40 * MDT, 100 * MDT
"""What a delegator of validator 3 moves away before the offence, and when it hears of it."""
MISSED = 120
REDELEGATION_EPOCH, OFFENCES_EPOCH = 4, 7
OPENED_DAY, DECIDED_DAY, EXECUTED_DAY, BACK_DAY = 1, 2, 5, 9
OFFLINE_SLASH, REVEAL_SLASH, WRONG_SLASH, DOUBLE_SLASH = range(4)


class StakeStory:
    """The demo's validators and delegators."""

    def __init__(self, network: Network, say: Say) -> None:
        """Prepare the actors; nothing is sent yet."""
        self.network, self.say = network, say
        self.operators, self.delegators = actors("validator", len(STAKES)), actors("delegator", len(DELEGATIONS))
        self.ended: dict[int, Ended] = {}
        self.requests: dict[str, int] = {}
        self.claimed = 0

    @property
    def people(self) -> list[LocalSigner]:
        """Operators and delegators."""
        return [*self.operators, *self.delegators]

    def genesis(self) -> list[Allocation]:
        """What they have from the start: exactly what they stake, and what validators put aside."""
        deposit = self.network.settings.staking.validator_deposit
        amounts = [*(amount * MDT + deposit for amount in STAKES), *(amount * MDT for _, amount, _ in DELEGATIONS)]
        return [Allocation(4, one.address, amount) for one, amount in zip(self.people, amounts, strict=True)]

    # --- the course of events ---

    def begin(self) -> None:
        """Everybody stakes."""
        stakers, commission = self.network.stakers, self.network.settings.staking.commission.default_bps
        for operator, amount in zip(self.operators, STAKES, strict=True):
            number = stakers.register(operator, amount * MDT, commission, f"validator {operator.address[:10]}")
            self.say(f"  validator {number} registers with {self.network.show(amount * MDT)}")
        bonus = stakers.lock(self.operators[0], 1, OWN_SLOT, 6)
        self.say(f"  validator 1 locks its stake for 6 months: +{format_bps(bonus)} of reward weight")
        for delegator, (number, amount, months) in zip(self.delegators, DELEGATIONS, strict=True):
            stakers.stake(delegator, number, 0, amount * MDT, months)
            lock = f", locked for {counted(months, 'month')}" if months else ""
            self.say(f"  {self.network.show(amount * MDT)} are delegated to validator {number}{lock}")

    def after(self, epoch: int) -> None:
        """What follows the settlement of an epoch."""
        if epoch == REDELEGATION_EPOCH:
            moved = self.network.stakers.redelegate(self.delegators[2], (3, 0), (1, 1), MOVED_BEFORE)
            self.say(f"  {self.network.show(moved)} of validator 3's delegations move to validator 1 at once, and answer for what validator 3 did until now")
        if epoch == OFFENCES_EPOCH:
            self._offences(epoch)

    def on_day(self, day: int) -> None:
        """What happens so many days into the silence."""
        happens = {
            OPENED_DAY: self._open,
            DECIDED_DAY: self._decide,
            EXECUTED_DAY: self._execute,
            BACK_DAY: self._after_a_week,
        }
        if day in happens:
            happens[day]()

    def end(self) -> None:
        """The keeper has everybody paid; anyone may."""
        self.claimed = self.network.stakers.claim_all(self.network.keeper_account)
        book = self.network.stakers.book
        self.say(f"  {len(book.paid)} validators and delegators get {self.network.show(self.claimed)} of staking rewards and commissions")

    # --- offences ---

    def _offences(self, epoch: int) -> None:
        network, offences, keeper = self.network, self.network.offences, self.network.keeper_account
        missed = {1: (0, 1), 2: (0, 1), 3: (MISSED, 0), 4: (0, 0), 5: (3, 0)}
        offences.report_liveness(keeper, epoch, missed, network.reporters[: network.quorum])
        announced = [offences.announce_for_liveness(keeper, number, offence) for number, offence in ((3, OFFLINE), (2, NO_REVEAL), (1, NO_REVEAL))]
        key = self.operators[4].account
        numbers = [*announced, offences.prove_double_signing(keeper, key, network.chain.head() - 1)]
        if numbers != [OFFLINE_SLASH, REVEAL_SLASH, WRONG_SLASH, DOUBLE_SLASH]:
            raise MDTError(f"the demo's slashes are numbered {numbers}, not 0 to 3")
        for number in announced:
            one = offences.record(number)
            self.say(f"  a slash of validator {one.validator_id} for {CAUSES[one.offence]} ({format_bps(one.bps)}) is announced")
        moved = network.stakers.redelegate(self.delegators[2], (3, 0), (1, 2), MOVED_AFTER)
        self.say(f"  {network.show(moved)} more leave validator 3 at the news")
        self._in_escrow(DOUBLE_SLASH)
        self._refused(lambda: offences.open(keeper, OFFLINE_SLASH), "opening before the warning is over")
        offences.void(network.guardian, WRONG_SLASH)
        self.ended[WRONG_SLASH] = Ended()
        self.say("  the guardian voids the one of validator 1: its reveal was there")
        offences.appeal(self.operators[4], DOUBLE_SLASH, "it was a backup machine")
        self.requests["delegator"] = network.stakers.unstake(self.delegators[3], 5, 0)
        network.suite["Validators"].send(self.operators[3], "exit", 4)
        self.requests["validator"] = network.stakers.unstake(self.operators[3], 4, OWN_SLOT)

    def _open(self) -> None:
        """A day after the announcement; validator 2's is the first of the jail window."""
        offences, keeper = self.network.offences, self.network.keeper_account
        for number in (REVEAL_SLASH, OFFLINE_SLASH):
            offences.open(keeper, number)
            self._in_escrow(number)
        before, after = (offences.answer(keeper, 1, self.delegators[2].address, slot) for slot in (1, 2))
        show = self.network.show
        self.say(f"  what had left validator 3 before the offence answers with {show(before)}, what left at the news with {show(after)}")
        offences.appeal(self.operators[2], OFFLINE_SLASH, "the network was down between the reporters and me, not I")
        self._refused(lambda: offences.execute(keeper, REVEAL_SLASH), "execution before the window is over")

    def _decide(self) -> None:
        """The arbiter, on both appeals."""
        offences, owner = self.network.offences, self.delegators[2].address
        self._end(DOUBLE_SLASH, offences.uphold(self.network.arbiter, DOUBLE_SLASH))
        self._end(OFFLINE_SLASH, offences.overturn(self.network.arbiter, OFFLINE_SLASH))
        paid = offences.claim_restitution(self.network.keeper_account, OFFLINE_SLASH, owner)
        self.say(f"  the delegation that had answered gets {self.network.show(paid)} back")

    def _execute(self) -> None:
        self._end(REVEAL_SLASH, self.network.offences.execute(self.network.keeper_account, REVEAL_SLASH))

    def _after_a_week(self) -> None:
        stakers = self.network.stakers
        self.network.offences.unjail(self.operators[1], 2)
        self._refused(lambda: self.network.offences.unjail(self.operators[4], 5), "validator 5's way back")
        left = stakers.withdraw(self.operators[3], 4, OWN_SLOT, self.requests["validator"])
        half = stakers.withdraw(self.delegators[3], 5, 0, self.requests["delegator"])
        added = stakers.restake(self.operators[1], 2, OWN_SLOT)
        whole = self.network.show(DELEGATIONS[3][1] * MDT)
        self.say(f"  validator 4 leaves with {self.network.show(left)}; validator 5's delegator gets {self.network.show(half)} of {whole}")
        self.say(f"  validator 2 is out of jail and restakes {self.network.show(added)}")

    def _in_escrow(self, number: int) -> None:
        one = self.network.offences.record(number)
        self.say(f"  validator {one.validator_id} is slashed for {CAUSES[one.offence]}: {self.network.show(one.amount)} ({format_bps(one.bps)}) in escrow")

    def _end(self, slash_id: int, ended: Ended) -> None:
        self.ended[slash_id] = ended
        one = self.network.offences.record(slash_id)
        how = f"restored {self.network.show(ended.restored)}, owed {self.network.show(ended.owed)}"
        if not ended.restored:
            how = f"burned {self.network.show(ended.burned)}, to the treasury {self.network.show(ended.to_treasury)}"
        self.say(f"  validator {one.validator_id}'s slash for {OFFENCES[one.offence]} is {STATUSES[one.status]}: {how}")

    def _refused(self, act: Any, what: str) -> None:
        try:
            act()
        except RevertError as refused:
            self.say(f"  {what} is refused: {refused.reason}")
            return
        raise MDTError(f"{what} was not refused")

    # --- the end ---

    def slashes(self) -> list[dict[str, Any]]:
        """Each slash and how it ended, wei."""
        return [
            {
                "validator": one.validator_id,
                "offence": OFFENCES[one.offence],
                "status": STATUSES[one.status],
                "amount": int(one.amount),
                "answered": int(one.answered),
                **vars(self.ended[number]),
            }
            for number, one in self.network.offences.records().items()
        ]

    def document(self) -> dict[str, Any]:
        """The story's figures for `summary.json`."""
        book = self.network.stakers.book
        slashes = [{name: str(value) if name != "validator" else value for name, value in one.items()} for one in self.slashes()]
        moved = {name: str(getattr(book, name)) for name in ("staked", "restaked", "withdrawn", "restored", "restituted")}
        return {**moved, "slashes": slashes, "paid": {account: str(amount) for account, amount in book.paid.items()}}

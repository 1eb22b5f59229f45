"""What can happen to stakes in a life of the whole suite: delegations, locks, rewards, and slashes with everything that follows from them."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from mdt.addresses import ZERO_ADDRESS
from mdt.model.slasher import SlashStatus
from mdt.model.staking import OWN_SLOT, Status
from mdt.units import DAY, HOUR
from tests.stateful.whole_actions import AMOUNTS, ANY, PERSON, RARELY, Life, Position, act
from tests.support.emission import sign
from tests.support.slashing import BLOCKS, EVIDENCE
from tests.support.whole import EPOCH_BLOCKS, MDT, START_DELAY, UNBONDING_BLOCKS, UNLIMITED

OPERATOR = range(5)
MONTHS = [0, 0, 1, 3]
PARTS = [1, 1, 2, 7]


class StakingActions(Life):
    """Staking and its registry."""

    def holder(self, position: Position) -> str:
        """Who may move a position, and is paid for it."""
        return position[1] if position[2] < OWN_SLOT else self.operator(position[0])

    def operator(self, validator_id: int) -> str:
        """Who operates a validator; nobody, if there is none."""
        known = 1 <= validator_id <= len(self.validators)
        return self.world.operators[self.validators[validator_id - 1]] if known else ZERO_ADDRESS

    def any_validator(self, index: int) -> int:
        """The number of a validator, 1 if there is none."""
        return self.pick(range(1, len(self.validators) + 1), index) or 1

    def row(self, position: Position) -> Any:
        return self.world["Staking"].position(*position)

    # --- validators ---

    @act(who=OPERATOR, amount=[100 * MDT, 777 * MDT + 7], commission=[0, 500, 2_000])
    def register(self, who: int, amount: int, commission: int) -> bool:
        operator = self.world.operators[who]
        number = self.do("Validators", "register", amount, commission, "", sender=operator)
        if number is None:
            return False
        self.move(amount + self.deposit, operator)
        self.validators.append(who)
        self.positions.append((number, ZERO_ADDRESS, OWN_SLOT))
        return True

    @act(index=ANY, name=["exit", "rejoin", "rejoin", "rejoin"])
    def exit_or_rejoin(self, index: int, name: str) -> bool:
        number = self.any_validator(index)
        missing = self.deposit - self.world["Validators"].deposit_of(number)
        if self.do("Validators", name, number, sender=self.operator(number)) is None:
            return False
        self.move(missing if name == "rejoin" else 0, self.operator(number))
        return True

    @property
    def deposit(self) -> int:
        """Wei that each validator puts aside."""
        return self.world.settings.staking.validator_deposit

    @act(index=ANY)
    def withdraw_deposit(self, index: int) -> bool:
        return self.act_withdraw_deposit(self.any_validator(index))

    def act_withdraw_deposit(self, number: int) -> bool:
        """By the owner."""
        amount = self.do("Validators", "withdraw_deposit", number, sender=self.operator(number))
        self.move(amount or 0, payee=self.operator(number))
        return amount is not None

    @act(index=ANY)
    def forfeit_deposit(self, index: int) -> bool:
        return self.act_forfeit_deposit(self.any_validator(index))

    def act_forfeit_deposit(self, number: int) -> bool:
        """By anybody."""
        amount = self.do("Validators", "forfeit_deposit", number, sender=self.world.people[0])
        self.books.forfeited += amount or 0
        return amount is not None

    # --- owners of positions ---

    @act(who=PERSON, index=ANY, slot=[0, 0, 1], amount=AMOUNTS, months=MONTHS)
    def stake(self, who: int, index: int, slot: int, amount: int, months: int) -> bool:
        person = self.world.people[who]
        number = self.pick(self.active(), index) or self.any_validator(index)
        return self.act_stake(person, (number, person, slot), amount, months)

    @act(index=ANY, slot=[8, 9], amount=AMOUNTS, months=MONTHS)
    def stake_own(self, index: int, slot: int, amount: int, months: int) -> bool:
        number = self.any_validator(index)
        return self.act_stake(self.operator(number), (number, ZERO_ADDRESS, slot), amount, months)

    @act(index=ANY)
    def restake(self, index: int) -> bool:
        active = self.active()
        position = self.pick([one for one in self.positions if one[0] in active], index)
        return position is not None and bool(self.do("Staking", "restake", position[0], position[2], sender=self.holder(position)))

    @act(index=ANY, part=PARTS)
    def unstake(self, index: int, part: int) -> bool:
        position = self.pick(self.positions, index)
        return position is not None and self.act_unstake(position, UNLIMITED if part == 1 else self.row(position).tokens // part)

    def act_unstake(self, position: Position, amount: int) -> bool:
        """Ask for stake back."""
        number = self.do("Staking", "unstake", position[0], position[2], amount, sender=self.holder(position))
        if number is not None:
            self.requests.append((position, number))
        return number is not None

    @act(index=ANY)
    def cancel_unstake(self, index: int) -> bool:
        request = self.pick(self.requests, index)
        if request is None:
            return False
        position, number = request
        if self.do("Staking", "cancel_unstake", position[0], position[2], number, sender=self.holder(position)) is None:
            return False
        self.requests.remove(request)
        return True

    @act(index=ANY, is_patient=[True, False])
    def withdraw(self, index: int, is_patient: bool) -> bool:
        request = self.pick(self.requests, index)
        if request is None:
            return False
        if is_patient:
            self.advance(UNBONDING_BLOCKS, 8 * DAY)
        return self.act_withdraw(*request)

    def act_withdraw(self, position: Position, number: int) -> bool:
        """Take a request out."""
        holder = self.holder(position)
        amount = self.do("Staking", "withdraw", position[0], position[2], number, sender=holder)
        if amount is None:
            return False
        self.move(amount, payee=holder)
        self.requests.remove((position, number))
        return True

    @act(index=ANY, to=ANY, part=PARTS)
    def redelegate(self, index: int, to: int, part: int) -> bool:
        """To another validator, mostly into a position that is not there yet."""
        position = self.pick([one for one in self.positions if one[2] < OWN_SLOT], index)
        target = self.pick([number for number in self.active() if position and number != position[0]], to)
        if position is None or target is None:
            return False
        slot = next(slot for slot in range(OWN_SLOT) if (target, position[1], slot) not in self.positions or to == slot)
        amount = UNLIMITED if part == 1 else self.row(position).tokens // part
        if self.do("Staking", "redelegate", position[0], position[2], target, slot, amount, sender=position[1]) is None:
            return False
        if (target, position[1], slot) not in self.positions:
            self.positions.append((target, position[1], slot))
        return True

    # --- anyone ---

    @act(index=ANY)
    def claim_rewards(self, index: int) -> bool:
        position = self.pick(self.positions, index)
        return position is not None and self.act_claim_rewards(position)

    def act_claim_rewards(self, position: Position) -> bool:
        """Pay a position what it has earned: as much as the view says."""
        due = self.row(position).pending_reward
        amount = self.do("Staking", "claim", *position, sender=self.world.market)
        if amount is None:
            return False
        assert amount == due
        self.move(amount, payee=self.holder(position))
        return amount > 0

    @act(index=ANY)
    def claim_commission(self, index: int) -> bool:
        return self.act_claim_commission(self.any_validator(index))

    def act_claim_commission(self, validator_id: int) -> bool:
        amount = self.do("Staking", "claim_commission", validator_id, sender=self.world.market)
        self.move(amount or 0, payee=self.operator(validator_id))
        return bool(amount)

    @act(index=ANY, is_patient=[True, False])
    def end_lock(self, index: int, is_patient: bool) -> bool:
        position = self.pick([one for one in self.positions if self.row(one).bonus_bps], index)
        if position and is_patient:
            self.advance(1, max(0, self.row(position).unlocks_at - self.now))
        return position is not None and self.do("Staking", "end_lock", *position) is not None

    @act()
    def pull_block_rewards(self) -> bool:
        return bool(self.do("Staking", "pull_block_rewards"))

    @act(blocks=[0, 0, 5])
    def recycle_idle_rewards(self, blocks: int) -> bool:
        """What flowed to nobody; now and then everybody is away for some blocks."""
        away = self.active() if blocks else []
        for number in away:
            self.do("Validators", "exit", number, sender=self.operator(number))
        if away:
            self.do("Staking", "pull_block_rewards")
        self.advance(blocks)
        answer = self.act_recycle_idle_rewards()
        for number in away:
            self.do("Validators", "rejoin", number, sender=self.operator(number))
        return answer

    def act_recycle_idle_rewards(self) -> bool:
        """To the recycling pool."""
        return self.do("Staking", "recycle_idle_rewards") is not None


class SlashingActions(StakingActions):
    """Slasher."""

    def note_slash(self, slash_id: int | None, validator_id: int, offence: int) -> bool:
        """Remember a slash that was made."""
        if slash_id is not None:
            self.slashes.append((slash_id, validator_id, offence))
        return slash_id is not None

    def in_escrow(self, index: int, is_appealed: bool = False) -> tuple[int, int, int]:
        """A slash that can still be decided, appealed if asked for and possible; one there is not, if there is none."""
        rows = [(one, self.world["Slasher"].slash_record(one[0])) for one in self.slashes[-6:]]
        escrowed = [(one, row.is_appealed) for one, row in rows if row.status == SlashStatus.ESCROWED]
        appealed = [one for one, is_it in escrowed if is_it == is_appealed]
        return self.pick(appealed or [one for one, _ in escrowed], index) or (99, 1, 0)

    # --- evidence ---

    def indebted(self) -> list[tuple[tuple[int, ...], int]]:
        """Redelegated positions and requests, as `answer` takes them, and the validators they answer for."""
        owed = [(one, self.world["Staking"].debt(*one).source_id) for one in self.positions if one[2] < OWN_SLOT]
        asked_back = [((*position, number), position[0]) for position, number in self.requests]
        return [(position, source) for position, source in owed if source] + asked_back

    @act(index=ANY, offence=[1, 2, 2, 1, 1, 2, 0], is_of_a_source=[True, False])
    def slash(self, index: int, offence: int, is_of_a_source: bool) -> bool:
        """Any validator, or one that somebody has left for another: announced, and opened when the warning is over."""
        left = self.pick(self.indebted(), index) if is_of_a_source else None
        slash_id = self.act_announce(left[1] if left else self.any_validator(index), offence)
        return slash_id is not None and self.act_open(slash_id)

    @act(index=ANY, offence=[0, 1, 2])
    def slash_is_announced(self, index: int, offence: int) -> bool:
        return self.act_announce(self.any_validator(index), offence) is not None

    @act(index=ANY)
    def slash_is_opened(self, index: int) -> bool:
        """Now or never: one of those that were announced."""
        one = self.pick(self.announced[-4:], index)
        return one is not None and self.note_opened(one[0])

    @act(index=ANY, is_guardian=[True, False])
    def slash_is_voided(self, index: int, is_guardian: bool) -> bool:
        one = self.act_announce(self.any_validator(index), 1 + index % 2)
        sender = self.world.guardian if is_guardian else self.world.arbiter
        return one is not None and self.do("Slasher", "void_slash", one, sender=sender) is not None

    def act_announce(self, number: int, offence: int) -> int | None:
        """By the slasher role, of the block before."""
        slash_id = self.do("Slasher", "announce_slash", number, offence, self.block - 1, EVIDENCE, sender=self.world.slasher_role)
        return self.note_announced(slash_id, number, offence)

    def note_announced(self, slash_id: int | None, number: int, offence: int) -> int | None:
        """Remember a slash that waits."""
        if slash_id is not None:
            self.announced.append((slash_id, number, offence))
        return slash_id

    def act_open(self, slash_id: int) -> bool:
        """When its warning is over."""
        self.advance(1, HOUR)
        return self.note_opened(slash_id)

    def note_opened(self, slash_id: int) -> bool:
        """Open a slash, and remember it."""
        if self.do("Slasher", "open_slash", slash_id) is None:
            return False
        number, offence = next(one[1:] for one in self.announced if one[0] == slash_id)
        return self.note_slash(slash_id, number, offence)

    @act(index=ANY, is_meant=RARELY)
    def prove_double_signing(self, index: int, is_meant: bool) -> bool:
        return bool(self.validators and is_meant) and self.act_prove(self.any_validator(index), self.block - 1) is not None

    def act_prove(self, number: int, height: int) -> int | None:
        """By two votes of its key: slashed, or registered while another is in escrow."""
        signer, slasher = self.world.signers[self.validators[number - 1]], self.world["Slasher"]
        votes = [(height, block) for block in BLOCKS[:2]]
        signatures = [bytes(signer.unsafe_sign_hash(slasher.vote_digest(vote)).signature) for vote in votes]
        slash_id = self.do("Slasher", "prove_double_signing", votes[0], signatures[0], votes[1], signatures[1])
        if slash_id is not None and slasher.slash_record(slash_id).status == SlashStatus.ESCROWED:
            self.note_slash(slash_id, number, 0)
        return slash_id

    @act(index=ANY)
    def prove_twice(self, index: int) -> bool:
        """The first of two proofs falls, and so does the second, which had waited for it."""
        number = self.any_validator(index)
        if not self.validators or self.act_prove(number, self.block - 1) is None:
            return False
        second = self.act_prove(number, self.block - 2)
        first = self.world["Staking"].escrow(number, 0).slash_id
        if second is None or not self.act_overturn(first, number, 0):
            return False
        waited = self.do("Slasher", "slash_registered", number)
        return self.note_slash(waited, number, 0) and self.act_overturn(waited, number, 0)

    @act(index=ANY, offence=[1, 2], misses=[0, EPOCH_BLOCKS, EPOCH_BLOCKS])
    def report_liveness(self, index: int, offence: int, misses: int) -> bool:
        """What a validator missed in an epoch, and the slash that is announced and opened for it."""
        number, slasher = self.any_validator(index), self.world["Slasher"]
        self.advance(EPOCH_BLOCKS + START_DELAY)
        epoch = self.world["EmissionController"].status().current_epoch - 1  # the one that has just ended
        entries = [(number, misses, min(misses, 1))]
        signatures = sign(slasher.liveness_digest(epoch, entries), self.reporters[: self.quorum])
        if self.do("Slasher", "report_liveness", epoch, entries, signatures) is None:
            return False
        slash_id = self.note_announced(self.do("Slasher", "announce_for_liveness", number, offence), number, offence)
        return slash_id is None or self.act_open(slash_id)

    # --- decisions ---

    @act(index=ANY)
    def appeal(self, index: int) -> bool:
        return self.act_appeal(*self.in_escrow(index)[:2])

    def act_appeal(self, slash_id: int, validator_id: int) -> bool:
        """By the operator."""
        return self.do("Slasher", "appeal", slash_id, keccak(text="reasons"), sender=self.operator(validator_id)) is not None

    @act(index=ANY)
    def overturn(self, index: int) -> bool:
        return self.act_overturn(*self.in_escrow(index))

    def act_overturn(self, slash_id: int, number: int, offence: int) -> bool:
        """By the arbiter."""
        held = self.world["Staking"].escrow(number, offence).tokens
        if self.do("Slasher", "overturn", slash_id, sender=self.world.arbiter) is None:
            return False
        self.books.restored += held
        return True

    @act(index=ANY, is_fresh=[True, False])
    def uphold(self, index: int, is_fresh: bool) -> bool:
        """What was appealed before, or just now."""
        slash_id, number, _ = self.in_escrow(index, is_appealed=not is_fresh)
        if is_fresh:
            self.act_appeal(slash_id, number)
        return self.do("Slasher", "uphold", slash_id, sender=self.world.arbiter) is not None

    @act(index=ANY, is_patient=[True, False])
    def execute(self, index: int, is_patient: bool) -> bool:
        if is_patient:
            self.advance(1, DAY)
        return self.do("Slasher", "execute", self.in_escrow(index)[0]) is not None

    # --- what follows ---

    @act(index=ANY)
    def answer(self, index: int) -> bool:
        """What was redelegated or asked back answers for where it came from."""
        owed = self.pick(self.indebted(), index)
        return owed is not None and self.act_answer(owed[0])

    def act_answer(self, left: tuple[int, ...]) -> bool:
        return self.do("Slasher", "answer", *left) is not None

    @act(index=ANY, who=PERSON)
    def claim_restitution(self, index: int, who: int) -> bool:
        """Somebody's, if anybody is owed."""
        found = [(slash_id, number, owner) for slash_id, number, _ in self.slashes[-6:] for owner in (*self.world.people, ZERO_ADDRESS)]
        owed = [one for one in found if self.world["Staking"].restitution(self.world["Slasher"], one[0], one[2])]
        overturned = [one for one in owed if self.world["Slasher"].slash_record(one[0]).status == SlashStatus.OVERTURNED]
        return self.act_claim_restitution(*(self.pick(overturned or owed, index) or (99, 1, self.world.people[who])))

    def act_claim_restitution(self, slash_id: int, validator_id: int, owner: str) -> bool:
        amount = self.do("Slasher", "claim_restitution", slash_id, owner)
        if amount is None:
            return False
        self.move(amount, payee=self.operator(validator_id) if owner == ZERO_ADDRESS else owner)
        self.books.restituted += amount
        return True

    @act(index=ANY, is_patient=[True, False])
    def unjail(self, index: int, is_patient: bool) -> bool:
        rows = {number: self.world["Staking"].validator(number) for number in range(1, len(self.validators) + 1)}
        jailed = [number for number, row in rows.items() if row.status & (Status.JAILED | Status.TOMBSTONED) == Status.JAILED and not row.pending_slashes]
        number = self.pick(jailed, index) or self.any_validator(index)
        if is_patient:
            self.advance(1, 2 * DAY)
        return self.do("Slasher", "unjail", number, sender=self.operator(number)) is not None

    # --- the end of all of them ---

    def slashes_end(self) -> None:
        """Windows run out, and whoever is to answer for one answers."""
        self.advance(1, 3 * DAY)
        for slash_id, _, _ in self.slashes:
            if self.world["Slasher"].slash_record(slash_id).status == SlashStatus.ESCROWED:
                self.must("Slasher", "execute", slash_id)
        for left, _ in self.indebted():
            while (len(left) > 3 or self.world["Staking"].debt(*left).source_id) and self.act_answer(left):
                pass

    def restitution_is_paid(self) -> None:
        for slash_id, number, _ in self.slashes:
            for owner in (*self.world.people, ZERO_ADDRESS):
                is_owed = (
                    self.world["Slasher"].slash_record(slash_id).status == SlashStatus.OVERTURNED
                    and self.world["Staking"].restitution(self.world["Slasher"], slash_id, owner) > 0
                )
                assert not is_owed or self.act_claim_restitution(slash_id, number, owner)

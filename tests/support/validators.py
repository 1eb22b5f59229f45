"""The registry of validators and its model, moved together, on what they see of Staking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.staking import Status
from mdt.model.staking.pool import ANY_AMOUNT
from mdt.model.validators import Key, Profile, Validators
from mdt.preset.settings import load
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.twins import Twin

SETTINGS = load("adr-literal").staking
MINIMUM = SETTINGS.min_validator_stake
UNBONDING = SETTINGS.unbonding
UNBONDING_BLOCKS = 1  # of the hooks
MAX_COMMISSION = SETTINGS.commission.max_bps
COMMISSION = SETTINGS.commission.default_bps
METADATA = "a validator, https://validator.example"


@dataclass
class _Status:
    own_staked: int
    commission_bps: int
    limit: int = ANY_AMOUNT
    status: int = 0
    is_in_escrow: bool = False


@dataclass
class StakingHooks:
    """`tests/harness/StakingHooks.vy` in Python: the same refusals, and each call noted as (name, id, payer, amount, value)."""

    clock: Clock
    calls: list[tuple[str, int, str, int, int]] = field(default_factory=list)
    validators: dict[int, _Status] = field(default_factory=dict)

    def open(self, validator_id: int, payer: str, amount: int, commission_bps: int) -> None:
        if amount < MINIMUM:
            raise Refusal("staking: below the minimum")
        self.validators[validator_id] = _Status(amount, commission_bps)
        self.calls.append(("open", validator_id, payer, amount, commission_bps))

    def set_commission(self, validator_id: int, commission_bps: int) -> None:
        if self.validators[validator_id].commission_bps == commission_bps:
            raise Refusal("staking: same commission")
        self.validators[validator_id].commission_bps = commission_bps
        self.calls.append(("set_commission", validator_id, ZERO_ADDRESS, 0, commission_bps))

    def set_limit(self, validator_id: int, limit: int) -> None:
        limit = min(limit, ANY_AMOUNT)
        if self.validators[validator_id].limit == limit:
            raise Refusal("staking: same limit")
        self.validators[validator_id].limit = limit
        self.calls.append(("set_limit", validator_id, ZERO_ADDRESS, 0, limit))

    def set_bars(self, validator_id: int, bars: int, is_barred: bool) -> None:
        if bars != Status.EXITED:
            raise Refusal("staking: not the slasher")
        if bool(self.validators[validator_id].status & Status.EXITED) == is_barred:
            raise Refusal("staking: no change")
        self.validators[validator_id].status ^= Status.EXITED
        self.calls.append(("set_bars", validator_id, ZERO_ADDRESS, bars, int(is_barred)))

    def standing(self, validator_id: int) -> tuple[int, bool]:
        one = self.validators[validator_id]
        return one.status, one.is_in_escrow


class Registry(Twin):
    """Contract and model. Staking is made and paid in the first two methods and nowhere else: to run these tests on
    another Staking, change those.
    """

    def __init__(self, deposit: int = 0) -> None:
        self.clock = BoaClock()
        self.gifts = 0  # wei that were only sent to the contract
        self.staking, self.hooks = self.deploy_staking()
        model = Validators(
            self.hooks, self.clock, unbonding_seconds=UNBONDING, unbonding_blocks=UNBONDING_BLOCKS, max_commission_bps=MAX_COMMISSION, deposit=deposit
        )
        super().__init__(
            deploy("Validators", staking=self.staking, deposit=deposit), model, silent={"exit", "rejoin", "set_limit", "set_commission", "apply_commission"}
        )  # then staking logs

    def deploy_staking(self) -> tuple[Any, StakingHooks]:
        """Staking with the preset's terms, and what the model asks in its place."""
        return harness("StakingHooks").deploy(MINIMUM, UNBONDING, MAX_COMMISSION), StakingHooks(self.clock)

    def fund(self, operator: str) -> None:
        """Let an operator pay for a first stake: the harness takes no tokens."""

    def set_standing(self, validator_id: int, bars: int, *, is_in_escrow: bool = False) -> None:
        """What slashes have made of a validator."""
        one = self.hooks.validators[validator_id]
        one.status, one.is_in_escrow = one.status & Status.EXITED | bars, is_in_escrow
        self.staking.set_standing(validator_id, bars, int(is_in_escrow))

    # --- calls on both ---

    def refuses(self, reason: str, name: str, caller: str, *arguments: Any) -> None:
        """A call that both must refuse, for this reason word for word, and that must change nothing."""
        before = self.state()
        self.refused(reason, name, caller, *arguments)
        assert self.state() == before
        self.agree()

    def register(self, operator: str, commission_bps: int = COMMISSION, metadata: str = METADATA, amount: int = MINIMUM, owner: str | None = None) -> int:
        """A new validator's number; it owns itself unless an owner is named."""
        self.fund(operator)
        return self.call("register", operator, amount, commission_bps, metadata, *([] if owner is None else [owner]))

    def hand_over(self, heir: str, validator_id: int = 1) -> None:
        """Give a validator to another owner."""
        self.call("propose_owner", self.contract.owner_of(validator_id), validator_id, heir)
        self.call("accept_owner", heir, validator_id)

    def rotate(self, key: str, validator_id: int = 1) -> None:
        """Give a validator another vote key."""
        self.call("propose_vote_key", self.contract.owner_of(validator_id), validator_id, key)
        self.call("accept_vote_key", key, validator_id)

    def wait(self, seconds: int, blocks: int = 1) -> None:
        """Let time pass."""
        self.clock.advance(blocks, seconds)

    # --- what both say ---

    def profile(self, validator_id: int) -> Profile:
        """A profile as the contract shows it."""
        return Profile(*self.contract.profile(validator_id))

    def key(self, address: str) -> Key:
        """A key as the contract shows it."""
        return Key(*self.contract.key(address))

    def state(self) -> tuple[Any, ...]:
        """Everything the contract shows about every validator and every vote key ever."""
        numbers = range(1, self.contract.validator_count() + 1)
        return [self.profile(number) for number in numbers], {address: self.key(address) for address in self.model.keys}

    def agree(self, accounts: Iterable[str] = ()) -> None:
        """Contract and model must show the same, of every number (and those around them), every key and these accounts too."""
        count = self.contract.validator_count()
        assert count == self.model.validator_count
        assert self.contract.DEPOSIT() == self.model.deposit
        assert self.staking.balanceOf(self.contract) == self.model.held + self.gifts
        assert self.staking.recycled() == self.model.forfeited
        for number in range(count + 2):
            profile = self.model.profile(number)
            assert self.profile(number) == profile
            assert (self.contract.deposit_of(number), self.contract.deposit_free_at(number)) == (profile.deposit, profile.deposit_free_at)
            assert (self.contract.owner_of(number), self.contract.operator_of(number)) == (profile.owner, profile.operator)
            if 1 <= number <= count:
                assert self.staking.validator(number).commission_bps == profile.commission_bps
        for account in {ZERO_ADDRESS, *self.model.keys, *accounts}:
            assert self.key(account) == self.model.key(account)
            assert self.contract.validator_id(account) == self.model.validator_id(account)
            for number in range(count + 2):
                assert self.contract.may_operate(number, account) == self.model.may_operate(number, account)


def events(contract: Any) -> list[tuple[str, dict[str, Any]]]:
    """The contract's own events of its last call as (name, fields): read them before any view."""
    own = [log._asdict() | {"name": type(log).__name__} for log in contract.get_logs() if log.address == contract.address]
    return [(fields.pop("name"), {name: value for name, value in fields.items() if name != "address"}) for fields in own]

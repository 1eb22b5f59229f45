"""Who the validators are (`contracts/staking/Validators.vy`): numbers, the three keys of each, deposits, commission, metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.refusals import refusals
from mdt.model.staking.terms import Status
from mdt.units import DAY

require = refusals("validators")


class StakingHooks(Protocol):
    """What the registry, and nobody else, may ask of Staking; each call happens whole or is refused."""

    def open(self, validator_id: int, payer: str, amount: int, commission_bps: int) -> None:
        """Open the pool of a new validator with its first own stake, in wei, taken from who registers it."""

    def set_commission(self, validator_id: int, commission_bps: int) -> None:
        """Change a validator's commission from this block on."""

    def set_limit(self, validator_id: int, limit: int) -> None:
        """Say how much may be delegated."""

    def set_bars(self, validator_id: int, bars: int, is_barred: bool) -> None:
        """Let a validator stop earning (`bars` EXITED), or earn again."""

    def standing(self, validator_id: int) -> tuple[int, bool]:
        """Status bits of a validator, and whether a slash of it is in escrow."""


@dataclass(frozen=True)
class Key:
    """A vote key's one tenure as `key()` shows it: heights of [since, until), until 0 = still in use; all zero = never a key."""

    validator_id: int = 0
    since: int = 0
    until: int = 0


@dataclass(frozen=True)
class Profile:
    """A validator as `profile()` shows it; all zero if there is none with this number."""

    owner: str = ZERO_ADDRESS
    operator: str = ZERO_ADDRESS
    vote_key: str = ZERO_ADDRESS
    proposed_owner: str = ZERO_ADDRESS
    proposed_vote_key: str = ZERO_ADDRESS
    registered_at: int = 0
    exited_at: int = 0
    commission_bps: int = 0
    queued_commission_bps: int = 0
    commission_applies_at: int = 0
    commission_set_at: int = 0
    highest_commission_bps: int = 0
    deposit: int = 0
    deposit_free_at: int = 0
    metadata: str = ""


@dataclass
class _Validator:
    owner: str
    operator: str
    vote_key: str
    registered_at: int
    commission_bps: int
    metadata: str
    proposed_owner: str = ZERO_ADDRESS
    proposed_vote_key: str = ZERO_ADDRESS
    queued_commission_bps: int = 0
    commission_applies_at: int = 0
    commission_set_at: int = 0
    highest_commission_bps: int = 0
    exited_at: int = 0
    deposit: int = 0
    deposit_free_at: int = 0

    def begin_commission(self, bps: int, now: int) -> None:
        """A commission holds from now on, and nothing is queued."""
        self.commission_bps, self.commission_set_at = bps, now
        self.highest_commission_bps = max(self.highest_commission_bps, bps)
        self.queued_commission_bps = self.commission_applies_at = 0


class Validators:
    """The registry. Calls take the caller first; Staking is asked before anything here changes, so its refusals leave no trace."""

    def __init__(
        self, staking: StakingHooks, clock: Clock, *, unbonding_seconds: int, unbonding_blocks: int, max_commission_bps: int, deposit: int = 0
    ) -> None:
        """Bind to one Staking for good.

        Args:
            staking: whose registry this is.
            clock: of the chain.
            unbonding_seconds: of Staking's terms: what an increase of the commission waits.
            unbonding_blocks: of Staking's terms: what a deposit waits too.
            max_commission_bps: of Staking's terms.
            deposit: wei that each validator puts aside.
        """
        self.staking = staking
        self.clock = clock
        self.unbonding_seconds, self.unbonding_blocks = unbonding_seconds, unbonding_blocks
        self.max_commission_bps = max_commission_bps
        self.deposit = deposit
        self.forfeited = 0  # wei that went to the recycling pool
        self._validators: list[_Validator] = []  # number 1 first
        self._keys: dict[str, Key] = {}

    # --- permissionless ---

    def register(self, caller: str, amount: int, commission_bps: int, metadata: str, owner: str | None = None) -> int:
        """Become a validator's operator and vote key with a first stake in wei, which is the owner's: the caller's if nobody is named.

        Returns:
            The validator's number.
        """
        owner = caller if owner is None else owner
        require(owner != ZERO_ADDRESS, "zero address")
        self._check_unused(caller)
        self._check_commission(commission_bps)
        validator_id = self.validator_count + 1
        self.staking.open(validator_id, caller, amount, commission_bps)
        validator = _Validator(owner, caller, caller, self.clock.block_number, commission_bps, metadata, deposit=self.deposit)
        validator.begin_commission(commission_bps, self.clock.timestamp)
        self._validators.append(validator)
        self._keys[caller] = Key(validator_id, self.clock.block_number)
        return validator_id

    def accept_owner(self, caller: str, validator_id: int) -> None:
        """The proposed account owns the validator; what the former owner proposed is over."""
        validator = require.found(self._find(validator_id), "not proposed")
        require(validator.proposed_owner == caller and caller != ZERO_ADDRESS, "not proposed")
        validator.owner = caller
        validator.proposed_owner = validator.proposed_vote_key = ZERO_ADDRESS

    def accept_vote_key(self, caller: str, validator_id: int) -> None:
        """The proposed account's votes count from this block on; the old key's tenure ends with the block before."""
        validator = require.found(self._find(validator_id), "not proposed")
        require(validator.proposed_vote_key == caller and caller != ZERO_ADDRESS, "not proposed")
        self._check_unused(caller)
        old = self._keys[validator.vote_key]
        self._keys[validator.vote_key] = Key(validator_id, old.since, self.clock.block_number)
        self._keys[caller] = Key(validator_id, self.clock.block_number)
        validator.vote_key, validator.proposed_vote_key = caller, ZERO_ADDRESS

    def apply_commission(self, _caller: str, validator_id: int) -> None:
        """Anybody puts a queued increase into force once it is due, within another unbonding period."""
        validator = require.found(self._find(validator_id), "nothing queued")
        require(validator.commission_applies_at > 0, "nothing queued")
        require(self.clock.timestamp >= validator.commission_applies_at, "too early")
        require(self.clock.timestamp < validator.commission_applies_at + self.unbonding_seconds, "too late")
        self._set_commission(validator_id, validator, validator.queued_commission_bps)

    def forfeit_deposit(self, _caller: str, validator_id: int) -> int:
        """Anybody hands the deposit of a validator that is out for good to the recycling pool; wei."""
        validator = require.found(self._find(validator_id), "no deposit")
        require(validator.deposit > 0, "no deposit")
        status, is_in_escrow = self.staking.standing(validator_id)
        require(bool(status & Status.TOMBSTONED), "not tombstoned")
        require(not is_in_escrow, "slash in escrow")
        amount, validator.deposit = validator.deposit, 0
        self.forfeited += amount
        return amount

    # --- the owner ---

    def withdraw_deposit(self, caller: str, validator_id: int) -> int:
        """The owner is paid the deposit back, one unbonding period after the exit; wei."""
        validator = self._of_owner(caller, validator_id)
        require(validator.deposit > 0, "no deposit")
        status, _ = self.staking.standing(validator_id)
        require(bool(status & Status.EXITED), "not exited")
        require(status == Status.EXITED, "jailed or tombstoned")
        is_free = self.clock.timestamp >= validator.deposit_free_at and self.clock.block_number >= validator.exited_at + self.unbonding_blocks
        require(is_free, "too early")
        amount, validator.deposit = validator.deposit, 0
        return amount

    def propose_owner(self, caller: str, validator_id: int, owner: str) -> None:
        """Name who may take the validator over; the zero address withdraws a proposal."""
        validator = self._of_owner(caller, validator_id)
        if owner == ZERO_ADDRESS:
            require(validator.proposed_owner != ZERO_ADDRESS, "no proposal")
        else:
            require(owner != validator.owner, "same owner")
            require(owner != validator.proposed_owner, "same proposal")
        validator.proposed_owner = owner

    def propose_vote_key(self, caller: str, validator_id: int, key: str) -> None:
        """Name the account whose votes may count next; the zero address withdraws a proposal."""
        validator = self._of_owner(caller, validator_id)
        if key == ZERO_ADDRESS:
            require(validator.proposed_vote_key != ZERO_ADDRESS, "no proposal")
        else:
            self._check_unused(key)
            require(key != validator.proposed_vote_key, "same proposal")
        validator.proposed_vote_key = key

    def set_operator(self, caller: str, validator_id: int, operator: str) -> None:
        """Let an account operate the validator in place of another."""
        validator = self._of_owner(caller, validator_id)
        require(operator != ZERO_ADDRESS, "zero address")
        require(operator != validator.operator, "same operator")
        validator.operator = operator

    # --- the operator, and the owner ---

    def set_commission(self, caller: str, validator_id: int, commission_bps: int) -> None:
        """Lower the commission at once, or queue an increase for one unbonding period; anything but an increase ends the queue."""
        validator = self._of_operator(caller, validator_id)
        self._check_commission(commission_bps)
        if commission_bps > validator.commission_bps:
            validator.queued_commission_bps = commission_bps
            validator.commission_applies_at = self.clock.timestamp + self.unbonding_seconds
        elif commission_bps < validator.commission_bps:
            self._set_commission(validator_id, validator, commission_bps)
        else:
            require(validator.commission_applies_at > 0, "same commission")
            validator.queued_commission_bps = validator.commission_applies_at = 0

    def set_metadata(self, caller: str, validator_id: int, metadata: str) -> None:
        """Change what the validator says about itself."""
        validator = self._of_operator(caller, validator_id)
        require(metadata != validator.metadata, "same metadata")
        validator.metadata = metadata

    def set_limit(self, caller: str, validator_id: int, limit: int) -> None:
        """Say how much may be delegated, wei."""
        self._of_operator(caller, validator_id)
        self.staking.set_limit(validator_id, limit)

    def exit(self, caller: str, validator_id: int) -> None:
        """Stop earning."""
        validator = self._of_operator(caller, validator_id)
        self.staking.set_bars(validator_id, Status.EXITED, True)
        validator.exited_at = self.clock.block_number
        validator.deposit_free_at = self.clock.timestamp + self.unbonding_seconds

    def rejoin(self, caller: str, validator_id: int) -> None:
        """Earn again after an exit, with the deposit in place: the caller pays what is not there."""
        validator = self._of_operator(caller, validator_id)
        is_over = self.clock.timestamp + self.unbonding_seconds >= validator.deposit_free_at + DAY
        require(validator.deposit_free_at == 0 or is_over, "exited too recently")
        self.staking.set_bars(validator_id, Status.EXITED, False)
        validator.exited_at = validator.deposit_free_at = 0
        validator.deposit = self.deposit

    # --- views ---

    @property
    def validator_count(self) -> int:
        """Validators ever registered: their numbers are 1 .. validator_count."""
        return len(self._validators)

    @property
    def keys(self) -> Mapping[str, Key]:
        """Every vote key ever, by address."""
        return MappingProxyType(self._keys)

    def profile(self, validator_id: int) -> Profile:
        """A validator as registered here."""
        validator = self._find(validator_id)
        return Profile() if validator is None else Profile(**vars(validator))

    def missing_deposit(self, validator_id: int) -> int:
        """Wei that a rejoin takes from who calls."""
        return self.deposit - self.profile(validator_id).deposit

    @property
    def held(self) -> int:
        """Wei of all deposits that are put aside."""
        return sum(validator.deposit for validator in self._validators)

    def exited_at(self, validator_id: int) -> int:
        """The block of a validator's exit; 0 while it has not exited."""
        return self.profile(validator_id).exited_at

    def validator_id(self, key: str) -> int:
        """Which validator's votes an account signs now; 0 = none."""
        found = self.key(key)
        return found.validator_id if found.until == 0 else 0

    def owner_of(self, validator_id: int) -> str:
        """Who owns a validator now; the zero address = unknown."""
        return self.profile(validator_id).owner

    def may_operate(self, validator_id: int, account: str) -> bool:
        """Whether an account may operate a validator: its operator and its owner may."""
        profile = self.profile(validator_id)
        return account != ZERO_ADDRESS and account in (profile.operator, profile.owner)

    def operator_of(self, validator_id: int) -> str:
        """Who operates a validator now; the zero address = unknown."""
        return self.profile(validator_id).operator

    def key(self, address: str) -> Key:
        """Which validator's vote key an address is or was, and for which heights."""
        return self._keys.get(address, Key())

    # --- internals ---

    def _find(self, validator_id: int) -> _Validator | None:
        return self._validators[validator_id - 1] if 1 <= validator_id <= self.validator_count else None

    def _of_owner(self, caller: str, validator_id: int) -> _Validator:
        """The record of a validator that the caller owns."""
        validator = require.found(self._find(validator_id), "not the owner")
        require(caller == validator.owner, "not the owner")
        return validator

    def _of_operator(self, caller: str, validator_id: int) -> _Validator:
        """The record of a validator that the caller may operate."""
        validator = require.found(self._find(validator_id), "not the operator")
        require(self.may_operate(validator_id, caller), "not the operator")
        return validator

    def _check_unused(self, address: str) -> None:
        require(address not in self._keys, "key already used")

    def _check_commission(self, bps: int) -> None:
        require(bps <= self.max_commission_bps, "commission too high")

    def _set_commission(self, validator_id: int, validator: _Validator, bps: int) -> None:
        """Put a commission into force, and end what is queued."""
        self.staking.set_commission(validator_id, bps)
        validator.begin_commission(bps, self.clock.timestamp)

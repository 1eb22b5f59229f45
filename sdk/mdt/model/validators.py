"""Who the validators are (`contracts/staking/Validators.vy`): numbers, operators and their keys, commission, metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.refusals import refusals
from mdt.model.staking.terms import Status

require = refusals("validators")


class StakingHooks(Protocol):
    """What the registry, and nobody else, may ask of Staking; each call happens whole or is refused."""

    def open(self, validator_id: int, operator: str, amount: int, commission_bps: int) -> None:
        """Open the pool of a new validator with its operator's first stake, in wei."""

    def set_commission(self, validator_id: int, commission_bps: int) -> None:
        """Change a validator's commission from this block on."""

    def set_bars(self, validator_id: int, bars: int, is_barred: bool) -> None:
        """Let a validator stop earning (`bars` EXITED), or earn again."""


@dataclass(frozen=True)
class Key:
    """A key's one tenure as `key()` shows it: heights of [since, until), until 0 = still in use; all zero = never a key."""

    validator_id: int = 0
    since: int = 0
    until: int = 0


@dataclass(frozen=True)
class Profile:
    """A validator as `profile()` shows it; all zero if there is none with this number."""

    operator: str = ZERO_ADDRESS
    proposed_operator: str = ZERO_ADDRESS
    registered_at: int = 0
    exited_at: int = 0
    commission_bps: int = 0
    queued_commission_bps: int = 0
    commission_applies_at: int = 0
    metadata: str = ""


@dataclass
class _Validator:
    operator: str
    registered_at: int
    commission_bps: int
    metadata: str
    proposed_operator: str = ZERO_ADDRESS
    queued_commission_bps: int = 0
    commission_applies_at: int = 0
    exited_at: int = 0


class Validators:
    """The registry. Calls take the caller first; Staking is asked before anything here changes, so its refusals leave no trace."""

    def __init__(self, staking: StakingHooks, clock: Clock, *, unbonding_seconds: int, max_commission_bps: int) -> None:
        """Bind to one Staking for good.

        Args:
            staking: whose registry this is.
            clock: of the chain.
            unbonding_seconds: of Staking's terms: what an increase of the commission waits.
            max_commission_bps: of Staking's terms.
        """
        self.staking = staking
        self.clock = clock
        self.unbonding_seconds = unbonding_seconds
        self.max_commission_bps = max_commission_bps
        self._validators: list[_Validator] = []  # number 1 first
        self._keys: dict[str, Key] = {}

    # --- permissionless ---

    def register(self, caller: str, amount: int, commission_bps: int, metadata: str) -> int:
        """Become a validator with a first stake in wei.

        Returns:
            The validator's number.
        """
        self._check_unused(caller)
        self._check_commission(commission_bps)
        validator_id = self.validator_count + 1
        self.staking.open(validator_id, caller, amount, commission_bps)
        self._validators.append(_Validator(caller, self.clock.block_number, commission_bps, metadata))
        self._keys[caller] = Key(validator_id, self.clock.block_number)
        return validator_id

    def accept_operator(self, caller: str, validator_id: int) -> None:
        """The proposed account becomes the validator's key from this block on; the old one's tenure ends with the block before."""
        validator = require.found(self._find(validator_id), "not proposed")
        require(validator.proposed_operator == caller and caller != ZERO_ADDRESS, "not proposed")
        self._check_unused(caller)
        old = self._keys[validator.operator]
        self._keys[validator.operator] = Key(validator_id, old.since, self.clock.block_number)
        self._keys[caller] = Key(validator_id, self.clock.block_number)
        validator.operator, validator.proposed_operator = caller, ZERO_ADDRESS

    def apply_commission(self, _caller: str, validator_id: int) -> None:
        """Anybody puts a queued increase into force once it is due, within another unbonding period."""
        validator = require.found(self._find(validator_id), "nothing queued")
        require(validator.commission_applies_at > 0, "nothing queued")
        require(self.clock.timestamp >= validator.commission_applies_at, "too early")
        require(self.clock.timestamp < validator.commission_applies_at + self.unbonding_seconds, "too late")
        self._set_commission(validator_id, validator, validator.queued_commission_bps)

    # --- the operator ---

    def set_commission(self, caller: str, commission_bps: int) -> None:
        """Lower the commission at once, or queue an increase for one unbonding period; anything but an increase ends the queue."""
        validator_id, validator = self._of(caller)
        self._check_commission(commission_bps)
        if commission_bps > validator.commission_bps:
            validator.queued_commission_bps = commission_bps
            validator.commission_applies_at = self.clock.timestamp + self.unbonding_seconds
        elif commission_bps < validator.commission_bps:
            self._set_commission(validator_id, validator, commission_bps)
        else:
            require(validator.commission_applies_at > 0, "same commission")
            validator.queued_commission_bps = validator.commission_applies_at = 0

    def set_metadata(self, caller: str, metadata: str) -> None:
        """Change what the validator says about itself."""
        _, validator = self._of(caller)
        require(metadata != validator.metadata, "same metadata")
        validator.metadata = metadata

    def propose_operator(self, caller: str, operator: str) -> None:
        """Name who may take the validator over; the zero address withdraws a proposal."""
        _, validator = self._of(caller)
        if operator == ZERO_ADDRESS:
            require(validator.proposed_operator != ZERO_ADDRESS, "no proposal")
        else:
            self._check_unused(operator)
            require(operator != validator.proposed_operator, "same proposal")
        validator.proposed_operator = operator

    def exit(self, caller: str) -> None:
        """Stop earning."""
        validator_id, validator = self._of(caller)
        self.staking.set_bars(validator_id, Status.EXITED, True)
        validator.exited_at = self.clock.block_number

    def rejoin(self, caller: str) -> None:
        """Earn again after an exit."""
        validator_id, validator = self._of(caller)
        self.staking.set_bars(validator_id, Status.EXITED, False)
        validator.exited_at = 0

    # --- views ---

    @property
    def validator_count(self) -> int:
        """Validators ever registered: their numbers are 1 .. validator_count."""
        return len(self._validators)

    @property
    def keys(self) -> Mapping[str, Key]:
        """Every key ever, by address."""
        return MappingProxyType(self._keys)

    def profile(self, validator_id: int) -> Profile:
        """A validator as registered here."""
        validator = self._find(validator_id)
        return Profile() if validator is None else Profile(**vars(validator))

    def exited_at(self, validator_id: int) -> int:
        """The block of a validator's exit; 0 while it has not exited."""
        return self.profile(validator_id).exited_at

    def validator_id(self, operator: str) -> int:
        """Which validator an account operates now; 0 = none."""
        key = self.key(operator)
        return key.validator_id if key.until == 0 else 0

    def operator_of(self, validator_id: int) -> str:
        """Who operates a validator now; the zero address = unknown."""
        return self.profile(validator_id).operator

    def key(self, address: str) -> Key:
        """Which validator's key an address is or was, and for which heights."""
        return self._keys.get(address, Key())

    # --- internals ---

    def _find(self, validator_id: int) -> _Validator | None:
        return self._validators[validator_id - 1] if 1 <= validator_id <= self.validator_count else None

    def _of(self, caller: str) -> tuple[int, _Validator]:
        """Number and record of the validator the caller operates."""
        validator_id = self.validator_id(caller)
        require(validator_id > 0, "not an operator")
        return validator_id, self._validators[validator_id - 1]

    def _check_unused(self, address: str) -> None:
        require(address not in self._keys, "key already used")

    def _check_commission(self, bps: int) -> None:
        require(bps <= self.max_commission_bps, "commission too high")

    def _set_commission(self, validator_id: int, validator: _Validator, bps: int) -> None:
        """Put a commission into force, and end what is queued."""
        self.staking.set_commission(validator_id, bps)
        validator.commission_bps = bps
        validator.queued_commission_bps = validator.commission_applies_at = 0

"""What governance has decided since a deployment: calls of executed operations, and which of them can explain a difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mdt.names import kind_of_contract

_ROLES = ("grantRole", "revokeRole")
_SETTERS: Mapping[str, tuple[str, ...]] = {
    "MDT.minter": ("grant_minter", "revoke_minter"),
    "MDT.proposal": ("propose_minter", "grant_minter", "revoke_minter", "withdraw_proposal"),
    "MDT.burner_reasons": ("set_burner",),
    "EmissionController.quorum": ("set_reporters",),
    "EmissionController.is_reporter": ("set_reporters",),
    "Slasher.is_slasher": ("set_slasher_role",),
    "Vesting.is_creator": ("set_creator",),
    "Staking.decay_stakes": ("set_decay_table",),
    "Staking.decay_values": ("set_decay_table",),
    "ReservePools.operator": ("set_operator", "create_pool", "close_pool"),
    "DistributionSchedules.schedule": ("change", "pause", "resume", "cancel"),
    "LiquidityPool.fees": ("announce_fees",),
    "Timelock.minimum_delay": ("update_delay",),
    **{f"Timelock.{role}": _ROLES for role in ("proposers", "executors", "guardian")},
}


def setters(contract: str, thing: str) -> tuple[str, ...]:
    """The functions of a contract that change something it shows."""
    if thing in ("owner", "pending_owner"):
        return ("transfer_ownership",)
    if thing.endswith("_ROLE"):
        return _ROLES
    return _SETTERS.get(f"{kind_of_contract(contract)}.{thing}", (f"set_{thing}",))


@dataclass(frozen=True)
class Vote:
    """One call of an operation that the timelock has executed.

    Attributes:
        contract: Name of the contract that was called.
        function: Of it.
        arguments: By name, as the codec gives them.
        operation: The operation's id, 0x and hex.
        scheduled: When it was scheduled, in words; empty where nobody noted it.
        is_earlier: Whether the contract that was called has been replaced since. What it set was carried over; what it counted was not.
    """

    contract: str
    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    operation: str = ""
    scheduled: str = ""
    is_earlier: bool = False

    def sets(self, contract: str, thing: str) -> bool:
        """Whether it is a call that changes this."""
        return self.contract == contract and self.function in setters(contract, thing)

    def says(self, value: Any) -> bool:
        """Whether what it set is this value, or a part of it where it sets one of several."""
        parts = [value, *(value if isinstance(value, list) else ())]
        return any(_is_same(argument, part) for argument in self.arguments.values() for part in parts)

    def named(self, accounts: Iterable[str]) -> int:
        """How many of these accounts stand among its arguments."""
        text = str(list(self.arguments.values())).lower()
        return sum(account.lower() in text for account in accounts)

    def __str__(self) -> str:
        return f"operation {self.operation[:10]}{f', scheduled {self.scheduled}' if self.scheduled else ''}"


def _is_same(argument: Any, value: Any) -> bool:
    """A struct comes as an object from calldata, and by its fields from a reading; a set of accounts comes in any order."""
    if isinstance(value, Mapping):
        return all(getattr(argument, name, None) == part for name, part in value.items())
    if isinstance(value, list) and isinstance(argument, list):
        return argument == value or sorted(map(str, argument)) == sorted(map(str, value))
    return bool(argument == value)

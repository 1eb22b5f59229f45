"""What the whole suite has and owes: read from the contracts, and after each step only from those that the step called and that could write.

Every few steps, and whenever asked for, everything is read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import boa
from eth_utils.crypto import keccak

from mdt.model.reasons import Fee
from tests.support.whole import World

PAGE = 100
TAKEN_AT_THE_DESK = (Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER)


class Recycling(NamedTuple):
    """Wei that went through the pools."""

    fees: int
    burned: int
    recycled: int
    drawn: int


class Taken(NamedTuple):
    """Wei that desks took, and what became of it."""

    taken: int
    burned: int
    passed_on: int


class SlashTotals(NamedTuple):
    """Wei that a slasher took, and what became of it."""

    slashed: int
    burned: int
    to_treasury: int
    given_back: int


class BalanceSheet:
    """The numbers by part; what each field is stands in `tests/harness/BalanceSheet.vy` and in the interfaces."""

    balances: dict[str, int]  # by contract or account
    supply: Any
    recyclings: dict[str, Any]  # by pool
    reward: Any
    emission: Any
    slashers: dict[str, SlashTotals]
    spent: int  # by treasuries, what one passes on to the other as well
    pool_totals: tuple[int, int]  # held, unassigned
    pools: list[Any]
    old_pools: list[Any]  # of contracts that were replaced
    open_allocations: int
    schedules_held: int
    schedules: list[Any]
    old_schedules: list[Any]
    desks: list[dict[Fee, Any]]  # totals of the kinds that are taken there
    network: Any
    deposits: int  # of all validators

    def __init__(self, world: World) -> None:
        self.world = world
        self.follow()
        self._parts: dict[str, tuple[set[str], Callable[[], Any]]] = {
            "supply": ({"supply"}, world.sheet.supply),
            "recyclings": ({"RecyclingPool"}, lambda: dict(zip(world.versions("RecyclingPool"), world.sheet.recycling(), strict=True))),
            "reward": ({"BlockReward"}, world.sheet.reward),
            "emission": ({"EmissionController", "RewardDistributor"}, world.sheet.emission),
            "slashers": ({"Slasher"}, lambda: {name: SlashTotals(*world[name].totals()) for name in world.versions("Slasher")}),
            "spent": ({"Treasury"}, lambda: sum(world[name].total_spent(world["MDT"]) for name in world.versions("Treasury"))),
            "pool_totals": ({"ReservePools", "MDT"}, lambda: (world["ReservePools"].total_held(), world["ReservePools"].unassigned())),
            "pools": ({"ReservePools"}, lambda: world["ReservePools"].pools(1, PAGE)),
            "old_pools": ({"ReservePools"}, lambda: [row for name in world.versions("ReservePools")[:-1] for row in world[name].pools(1, PAGE)]),
            "open_allocations": ({"ReservePools"}, self._open_allocations),
            "schedules_held": ({"DistributionSchedules"}, lambda: world["DistributionSchedules"].total_held()),
            "schedules": ({"DistributionSchedules"}, lambda: world["DistributionSchedules"].schedules(1, PAGE)),
            "old_schedules": (
                {"DistributionSchedules"},
                lambda: [row for name in world.versions("DistributionSchedules")[:-1] for row in world[name].schedules(1, PAGE)],
            ),
            "desks": ({"FeeDesk"}, lambda: [{kind: world[name].totals(kind) for kind in TAKEN_AT_THE_DESK} for name in world.versions("FeeDesk")]),
            "network": ({"Staking"}, world["Staking"].network),
            "deposits": ({"Validators"}, self._deposits),
        }
        self.read(None)

    def follow(self) -> None:
        """Look up where the token keeps whose balance, once more after a contract was replaced."""
        world = self.world
        self.holders = [*world.contracts, *world.accounts]
        addresses = [world[name].address.canonical_address for name in world.contracts]
        addresses += [bytes.fromhex(account[2:]) for account in world.accounts]
        slot = slot_of(world["MDT"], "balanceOf").to_bytes(32, "big")
        self._slots = [int.from_bytes(keccak(slot + address.rjust(32, b"\0"))) for address in addresses]

    @property
    def recycling(self) -> Recycling:
        """Of all pools together. What one absorbs the other has given away."""
        fees, burned, recycled, drawn, absorbed = (sum(column) for column in zip(*self.recyclings.values(), strict=True))
        return Recycling(fees, burned, recycled, drawn - absorbed)

    @property
    def slash_totals(self) -> SlashTotals:
        """Of all slashers together."""
        return SlashTotals(*(sum(column) for column in zip(*self.slashers.values(), strict=True)))

    @property
    def all_pools(self) -> list[Any]:
        """Of every contract there was."""
        return [*self.old_pools, *self.pools]

    @property
    def all_schedules(self) -> list[Any]:
        """The same."""
        return [*self.old_schedules, *self.schedules]

    def at_desks(self, kind: Fee) -> Taken:
        """What all desks took of a kind."""
        rows = [desk[kind] for desk in self.desks]
        return Taken(sum(row.taken for row in rows), sum(row.burned for row in rows), sum(row.passed_on for row in rows))

    def read(self, touched: Iterable[str] | None) -> None:
        """Read what these contracts' numbers are; everything without any, the token's own view of each balance included."""
        names = None if touched is None else set(touched)
        for part, (sources, view) in self._parts.items():
            if names is None or names & sources:
                setattr(self, part, view())
        storage, token = boa.env.evm.get_storage, self.world["MDT"].address
        self.balances = dict(zip(self.holders, (storage(token, slot) for slot in self._slots), strict=True))
        if names is None:
            assert list(self.balances.values()) == self.world.sheet.balances()

    def _deposits(self) -> int:
        validators = self.world["Validators"]
        return sum(validators.deposit_of(number) for number in range(1, validators.validator_count() + 1))

    def _open_allocations(self) -> int:
        count = self.world["ReservePools"].allocation_count()
        return sum(self.world.sheet.open_allocations(first) for first in range(1, count + 1, PAGE))


def slot_of(contract: Any, name: str) -> int:
    """Where a variable is stored, also one of a module."""

    def find(layout: dict[str, Any]) -> int | None:
        for key, value in layout.items():
            if key == name and "slot" in value:
                return int(value["slot"])
            if isinstance(value, dict) and "slot" not in value and (found := find(value)) is not None:
                return found
        return None

    found = find(contract.compiler_data.storage_layout["storage_layout"])
    assert found is not None
    return found

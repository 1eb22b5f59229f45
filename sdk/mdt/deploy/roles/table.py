"""A role, and a table of them: in order, in words, and compared with another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mdt.deploy.parts import PARTS
from mdt.model.reasons import Burn, Mint
from mdt.names import TIMELOCK
from mdt.preset.settings import Buckets
from mdt.units import Denomination, format_seconds

ZERO = "0x" + "00" * 20
ANYONE, NOBODY = "anyone", "nobody"
TIMELOCK_ROLES = ("DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE")
_ORDER = [*(name for name in PARTS if name != TIMELOCK), TIMELOCK]


@dataclass(frozen=True)
class Role:
    """A role of a contract, who holds it (addresses, sorted), and its limits in words."""

    contract: str
    role: str
    holders: tuple[str, ...]
    limits: str = ""

    @classmethod
    def of(cls, contract: str, role: str, holders: Iterable[str], limits: str = "") -> Role:
        """With the holders in order, each once."""
        return cls(contract, role, tuple(sorted({str(holder) for holder in holders}, key=str.lower)), limits)


def in_order(rows: Iterable[Role]) -> list[Role]:
    """By contract, role, limits and holders."""
    return sorted(rows, key=lambda row: (_place(row.contract), row.contract, row.role, row.limits, row.holders))


def _place(contract: str) -> int:
    """Of a contract of the suite in the order of deployment; what stands beside the suite comes last."""
    return _ORDER.index(contract) if contract in _ORDER else len(_ORDER)


def differences(wanted: Sequence[Role], found: Sequence[Role], names: Mapping[str, str]) -> list[tuple[str, Role, frozenset[str]]]:
    """What is on the chain and not in the table, and the other way round: in words, the role, and who came to it, or where nobody did, who went."""
    missing, added = [role for role in wanted if role not in found], [role for role in found if role not in wanted]

    def apart(role: Role) -> frozenset[str]:
        here, there = ({one for row in rows if row.contract == role.contract and row.role == role.role for one in row.holders} for rows in (missing, added))
        return frozenset(there - here or here - there)

    return [
        *((f"{describe(role, names)}: not on the chain", role, apart(role)) for role in missing),
        *((f"{describe(role, names)}: on the chain, and not as the deployment leaves it", role, apart(role)) for role in added),
    ]


def describe(role: Role, names: Mapping[str, str]) -> str:
    """A role in a line."""
    limits = f" ({role.limits})" if role.limits else ""
    return f"{role.contract}.{role.role} = {held_by(role, names)}{limits}"


def held_by(role: Role, names: Mapping[str, str]) -> str:
    """The holders by name."""
    return ", ".join(ANYONE if account == ZERO else names.get(account, account) for account in role.holders) or NOBODY


def people(rows: Iterable[Role], names: Mapping[str, str], contracts: Iterable[str]) -> list[tuple[str, str]]:
    """Name and address of every holder that is known by a name and is no contract, by name."""
    holders = {holder for row in rows for holder in row.holders} - {ZERO, *contracts}
    return sorted((names[holder], holder) for holder in holders if holder in names)


def minter_limits(unit: Denomination, bucket: int, reasons: int, lifetime_cap: int, window_cap: int, window: int) -> str:
    """A minter's budget in words."""
    why = " ".join(reason.name.lower() for reason in Mint if reasons >> reason & 1)
    return f"{why} out of {Buckets.names()[bucket]}: {unit.format(lifetime_cap)} ever, {unit.format(window_cap)} in {format_seconds(window)}"


def burner_limits(reasons: int) -> str:
    """What a burner may burn for, in words."""
    return " ".join(reason.name.lower() for reason in Burn if reasons >> reason & 1)

"""The tokens that exist from the start: from a preset's allotments and the holders' addresses to transfers, vesting terms and a cap table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from mdt.addresses import parse_recipient
from mdt.errors import ConfigError
from mdt.names import EVERY_SOURCE, MARKET
from mdt.preset.allotments import POOLS, UNMINTED, Allotment, check_genesis, vesting_unit
from mdt.preset.markets import check_markets
from mdt.preset.settings import Buckets, Settings
from mdt.units import BPS, MDT, Denomination
from mdt.written.characters import nearest, shown
from mdt.written.item import Item, named

BLOCK_EMISSION = Buckets.names().index(UNMINTED)
MAX_SCHEDULES = 64
"""Of one beneficiary: contracts/vesting/Vesting.vy."""
BATCH = 32
"""Schedules made by one transaction: two million gas, which every network's block holds."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


@dataclass(frozen=True)
class Allocation:
    """Tokens minted at genesis.

    Attributes:
        bucket: Its id.
        recipient: An address, a contract of the suite by name, or a holder whose address is still to be given.
        amount: wei.
        vesting: Name of the vesting terms; at once when None.
        holder: What people call the recipient.
        place: Where it was written; empty where it comes out of no file.
    """

    bucket: int
    recipient: str
    amount: int
    vesting: str | None = None
    holder: str = ""
    place: str = field(default="", compare=False, repr=False)

    @property
    def name(self) -> str:
        """What people call the recipient."""
        return self.holder or self.recipient

    @property
    def is_open(self) -> bool:
        """Whether the recipient is a holder without an address."""
        return _NAME.fullmatch(self.recipient) is not None

    def recorded(self) -> dict[str, Any]:
        """What a record keeps of it: all but the place, which is one of somebody's machine."""
        return {name: value for name, value in asdict(self).items() if name != "place"}

    @classmethod
    def parse(cls, item: Item, unit: Denomination = MDT) -> Allocation:
        """From `{bucket: community, to: 0x..., a holder's name, or Treasury, amount: 10 MDT, vesting: team}`, with amounts in this unit.

        Raises:
            MDTError: of the file's kind, with the place: not such a mapping, or a bucket that is never pre-minted.
        """
        amount = f"10 {unit.symbol}"
        how = f"write {{bucket: community, to: 0x... or a holder's name or Treasury, amount: {amount}, vesting: team (or leave it out)}}"
        found = item.record(how, ("bucket", "to", "amount"), ("vesting",))
        wei = found["amount"].read(unit.parse_with_unit)
        if wei == 0:
            raise found["amount"].fault("the amount must be above zero")
        vesting = found["vesting"].text() if "vesting" in found else None
        return cls(found["bucket"].read(_bucket), found["to"].read(_recipient), wei, vesting, place=item.where)


def _bucket(text: str) -> int:
    """The id of a bucket by its name or its number."""
    names = Buckets.names()
    index = names.index(text) if text in names else int(text) if text in map(str, range(len(names))) else None
    if index is None:
        raise ConfigError(f"no bucket {shown(text)}{nearest(text, names)}; there are {', '.join(names)}")
    if index == BLOCK_EMISSION:
        raise ConfigError(f"the {UNMINTED} bucket is never minted in advance")
    return index


def _recipient(text: str) -> str:
    """The name of a contract or a holder, or an address that somebody can have the key of."""
    return text if text in EVERY_SOURCE or _NAME.fullmatch(text) else parse_recipient(text)


@dataclass(frozen=True)
class Portion:
    """An address of a holder, how much of its allotment it gets (all of it when None), and where the holder was written."""

    to: str
    amount: int | None = None
    place: str = field(default="", compare=False, repr=False)


Holders = Mapping[str, tuple[Portion, ...]]


def parse_holders(item: Item, unit: Denomination = MDT) -> dict[str, tuple[Portion, ...]]:
    """Holders from `{name: 0x...}` or `{name: [{to: 0x..., amount: 10 MDT}, ...]}`, with amounts in this unit.

    Raises:
        MDTError: of the file's kind, with the place: not such a mapping, no address, or an address that nobody has a key of.
    """
    how = f"write {{team: 0x...}} or {{team: [{{to: 0x..., amount: 10 {unit.symbol}}}, ...]}}"
    return {name: _portions(value, how, unit) for name, value in item.fields(how).items()}


def _portions(item: Item, how: str, unit: Denomination) -> tuple[Portion, ...]:
    if isinstance(item.value, str):
        return (Portion(item.read(parse_recipient), place=item.where),)
    parts = [one.record(how, ("to", "amount")) for one in item.items(how)]
    if not parts:
        raise item.fault(f"has no address: {how}")
    return tuple(Portion(part["to"].read(parse_recipient), part["amount"].read(unit.parse_with_unit), item.where) for part in parts)


def of_preset(settings: Settings) -> tuple[Allocation, ...]:
    """A preset's allotments; holders are still names."""
    names = Buckets.names()
    return tuple(Allocation(names.index(one.bucket), one.to, one.amount, one.vesting) for one in settings.genesis)


def resolve(allocations: Sequence[Allocation], holders: Holders, default: str | None = None, unit: Denomination = MDT) -> tuple[Allocation, ...]:
    """Put addresses in the place of holders' names; a holder with parts becomes one allocation for each.

    Raises:
        ConfigError: a holder without an address, one that the genesis does not have, or parts that are not the allotment.
    """
    known = Counter(one.recipient for one in allocations if one.is_open)
    unknown = sorted(set(holders) - set(known))
    if unknown:
        words = f"the genesis has no holder {', '.join(map(named, unknown))}{nearest(unknown[0], known)}; it has: {', '.join(known) or 'none'}"
        raise ConfigError(f"{_at(holders[unknown[0]])}{words}")
    missing = [name for name in known if name not in holders]
    if missing and default is None:
        words = f"nobody said who {', '.join(missing)} is: --holder {missing[0]}=ADDRESS for each, or --holders FILE with {{{missing[0]}: 0x...}}"
        raise ConfigError(f"{_at([one for one in allocations if one.recipient == missing[0]])}{words}")
    resolved: list[Allocation] = []
    for one in allocations:
        if not one.is_open:
            resolved.append(one)
            continue
        parts = holders.get(one.recipient) or (Portion(str(default)),)
        resolved += _split(one, parts, known[one.recipient], unit)
    return tuple(resolved)


def _split(one: Allocation, parts: tuple[Portion, ...], times: int, unit: Denomination) -> list[Allocation]:
    name = one.recipient
    if len(parts) == 1 and parts[0].amount is None:
        return [replace(one, recipient=parts[0].to, holder=name)]
    if times > 1:
        raise ConfigError(f"{_at(parts)}holder {name} stands in {times} allotments and cannot be split: give it one address, or name the allotments apart")
    if any(part.amount is None or part.amount <= 0 for part in parts):
        raise ConfigError(f"{_at(parts)}holder {name} has several addresses: give each an amount above zero")
    total = sum(part.amount or 0 for part in parts)
    if total != one.amount:
        raise ConfigError(f"{_at(parts)}the parts of holder {name} sum to {unit.format(total)}, its allotment is {unit.format(one.amount)}")
    return [replace(one, recipient=part.to, amount=part.amount or 0, holder=f"{name} {number}") for number, part in enumerate(parts, 1)]


def _at(written: Sequence[Allocation] | Sequence[Portion]) -> str:
    """Where the first of them was written, to begin an error with; nothing where it comes out of no file."""
    return f"{written[0].place}: " if written[0].place else ""


def check(settings: Settings, allocations: Sequence[Allocation]) -> None:
    """Refuse what the token or the vesting contract would refuse, or what would strand tokens, in words.

    Raises:
        ConfigError: names the allocation and what is allowed.
    """
    names, caps = Buckets.names(), settings.token.buckets.as_list()
    entries = []
    for one in allocations:
        to = one.recipient if one.recipient in EVERY_SOURCE else "holder"
        entries.append(Allotment.model_construct(bucket=names[one.bucket], to=to, amount=one.amount, vesting=one.vesting))
        if one.recipient not in EVERY_SOURCE and (one.is_open or int(one.recipient, 16) == 0):
            raise ConfigError(f"genesis: {one.name} is {one.recipient}, which is nobody's address")
    try:
        places = [one.place for one in allocations]
        check_genesis(entries, settings.vesting, dict(zip(names, caps, strict=True)), settings.token.cap, settings.denomination, places)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    wanted, to_pools = sum(one.amount for one in settings.pools), sum(one.amount for one in allocations if one.recipient == POOLS)
    if wanted != to_pools:
        amount = settings.denomination.format
        raise ConfigError(f"genesis mints {amount(to_pools)} to {POOLS}, the pools of preset {settings.name} begin with {amount(wanted)}: they must be equal")
    try:
        check_markets(settings.markets, [(names[one.bucket], one.amount) for one in allocations if one.recipient == MARKET], settings.denomination)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    schedules = Counter(one.recipient for one in allocations if one.vesting is not None)
    for recipient, count in schedules.items():
        if count > MAX_SCHEDULES:
            raise ConfigError(f"genesis: {recipient} would have {count} vesting schedules, one beneficiary has at most {MAX_SCHEDULES}")


def vested(allocations: Sequence[Allocation]) -> list[Allocation]:
    """Those that go through the vesting contract, in order."""
    return [one for one in allocations if one.vesting is not None]


def batches(allocations: Sequence[Allocation]) -> list[list[Allocation]]:
    """The vested allocations as they are handed to the vesting contract."""
    waiting = vested(allocations)
    return [waiting[at : at + BATCH] for at in range(0, len(waiting), BATCH)]


def terms(settings: Settings, one: Allocation, start: int) -> dict[str, Any]:
    """A vested allocation by the fields of IVesting.Terms; the beneficiary may still be a contract's name."""
    if one.vesting is None:
        raise ConfigError(f"genesis: the tokens of {one.name} do not vest")
    named = settings.vesting[one.vesting]
    return {
        "beneficiary": one.recipient,
        "amount": one.amount,
        "start": start,
        "cliff_seconds": named.cliff,
        "duration_seconds": named.duration,
        "at_start_bps": named.at_start_bps,
        "is_from_cliff": named.is_from_cliff,
        "is_revocable": named.revocable,
    }


# --- the cap table ---


@dataclass(frozen=True)
class CapRow:
    """A line of the cap table: wei, and basis points of the cap rounded down.

    Attributes:
        terms: Of vesting; empty when liquid, "-" when not minted.
        liquid: At the start of vesting.
        locked: In the vesting contract after that, or not minted.
    """

    holder: str
    bucket: str
    terms: str
    amount: int
    share_bps: int
    liquid: int
    locked: int


def cap_table(settings: Settings, allocations: Sequence[Allocation]) -> list[CapRow]:
    """Who holds what of the cap once the deployment is complete, what nobody has been given yet, and the sum, which is the cap."""
    cap, unit, names = settings.token.cap, vesting_unit(settings.token.cap), Buckets.names()
    rows = []
    for one in allocations:
        liquid = one.amount
        if one.vesting is not None:
            liquid = one.amount // unit * settings.vesting[one.vesting].at_start_bps // BPS * unit
        rows.append(CapRow(one.name, names[one.bucket], one.vesting or "", one.amount, one.amount * BPS // cap, liquid, one.amount - liquid))
    for bucket, room in enumerate(settings.token.buckets.as_list()):
        rest = room - sum(one.amount for one in allocations if one.bucket == bucket)
        if rest:
            rows.append(CapRow("(not minted)", names[bucket], "-", rest, rest * BPS // cap, 0, rest))
    together = CapRow("together", "", "", sum(row.amount for row in rows), BPS, sum(row.liquid for row in rows), sum(row.locked for row in rows))
    return [*rows, together]

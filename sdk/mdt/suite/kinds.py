"""Numbers by what their names say they are: amounts, shares, durations, times, buckets, reasons. Written with units, shown with units."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum

from mdt.errors import UnitError
from mdt.model.offences import Offence
from mdt.model.reasons import Burn, Fee, Mint, Recycle, mask
from mdt.model.schedules import Kind
from mdt.model.timelock import CANCELLER_ROLE, EXECUTOR_ROLE, PROPOSER_ROLE
from mdt.preset.settings import Buckets
from mdt.units import (
    WAD,
    Denomination,
    format_bps,
    format_seconds,
    format_wad,
    parse_bps,
    parse_seconds,
    parse_time,
    parse_wad,
    parse_whole,
    when,
)
from mdt.written.characters import nearest, shown

PLAIN, WEI, BPS, SECONDS, FRACTION, TIME, BUCKET, MINT_REASONS, BURN_REASONS = (
    "number",
    "wei",
    "bps",
    "seconds",
    "fraction",
    "time",
    "bucket",
    "reasons to mint",
    "reasons to burn",
)
MINT_REASON, BURN_REASON, RECYCLE_REASON, FEE, PAYEE, OFFENCE = (
    "reason to mint",
    "reason to burn",
    "reason to recycle",
    "kind of fee",
    "kind of schedule",
    "offence",
)
ENUMS: dict[str, type[IntEnum]] = {MINT_REASON: Mint, BURN_REASON: Burn, RECYCLE_REASON: Recycle, FEE: Fee, PAYEE: Kind, OFFENCE: Offence}
"""Numbers that stand for one word."""
_KINDS = {"create": PAYEE, "ScheduleCreated": PAYEE, "deposit": FEE, "set_terms": FEE, "TermsSet": FEE, "Deposited": FEE}
_REASONS = {
    **dict.fromkeys(("mint", "Minted"), MINT_REASON),
    **dict.fromkeys(("burn", "burnFrom", "Burned"), BURN_REASON),
    **dict.fromkeys(("recycle", "Recycled"), RECYCLE_REASON),
}
"""What `kind` and `reason` are, by the function or the event."""
TINY = 1_000
"""Below as many wei an amount is shown in wei: nobody counts seventeen zeros."""

AMOUNTS = (
    "amount",
    "value",
    "cap",
    "budget",
    "cumulative",
    "total",
    "emission",
    "share",
    "staked",
    "minted",
    "claimed",
    "vested",
    "spent",
    "left",
    "sum",
    "bond",
    "deposit",
    "room",
)
_FLOWS = ("paid", "returned", "burned", "recycled", "absorbed", "arrears")
_LIMITS = ("max_per_purchase", "max_per_day", "least", "threshold")
DURATIONS = ("seconds", "delay", "duration")
TIMES = ("start", "timestamp", "deadline")
ROLES = {"PROPOSER_ROLE": PROPOSER_ROLE, "EXECUTOR_ROLE": EXECUTOR_ROLE, "CANCELLER_ROLE": CANCELLER_ROLE}
LARGEST_FRACTION = 1_000 * WAD
_INTEGER = re.compile(r"[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+")


def kind_of(name: str, function: str = "") -> str:
    """What a number is, by the name of its argument or field; `PLAIN` where the name does not tell."""
    bare = name.strip("_").lower()
    last = bare.rsplit("_", 1)[-1]
    if last == "bps":
        return BPS
    if last == "wad":
        return FRACTION
    if last in DURATIONS:
        return SECONDS
    if last in ("at", "until") or last in TIMES or bare == "answer_by":
        return TIME
    if bare == "bucket":
        return BUCKET
    if bare == "offence":
        return OFFENCE
    if bare in ("kind", "reason"):
        return (_KINDS if bare == "kind" else _REASONS).get(function, PLAIN)
    if bare == "reasons":
        return BURN_REASONS if "burn" in function else MINT_REASONS
    return WEI if last in (*AMOUNTS, *_FLOWS) or bare in (*_LIMITS, "released_before") else PLAIN


_ANSWERS = {
    WEI: """allowance available balanceof base_reward bought_today burned_by_reason claimable initial_reward lifetime_room locked max_least mintable
        minted_by_bucket minted_by_reason owed paid_by releasable released_to restitution reward_at total_drawn total_emitted total_fees total_funded
        total_held total_released total_absorbed drawable totalsupply unassigned unclaimed unit vested_at deposit_of""",
    SECONDS: "grace_period grant_period max_suspension",
    FRACTION: "last_utility",
    BURN_REASONS: "burner_reasons",
    PLAIN: "era_at exited_at max_start_delay",  # blocks, whatever the last word says
}
_BY_FUNCTION = {name: kind for kind, names in _ANSWERS.items() for name in names.split()}


def kind_of_answer(function: str) -> str:
    """What the number is that a view answers with, by the view's name: answers have no names of their own."""
    return _BY_FUNCTION.get(function.lower()) or kind_of(function)


def parse_number(text: str, kind: str, unit: Denomination) -> int:
    """A number as people write it: '10 MDT', '40%', '2 days', '2026-12-01 12:00', 'community', '4_000'.

    Raises:
        UnitError: not such a number; an amount without its unit.
    """
    return unit.parse_with_unit(text.strip()) if kind == WEI else _PARSERS[kind](text.strip())


def format_number(value: int, kind: str, unit: Denomination) -> str:
    """The same number as people read it; what cannot be said in words is shown as it is."""
    if kind == WEI:
        return f"{value} wei" if 0 < value < TINY else unit.format(value)
    return _FORMATS[kind](value)


def format_time(seconds: int) -> str:
    """`2026-12-01 12:00:00 UTC`, or the number where it is none."""
    if not 10**8 <= seconds < 2**35:
        return _plain(seconds)
    return when(seconds)


def _time(text: str) -> int:
    """A time; 0 stands for none, and in contracts often for now."""
    return 0 if text == "0" else parse_time(text)


def role_of(text: str) -> bytes:
    """The timelock's 32 bytes of `CANCELLER_ROLE`.

    Raises:
        UnitError: no such role.
    """
    if text not in ROLES:
        raise UnitError(f"there is no role {shown(text)}{nearest(text, ROLES)}; there are {', '.join(ROLES)}")
    return ROLES[text]


def role_name(value: bytes) -> str:
    """The name of a role, or hex where it has none."""
    return next((name for name, one in ROLES.items() if one == value), f"0x{value.hex()}")


def text_of(value: bytes) -> str:
    """32 bytes: the text they hold, if it is a plain one, else hex."""
    bare = value.rstrip(b"\0")
    if bare and bare.isascii() and bare.decode().isprintable():
        return repr(bare.decode())
    return f"0x{value.hex()}"


def _plain(value: int) -> str:
    return f"{value:_}"


def _share(text: str) -> int:
    return parse_whole(text) if _INTEGER.fullmatch(text) else parse_bps(text)


def _fraction(text: str) -> int:
    value = parse_wad(text)
    if value > LARGEST_FRACTION:
        raise UnitError(f"{text!r} is not a fraction such as '0.05'; it is multiplied by 10^18 for you")
    return value


def _bucket(text: str) -> int:
    names = Buckets.names()
    if text in names:
        return names.index(text)
    if not _INTEGER.fullmatch(text):
        raise UnitError(f"there is no bucket {shown(text)}{nearest(text, names)}; there are {', '.join(names)}")
    return parse_whole(text)


def _reasons(kind: type[IntEnum]) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if _INTEGER.fullmatch(text):
            return parse_whole(text)
        try:
            return mask(*(kind[one.strip().upper()] for one in text.split("+")))
        except KeyError as error:
            raise UnitError(f"{shown(text)} names no reasons; join them with +: {', '.join(one.name.lower() for one in kind)}") from error

    return parse


def _named_reasons(kind: type[IntEnum]) -> Callable[[int], str]:
    def show(value: int) -> str:
        found = [one for one in kind if value >> int(one) & 1]
        return "+".join(one.name.lower() for one in found) if found and mask(*found) == value else _plain(value)

    return show


def _word(kind: type[IntEnum]) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if re.match(r"[-+]?[0-9]", text):
            return parse_whole(text)
        names = [one.name.lower() for one in kind]
        if text not in names:
            raise UnitError(f"{shown(text)} is none of {', '.join(names)}{nearest(text, names)}")
        return int(kind[text.upper()])

    return parse


def _named_word(kind: type[IntEnum]) -> Callable[[int], str]:
    return lambda value: kind(value).name.lower() if value in set(kind) else _plain(value)


def _named_bucket(value: int) -> str:
    names = Buckets.names()
    return names[value] if value < len(names) else _plain(value)


_PARSERS: dict[str, Callable[[str], int]] = {
    PLAIN: parse_whole,
    BPS: _share,
    SECONDS: parse_seconds,
    FRACTION: _fraction,
    TIME: _time,
    BUCKET: _bucket,
    MINT_REASONS: _reasons(Mint),
    BURN_REASONS: _reasons(Burn),
    **{name: _word(kind) for name, kind in ENUMS.items()},
}
_FORMATS: dict[str, Callable[[int], str]] = {
    PLAIN: _plain,
    BPS: format_bps,
    SECONDS: format_seconds,
    FRACTION: format_wad,
    TIME: format_time,
    BUCKET: _named_bucket,
    MINT_REASONS: _named_reasons(Mint),
    BURN_REASONS: _named_reasons(Burn),
    **{name: _named_word(kind) for name, kind in ENUMS.items()},
}

"""The page of parameters: every number of every preset with its range, what follows from the numbers, and who can change which of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from mdt.preset.genesis import cap_table, of_preset
from mdt.preset.quantities import Quantity, Section
from mdt.preset.settings import CONFIG_DIR, Settings, load
from mdt.units import BPS, MDT, Denomination, format_amount, format_bps, format_seconds
from tools.levers import Lever, lever_of

HEADER = """# Parameters

Generated from `config/*.yaml` by `make docs`; a test fails when it is not current. Change a preset, never this page.
Deploy scripts, model, tests and this page read the same files, through `mdt.preset`, which refuses a value outside the range in the last column.
Each preset's amounts are in its own token; a contract's limits are wei, so a range reads differently for a token of other decimals.
"""


def presets(folder: Path = CONFIG_DIR) -> list[Settings]:
    """All presets of a folder, by name."""
    return [load(path) for path in sorted(folder.glob("*.yaml"))]


def _quantity(field: FieldInfo) -> Quantity | None:
    return next((item for item in field.metadata if isinstance(item, Quantity)), None)


def _show(field: FieldInfo, value: object, unit: Denomination) -> str:
    quantity = _quantity(field)
    if quantity is not None and isinstance(value, int):
        return quantity.show(value, unit)
    if isinstance(value, list):
        return ", ".join(f"({' → '.join(format_amount(part, '', unit.decimals) for part in pair)})" for pair in value)
    return str(value)


def _allowed(quantity: Quantity, units: list[Denomination]) -> str:
    """The range in the unit of each preset, once where that reads the same."""
    return "; ".join(dict.fromkeys(quantity.allowed(unit) for unit in units))


def _rows(section: type[Section], values: list[Section], units: list[Denomination], prefix: str = "") -> Iterator[tuple[str, list[str], str]]:
    """(key, the value in each preset, the allowed range), depth first; `units` are those of the presets."""
    for name, field in section.model_fields.items():
        parts = [getattr(value, name) for value in values]
        if isinstance(parts[0], Section):
            yield from _rows(type(parts[0]), parts, units, f"{prefix}{name}.")
            continue
        quantity = _quantity(field)
        shown = [_show(field, part, unit) for part, unit in zip(parts, units, strict=True)]
        yield f"{prefix}{name}", shown, _allowed(quantity, units) if quantity else ""


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *("| " + " | ".join(row) + " |" for row in rows)]


def _percent(part: int, whole: int) -> str:
    return f"{format_amount(part * 100 * BPS // whole, '', 4)}%"


def _supply(settings: Settings) -> list[str]:
    buckets, amount = settings.token.buckets, settings.denomination.format
    named = zip(buckets.names(), buckets.as_list(), strict=True)
    rows = [[str(index), name, _percent(cap, settings.token.cap), amount(cap)] for index, (name, cap) in enumerate(named)]
    return _table(["id", "bucket", "share", "cap"], [*rows, ["", "together", "100%", amount(settings.token.cap)]])


def _vesting(presets: list[Settings]) -> Iterator[list[str]]:
    """Rows of the named vesting terms; a preset may have terms that another has not."""
    for name in dict.fromkeys(name for settings in presets for name in settings.vesting):
        found = [settings.vesting.get(name) for settings in presets]
        some = next(terms for terms in found if terms is not None)
        for key, field in type(some).model_fields.items():
            quantity = _quantity(field)
            allowed = quantity.allowed() if quantity else {"accrual": "cliff or start", "revocable": "true or false"}[key]
            yield [f"`{name}.{key}`", *("-" if terms is None else _show(field, getattr(terms, key), MDT) for terms in found), allowed]


def _cap_table(settings: Settings) -> list[str]:
    amount, cap = settings.denomination.format, settings.token.cap
    rows = [
        [row.holder, row.bucket, row.terms, amount(row.amount), _percent(row.amount, cap), amount(row.liquid), amount(row.locked)]
        for row in cap_table(settings, of_preset(settings))
    ]
    return _table(["holder", "bucket", "vesting", "amount", "share", "not locked at the start", "locked or not minted"], rows)


def _genesis_notes(settings: Settings) -> str:
    """What the cap table does not say: where the rest comes from, and what keeps the treasury's tokens."""
    amount, rest = settings.denomination.format, _unreachable(settings)
    lines = ["Minted before the set-up is finished. The block_emission bucket is minted over the years, by the channels above."]
    if rest:
        lines.append(f"Its channels cannot reach {amount(rest)} of it: only another minter could, which the owner would have to propose and grant.")
    period, budget = format_seconds(settings.treasury.period), amount(settings.treasury.budget)
    lines.append(f"The treasury's tokens are not locked, but at most {budget} of them leave it in {period}, by an operation of the timelock.\n")
    return "\n".join(lines)


def _derived(settings: Settings) -> list[list[str]]:
    h, e, amount, bucket = settings.halving, settings.emission, settings.denomination.format, settings.token.buckets.block_emission
    era = h.interval_blocks * h.block_time
    whole = era * (h.halvings + 1)
    reachable = _block_rewards(settings) + _emission(settings)
    return [
        ["an era takes", format_seconds(era) if era % 86_400 == 0 else f"{era / 86_400:,.2f} days"],
        ["all eras take", f"{whole / 86_400:,.1f} days ({whole / 86_400 / 365:,.2f} years)"],
        ["block rewards, all eras", amount(_block_rewards(settings))],
        ["reward per block in the last era", amount(h.initial_reward >> h.halvings) if h.is_minter else "none"],
        ["block rewards in the first 365 days", amount(_released(settings, min(365 * 86_400 // h.block_time, h.interval_blocks * (h.halvings + 1))))],
        ["an epoch takes", format_seconds(e.epoch_blocks * h.block_time)],
        ["epochs per era", f"{h.interval_blocks / e.epoch_blocks:,.2f}".removesuffix(".00")],
        ["adaptive emission paid at most, all eras", amount(settings.emission_lifetime_ceiling)],
        ["of it minted, while the schedules below go on", amount(settings.emission_mint_ceiling)],
        ["block rewards and adaptive emission mint at most", amount(reachable)],
        ["the same, share of the block_emission bucket", _percent(reachable, bucket)],
        ["minted by schedule in 365 days", amount(_scheduled(settings, 365 * 86_400 // h.block_time))],
        ["granted to the channels together, share of the block_emission bucket", _percent(_granted(settings), bucket)],
        ["of the bucket beyond what any channel can mint", amount(_unreachable(settings))],
    ]


def _block_rewards(settings: Settings) -> int:
    """Wei that block rewards can mint: nothing where they are granted nothing."""
    return settings.halving.lifetime_total if settings.halving.is_minter else 0


def _emission(settings: Settings) -> int:
    """Wei that epochs can mint: what they pay at U = 1, inside their grant."""
    return min(settings.emission_lifetime_ceiling, settings.emission.channel_cap)


def _granted(settings: Settings) -> int:
    """Wei of the bucket that the channels' caps take together."""
    return settings.halving.channel_cap + settings.emission.channel_cap + settings.schedule_minting.channel_cap


def _unreachable(settings: Settings) -> int:
    """Wei of the bucket that no channel can mint: epochs at U = 1 and all eras together pay less than what is granted; schedules may use up theirs."""
    mintable = _block_rewards(settings) + _emission(settings) + settings.schedule_minting.channel_cap
    return settings.token.buckets.block_emission - mintable


def _scheduled(settings: Settings, blocks: int) -> int:
    """Wei that the schedules a deployment begins with mint in so many blocks."""
    return sum(payment.amount * (blocks // payment.interval_blocks) for payment in settings.schedules if payment.is_minted)


def _burns(settings: Settings) -> list[str]:
    """What part of what burns, and where the rest goes: the fee desk's table as a deployment begins."""
    fees, recycling, unit = settings.fees, settings.recycling, settings.denomination
    to = {"recycling": "recycling pool", "treasury": "treasury"}
    rows = [
        ["gas fees", "RecyclingPool", format_bps(recycling.fee_burn_bps), "transaction fee", "", "recycling pool"],
        ["sale out of a pool", "ReservePools", format_bps(recycling.sale_burn_bps), "transaction fee", "", "the buyer"],
        ["slash", "Slasher", format_bps(settings.slashing.burn_bps), "slash", "", "treasury"],
        ["registration", "FeeDesk", format_bps(fees.registration.burn_bps), "registration", _least(fees.registration.least, unit), to[fees.registration.rest]],
        ["unmet quota", "FeeDesk", format_bps(fees.unmet_quota.burn_bps), "deflation", _least(fees.unmet_quota.least, unit), to[fees.unmet_quota.rest]],
        ["transfer through the desk", "FeeDesk", format_bps(fees.transfer.burn_bps), "transaction fee", _least(fees.transfer.least, unit), "the payee"],
    ]
    return _table(["kind", "taken at", "burned, rounded down", "as", "at least", "the rest goes to"], rows)


def _least(amount: int, unit: Denomination) -> str:
    return "" if amount == 1 else unit.format(amount)


def _market(settings: Settings) -> Iterator[str]:
    """The pools and schedules a deployment begins with."""
    amount = settings.denomination.format
    for number, pool in enumerate(settings.pools, 1):
        yield f"- pool {number}, {pool.name}: {amount(pool.amount)}"
    for number, payment in enumerate(settings.schedules, 1):
        every = "every block" if payment.interval_blocks == 1 else f"every {payment.interval_blocks:,} blocks"
        until = "for ever" if payment.duration_blocks == 0 else f"for {payment.duration_blocks:,} blocks"
        source = "minted" if payment.is_minted else "funded beforehand"
        yield f"- schedule {number}, {payment.kind}: {amount(payment.amount)} {every} to {payment.to}, {until}, {source}"


def _released(settings: Settings, blocks: int) -> int:
    """Wei of block rewards over the first `blocks` blocks, era by era."""
    total, h = 0, settings.halving
    if not h.is_minter:
        return 0
    for era in range(h.halvings + 1):
        paid = min(max(blocks - era * h.interval_blocks, 0), h.interval_blocks)
        total += paid * (h.initial_reward >> era)
    return total


def _changes(sections: dict[str, type[Section]]) -> list[str]:
    """Who changes what: one row for each function and what it may do, and the list of what cannot change."""
    changed: dict[Lever, list[str]] = {}
    fixed = []
    for section, of_type in sections.items():
        for key in _keys(of_type, f"{section}."):
            lever = lever_of(key)
            if lever is None:
                fixed.append(f"`{key}`")
            else:
                changed.setdefault(lever, []).append(f"`{key}`")
    rows = [
        [", ".join(keys), "owner", f"`{lever.contract}.{lever.function}`", lever.bounds, lever.effective, lever.interacts] for lever, keys in changed.items()
    ]
    table = _table(["keys", "who", "function", "bounds on chain", "effective", "interacts with"], rows)
    return [*table, "", "No function changes: " + ", ".join(fixed) + ".", ""]


def _keys(section: type[Section], prefix: str) -> Iterator[str]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from _keys(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


CHANGES = """## Who changes what

The owner is the timelock: what it does was scheduled `governance.delay` before.
"""


def sections_of() -> dict[str, type[Section]]:
    """The sections of a preset by name; its lists and the named vesting terms are shown apart."""
    annotated = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in annotated.items() if isinstance(kind, type) and issubclass(kind, Section)}


def parameters_page(folder: Path = CONFIG_DIR) -> str:
    """The text of `docs/reference/parameters.md`, of the presets in a folder."""
    all_presets = presets(folder)
    names = [settings.name for settings in all_presets]
    columns = ["key", *(f"`{name}`" for name in names), "allowed"]
    lines = [HEADER]
    for settings in all_presets:
        lines += [f"## Supply in `{settings.name}`\n", *_supply(settings), ""]
    derived = [_derived(settings) for settings in all_presets]
    lines += ["## What follows from the numbers\n"]
    lines += _table(["", *(f"`{name}`" for name in names)], [[rows[0][0], *(row[1] for row in rows)] for rows in zip(*derived, strict=True)])
    lines += ["", CHANGES, *_changes(sections_of())]
    for name, section in sections_of().items():
        if name == "fees":
            lines += [
                "## vesting\n",
                "How what vests becomes the holder's, by the names that genesis uses.\n",
                *_table(columns, list(_vesting(all_presets))),
                "",
            ]
        lines += _section(name, section, all_presets, columns)
    for settings in all_presets:
        lines += _beginning(settings)
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, section: type[Section], all_presets: list[Settings], columns: list[str]) -> list[str]:
    """One section of the presets, side by side."""
    what = (section.__doc__ or "").strip().splitlines()[0]
    values, units = [getattr(settings, name) for settings in all_presets], [settings.denomination for settings in all_presets]
    rows = [[f"`{key}`", *shown, allowed] for key, shown, allowed in _rows(section, values, units)]
    return [f"## {name}\n", f"{what}\n", *_table(columns, rows), ""]


def _beginning(settings: Settings) -> list[str]:
    """What a deployment of a preset begins with, and what burns."""
    lines = [f"## Genesis of `{settings.name}`\n", _genesis_notes(settings), *_cap_table(settings), ""]
    if settings.pools or settings.schedules:
        lines += [f"## What a deployment of `{settings.name}` begins with\n", *_market(settings), ""]
    return [*lines, f"## What burns in `{settings.name}`\n", *_burns(settings), ""]

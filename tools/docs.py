"""Pages generated from the presets and from a deployment: `python -m tools.docs` says whether they are current, `--write` makes them so.

Names of pages (`parameters`, `roles`, `deploy`) after that take only those: the last two deploy the suite on an embedded chain.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from mdt.deploy.gas import FIGURES
from mdt.preset.genesis import cap_table, of_preset
from mdt.preset.markets import Market, Paired, Seed
from mdt.preset.quantities import Quantity, Section
from mdt.preset.settings import CONFIG_DIR, Settings, load
from mdt.units import BPS, Denomination, format_amount, format_bps, format_seconds
from tools.parameter_notes import COLUMNS, MADE_ONCE, MARKET_WORDS, note

PARAMETERS = CONFIG_DIR.parent / "docs" / "reference" / "parameters.md"
ROLES = CONFIG_DIR.parent / "docs" / "reference" / "roles.md"

HEADER = """# Parameters

Generated from `config/*.yaml` by `make docs`; a test fails when it is not current. Change a preset, never this page.
Deploy scripts, model, tests and this page read the same files, through `mdt.preset`, which refuses a value outside the range under *allowed*.
Each preset's amounts are in its own token; a contract's limits are wei, so a range reads differently for a token of other decimals.

*Changed by* names the function that changes the value after a deployment, called by the owner (the timelock, after its delay) unless it says
otherwise; *fixed* means that nobody can.
"""


MARKETS = """Liquidity pools that a deployment begins with, a list; it may be left out, and no shipped preset has one. A seed makes the first price: the
genesis mints its `tokens` (`to: LiquidityPool`, out of one bucket), the deployer brings `paired`, and both are deposited before anybody else has tokens.
Without a seed whoever deposits first makes it. `mdt market open` makes others later."""

NOT_MINTED = "The rest of the cap is the block_emission bucket: the table above says how much of it can be reached, and `concepts/supply.md` how."


def presets() -> list[Settings]:
    """All presets, by name."""
    return [load(path) for path in sorted(CONFIG_DIR.glob("*.yaml"))]


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
    buckets = settings.token.buckets
    named = zip(buckets.names(), buckets.as_list(), strict=True)
    rows = [[str(index), name, _percent(cap, settings.token.cap), settings.denomination.format(cap)] for index, (name, cap) in enumerate(named)]
    return _table(["id", "bucket", "share", "cap"], [*rows, ["", "together", "100%", settings.denomination.format(settings.token.cap)]])


def _vesting(presets: list[Settings]) -> Iterator[list[str]]:
    """Rows of the named vesting terms; a preset may have terms that another has not."""
    units = [settings.denomination for settings in presets]
    for name in dict.fromkeys(name for settings in presets for name in settings.vesting):
        found = [settings.vesting.get(name) for settings in presets]
        some = next(one for one in found if one is not None)
        for key, field in type(some).model_fields.items():
            quantity = _quantity(field)
            allowed = _allowed(quantity, units) if quantity else {"accrual": "cliff or start", "revocable": "true or false"}[key]
            shown = ["-" if one is None else _show(field, getattr(one, key), unit) for one, unit in zip(found, units, strict=True)]
            yield [f"`{name}.{key}`", *shown, allowed, *MADE_ONCE]


def _cap_table(settings: Settings) -> list[str]:
    rows = [
        [
            row.holder,
            row.bucket,
            row.terms,
            settings.denomination.format(row.amount),
            _percent(row.amount, settings.token.cap),
            settings.denomination.format(row.liquid),
            settings.denomination.format(row.locked),
        ]
        for row in cap_table(settings, of_preset(settings))
    ]
    return _table(["holder", "bucket", "vesting", "amount", "share", "liquid at the start", "locked or not minted"], rows)


def _treasury(settings: Settings) -> str:
    budget, period = settings.denomination.format(settings.treasury.budget), format_seconds(settings.treasury.period)
    return f"What the treasury holds is not locked, but at most {budget} of it may leave in {period}."


def _derived(settings: Settings) -> list[list[str]]:
    h, e = settings.halving, settings.emission
    era = h.interval_blocks * h.block_time
    whole = era * (h.halvings + 1)
    rewards = h.lifetime_total if h.is_minter else 0
    first_year = _released(settings, min(365 * 86_400 // h.block_time, h.interval_blocks * (h.halvings + 1))) if h.is_minter else 0
    minted = rewards + min(settings.emission_lifetime_ceiling, e.channel_cap) + settings.schedule_minting.channel_cap
    bucket = settings.token.buckets.block_emission
    return [
        ["an era takes", format_seconds(era) if era % 86_400 == 0 else f"{era / 86_400:,.2f} days"],
        ["all eras take", f"{whole / 86_400:,.1f} days ({whole / 86_400 / 365:,.2f} years)"],
        ["block rewards, all eras", settings.denomination.format(rewards)],
        ["reward per block in the last era", settings.denomination.format(h.initial_reward >> h.halvings) if h.is_minter else "none: no minter"],
        ["block rewards in the first 365 days", settings.denomination.format(first_year)],
        ["an epoch takes", format_seconds(e.epoch_blocks * h.block_time)],
        ["epochs per era", f"{h.interval_blocks / e.epoch_blocks:,.2f}".removesuffix(".00")],
        ["epoch emission paid at most, all eras at U = 1", settings.denomination.format(settings.emission_lifetime_ceiling)],
        ["of it minted at most, the rest is recycled", settings.denomination.format(min(settings.emission_lifetime_ceiling, e.channel_cap))],
        ["minted by schedule in 365 days", settings.denomination.format(_scheduled(settings, 365 * 86_400 // h.block_time))],
        ["minted out of block_emission by the channels, at most", settings.denomination.format(minted)],
        ["the same as a part of the bucket", _percent(minted, bucket)],
        ["beyond every channel's reach", settings.denomination.format(bucket - minted)],
    ]


def _scheduled(settings: Settings, blocks: int) -> int:
    """Wei that the schedules a deployment begins with mint in so many blocks."""
    return sum(one.amount * (blocks // one.interval_blocks) for one in settings.schedules if one.is_minted)


def _burns(settings: Settings) -> list[str]:
    """What part of what burns, and where the rest goes: the fee desk's table as a deployment begins."""
    fees, recycling = settings.fees, settings.recycling
    to = {"recycling": "recycling pool", "treasury": "treasury"}
    rows = [
        ["gas fees", "RecyclingPool", format_bps(recycling.fee_burn_bps), "transaction fee", "", "recycling pool"],
        ["sale out of a pool", "ReservePools", format_bps(recycling.sale_burn_bps), "transaction fee", "", "the buyer"],
        ["slash", "Slasher", format_bps(settings.slashing.burn_bps), "slash", "", "treasury"],
        [
            "registration",
            "FeeDesk",
            format_bps(fees.registration.burn_bps),
            "registration",
            _least(fees.registration.least, settings.denomination),
            to[fees.registration.rest],
        ],
        [
            "unmet quota",
            "FeeDesk",
            format_bps(fees.unmet_quota.burn_bps),
            "deflation",
            _least(fees.unmet_quota.least, settings.denomination),
            to[fees.unmet_quota.rest],
        ],
        [
            "transfer through the desk",
            "FeeDesk",
            format_bps(fees.transfer.burn_bps),
            "transaction fee",
            _least(fees.transfer.least, settings.denomination),
            "the payee",
        ],
    ]
    return _table(["kind", "taken at", "burned, rounded down", "as", "at least", "the rest goes to"], rows)


def _least(amount: int, unit: Denomination) -> str:
    return "" if amount == 1 else unit.format(amount)


def _market_keys(unit: Denomination) -> Iterator[list[str]]:
    """Every key of an entry of `markets`, with what is allowed."""
    for prefix, section in (("", Market), ("paired.", Paired), ("seed.", Seed)):
        for name, field in section.model_fields.items():
            if name not in ("paired", "seed") or prefix:
                quantity = _quantity(field)
                allowed = quantity.allowed(unit) if quantity and name != "tokens" else MARKET_WORDS[f"{prefix}{name}"]
                yield [f"`{prefix}{name}`", allowed, *note("markets", f"{prefix}{name}")]


def _market(settings: Settings) -> Iterator[str]:
    """The pools, schedules and markets a deployment begins with."""
    for market in settings.markets:
        fee = f"a fee of {format_bps(market.fee_bps)}, {format_bps(market.protocol_bps)} of it the protocol's"
        yield f"- market {market.name}, with {market.paired.symbol}: {fee}"
    for number, pool in enumerate(settings.pools, 1):
        yield f"- pool {number}, {pool.name}: {settings.denomination.format(pool.amount)}"
    for number, one in enumerate(settings.schedules, 1):
        every = "every block" if one.interval_blocks == 1 else f"every {one.interval_blocks:,} blocks"
        until = "for ever" if one.duration_blocks == 0 else f"for {one.duration_blocks:,} blocks"
        source = "minted" if one.is_minted else "funded beforehand"
        yield f"- schedule {number}, {one.kind}: {settings.denomination.format(one.amount)} {every} to {one.to}, {until}, {source}"


def _released(settings: Settings, blocks: int) -> int:
    """Wei of block rewards over the first `blocks` blocks, era by era."""
    total, h = 0, settings.halving
    for era in range(h.halvings + 1):
        paid = min(max(blocks - era * h.interval_blocks, 0), h.interval_blocks)
        total += paid * (h.initial_reward >> era)
    return total


def parameters_page() -> str:
    """The text of `docs/reference/parameters.md`."""
    all_presets = presets()
    names = [settings.name for settings in all_presets]
    lines = [HEADER]
    units = [settings.denomination for settings in all_presets]
    derived = []
    for settings in all_presets:
        lines += [f"## Supply in `{settings.name}`\n", *_supply(settings), ""]
        derived.append(_derived(settings))
    lines += ["## What follows from the numbers\n"]
    lines += _table(["", *(f"`{name}`" for name in names)], [[rows[0][0], *(row[1] for row in rows)] for rows in zip(*derived, strict=True)])
    lines += [""]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if name == "vesting":
            lines += [
                "## vesting\n",
                "How what vests becomes the holder's, by the names that genesis uses. `linear` comes after the cliff; the contract's duration includes it.\n",
            ]
            lines += [*_table(["key", *(f"`{preset}`" for preset in names), "allowed", *COLUMNS], list(_vesting(all_presets))), ""]
        if not (isinstance(section, type) and issubclass(section, Section)):
            continue
        what = (section.__doc__ or "").strip().splitlines()[0]
        found = _rows(section, [getattr(settings, name) for settings in all_presets], units)
        rows = [[f"`{key}`", *values, allowed, *note(name, key)] for key, values, allowed in found]
        lines += [f"## {name}\n", f"{what}\n", *_table(["key", *(f"`{preset}`" for preset in names), "allowed", *COLUMNS], rows), ""]
    lines += ["## markets\n", f"{MARKETS}\n", *_table(["key", "allowed", *COLUMNS], list(_market_keys(units[0]))), ""]
    for settings in all_presets:
        lines += [f"## Genesis of `{settings.name}`\n", f"Minted before the set-up is finished. {NOT_MINTED}\n"]
        lines += [*_cap_table(settings), "", _treasury(settings), ""]
        if settings.pools or settings.schedules or settings.markets:
            lines += [f"## What a deployment of `{settings.name}` begins with\n", *_market(settings), ""]
        lines += [f"## What burns in `{settings.name}`\n", *_burns(settings), ""]
    return "\n".join(lines).rstrip() + "\n"


def roles_page() -> str:
    """The text of `docs/reference/roles.md`, from a deployment made for it."""
    from tools.docs_deploy import roles_page as page

    return page()


def figures() -> str:
    """The text of `snapshots/deploy.json`, from the same deployment."""
    from tools.docs_deploy import figures as text

    return text()


def pages(names: list[str]) -> dict[Path, str]:
    """The named pages with the text they should have; all when none is named."""
    made: dict[str, tuple[Path, Callable[[], str]]] = {
        "parameters": (PARAMETERS, parameters_page),
        "roles": (ROLES, roles_page),
        "deploy": (FIGURES, figures),
    }
    return {path: text() for name, (path, text) in made.items() if name in names or not names}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not current."""
    wanted = pages([one for one in arguments if not one.startswith("--")])
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if "--write" in arguments:
        for path in stale:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"docs: wrote {path.name}")
        return 0
    for path in stale:
        print(f"docs: {path.name} is not current; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

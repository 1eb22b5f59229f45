"""The main job on real data: a day of Golem and of an image-generation service is an epoch, every provider claims at the end.

Runs on one embedded chain with the preset `luxtensor`, whose epochs are days. What the data are, and that they join two different
networks, is told in `mdt.runs.real_data`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mdt.chain.transactions import Chain
from mdt.deploy.compiled import Artifact
from mdt.errors import MDTError
from mdt.oracle.bundle import bundle_path
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import EpochResult
from mdt.oracle.inputs import Measurements, decimal
from mdt.preset.genesis import Allocation
from mdt.preset.settings import Settings
from mdt.preset.terms import schedule_of
from mdt.runs.accounting import BalanceSheet, Settled, draw_up
from mdt.runs.network import Network, Say, actors
from mdt.runs.real_data import RealData, write_real
from mdt.runs.report import short, summary, write_summary
from mdt.units import MDT as TOKEN
from mdt.units import Denomination

REPORTERS, QUORUM = 5, 3
STAKES = (50_000, 30_000, 20_000)
MDT = 10**18

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Day:
    """One epoch of the run.

    Attributes:
        date: the day it stands for, ISO.
        measured: what went into the formula.
        settled: what came out.
        paid: providers with a share.
        smallest: the smallest share, wei; 0 when nobody is paid.
        floor_dust: wei that rounding every share down would have left over; largest remainder leaves none.
    """

    date: str
    measured: Measurements
    settled: Settled
    paid: int
    smallest: int
    floor_dust: int


@dataclass(frozen=True)
class RealRun:
    """The outcome of a run on real data."""

    days: list[Day]
    claimed: dict[str, int]
    batches: int
    staking_left: int
    sheet: BalanceSheet
    unit: Denomination = TOKEN


def run(
    chain: Chain, settings: Settings, artifacts: Mapping[str, Artifact], data: Path, out: Path, say: Say, progress: Progress, days: int | None = None
) -> RealRun:
    """Run every day of the data as an epoch, claim for everybody, verify every bundle, and add everything up.

    Args:
        chain: a local chain.
        settings: the preset.
        artifacts: the compiled suite.
        data: folder with the published files (see `mdt.runs.real_data`).
        out: folder for data, records, bundles, `summary.json` and `report.md`.
        say: shown line by line.
        progress: done, of how many, and what.
        days: only the first so many days; all when None.

    Raises:
        DataError: the published files are missing or contradict each other.
        MDTError: a bundle does not verify, or contract and model disagree.
    """
    real = write_real(data, out / "data")
    if days is not None:
        real = replace(real, days=real.days[:days])
    say(f"{len(real.days)} days, {real.days[0]} to {real.days[-1]}; {len(real.nodes):,} providers")
    network = Network(chain, settings, out, reporters=REPORTERS, quorum=QUORUM, say=say)
    validators = actors("validator", len(STAKES))
    network.fund([one.address for one in validators])
    genesis = [Allocation(2, "Treasury", settings.token.buckets.dao_treasury)]
    genesis += [Allocation(4, one.address, stake * MDT + settings.staking.validator_deposit) for one, stake in zip(validators, STAKES, strict=True)]
    network.deploy(artifacts, genesis)
    for number, (one, stake) in enumerate(zip(validators, STAKES, strict=True)):
        network.stakers.register(one, stake * MDT, settings.staking.commission.default_bps, f"validator {number}")
    with Dataset.open(real.sources) as dataset:
        done_days = [_day(network, dataset, real, epoch, progress) for epoch in range(len(real.days))]
        providers = network.keeper.accounts()
        say(f"Claiming for {len(providers):,} providers")
        before = chain.head()
        network.claim_many(providers, network.keeper_account)
        batches = chain.head() - before
        network.stakers.claim_all(network.keeper_account)
        _verify(network, dataset, len(done_days), progress)
    claimed = {one: int(network.suite["RewardDistributor"].call("claimed", one)) for one in providers}
    holders: dict[str, list[str]] = {"providers": providers, "validators": [one.address for one in validators], "deployer": [network.deployer.address]}
    sheet = draw_up(network.suite, holders, providers, network.settled, genesis, network.stakers.book)
    stream = network.suite["Staking"].call("network")
    done = RealRun(done_days, claimed, batches, stream.rewards_received - stream.rewards_paid - stream.rewards_recycled, sheet, settings.denomination)
    write_summary(out / "summary.json", summary(settings.name, chain.chain_id, network.settled, sheet, _more(done)))
    (out / "report.md").write_text(as_markdown(done), encoding="utf-8")
    return done


def _day(network: Network, dataset: Dataset, real: RealData, epoch: int, progress: Progress) -> Day:
    result = network.report(epoch, dataset)
    network.submit(epoch)
    row = network.settle(epoch)
    expected = schedule_of(network.settings).formula(epoch, row.utility)
    if row.emission != expected:
        raise MDTError(f"epoch {epoch}: the contract pays {row.emission} wei, the model {expected}")
    shares = [amount for _, amount in result.allocation if amount]
    progress(epoch + 1, len(real.days), f"{real.days[epoch]}: {result.measurements.tasks:,} tasks, {network.show(row.emission)}")
    return Day(real.days[epoch].isoformat(), result.measurements, row, len(shares), min(shares, default=0), _floor_dust(result))


def _floor_dust(result: EpochResult) -> int:
    total = sum(weight for _, weight in result.weights)
    if not result.allocation or not total:
        return 0
    return result.miner_share - sum(result.miner_share * weight // total for _, weight in result.weights)


def _verify(network: Network, dataset: Dataset, count: int, progress: Progress) -> None:
    for epoch in range(count):
        found = network.keeper.verify(bundle_path(network.keeper.bundles, epoch), dataset)
        if not found.ok:
            raise MDTError(f"epoch {epoch} does not verify: {found.difference}")
        progress(epoch + 1, count, "verified")


def _more(done: RealRun) -> dict[str, Any]:
    days = [
        {
            "date": day.date,
            "tasks": day.measured.tasks,
            "difficulty": str(day.measured.difficulty),
            "participation": str(day.measured.participation),
            "providers_paid": day.paid,
            "smallest_share": str(day.smallest),
            "floor_dust": str(day.floor_dust),
        }
        for day in done.days
    ]
    return {"days": days, "claimed": {one: str(amount) for one, amount in done.claimed.items()}, "claim_batches": done.batches, "verified": len(days)}


def as_markdown(done: RealRun) -> str:
    """The table of days and the figures under it, as they stand in `docs/research/real-run.md`."""
    head = "| day | tasks | difficulty | participation | U | emission | miners | validators | DAO | paid | smallest share |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|", *(day_line(day, done.unit) for day in done.days)]
    return "\n".join(lines) + "\n\n" + "\n".join(f"- {name}: {value}" for name, value in figures(done)) + "\n"


def day_line(day: Day, unit: Denomination = TOKEN) -> str:
    """A day as a row of the table."""
    row, measured = day.settled, day.measured
    amounts = " | ".join(short(one, unit.decimals) for one in (row.emission, row.miner_share, row.validator_share, row.dao_share))
    rates = f"{decimal(measured.difficulty)[:6]} | {decimal(measured.participation)[:6]} | {decimal(row.utility)[:6]}"
    return f"| {day.date} | {measured.tasks:,} | {rates} | {amounts} | {day.paid} | {short(day.smallest, unit.decimals)} |"


def figures(done: RealRun) -> list[tuple[str, str]]:
    """What the run adds up to."""
    days, amount = done.days, done.unit.format
    emitted = [day.settled.emission for day in days]
    idle = [day.date for day in days if day.measured.tasks == 0]
    busiest = max(days, key=lambda day: day.measured.tasks)
    fewest = min((day for day in days if day.paid), key=lambda day: day.paid)
    return [
        ("epochs settled and verified", f"{len(days)} ({days[0].date} to {days[-1].date})"),
        ("emitted", f"{amount(sum(emitted))}; least {amount(min(emitted))}, most {amount(max(emitted))} a day"),
        ("recycled", amount(sum(day.settled.recycled for day in days))),
        ("days without a task", ", ".join(idle) or "none"),
        ("busiest day", f"{busiest.date}: {busiest.measured.tasks:,} tasks by {busiest.paid} providers"),
        ("fewest providers paid", f"{fewest.date}: {fewest.paid}"),
        ("providers that claimed", f"{len(done.claimed):,} in {done.batches} transactions; {amount(sum(done.claimed.values()))}"),
        ("left in the distributor", amount(done.sheet.held["RewardDistributor"])),
        ("dust that rounding down would have left", f"{sum(day.floor_dust for day in days)} wei over all days; largest remainder leaves 0"),
        ("staking rewards still streaming or in fractions of a wei", amount(done.staking_left)),
        ("balance sheet", f"{len(done.sheet.lines) - len(done.sheet.wrong)} of {len(done.sheet.lines)} lines add up to the wei"),
    ]

"""The same job on real data: `mdt real --data FOLDER --network ethereum:local:test`, which is `make real DATA=FOLDER`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mdt.cli.command import command
from mdt.cli.demo import require_balance
from mdt.cli.output import say
from mdt.escapes import escaped

if TYPE_CHECKING:
    from mdt.cli.session import Session


@command(
    None,
    "real",
    click.option("--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder with the published files."),
    click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/real"), show_default=True, help="Folder for all it writes."),
    click.option("--days", type=click.IntRange(min=1), help="Only the first so many days. [default: all]"),
)
def cli(session: Session, data: Path, out: Path, days: int | None) -> None:
    """Run every day of the published data as an epoch, claim for every provider, and verify every bundle."""
    from tqdm import tqdm

    from mdt.cli.deploy import compiled
    from mdt.preset import settings
    from mdt.runs import real
    from mdt.runs.report import clear

    clear(out)
    bar = tqdm(total=1, unit="epoch", disable=session.as_json, mininterval=1.0)

    def tell(line: str) -> None:
        if not session.as_json:
            tqdm.write(escaped(line))

    def progress(number: int, count: int, what: str) -> None:
        bar.total, bar.n = count, number
        bar.set_postfix_str(what, refresh=False)
        bar.update(0)

    done = real.run(session.chain, settings.load("luxtensor"), compiled(), data, out, tell, progress, days)
    bar.close()
    if session.as_json:
        say(*(out / "summary.json").read_text(encoding="utf-8").splitlines())
    else:
        for name, value in real.figures(done):
            say(f"{name}: {value}")
        say(f"The table of days: {out / 'report.md'}; every figure in wei: {out / 'summary.json'}")
    require_balance(done.sheet)

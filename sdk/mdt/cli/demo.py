"""The whole system on an embedded chain: `mdt demo --network ethereum:local:test`, which is `make demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mdt.cli.command import command
from mdt.cli.errors import fail
from mdt.cli.output import say, table
from mdt.suite.words import counted

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.runs.accounting import BalanceSheet

out_option = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/demo"), show_default=True, help="Folder for everything it writes."
)


@command(None, "demo", out_option)
def cli(session: Session, out: Path) -> None:
    """Deploy, stake, measure, emit, slash, vote, sell and claim with a made-up network; ends with a balance sheet and exits with 1 if it does not add up."""
    from mdt.cli.deploy import compiled
    from mdt.preset import settings
    from mdt.runs import demo
    from mdt.runs.report import clear, epoch_columns, epoch_row, sheet_rows, slash_columns, slash_row

    clear(out)
    preset = settings.load("adr-literal")
    done = demo.run(session.chain, preset, compiled(with_markets=True), out, _silent if session.as_json else say)
    if session.as_json:
        say(*(out / "summary.json").read_text(encoding="utf-8").splitlines())
    else:
        symbol = preset.denomination.symbol
        table(f"Epochs ({symbol})", epoch_columns(), [epoch_row(row, done.notes.get(row.epoch, "")) for row in done.settled], right=range(8))
        table(f"Slashes ({symbol})", slash_columns(), [slash_row(slash) for slash in done.staking.slashes()], right=range(3, 8))
        table("Balance sheet", ("", ""), sheet_rows(done.sheet), right=[1])
        for line in done.sheet.lines:
            say(f"  {'ok' if line.is_true else 'WRONG':<5} {line.name}: {line.left} = {line.right} wei")
        say(f"The same figures in wei: {out / 'summary.json'}")
    require_balance(done.sheet)


def require_balance(sheet: BalanceSheet) -> None:
    """Fail where a balance sheet does not add up."""
    if sheet.wrong:
        fail(f"{counted(len(sheet.wrong), 'line')} of the balance sheet: wrong {'; '.join(line.name for line in sheet.wrong)}")


def _silent(_line: str) -> None:
    """Say nothing: the document is all."""

"""The whole system on an embedded chain: `ape run demo --network ethereum:local:test`, which is `make demo`."""

from __future__ import annotations

from pathlib import Path

import click

from mdt.cli import shared


@shared.command(name="demo")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/demo"), show_default=True, help="Folder for everything it writes.")
def cli(session, out) -> None:
    """Deploy, stake, measure, emit, slash, vote, sell and claim with a made-up network; ends with a balance sheet and exits with 1 if it does not add up."""
    from ape import project

    from mdt.deploy.compiled import from_ape
    from mdt.preset import settings
    from mdt.runs import demo
    from mdt.runs.report import clear, epoch_columns, epoch_row, sheet_rows, slash_columns, slash_row
    from mdt.units import denomination

    clear(out)
    say = (lambda _line: None) if session.as_json else click.echo
    done = demo.run(session.chain, settings.load("adr-literal"), from_ape(project), out, say)
    if session.as_json:
        click.echo((out / "summary.json").read_text(encoding="utf-8"), nl=False)
    else:
        rows = [epoch_row(row, done.notes.get(row.epoch, "")) for row in done.settled]
        shared.table(f"Epochs ({denomination().symbol})", epoch_columns(), rows, right=range(8))
        slashes = [slash_row(one) for one in done.staking.slashes()]
        shared.table(f"Slashes ({denomination().symbol})", slash_columns(), slashes, right=range(3, 8))
        shared.table("Balance sheet", ("", ""), sheet_rows(done.sheet), right=[1])
        for line in done.sheet.lines:
            click.echo(f"  {'ok' if line.is_true else 'WRONG':<5} {line.name}: {line.left} = {line.right} wei")
        click.echo(f"The same figures in wei: {out / 'summary.json'}")
    if done.sheet.wrong:
        shared.fail(f"{len(done.sheet.wrong)} lines of the balance sheet do not add up: {'; '.join(line.name for line in done.sheet.wrong)}")

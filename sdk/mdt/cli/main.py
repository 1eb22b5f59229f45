"""`mdt`: the command groups, each imported when it is used, so that the list of them is instant."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

GROUPS = {
    "demo": "Run the whole system on an embedded chain, with a balance sheet at the end.",
    "deploy": "Deploy the suite, go on with an interrupted deployment, or verify one.",
    "epoch": "Measure, report, attest, submit, settle; skip, cancel; verify.",
    "governance": "Schedule what the timelock does, look at it, execute it, stop it.",
    "local": "Move a chain on your own machine forward.",
    "market": "Markets for the token and one other: prices, swaps, liquidity, fees.",
    "real": "The same job as the demo's on published data.",
    "rewards": "Miners' proofs and claims; block rewards and idle rewards of staking.",
    "slash": "Evidence of offences, and what follows from a slash.",
    "stake": "Stake with validators, lock, unstake, move, and have rewards paid.",
    "token": "Supply, payments, mints and burns, pools and sales, schedules, fees.",
    "treasury": "What the treasury holds, and spending it inside its budget.",
    "tx": "What was signed here; pay more for what waits, or give up on it.",
    "validator": "Become a validator, and run one.",
    "vesting": "Tokens that become their beneficiaries' over time.",
}
"""Every group in `mdt.cli.<name>.cli`, and its line in `mdt --help`."""


class LazyGroup(click.Group):
    """A group whose commands are imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, without importing any."""
        return sorted({*GROUPS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them, imported now."""
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        found: click.Command = import_module(f"mdt.cli.{cmd_name}").cli
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is named; of one that is not known, here or in a group, say which name is near."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            from mdt.cli.hints import near_command

            error.message += near_command(error)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A line each, of the table above: nothing is imported for it."""
        own = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**GROUPS, **own}.items()))


@click.group(cls=LazyGroup, context_settings={"max_content_width": 120})
@click.version_option(package_name="mdt", prog_name="mdt")
def main() -> None:
    """The tokenomics suite from the command line: read a deployment, stake, claim, govern, deploy.

    The chain is named by --network or --rpc of each command, or by MDT_NETWORK and MDT_RPC.
    """


@main.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete commands and options.

    For bash and zsh: eval "$(mdt completion bash)". For fish: mdt completion fish | source.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, f"click knows {shell}"
    click.echo(kind(main, {}, "mdt", "_MDT_COMPLETE").source())


if __name__ == "__main__":
    main(prog_name="mdt")

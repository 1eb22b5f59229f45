"""How a function becomes a command: where it is connected to, how it answers, and what happens to its errors."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mdt.cli.environment import require_known
from mdt.cli.errors import one_line
from mdt.cli.hints import below_zero, lost_quotes
from mdt.cli.strict import require_filled, require_once, require_text, strict
from mdt.escapes import escaped


class Command(click.Command):
    """A command whose errors are one clean line, and whose options stand once."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse an option that stands twice and a value that is empty."""
        require_once(self, ctx, args)
        left = super().parse_args(ctx, args)
        require_filled(self, ctx)
        require_text(self, ctx)
        return left

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """Read the command line; what is wrong about it is quoted with escapes: a shell fills in names of files that strangers chose."""
        written = list(args)  # click takes them out as it reads
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            error.message = escaped(below_zero(error, written) or f"{error.message}{lost_quotes(error, written)}")
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn errors made on purpose, of ape and of the node, into a line and exit code 1."""
        with one_line():
            require_known(os.environ)
            return super().invoke(ctx)


class ActingGroup(click.Group):
    """A group that does something itself when no command of it is named, and whose options are in its help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse an option that stands twice and a value that is empty."""
        require_once(self, ctx, args)
        left = super().parse_args(ctx, args)
        require_filled(self, ctx)
        require_text(self, ctx)
        return left

    def invoke(self, ctx: click.Context) -> Any:
        """Run, with errors as one line."""
        with one_line():
            return super().invoke(ctx)


def command(group: click.Group | None, name: str, *options: Callable[[Any], Any]) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a command: it is given a `Session` first, then its options and arguments.

    Args:
        group: Where it belongs; None for a command of its own.
        name: What it is called.
        options: click's options and arguments, in their order.
    """

    def decorate(function: Callable[..., None]) -> click.Command:
        return _made(group, name, _connected(function), (*options, *_CONNECTION, json_option))

    return decorate


def acting_group(name: str, *options: Callable[[Any], Any]) -> Callable[[Callable[..., None]], click.Group]:
    """Make a function a group that runs it when none of its commands is named."""

    def decorate(function: Callable[..., None]) -> click.Group:
        connected = _connected(function)

        @wraps(function)
        @click.pass_context
        def run(context: click.Context, /, **given: Any) -> None:
            if context.invoked_subcommand is None:
                require_known(os.environ)
                connected(**given)
            elif any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in given):
                raise click.UsageError(f"write the options after {context.invoked_subcommand}: those before it belong to {name} itself")

        made: click.Group = click.group(name, cls=ActingGroup, invoke_without_command=True)(_decorated(run, (*options, *_CONNECTION, json_option)))
        strict(made)
        return made

    return decorate


def offline(group: click.Group, name: str, *options: Callable[[Any], Any]) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a command that talks to no chain: it is given `as_json` with its options and arguments."""

    def decorate(function: Callable[..., None]) -> click.Command:
        return _made(group, name, function, (*options, json_option))

    return decorate


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document; amounts are decimal strings of wei.")
for_option = click.option("--for", "owner", help="Whose; an address or alias. [default: the signer]")
bundles_option = click.option(
    "--bundles", type=click.Path(file_okay=False, path_type=Path), help="Folder of the epochs' bundles. [default: out/bundles/<network>]"
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be sent, with decoded arguments; send nothing.")

_CONNECTION = (
    click.option("--network", envvar="MDT_NETWORK", metavar="NAME", help="Name of a record, or ecosystem:network[:provider or node's address]."),
    click.option("--rpc", envvar="MDT_RPC", metavar="URL", help="Address of a node; alone, it finds the record by the chain."),
    click.option("--deployments", type=click.Path(file_okay=False, path_type=Path), help="Folder of this network's records."),
)


def _connected(function: Callable[..., None]) -> Callable[..., None]:
    """The function, given a session on the network that the options name."""

    @wraps(function)
    def run(network: str | None, rpc: str | None, deployments: Path | None, as_json: bool, **given: Any) -> None:
        from mdt.cli.session import session

        with session(*_typed_first(network, rpc), deployments, as_json) as opened:
            function(opened, **given)

    return run


def _typed_first(network: str | None, rpc: str | None) -> tuple[str | None, str | None]:
    """Where one option was typed and the other stands in the environment, the node that was typed: `ecosystem:network` goes on to count beside it."""
    context = click.get_current_context()
    typed = [name for name in ("network", "rpc") if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if typed == ["rpc"] and network is not None:
        return ":".join(network.split(":")[:2]) if network.count(":") > 1 else network, rpc
    if typed == ["network"] and network is not None and network.count(":") > 1:
        return network, None
    return network, rpc


def _made(group: click.Group | None, name: str, function: Callable[..., None], options: tuple[Callable[[Any], Any], ...]) -> click.Command:
    made: click.Command = (group.command if group is not None else click.command)(name, cls=Command)(_decorated(function, options))
    strict(made)
    return made


def _decorated(function: Callable[..., None], options: tuple[Callable[[Any], Any], ...]) -> Any:
    for one in reversed(options):
        function = one(function)
    return function

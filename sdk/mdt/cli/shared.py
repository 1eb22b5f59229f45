"""What the scripts of `ape run` share: options, the chain behind `--network`, accounts, output and errors.

An error made on purpose is one line on standard error, "what was wrong, the value, what to do", and exit code 1.
With `--json` the result is one JSON document on standard output; amounts in it are decimal strings of wei.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from ape.cli import ConnectedProviderCommand

if TYPE_CHECKING:
    from mdt.chain.signers import ApeSigner
    from mdt.chain.transactions import Chain
    from mdt.suite.opened import Suite
    from mdt.suite.records import Folder

F = TypeVar("F", bound=Callable[..., Any])

DEVNET = ("luxtensor", "devnet")
TEST_PREFIX = "TEST::"


class Command(ConnectedProviderCommand):
    """A command with `--network` whose errors are one clean line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn errors made on purpose, of ape and of the node, into a line and exit code 1."""
        _log_to_stderr()
        with _errors(ctx):
            return super().invoke(ctx)


class OfflineCommand(click.Command):
    """A command that talks to no chain, with the same errors."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn errors made on purpose into a line and exit code 1."""
        with _errors(ctx):
            return super().invoke(ctx)


class _errors:  # noqa: N801 - reads as a statement
    def __init__(self, ctx: click.Context) -> None:
        self.ctx = ctx

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        """Print and leave, unless the error is a bug: that keeps its traceback."""
        from ape.exceptions import ApeException, ConfigError, NetworkMismatchError, NetworkNotFoundError, ProviderError

        from mdt.errors import MDTError

        if error is None or isinstance(error, click.exceptions.Exit | click.ClickException | click.Abort):
            return
        if isinstance(error, MDTError):
            text = str(error)
        elif isinstance(error, NetworkMismatchError):
            text = f"{error} Nothing was signed: check --network and the node's address"
        elif isinstance(error, ProviderError | NetworkNotFoundError):
            text = f"{error} Start the node, or check --network and `node:` in ape-config.yaml (--network ecosystem:network:URL names another)"
        elif isinstance(error, ConfigError):
            text = f"{error} Correct ape-config.yaml or the variable it names"
        elif isinstance(error, ApeException):
            text = str(error)
        else:
            return
        fail(text)


def _log_to_stderr() -> None:
    """Keep standard output for results: ape logs its progress there."""
    from ape.logging import logger

    for handler in logger._logger.handlers:
        styles = getattr(handler, "echo_kwargs", None)
        if isinstance(styles, dict):
            styles.update({level: {**styles.get(level, {}), "err": True} for level in ("debug", "info", "success", "warning", "error")})


def fail(text: str) -> None:
    """Print an error and exit with code 1."""
    click.echo(f"error: {text}", err=True)
    sys.exit(1)


@dataclass(frozen=True)
class Session:
    """The chain behind `--network`, and where its deployment is recorded."""

    provider: Any
    chain: Chain
    folder: Folder
    network: str
    is_local: bool
    as_json: bool

    @property
    def suite(self) -> Suite:
        """The contracts of the finished deployment."""
        from mdt.suite.opened import open_suite

        return open_suite(self.chain, self.folder)

    def signer(self, alias: str | None) -> ApeSigner:
        """An account of ape by alias or address, or `TEST::n` on local networks and the devnet.

        Raises:
            AccountError: no such account, or none named where one is needed.
        """
        from ape import accounts

        from mdt.chain.signers import ApeSigner
        from mdt.errors import AccountError

        if alias is None:
            if not self.is_local:
                raise AccountError(f"an account is needed to sign on {self.network}: pass --account ALIAS (`ape accounts list` shows them)")
            alias = f"{TEST_PREFIX}0"
        if alias.startswith("0x"):
            alias = self._alias_of(alias)
        if alias.startswith(TEST_PREFIX):
            return ApeSigner(self._test_account(alias))
        try:
            account = accounts.load(alias)
        except (KeyError, ValueError) as error:
            known = ", ".join(sorted(one.alias for one in accounts if one.alias)) or "none"
            raise AccountError(f"no account {alias!r}; there are: {known}. Import one with `ape accounts import {alias}`") from error
        if f"APE_ACCOUNTS_{alias}_PASSPHRASE" in os.environ:
            with suppress(AttributeError):
                account.set_autosign(True)
        return ApeSigner(account)

    @staticmethod
    def _alias_of(text: str) -> str:
        """The alias of the account with an address.

        Raises:
            AccountError: ape has no key for it.
        """
        from ape import accounts

        from mdt.addresses import parse_address
        from mdt.errors import AccountError

        address = parse_address(text)
        named = {str(one.address): one.alias for one in accounts if one.alias}
        named |= {str(one.address): f"{TEST_PREFIX}{number}" for number, one in enumerate(accounts.test_accounts)}
        if address not in named:
            raise AccountError(f"ape has no account with the address {address}: import its key (`ape accounts import`), or name another account")
        return str(named[address])

    def _test_account(self, alias: str) -> Any:
        from ape import accounts

        from mdt.errors import AccountError

        if not self.is_local and tuple(self.network.split("-", 1)) != DEVNET:
            raise AccountError(f"{alias} has a key that everybody knows: it can sign on local networks and the devnet, not on {self.network}")
        number = alias.removeprefix(TEST_PREFIX)
        if not number.isdigit() or int(number) >= len(accounts.test_accounts):
            raise AccountError(f"no test account {alias!r}; there are {TEST_PREFIX}0 to {TEST_PREFIX}{len(accounts.test_accounts) - 1}")
        return accounts.test_accounts[int(number)]

    def address(self, text: str) -> str:
        """An address, the alias of an account, `TEST::n`, or the name of a contract of the suite."""
        from mdt.addresses import parse_address
        from mdt.names import SOURCES

        if text in SOURCES:
            return str(self.suite[text].address)
        if text.startswith("0x"):
            return str(parse_address(text))
        return str(self.signer(text).address)


def command(group: click.Group | None = None, name: str | None = None, *, offline: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a command: adds `--network`, `--deployments` and `--json`, and passes a `Session` first."""

    def decorate(function: Callable[..., Any]) -> Any:
        def run(*arguments: Any, **options: Any) -> None:
            as_json = options.pop("as_json")
            if offline:
                function(as_json, *arguments, **options)
                return
            provider, deployments = options.pop("provider"), options.pop("deployments")
            function(session_of(provider, deployments, as_json), *arguments, **options)

        run.__doc__, run.__name__ = function.__doc__, function.__name__
        run.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        wrapped: Any = click.option("--json", "as_json", is_flag=True, help="Print one JSON document; amounts are decimal strings of wei.")(run)
        if not offline:
            wrapped.__signature__ = _with_provider()
            wrapped = click.option("--deployments", type=click.Path(file_okay=False, path_type=Path), help="Folder of this network's records.")(wrapped)
        wrapper = group.command if group is not None else click.command
        return wrapper(name or function.__name__, cls=OfflineCommand if offline else Command)(wrapped)

    return decorate


def _with_provider() -> Any:
    """What ape looks at to decide whether to pass the provider."""
    import inspect

    return inspect.Signature([inspect.Parameter("provider", inspect.Parameter.KEYWORD_ONLY)])


def account_option(function: F) -> F:
    """`--account`: who signs."""
    return click.option("--account", help="Alias of an account of ape, or TEST::n locally. [default on local networks: TEST::0]")(function)


def dry_run_option(function: F) -> F:
    """`--dry-run`: say what would be sent."""
    return click.option("--dry-run", is_flag=True, help="Say what would be sent, with decoded arguments; send nothing.")(function)


def signing_options(function: F) -> F:
    """`--account` and `--dry-run`: for everything that sends."""
    return account_option(dry_run_option(function))


def for_option(function: F) -> F:
    """`--for`: whose it is."""
    return click.option("--for", "owner", help="Whose; an address or alias. [default: the signer]")(function)


def bundles_option(function: F) -> F:
    """`--bundles`: where the bundles of epochs are kept."""
    return click.option("--bundles", type=click.Path(file_okay=False, path_type=Path), help="Folder of the epochs' bundles. [default: out/bundles/<network>]")(
        function
    )


def session_of(provider: Any, deployments: Path | None, as_json: bool) -> Session:
    """The session of a connected provider of ape; amounts are read and written in the unit of the token that is recorded for the network."""
    from mdt.chain.connecting import chain_of
    from mdt.chain.policy import Policy
    from mdt.suite.records import Folder

    network = provider.network
    is_local = bool(network.is_dev)
    name = "local" if is_local else f"{network.ecosystem.name}-{network.name}"
    expected = int(provider.chain_id if is_local else network.chain_id)
    chain = chain_of(provider.web3, expected, Policy(), lambda line: click.echo(line, err=True))
    folder = Folder(deployments) if deployments else Folder.of(name)
    _use_denomination_of(folder)
    return Session(provider, chain, folder, name, is_local, as_json)


def _use_denomination_of(folder: Folder) -> None:
    """Before any argument is read. What is wrong with a record is for the command to say: a fresh deployment does not mind it."""
    from mdt.errors import DeploymentError
    from mdt.units import Denomination, use_denomination

    unit = None
    with suppress(DeploymentError):
        unit = folder.denomination()
    use_denomination(*(unit or Denomination()))


def bundles_of(session: Session, bundles: Path | None) -> Path:
    """The folder of bundles."""
    return bundles or Path("out") / "bundles" / session.network


# --- output ---


def emit(as_json: bool, document: Any, show: Callable[[], None]) -> None:
    """The JSON document, or what a person sees."""
    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        show()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> None:
    """Print a table; columns named in `right` are right-aligned, and without any name there is no header. Brackets are brackets: names come from the chain."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    made = Table(title=escape(title), title_justify="left", show_header=any(columns))
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*[escape(str(cell)) for cell in row])
    width = None if sys.stdout.isatty() else 160
    Console(width=width).print(made)


def parse_units(text: str) -> int:
    """Wei of `12.5 MDT`, in the unit of the deployment; refused when zero."""
    from mdt.errors import UnitError
    from mdt.units import parse_amount

    amount = parse_amount(text)
    if amount == 0:
        raise UnitError(f"{text!r} is nothing: give an amount above zero")
    return amount


def receipt_document(receipt: Any) -> dict[str, Any]:
    """A mined transaction for JSON."""
    return {"tx_hash": receipt.tx_hash, "block_number": receipt.block_number, "gas_used": receipt.gas_used}

"""Who signs: a keystore file, a test account whose key everybody knows, or an account of ape (key file or hardware wallet).

Ape is imported for the last only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from eth_account import Account
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

from mdt.addresses import is_meant_as_address, parse_address
from mdt.chain.signers import LocalSigner
from mdt.cli.ape_accounts import of_ape
from mdt.errors import AccountError, ChainError
from mdt.escapes import escaped
from mdt.written.characters import shown
from mdt.written.read import read_values

if TYPE_CHECKING:
    from mdt.chain.signers import Signer

F = TypeVar("F", bound=Callable[..., Any])

TEST_PREFIX, FILE_PREFIX = "TEST::", "file:"
TEST_MNEMONIC = "test test test test test test test test test test test junk"
"""Of ape's, anvil's and hardhat's test accounts."""
TEST_ACCOUNTS = 20
"""As many as any of them has."""
ALSO = "mdt.cli.accounts.also"
"""Where a command's context keeps accounts that are named by other options than --account."""
PASSPHRASE, PASSPHRASE_FILE = "MDT_PASSPHRASE", "MDT_PASSPHRASE_FILE"


def account_option(function: F) -> F:
    """`--account`, `--keystore` and `--passphrase-file`, passed as one `account`."""
    options = [
        click.option("--account", help="An alias of ape, TEST::n locally, or file:PATH of a keystore. [default on local networks: TEST::0]"),
        click.option(
            "--keystore",
            type=click.Path(exists=True, dir_okay=False),
            expose_value=False,
            callback=_keystore,
            help=f"A keystore file (JSON) to sign with. Its passphrase is asked for, or read from ${PASSPHRASE} or ${PASSPHRASE_FILE}.",
        ),
        click.option(
            "--passphrase-file",
            type=click.Path(exists=True, dir_okay=False),
            envvar=PASSPHRASE_FILE,
            expose_value=False,
            callback=_remember,
            help="The file whose first line is the keystore's passphrase.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def also(flag: str, text: str) -> Callable[[F], F]:
    """Another option that names who signs, next to `--account`."""
    return click.option(flag, help=text, expose_value=False, callback=_also)


def signer_of(account: str | None, network: str, *, is_local: bool, is_devnet: bool) -> Signer:
    """The account of that name.

    Args:
        account: `file:PATH`, `TEST::n`, an alias of ape, or the address of an account of ape; None for TEST::0 on local networks.
        network: What it is going to sign for, for the error.
        is_local: Whether that is a network for tests.
        is_devnet: Whether that is the network for development, on which keys that everybody knows may sign as well.

    Raises:
        AccountError: no such account, none named where one is needed, or one whose key everybody knows on a network that matters.
    """
    account = _named(account, network, is_local)
    signer = _found(account)
    if not (is_local or is_devnet) and str(signer.address) in known_addresses():
        raise AccountError(f"{account} has a key that everybody knows: it can sign on local networks and the devnet, not on {network}")
    return signer


def address_of(account: str) -> str:
    """The address of an account, without unlocking it: everybody may read it, whatever the network.

    Raises:
        AccountError: no such account.
    """
    if account.startswith(FILE_PREFIX):
        return _address_in(Path(account.removeprefix(FILE_PREFIX)))
    return str(_found(account).address)


@cache
def known_addresses() -> tuple[str, ...]:
    """The addresses of the test accounts, in order."""
    return tuple(str(known_account(number).address) for number in range(TEST_ACCOUNTS))


@cache
def known_account(number: int) -> LocalSigner:
    """A test account: its key follows from a mnemonic that is printed in every manual."""
    return LocalSigner(Account.from_key(key_from_seed(_seed(), f"m/44'/60'/0'/0/{number}")))


def first_line(path: Path) -> str:
    """The passphrase in a file. Any text is one.

    Raises:
        AccountError: the file holds nothing, or no text in UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AccountError(f"the file of the passphrase, {path}, cannot be read ({error}): its first line is the passphrase, in UTF-8") from error
    if not text:
        raise AccountError(f"the file of the passphrase, {path}, is empty: its first line is the passphrase")
    return text.splitlines()[0]


# --- internal ---


@cache
def _seed() -> bytes:
    return bytes(seed_from_mnemonic(TEST_MNEMONIC, ""))


def _also(context: click.Context, parameter: click.Parameter, account: str | None) -> None:
    """Note who signs under another name than --account."""
    if account is not None:
        context.meta.setdefault(ALSO, []).append((parameter.opts[0], account))


def _keystore(context: click.Context, parameter: click.Parameter, path: str | None) -> None:
    _also(context, parameter, None if path is None else f"{FILE_PREFIX}{path}")


def _remember(context: click.Context, _parameter: click.Parameter, path: str | None) -> None:
    if path is not None:
        context.meta[PASSPHRASE_FILE] = path


def _meta(key: str) -> Any:
    context = click.get_current_context(silent=True)
    return context.meta.get(key) if context else None


def _named(account: str | None, network: str, is_local: bool) -> str:
    names = [*([account] if account is not None else []), *(other for _, other in _meta(ALSO) or [])]
    if len(set(names)) > 1 and len({address_of(name) for name in names}) > 1:
        raise AccountError(f"{names[0]} and {names[1]} are two accounts: name the one that signs")
    if names:
        return str(names[0])
    if not is_local:
        raise AccountError(f"an account is needed to sign on {network}: pass --account ALIAS (`ape accounts list` shows them), or --keystore FILE")
    return f"{TEST_PREFIX}0"


def _found(account: str) -> Signer:
    if account.startswith(FILE_PREFIX):
        return _of_file(Path(account.removeprefix(FILE_PREFIX)))
    if is_meant_as_address(account):
        address = str(parse_address(account))
        if address in known_addresses():
            return known_account(known_addresses().index(address))
        return of_ape(address)
    if account.startswith(TEST_PREFIX):
        number = account.removeprefix(TEST_PREFIX)
        if number not in map(str, range(TEST_ACCOUNTS)):
            raise AccountError(f"no test account {account!r}; there are {TEST_PREFIX}0 to {TEST_PREFIX}{TEST_ACCOUNTS - 1}")
        return known_account(int(number))
    return of_ape(account)


def _of_file(path: Path) -> LocalSigner:
    content = _read(path)
    try:
        signer = LocalSigner(Account.from_key(Account.decrypt(content, _passphrase(path))))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        MemoryError,
        NotImplementedError,
    ) as error:  # of eth-keyfile, for what it cannot use
        raise AccountError(f"the keystore {path} was not opened ({error}): check its passphrase (asked for, or ${PASSPHRASE}, or --passphrase-file)") from error
    said = _said(path, content)
    if said not in (None, signer.address):
        raise AccountError(f"{path} says that it is {said}, and has the key of {signer.address}: name the right file, or correct its address")
    return signer


def _address_in(path: Path) -> str:
    return _said(path, _read(path)) or str(_of_file(path).address)


def _said(path: Path, content: dict[str, Any]) -> str | None:
    """Whose key a keystore says that it has; None where it says nothing.

    Raises:
        AccountError: no address.
    """
    address = content.get("address")
    if address is None:
        return None
    if not isinstance(address, str):
        raise AccountError(f"{path}: address is {shown(address)}, not text")
    try:
        return str(parse_address("0x" + address.removeprefix("0x")))  # geth leaves out the 0x
    except ChainError as error:
        raise AccountError(f"{path}: address: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = read_values(path, AccountError)
    except AccountError as error:
        raise AccountError(f"{error}. The keystore cannot be read: name a JSON file as `geth account new` or ape write them") from error
    if not isinstance(content, dict) or "crypto" not in {str(key).lower() for key in content}:
        raise AccountError(f"{path} is no keystore: it is a JSON object with `crypto`, as `geth account new` or ape write it")
    return content


def _passphrase(path: Path) -> str:
    """Out of a file, the environment, or a person; never an argument, which every process of the machine could read."""
    named = _meta(PASSPHRASE_FILE)
    if named is not None:
        return first_line(Path(named))
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    found: str = click.prompt(f"Passphrase of {escaped(path)}", hide_input=True, err=True)
    return found

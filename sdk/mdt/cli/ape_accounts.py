"""Accounts of ape: found by alias or address, unlocked by a variable or by whoever is there, and every refusal with a way on.

Ape is imported when one is asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import click
from eth_account.messages import SignableMessage
from web3.types import TxParams

from mdt.chain.signers import ApeSigner
from mdt.cli.ape_log import quiet
from mdt.errors import AccountError
from mdt.written.characters import nearest

T = TypeVar("T")


@dataclass(frozen=True)
class AskingSigner(ApeSigner):
    """An account of ape that may have to ask for its passphrase, which nobody may be there to answer."""

    alias: str

    def sign(self, transaction: TxParams) -> bytes:
        """Sign through ape.

        Raises:
            AccountError: as `ApeSigner.sign`; the account is locked, or its passphrase is wrong.
        """
        return self._opened(lambda: ApeSigner.sign(self, transaction))

    def sign_message(self, message: SignableMessage) -> bytes:
        """Sign through ape.

        Raises:
            AccountError: as `sign`.
        """
        return self._opened(lambda: ApeSigner.sign_message(self, message))

    def _opened(self, sign: Callable[[], T]) -> T:
        from ape.exceptions import ProviderNotConnectedError
        from ape_accounts.accounts import InvalidPasswordError

        try:
            try:
                return sign()
            except ProviderNotConnectedError:
                # ape shows what it asks about with what its own node knows: where a node was named by its address it has none, and cannot ask
                if not sys.stdin.isatty():
                    raise _locked(self.alias) from None
                self.account.set_autosign(True)
                return sign()
        except click.Abort:
            if sys.stdin.isatty():
                raise  # somebody was there, and did not want to
            raise _locked(self.alias) from None
        except InvalidPasswordError as error:
            raise _wrong(self.alias) from error


def of_ape(account: str) -> ApeSigner:
    """By alias or address.

    Raises:
        AccountError: ape has no such account, or is not installed; the passphrase in the environment is wrong.
    """
    try:
        from ape import accounts
    except ImportError as error:
        raise AccountError(f"{account!r} is an account of ape, which is not installed: sign with --keystore FILE, or install `mdt[ape]`") from error
    from ape_accounts.accounts import InvalidPasswordError

    quiet()
    alias = account
    if account.startswith("0x"):
        alias = next((str(one.alias) for one in accounts if one.alias and str(one.address) == account), "")
        if not alias:
            raise AccountError(f"ape has no account with the address {account}: import its key (`ape accounts import`), or name another account")
    try:
        found = accounts.load(alias)
    except (KeyError, ValueError) as error:
        known = sorted(one.alias for one in accounts if one.alias)
        raise AccountError(
            f"no account {alias!r}{nearest(alias, known)}; there are: {', '.join(known) or 'none'}. Import one with `ape accounts import {alias}`"
        ) from error
    if _variable(alias) in os.environ:
        try:
            with suppress(AttributeError):
                found.set_autosign(True)
        except InvalidPasswordError as error:
            raise _wrong(alias) from error
    return AskingSigner(found, alias)


def _variable(alias: str) -> str:
    return f"APE_ACCOUNTS_{alias}_PASSPHRASE"


def _locked(alias: str) -> AccountError:
    return AccountError(
        f"the account {alias} is locked, and nobody is there to be asked for its passphrase: nothing was signed; put it into {_variable(alias)}"
    )


def _wrong(alias: str) -> AccountError:
    where = f"the one in {_variable(alias)} does not open it" if _variable(alias) in os.environ else f"type it again, or put it into {_variable(alias)}"
    return AccountError(f"wrong passphrase of the account {alias}: nothing was signed; {where}")

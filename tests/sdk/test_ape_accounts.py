"""Accounts of ape that are locked: every refusal names the account and the variable."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import ape
import pytest
from ape_accounts.accounts import KeyfileAccount
from eth_account import Account

from mdt.cli.accounts import signer_of
from mdt.errors import AccountError

TRANSACTION = {"chainId": 8_898, "nonce": 0, "gasPrice": 10**9, "gas": 21_000, "value": 0, "data": b"", "to": "0x" + "22" * 20}
KEY = "0x" + "11" * 32
VARIABLE = "APE_ACCOUNTS_operator_PASSPHRASE"


class Terminal(io.StringIO):
    """Where somebody is."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def account(tmp_path, monkeypatch):
    """A key file of ape's, of the alias `operator`, that ape finds."""
    path = tmp_path / "operator.json"
    path.write_text(json.dumps(Account.encrypt(KEY, "right", kdf="pbkdf2", iterations=2)))
    found = KeyfileAccount(keyfile_path=path)
    monkeypatch.setattr(ape, "accounts", SimpleNamespace(load={"operator": found}.__getitem__))
    monkeypatch.delenv(VARIABLE, raising=False)
    return found


@pytest.mark.parametrize("connected", [True, False], ids=["ape's node", "a node by its address"])
def test_sign__locked_and_nobody_to_ask__names_the_account_and_its_variable(account, monkeypatch, connected):
    """It said that the node was down: ape wanted to show what it asks about, with a node of its own."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    if not connected:
        monkeypatch.setattr(ape.networks, "active_provider", None)
    signer = signer_of("operator", "somewhere", is_local=False, is_devnet=False)
    assert signer.address == Account.from_key(KEY).address
    with pytest.raises(AccountError, match=f"the account operator is locked, .* nothing was signed; put it into {VARIABLE}$"):
        signer.sign(TRANSACTION)


def test_sign__locked_and_somebody_is_there__asked_for_the_passphrase_alone(account, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(ape.networks, "active_provider", None)
    asked = []
    monkeypatch.setattr("ape_accounts.accounts.click.prompt", lambda message, **_: asked.append(message) or "right")
    signer = signer_of("operator", "somewhere", is_local=False, is_devnet=False)
    assert Account.recover_transaction(signer.sign(TRANSACTION)) == signer.address
    assert len(asked) == 1


def test_signer__passphrase_in_the_environment__opens_it_or_is_named_as_wrong(account, monkeypatch):
    """`error: Invalid password` named neither the account nor the variable."""
    monkeypatch.setenv(VARIABLE, "right")
    signer = signer_of("operator", "somewhere", is_local=False, is_devnet=False)
    assert Account.recover_transaction(signer.sign(TRANSACTION)) == signer.address
    monkeypatch.setenv(VARIABLE, "wrong")
    with pytest.raises(AccountError, match=f"wrong passphrase of the account operator: nothing was signed; the one in {VARIABLE} does not open it"):
        signer_of("operator", "somewhere", is_local=False, is_devnet=False)

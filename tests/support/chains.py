"""Embedded chains for tests that talk to a node: one py-evm chain behind web3, with the accounts of eth-tester."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from web3 import EthereumTesterProvider, Web3

from mdt.chain import localchain


def embedded() -> Web3:
    """A fresh in-process chain."""
    return Web3(EthereumTesterProvider(EthereumTester(PyEVMBackend())))


def accounts(w3: Web3) -> list[LocalAccount]:
    """The funded accounts of an embedded chain, with their keys."""
    keys = w3.provider.ethereum_tester.backend.account_keys  # type: ignore[attr-defined]
    return [Account.from_key(key.to_bytes()) for key in keys]


@contextmanager
def anchored(w3: Web3) -> Iterator[None]:
    """Run a block of a test and put the chain back, whatever happens; errors pass through."""
    identifier = localchain.snapshot(w3)
    try:
        yield
    finally:
        localchain.restore(w3, identifier)

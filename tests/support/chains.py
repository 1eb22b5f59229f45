"""Local chains for tests that talk to a node: anvil where npm has installed it, which is ten times as quick, else py-evm in this process.

Both have the same accounts with the same coin. What a test asks of one of them in particular, it takes by name: `embedded`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from weakref import WeakKeyDictionary

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from web3 import EthereumTesterProvider, Web3

from mdt.chain import localchain
from tests.support import anvil

CHAIN_ID = 131_277_322_940_537
"""The one of eth-tester."""
COIN = 10**24
COUNT = 10
PATH = "m/44'/60'/0'/0"
_people: WeakKeyDictionary[Web3, Sequence[LocalAccount]] = WeakKeyDictionary()


@cache
def keys(mnemonic: str = "") -> tuple[LocalAccount, ...]:
    """The accounts of a mnemonic, as wallets derive them; without one those of eth-tester, whose keys are 1, 2, 3, ..."""
    if not mnemonic:
        return tuple(Account.from_key(number.to_bytes(32, "big")) for number in range(1, COUNT + 1))
    Account.enable_unaudited_hdwallet_features()
    return tuple(Account.from_mnemonic(mnemonic, account_path=f"{PATH}/{number}") for number in range(COUNT))


def local_chain(mnemonic: str = "", chain_id: int = CHAIN_ID) -> Web3:
    """A fresh chain whose accounts hold a million coins each."""
    if anvil.program() is None:
        return embedded(mnemonic, chain_id)
    w3 = anvil.local_node(chain_id)
    for one in keys(mnemonic):
        anvil.give(w3, one.address, COIN)
    _people[w3] = keys(mnemonic)
    return w3


def embedded(mnemonic: str = "", chain_id: int = CHAIN_ID) -> Web3:
    """A fresh in-process chain."""
    backend = PyEVMBackend.from_mnemonic(mnemonic, num_accounts=COUNT, hd_path=PATH) if mnemonic else PyEVMBackend()
    backend.chain.chain_id = chain_id
    w3 = Web3(EthereumTesterProvider(EthereumTester(backend)))
    _people[w3] = keys(mnemonic)
    return w3


def accounts(w3: Web3) -> list[LocalAccount]:
    """The funded accounts of a chain, with their keys."""
    return list(_people[w3])


@contextmanager
def anchored(w3: Web3) -> Iterator[None]:
    """Run a block of a test and put the chain back, whatever happens; errors pass through."""
    identifier = localchain.snapshot(w3)
    try:
        yield
    finally:
        localchain.restore(w3, identifier)

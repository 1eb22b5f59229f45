"""All of a state, read out of revm and put into another engine. revm names its storage slots only in a text, so that text is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyrevm
from boa.util.lrudict import lrudict
from boa.vm.py_evm import PyEVM
from eth_hash.auto import keccak

PADDING = bytes(33)
"""What revm writes behind the code of an account that a call created, and returns with it."""
NO_CODE = keccak(b"")

_PARTS = re.compile(r"(0x[0-9a-f]{40}): Account \{|\b(\d+): StorageSlot \{ previous_or_original_value: \d+, present_value: (\d+) \}")
_codes: lrudict = lrudict(256)  # by hash


class Account(NamedTuple):
    """An account and what it stores."""

    address: str
    balance: int
    nonce: int
    code: bytes
    storage: dict[int, int]


def code_of(evm: pyrevm.EVM, address: str, code_hash: bytes) -> bytes:
    """The code of a loaded account, without revm's padding; the same object for the same code."""
    if code_hash == NO_CODE:
        return b""
    found = _codes.get(code_hash)
    if found is None:
        found = evm.get_code(address) or b""
        if keccak(found) != code_hash:
            found = found.removesuffix(PADDING)
            assert keccak(found) == code_hash
        _codes[code_hash] = found
    return found


def contents(evm: pyrevm.EVM) -> Iterator[Account]:
    """Every account that was loaded. None becomes warmer by it."""
    found: list[tuple[str, dict[int, int]]] = []
    for address, slot, value in _PARTS.findall(evm.journal_str):
        if address:
            found.append((address, {}))
        else:
            found[-1][1][int(slot)] = int(value)
    for address, storage in found:
        info = evm.basic(address)
        yield Account(address, info.balance, info.nonce, code_of(evm, address, info.code_hash), storage)


def fill(evm: pyrevm.EVM, accounts: Iterable[Account]) -> None:
    """Put accounts into an empty revm."""
    for account in accounts:
        evm.basic(account.address)  # what is loaded is written to the journal, and reverts with it
        evm.insert_account_info(account.address, pyrevm.AccountInfo(account.balance, account.nonce, None, account.code))
        for slot, value in account.storage.items():
            evm.insert_account_storage(account.address, slot, value)


def fill_py_evm(evm: PyEVM, accounts: Iterable[Account]) -> None:
    """Put accounts into an empty py-evm."""
    state = evm.vm.state
    for account in accounts:
        address = bytes.fromhex(account.address[2:])
        state.set_balance(address, account.balance)
        state.set_nonce(address, account.nonce)
        state.set_code(address, account.code)
        for slot, value in account.storage.items():
            state.set_storage(address, slot, value)

"""`python -m bench.gas.words`: which words a later stake reads and writes, what each costs and is there for, from a transaction; written to words.md.

py-evm's instructions are watched while the transaction runs. A slot gets its name from `snapshots/storage/`, where a mapping is known by its keys.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth.vm import opcode_values
from eth_utils.crypto import keccak

from bench.gas.chain import ROOT, Chain
from bench.gas.rows_staking import PART, deploy_streaming

PAGE = Path(__file__).resolve().parent / "words.md"
SLOAD, SSTORE = opcode_values.SLOAD, opcode_values.SSTORE
LOGS = (opcode_values.LOG3, opcode_values.LOG4)
BASE = 21_000

WHY = {
    "reward_words": ("weight, the network's accumulator when it was settled, commission, status", "no: what the validator has earned since is lost without it"),
    "share_words": ("the accumulator of the pool's positions, and the sum that it is divided by", "no"),
    "pool_words": ("tokens, shares, own shares", "without slashes: a share would be a wei"),
    "network_word": ("accumulator, total weight, clock", "no: it is the reward of everybody"),
    "flow_word": ("rate and end of the streams, all that is staked", "with one stream that never ends"),
    "position_words": ("the position: shares, bonus, lock, accumulator", "no"),
    "segment_words": ("sums from which a new decay table weighs everybody", "with a table that never changes"),
    "rows": ("the decay table's row for this stake", "with a table that never changes"),
    "cap_word": ("readings of the network's stake, for the cap", "without a cap"),
    "balanceOf": ("a balance of the token", "no"),
    "allowance": ("the allowance, without limit here", "if tokens were pushed in"),
}
"""By the end of a word's name: what it is there for, and whether it could go."""


@dataclass
class Word:
    """A slot that a transaction used.

    Attributes:
        contract: Whose.
        name: In the storage layout.
        gas: For reading and writing it, the first cold read included.
        is_written: Or only read.
    """

    contract: str
    name: str
    gas: int = 0
    is_written: bool = False


@contextmanager
def watched(chain: Chain) -> Iterator[list[tuple[str, int, int, int]]]:
    """Of each load, store and log while this is open: the contract's address, the instruction, the slot (0 for a log) and its gas."""
    kind = type(chain.evm_state).computation_class
    seen: list[tuple[str, int, int, int]] = []
    usual = kind.opcodes

    def watching(code: int, run: Any) -> Any:
        def watch(computation: Any) -> None:
            slot, before = (0 if code in LOGS else _top(computation)), computation.get_gas_remaining()
            run(computation)
            seen.append((computation.msg.storage_address.hex(), code, slot, before - computation.get_gas_remaining()))

        return watch

    kind.opcodes = {code: watching(code, run) if code in (SLOAD, SSTORE, *LOGS) else run for code, run in usual.items()}
    try:
        yield seen
    finally:
        kind.opcodes = usual


def _top(computation: Any) -> int:
    """The number on top of the stack, which stays there."""
    value: int = computation.stack_pop1_int()
    computation.stack_push_int(value)
    return value


def slots(contract: str, keys: list[bytes]) -> dict[int, str]:
    """The slots of a contract by name: plain words, and entries of mappings of one or two of these keys."""
    layout = json.loads((ROOT / "snapshots" / "storage" / f"{contract}.json").read_text(encoding="utf-8"))
    found = {}
    for name, what in layout.items():
        if not what.startswith("slot "):
            continue
        slot = int(what.removeprefix("slot ").split(",")[0])
        found[slot] = name
        first = [keccak(slot.to_bytes(32, "big") + key) for key in keys] if "HashMap" in what else []
        second = [keccak(one + key) for one in first for key in keys] if what.count("HashMap") > 1 else []
        found |= {int.from_bytes(one, "big"): name for one in first + second}
    return found


def measured() -> tuple[int, int, list[Word]]:
    """Gas of a later stake, gas of its events, and its words in the order in which it comes to them."""
    chain = Chain()
    suite = deploy_streaming(chain)
    account, validator = suite.funded(), 1
    for _ in range(3):
        suite.stake(account, validator)
    chain.mine(5)
    with watched(chain) as seen:
        gas = chain.send(suite.staking.functions.stake(validator, 0, PART, 0), account)
    numbers = [number.to_bytes(32, "big") for number in range(16)]
    people = [bytes.fromhex(one[2:].lower()).rjust(32, b"\0") for one in (account.address, suite.staking.address)]
    position = (int(account.address, 16) | validator << 168).to_bytes(32, "big")
    names = {
        address[2:].lower(): (contract, slots(contract, [*numbers, *people, position]))
        for contract, address in (("Staking", suite.staking.address), ("MDT", suite.token.address))
    }
    words: dict[tuple[str, int], Word] = {}
    for address, code, slot, cost in seen:
        if code not in LOGS:
            contract, known = names[address]
            word = words.setdefault((address, slot), Word(contract, known[slot].split(".")[-1]))
            word.gas += cost
            word.is_written |= code == SSTORE
    return gas, sum(cost for _, code, _, cost in seen if code in LOGS), list(words.values())


def page(gas: int, events: int, words: list[Word]) -> str:
    """The words as a page."""
    in_words = sum(word.gas for word in words)
    lines = [
        "# What a later stake reads and writes",
        "",
        "`python -m bench.gas.words` writes this page from one transaction: the second and later stakes of a position, both streams running, the cap in force.",
        "",
        "| word | of | gas | | what it is there for | could it go? |",
        "|---|---|---:|---|---|---|",
    ]
    lines += [
        f"| `{word.name}` | {word.contract} | {word.gas:,} | {'written' if word.is_written else 'read'} | {WHY[word.name][0]} | {WHY[word.name][1]} |" for word in words
    ]
    lines += [
        "",
        f"Together {in_words:,} of {gas:,} gas. The transaction itself is {BASE:,}, both events {events:,}, the rest calldata, the call of the token and arithmetic.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write the page."""
    PAGE.write_text(page(*measured()), encoding="utf-8")
    print(f"words: wrote {PAGE.name}", file=sys.stderr)


if __name__ == "__main__":
    main()

"""Jumping over blocks on anvil, which mines a thousand in seconds and two hundred thousand in an hour."""

from __future__ import annotations

import gzip
import json
from typing import Any

from web3 import Web3
from web3.types import RPCEndpoint

from mdt.errors import ChainError


def jump(w3: Web3, blocks: int, seconds_per_block: int) -> int:
    """Load the node's own head back into it, further on, and mine one real block on top; returns the new head.

    Accounts, contracts and receipts stay. The blocks between do not exist: asking for one of them answers null.

    Raises:
        ChainError: the node refuses.
    """
    skipped = blocks - 1
    dumped = json.loads(gzip.decompress(bytes.fromhex(call(w3, "anvil_dumpState").removeprefix("0x"))))
    block = max(dumped["blocks"], key=lambda one: int(one["header"]["number"], 16))
    header = w3.eth.get_block("latest")
    number, moment = header["number"] + skipped, header["timestamp"] + skipped * seconds_per_block
    place = {"number": hex(number), "timestamp": hex(moment)}
    block |= {"header": {**block["header"], **place, "parentHash": "0x" + header["hash"].hex().removeprefix("0x")}, "transactions": []}
    state = {
        "block": {**dumped["block"], **place},
        "best_block_number": number,
        "blocks": [block],
        "accounts": {},
        "transactions": [],
        "historical_states": None,
    }
    call(w3, "anvil_loadState", "0x" + gzip.compress(json.dumps(state).encode()).hex())
    call(w3, "evm_setNextBlockTimestamp", moment + seconds_per_block)
    call(w3, "anvil_mine", "0x1", hex(seconds_per_block))
    return int(w3.eth.block_number)


def call(w3: Web3, method: str, *arguments: Any) -> Any:
    """A method that only local nodes have.

    Raises:
        ChainError: the node refuses or does not know it.
    """
    answer = w3.provider.make_request(RPCEndpoint(method), list(arguments))
    if "error" in answer:
        error: Any = answer["error"]
        words = error.get("message", error) if isinstance(error, dict) else error
        raise ChainError(f"{method} failed: {words}; moving a chain's clock or state needs the embedded chain or anvil")
    return answer.get("result")

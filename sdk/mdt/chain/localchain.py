"""Moving a local chain forward: any number of blocks at once, for demos and tests. Never for a public network."""

from __future__ import annotations

from typing import Any, cast

from eth_typing import ChecksumAddress
from eth_utils.address import to_canonical_address
from web3 import Web3
from web3.types import RPCEndpoint

from mdt.errors import ChainError

SECONDS_PER_BLOCK = 3
ANVIL_BATCH = 1_000
"""Blocks per request: anvil mines each one, and an answer may not take too long."""


def advance(w3: Web3, blocks: int, seconds_per_block: int = SECONDS_PER_BLOCK) -> int:
    """Make the chain `blocks` longer, each block `seconds_per_block` after the one before, and return the new head.

    On py-evm (eth-tester) a checkpoint header stands for all the blocks between, so a million blocks cost as much as one; log
    queries over such a gap find nothing. On anvil the blocks are mined by the node, whose clock runs on for the seconds that takes.

    Args:
        w3: A local chain: an eth-tester provider (also ape's), or anvil.
        blocks: How many blocks, at least 1.
        seconds_per_block: Seconds between blocks, at least 1.

    Raises:
        ChainError: a count below 1, or a node that cannot be advanced.
    """
    if blocks < 1 or seconds_per_block < 1:
        raise ChainError(f"cannot advance {blocks} blocks of {seconds_per_block} seconds: both must be at least 1")
    tester = eth_tester_of(w3)
    if tester is not None:
        return _jump(w3, tester, blocks, seconds_per_block)
    for start in range(0, blocks, ANVIL_BATCH):
        first = int(w3.eth.get_block("latest")["timestamp"]) + seconds_per_block
        _local_call(w3, "evm_setNextBlockTimestamp", [first])
        _local_call(w3, "anvil_mine", [hex(min(ANVIL_BATCH, blocks - start)), hex(seconds_per_block)])
    return int(w3.eth.block_number)


def eth_tester_of(w3: Web3) -> Any | None:
    """The eth-tester instance behind a provider, or None when the chain is not embedded."""
    return getattr(w3.provider, "ethereum_tester", None)


def rich_account(tester: Any) -> ChecksumAddress:
    """The first account of an embedded chain, which has coins."""
    address: ChecksumAddress = tester.backend.account_keys[0].public_key.to_checksum_address()
    return address


def is_local(w3: Web3) -> bool:
    """Whether the chain is embedded or anvil: one whose clock we may move and whose block time says nothing."""
    if eth_tester_of(w3) is not None:
        return True
    version = str(w3.client_version).lower()
    return "anvil" in version or "hardhat" in version or "ethereumtester" in version


def call_without_coin(w3: Web3, sender: str, to: str, data: bytes, gas: int) -> bytes:
    """`eth_call` on the embedded chain for a sender that could not pay for it, such as a contract: other nodes do not ask.

    Raises:
        TransactionFailed: refused; carries what the contract answered.
    """
    from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]

    chain: Any = eth_tester_of(w3).backend.chain  # type: ignore[union-attr]
    vm = chain.get_vm(chain.get_canonical_head())
    origin, target = to_canonical_address(sender), to_canonical_address(to)
    done = vm.execute_bytecode(origin, 0, gas, target, origin, 0, data, vm.state.get_code(target))
    if done.is_error:
        raise TransactionFailed(*done.error.args)
    return bytes(done.output)


def snapshot(w3: Web3) -> Any:
    """Remember the state of a local chain; hand the result to `restore`."""
    return _local_call(w3, "evm_snapshot", [])


def restore(w3: Web3, identifier: Any) -> None:
    """Go back to a snapshot; it can be used once."""
    _local_call(w3, "evm_revert", [identifier])
    chain = getattr(getattr(eth_tester_of(w3), "backend", None), "chain", None)
    if chain is not None:
        head = chain.get_canonical_head().block_number
        _forget_other_branches(chain, head, head + 1)


def _local_call(w3: Web3, method: str, arguments: list[Any]) -> Any:
    answer = w3.provider.make_request(RPCEndpoint(method), arguments)
    if "error" in answer:
        raise ChainError(f"{method} failed: {_message(answer['error'])}; moving a chain's clock or state needs the embedded chain or anvil")
    return cast(Any, answer.get("result"))


def _message(error: Any) -> str:
    return str(error.get("message", error) if isinstance(error, dict) else error)


def _jump(w3: Web3, tester: Any, blocks: int, seconds_per_block: int) -> int:
    """Mine all but one block as a checkpoint header, then one real block on top, so that `latest` is an ordinary block."""
    chain = getattr(tester.backend, "chain", None)
    if chain is None:
        raise ChainError(f"the embedded chain's backend {type(tester.backend).__name__} has no py-evm chain: install eth-tester[py-evm]")
    skipped = blocks - 1
    head = chain.get_canonical_head()
    if skipped:
        jumped = head.copy(
            parent_hash=head.hash,
            block_number=head.block_number + skipped,
            timestamp=head.timestamp + skipped * seconds_per_block,
        )
        _forget_other_branches(chain, head.block_number, jumped.block_number)
        chain.chaindb.persist_checkpoint_header(jumped, chain.chaindb.get_score(head.hash) + skipped)
        chain.header = chain.create_header_from_parent(jumped)
    chain.header = chain.header.copy(timestamp=head.timestamp + blocks * seconds_per_block)
    tester.mine_blocks(1)
    return int(w3.eth.block_number)


def _forget_other_branches(chain: Any, head: int, target: int) -> None:
    """After a snapshot was restored, nothing above the head may count any more: neither jumps nor blocks of the branch given up.

    py-evm keeps checkpoints canonical for ever, looks at the blocks on both sides of a new one, and keeps a list of gaps.
    """
    import rlp  # type: ignore[import-untyped]
    from eth.db.schema import SchemaV1
    from eth.rlp.sedes import chain_gaps
    from eth_typing import BlockNumber

    database = chain.chaindb.db
    database.set(SchemaV1.make_checkpoint_headers_key(), b"")
    for key in (SchemaV1.make_header_chain_gaps_lookup_key(), SchemaV1.make_chain_gaps_lookup_key()):
        database.set(key, rlp.encode(((), head + 1), sedes=chain_gaps))
    for number in (target - 1, target, target + 1):
        key = SchemaV1.make_block_number_to_hash_lookup_key(BlockNumber(number))
        if number > head and database.exists(key):
            database.delete(key)

"""The embedded chain: py-evm behind eth-tester, inside this process. Only what differs from a node stands here.

py-evm, eth-tester and what they pull in take half a second to import. Nothing else in the package imports them, and this module is imported
only when a provider turns out to be an embedded chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import rlp  # type: ignore[import-untyped]
from eth.db.schema import SchemaV1
from eth.exceptions import HeaderNotFound
from eth.rlp.sedes import chain_gaps
from eth_tester.exceptions import TransactionFailed
from eth_typing import BlockNumber
from eth_utils.address import to_canonical_address
from web3 import Web3
from web3.exceptions import ContractLogicError
from web3.types import TxParams

from mdt.chain.answers import Answer
from mdt.chain.transactions import Chain
from mdt.errors import ChainError


class EmbeddedChain(Chain):
    """A chain whose provider is eth-tester's: it refuses in its own words, lets nobody without coin call, and estimates by trial."""

    is_local = True
    patience = 0  # nothing lags here
    tries_before_sending = False  # a refused transaction costs nothing here, and every call costs as much as the transaction

    @contextmanager
    def asking(self, what: str) -> Iterator[None]:
        """As for any node, with what eth-tester raises."""
        with super().asking(what):
            try:
                yield
            except TransactionFailed as refused:
                raise ContractLogicError(*refused.args) from refused

    def _call(self, request: TxParams) -> bytes:
        """`eth_call`; without a sender from the first account, which the provider would take too, after listing all accounts three times."""
        sender = request.get("from")
        if sender is None:
            return super()._call({**request, "from": self._tester.backend.account_keys[0].public_key.to_checksum_address()})
        if not self.balance(str(sender)):
            data = bytes.fromhex(str(request["data"])[2:])
            return call_without_coin(self.w3, str(sender), str(request["to"]), data, request.get("gas") or self.policy.simulation_gas)
        return super()._call(request)

    def _enough_gas(self, request: TxParams, floor: int, cap: int, what: str) -> int:
        """Half a block: py-evm estimates by a dozen trials, one call tells as well whether it would be refused, and gas is free here."""
        if "to" in request:
            with self.asking(what):
                self.w3.eth.call(request, "latest")
        return max(cap // 2, min(floor, cap))

    def free_nonce(self, account: str, _what: str) -> int:
        """As mined: every transaction is mined at once, and nobody else sends any."""
        return self.nonce(account)

    def meaning(self, _error: ChainError) -> Answer:
        """Not taken: there is nobody in between who could lose an answer."""
        return Answer.REFUSED

    def _receipt(self, tx_hash: str) -> dict[str, Any] | None:
        """The receipt of a transaction; py-evm looks for it through all blocks, and stops at a jump."""
        try:
            return super()._receipt(tx_hash)
        except HeaderNotFound:
            return None

    @property
    def _tester(self) -> Any:
        return self.w3.provider.ethereum_tester  # type: ignore[attr-defined]


def call_without_coin(w3: Web3, sender: str, to: str, data: bytes, gas: int) -> bytes:
    """`eth_call` for a sender that could not pay for it, such as a contract: other nodes do not ask.

    Raises:
        TransactionFailed: refused; carries what the contract answered.
    """
    chain: Any = w3.provider.ethereum_tester.backend.chain  # type: ignore[attr-defined]
    vm = chain.get_vm(chain.get_canonical_head())
    origin, target = to_canonical_address(sender), to_canonical_address(to)
    done = vm.execute_bytecode(origin, 0, gas, target, origin, 0, data, vm.state.get_code(target))
    if done.is_error:
        raise TransactionFailed(*done.error.args)
    return bytes(done.output)


def jump(w3: Web3, blocks: int, seconds_per_block: int) -> int:
    """Mine all but one block as a checkpoint header, then one real block on top, so that `latest` is an ordinary block; returns the head."""
    tester = w3.provider.ethereum_tester  # type: ignore[attr-defined]
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


def forget_restored(w3: Web3) -> None:
    """After a snapshot was restored, nothing above the head may count any more."""
    chain = getattr(w3.provider.ethereum_tester.backend, "chain", None)  # type: ignore[attr-defined]
    if chain is not None:
        head = chain.get_canonical_head().block_number
        _forget_other_branches(chain, head, head + 1)


def _forget_other_branches(chain: Any, head: int, target: int) -> None:
    """Neither jumps nor blocks of a branch that was given up may count.

    py-evm keeps checkpoints canonical for ever, looks at the blocks on both sides of a new one, and keeps a list of gaps.
    """
    database = chain.chaindb.db
    database.set(SchemaV1.make_checkpoint_headers_key(), b"")
    for key in (SchemaV1.make_header_chain_gaps_lookup_key(), SchemaV1.make_chain_gaps_lookup_key()):
        database.set(key, rlp.encode(((), head + 1), sedes=chain_gaps))
    for number in (target - 1, target, target + 1):
        key = SchemaV1.make_block_number_to_hash_lookup_key(BlockNumber(number))
        if number > head and database.exists(key):
            database.delete(key)

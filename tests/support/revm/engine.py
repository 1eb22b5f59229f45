"""titanoboa's engine over `pyrevm.EVM`: the interface of `boa.vm.py_evm.PyEVM`, as far as tests use it.

revm runs transactions and titanoboa messages, so what a transaction adds is taken off again: its own gas is given on top, its nonce is not counted for calls, and
a sender may be a contract. Sessions are as py-evm's: accessed slots stay warm and transient storage stays, until a snapshot is reverted.

What differs: sender, callee, coinbase and precompiles are warm from the start, as in a transaction, so gas does; a contract that sends has no code hash meanwhile;
and what `block.KEPT` names is revm's own. No contract of ours sees the last two, and who measures gas stays with py-evm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyrevm
from boa.util.abi import Address
from boa.vm.gas_meters import GasMeter
from boa.vm.py_evm import PyEVM
from eth._utils.address import generate_contract_address
from eth.exceptions import InsufficientFunds, OutOfGas, Revert, VMError

from tests.support.revm.block import Block
from tests.support.revm.computation import Computation, Message
from tests.support.revm.contents import NO_CODE, code_of, contents, fill, fill_py_evm

SPEC = "CANCUN"  # what the contracts are compiled for
GAS_LIMIT = 2**62  # of a transaction, which carries its own gas on top of the message's: never the reason of a refusal
CALL_GAS, CREATION_GAS, WORD_GAS = 21_000, 53_000, 2
REASON = bytes.fromhex("08c379a0")  # Error(string)
_OUTPUT = re.compile(r"^Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}$")


def calldata_gas(data: bytes) -> int:
    """What a transaction pays for its calldata: 16 a byte, 4 if it is zero."""
    return 16 * len(data) - 12 * data.count(0)


class Revm:
    """An engine for `boa.env.evm`.

    Args:
        env: titanoboa's environment.
        given: The block to begin with, as py-evm has it.
    """

    is_forked = False
    _fast_mode_enabled = False  # py-evm asks the engine in use, also as a witness

    def __init__(self, env: Any, given: Any) -> None:
        self.env = env
        self.patch = Block(given)
        self._chain_id = self.patch.chain_id
        self._evm = self._empty()
        self._asides: list[tuple[Any, Callable[[], None]]] = []

    def _empty(self) -> pyrevm.EVM:
        return pyrevm.EVM(env=pyrevm.Env(cfg=pyrevm.CfgEnv(chain_id=self._chain_id)), gas_limit=GAS_LIMIT, spec_id=SPEC)

    def get_gas_meter_class(self) -> type:
        return GasMeter

    def set_gas_meter_class(self, kind: type) -> None:
        if kind is not GasMeter:
            raise NotImplementedError("revm has one gas meter: mark the test `py_evm`")

    def reset_access_counters(self) -> None:
        raise NotImplementedError("revm cools nothing: mark the test `py_evm`")

    def get_gas_limit(self) -> int:
        return self.patch.gas_limit

    # State. What is asked for here is not warmer afterwards, except for an account's code: titanoboa asks for it before each call to it.

    def get_balance(self, address: Address) -> int:
        with self._unnoticed():
            return self._evm.get_balance(address)

    def get_storage(self, address: Address, slot: int) -> int:
        with self._unnoticed():
            return self._evm.storage(address, slot)

    def get_storage_slot(self, address: Address, slot: int) -> bytes:
        return self.get_storage(address, slot).to_bytes(32, "big")

    def get_code(self, address: Address) -> bytes:
        return code_of(self._evm, address, self._evm.basic(address).code_hash)

    def set_balance(self, address: Address, value: int) -> None:
        held = self._evm.get_balance(address)
        self._aside(lambda: self._evm.set_balance(address, held))
        self._evm.set_balance(address, value)

    def set_code(self, address: Address, code: bytes) -> None:
        held = self.get_code(address)
        self._aside(lambda: self._put(address, held))
        self._put(address, code)

    def set_storage(self, address: Address, slot: int, value: int) -> None:
        self._evm.basic(address)  # what is loaded is written to the journal, and reverts with it
        self._evm.insert_account_storage(address, slot, value)

    def _put(self, address: Address, code: bytes, code_hash: bytes | None = None) -> None:
        info = self._evm.basic(address)
        self._evm.insert_account_info(address, pyrevm.AccountInfo(info.balance, info.nonce, code_hash, code))

    @contextmanager
    def _instead(self, address: Address, code: bytes, code_hash: bytes | None = None) -> Iterator[None]:
        """Other code at an address for one message; `code_hash` is what revm takes for its hash."""
        held, held_hash = self.get_code(address), self._evm.basic(address).code_hash
        self._put(address, code, code_hash)
        try:
            yield
        finally:
            self._put(address, held, held_hash)

    # Snapshots.

    @contextmanager
    def _unnoticed(self) -> Iterator[None]:
        before = self._evm.snapshot()
        try:
            yield
        finally:
            self._evm.revert(before)

    def _aside(self, undo: Callable[[], None]) -> None:
        """Note how to undo what revm's journal does not see, and where in the journal it stands."""
        before = self._evm.snapshot()
        self._evm.commit()  # its place in the journal stays; the depth, which is that of calls as well, does not grow
        self._asides.append((before, undo))

    def snapshot(self) -> tuple[Any, int]:
        return self._evm.snapshot(), len(self._asides)

    def revert(self, snapshot_id: tuple[Any, int]) -> None:
        at, asides = snapshot_id
        while len(self._asides) > asides:
            before, undo = self._asides.pop()
            if before is not None:
                self._evm.snapshot()  # the depth that the revert takes
                self._evm.revert(before)
            undo()
        self._evm.revert(at)

    def copied(self) -> PyEVM:
        """A py-evm that holds the same and has accessed nothing. A new one: py-evm never forgets an address, and each snapshot walks through all of them."""
        copy = PyEVM(self.env)
        self.copy_to(copy)
        return copy

    def copy_to(self, other: PyEVM) -> None:
        """Let an empty py-evm hold the same, in the same block."""
        fill_py_evm(other, contents(self._evm))
        self.patch.copy_to(other.patch)

    # Messages.

    def generate_create_address(self, sender: Address) -> Address:
        """Where the sender's next contract will be. Its nonce grows with the creation, also with a refused one."""
        return Address(generate_contract_address(sender.canonical_address, self._evm.basic(sender).nonce))

    def deploy_code(self, sender: Address, origin: Address, target_address: Address, gas: int | None, gas_price: int, value: int, bytecode: bytes) -> Any:
        self._take_block()
        gas = self.get_gas_limit() if gas is None else gas
        own = CREATION_GAS + calldata_gas(bytecode) + WORD_GAS * ((len(bytecode) + 31) // 32)
        msg = Message(sender.canonical_address, target_address.canonical_address, b"", b"", bytecode, value, gas, is_create=True)
        created, error = self._run(sender, lambda: self._evm.deploy(sender, bytecode, value, gas + own, gas_price))
        if error is None:
            if Address(created) != target_address:
                raise NotImplementedError("revm deploys by nonce: mark the test `py_evm`")
            return self._computed(msg, self.get_code(target_address), None, own)
        refused = self._computed(msg, error.args[0] if isinstance(error, Revert) else b"", error, own)
        return self._witnessed(refused, lambda witness: witness.deploy_code(sender, origin, target_address, gas, gas_price, value, bytecode))

    def execute_code(
        self,
        sender: Address,
        to: Address,
        gas: int,
        gas_price: int,
        value: int,
        bytecode: bytes,
        data: bytes,
        is_static: bool,
        fake_codesize: int | None,
        start_pc: int,
        ir_executor: Any,
        contract: Any,
    ) -> Any:
        if start_pc or fake_codesize is not None:
            raise NotImplementedError("revm runs code from its start: mark the test `py_evm`")
        self._take_block()
        own = CALL_GAS + calldata_gas(data)
        at = to.canonical_address
        msg = Message(sender.canonical_address, at, at, data, bytecode, value, gas, is_static=is_static)

        def call() -> bytes:
            return self._evm.message_call(sender, to, data, value, gas + own, gas_price, is_static)

        if bytecode is self.get_code(to):
            output, error = self._run(sender, call)
        else:
            with self._instead(to, bytecode):
                output, error = self._run(sender, call)
        if error is None:
            return self._computed(msg, output, None, own)
        refused = self._computed(msg, error.args[0] if isinstance(error, Revert) else b"", error, own)
        again = (sender, to, gas, gas_price, value, bytecode, data, is_static, fake_codesize, start_pc, ir_executor, contract)
        return self._witnessed(refused, lambda witness: witness.execute_code(*again))

    def _take_block(self) -> None:
        """Run in the block as it is patched now. Another chain id needs another revm, with the same contents."""
        if self.patch.chain_id != self._chain_id:
            held, held_id = self._evm, self._chain_id

            def undo() -> None:
                self._evm, self._chain_id = held, held_id
                self.patch.forget()

            self._asides.append((None, undo))
            self._chain_id = self.patch.chain_id
            self._evm = self._empty()
            self.patch.forget()
            fill(self._evm, contents(held))
        if (block := self.patch.taken()) is not None:
            self._evm.set_block_env(block)

    def _run(self, sender: Address, act: Callable[[], Any]) -> tuple[Any, VMError | None]:
        """What a message gives, or why it does not: pyrevm says it in words."""
        try:
            return act(), None
        except RuntimeError as refused:
            words = str(refused)
        if (reverted := _OUTPUT.match(words)) is not None:
            return None, Revert(bytes.fromhex(reverted[1]))
        if words.startswith("Halt"):
            return None, (OutOfGas if "OutOfGas" in words else VMError)(words)
        if words == "Transaction(RejectCallerWithCode)":  # EIP-3607, which holds for transactions
            with self._instead(sender, self.get_code(sender), NO_CODE):
                return self._run(sender, act)
        raise (InsufficientFunds if "LackOfFund" in words else NotImplementedError)(words)

    def _computed(self, msg: Message, output: bytes, error: VMError | None, own: int) -> Computation:
        result = self._evm.result
        return Computation(msg, output, error, result.gas_used + result.gas_refunded - own, () if error else result.logs)

    def _witnessed(self, refused: Computation, again: Callable[[PyEVM], Any]) -> Any:
        """A refusal with its reason as it is; one without a reason as py-evm has it, which knows the line and what the compiler checked there."""
        if refused.output.startswith(REASON):
            return refused
        seen = again(self.copied())
        if seen.is_error:
            return seen
        assert refused.msg.gas < self.get_gas_limit(), f"revm refuses what py-evm does not: {refused.error!r}"
        return refused  # for want of gas, which they count a little differently

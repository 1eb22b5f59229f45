"""revm under titanoboa: a compiled EVM in the place of py-evm, for tests that do not ask how a call went, only what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, ClassVar

import pyrevm
from boa.contracts.call_trace import TraceFrame
from boa.util.abi import Address
from boa.vm.gas_meters import GasMeter
from eth._utils.address import generate_contract_address
from eth.exceptions import InsufficientFunds, OutOfGas, Revert, VMError
from eth_hash.auto import keccak

NO_CODE = keccak(b"")
CALL_GAS, CREATE_GAS = 21_000, 53_000
BLOCK_GAS = 2**62


class Computation:
    """What came of a message, with the names py-evm has for it."""

    children: ClassVar[list[Any]] = []
    beneficiaries: ClassVar[list[Any]] = []
    code = SimpleNamespace(_trace=())
    _gas_meter_class = GasMeter

    def __init__(self, msg: SimpleNamespace, output: bytes, error: VMError | None, gas_used: int, gas_refund: int, logs: list[Any]) -> None:
        self.msg, self.output, self.error = msg, output, error
        self._gas_used, self._gas_refund, self._logs = gas_used, gas_refund, logs
        self._contract_repr_before_revert = f"<contract at 0x{msg.storage_address.hex()}>"

    @property
    def is_error(self) -> bool:
        return self.error is not None

    @property
    def is_success(self) -> bool:
        return self.error is None

    def get_gas_used(self) -> int:
        return self._gas_used

    def get_gas_refund(self) -> int:
        return self._gas_refund

    @property
    def net_gas_used(self) -> int:
        return max(0, self._gas_used - self._gas_refund)

    def get_raw_log_entries(self) -> tuple[tuple[int, bytes, list[int], bytes], ...]:
        return tuple(self._log_entries)

    @property
    def _log_entries(self) -> list[tuple[int, bytes, list[int], bytes]]:
        found = []
        for number, log in enumerate(self._logs):
            topics, data = log.data
            found.append((number, bytes.fromhex(log.address[2:]), [int.from_bytes(topic, "big") for topic in topics], data))
        return found

    @property
    def call_trace(self) -> TraceFrame:
        return TraceFrame(self, None, 0, [])


class Patch:
    """The block that calls run in."""

    NAMES = ("block_number", "timestamp", "coinbase", "difficulty", "prev_hashes", "chain_id", "gas_limit", "prevrandao", "code_size_limit")

    def __init__(self, given: Any) -> None:
        for name in self.NAMES:
            setattr(self, name, getattr(given, name))

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        object.__setattr__(self, "is_new", True)

    @contextmanager
    def anchor(self) -> Iterator[None]:
        kept = {name: getattr(self, name) for name in self.NAMES}
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(self, name, value)


class Revm:
    """titanoboa's engine on revm."""

    is_forked = False

    def __init__(self, env: Any, given: Any) -> None:
        self.env = env
        self.patch = Patch(given.patch)
        self._evm = pyrevm.EVM(env=pyrevm.Env(cfg=pyrevm.CfgEnv(chain_id=self.patch.chain_id)), gas_limit=BLOCK_GAS, spec_id="CANCUN")
        self._undo: list[tuple[Any, Callable[[], None]]] = []
        self._code = b""

    def get_gas_meter_class(self) -> type:
        return GasMeter

    def set_gas_meter_class(self, _kind: type) -> None:
        raise NotImplementedError("revm has one gas meter")

    def get_gas_limit(self) -> int:
        return self.patch.gas_limit

    def get_balance(self, address: Address) -> int:
        return self._evm.get_balance(address)

    def get_code(self, address: Address) -> bytes:
        self._code = self._evm.get_code(address) or b""
        return self._code

    def get_storage(self, address: Address, slot: int) -> int:
        return self._evm.storage(address, slot)

    def set_storage(self, address: Address, slot: int, value: int) -> None:
        self._evm.basic(address)
        self._evm.insert_account_storage(address, slot, value)

    def snapshot(self) -> Any:
        return self._evm.snapshot(), len(self._undo)

    def revert(self, snapshot_id: Any) -> None:
        at, held = snapshot_id
        while len(self._undo) > held:
            before, undo = self._undo.pop()
            self._evm.snapshot()
            self._evm.revert(before)
            undo()
        self._evm.revert(at)

    def generate_create_address(self, sender: Address) -> Address:
        nonce = self._evm.basic(sender).nonce
        return Address(generate_contract_address(sender.canonical_address, nonce))

    def _enter(self) -> None:
        patch = self.patch
        if patch.is_new:
            self._evm.set_block_env(pyrevm.BlockEnv(number=patch.block_number, timestamp=patch.timestamp, prevrandao=bytes(32), excess_blob_gas=0))
            object.__setattr__(patch, "is_new", False)

    def deploy_code(self, sender: Address, origin: Address, target_address: Address, gas: int | None, gas_price: int, value: int, bytecode: bytes) -> Computation:
        self._enter()
        gas = self.patch.gas_limit if gas is None else gas
        own = CREATE_GAS + calldata_gas(bytecode) + 2 * ((len(bytecode) + 31) // 32)
        at = target_address.canonical_address
        msg = SimpleNamespace(code_address=b"", storage_address=at, data=b"", is_create=True, is_static=False, sender=sender.canonical_address, value=value, gas=gas, code=bytecode)
        output, error = self._run(sender, lambda: self._evm.deploy(sender, bytecode, value, gas + own))
        if error is None:
            assert Address(output) == target_address, (output, target_address)
            output = self._evm.get_code(target_address) or b""
        return self._computed(msg, output, error, own)

    def execute_code(self, sender: Address, to: Address, gas: int, gas_price: int, value: int, bytecode: bytes, data: bytes, is_static: bool, fake_codesize: int | None, start_pc: int, ir_executor: Any, contract: Any) -> Computation:
        self._enter()
        own = CALL_GAS + calldata_gas(data)
        at = to.canonical_address
        msg = SimpleNamespace(code_address=at, storage_address=at, data=data, is_create=False, is_static=is_static, sender=sender.canonical_address, value=value, gas=gas, code=bytecode)
        def call():
            return self._evm.message_call(sender, to, data, value, gas + own, is_static=is_static)
        if bytecode is self._code:
            output, error = self._run(sender, call)
        else:
            with self._other(to, code=bytecode):
                output, error = self._run(sender, call)
        return self._computed(msg, output, error, own)

    def _run(self, sender: Address, act: Callable[[], Any]) -> tuple[Any, VMError | None]:
        try:
            return act(), None
        except RuntimeError as refused:
            said = str(refused)
        if said == "Transaction(RejectCallerWithCode)":
            with self._other(sender, code_hash=NO_CODE):
                return self._run(sender, act)
        if said.startswith("Revert"):
            output = bytes.fromhex(re.search(r"output: 0x([0-9a-f]*)", said)[1])
            return output, Revert(output)
        if said.startswith("Halt"):
            return b"", (OutOfGas if "OutOfGas" in said else VMError)(said)
        if "LackOfFund" in said:
            raise InsufficientFunds(said)
        raise RuntimeError(said)

    def _computed(self, msg: SimpleNamespace, output: bytes, error: VMError | None, own: int) -> Computation:
        result = self._evm.result
        refunded = result.gas_refunded
        return Computation(msg, output, error, result.gas_used + refunded - own, refunded, result.logs if error is None else [])

    @contextmanager
    def _other(self, address: Address, code: bytes | None = None, code_hash: bytes | None = None) -> Iterator[None]:
        held = self._evm.basic(address)
        held_code = self._evm.get_code(address) or b""
        evm = self._evm
        evm.insert_account_info(address, pyrevm.AccountInfo(held.balance, held.nonce, code_hash or held.code_hash, held_code if code is None else code))
        try:
            yield
        finally:
            now = evm.basic(address)
            evm.insert_account_info(address, pyrevm.AccountInfo(now.balance, now.nonce, held.code_hash, held_code))


def calldata_gas(data: bytes) -> int:
    return 16 * len(data) - 12 * data.count(0)


class Engines:
    """Both; each snapshot knows whose it is."""

    def __init__(self, current: Any) -> None:
        self.current = current

    def __getattr__(self, name: str) -> Any:
        return getattr(self.current, name)

    def snapshot(self) -> Any:
        return self.current, self.current.snapshot()

    def revert(self, snapshot_id: Any) -> None:
        engine, at = snapshot_id
        engine.revert(at)

"""What came of a message, by the names py-evm has for it. How it went, revm does not say: there is no trace, and no child."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple

from boa.contracts.call_trace import TraceFrame
from boa.vm.gas_meters import NoGasMeter
from eth.exceptions import VMError

LogEntry = tuple[int, bytes, list[int], bytes]


class Message(NamedTuple):
    """What was sent. `gas` is what the code itself may spend."""

    sender: bytes
    storage_address: bytes
    code_address: bytes
    data: bytes
    code: bytes
    value: int
    gas: int
    is_create: bool = False
    is_static: bool = False
    depth: int = 0


class Computation:
    """The result of a message, successful or refused.

    `gas_used` is what the code spent, before any refund. Tests cannot ask for it by py-evm's name: revm's figures are a transaction's, so gas is measured on py-evm.
    """

    beneficiaries: ClassVar[tuple[Any, ...]] = ()
    _gas_meter_class: ClassVar[type] = NoGasMeter  # titanoboa then adds no gas up

    def __init__(self, msg: Message, output: bytes, error: VMError | None, gas_used: int, logs: Any = ()) -> None:
        self.msg, self.output, self.error, self.gas_used, self._logs = msg, output, error, gas_used, logs

    @property
    def is_error(self) -> bool:
        return self.error is not None

    @property
    def is_success(self) -> bool:
        return self.error is None

    @property
    def _log_entries(self) -> list[LogEntry]:
        found = []
        for number, log in enumerate(self._logs):
            topics, data = log.data
            found.append((number, bytes.fromhex(log.address[2:]), [int.from_bytes(topic, "big") for topic in topics], data))
        return found

    def get_raw_log_entries(self) -> tuple[LogEntry, ...]:
        return tuple(self._log_entries)

    # What titanoboa's error asks for. It is empty, and the error then rests on what the code returned.

    @property
    def _contract_repr_before_revert(self) -> str:
        return f"<contract at 0x{self.msg.storage_address.hex()}> (revm keeps no positions: MDT_EVM=py-evm names the line)"

    @property
    def code(self) -> SimpleNamespace:
        self._must_be_refused("trace")
        return SimpleNamespace(_trace=())

    @property
    def call_trace(self) -> TraceFrame:
        self._must_be_refused("trace")
        return TraceFrame(self, None, 0, [])

    @property
    def net_gas_used(self) -> int:
        self._must_be_refused("gas")
        return self.gas_used

    def _must_be_refused(self, asked: str) -> None:
        if self.error is None:
            raise NotImplementedError(f"revm shows no {asked}: mark the test `py_evm`")

    def get_gas_used(self) -> int:
        raise NotImplementedError("revm shows no gas: mark the test `py_evm`")

    @property
    def children(self) -> Any:
        raise NotImplementedError("revm shows no inner calls: mark the test `py_evm`")

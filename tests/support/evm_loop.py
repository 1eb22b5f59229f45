"""The EVM's plainest instructions in one loop, for titanoboa and for embedded chains: py-evm spends three calls on each push.

More than half of the suite's CPU went into stack, memory, jumps and arithmetic, one py-evm function after another. Here they are done in place, on py-evm's own
stack, memory and gas meter. Everything else, and everything unusual (too little gas, a stack too short or too long, a jump to nowhere, memory that grows),
is handed to py-evm's instruction, which decides and refuses. `tests/unit/test_evm_loop.py` holds both against each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any, ClassVar

from boa.vm import py_evm
from eth.vm import computation
from eth.vm.code_stream import CodeStream
from eth.vm.gas_meter import GasMeter
from eth.vm.logic import arithmetic, comparison, duplication, flow, memory, stack, swap
from eth.vm.opcode_values import JUMPDEST, PUSH1, PUSH32, STOP

WORD = 2**256 - 1
STACK_LIMIT = 1024
NEVER = 1 << 300  # the price of what is not done here: nobody has that gas

# What py-evm must have at an opcode for it to be done here: (opcode, py-evm's function, stack items it takes).
KNOWN = [
    (0x01, arithmetic.add, 2),
    (0x02, arithmetic.mul, 2),
    (0x03, arithmetic.sub, 2),
    (0x04, arithmetic.div, 2),
    (0x06, arithmetic.mod, 2),
    (0x10, comparison.lt, 2),
    (0x11, comparison.gt, 2),
    (0x14, comparison.eq, 2),
    (0x15, comparison.iszero, 1),
    (0x16, comparison.and_op, 2),
    (0x17, comparison.or_op, 2),
    (0x18, comparison.xor, 2),
    (0x19, comparison.not_op, 1),
    (0x1B, arithmetic.shl, 2),
    (0x1C, arithmetic.shr, 2),
    (0x50, stack.pop, 1),
    (0x51, memory.mload, 1),
    (0x52, memory.mstore, 2),
    (0x56, flow.jump, 1),
    (0x57, flow.jumpi, 2),
    (0x5B, flow.jumpdest, 0),
    *((0x5F + size, getattr(stack, f"push{size}"), 0) for size in range(33)),
    *((0x7F + depth, getattr(duplication, f"dup{depth}"), depth) for depth in range(1, 17)),
    *((0x8F + depth, getattr(swap, f"swap{depth}"), depth + 1) for depth in range(1, 17)),
]
TAKES = [0] * 256
for _opcode, _, _takes in KNOWN:
    TAKES[_opcode] = _takes


def prices(opcodes: dict[int, Any]) -> list[int]:
    """Gas by opcode for what is done here; `NEVER` for everything else, and for what is not py-evm's own function."""
    found = [NEVER] * 256
    for opcode, function, _ in KNOWN:
        entry = opcodes.get(opcode)
        if getattr(entry, "logic_fn", None) is function:
            found[opcode] = entry.gas_cost
    return found


@lru_cache(maxsize=4096)
def analysis(code: bytes) -> tuple[dict[int, tuple[int, int]], frozenset[int]]:
    """What a code's pushes push and where they end, by position; and where a jump may land."""
    pushes, landings, position = {}, set(), 0
    while position < len(code):
        opcode = code[position]
        if PUSH1 - 1 <= opcode <= PUSH32:
            size = opcode - PUSH1 + 1
            data = code[position + 1 : position + 1 + size]
            pushes[position] = (int.from_bytes(data.ljust(size, b"\0"), "big"), position + 1 + size)
            position += size
        elif opcode == JUMPDEST:
            landings.add(position)
        position += 1
    return pushes, frozenset(landings)


class FastCodeStream(CodeStream):
    """py-evm's code stream, which does the plain instructions itself and yields the others."""

    _trace: ClassVar[Any] = deque(maxlen=0)  # where positions are noted: nowhere, outside of titanoboa

    parts: tuple[Any, Any, Any, list[int]] | None = None  # stack, memory and gas meter of the computation, and prices

    def __iter__(self) -> Iterator[int]:
        if self.parts is None or type(self.parts[2]) is not GasMeter:
            yield from super().__iter__()
            return
        items, space, meter, price_of = self.parts
        code, length, note = self._raw_code_bytes, self._length_cache, self._trace.append
        pushes, landings = analysis(code)
        values, takes, from_bytes = items.values, TAKES, int.from_bytes
        pop, push = values.pop, values.append
        pc, gas, held = self.program_counter, meter.gas_remaining, space._bytes
        while pc < length:
            opcode = code[pc]
            note(pc)
            price, depth = price_of[opcode], len(values)
            if price <= gas and takes[opcode] <= depth < STACK_LIMIT:
                if opcode >= 0x5F:
                    gas -= price
                    if opcode <= 0x7F:
                        value, pc = pushes[pc]
                        push(value)
                        continue
                    if opcode <= 0x8F:
                        push(values[0x7F - opcode])
                    else:
                        other = 0x8E - opcode
                        values[-1], values[other] = values[other], values[-1]
                    pc += 1
                    continue
                if opcode >= 0x50:
                    top = values[-1] if depth else 0
                    if type(top) is not int:
                        top = from_bytes(top, "big")
                    if opcode == 0x52:  # MSTORE
                        if top + 32 <= len(held):
                            pop()
                            value = pop()
                            held[top : top + 32] = value.to_bytes(32, "big") if type(value) is int else value.rjust(32, b"\0")[-32:]
                            gas -= price
                            pc += 1
                            continue
                    elif opcode == 0x51:  # MLOAD
                        if top + 32 <= len(held):
                            values[-1] = from_bytes(held[top : top + 32], "big")
                            gas -= price
                            pc += 1
                            continue
                    elif opcode == 0x57:  # JUMPI
                        check = values[-2]
                        if not (check if type(check) is int else from_bytes(check, "big")):
                            del values[-2:]
                            gas -= price
                            pc += 1
                            continue
                        if top in landings:
                            del values[-2:]
                            gas -= price
                            pc = top
                            continue
                    elif opcode == 0x56:  # JUMP
                        if top in landings:
                            pop()
                            gas -= price
                            pc = top
                            continue
                    else:  # POP and JUMPDEST
                        if opcode == 0x50:
                            pop()
                        gas -= price
                        pc += 1
                        continue
                else:
                    left = pop()
                    if type(left) is not int:
                        left = from_bytes(left, "big")
                    if opcode == 0x15:  # ISZERO
                        push(0 if left else 1)
                    elif opcode == 0x19:  # NOT
                        push(WORD - left)
                    else:
                        right = pop()
                        if type(right) is not int:
                            right = from_bytes(right, "big")
                        push(_computed(opcode, left, right))
                    gas -= price
                    pc += 1
                    continue
            self.program_counter, meter.gas_remaining = pc + 1, gas
            yield opcode
            pc, gas, held = self.program_counter, meter.gas_remaining, space._bytes
        meter.gas_remaining = gas
        self.program_counter = pc
        yield STOP


def _computed(opcode: int, left: int, right: int) -> int:
    """What an instruction over two words gives."""
    if opcode == 0x01:
        return (left + right) & WORD
    if opcode == 0x03:
        return (left - right) & WORD
    if opcode == 0x10:
        return 1 if left < right else 0
    if opcode == 0x11:
        return 1 if left > right else 0
    if opcode == 0x14:
        return 1 if left == right else 0
    if opcode == 0x16:
        return left & right
    if opcode == 0x02:
        return (left * right) & WORD
    if opcode == 0x04:
        return left // right if right else 0
    if opcode == 0x17:
        return left | right
    if opcode == 0x18:
        return left ^ right
    if opcode == 0x1C:
        return right >> left if left < 256 else 0
    if opcode == 0x1B:
        return (right << left) & WORD if left < 256 else 0
    return left % right if right else 0


class FastTracingCodeStream(FastCodeStream, py_evm.TracingCodeStream):
    """titanoboa's code stream, which notes the position of every instruction, with the same loop."""


PLAIN = (computation.CodeStream, py_evm.TracingCodeStream, computation.BaseComputation.__init__, py_evm.titanoboa_computation.__init__)
_prices_of: dict[type, list[int]] = {}


def _equip(self: Any) -> None:
    """Tell a computation's code stream whose stack, memory and gas it works on."""
    kind = type(self)
    if kind not in _prices_of:
        _prices_of[kind] = prices(self.opcodes)
    self.code.parts = (self._stack, self._memory, self._gas_meter, _prices_of[kind])


def _then_equip(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it stands in for one
        init(self, *args, **kwargs)
        _equip(self)

    return __init__


def _use(code_stream: type, tracing_code_stream: type, init: Callable[..., None], titanoboa_init: Callable[..., None]) -> None:
    computation.CodeStream = code_stream
    py_evm.TracingCodeStream = tracing_code_stream
    computation.BaseComputation.__init__ = init
    py_evm.titanoboa_computation.__init__ = titanoboa_init


def install() -> None:
    """Let every computation of this process run through this loop."""
    _use(FastCodeStream, FastTracingCodeStream, _then_equip(PLAIN[2]), _then_equip(PLAIN[3]))


@contextmanager
def plain() -> Iterator[None]:
    """py-evm and titanoboa as they are."""
    _use(*PLAIN)
    try:
        yield
    finally:
        install()

"""The loop that tests run the EVM with, against py-evm's own: whatever a program does, both do the same, and name the same reason."""

from __future__ import annotations

import boa
import pytest
from boa.util.abi import Address
from boa.vm import py_evm
from eth.vm.opcode_values import JUMPDEST, MSTORE, PUSH1, RETURN
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import evm_loop
from tests.support.profiles import examples
from tests.support.token import deploy_token

pytestmark = pytest.mark.py_evm
AT = Address("0x00000000000000000000000000000000000000c0")
WORD = evm_loop.WORD
KNOWN = [opcode for opcode, _, _ in evm_loop.KNOWN]
OTHERS = [0x00, 0x05, 0x08, 0x0A, 0x0B, 0x12, 0x1A, 0x1D, 0x30, 0x33, 0x35, 0x37, 0x39, 0x53, 0x54, 0x58, 0x59, 0x5A, 0x5E, 0xA1, 0xF3, 0xFD, 0xFE, 0x0C]

words = st.one_of(st.integers(0, 70), st.integers(0, WORD), st.sampled_from([0, 1, 2, 31, 32, 33, 255, 256, 257, 2**64, 2**255 - 1, 2**255, WORD - 1, WORD]))
pushes = st.tuples(st.integers(1, 32), words).map(lambda pair: bytes([PUSH1 - 1 + pair[0]]) + (pair[1] % 256 ** pair[0]).to_bytes(pair[0], "big"))
plain = st.sampled_from(KNOWN).map(lambda opcode: bytes([opcode]))
others = st.sampled_from(OTHERS).map(lambda opcode: bytes([opcode]))
memory = st.tuples(st.integers(0, 200), st.sampled_from([0x51, 0x52])).map(lambda pair: bytes([PUSH1, pair[0], pair[1]]))
jumps = st.tuples(st.integers(0, 120), st.sampled_from([0x56, 0x57])).map(lambda pair: bytes([PUSH1, pair[0], pair[1]]))
traced = st.tuples(st.integers(0, 90), st.integers(0, 3), st.sampled_from([0x20, 0x55])).map(lambda three: bytes([PUSH1, three[0], PUSH1, three[1], three[2]]))
landings = st.just(bytes([JUMPDEST]))
programs = st.lists(st.one_of(pushes, pushes, plain, plain, memory, landings, jumps, others, traced), min_size=1, max_size=80).map(b"".join)


def seen(code: bytes, gas: int, data: bytes = b"") -> tuple:
    """Everything that a run of a program can show."""
    with boa.env.anchor():
        try:
            done = boa.env.execute_code(to_address=AT, data=data, gas=gas, override_bytecode=code)
        except ValueError as fallen:  # titanoboa's own SHA3 and SSTORE fall over where the stack is too short
            return (str(fallen),)
        error = (type(done.error), str(done.error)) if done.is_error else None
        stack = [value if isinstance(value, int) else int.from_bytes(value, "big") for value in done._stack.values]
        slots = [boa.env.get_storage(AT, slot) for slot in range(4)]
        logs = done.get_raw_log_entries() if not done.is_error else ()
        meter = done._gas_meter
        left, refunded = meter.gas_remaining, meter.gas_refunded
        return error, stack, bytes(done._memory._bytes), list(done.code._trace), left, refunded, done.get_gas_used(), done.output, slots, logs


def same(code: bytes, gas: int = 1_000_000, data: bytes = b"") -> tuple:
    """What both loops show, which is the same."""
    ours = seen(code, gas, data)
    with evm_loop.plain():
        theirs = seen(code, gas, data)
    assert ours == theirs
    return ours


def test_install__session__is_in_force_and_can_be_left():
    assert py_evm.TracingCodeStream is evm_loop.FastTracingCodeStream
    with evm_loop.plain():
        assert py_evm.TracingCodeStream is evm_loop.PLAIN[1]
    assert py_evm.TracingCodeStream is evm_loop.FastTracingCodeStream


def test_prices__known_opcodes__all_have_one_and_no_other():
    prices = evm_loop.prices(boa.env.evm.vm.state.computation_class.opcodes)
    assert [opcode for opcode, price in enumerate(prices) if price != evm_loop.NEVER] == sorted(KNOWN)


def test_prices__function_of_another__is_left_alone():
    opcodes = dict(boa.env.evm.vm.state.computation_class.opcodes)
    opcodes[MSTORE] = lambda computation: None
    assert evm_loop.prices(opcodes)[MSTORE] == evm_loop.NEVER


@settings(max_examples=examples(100, 500, 20_000), deadline=None)
@given(programs, st.sampled_from([50_000, 30_000, 200, 100, 50, 20]))
def test_loop__any_program_and_gas__as_py_evm(code, gas):
    same(code, gas)


@settings(max_examples=examples(100, 500, 20_000), deadline=None)
@given(st.sampled_from([opcode for opcode, function, takes in evm_loop.KNOWN if takes == 2 and opcode < 0x50]), words, words, st.booleans())
def test_loop__instruction_over_two_words__as_py_evm(opcode, left, right, as_bytes):
    """Operands come as numbers (pushed) or, as bytes, out of calldata."""
    returned = bytes([PUSH1, 0, MSTORE, PUSH1, 32, PUSH1, 0, RETURN])
    if as_bytes:
        load = bytes([PUSH1, 32, 0x35, PUSH1, 0, 0x35])
        same(load + bytes([opcode]) + returned, data=left.to_bytes(32, "big") + right.to_bytes(32, "big"))
    else:
        same(bytes([0x7F]) + right.to_bytes(32, "big") + bytes([0x7F]) + left.to_bytes(32, "big") + bytes([opcode]) + returned)


@pytest.mark.parametrize("opcode", [0x5F, 0x60, 0x80])
@pytest.mark.parametrize("items", [1_023, 1_024, 1_025])
def test_loop__stack_at_its_limit__as_py_evm(opcode, items):
    error = same(bytes([PUSH1, 1] * items + [opcode, 0]))[0]
    assert (error is None) == (items == 1_023)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("6003565b00", None),  # jump to a landing
        ("600456005b00", None),
        ("6000600557005b00", None),  # a condition that does not hold
        ("6001600657005b00", None),
        ("600456605b00", "InvalidInstruction"),  # a landing inside of a push
        ("60ff5600", "InvalidJumpDestination"),
        ("5600", "InsufficientStack"),
        ("60015700", "InsufficientStack"),
        ("600052", "InsufficientStack"),
        ("7f00", None),  # a push that ends with the code
        ("", None),
    ],
)
def test_loop__jumps_and_ends__as_py_evm(code, error):
    found = same(bytes.fromhex(code))[0]
    assert (found and found[0].__name__) == error


def test_loop__contract_and_refusal__same_gas_result_and_source_line():
    """A deployment, calls and a refusal of a contract of ours: gas, positions and what the error says."""

    def life() -> tuple:
        with boa.env.anchor():
            owner, holder = (Address(bytes([number]) * 20) for number in (1, 2))
            token = deploy_token(owner, owner)
            found = [token.address, token._computation.get_gas_used(), list(token._computation.code._trace)]
            token.approve(holder, 5, sender=owner)
            found += [token._computation.get_gas_used(), list(token._computation.code._trace), token.allowance(owner, holder)]
            with pytest.raises(boa.BoaError) as error:
                token.transfer(holder, 2**255, sender=owner)
            return [*found, str(error.value)]

    ours = life()
    with evm_loop.plain():
        theirs = life()
    assert ours == theirs
    assert "contracts/token/MDT.vy:" in ours[-1] or "line" in ours[-1]

"""What the session set-up mends in the tools."""

from __future__ import annotations

import boa
from boa.vm.py_evm import PyEVM

from tests.conftest import TRACED

NESTED = """
kept: HashMap[address, HashMap[uint256, uint256]]

@external
def keep():
    self.kept[msg.sender][1] = 1
"""
FLAT = """
kept: HashMap[address, uint256]

@external
def refuse():
    self.kept[msg.sender] = 1
    assert False, "refused"
"""


def test_refusal__address_of_an_undone_contract__reason_is_seen():
    """A contract of another layout stood at the address before: titanoboa read the keys it had written and fell over."""
    with boa.env.anchor():
        first = boa.loads(NESTED)
        first.keep()
    second = boa.loads(FLAT)
    assert second.address == first.address
    with boa.reverts("refused"):
        second.refuse()


def test_trace_once__many_py_evms__each_instruction_is_wrapped_once():
    for _ in range(3):
        evm = PyEVM(boa.env)
    for code, name in TRACED.items():
        tracer = evm.vm.state.computation_class.opcodes[code]
        assert type(tracer).__module__ == PyEVM.__module__
        assert not isinstance(getattr(tracer, name), type(tracer))

"""revm under titanoboa, against py-evm: whatever is sent, both answer the same, and what revm cannot show it refuses to be asked for."""

from __future__ import annotations

from contextlib import ExitStack

import boa
import pytest
from boa.util.abi import Address
from boa.vm.gas_meters import NoGasMeter
from boa.vm.py_evm import PyEVM
from eth.exceptions import InsufficientFunds, OutOfGas, Revert
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.crypto.merkle import MerkleTree
from tests.support.deployers import deploy
from tests.support.profiles import examples
from tests.support.revm import switch
from tests.support.token import deploy_token, issue
from tests.unit.test_evm_loop import programs, words

pytestmark = pytest.mark.skipif(not switch.is_wanted(), reason="tests of this process run on py-evm")

AT = Address("0x00000000000000000000000000000000000000c0")
PEOPLE = [Address(bytes([number]) * 20) for number in range(1, 5)]
COLD_ACCOUNT = 2_500  # what py-evm asks more for an account that revm, as a transaction does, takes as accessed
BOX = """
kept: public(uint256)

@external
@payable
def pay(to: address, amount: uint256):
    raw_call(to, b"", value=amount)

@external
def keep(number: uint256) -> uint256:
    self.kept = number
    return chain.id

@external
@view
def who() -> (address, address, uint256, uint256, uint256):
    return msg.sender, tx.origin, block.timestamp, block.number, chain.id

@external
@view
def sizes(account: address) -> (uint256, uint256):
    return account.codesize, account.balance

@external
def twice(number: uint256) -> uint256:
    return number * 2

@external
@payable
def __default__():
    pass
"""


@pytest.fixture
def revm():
    return boa.env.evm.revm


@pytest.fixture
def box():
    """A small contract that shows what it runs in."""
    return boa.loads(BOX)


class Alone:
    """Both engines, new and empty; revm does not ask py-evm why it refuses."""

    def __init__(self) -> None:
        from tests.support.revm.engine import Revm

        patch = boa.env.evm.py_evm.patch
        self.revm, self.py_evm = Revm(boa.env, patch), PyEVM(boa.env)
        self.revm._witnessed = lambda refused, again: refused


def shown(done) -> tuple:
    """What both show of a message: output or error, logs, gas."""
    kind = None
    if done.is_error:
        kind = done.error.args[0] if isinstance(done.error, Revert) else "halt"
    gas = done.gas_used if hasattr(done, "gas_used") else done.get_gas_used()
    logs = [] if done.is_error else [(address, list(topics), data) for _, address, topics, data in done.get_raw_log_entries()]
    return kind, b"" if kind == "halt" else bytes(done.output), logs, gas


def test_switch__this_session__revm_here_and_py_evm_where_marked(revm):
    assert switch.is_revm()
    assert boa.env.evm.current is revm


@pytest.mark.py_evm
def test_switch__marked__py_evm():
    assert not switch.is_revm()
    assert isinstance(boa.env.evm.current, PyEVM)


def test_switch__snapshot_of_the_other_engine__is_reverted_there(revm):
    kept = boa.env.evm.snapshot()
    boa.env.set_balance(AT, 5)
    with switch.on(boa.env.evm.py_evm):
        boa.env.evm.revert(kept)
        assert not switch.is_revm()
    assert boa.env.get_balance(AT) == 0


@pytest.mark.parametrize(("name", "value"), [("MDT_EVM", "plain"), ("MDT_EVM", "py-evm")])
def test_is_wanted__somebody_says_otherwise__no(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert not switch.is_wanted()


def test_is_wanted__coverage_or_not_installed__no(monkeypatch):
    monkeypatch.setattr(switch, "find_spec", lambda name: None)
    assert not switch.is_wanted()
    monkeypatch.undo()
    assert switch.is_wanted()
    monkeypatch.setattr(boa.env, "_coverage_enabled", True)
    assert not switch.is_wanted()
    switch.choose(True)
    assert not switch.is_revm()
    monkeypatch.undo()
    switch.choose(True)
    assert switch.is_revm()


@settings(max_examples=examples(50, 300, 10_000), deadline=None)
@given(st.lists(st.tuples(programs, st.sampled_from([50_000, 3_000, 200, 50])), min_size=1, max_size=4), words)
def test_engine__any_programs_one_after_another__as_py_evm(sent, word):
    """Warm slots, transient storage and refunds carry over from one to the next in both."""
    both = Alone()
    data = word.to_bytes(32, "big")
    for code, gas in sent:
        found = []
        for engine in (both.revm, both.py_evm):
            engine.get_code(AT)
            try:
                with switch.on(engine):
                    done = engine.execute_code(PEOPLE[0], AT, gas, 0, 0, code, data, False, None, 0, None, None)
            except ValueError:  # titanoboa's own SHA3 and SSTORE fall over where the stack is too short
                return
            found.append((*shown(done), [engine.get_storage(AT, slot) for slot in range(4)]))
        assert found[0] == found[1], code.hex()


acts = st.one_of(
    st.tuples(st.just("transfer"), st.sampled_from(PEOPLE), st.integers(0, 60)),
    st.tuples(st.just("approve"), st.sampled_from(PEOPLE), st.integers(0, 60)),
    st.tuples(st.just("transferFrom"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(0, 60)),
    st.tuples(st.just("burn"), st.integers(0, 60), st.integers(0, 9)),
    st.tuples(st.just("fund"), st.integers(0, 2)),
    st.tuples(st.just("claim"), st.integers(0, 2)),
    st.tuples(st.just("open")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("wait"), st.integers(1, 10**6)),
)


class Life:
    """A token and a distributor on one engine, and what came of each call to them."""

    def __init__(self) -> None:
        owner = PEOPLE[0]
        self.token = deploy_token(owner, owner)
        self.distributor = deploy("RewardDistributor", token=self.token, owner=owner)
        issue(self.token, PEOPLE[1], 100)
        self.token.approve(self.distributor, 100, sender=PEOPLE[1])
        self.distributor.set_funder(PEOPLE[1], sender=owner)
        self.open: list[ExitStack] = []

    def act(self, sender, name, *arguments):
        if name == "open":
            self.open.append(ExitStack())
            self.open[-1].enter_context(boa.env.anchor())
            return None
        if name == "undo":
            return self.open.pop().close() if self.open else None
        if name == "wait":
            return boa.env.time_travel(seconds=arguments[0])
        contract = self.token
        if name in ("fund", "claim"):
            contract, (number,) = self.distributor, arguments
            tree = MerkleTree.build([(str(PEOPLE[2]), number + 1), (str(PEOPLE[3]), 7)])
            sender, arguments = (PEOPLE[1], (tree.root, number + 8)) if name == "fund" else (sender, (PEOPLE[2], number + 1, tree.proof(PEOPLE[2])))
        call = getattr(contract, name)
        done = boa.env.execute_code(contract.address, sender=sender, data=call.prepare_calldata(*arguments), contract=contract)
        logs = () if done.is_error else tuple(map(str, contract.get_logs(done)))
        return (*shown(done), logs, [self.token.balanceOf(one) for one in PEOPLE], self.distributor.total_funded())


def life_on(engine, steps) -> list:
    with switch.on(engine), boa.env.anchor():
        life = Life()
        seen = [(life.token.address, life.distributor.address), *(life.act(*step) for step in steps)]
        while life.open:
            life.open.pop().close()
        return seen


@settings(max_examples=examples(5, 25, 1_000), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PEOPLE), acts).map(lambda pair: (pair[0], *pair[1])), max_size=20))
def test_engine__any_life_of_two_contracts__as_py_evm(steps):
    """Outputs, reasons, events and balances are the same; gas but for accounts that py-evm takes as cold."""
    both = Alone()
    ours, theirs = life_on(both.revm, steps), life_on(both.py_evm, steps)
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        if our is None or len(our) == 2:
            assert our == their
        else:
            assert our[:3] == their[:3]
            assert our[4:] == their[4:]
            assert their[3] - our[3] in (0, COLD_ACCOUNT, 2 * COLD_ACCOUNT)


def test_execute_code__block__is_the_patched_one(box):
    with boa.env.anchor():
        boa.env.timestamp = 2**48 - 1
        boa.env.evm.patch.block_number = 2**63
        boa.env.evm.patch.chain_id = 1337
        assert box.who(sender=PEOPLE[2]) == (PEOPLE[2], PEOPLE[2], 2**48 - 1, 2**63, 1337)
    assert box.who()[4] == boa.env.evm.py_evm.patch.chain_id
    assert box.who()[2] == boa.env.evm.py_evm.patch.timestamp


def test_chain_id__changed_and_back__contents_and_snapshots_stay(box):
    box.keep(1)
    with boa.env.anchor():
        boa.env.evm.patch.chain_id += 1
        assert (box.kept(), box.keep(2)) == (1, boa.env.evm.patch.chain_id)
        with boa.env.anchor():
            boa.env.set_balance(AT, 9)
            box.keep(3)
            boa.env.evm.patch.chain_id += 1
            box.keep(4)
        assert (box.kept(), boa.env.get_balance(AT)) == (2, 0)
        boa.env.evm.patch.chain_id -= 1
        assert box.kept() == 2
        other = boa.loads(BOX)
    assert box.kept() == 1
    assert boa.env.get_code(other.address) == b""


def test_chain_id__changed_and_undone_by_a_bare_snapshot__block_stays(box):
    boa.env.timestamp += 5
    kept, seen = boa.env.evm.snapshot(), box.who()
    boa.env.evm.patch.chain_id += 1
    assert box.who() == (*seen[:4], seen[4] + 1)
    boa.env.timestamp += 7
    boa.env.evm.patch.chain_id -= 1
    now = (*seen[:2], seen[2] + 7, *seen[3:])
    assert box.who() == now
    boa.env.evm.revert(kept)
    assert box.who() == now


def test_anchor__set_between_calls__all_is_put_back_in_order(box):
    """Balances, codes and slots that a test sets are not in revm's journal, or not as calls are."""
    boa.env.set_balance(boa.env.eoa, 100)
    code = boa.env.get_code(box.address)
    with boa.env.anchor():
        box.pay(AT, 30, value=50)
        boa.env.set_balance(AT, 7)
        box.pay(AT, 10)
        with boa.env.anchor():
            boa.env.set_code(AT, code)
            boa.env.set_storage(AT, 0, 5)
            box.at(AT).keep(6)
            boa.env.set_balance(boa.env.eoa, 0)
            boa.env.set_code(box.address, b"\xfe")
            assert (boa.env.get_storage(AT, 0), boa.env.get_balance(AT)) == (6, 17)
        assert (boa.env.get_code(AT), boa.env.get_storage(AT, 0)) == (b"", 0)
        assert [boa.env.get_balance(one) for one in (AT, box.address, boa.env.eoa)] == [17, 10, 50]
    assert [boa.env.get_balance(one) for one in (AT, box.address, boa.env.eoa)] == [0, 0, 100]
    assert boa.env.get_code(box.address) == code


def test_anchor__thousands_one_after_another__calls_are_as_deep_as_ever(box):
    for number in range(1_100):
        boa.env.set_balance(AT, number)
    assert box.twice(2) == 4
    with boa.env.anchor():
        boa.env.set_balance(AT, 1)
    assert boa.env.get_balance(AT) == 1_099


def test_sender__is_a_contract__may_send_and_keeps_its_code(box):
    """EIP-3607 holds for transactions; titanoboa sends messages."""
    other = boa.loads(BOX)
    code = boa.env.get_code(other.address)
    assert box.who(sender=other.address)[0] == other.address
    assert box.sizes(other.address, sender=other.address) == (len(code), 0)
    third = boa.loads(BOX)
    with boa.env.prank(other.address):
        assert boa.loads(BOX).address not in (other.address, third.address)
    assert boa.env.get_code(other.address) == code
    assert other.twice(3) == 6


def test_value__more_than_there_is__refused(box):
    with pytest.raises(InsufficientFunds):
        box.pay(AT, 1, value=1)


def test_deploy__addresses__those_of_py_evm():
    found = []
    for engine in (boa.env.evm.revm, boa.env.evm.py_evm):
        with switch.on(engine), boa.env.anchor(), boa.env.prank(PEOPLE[3]):
            found.append([boa.loads(BOX).address])
            with boa.reverts("mdt: zero address"):
                deploy_token(Address(bytes(20)), PEOPLE[0])
            found[-1].append(boa.loads(BOX).address)
    assert found[0] == found[1]


def test_eval__code_of_another_for_one_call__storage_is_the_contracts(box):
    box.keep(5)
    assert box.eval("self.kept + 1") == 6
    box.eval("self.kept = 8")
    assert box.kept() == 8
    assert boa.env.get_code(box.address) == box.bytecode


def test_refusal__with_a_reason__exactly_that_one():
    token = deploy_token(PEOPLE[0], PEOPLE[0])
    with boa.reverts("mdt: balance too low"):
        token.transfer(PEOPLE[1], 1, sender=PEOPLE[2])
    with pytest.raises(ValueError, match="does not match"), boa.reverts("mdt: balance too lo"):
        token.transfer(PEOPLE[1], 1, sender=PEOPLE[2])
    with pytest.raises(ValueError, match="Did not revert"), boa.reverts("mdt: balance too low"):
        token.transfer(PEOPLE[1], 0, sender=PEOPLE[2])
    with pytest.raises(boa.BoaError, match="mdt: balance too low(?s:.)*MDT_EVM=py-evm names the line"):
        token.transfer(PEOPLE[1], 1, sender=PEOPLE[2])


def test_refusal__without_a_reason__py_evm_names_the_check_and_the_line(box):
    with boa.reverts(compiler="safemul"):
        box.twice(2**255)
    with pytest.raises(boa.BoaError, match="number \\* 2"):
        box.twice(2**255)


def test_refusal__for_want_of_gas__as_such(box):
    done = boa.env.execute_code(box.address, data=box.twice.prepare_calldata(1), gas=100)
    assert isinstance(done.error, OutOfGas)
    assert done.output == b""


@pytest.mark.parametrize("asked", ["get_gas_used", "children", "call_trace", "code", "net_gas_used"])
def test_computation__what_revm_does_not_show__is_refused(box, asked):
    box.twice(1)
    with pytest.raises(NotImplementedError, match="mark the test `py_evm`"):
        getattr(box._computation, asked)()


def test_engine__what_revm_cannot_do__is_refused(revm):
    with pytest.raises(AttributeError, match="gas_limit cannot be set on revm"):
        boa.env.evm.patch.gas_limit = 1
    with pytest.raises(NotImplementedError, match="one gas meter"):
        boa.env.set_gas_meter_class(NoGasMeter)
    with pytest.raises(NotImplementedError, match="cools nothing"):
        boa.env.reset_gas_used()
    with pytest.raises(NotImplementedError, match="deploys by nonce"):
        boa.loads(BOX, override_address=AT)
    with pytest.raises(NotImplementedError, match="from its start"):
        boa.env.execute_code(AT, start_pc=1)
    with pytest.raises(NotImplementedError, match="CallerGasLimit"):
        boa.env.execute_code(AT, gas=2**63)


def test_copied__py_evm_with_the_same_contents__and_nothing_accessed(box, revm):
    box.keep(2**256 - 1)
    boa.env.set_balance(box.address, 3)
    copy = revm.copied()
    assert copy.get_storage(box.address, 0) == 2**256 - 1
    assert copy.get_balance(box.address) == 3
    assert copy.get_code(box.address) == box.bytecode
    with switch.on(copy):
        assert box.kept() == 2**256 - 1
        cold = box._computation.get_gas_used()
        box.kept()
        assert cold - box._computation.get_gas_used() == 2_000

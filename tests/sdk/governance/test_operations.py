"""Operations have the ids the contract gives them, and come back whole from the events of a receipt."""

from __future__ import annotations

import random

import pytest
from eth_utils.address import to_checksum_address

from mdt.chain import localchain
from mdt.chain.abi import Event
from mdt.chain.signers import LocalSigner
from mdt.errors import GovernanceError, RevertError
from mdt.governance.operations import Operation, operation_of, scheduled_in
from mdt.governance.timelock import DONE, EXPIRED, READY, UNKNOWN, WAITING, Timelock
from mdt.model.timelock import GRACE_PERIOD, MAX_CALLS, NONE
from mdt.suite.calls import Payload
from mdt.suite.opened import Suite
from mdt.units import DAY
from tests.support.chains import accounts, anchored, local_chain
from tests.support.governance import deploy_timelock


@pytest.fixture(scope="module")
def w3():
    return local_chain()


@pytest.fixture(scope="module")
def contract(w3):
    return deploy_timelock(w3)


@pytest.fixture(autouse=True)
def _isolated(w3, contract):
    with anchored(w3):
        yield


@pytest.fixture(scope="module")
def proposer(w3):
    return LocalSigner(accounts(w3)[1])


@pytest.fixture(scope="module")
def guardian(w3):
    return LocalSigner(accounts(w3)[2])


@pytest.fixture(scope="module")
def anybody(w3):
    return LocalSigner(accounts(w3)[5])


@pytest.fixture
def timelock(contract):
    return Timelock(Suite(contract.chain, None, {"Timelock": contract}))


def some_operation(source: random.Random, is_batch: bool) -> Operation:
    count = source.randint(1, MAX_CALLS) if is_batch else 1
    calls = tuple(Payload(to_checksum_address(source.randbytes(20)), source.randbytes(source.choice([0, 4, 32, 68, 100, 1_152]))) for _ in range(count))
    return Operation(calls, source.choice([NONE, source.randbytes(32)]), source.choice([NONE, source.randbytes(32)]), is_batch)


def harmless(contract) -> list[Payload]:
    """Calls that succeed and change nothing."""
    return [Payload(contract.address, contract.encode("get_minimum_delay")), Payload(contract.address, contract.encode("MIN_DELAY"))]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("is_batch", [False, True])
def test_id__random_operation__is_the_contracts(contract, seed, is_batch):
    operation = some_operation(random.Random(seed), is_batch)
    tail = (operation.predecessor, operation.salt)
    if is_batch:
        assert operation.id == contract.call("hash_operation_batch", *operation.columns(), *tail)
    else:
        assert operation.id == contract.call("hash_operation", operation.calls[0].target, 0, operation.calls[0].data, *tail)


def test_id__one_call_alone_and_as_a_batch__differ(contract):
    call = harmless(contract)[0]
    assert Operation((call,)).id != Operation((call,), is_batch=True).id


@pytest.mark.parametrize("salt", [NONE, b"\x07" * 32])
@pytest.mark.parametrize("shape", ["single", "batch", "batch of one"])
def test_scheduled_in__receipt__gives_the_operation_back(contract, timelock, proposer, salt, shape):
    calls = tuple(harmless(contract))[: 2 if shape == "batch" else 1]
    operation = Operation(calls, salt=salt, is_batch=shape != "single")
    receipt = timelock.schedule(operation, None, proposer.address).send(proposer)
    assert scheduled_in(contract.events(receipt)) == [operation]


def test_scheduled_in__event_with_native_coin__refused(contract, proposer):
    receipt = contract.send(proposer, "schedule", contract.address, 1, b"", NONE, NONE, 2 * DAY)
    with pytest.raises(GovernanceError, match="sends native coin along"):
        scheduled_in(contract.events(receipt))


def test_scheduled_in__events_of_something_else__refused(contract):
    fields = {"index": 0, "target": contract.address, "amount": 0, "payload": b"", "predecessor": NONE, "delay": 1}
    with pytest.raises(GovernanceError, match="do not hash to its id"):
        scheduled_in([Event("CallScheduled", contract.address, {"id": b"\x01" * 32, **fields})])


def test_standing__life_of_an_operation__waiting_ready_done(w3, contract, timelock, proposer, anybody):
    operation = operation_of(harmless(contract))
    assert timelock.standing(operation.id).state == UNKNOWN
    timelock.schedule(operation, 3 * DAY, proposer.address).send(proposer)
    waiting = timelock.standing(operation.id)
    assert (waiting.state, waiting.ready_at) == (WAITING, w3.eth.get_block("latest")["timestamp"] + 3 * DAY)
    localchain.advance(w3, 1, 3 * DAY)
    assert timelock.standing(operation.id).state == READY
    timelock.execute(operation, anybody.address).send(anybody)
    done = timelock.standing(operation.id)
    assert (done.state, done.ready_at) == (DONE, None)
    with pytest.raises(GovernanceError, match="is done: nothing was sent"):
        timelock.execute(operation, anybody.address)
    with pytest.raises(GovernanceError, match="to do the same once more give it another --salt"):
        timelock.schedule(operation, None, proposer.address)


def test_standing__nobody_executed_in_time__expired_and_scheduled_again(w3, contract, timelock, proposer, anybody, guardian):
    """Z8: `execute` refuses by its reason, before anything is sent and on the chain."""
    operation = operation_of(harmless(contract))
    timelock.schedule(operation, None, proposer.address).send(proposer)
    waiting = timelock.standing(operation.id)
    assert waiting.ready_at is not None
    assert waiting.until == waiting.ready_at + GRACE_PERIOD
    assert "can be executed until" in timelock.words(waiting)
    localchain.advance(w3, 1, waiting.until - w3.eth.get_block("latest")["timestamp"])
    assert timelock.standing(operation.id).state == READY
    localchain.advance(w3, 1, 1)
    expired = timelock.standing(operation.id)
    assert (expired.state, expired.until) == (EXPIRED, waiting.until)
    with pytest.raises(GovernanceError, match="is expired: it could be executed until .*Nothing was sent: schedule it again if it is still wanted"):
        timelock.execute(operation, anybody.address)
    with pytest.raises(RevertError, match="timelock: operation expired"):
        contract.send(anybody, "execute_batch", *operation.columns(), operation.predecessor, operation.salt)
    with pytest.raises(GovernanceError, match="there is nothing to cancel"):
        timelock.cancel(operation.id, guardian.address)
    timelock.schedule(operation, None, proposer.address).send(proposer)
    assert timelock.standing(operation.id).state == WAITING


def test_standing__cancelled__unknown_and_free_to_be_scheduled_again(contract, timelock, proposer, guardian):
    operation = operation_of(harmless(contract)[:1])
    timelock.schedule(operation, None, proposer.address).send(proposer)
    timelock.cancel(operation.id, guardian.address).send(guardian)
    assert timelock.standing(operation.id).state == UNKNOWN
    with pytest.raises(GovernanceError, match="not scheduled, or cancelled: there is nothing to cancel"):
        timelock.cancel(operation.id, guardian.address)
    with pytest.raises(GovernanceError, match="not scheduled, or cancelled: nothing was sent"):
        timelock.execute(operation, guardian.address)
    timelock.schedule(operation, None, proposer.address).send(proposer)
    assert timelock.standing(operation.id).state == WAITING


def test_execute__predecessor_open__refused_by_its_id(w3, contract, timelock, proposer, anybody):
    first, second = harmless(contract)
    before = operation_of([first])
    after = operation_of([second], predecessor=before.id)
    for one in (before, after):
        timelock.schedule(one, None, proposer.address).send(proposer)
    localchain.advance(w3, 1, 2 * DAY)
    with pytest.raises(GovernanceError, match=f"0x{before.id.hex()} has to be done before"):
        timelock.execute(after, anybody.address)
    timelock.execute(before, anybody.address).send(anybody)
    timelock.execute(after, anybody.address).send(anybody)
    assert timelock.standing(after.id).state == DONE


@pytest.mark.parametrize(("delay", "words"), [(2 * DAY - 1, "2 days to 30 days, not"), (30 * DAY + 1, "2 days to 30 days, not")])
def test_schedule__delay_out_of_bounds__refused(contract, timelock, proposer, delay, words):
    with pytest.raises(GovernanceError, match=words):
        timelock.schedule(operation_of(harmless(contract)), delay, proposer.address)


def test_roles__missing__refused_in_words(contract, timelock, proposer, guardian, anybody):
    operation = operation_of(harmless(contract))
    for account in (guardian, anybody):
        with pytest.raises(GovernanceError, match="may not propose"):
            timelock.schedule(operation, None, account.address)
    timelock.schedule(operation, None, proposer.address).send(proposer)
    with pytest.raises(GovernanceError, match="may not cancel"):
        timelock.cancel(operation.id, anybody.address)


def test_cancel__own_removal__refused_but_not_to_others(contract, timelock, proposer, guardian):
    operation = operation_of([Payload(contract.address, contract.call("removal_payload", guardian.address))])
    timelock.schedule(operation, None, proposer.address).send(proposer)
    with pytest.raises(GovernanceError, match="own right to cancel"):
        timelock.cancel(operation.id, guardian.address)
    timelock.cancel(operation.id, proposer.address).send(proposer)
    assert timelock.standing(operation.id).state == UNKNOWN


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Operation(()), "1 to 16 calls, got 0"),
        (lambda: Operation((Payload("0x" + "11" * 20, b""),) * 17, is_batch=True), "1 to 16 calls, got 17"),
        (lambda: Operation((Payload("0x" + "11" * 20, b""),) * 2), "2 calls make a batch"),
        (lambda: Operation((Payload("0x" + "11" * 20, b""),), salt=b"x"), "32 bytes each"),
        (lambda: Payload("0x" + "11" * 20, bytes(1_153)), "1153 bytes, the timelock takes 1152"),
    ],
)
def test_operation__not_one__refused(build, words):
    with pytest.raises(GovernanceError, match=words):
        build()

"""status, pending, epoch_bounds, report_digest, eip712Domain: all that tools need, from state, within a node's call limit."""

from __future__ import annotations

import boa
import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from mdt.units import WAD
from tests.support.emission import FULL, as_tuple, deploy_suite, typed_data

pytestmark = pytest.mark.py_evm  # gas

CALL_GAS = 1_000_000  # what a Luxtensor node gives an eth_call by default


def test_status__before_the_start__epoch_0():
    suite = deploy_suite(start_delay=500)
    status = suite.controller.status()
    assert (status.block_number, status.timestamp) == (suite.block, suite.now)
    assert (status.current_epoch, status.next_epoch, status.attempt) == (0, 0, 0)
    assert (status.paused_until, status.has_pending, status.settles_at) == (0, False, 0)
    assert status.deadline_block == suite.block + 500 + 480 + 960
    assert (status.opened_at, status.is_late) == (suite.deployed_at, False)
    assert status.grace_until < suite.now


@pytest.mark.parametrize(("blocks", "epoch"), [(0, 0), (479, 0), (480, 1), (4_800, 10)])
def test_status__current_epoch__by_block(suite, controller, blocks, epoch):
    suite.advance_to(controller.START_BLOCK() + blocks)
    assert controller.status().current_epoch == epoch


def test_status__report_pending__says_when_it_settles(suite, controller, guardian, reported):
    status = controller.status()
    assert (status.has_pending, status.settles_at) == (True, suite.now + suite.delay)
    controller.cancel_report(sender=guardian)
    status = controller.status()
    assert (status.has_pending, status.settles_at, status.attempt) == (False, 0, 1)


def test_epoch_bounds__consecutive_epochs__touch(suite, controller):
    """B5: no block belongs to two epochs or to none."""
    start = controller.START_BLOCK()
    for epoch in (0, 1, 2_189, 2_190, 2**32 - 1):
        first, end, deadline = controller.epoch_bounds(epoch)
        assert (first, end, deadline) == (start + 480 * epoch, start + 480 * (epoch + 1), start + 480 * (epoch + 1) + 960)
    with boa.reverts("epochs: epoch out of range"):
        controller.epoch_bounds(2**32)


def test_report_digest__independent_encoding__equal(suite, controller, miners):
    for report in (suite.report(), suite.report(FULL, {miners[0]: 7}, epoch=2**256 - 1, attempt=3, data_hash=keccak(text="other"))):
        message = encode_typed_data(full_message=typed_data(report, controller.address))
        assert controller.report_digest(as_tuple(report)) == keccak(b"\x19" + message.version + message.header + message.body)


def test_report_digest__any_field_changed__another_digest(suite, controller):
    report = suite.report()
    digests = {controller.report_digest(as_tuple(report))}
    for name, value in vars(report).items():
        changed = b"\x01" * 32 if isinstance(value, bytes) else value + 1
        digests.add(controller.report_digest(as_tuple(suite.report(**{name: changed}))))
    assert len(digests) == 10


def test_eip712_domain__as_eip_5267_describes_it(controller):
    fields, name, version, chain_id, contract, salt, extensions = controller.eip712Domain()
    assert (fields, name, version) == (b"\x0f", "ModernTensor EmissionController", "1")
    assert (chain_id, contract, salt, extensions) == (boa.env.evm.patch.chain_id, controller.address, bytes(32), [])


def test_ownership__two_steps_and_no_way_out(controller, owner, attacker):
    controller.transfer_ownership(attacker, sender=owner)
    assert (controller.owner(), controller.pending_owner()) == (owner, attacker)
    controller.accept_ownership(sender=attacker)
    assert controller.owner() == attacker
    assert not hasattr(controller, "renounce_ownership")


def test_views__everything_pending__well_below_a_nodes_call_limit(suite, controller, reported):
    """Each view costs a tenth of what an eth_call gets, with a full set of reporters."""
    calls = {
        "status": (),
        "pending": (),
        "epoch_record": (0,),
        "parameters_at": (0,),
        "epoch_bounds": (0,),
        "reporters": (),
        "preview": (0, 1, WAD, WAD),
        "report_digest": (as_tuple(reported),),
        "void_digest": (0, 0),
        "evidence_root": (0,),
    }
    for name, arguments in calls.items():
        getattr(controller, name)(*arguments)
        assert controller._computation.get_gas_used() < CALL_GAS // 10, name

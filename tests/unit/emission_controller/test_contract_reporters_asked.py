"""Reporters that are contracts: who is asked, and what that costs at most."""

from __future__ import annotations

import boa
import pytest

from tests.support.emission import QUORUM, REPORTERS, addresses, as_tuple
from tests.support.harness import harness

pytestmark = pytest.mark.py_evm  # gas, and inner calls


@pytest.fixture(autouse=True)
def _reporters(contract_reporters):
    """Two contracts beside three accounts."""


def asked(contract) -> list[str]:
    """Whom a contract called in its last call, outermost calls only."""
    return ["0x" + call.msg.to.hex() for call in contract._computation.children]


def test_submit_report__contract_that_is_no_reporter__never_called(suite, controller, report, digest):
    """B25: nobody else's code runs inside a submission; the call that an approving reporter gets is seen in the same way."""
    foreign = harness("ContractReporter").deploy()
    foreign.approve(digest)
    with boa.reverts("attestations: not a reporter"):
        suite.submit_merged(report, REPORTERS[:2], [foreign.address])
    assert foreign.address.lower() not in asked(controller)
    controller.set_reporters([*addresses(REPORTERS[:2]), foreign.address], QUORUM, sender=suite.owner)
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(suite.report(), REPORTERS[:2], [foreign.address])
    assert foreign.address.lower() in asked(controller)


def test_submit_report__contract_was_removed__never_called(suite, controller, multisig, other, report, digest):
    """B2."""
    controller.set_reporters([*addresses(REPORTERS[:3]), other.address], QUORUM, sender=suite.owner)
    again = suite.report()
    multisig.approve(controller.report_digest(as_tuple(again)))
    with boa.reverts("attestations: not a reporter"):
        suite.submit_merged(again, REPORTERS[:2], [multisig.address])
    assert multisig.address.lower() not in asked(controller)


def test_submit_report__contract_burns_gas__bounded_and_refused(suite, controller, multisig, other, report, digest):
    """36 cold words fit into 100,000 gas with the rest of this contract, 46 do not; what is lost is the bound, whatever it would burn."""
    other.approve(digest)
    other.burn(36)
    with boa.env.anchor():
        suite.submit_merged(report, REPORTERS[:2], [other.address])
        assert controller.status().has_pending
    multisig.approve(digest)
    spent = []
    for words in (46, 1_000):
        multisig.burn(words)
        with boa.reverts("attestations: not approved"):
            suite.submit_merged(report, REPORTERS[:2], [multisig.address])
        spent.append(controller._computation.get_gas_used())
        (call,) = (call for call in controller._computation.children if call.msg.to == bytes.fromhex(multisig.address[2:]))
        assert (call.msg.gas, call.msg.is_static, call.get_gas_used()) == (100_000, True, 100_000)
    assert spent[0] == spent[1]


def test_submit_report__32_contracts_that_use_up_their_gas__fit_into_a_block(suite, controller):
    """The dearest quorum there can be costs less than a third of the smallest block (Luxtensor's testnet, 10,000,000)."""
    contracts = [harness("ContractReporter").deploy() for _ in range(32)]
    controller.set_reporters([one.address for one in contracts], 32, sender=suite.owner)
    report = suite.report()
    for one in contracts:
        one.approve(controller.report_digest(as_tuple(report)))
        one.burn(36)
    suite.submit_merged(report, [], [one.address for one in contracts])
    assert controller.status().has_pending
    assert controller._computation.get_gas_used() < 3_500_000


def test_submit_report__gas_of_a_contract__near_that_of_an_account(suite, controller, multisig, report, digest):
    """A simple one costs about 7,000 gas more than an account, most of which is its own reading."""
    multisig.approve(digest)
    spent = []
    for accounts, contracts in ((REPORTERS[:3], []), (REPORTERS[:2], [multisig.address])):
        with boa.env.anchor():
            suite.submit_merged(report, accounts, contracts)
            spent.append(controller._computation.get_gas_used())
    assert spent[1] - spent[0] < 8_000

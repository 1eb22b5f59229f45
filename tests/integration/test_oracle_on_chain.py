"""The oracle against the real controller: its digest, its quorum rules, and demo epochs from the files to the claims (B1, B3, B18, B19)."""

from __future__ import annotations

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.errors import AttestationError
from mdt.oracle.attest import Domain, digest, merge, sign
from mdt.oracle.bundle_checking import verify_bundle
from mdt.oracle.bundle_writing import write_bundle
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import Outcome, compute
from mdt.oracle.ledger import Ledger
from mdt.oracle.report import Report
from mdt.runs.generate import DEMO_FOLDER, demo_address
from mdt.units import WAD
from tests.support.emission import QUORUM, REPORTERS, STRANGER, EmissionSuite, deploy_suite
from tests.support.profiles import examples

words = st.integers(0, 2**256 - 1)
hashes = st.binary(min_size=32, max_size=32)
fractions = st.integers(0, WAD)


@pytest.fixture(scope="module")
def shared_suite() -> EmissionSuite:
    return deploy_suite()


@pytest.fixture
def suite(shared_suite):
    with boa.env.anchor():
        yield shared_suite


def domain_of(suite: EmissionSuite) -> Domain:
    return Domain(boa.env.evm.patch.chain_id, suite.controller.address)


@settings(max_examples=examples(20, 100, 5_000), deadline=None)
@given(st.builds(Report, words, words, words, fractions, fractions, hashes, hashes, words, hashes))
def test_digest__any_report__is_the_controllers(shared_suite, report):
    assert digest(report, domain_of(shared_suite)) == shared_suite.controller.report_digest(report.as_tuple())


def test_merge__what_it_refuses__the_controller_refuses_too(suite):
    """B1, B3, B19: nothing is refused off chain that the chain would take."""
    suite.end_epoch()
    report = Report(0, suite.controller.attempt(), 8_000, 7 * 10**17, 9 * 10**17, bytes(32), bytes(32), 0, bytes(31) + b"\x01")
    domain, reporters = domain_of(suite), suite.controller.reporters()
    made = {account.address: sign(report, domain, account) for account in [*REPORTERS, STRANGER]}
    elsewhere = sign(report, Domain(domain.chain_id + 1, domain.controller), REPORTERS[2])
    first, second, third = (made[account.address] for account in REPORTERS[:3])
    foreign = made[STRANGER.address]

    def by_signer(*signatures):
        return [each.signature for each in sorted(signatures, key=lambda each: each.signer)]

    for signatures, message, reason in (
        ((first, second), "2 of 3 signatures", "attestations: below quorum"),
        ((first, second, foreign), "is not a reporter", "attestations: not a reporter"),
        ((first, second, second), "2 of 3 signatures", "attestations: not ascending"),
    ):
        with pytest.raises(AttestationError, match=message):
            merge(report, domain, signatures, reporters, QUORUM)
        with boa.reverts(reason):
            suite.controller.submit_report(report.as_tuple(), by_signer(*signatures))
    with pytest.raises(AttestationError, match="another attempt, bundle, chain or controller"):
        merge(report, domain, (first, second, elsewhere), reporters, QUORUM)
    with boa.reverts():
        suite.controller.submit_report(report.as_tuple(), by_signer(first, second, elsewhere))
    suite.controller.submit_report(report.as_tuple(), merge(report, domain, (third, first, second), reporters, QUORUM))
    assert suite.controller.pending()[0] == digest(report, domain)


def test_demo_epochs__from_the_files_to_the_claims__every_wei(suite, tmp_path):
    """B18: roots and proofs made here are paid by the distributor; the miner shares add up to what was claimed."""
    domain, ledger, outcomes, paid = domain_of(suite), Ledger(), [], 0
    with Dataset.open(DEMO_FOLDER) as data:
        for epoch in data.epochs():
            if epoch != suite.controller.next_epoch():  # nobody had data for those before: they are skipped together
                suite.advance_to(suite.controller.epoch_bounds(epoch - 1)[2] + 1)
                suite.controller.skip()
            assert suite.controller.next_epoch() == epoch
            suite.end_epoch()

            def share(measured):
                return suite.controller.preview(measured.epoch, measured.tasks, measured.difficulty, measured.participation)[3]

            result = compute(data.epoch(epoch), ledger, share)
            bundle = write_bundle(result, tmp_path, suite.controller.attempt())
            checked = verify_bundle(bundle, ledger, share, dataset=data)
            assert checked.ok, checked.difference
            assert checked.report is not None
            signatures = merge(checked.report, domain, [sign(checked.report, domain, one) for one in REPORTERS[1:4]], suite.controller.reporters(), QUORUM)
            suite.controller.submit_report(checked.report.as_tuple(), signatures)
            suite.wait()
            suite.controller.settle()
            record = suite.controller.epoch_record(epoch)
            assert (record[1], record[2], record[3]) == (result.ledger.root, checked.report.data_hash, result.ledger.total)
            paid += result.miner_share if result.outcome is Outcome.PAID else 0
            outcomes.append(result.outcome)
            ledger = result.ledger
    assert {Outcome.PAID, Outcome.NONE, Outcome.NOTHING_TO_PAY} == set(outcomes)
    assert ledger.total == paid == suite.distributor.total_funded()
    assert ledger.tree is not None
    for number in range(12):
        miner = demo_address(number)
        suite.distributor.claim(miner, ledger[miner], ledger.tree.proof(miner))
        assert suite.token.balanceOf(miner) == ledger[miner] > 0
    assert suite.distributor.unclaimed() == 0

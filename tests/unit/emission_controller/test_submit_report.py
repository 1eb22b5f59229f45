"""submit_report: inputs, order, deadlines, roots and signatures."""

from __future__ import annotations

import boa
import pytest
from eth_account import Account
from eth_utils import keccak

from mdt.model.controller import GRACE
from mdt.units import DAY, WAD, parse_amount
from tests.support.emission import (
    EMPTY,
    FULL,
    INPUTS,
    NOTHING,
    QUORUM,
    REPORTERS,
    STRANGER,
    UNKNOWN,
    amounts_of,
    as_tuple,
    deploy_suite,
    event,
    sign,
    travel,
    typed_data,
)
from tests.support.token import suspend

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture(autouse=True)
def _epoch_is_over(suite):
    suite.end_epoch()


def test_submit_report__documents_epoch__pending_with_exact_amounts(suite, controller, anyone, miners):
    """Epoch of 8000/10000 tasks, .7, .9: U .79, 790, 316/316/158."""
    report = suite.report(INPUTS, {miners[0]: 1})
    submitted_at = suite.now
    suite.submit(report, sender=anyone)
    logged = event(controller, "ReportSubmitted")
    pending = controller.pending()
    amounts = amounts_of(pending.amounts)
    assert amounts.utility == 79 * WAD // 100
    assert (amounts.ceiling, amounts.emission) == (parse_amount("1000"), parse_amount("790"))
    assert (amounts.miner_share, amounts.validator_share, amounts.dao_share) == tuple(map(parse_amount, ("316", "316", "158")))
    assert not amounts.is_clamped
    assert tuple(pending.report) == as_tuple(report)
    assert (pending.submitted_at, pending.settles_at) == (submitted_at, submitted_at + suite.delay)
    assert pending.digest == controller.report_digest(as_tuple(report))
    assert logged["epoch"] == 0
    assert logged["digest"] == pending.digest
    assert logged["submitter"] == anyone
    assert tuple(logged["report"]) == as_tuple(report)
    assert amounts_of(logged["amounts"]) == amounts
    assert logged["settles_at"] == pending.settles_at
    assert suite.token.total_minted() == 0


def test_submit_report__extreme_inputs__kept_to_the_bit(suite, controller):
    """A17: the largest inputs there are survive the packing."""
    report = suite.submit(suite.report((2**128 - 1, WAD, WAD), data_hash=b"\xff" * 32))
    assert tuple(controller.pending().report) == as_tuple(report)
    assert controller.pending().amounts.utility == WAD


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ((2**128, 0, 0), "utility: tasks out of range"),
        ((0, WAD + 1, 0), "utility: difficulty above one"),
        ((0, 0, WAD + 1), "utility: participation above one"),
    ],
)
def test_submit_report__input_out_of_range__refused(suite, inputs, reason):
    """A17, B23: a quorum cannot report more than one."""
    report = suite.report(NOTHING, tasks=inputs[0], difficulty=inputs[1], participation=inputs[2])
    with boa.reverts(reason):
        suite.submit(report)


# --- order and time ---


def test_submit_report__epoch_still_running__refused(suite):
    """B5: the end of the reported time must not lie in the future; the first block after it will do."""
    boa.env.evm.patch.block_number -= 1
    with boa.reverts("report: epoch not over"):
        suite.submit(suite.report())
    boa.env.evm.patch.block_number += 1
    suite.submit(suite.report())


def test_submit_report__deadline__last_block_accepted_and_the_next_refused(suite, controller):
    """B4."""
    deadline = controller.epoch_bounds(0)[2]
    suite.advance_to(deadline + 1)
    with boa.reverts("report: deadline passed"):
        suite.submit(suite.report())
    boa.env.evm.patch.block_number -= 1
    suite.submit(suite.report())
    assert suite.block == deadline == controller.status().deadline_block


@pytest.mark.parametrize("epoch", [1, 2, 2**256 - 1])
def test_submit_report__not_the_next_epoch__refused(suite, epoch):
    """B4, B5: epochs in order."""
    suite.advance(3 * suite.schedule.epoch_blocks // 2)
    with boa.reverts("report: wrong epoch"):
        suite.submit(suite.report(epoch=epoch))


def test_submit_report__settled_epoch_again__refused(suite):
    """A10, B4, B20: the second trigger of an epoch pays nothing."""
    report = suite.settle_epoch()
    with boa.reverts("report: wrong epoch"):
        suite.submit(report)


def test_submit_report__identical_report_while_pending__refused(suite, reported):
    """B7, B9, B20: nothing replaces a pending report, so nobody can keep an honest one from its delay."""
    with boa.reverts("report: already pending"):
        suite.submit(reported)


@pytest.mark.parametrize("attempt", [1, 2**256 - 1])
def test_submit_report__attempt_to_come__refused(suite, attempt):
    with boa.reverts("report: wrong attempt"):
        suite.submit(suite.report(attempt=attempt))


def test_submit_report__signatures_of_a_cancelled_attempt__worthless(suite, controller, guardian, reported):
    """B2, B20: discarded means signed again."""
    old_signatures = suite.sign(reported)
    controller.cancel_report(sender=guardian)
    with boa.reverts("report: wrong attempt"):
        controller.submit_report(as_tuple(reported), old_signatures)
    with boa.reverts("attestations: not a reporter"):
        controller.submit_report(as_tuple(suite.report(entries=None)), old_signatures)
    suite.submit(suite.report())
    assert controller.pending().report.attempt == 1


def test_submit_report__while_paused__refused(suite, controller, guardian):
    controller.pause(100, sender=guardian)
    with boa.reverts("guardian: paused"):
        suite.submit(suite.report())
    boa.env.evm.patch.timestamp += 100
    suite.submit(suite.report())


# --- roots and totals ---


def test_submit_report__no_miners__unchanged_root_and_total(suite, controller):
    """A15: said by an unchanged root; the share is computed all the same."""
    suite.submit(suite.report())
    pending = controller.pending()
    assert (pending.report.root, pending.report.cumulative_total) == (EMPTY, 0)
    assert pending.amounts.miner_share == parse_amount("400")


@pytest.mark.parametrize("surplus", [-1, 1, parse_amount("400")])
def test_submit_report__new_root_with_another_total__refused(suite, miners, surplus):
    """B14, B12: the new total is the old one plus exactly the miner share."""
    report = suite.report(entries={miners[0]: 1})
    with boa.reverts("report: total not exact"):
        suite.submit(suite.report(entries={miners[0]: 1}, cumulative_total=report.cumulative_total + surplus))


def test_submit_report__total_below_what_was_funded__refused(suite, miners):
    """B12: a total that decreased is refused when the root is posted."""
    suite.settle_epoch(FULL, {miners[0]: 1})
    suite.end_epoch()
    funded = suite.distributor.total_funded()
    for total in (0, funded - 1, funded):
        with boa.reverts("report: total not exact"):
            suite.submit(suite.report(entries={miners[0]: 2}, cumulative_total=total))


@pytest.mark.parametrize("excess", [0, 1])
def test_submit_report__total_beyond_its_word__refused(suite, miners, excess):
    """No token has as much: the distributor is told so. A longer total would run into the times kept beside it."""
    share = suite.controller.preview(0, *FULL).miner_share
    suite.distributor.eval(f"self.total_funded = {2**128 - 1 - share + excess}")
    suite.end_epoch()
    report = suite.report(entries={miners[0]: 1})
    if excess:
        with boa.reverts("report: total too large"):
            suite.submit(report)
    else:
        suite.submit(report)
        assert suite.controller.pending().report.cumulative_total == 2**128 - 1
        assert suite.controller.pending().submitted_at == suite.now


def test_submit_report__unchanged_root_with_a_grown_total__refused(suite, miners):
    suite.settle_epoch(FULL, {miners[0]: 1})
    suite.end_epoch()
    for change in (1, parse_amount("400"), -1):
        with boa.reverts("report: total not exact"):
            suite.submit(suite.report(cumulative_total=suite.distributor.total_funded() + change))


def test_submit_report__empty_root_after_a_real_one__refused(suite, miners):
    suite.settle_epoch(FULL, {miners[0]: 1})
    suite.end_epoch()
    with boa.reverts("report: empty root"):
        suite.submit(suite.report(root=EMPTY, audit_root=b"\x01" * 32, cumulative_total=suite.distributor.total_funded() + parse_amount("400")))


def test_submit_report__new_root_with_nothing_to_pay__refused(suite, miners):
    with boa.reverts("report: root without share"):
        suite.submit(suite.report(NOTHING, {miners[0]: 1}))


def test_submit_report__new_root_without_an_audit_root__refused(suite, miners):
    with boa.reverts("report: empty audit root"):
        suite.submit(suite.report(entries={miners[0]: 1}, audit_root=EMPTY))


def test_submit_report__audit_root_without_a_new_root__refused(suite, miners):
    with boa.reverts("report: audit without new root"):
        suite.submit(suite.report(audit_root=b"\x01" * 32))
    suite.settle_epoch(FULL, {miners[0]: 1})
    suite.end_epoch()
    with boa.reverts("report: audit without new root"):
        suite.submit(suite.report(audit_root=b"\x01" * 32))


def test_submit_report__audit_root__kept_while_it_waits(suite, controller, miners):
    report = suite.submit(suite.report(entries={miners[0]: 1, miners[1]: 2}))
    assert controller.pending().report.audit_root == report.audit_root != EMPTY


def test_submit_report__empty_data_hash__refused(suite):
    with boa.reverts("report: empty data hash"):
        suite.submit(suite.report(data_hash=EMPTY))


# --- signatures ---


def test_submit_report__typed_data_of_a_wallet__same_digest_and_accepted(suite, controller, miners):
    """The EIP-712 encoding of eth-account, an independent implementation."""
    report = suite.report(INPUTS, {miners[0]: 5})
    data = typed_data(report, controller.address)
    signatures = [bytes(Account.sign_typed_data(reporter.key, full_message=data).signature) for reporter in REPORTERS[:QUORUM]]
    assert signatures == suite.sign(report)
    controller.submit_report(as_tuple(report), signatures)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_submit_report__quorum_or_more__accepted(suite, controller, count):
    suite.submit(suite.report(), REPORTERS[-count:])
    assert controller.status().has_pending


@pytest.mark.parametrize("count", [0, 1, 2])
def test_submit_report__below_quorum__refused(suite, count):
    """B1."""
    with boa.reverts("attestations: below quorum"):
        suite.submit(suite.report(), REPORTERS[:count])


def test_submit_report__one_malicious_reporter_repeated__refused(suite, controller):
    """B1, B3: one signature counts once, however often it is handed in."""
    report = suite.report()
    (signature,) = suite.sign(report, REPORTERS[:1])
    with boa.reverts("attestations: not ascending"):
        controller.submit_report(as_tuple(report), [signature] * 3)


def test_submit_report__duplicate_among_enough__refused(suite, controller):
    """B3."""
    report = suite.report()
    one, two, three = suite.sign(report)
    with boa.reverts("attestations: not ascending"):
        controller.submit_report(as_tuple(report), [one, two, two, three])


def test_submit_report__unsorted__refused(suite, controller):
    report = suite.report()
    one, two, three = suite.sign(report)
    for order in ([two, one, three], [one, three, two], [three, two, one]):
        with boa.reverts("attestations: not ascending"):
            controller.submit_report(as_tuple(report), order)


@pytest.mark.parametrize("signers", [[*REPORTERS[:2], STRANGER], [*REPORTERS, STRANGER]])
def test_submit_report__foreign_signature__refused(suite, signers):
    """A stranger's signature refuses the report, even beside a full quorum."""
    with boa.reverts("attestations: not a reporter"):
        suite.submit(suite.report(), signers)


def test_submit_report__signatures_over_another_report__refused(suite, controller):
    signatures = suite.sign(suite.report(INPUTS))
    with boa.reverts("attestations: not a reporter"):
        controller.submit_report(as_tuple(suite.report(FULL)), signatures)


@pytest.mark.parametrize(
    "changed",
    [
        {"chainId": 2},
        {"verifyingContract": "0x" + "11" * 20},
        {"name": "ModernTensor"},
        {"version": "2"},
    ],
)
def test_submit_report__another_domain__refused(suite, controller, changed):
    """B19: nothing signed for another chain, contract or version counts here."""
    report = suite.report()
    data = typed_data(report, controller.address, **changed)
    signatures = [bytes(Account.sign_typed_data(reporter.key, full_message=data).signature) for reporter in REPORTERS]
    with pytest.raises(boa.BoaError, match=UNKNOWN):
        controller.submit_report(as_tuple(report), signatures)
    digest = controller.report_digest(as_tuple(report))
    assert all(bytes(Account.unsafe_sign_hash(digest, reporter.key).signature) not in signatures for reporter in REPORTERS)


def test_submit_report__after_a_fork_with_a_new_chain_id__old_signatures_refused(suite, controller):
    """B19: the domain follows the chain id."""
    report = suite.report()
    signatures = suite.sign(report)
    boa.env.evm.patch.chain_id += 1
    with pytest.raises(boa.BoaError, match=UNKNOWN):
        controller.submit_report(as_tuple(report), signatures)
    controller.submit_report(as_tuple(report), suite.sign(report))


def test_submit_report__high_s__refused(suite, controller):
    """The other form of a valid signature (EIP-2)."""
    report = suite.report()
    signatures = suite.sign(report)
    r, s, v = signatures[1][:32], int.from_bytes(signatures[1][32:64], "big"), signatures[1][64]
    signatures[1] = r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
    with boa.reverts("ecdsa: invalid signature `s` value"):
        controller.submit_report(as_tuple(report), signatures)


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        (b"", "attestations: not 65 bytes"),
        (b"\x01" * 64, "attestations: not 65 bytes"),
        (b"\x00" * 65, "attestations: not ascending"),  # names the contract at zero
        (b"\x00" * 64 + b"\x1b", "ecdsa: invalid signature"),
    ],
)
def test_submit_report__malformed_signature__refused(suite, controller, signature, reason):
    report = suite.report()
    with boa.reverts(reason):
        controller.submit_report(as_tuple(report), [signature, *suite.sign(report)])


@pytest.mark.parametrize(("recovery_id", "reason"), [(0, "attestations: malformed entry"), (1, "ecdsa: invalid signature")])
def test_submit_report__recovery_id_0_or_1__refused(suite, controller, recovery_id, reason):
    """v is 27 or 28, so a signature has one form only; 0 is that of a contract's entry, which has no s."""
    report = suite.report()
    signatures = [signature[:64] + bytes([recovery_id]) for signature in suite.sign(report)]
    with boa.reverts(reason):
        controller.submit_report(as_tuple(report), signatures)


def test_submit_report__reporter_removed__signature_refused(suite, owner, controller):
    """B2, B25: whoever is not in the set now does not count."""
    controller.set_reporters([account.address for account in REPORTERS[:4]], 3, sender=owner)
    with boa.reverts("attestations: not a reporter"):
        suite.submit(suite.report(), REPORTERS[2:])
    suite.submit(suite.report(), REPORTERS[1:4])


def test_submit_report__32_reporters__all_verified():
    """The largest set the interface takes, with the largest report of signatures."""
    keys = sorted((Account.from_key(keccak(text=f"one of many {index}")) for index in range(32)), key=lambda account: int(account.address, 16))
    suite = deploy_suite()
    suite.controller.set_reporters([account.address for account in keys], 32, sender=suite.owner)
    suite.end_epoch()
    suite.submit(suite.report(), keys)
    assert suite.controller.status().has_pending


# --- amounts ---


def test_submit_report__near_the_cap__clamped_and_said_so():
    """Cap 1000 with 900 minted, U 1: 100."""
    suite = deploy_suite(channel_cap=parse_amount("1000"))
    suite.settle_epoch((9_000, 9 * WAD // 10, 9 * WAD // 10))
    assert suite.controller.total_minted() == parse_amount("900")
    suite.end_epoch()
    suite.submit(suite.report())
    amounts = suite.controller.pending().amounts
    assert (amounts.emission, amounts.is_clamped) == (parse_amount("100"), True)
    assert (amounts.miner_share, amounts.validator_share, amounts.dao_share) == tuple(map(parse_amount, ("40", "40", "20")))
    assert amounts.ceiling == parse_amount("1000")


def test_submit_report__exactly_the_room__not_clamped():
    suite = deploy_suite(channel_cap=parse_amount("1000"))
    suite.end_epoch()
    suite.submit(suite.report())
    amounts = suite.controller.pending().amounts
    assert (amounts.emission, amounts.is_clamped) == (parse_amount("1000"), False)


def test_submit_report__utility_jumps__risen_by_the_largest_change_and_fallen_at_once():
    """A19, X13: from .3 to 1 in steps of .25; a skipped epoch does not count; a fall is not slowed."""
    suite = deploy_suite(max_change_wad=WAD // 4)
    controller = suite.controller
    suite.settle_epoch((0, WAD, 0))
    assert controller.last_utility() == 3 * WAD // 10
    suite.settle_epoch()
    assert controller.epoch_record(1).utility == 55 * WAD // 100
    suite.advance_to(controller.epoch_bounds(2)[2] + 1)
    assert controller.skip() == 1
    suite.settle_epoch()
    assert controller.epoch_record(3).utility == 80 * WAD // 100
    suite.settle_epoch(NOTHING)
    assert controller.epoch_record(4).utility == 0


def test_submit_report__one_stolen_epoch__honest_ones_are_paid_what_they_measured():
    """X13: at steps of .1, ten honest epochs at U = .1 after a stolen one at U = 1 were paid 4,600 MDT; it is 1,000."""
    suite = deploy_suite(max_change_wad=WAD // 10)
    suite.settle_epoch()
    stolen = suite.controller.total_emitted()
    tenth = (0, 0, WAD // 2)
    for _ in range(10):
        suite.settle_epoch(tenth)
    assert (stolen, suite.controller.total_emitted() - stolen) == (parse_amount("1000"), parse_amount("1000"))


def test_submit_report__minting_suspended__refused_until_it_ends_and_for_a_grace_after(suite, controller):
    """X6: a report signed in that state settled its epoch at 0 for ever."""
    suite.end_epoch()
    until = suite.now + DAY
    suspend(suite.token, controller, DAY)
    report = suite.report()
    with boa.reverts("report: minting suspended"):
        suite.submit(report)
    suite.advance(2 * suite.parameters.deadline_blocks, seconds=DAY - 1)
    with boa.reverts("report: minting suspended"):
        suite.submit(report)
    with boa.reverts("skip: nothing to skip"):
        controller.skip()
    assert (controller.status().grace_until, controller.status().is_late) == (until + GRACE, False)
    travel(1)
    with boa.env.anchor():
        suite.settle_epoch()
        assert controller.epoch_record(0).emission == suite.schedule.base_reward
    travel(GRACE + 1)
    with boa.reverts("report: deadline passed"):
        suite.submit(report)
    assert controller.skip() > 0


def test_submit_report__channel_exhausted__settles_at_zero():
    """X6: nothing left to mint in a minter's life is no stop: the epoch is over, at 0."""
    suite = deploy_suite(channel_cap=parse_amount("1000"))
    suite.settle_epoch()
    suite.settle_epoch()
    record = suite.controller.epoch_record(1)
    assert (record.is_settled, record.emission) == (True, 0)


def test_submit_report__first_epoch_under_a_largest_change__unlimited():
    """A19: without a settled epoch there is nothing to move from."""
    suite = deploy_suite(max_change_wad=1)
    suite.settle_epoch()
    assert suite.controller.last_utility() == WAD


def test_submit_report__a_last_utility_of_zero__is_a_limit():
    """A19: U = 0 is a utility like any other, not "none"."""
    suite = deploy_suite(max_change_wad=WAD // 10)
    suite.settle_epoch(NOTHING)
    suite.settle_epoch()
    assert suite.controller.last_utility() == WAD // 10


def test_sign__helper__orders_by_signer(suite):
    """The helper that all tests sign with hands out what the contract wants."""
    digest = keccak(text="x")
    recovered = [Account._recover_hash(digest, signature=signature) for signature in sign(digest, REPORTERS[::-1])]
    assert recovered == [account.address for account in REPORTERS]

"""report_liveness: pages signed by a quorum, in order, each entry once."""

from __future__ import annotations

import boa
import pytest
from eth_account import Account

from tests.support.emission import QUORUM, REPORTERS, STRANGER, event, events, sign
from tests.support.slashing import EPOCH, TERMS, high_s, short


@pytest.fixture(autouse=True)
def _epoch_is_over(suite):
    suite.end_epoch(0)


def refused(suite, reason, epoch, entries, signers=REPORTERS[:QUORUM], ordered=True):
    """Contract and model refuse, for this reason."""
    before = suite.slasher.counters(1)
    digest = suite.slasher.liveness_digest(epoch, entries)
    signatures = sign(digest, signers) if ordered else [bytes(one.unsafe_sign_hash(digest).signature) for one in signers]
    with boa.reverts(reason):
        suite.slasher.report_liveness(epoch, entries, signatures)
    assert suite.report(epoch, entries, signers, ordered) is None
    assert suite.slasher.counters(1) == before


def first_block(suite, epoch):
    return suite.controller.epoch_bounds(epoch)[0]


def test_report_liveness__first_page__counted(suite, slasher):
    suite.report(0, [(1, 30, 0), (3, 0, 2)])
    one, other = ({key: value for key, value in found._asdict().items() if key != "address"} for found in events(slasher, "LivenessReported"))
    assert one == {"epoch": 0, "validator_id": 1, "missed_blocks": 30, "missed_reveals": 0, "total_missed_blocks": 30, "total_missed_reveals": 0}
    assert other == {"epoch": 0, "validator_id": 3, "missed_blocks": 0, "missed_reveals": 2, "total_missed_blocks": 0, "total_missed_reveals": 2}
    assert tuple(slasher.counters(1)) == (30, 0, first_block(suite, 0), 0)
    assert tuple(slasher.counters(2)) == (0, 0, 0, 0)
    assert tuple(slasher.counters(3)) == (0, 2, 0, first_block(suite, 0))
    suite.assert_same()


def test_report_liveness__later_epochs__add_up_in_the_window_with_the_height_of_the_newest_miss(suite, slasher):
    suite.report(0, [(1, 40, 1)])
    suite.end_epoch(2)
    suite.report(2, [(1, 20, 1)])
    assert event(slasher, "LivenessReported") == {
        "epoch": 2,
        "validator_id": 1,
        "missed_blocks": 20,
        "missed_reveals": 1,
        "total_missed_blocks": 60,
        "total_missed_reveals": 2,
    }
    suite.end_epoch(3)
    suite.report(3, [(1, 0, 0)])
    assert tuple(slasher.counters(1)) == (60, 2, first_block(suite, 2), first_block(suite, 2))
    suite.assert_same()


@pytest.mark.parametrize("reported", [(), (1, 2, 3), (3,), (4, 5)])
def test_counters__misses__leave_the_window_by_the_number_of_their_epoch(suite, slasher, reported):
    """Whoever reports what: a miss of epoch 0 counts until epoch 4 is over, in a window of four."""
    suite.report(0, [(1, 7, 1)])
    for epoch in range(1, 7):
        suite.end_epoch(epoch)
        if epoch in reported:
            suite.report(epoch, [(1, 0, 0)])
        expected = (7, 1, first_block(suite, 0), first_block(suite, 0)) if epoch < 4 else (0, 0, 0, 0)
        assert tuple(slasher.counters(1)) == expected
        suite.assert_same()


def test_counters__six_epochs__each_leaves_alone(suite, slasher):
    """Every place of the word, and what is shifted out of it."""
    for epoch in range(9):
        suite.end_epoch(epoch)
        suite.report(epoch, [(1, epoch + 1, epoch % 2)])
        last = range(max(0, epoch - 3), epoch + 1)
        assert slasher.counters(1).missed_blocks == sum(one + 1 for one in last)
        assert slasher.counters(1).missed_reveals == sum(one % 2 for one in last)
        suite.assert_same()
    for epoch in range(9, 14):
        suite.end_epoch(epoch)
        suite.assert_same()
    assert tuple(slasher.counters(1)) == (0, 0, 0, 0)
    suite.report(13, [(1, 3, 0)])
    assert tuple(slasher.counters(1)) == (3, 0, first_block(suite, 13), 0)
    suite.assert_same()


def test_counters__reported_late__the_window_has_moved(suite, slasher):
    """An epoch that is reported after its time counts nothing any more."""
    suite.end_epoch(4)
    suite.report(0, [(1, 40, 1)])
    assert event(slasher, "LivenessReported")["total_missed_blocks"] == 0
    assert tuple(slasher.counters(1)) == (0, 0, 0, 0)
    suite.report(1, [(1, 40, 1)])
    assert slasher.counters(1).missed_blocks == 40
    suite.assert_same()


def test_report_liveness__pages_of_one_epoch__each_validator_once(suite):
    suite.report(0, [(1, 1, 0)])
    suite.report(0, [(2, 2, 0), (3, 3, 0)])
    assert [suite.slasher.counters(validator_id).missed_blocks for validator_id in (1, 2, 3)] == [1, 2, 3]
    suite.assert_same()


def test_report_liveness__replayed__refused(suite):
    """With the same signatures, alone or after other pages."""
    suite.report(0, [(1, 1, 0), (2, 1, 0)])
    refused(suite, "slasher: out of order", 0, [(1, 1, 0), (2, 1, 0)])
    suite.end_epoch(1)
    suite.report(1, [(1, 1, 0)])
    refused(suite, "slasher: out of order", 0, [(1, 1, 0), (2, 1, 0)])


@pytest.mark.parametrize("entries", [[(1, 1, 0)], [(2, 1, 0)], [(1, 1, 0), (3, 1, 0)], [(2, 1, 0), (3, 1, 0)]])
def test_report_liveness__second_page_not_above_the_first__refused(suite, entries):
    suite.report(0, [(2, 1, 0)])
    refused(suite, "slasher: out of order", 0, entries)


@pytest.mark.parametrize("entries", [[(2, 1, 0), (1, 1, 0)], [(1, 1, 0), (1, 1, 0)], [(0, 1, 0)], [(1, 1, 0), (3, 0, 0), (2, 0, 0)]])
def test_report_liveness__unordered_or_repeated_validators__refused(suite, entries):
    refused(suite, "slasher: out of order", 0, entries)


def test_report_liveness__earlier_epoch__refused(suite):
    suite.end_epoch(1)
    suite.report(1, [(1, 1, 0)])
    refused(suite, "slasher: out of order", 0, [(2, 1, 0)])


def test_report_liveness__epoch_still_running__refused_up_to_its_first_block(suite):
    refused(suite, "slasher: epoch not over", 1, [(1, 1, 0)])
    suite.advance(EPOCH - 1)
    refused(suite, "slasher: epoch not over", 1, [(1, 1, 0)])
    suite.advance(1)
    suite.report(1, [(1, 1, 0)])
    assert suite.slasher.counters(1).missed_blocks == 1


def test_report_liveness__epoch_out_of_range__refused(suite):
    with boa.reverts("epochs: epoch out of range"):
        suite.slasher.report_liveness(2**32, [(1, 1, 0)], [])


def test_report_liveness__too_old__refused_one_block_after_the_window(suite):
    suite.advance(suite.controller.epoch_bounds(0)[1] - 1 + TERMS.evidence_blocks + 1 - suite.block)
    refused(suite, "slasher: evidence too old", 0, [(1, 1, 0)])
    boa.env.evm.patch.block_number -= 1
    suite.report(0, [(1, 1, 0)])
    refused(suite, "slasher: out of order", 0, [(1, 1, 0)])


def test_report_liveness__no_entries__refused(suite):
    refused(suite, "slasher: no entries", 0, [])


@pytest.mark.parametrize("entries", [[(4, 1, 0)], [(1, 1, 0), (4, 1, 0)], [(2**256 - 1, 1, 0)]])
def test_report_liveness__unknown_validator__refused(suite, entries):
    refused(suite, "slasher: unknown validator", 0, entries)


@pytest.mark.parametrize("misses", [(EPOCH + 1, 0), (0, EPOCH + 1), (2**256 - 1, 0), (0, 2**256 - 1)])
def test_report_liveness__more_than_the_epoch_has__refused(suite, misses):
    refused(suite, "slasher: too many misses", 0, [(1, *misses)])
    suite.report(0, [(1, min(misses[0], EPOCH), min(misses[1], EPOCH))])
    suite.assert_same()


def test_report_liveness__jailed_validator__passed_over(suite, slasher):
    """It cannot sign; the entries beside it count."""
    suite.set_standing(1, True)
    suite.report(0, [(1, 40, 1), (2, 40, 1)])
    assert event(slasher, "LivenessReported")["validator_id"] == 2
    assert tuple(slasher.counters(1)) == (0, 0, 0, 0)
    suite.set_standing(1, False)
    refused(suite, "slasher: out of order", 0, [(1, 40, 1)])
    suite.assert_same()


def test_report_liveness__exited_before_the_epoch__passed_over(suite, slasher):
    """Y11: whoever had exited before an epoch's first block is not asked for it; to exit in it, or around a report, does not help."""
    suite.exit(1)  # in the first block of epoch 1, in which epoch 0 is over
    suite.report(0, [(1, 1, 1)])
    suite.end_epoch(1)
    suite.report(1, [(1, 2, 1)])
    suite.end_epoch(2)
    suite.report(2, [(1, 4, 1), (2, 4, 1)])
    assert event(slasher, "LivenessReported")["validator_id"] == 2
    assert tuple(slasher.counters(1))[:2] == (3, 2)
    assert tuple(slasher.counters(2))[:2] == (4, 1)
    suite.advance(1)
    suite.rejoin(1)
    suite.end_epoch(3)
    suite.report(3, [(1, 8, 0)])
    assert tuple(slasher.counters(1))[:2] == (11, 2)
    suite.assert_same()


def test_report_liveness__exited_in_the_last_block_before__passed_over(suite, slasher):
    """The bound itself: one block earlier than the first of the epoch."""
    boa.env.evm.patch.block_number -= 1
    suite.exit(1)
    boa.env.evm.patch.block_number += 1
    suite.end_epoch(1)
    suite.report(1, [(1, 2, 1)])
    assert tuple(slasher.counters(1)) == (0, 0, 0, 0)
    suite.assert_same()


def test_report_liveness__full_page__fits_a_block(suite, slasher):
    """100 entries and 5 signatures."""
    suite.staking.eval("self.validator_count = 100")
    entries = [(index + 1, 1, 1) for index in range(100)]
    signatures = sign(slasher.liveness_digest(0, entries), REPORTERS)
    slasher.report_liveness(0, entries, signatures)
    assert len(events(slasher, "LivenessReported")) == 100
    assert tuple(slasher.counters(100))[:2] == (1, 1)


# --- signatures ---


@pytest.mark.parametrize("count", [3, 4, 5])
def test_report_liveness__quorum_or_more__counted(suite, count):
    suite.report(0, [(1, 1, 0)], REPORTERS[-count:])
    assert suite.slasher.counters(1).missed_blocks == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_report_liveness__below_quorum__refused(suite, count):
    refused(suite, "slasher: below quorum", 0, [(1, 1, 0)], REPORTERS[:count])


@pytest.mark.parametrize("signers", [[*REPORTERS[:2], STRANGER], [*REPORTERS, STRANGER]])
def test_report_liveness__foreign_signer__refused(suite, signers):
    refused(suite, "slasher: not a reporter", 0, [(1, 1, 0)], signers)


@pytest.mark.parametrize("order", [(0, 0, 0), (0, 1, 1), (1, 0, 2), (2, 1, 0)])
def test_report_liveness__duplicate_or_unsorted_signers__refused(suite, order):
    """B3: one signature counts once."""
    refused(suite, "slasher: not ascending", 0, [(1, 1, 0)], [REPORTERS[index] for index in order], ordered=False)


def test_report_liveness__former_reporter__refused(suite):
    """The quorum is the controller's of now."""
    suite.controller.set_reporters([one.address for one in REPORTERS[1:]], QUORUM, sender=suite.owner)
    suite.model.controller.set_reporters(suite.owner, [one.address for one in REPORTERS[1:]], QUORUM)
    refused(suite, "slasher: not a reporter", 0, [(1, 1, 0)])
    suite.report(0, [(1, 1, 0)], REPORTERS[1:4])
    suite.assert_same()


def test_report_liveness__signed_for_other_entries__refused(suite, slasher):
    for epoch, entries in ((0, [(1, 2, 0)]), (1, [(1, 1, 0)]), (0, [(1, 1, 0), (2, 0, 0)]), (0, [])):
        with boa.reverts("slasher: not a reporter"):
            slasher.report_liveness(0, [(1, 1, 0)], sign(slasher.liveness_digest(epoch, entries), REPORTERS[:QUORUM])[:1] * QUORUM)


def test_report_liveness__another_form_of_a_signature__refused(suite, slasher):
    good = sign(slasher.liveness_digest(0, [(1, 1, 0)]), REPORTERS[:QUORUM])
    for bad, reason in (
        (high_s(good[1]), "ecdsa: invalid signature `s` value"),
        (short(good[1]), "signature: not 65 bytes"),
        (good[1][:64], "signature: not 65 bytes"),
        (bytes(65), "ecdsa: invalid signature"),
    ):
        with boa.reverts(reason):
            slasher.report_liveness(0, [(1, 1, 0)], [good[0], bad, good[2]])


def typed_data(epoch, entries, contract, **changed):
    """A page as a wallet signs it, written out from the documentation; `changed` replaces domain fields."""
    names = ("validatorId", "missedBlocks", "missedReveals")
    domain = {"name": "ModernTensor Slasher", "version": "1", "chainId": boa.env.evm.patch.chain_id, "verifyingContract": contract}
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "LivenessReport": [{"name": "epoch", "type": "uint256"}, {"name": "entries", "type": "Liveness[]"}],
            "Liveness": [{"name": name, "type": "uint256"} for name in names],
        },
        "primaryType": "LivenessReport",
        "domain": domain | changed,
        "message": {"epoch": epoch, "entries": [dict(zip(names, entry, strict=True)) for entry in entries]},
    }


def wallets(epoch, entries, contract, **changed):
    data = typed_data(epoch, entries, contract, **changed)
    return [bytes(Account.sign_typed_data(one.key, full_message=data).signature) for one in REPORTERS[:QUORUM]]


def test_report_liveness__typed_data_of_a_wallet__accepted(suite, slasher):
    """The EIP-712 encoding of eth-account, an independent implementation, for arrays of structs."""
    entries = [(1, 40, 0), (2, 0, 40), (3, 7, 9)]
    slasher.report_liveness(0, entries, wallets(0, entries, slasher.address))
    assert tuple(slasher.counters(3))[:2] == (7, 9)


@pytest.mark.parametrize("changed", [{"chainId": 2}, {"verifyingContract": "0x" + "11" * 20}, {"name": "ModernTensor"}, {"version": "2"}])
def test_report_liveness__signed_for_elsewhere__refused(suite, slasher, changed):
    """B19."""
    for signed in wallets(0, [(1, 1, 0)], slasher.address, **changed):
        with boa.reverts("slasher: not a reporter"):
            slasher.report_liveness(0, [(1, 1, 0)], [signed] * QUORUM)

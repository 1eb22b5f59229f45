"""The epoch cycle on an embedded chain: what the keeper decides, what it refuses, and what `verify` finds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.errors import AttestationError, BundleError, EmptyAnswerError, KeeperError, NodeError, RevertError, UnconfirmedError, WrongChainError
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer
from mdt.keeper.situation import Action, Retry, policy
from mdt.oracle import attest as attestation
from mdt.oracle.bundle import bundle_path, read_report, signatures_path, voids_path
from mdt.oracle.bundle_writing import write_bundle
from mdt.oracle.claims import claimable
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import compute
from mdt.oracle.ledger import Ledger
from mdt.units import WAD
from tests.support.chains import anchored, local_chain
from tests.support.suite import QUORUM, deploy, to_block, write_data

MINERS = [Account.from_key(bytes([7]) * 31 + bytes([number])) for number in range(1, 5)]
NAMES = [one.address for one in MINERS]
EPOCHS = {
    0: ({NAMES[0]: (5_000, "0.7", "0.9"), NAMES[1]: (2_000, "0.7", "0.7"), NAMES[2]: (1_000, "0.7", "0.4")}, 9, 10),
    1: ({NAMES[0]: (8_000, "0.8", "0.5"), NAMES[3]: (2_000, "0.8", "0.5")}, 10, 10),
}


class Cycle:
    """A deployment, its keeper, its data, and the people around it."""

    def __init__(self, folder: Path) -> None:
        self.w3 = local_chain()
        self.suite, self.actors = deploy(self.w3, folder / "deployments")
        self.sources = write_data(folder / "data", EPOCHS)
        self.keeper = Keeper(self.suite, folder / "bundles")
        self.signer = LocalSigner(self.actors.keeper)

    def end_epoch(self) -> None:
        to_block(self.w3, self.keeper.snapshot().end_block)

    def report(self) -> Path:
        with Dataset.open(self.sources) as dataset:
            return self.keeper.report(dataset)[0]

    def attest(self, count: int = QUORUM) -> None:
        for reporter in self.actors.reporters[:count]:
            self.keeper.attest(None, local_signer(reporter))

    def submit(self):
        return self.keeper.submit(self.signer)

    def wait(self) -> None:
        localchain.advance(self.w3, 10, 60)

    def run(self) -> Path:
        """One whole epoch."""
        self.end_epoch()
        path = self.report()
        self.attest()
        self.submit()
        self.wait()
        self.keeper.settle(self.signer)
        return path


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return Cycle(tmp_path_factory.mktemp("cycle"))


@pytest.fixture
def cycle(base, tmp_path):
    with anchored(base.w3):
        base.keeper.bundles = tmp_path / "bundles"
        yield base


def test_plan__through_an_epoch__each_action_in_turn(cycle):
    plan = cycle.keeper.next_step
    assert plan().action is Action.WAIT_START
    assert plan().wait_blocks == cycle.keeper.snapshot().end_block - cycle.w3.eth.block_number
    cycle.end_epoch()
    assert plan().action is Action.REPORT
    cycle.report()
    assert plan().action is Action.ATTEST
    cycle.attest(QUORUM - 1)
    assert "2 of 3 attestations" in plan().reason
    cycle.attest(QUORUM)
    assert plan().action is Action.SUBMIT
    cycle.submit()
    assert (plan().action, plan().wait_seconds) == (Action.WAIT_DELAY, 600)
    cycle.wait()
    assert plan().action is Action.SETTLE
    cycle.keeper.settle(cycle.signer)
    assert (plan().action, plan().epoch) == (Action.WAIT_START, 1)


def test_cycle__first_epoch__pays_the_documents_numbers(cycle):
    """Epoch 1000 of the documents: 8000 tasks, .7, .9 -> U .79 -> 790 -> 316 / 316 / 158; miners 142.2 / 110.6 / 63.2."""
    cycle.run()
    record = cycle.suite["EmissionController"].call("epoch_record", 0)
    assert (record.utility, record.emission, record.miner_share) == (79 * WAD // 100, 790 * WAD, 316 * WAD)
    token = cycle.suite["MDT"]
    assert token.call("balanceOf", cycle.suite["Treasury"].address) == (100 + 158) * WAD
    rows = claimable(cycle.suite, cycle.keeper.bundles, NAMES)
    assert [row["claimable"] for row in rows] == [1422 * WAD // 10, 1106 * WAD // 10, 632 * WAD // 10, 0]
    distributor = cycle.suite["RewardDistributor"]
    for row in rows[:3]:
        distributor.send(cycle.signer, "claim", row["account"], row["cumulative"], row["proof"])
        assert token.call("balanceOf", row["account"]) == row["cumulative"]
    assert distributor.call("unclaimed") == 0
    assert [row["claimable"] for row in claimable(cycle.suite, cycle.keeper.bundles, NAMES)] == [0] * 4


def test_cycle__two_epochs__ledger_carried_on_and_both_verify(cycle):
    first, second = cycle.run(), cycle.run()
    assert cycle.suite["EmissionController"].call("next_epoch") == 2
    with Dataset.open(cycle.sources) as dataset:
        for path in (first, second):
            found = cycle.keeper.verify(path, dataset)
            assert found.difference == ""
            assert len(found.compared) == 3
            assert re.search(r"utility 0\.\d+ and emission [\d,.]+ MDT, as the model computes them", found.compared[2])
    total = cycle.suite["RewardDistributor"].call("total_funded")
    assert sum(row["cumulative"] for row in claimable(cycle.suite, cycle.keeper.bundles, NAMES)) == total


def test_verify__pending_report__compared_with_all_inputs(cycle):
    cycle.end_epoch()
    path = cycle.report()
    assert "has not been reported yet" in cycle.keeper.verify(path).difference
    cycle.attest()
    cycle.submit()
    found = cycle.keeper.verify(path)
    assert found.ok
    assert "participation" in found.compared[1]
    cycle.keeper.cancel(LocalSigner(cycle.actors.guardian))
    assert "has not been reported yet" in cycle.keeper.verify(path).difference


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("inputs/tasks.csv", "5000", "5001", "inputs/tasks.csv"),
        ("leaves.csv", "142200000000000000000", "142200000000000000001", "leaves.csv:"),
        ("allocation.csv", "142200000000000000000", "142200000000000000001", "allocation.csv:"),
        ("report.json", "8000", "8001", "report.json:"),
    ],
)
def test_verify__changed_file__first_difference_named(cycle, name, old, new, words):
    path = cycle.run()
    text = (path / name).read_text()
    assert old in text
    (path / name).write_text(text.replace(old, new, 1))
    assert cycle.keeper.verify(path).difference.startswith(words)


def test_verify__skipped_epoch_and_missing_predecessor__said(cycle):
    cycle.end_epoch()
    path = cycle.report()
    to_block(cycle.w3, cycle.keeper.snapshot().deadline_block + 1)
    cycle.keeper.skip(cycle.signer)
    assert "was skipped" in cycle.keeper.verify(path).difference
    assert "is this the folder of a bundle" in cycle.keeper.verify(path.parent).difference


def test_verify__predecessor_bundle_missing__says_to_fetch_it(cycle, tmp_path):
    cycle.run()
    second = cycle.run()
    moved = tmp_path / "elsewhere" / second.name
    moved.parent.mkdir()
    second.rename(moved)
    assert "fetch the published bundles" in cycle.keeper.verify(moved).difference


def test_skip__deadline_gone_by__passes_and_next_epoch_works(cycle):
    with pytest.raises(KeeperError, match=r"cannot skip now: .*next: wait for the epoch to end"):
        cycle.keeper.skip(cycle.signer)
    deadline = cycle.keeper.snapshot().deadline_block
    to_block(cycle.w3, deadline)
    assert cycle.keeper.next_step().action is Action.REPORT
    to_block(cycle.w3, deadline + 1)
    assert cycle.keeper.next_step().action is Action.SKIP
    receipt = cycle.keeper.skip(cycle.signer)
    event = cycle.keeper.controller.events(receipt, "EpochsSkipped")[0]
    assert (event.first_epoch, event.last_epoch, event.skipped_by) == (0, 0, cycle.actors.keeper.address)
    path = cycle.run()
    assert path == bundle_path(cycle.keeper.bundles, 1)
    assert cycle.keeper.verify(path).ok


def test_report__too_early_or_for_another_epoch__refused(cycle):
    with Dataset.open(cycle.sources) as dataset:
        with pytest.raises(KeeperError, match="epoch 0 is not over: it ends at block"):
            cycle.keeper.report(dataset)
        cycle.end_epoch()
        with pytest.raises(KeeperError, match="epoch 5 is not next: the controller waits for epoch 0"):
            cycle.keeper.report(dataset, 5)
    assert not cycle.keeper.bundles.exists()


def test_cancel__pending_report__discarded_and_signed_anew(cycle):
    cycle.end_epoch()
    path = cycle.report()
    cycle.attest()
    with pytest.raises(KeeperError, match="no report is pending"):
        cycle.keeper.cancel(LocalSigner(cycle.actors.guardian))
    cycle.submit()
    with pytest.raises(KeeperError, match="only the guardian"):
        cycle.keeper.cancel(cycle.signer)
    with pytest.raises(KeeperError, match="is pending already"):
        cycle.submit()
    hash_before = read_report(path).data_hash
    cycle.keeper.cancel(LocalSigner(cycle.actors.guardian))
    plan = cycle.keeper.next_step()
    assert plan.action is Action.REPORT
    assert "for attempt 0, the controller is at 1" in plan.reason
    with pytest.raises(KeeperError, match="attempt 0; the controller waits for epoch 0, attempt 1"):
        cycle.submit()
    with pytest.raises(KeeperError, match="not signed: the report is for attempt 0"):
        cycle.attest(1)
    cycle.report()
    assert read_report(path).data_hash == hash_before
    assert cycle.keeper.next_step().action is Action.ATTEST
    cycle.attest()
    cycle.submit()


def test_void__submitted_or_not__signed_by_a_quorum_and_reported_anew(cycle):
    """X8: the keeper's side; a void needs no bundle."""
    cycle.end_epoch()
    void = cycle.keeper.attest_void
    for is_pending in (False, True):
        attempt = cycle.keeper.snapshot().status.attempt
        if is_pending:
            cycle.report()
            cycle.attest()
            cycle.submit()
        with pytest.raises(AttestationError, match="0 of 3 signatures; still to sign"):
            cycle.keeper.void(cycle.signer)
        with pytest.raises(KeeperError, match="is not a reporter"):
            void(local_signer(cycle.actors.keeper))
        paths = [void(local_signer(reporter)) for reporter in cycle.actors.reporters[:QUORUM]]
        assert {path.parent for path in paths} == {voids_path(cycle.keeper.bundles, 0, attempt)}
        assert cycle.keeper.prepare_void().is_pending == is_pending
        receipt = cycle.keeper.void(cycle.signer)
        events = cycle.keeper.controller.events(receipt, "ReportDiscarded" if is_pending else "AttemptVoided")
        assert [event.epoch for event in events] == [0]
        assert cycle.keeper.snapshot().status.attempt == attempt + 1
    cycle.report()
    cycle.attest()
    cycle.submit()


def test_void__late_and_nothing_pending__refused(cycle):
    to_block(cycle.w3, cycle.keeper.snapshot().deadline_block + 1)
    with pytest.raises(KeeperError, match="epoch 0 is late and nothing of it is pending"):
        cycle.keeper.attest_void(local_signer(cycle.actors.reporters[0]))


def test_next_step__deadline_gone_by_in_a_pause__reports_in_the_grace(cycle):
    """X7: the keeper goes by the contract's own rule."""
    cycle.keeper.controller.send(LocalSigner(cycle.actors.guardian), "pause", 3_600)
    to_block(cycle.w3, cycle.keeper.snapshot().deadline_block + 1)
    localchain.advance(cycle.w3, 1, 3_600)
    step = cycle.keeper.next_step()
    assert (step.action, step.wait_blocks) == (Action.REPORT, 0)
    assert "s left of the grace that a stop gave it" in step.reason
    assert 0 < step.wait_seconds <= 2 * 86_400
    cycle.report()
    cycle.attest()
    cycle.submit()


@pytest.mark.parametrize(
    ("changed", "action", "words"),
    [
        ({"suspended_until": 2**40}, Action.SUSPENDED, "the token lets the controller mint nothing for another"),
        ({"is_minter": False}, Action.CLOSED, "the token has no grant for the controller"),
        ({"opened_at": 0}, Action.CLOSED, "the controller has not taken over from its predecessor"),
    ],
)
def test_next_step__nothing_can_be_minted_or_opened__waits_and_says_why(cycle, changed, action, words):
    """X5, X6."""
    now = cycle.keeper.snapshot()
    now = replace(now, status=replace(now.status, **changed)) if "opened_at" in changed else replace(now, **changed)
    step = cycle.keeper.next_step(now)
    assert step.action is action
    assert words in step.reason


def test_attest__changed_bundle_foreign_account_or_other_data__not_signed(cycle, tmp_path):
    cycle.end_epoch()
    path = cycle.report()
    with pytest.raises(KeeperError, match="is not a reporter"):
        cycle.keeper.attest(None, local_signer(cycle.actors.keeper))
    other = write_data(tmp_path / "other", {0: (EPOCHS[0][0] | {NAMES[0]: (4_999, "0.7", "0.9")}, 9, 10)})
    with Dataset.open(other) as dataset, pytest.raises(KeeperError, match=r"not signed: .*inputs/tasks.csv.*from the source data"):
        cycle.keeper.attest(None, local_signer(cycle.actors.reporters[0]), dataset)
    text = (path / "leaves.csv").read_text()
    (path / "leaves.csv").write_text(text.replace("1422", "1423", 1))
    with pytest.raises(KeeperError, match=r"not signed: .*leaves.csv:"):
        cycle.attest(1)
    assert not signatures_path(path, 0).exists()


def test_submit__too_few_or_foreign_signatures__refused_before_sending(cycle):
    cycle.end_epoch()
    path = cycle.report()
    cycle.attest(QUORUM - 1)
    nonce = cycle.w3.eth.get_transaction_count(cycle.actors.keeper.address)
    with pytest.raises(AttestationError, match="2 of 3 signatures; still to sign"):
        cycle.submit()
    folder = signatures_path(path, 0)
    original = next(folder.glob("*.json"))
    (folder / "0x0000000000000000000000000000000000000009.json").write_text(original.read_text())
    with pytest.raises(AttestationError, match="filed for another account than its signer"):
        cycle.submit()
    assert cycle.w3.eth.get_transaction_count(cycle.actors.keeper.address) == nonce


def test_submit_report_and_attest__after_the_deadline__can_only_be_skipped(cycle):
    cycle.end_epoch()
    cycle.report()
    cycle.attest()
    to_block(cycle.w3, cycle.keeper.snapshot().deadline_block + 1)
    for step in (cycle.submit, cycle.report, lambda: cycle.attest(1)):  # a report or a signature would be of no use any more
        with pytest.raises(KeeperError, match="it can only be skipped"):
            step()


def test_settle__before_the_delay_and_while_paused__says_when(cycle):
    cycle.end_epoch()
    cycle.report()
    cycle.attest()
    cycle.submit()
    with pytest.raises(KeeperError, match=r"can settle in 600 s; next: wait for the delay"):
        cycle.keeper.settle(cycle.signer)
    cycle.keeper.controller.send(LocalSigner(cycle.actors.guardian), "pause", 3_600)
    assert cycle.keeper.next_step().action is Action.PAUSED
    assert 0 < cycle.keeper.next_step().wait_seconds <= 3_600
    localchain.advance(cycle.w3, 100, 60)
    cycle.keeper.settle(cycle.signer)


def test_submit__bundle_missing__says_so(cycle):
    cycle.end_epoch()
    with pytest.raises(BundleError, match="is this the folder of a bundle"):
        cycle.submit()


def test_cycle__two_keepers_at_once__second_changes_nothing(cycle):
    cycle.run()
    supply = cycle.suite["MDT"].call("totalSupply")
    other = Keeper(cycle.suite, cycle.keeper.bundles)
    for act in (other.settle, other.skip):
        with pytest.raises(KeeperError):
            act(cycle.signer)
    assert cycle.suite["MDT"].call("totalSupply") == supply


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NodeError("x"), Retry.AGAIN),
        (UnconfirmedError("x", "0x"), Retry.AGAIN),
        (RevertError("x"), Retry.FATAL),
        (WrongChainError("x"), Retry.FATAL),
        (EmptyAnswerError("x"), Retry.FATAL),
        (KeeperError("x"), Retry.FATAL),
        (ValueError("x"), Retry.FATAL),
    ],
)
def test_policy__every_error__is_retried_or_fatal(error, expected):
    assert policy(error) is expected


def test_snapshot__chain_moves_while_reading__read_again(cycle, monkeypatch):
    original, moves = cycle.keeper.distributor.chain.raw_call, iter([True, True])

    def moving(to, data, what, *rest, **named):
        if what.endswith("total_funded") and next(moves, False):
            localchain.advance(cycle.w3, 1)
        return original(to, data, what, *rest, **named)

    monkeypatch.setattr(cycle.keeper.distributor.chain, "raw_call", moving)
    found = cycle.keeper.snapshot()
    assert found.status.block_number == cycle.w3.eth.block_number


def test_verify__quorum_reported_more_than_it_measured__found_after_settlement(cycle):
    """Reporters who publish honest files and sign higher inputs: the record keeps no inputs, but its utility gives them away."""
    cycle.end_epoch()
    controller = cycle.keeper.controller
    inflated = controller.call("preview", 0, 10_000, 7 * WAD // 10, 9 * WAD // 10)
    with Dataset.open(cycle.sources) as dataset:
        result = compute(dataset.epoch(0), Ledger(), lambda _measured: inflated.miner_share)
    path = write_bundle(result, cycle.keeper.bundles, 0)
    lie = replace(read_report(path), tasks=10_000)
    signatures = [attestation.sign(lie, cycle.keeper.domain, reporter) for reporter in cycle.actors.reporters[:QUORUM]]
    merged = attestation.merge(lie, cycle.keeper.domain, signatures, controller.call("reporters"), QUORUM)
    controller.send(cycle.signer, "submit_report", lie.as_tuple(), merged)
    assert "tasks" in cycle.keeper.verify(path).difference
    cycle.wait()
    cycle.keeper.settle(cycle.signer)
    assert "utility of epoch 0" in cycle.keeper.verify(path).difference

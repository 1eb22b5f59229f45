"""What can happen to an EmissionController, done to the contract and to the model at once.

Each action runs the model first. If the model refuses, the contract must refuse for the same reason; else it must do the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boa
from eth_account import Account
from eth_account.signers.local import LocalAccount
from hypothesis.stateful import RuleBasedStateMachine

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.model.controller import EMPTY, Books, EmissionController, Report
from mdt.model.distributor import RewardDistributor
from mdt.model.reasons import Discard, Mint, mask
from mdt.model.root_audit import RootAudit
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import of_rows
from mdt.oracle.refute import find
from mdt.units import DAY, WAD
from tests.support.audit import Bonds, modelled, refusal_of
from tests.support.boa_clock import BoaClock
from tests.support.emission import (
    BLOCK_BUCKET,
    DATA_HASH,
    QUORUM,
    REPORTERS,
    STRANGER,
    addresses,
    amounts_of,
    as_tuple,
    deploy_successor,
    deploy_suite,
    parameters_read,
    sign,
    typed_data,
)
from tests.support.token import grant, suspend
from tests.support.twins import Outcome, Twin, outcome

MDT = 10**18
CHANNEL_CAP = 9_000 * MDT
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ALL = addresses(REPORTERS)
Entries = list[tuple[str, int]]
DISCARDS = {"refute_inconsistent": Discard.INCONSISTENT, "refute_loss": Discard.LOSS}


class Tree:
    """The trees of any list of leaves from left to right, so that a dishonest quorum can be played too."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self.claims = MerkleTree.as_listed(entries)
        self.audit = AuditTree(self.claims)
        self.root = self.claims.root

    def proof(self, index: int) -> list[bytes]:
        """The siblings of a leaf, from the leaf up."""
        return self.claims.proof_at(index)

    @property
    def ledger(self) -> Ledger:
        """As evidence: an honest list, whose root is that of its ledger."""
        return Ledger({account.lower(): amount for account, amount in self.entries})


class BooksWithDistributor(Books):
    """The books, with the model of the distributor, so that miners can claim."""

    def __init__(self, distributor: RewardDistributor, controller: str) -> None:
        super().__init__(CHANNEL_CAP)
        self.distributor = distributor
        self.controller = controller

    def fund(self, root: bytes, total: int) -> None:
        """As the books, and in the distributor."""
        super().fund(root, total)
        self.distributor.fund(self.controller, root, total)


class Retired(Books):
    """What a controller that was replaced still finds: nothing to mint, and the distributor it funded."""

    def __init__(self) -> None:
        super().__init__(0, has_rules=False, is_drawer=False)


class EmissionActions(RuleBasedStateMachine):
    """The suite with 40-block epochs, 3 halvings every 90 blocks and a channel of 9,000 MDT, beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.suite = deploy_suite(
            channel_cap=CHANNEL_CAP,
            window_cap=CHANNEL_CAP,
            delay=60,
            epoch_blocks=40,
            interval_blocks=90,
            halvings=3,
            deadline_blocks=100,
            max_change_wad=WAD // 2,
            start_delay=5,
        )
        self.controller = self.suite.controller
        self.owner, self.guardian = self.suite.owner, self.suite.guardian
        self.attacker = boa.env.generate_address("attacker")
        self.miners = [boa.env.generate_address(f"miner {index}") for index in range(4)]
        distributor = RewardDistributor(self.suite.distributor.address, self.suite.token.address, self.owner)
        distributor.set_funder(self.owner, self.controller.address)
        self.books = BooksWithDistributor(distributor, self.controller.address)
        self.model = EmissionController(
            self.books,
            BoaClock(),
            self.controller.START_BLOCK(),
            self.suite.schedule,
            self.suite.parameters,
            60,
            ALL,
            QUORUM,
            self.owner,
            self.guardian,
            self.suite.root_audit.address,
        )
        self.audit = RootAudit(self.suite.root_audit.address, Bonds(), 1)
        self.twin = Twin(self.controller, self.model)
        self.claims = Twin(self.suite.distributor, distributor)
        self.tree: Tree | None = None
        self.pending_tree: Tree | None = None
        self.donated = 0
        self.earlier: list[Any] = []  # controllers that were replaced
        self.settled: list[int] = []
        self.evidence: dict[int, Tree] = {}
        self.seen_epoch = 0

    # --- running both ---

    def both(self, of_model: Callable[[], Any], of_contract: Callable[[], Any]) -> Outcome:
        """Run both; whether they did it, and what the model returned."""
        return outcome(lambda: self.twin.both(of_model, of_contract))

    def act_call(self, name: str, caller: str, *arguments: Any) -> bool:
        """A call by a role, which the model takes with its caller first."""
        done = self.twin.attempt(name, caller, *arguments).is_done
        if done and self.model.pending is None:
            self.pending_tree = None
        return done

    def act_catch_up(self) -> None:
        """Settle what waits, skip what is lost, and go to where the next epoch can be reported (unless paused)."""
        if self.model.pending is not None:
            self.suite.wait()
            self.act_settle()
        if self.model.pending is None and self.model.is_late:
            self.act_skip()
        self.suite.end_epoch()

    # --- reports ---

    def honest_report(self, inputs: tuple[int, int, int], weights: list[int]) -> tuple[Report, Tree | None]:
        """A report for the next epoch that pays miners by weight; without weights, or without a share, an unchanged root."""
        epoch, books = self.model.next_epoch, self.books
        share = self.model.preview(epoch, *inputs).miner_share
        report = Report(epoch, self.model.attempt, *inputs, books.root(), EMPTY, books.total_funded(), DATA_HASH)
        if share == 0 or not any(weights):
            return report, None
        earned = dict.fromkeys(self.miners, 0)
        for account, amount in self.tree.entries if self.tree else []:
            earned[account] = max(earned.get(account, 0), amount)  # a thief of an earlier epoch is in the list for good
        parts = [share * weight // sum(weights) for weight in weights]
        parts[weights.index(max(weights))] += share - sum(parts)
        for miner, part in zip(self.miners, parts, strict=True):
            earned[miner] += part
        tree = Tree([(account, amount) for account, amount in sorted(earned.items(), key=lambda one: int(one[0], 16)) if amount])
        if tree.root == books.root():
            return report, None
        return replace(report, root=tree.root, audit_root=tree.audit.root, cumulative_total=books.total_funded() + share), tree

    def act_submit(self, report: Report, tree: Tree | None, signers: list[LocalAccount], ordered: bool = True) -> bool:
        """Submit with real signatures of these signers, sorted unless told otherwise."""
        digest = self.controller.report_digest(as_tuple(report))
        signatures = sign(digest, signers) if ordered else [bytes(account.unsafe_sign_hash(digest).signature) for account in signers]
        names = addresses(sorted(signers, key=lambda account: int(account.address, 16)) if ordered else signers)
        done, _ = self.both(
            lambda: self.model.submit_report(report, names),
            lambda: self.controller.submit_report(as_tuple(report), signatures, sender=self.attacker),
        )
        if done:
            self.pending_tree = tree
        return done

    def act_submit_for_elsewhere(self, report: Report, **domain: Any) -> None:
        """A full quorum's signatures over the same report for another domain never count."""
        data = typed_data(report, self.controller.address, **domain)
        signatures = [bytes(Account.sign_typed_data(reporter.key, full_message=data).signature) for reporter in REPORTERS]
        with boa.reverts():
            self.controller.submit_report(as_tuple(report), signatures)

    def act_submit_malleable(self, report: Report) -> None:
        """The high-s form of good signatures never counts."""
        signatures = []
        for signature in self.suite.sign(report, REPORTERS):
            s = ORDER - int.from_bytes(signature[32:64], "big")
            signatures.append(signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]]))
        with boa.reverts():
            self.controller.submit_report(as_tuple(report), signatures)

    def act_void(self, signers: list[LocalAccount]) -> bool:
        """Hand in a void of the attempt, signed by these."""
        digest = self.controller.void_digest(self.model.next_epoch, self.model.attempt)
        names = addresses(sorted(signers, key=lambda account: int(account.address, 16)))
        done, _ = self.both(
            lambda: self.model.void_report(names),
            lambda: self.controller.void_report(sign(digest, signers), sender=self.attacker),
        )
        if done:
            self.pending_tree = None
        return done

    # --- the contracts around it, and its successor ---

    def act_suspend(self, seconds: int) -> None:
        """The token lets the controller mint nothing for a while, within the rule that at least half of the time is free."""
        now = self.suite.now
        if self.books.has_rules and now >= self.books.suspension_ends_at + 3 * DAY:
            suspend(self.suite.token, self.controller, seconds)
            self.books.suspension_ends_at = now + seconds

    def act_revoke(self) -> None:
        """The owner takes the controller's grant away."""
        if self.books.has_rules:
            self.suite.token.revoke_minter(self.controller, sender=self.owner)
            self.books.has_rules = False

    def act_grant(self) -> None:
        """And gives it back."""
        if not self.books.has_rules:
            rules = {"cap": CHANNEL_CAP, "window_cap": CHANNEL_CAP, "window": DAY}
            grant(self.suite.token, self.controller.address, BLOCK_BUCKET, mask(Mint.EPOCH_EMISSION), **rules)
            self.books.has_rules = True

    def act_move_drawer(self, is_drawer: bool) -> None:
        """The pool's drawer is somebody else, or the controller again."""
        if self.books.is_drawer != is_drawer:
            self.suite.pool.set_drawer(self.controller if is_drawer else self.attacker, sender=self.owner)
            self.books.is_drawer = is_drawer

    def act_replace(self) -> None:
        """Another controller in the place of this one: refused while a report is pending, and then nothing has changed."""
        suite, old, before = self.suite, self.controller, self.model
        new = deploy_successor(suite)
        model = EmissionController(
            self.books,
            BoaClock(),
            before.start_block,
            suite.schedule,
            suite.parameters,
            60,
            ALL,
            QUORUM,
            self.owner,
            self.guardian,
            suite.root_audit.address,
            before,
        )
        twin = Twin(new, model)
        if self.books.has_rules:
            assert not twin.attempt("take_over", self.owner).is_done
            if before.pending is not None:
                return
        self.act_revoke()
        self.books.is_drawer = True
        before.neighbours = Retired()
        if not twin.attempt("take_over", self.owner).is_done:
            before.neighbours = self.books
            self.books.is_drawer = suite.pool.drawer() == old.address
            return
        left = CHANNEL_CAP - self.books.minted
        if left:
            rules = {"cap": left, "window_cap": left, "window": DAY}
            grant(suite.token, new.address, BLOCK_BUCKET, mask(Mint.EPOCH_EMISSION), **rules)
            self.books.has_rules = True
        for contract, function in ((suite.distributor, "set_funder"), (suite.pool, "set_drawer"), (suite.staking, "set_notifier")):
            getattr(contract, function)(new, sender=self.owner)
        self.books.distributor.set_funder(self.owner, new.address)
        self.books.controller = new.address
        self.books.suspension_ends_at = 0
        self.earlier.append(old)
        suite.controller = self.controller = new
        self.model, self.twin = model, twin

    # --- refutations ---

    def act_refute(self, function: str, *given: Any) -> bool:
        """By anyone; discards in the sender's name or is refused as the model says."""
        contract = getattr(self.suite.root_audit, function)
        refused = refusal_of(lambda: getattr(self.audit, function)(self.attacker, self.model, *modelled(function, given)))
        if refused:
            with boa.reverts(refused):
                contract(self.controller, *given, sender=self.attacker)
            return False
        contract(self.controller, *given, sender=self.attacker)
        (log,) = [log for log in self.suite.root_audit.get_logs() if type(log).__name__ == "ReportDiscarded"]
        assert (log.epoch, log.discarded_by, log.reason) == (self.model.next_epoch, self.attacker, DISCARDS[function])
        self.pending_tree = None
        return True

    @property
    def known(self) -> dict[int, Tree]:
        """The settled lists that can be evidence, the newest first: only of one in order, of whole amounts, a ledger can be made."""
        newest_first = sorted(self.evidence.items(), reverse=True)
        return {epoch: tree for epoch, tree in newest_first if tree.audit.is_sound and all(amount for _, amount in tree.entries)}

    def act_watch(self) -> bool:
        """As a watcher does: find a fault in what was published, and prove it. Returns whether there was one."""
        report = self.model.pending.report
        published = of_rows(self.pending_tree.entries, report.audit_root)
        assert published is not None
        found = find(report, published, [(epoch, tree.ledger) for epoch, tree in self.known.items()])
        if found is not None:
            assert self.act_refute(found.function, *found.arguments)
        return found is not None

    # --- settlement, skipping, claims ---

    def act_settle(self) -> bool:
        """By anyone; the epoch is remembered. What a suspended minter is refused is the token's, whose own machine tries it."""
        if self.suite.now < self.books.suspension_ends_at:
            return False
        epoch = self.model.next_epoch
        done = self.twin.attempt("settle", None).is_done
        if done:
            self.settled.append(epoch)
            self.tree = self.pending_tree or self.tree
            if self.tree is not None:
                self.evidence[epoch] = self.tree
            self.pending_tree = None
        return done

    def act_skip(self) -> int:
        """By anyone; returns how many epochs."""
        return self.twin.attempt("skip", None).answer or 0

    def act_claim(self, index: int) -> None:
        """Any leaf of the tree in force, as often as anyone likes."""
        if self.tree is None:
            return
        account, amount = self.tree.entries[index % len(self.tree.entries)]
        proof = self.tree.proof(index % len(self.tree.entries))
        self.claims.attempt("claim", None, account, amount, proof)

    def act_donate(self, amount: int) -> None:
        """Tokens to the pool, from a holder outside."""
        self.suite.donate(amount)
        self.books.pool += amount
        self.donated += amount

    # --- comparison ---

    def assert_same_state(self) -> None:
        """Every view against the model."""
        controller, model = self.controller, self.model
        status = controller.status()
        assert (status.next_epoch, status.attempt, status.current_epoch) == (model.next_epoch, model.attempt, model.current_epoch)
        assert (status.paused_until, status.deadline_block) == (model.guardian.paused_until, model.deadline_block)
        assert (status.opened_at, status.grace_until, status.is_late) == (model.opening.opened_at, model.grace_until, model.is_late)
        assert (controller.first_epoch(), controller.last_settled()) == (model.first_epoch, model.last_settled)
        assert status.has_pending == (model.pending is not None)
        pending = controller.pending()
        if model.pending is None:
            assert (pending.digest, pending.settles_at, pending.report.epoch) == (EMPTY, 0, 0)
        else:
            assert Report(*pending.report) == model.pending.report
            assert amounts_of(pending.amounts) == model.pending.amounts
            assert (pending.submitted_at, pending.settles_at) == (model.pending.submitted_at, model.pending.settles_at)
        for epoch in {model.next_epoch, max(model.next_epoch - 1, 0), model.next_epoch // 2, model.current_epoch + 1}:
            assert parameters_read(controller.parameters_at(epoch)) == model.parameters_at(epoch)
            assert tuple(controller.epoch_record(epoch)) == as_tuple(model.epoch_record(epoch))
            assert controller.evidence_root(epoch) == model.evidence_root(epoch)
        assert (controller.reporters(), controller.quorum()) == (model.attestations.reporters, model.attestations.quorum)
        assert (controller.delay(), controller.guardian()) == (model.delay, model.guardian.account)
        assert controller.last_utility() == (model.last_utility or 0)


STRANGERS = [STRANGER, Account.from_key(b"\x07" * 32)]

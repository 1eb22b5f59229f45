"""Leaf challenges: who signs a list can be made to show any leaf of it, also a list that nobody published."""

from __future__ import annotations

from types import SimpleNamespace

import boa
import pytest

from mdt.model.reasons import Discard
from mdt.units import DAY
from tests.support.audit import arguments, leaf, over
from tests.support.deployers import deploy
from tests.support.emission import FULL, QUORUM, REPORTERS, addresses, as_tuple, event, events, travel

MAX_BOND = 10_000 * 10**18


# --- constructor ---


@pytest.mark.parametrize("bond", [1, MAX_BOND])
def test_init__bond_at_its_bounds__kept(asked, bond):
    audit = deploy("RootAudit", {"MDT": asked.token}, bond=bond)
    assert (audit.TOKEN(), audit.BOND()) == (asked.token.address, bond)


@pytest.mark.parametrize("bond", [0, MAX_BOND + 1])
def test_init__bond_out_of_range__refused(asked, bond):
    with boa.reverts("audit: bond out of range"):
        deploy("RootAudit", {"MDT": asked.token}, bond=bond)


def test_init__token_without_code__refused(asked):
    with boa.reverts("audit: token has no code"):
        deploy("RootAudit", {"MDT": SimpleNamespace(address=asked.friend)})


# --- asking ---


def test_challenge__once__kept_and_paid(asked):
    asked.honest()
    miner, digest = asked.miners[2], asked.digest
    number = asked.ask(miner)
    logged = event(asked.audit, "Challenged")
    answer_by = asked.suite.now + asked.suite.delay
    assert number == 0
    assert logged == {
        "controller": asked.controller.address,
        "digest": digest,
        "account": miner,
        "number": 0,
        "challenger": asked.asker,
        "cumulative": asked.before[miner],
        "answer_by": answer_by,
    }
    assert asked.audit.challenge_at(asked.controller, digest, 0) == (asked.asker, miner, asked.before[miner], answer_by)
    assert (asked.audit.open_challenges(asked.controller, digest), asked.audit.challenge_count(asked.controller, digest)) == (1, 1)
    assert asked.balances() == (99, 0, 1)


def test_challenge__many__numbered(asked):
    asked.honest()
    assert [asked.ask(miner) for miner in (*asked.miners, asked.miners[0])] == list(range(6))
    assert (asked.audit.open_challenges(asked.controller, asked.digest), asked.balances()) == (6, (94, 0, 6))


@pytest.mark.parametrize("change", [60, 7 * DAY])
def test_challenge__delay_changed_meanwhile__time_for_an_answer_is_that_of_the_report(asked, change):
    """A vote on the delay neither shortens the time for an answer nor lets a report wait for a week."""
    asked.honest()
    waits, until = asked.suite.delay, asked.suite.now + asked.suite.delay
    asked.controller.set_delay(change, sender=asked.suite.owner)
    asked.ask()
    assert asked.audit.challenge_at(asked.controller, asked.digest, 0).answer_by == asked.suite.now + waits == until


def test_challenge__in_the_last_second__taken(asked):
    asked.honest()
    travel(asked.suite.delay - 1)
    asked.ask()


def test_challenge__when_it_could_settle__refused(asked):
    asked.honest()
    asked.suite.wait()
    with boa.reverts("challenge: too late"):
        asked.ask()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"cumulative": 0}, "refute: nothing to lose"),
        ({"epoch": 1}, "refute: no evidence"),
        ({"cumulative": 103}, "refute: old proof invalid"),
        ({"proof": []}, "refute: old proof invalid"),
        ({"sender": boa.env.generate_address("poor")}, "mdt: allowance too low"),
    ],
)
def test_challenge__without_evidence_or_bond__refused(asked, changed, reason):
    asked.honest()
    with boa.reverts(reason):
        asked.ask(**changed)


def test_challenge__nothing_pending_or_root_unchanged__refused(asked):
    with boa.reverts("report: nothing pending"):
        asked.ask()
    asked.suite.submit(asked.suite.report())
    with boa.reverts("refute: root unchanged"):
        asked.ask()


def test_any__of_an_account_that_is_no_contract__refused(asked):
    node, path = leaf(asked.miners[2], 1).said.argument, []
    for call in (
        lambda: asked.audit.challenge(asked.friend, 0, asked.miners[2], 1, [], sender=asked.asker),
        lambda: asked.audit.answer(asked.friend, 0, node, 0, path),
        lambda: asked.audit.discard_unanswered(asked.friend, 0),
        lambda: asked.audit.refute_inconsistent(asked.friend, node, 0, path, []),
        lambda: asked.audit.refute_loss(asked.friend, 0, asked.miners[2], 1, [], node, 0, path, []),
    ):
        with boa.reverts("report: no controller"):
            call()


def test_challenge__while_paused__taken(asked):
    asked.honest()
    asked.controller.pause(60, sender=asked.suite.guardian)
    asked.ask()


# --- answering ---


def test_answer__every_leaf__paid_to_who_answers(asked):
    tree = asked.honest()
    for number, miner in enumerate(asked.miners):
        asked.ask(miner)
        asked.answer(number, *asked.shown(tree, miner))
        assert event(asked.audit, "ChallengeEnded") == {
            "controller": asked.controller.address,
            "digest": asked.digest,
            "paid_to": asked.friend,
            "number": number,
            "is_answered": True,
        }
        assert asked.audit.challenge_at(asked.controller, asked.digest, number)[3] == 0
    assert (asked.audit.open_challenges(asked.controller, asked.digest), asked.audit.challenge_count(asked.controller, asked.digest)) == (0, 5)
    assert asked.balances() == (95, 5, 0)


def test_settle__before_and_after_the_answer__refused_then_settled(asked):
    tree = asked.honest()
    asked.ask()
    asked.suite.wait()
    with boa.reverts("settle: leaf asked for"):
        asked.controller.settle()
    asked.answer(0, *asked.shown(tree, asked.miners[2]))
    asked.controller.settle()
    assert asked.controller.next_epoch() == 2


def test_settle__root_unchanged_after_a_challenged_report__settled(asked):
    """The flag of the report before must not stand in the way."""
    asked.honest()
    asked.ask()
    asked.controller.cancel_report(sender=asked.suite.guardian)
    asked.suite.submit(asked.suite.report())
    asked.suite.wait()
    asked.controller.settle()


def test_answer__late_but_before_the_discard__counts(asked):
    tree = asked.honest()
    asked.ask()
    travel(10 * asked.suite.delay)
    asked.answer(0, *asked.shown(tree, asked.miners[2]))
    asked.controller.settle()


def test_answer__another_leaf__refused(asked):
    tree = asked.honest()
    asked.ask()
    with boa.reverts("challenge: no answer"):
        asked.answer(0, *asked.shown(tree, asked.miners[3]))
    with boa.reverts("refute: path invalid"):
        asked.answer(0, leaf(asked.miners[2], 102).said.argument, 0, [])
    top = tree.top
    with boa.reverts("challenge: no answer"):
        asked.answer(0, top.argument, 0, [])


def test_answer__with_a_wei_less__refused(asked):
    tree = asked.submit(asked.before | {asked.miners[2]: asked.before[asked.miners[2]] - 1})
    asked.ask()
    with boa.reverts("challenge: no answer"):
        asked.answer(0, *asked.shown(tree, asked.miners[2]))


def lying(asked, tree, **changed):
    """The report of a tree by a liar's hand, whose total is what the contract wants."""
    total = asked.suite.distributor.total_funded() + asked.controller.preview(1, *FULL)[3]
    honest = asked.suite.report(entries={asked.asker: 1}, audit_root=tree.root)
    asked.suite.submit(type(honest)(**{**vars(honest), "root": changed.get("root", tree.said.claims), "cumulative_total": total}))
    return total


def test_answer__of_a_list_that_pays_otherwise__refused(asked):
    """The leaf is there, and the claims root is of something else; or its sum is; or the leaf's claim is."""
    miner = asked.miners[2]
    total = asked.suite.distributor.total_funded() + asked.controller.preview(1, *FULL)[3]
    whole = leaf(miner, total)
    lying(asked, whole, root=b"\x05" * 32)
    asked.ask()
    with boa.reverts("challenge: no answer"):
        asked.answer(0, *arguments(whole)[:3])
    asked.controller.cancel_report(sender=asked.suite.guardian)

    short = leaf(miner, total - 1)
    lying(asked, short)
    asked.ask()
    with boa.reverts("challenge: no answer"):
        asked.answer(0, *arguments(short)[:3])
    asked.controller.cancel_report(sender=asked.suite.guardian)

    unpaid = leaf(miner, total, claims=b"\x06" * 32)
    lying(asked, unpaid)
    asked.ask()
    with boa.reverts("challenge: no answer"):
        asked.answer(0, *arguments(unpaid)[:3])
    asked.controller.cancel_report(sender=asked.suite.guardian)

    inner = leaf(miner, total, hash=b"\x01" * 32)
    lying(asked, inner)
    asked.ask()
    with boa.reverts("challenge: no answer"):
        asked.answer(0, *arguments(inner)[:3])
    asked.controller.cancel_report(sender=asked.suite.guardian)

    other, mine = sorted([leaf(asked.friend, 1), leaf(miner, total - 1)], key=lambda one: one.said.first)
    both = over(other, mine)
    lying(asked, both)
    asked.ask()
    node, path = next((node, path) for node, path in both.walk() if node.said.first == leaf(miner, 1).said.first and node.halves is None)
    asked.answer(0, *arguments(node, path)[:3])


def test_answer__twice_or_never_asked__refused(asked):
    tree = asked.honest()
    with boa.reverts("challenge: not open"):
        asked.answer(0, *asked.shown(tree, asked.miners[2]))
    asked.ask()
    asked.answer(0, *asked.shown(tree, asked.miners[2]))
    with boa.reverts("challenge: not open"):
        asked.answer(0, *asked.shown(tree, asked.miners[2]))


def test_answer__sum_that_no_summary_holds__refused(asked):
    asked.honest()
    asked.ask()
    with boa.reverts("refute: sum too large"):
        asked.answer(0, leaf(asked.miners[2], 2**128 - 1).said.argument, 0, [leaf("0x" + "ff" * 20, 1).said.argument])


# --- nobody answers ---


def test_discard_unanswered__withheld_list__discarded_and_bond_back(asked):
    """X1, X2, X3 for a quorum that publishes nothing: one question is enough."""
    asked.withheld()
    digest = asked.digest
    asked.ask()
    travel(asked.suite.delay)
    with boa.reverts("challenge: time left"):
        asked.audit.discard_unanswered(asked.controller, 0)
    travel(1)
    asked.audit.discard_unanswered(asked.controller, 0, sender=asked.friend)
    (ended,), (discarded,) = (
        events(asked.audit, "ChallengeEnded"),
        [log for log in asked.audit.get_logs(strict=False) if type(log).__name__ == "ReportDiscarded"],
    )
    assert (ended.controller, ended.digest, ended.paid_to, ended.number, ended.is_answered) == (asked.controller.address, digest, asked.asker, 0, False)
    assert (discarded.digest, discarded.discarded_by, discarded.reason) == (digest, asked.asker, Discard.UNANSWERED)
    assert (asked.digest, asked.balances(), asked.controller.attempt()) == (bytes(32), (100, 0, 0), 1)


def test_discard_unanswered__answered_or_never_asked__refused(asked):
    tree = asked.honest()
    with boa.reverts("challenge: not open"):
        asked.audit.discard_unanswered(asked.controller, 0)
    asked.ask()
    asked.answer(0, *asked.shown(tree, asked.miners[2]))
    travel(10 * asked.suite.delay)
    with boa.reverts("challenge: not open"):
        asked.audit.discard_unanswered(asked.controller, 0)


def test_discard_unanswered__nothing_pending_or_root_unchanged__refused(asked):
    with boa.reverts("report: nothing pending"):
        asked.audit.discard_unanswered(asked.controller, 0)
    asked.suite.submit(asked.suite.report())
    with boa.reverts("refute: root unchanged"):
        asked.audit.discard_unanswered(asked.controller, 0)


def test_answer__nothing_pending_or_root_unchanged__refused(asked):
    given = leaf(asked.miners[2], 1).said.argument, 0, []
    with boa.reverts("report: nothing pending"):
        asked.answer(0, *given)
    asked.suite.submit(asked.suite.report())
    with boa.reverts("refute: root unchanged"):
        asked.answer(0, *given)


def test_return_bond__after_another_discard__paid_once_to_who_asked(asked):
    asked.honest()
    digest = asked.digest
    asked.ask()
    asked.ask(asked.miners[3])
    with boa.reverts("challenge: still pending"):
        asked.audit.return_bond(asked.controller, digest, 0)
    asked.controller.cancel_report(sender=asked.suite.guardian)
    for number in (1, 0):
        asked.audit.return_bond(asked.controller, digest, number, sender=asked.friend)
        ended = event(asked.audit, "ChallengeEnded")
        assert (ended["paid_to"], ended["number"], ended["is_answered"]) == (asked.asker, number, False)
    with boa.reverts("challenge: not open"):
        asked.audit.return_bond(asked.controller, digest, 0)
    assert (asked.balances(), asked.audit.open_challenges(asked.controller, digest)) == ((100, 0, 0), 0)


def test_return_bond__while_the_next_report_waits__the_next_is_untouched(asked):
    asked.honest()
    digest = asked.digest
    asked.ask()
    asked.controller.cancel_report(sender=asked.suite.guardian)
    asked.honest()
    asked.ask()
    asked.audit.return_bond(asked.controller, digest, 0)
    assert (asked.audit.open_challenges(asked.controller, asked.digest), asked.balances()) == (1, (99, 0, 1))


def test_challenge__of_a_stranger_contract__harms_only_itself(asked):
    """A contract that says the same digest of a report that nobody can show holds up nothing here."""
    asked.honest()
    twin = boa.loads(
        """
from interfaces import IEmissionController
_real: immutable(address)
@deploy
def __init__(_controller: address):
    _real = _controller
@external
@view
def pending() -> IEmissionController.PendingReport:
    return staticcall IEmissionController(_real).pending()
@external
@view
def evidence_root(_epoch: uint256) -> bytes32:
    return staticcall IEmissionController(_real).evidence_root(_epoch)
""",
        asked.controller.address,
    )
    miner = asked.miners[2]
    asked.audit.challenge(twin, 0, miner, asked.before[miner], asked.old.proof(miner), sender=asked.asker)
    assert asked.audit.open_challenges(asked.controller, asked.digest) == 0
    travel(asked.suite.delay + 1)
    with boa.reverts():  # it has no `discard_refuted` that could give a reason
        asked.audit.discard_unanswered(twin, 0)
    asked.suite.wait()
    asked.controller.settle()
    assert asked.controller.next_epoch() == 2


def test_rotation_of_reporters__with_open_challenges__bonds_come_back(asked):
    asked.honest()
    digest = asked.digest
    asked.ask()
    asked.controller.set_reporters(addresses(REPORTERS[1:]), QUORUM, sender=asked.suite.owner)
    asked.audit.return_bond(asked.controller, digest, 0)
    assert asked.balances() == (100, 0, 0)
    assert as_tuple(asked.suite.report())[1] == 1

"""Epochs: settled, cancelled, refuted, skipped, and every setter."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from bench.gas.lives.life import DATA_HASH, INPUTS, QUORUM, REPORTERS, UNIT, Life, signed
from mdt.chain.localchain import advance
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import number_of
from mdt.model.controller import Report
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import PublishedLeaves
from mdt.oracle.refute import find_inconsistent, find_loss
from mdt.preset.terms import parameters_of
from mdt.units import DAY


def live(life: Life) -> None:
    """Two settled epochs, a cancelled, a refuted and a skipped one, and every setter; ends with a report pending."""
    entries = life.earned
    for _ in range(2):
        share = life.miner_share(life.view("EmissionController", "next_epoch"))
        entries = {**entries, life.other.address: entries[life.other.address] + share}
        life.submit(entries)
        life.settle()
    settled = life.view("EmissionController", "next_epoch") - 1

    life.submit({**entries, life.holder.address: 20 * UNIT})
    life.call("EmissionController", "cancel_report", sender=life.guardian)

    for wrong in ({**entries, life.holder.address: 1}, {**entries, life.holder.address: entries[life.holder.address] + UNIT}):
        _refute(life, wrong, settled, Ledger({account.lower(): amount for account, amount in entries.items()}))

    _ask(life, entries, settled)
    life.call("EmissionController", "pause", 86_400, sender=life.guardian)
    life.call("EmissionController", "unpause")

    _void(life)
    life.call("EmissionController", "reopen")
    deadline = life.view("EmissionController", "parameters_at", life.end_epoch())[-1]
    advance(life.chain.web3, deadline + 1, 4 * DAY // deadline)  # later than the pause and its grace
    life.call("EmissionController", "skip", sender=life.keeper)

    changed = astuple(parameters_of(life.settings))
    life.call("EmissionController", "set_parameters", (*changed[:2], changed[2] + 1, *changed[3:]))
    life.call("EmissionController", "set_delay", life.settings.emission.report_delay + 60)
    life.call("EmissionController", "set_guardian", life.keeper.address)
    life.call("EmissionController", "set_reporters", [account.address for account in REPORTERS[:4]], QUORUM)
    life.call("EmissionController", "disown_epoch", 1)
    _take_over(life)
    life.submit()


def _refute(life: Life, wrong: dict[str, int], epoch: int, ledger: Ledger) -> None:
    """A list that takes from a holder, as a loss; one that promises too much, as inconsistent. Both sum up to another total than is declared."""
    life.submit(wrong)
    published, controller = PublishedLeaves(AuditTree(MerkleTree.build(wrong.items()))), life.address("EmissionController")
    found = find_loss(published, dict(published.listed()), epoch, ledger)
    if found is None:
        pending = Report(*life.view("EmissionController", "pending")[1])
        found = find_inconsistent(pending, published)
    if found is None:
        raise RuntimeError("the list has no fault")
    life.call("RootAudit", found.function, controller, *found.arguments, sender=life.keeper)


def _ask(life: Life, entries: dict[str, int], epoch: int) -> None:
    """Leaves of a list that is right: one is shown, for one nobody has the time, and one bond comes back."""
    controller, audit, tree = life.address("EmissionController"), life.address("RootAudit"), MerkleTree.build(entries.items())
    share = life.miner_share(life.view("EmissionController", "next_epoch"))
    following = {**entries, life.other.address: entries[life.other.address] + share}
    shown, bond = AuditTree(MerkleTree.build(following.items())), life.view("RootAudit", "BOND")
    asked = (controller, epoch, life.holder.address, entries[life.holder.address], tree.proof(life.holder.address))
    life.chain.send(life.contracts["MDT"].functions.approve(audit, 9 * bond), life.holder)
    life.submit(following)
    digest = life.view("EmissionController", "pending")[0]
    for _ in range(3):
        life.call("RootAudit", "challenge", *asked, sender=life.holder)
    place = shown.tree.place(life.holder.address)
    path = [one.argument for one in shown.path(place)]
    life.call("RootAudit", "answer", controller, 0, shown.summary(place).argument, number_of(place), path, sender=life.keeper)
    life.chain.travel(life.settings.emission.report_delay + 1)
    life.chain.mine()
    life.call("RootAudit", "discard_unanswered", controller, 1, sender=life.keeper)
    life.call("RootAudit", "return_bond", controller, digest, 2, sender=life.keeper)


def _take_over(life: Life) -> None:
    """The successor of a controller that mints nothing and whose first epoch is to come; the life goes on with the one there was."""
    contract, rows = life.contracts["EmissionController"], life.rows["EmissionController"]
    people = {"reporters": REPORTERS, "quorum": QUORUM, "start_block": life.chain.block_number + 60}
    first = life.deploy("EmissionController", **people)
    life.deploy("EmissionController", **people, predecessor=first.address)
    life.call("EmissionController", "take_over")
    life.rows["EmissionController"] = rows | {key: gas for key, gas in life.rows["EmissionController"].items() if key != "__init__"}
    life.contracts["EmissionController"] = contract


def _void(life: Life) -> None:
    """A quorum retracts what it signed, before and after somebody hands it in."""
    for is_pending in (False, True):
        if is_pending:
            life.submit()
        epoch, attempt = (life.view("EmissionController", name) for name in ("next_epoch", "attempt"))
        digest = life.view("EmissionController", "void_digest", epoch, attempt)
        life.call("EmissionController", "void_report", signed(digest), sender=life.keeper)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given: the next epoch where an estimate is asked for, the first one else."""
    following = life.view("EmissionController", "next_epoch")
    inputs = dict(zip(("_tasks", "_difficulty", "_participation"), INPUTS, strict=True))
    report = astuple(Report(following, 1, *INPUTS, bytes(32), bytes(32), 1, DATA_HASH))
    tree = AuditTree(MerkleTree.build((account.address, UNIT) for account in REPORTERS))
    node = {"_node": tree.summary(1).argument, "_place": 0, "_path": [one.argument for one in tree.path(1)]}
    node |= {"_controller": life.address("EmissionController"), "_digest": life.view("EmissionController", "pending")[0], "_number": 0}
    epochs = {"_epoch": 0, "_attempt": 1, "preview._epoch": following, "parameters_at._epoch": following}
    return {"RootAudit": node, "EmissionController": {**epochs, **inputs, "_report": report, "address": life.validator.address}}

"""What a stolen quorum of reporters gains and what it costs others, hour by hour, under the rules before and after roots could be refuted.

A quorum is stolen at hour 0, at the end of an epoch. It hands in each epoch the moment it is over, and takes what a settled root lets it take, at once. The
amounts of epochs are the model's own integers; everything else here is bookkeeping in wei.

What differs between the rules:

- A drain (a root that pays the thief all that the distributor holds) could not be proven before. Now anyone proves it whose nodes are all published, and asks
  for a leaf of one that has none to show. One that hides a single node and shows all leaves is neither: only the guardian stops it.
- A discarded report used to let its epoch pass its deadline and be lost. Now it waits: epochs are paid late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mdt.model.shares import split
from mdt.preset.settings import Settings
from mdt.preset.terms import schedule_of
from mdt.units import BPS, WAD

HOUR = 3_600
HISTORY = 30
"""Epochs that were settled before the theft."""


class Rules(StrEnum):
    """Which contracts are attacked."""

    BEFORE = "before"
    NOW = "now"


class Attack(StrEnum):
    """What the thief signs."""

    SHOWN = "drain, leaves published"
    HIDDEN = "drain, no leaf to show"
    NODE = "drain, one node hidden"
    SKIM = "own miners get the epoch"


PROVABLE = (Attack.SHOWN, Attack.HIDDEN, Attack.SKIM)
"""What a quorum can do that hides no node among leaves which it shows."""


class Defence(StrEnum):
    """Who pays attention until the owner has replaced the reporters."""

    NOBODY = "nobody"
    WATCHER = "a watcher"
    GUARDIAN = "a watcher and the guardian"


class Claims(StrEnum):
    """How miners claim."""

    NEVER = "nobody claims"
    WEEKLY = "everybody claims once in seven days"
    ALWAYS = "the keeper claims for all each epoch"


@dataclass(frozen=True)
class World:
    """What of a preset bears on it.

    Attributes:
        epoch: Seconds of an epoch.
        delay: Seconds from a report to its settlement.
        deadline: Seconds after its end in which an epoch could be reported, before.
        vote: Seconds until a decision of the owner is in force.
        share: Wei of an epoch's miner share at the honest utility.
        emission: Wei of an epoch's whole emission at that utility.
    """

    epoch: int
    delay: int
    deadline: int
    vote: int
    share: int
    emission: int

    @classmethod
    def of(cls, settings: Settings, utility: int) -> World:
        """The first era of a preset.

        Args:
            settings: The preset.
            utility: What the network does each epoch (WAD).
        """
        emission = schedule_of(settings).formula(0, utility)
        shares = settings.distribution.shares_bps
        share, _, _ = split(emission, (shares.miners, shares.validators, shares.dao))
        block = settings.halving.block_time
        return cls(
            epoch=settings.emission.epoch_blocks * block,
            delay=settings.emission.report_delay,
            deadline=settings.emission.deadline_blocks * block,
            vote=settings.governance.delay,
            share=share,
            emission=emission,
        )


@dataclass(frozen=True)
class Case:
    """One attack under one set of rules."""

    rules: Rules
    attack: Attack
    defence: Defence
    claims: Claims

    @property
    def is_stopped(self) -> bool:
        """Whether each report of the thief is discarded before it settles.

        A watcher refutes what is published, and asks for a leaf where there is none to show. It tells the guardian of a node that is not published.
        """
        if self.defence is Defence.GUARDIAN:
            return True
        return self.defence is Defence.WATCHER and self.attack in (Attack.SHOWN, Attack.HIDDEN) and self.rules is Rules.NOW


@dataclass
class Books:
    """Who has what, in wei.

    Attributes:
        held: What the distributor holds for honest miners.
        stolen: What the thief took.
        late: Emission that will be paid once the reporters are replaced.
        lost: Emission that will never be paid.
    """

    held: int
    stolen: int = 0
    late: int = 0
    lost: int = 0


def unclaimed(claims: Claims, share: int) -> int:
    """What waits in the distributor after `HISTORY` epochs (wei): all of it, what seven groups have not claimed yet, or the newest share at most."""
    if claims is Claims.NEVER:
        return HISTORY * share
    if claims is Claims.WEEKLY:
        return sum(days * share // 7 for days in range(7))
    return 0


def simulate(world: World, case: Case, hours: int, decided: int) -> Iterator[Books]:
    """The books at the end of each hour, hour 0 included.

    Args:
        world: Epochs, delays and amounts.
        case: The attack.
        hours: How long.
        decided: Seconds after the theft at which the owner schedules new reporters; they are in force `world.vote` later.
    """
    books = Books(unclaimed(case.claims, world.share))
    replaced, reported = decided + world.vote, 0
    for hour in range(hours + 1):
        now = hour * HOUR
        while reported * world.epoch + world.delay <= now and reported * world.epoch < replaced:
            # the report of the epoch that ended at reported x epoch comes to its end: settled or discarded
            is_in_time = reported * world.epoch + world.delay < replaced
            if case.is_stopped or not is_in_time:
                _discard(world, case, books, reported, replaced)
            else:
                _settle(world, case, books)
            reported += 1
        yield Books(books.held, books.stolen, books.late, books.lost)


def _settle(world: World, case: Case, books: Books) -> None:
    if case.attack is Attack.SKIM:
        books.stolen += world.share
        return
    books.stolen += books.held + world.share
    books.held = 0


def _discard(world: World, case: Case, books: Books, epoch: int, replaced: int) -> None:
    """An epoch whose report was discarded: it waits for honest reporters, unless its deadline was the end of it."""
    if case.rules is Rules.BEFORE and epoch * world.epoch + world.deadline < replaced:
        books.lost += world.emission
    else:
        books.late += world.emission


def gains(world: World, rules: Rules, defence: Defence, claims: Claims, hours: int, decided: int, attacks: Sequence[Attack] = tuple(Attack)) -> list[int]:
    """What the thief has at the end of each hour by the attack that brings most in the end, in wei."""
    courses = [[books.stolen for books in simulate(world, Case(rules, attack, defence, claims), hours, decided)] for attack in attacks]
    return max(courses, key=lambda course: course[-1])


def chance_bps(robbed_bps: int, questions: int) -> int:
    """How likely it is that one of some questions is about a robbed account (basis points, rounded down).

    Args:
        robbed_bps: Which part of what is unclaimed the list takes away.
        questions: About accounts drawn by what they have unclaimed.
    """
    kept, all_of_it = (int((BPS - part) ** questions) for part in (robbed_bps, 0))
    return BPS - -(-kept * BPS // all_of_it)


def keys(reporters: int) -> tuple[int, int]:
    """For a number of reporters: the least quorum the contract takes, and how many silent reporters then stop every report."""
    quorum = max(2, reporters // 2 + 1)
    return quorum, reporters - quorum + 1


def honest(settings: Settings) -> World:
    """A preset at U = 0.6, which the page uses."""
    return World.of(settings, 6 * WAD // 10)

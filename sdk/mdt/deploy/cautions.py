"""What an operator would want to know before deploying: choices that work, and that one lost or stolen key turns into a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mdt.deploy.options import Options
from mdt.preset.genesis import vested
from mdt.preset.markets import TREASURY


@dataclass(frozen=True)
class Caution:
    """One of them.

    Attributes:
        id: Stable, for programs.
        text: What it is, what can happen, and what to do.
    """

    id: str
    text: str


def cautions(options: Options, is_contract: Callable[[str], bool]) -> list[Caution]:
    """All that apply.

    Args:
        options: What is to be deployed.
        is_contract: Whether an account is one, such as a multisig or a governor: that is not one key.
    """
    return [
        *_guardian(options, is_contract),
        *_governance(options, is_contract),
        *_reporters(options),
        *_deployer(options),
        *_vesting(options),
        *_markets(options),
    ]


def _guardian(options: Options, is_contract: Callable[[str], bool]) -> Iterator[Caution]:
    held: dict[str, tuple[str, list[str]]] = {}
    for stop, account in options.stops().items():
        held.setdefault(_lower(account), (account, []))[1].append(stop)
    for account, stops in held.values():
        if options.hand_over and len(stops) > 1 and not is_contract(account):
            count = {2: "two", 3: "three"}[len(stops)]
            yield Caution(
                "one_guardian",
                f"one guardian, {account}, holds {count} stops: it {', '.join(stops[:-1])} and {stops[-1]}. Whoever takes its key has all of them:"
                " name a multisig, or three accounts (--guardian, --token-guardian, --report-guardian)",
            )
    roles = (("proposer", options.proposers), ("reporter", options.reporters), ("arbiter", (options.arbiter,) if options.arbiter else ()))
    for what, accounts in roles:
        if _lower(options.guardian) in map(_lower, accounts):
            yield Caution(
                f"guardian_is_{what}", f"the guardian {options.guardian} is {_a(what)} too: it is to stop others, and cannot stop itself; name another account"
            )


def _governance(options: Options, is_contract: Callable[[str], bool]) -> Iterator[Caution]:
    for what, accounts, verb in (("proposer", options.proposers, "schedule"), ("executor", options.executors, "execute")):
        if options.hand_over and len(accounts) == 1 and not is_contract(accounts[0]):
            open_to_all = ", or leave --executor out, so that anyone may" if what == "executor" else ""
            yield Caution(
                f"sole_{what}",
                f"{accounts[0]} is the only {what}, and one key: if it is lost, nobody can ever {verb} an operation again, and nothing can be changed any more."
                f" Name a multisig or a second --{what}{open_to_all}",
            )
    if options.arbiter is not None and _lower(options.arbiter) in map(_lower, options.reporters):
        yield Caution("arbiter_is_reporter", f"the arbiter {options.arbiter} is a reporter too: it decides on slashes that it attested; name another account")


def _reporters(options: Options) -> Iterator[Caution]:
    count = len(options.reporters)
    if options.quorum == count:
        yield Caution(
            "quorum_is_all",
            f"the quorum is all {count} reporters: one of them that is away stops every report, and after the deadline an epoch is skipped and never paid."
            " Name more reporters, or a smaller --quorum",
        )
    for account in (one for one in options.reporters if _lower(one) in map(_lower, options.proposers)):
        yield Caution("reporter_is_proposer", f"the reporter {account} is a proposer too: its key attests, and schedules what replaces the others")


def _deployer(options: Options) -> Iterator[Caution]:
    if not options.hand_over:
        yield Caution("deployer_keeps", "the deployer stays the owner of every contract: it alone can change anything, at once (--keep-ownership)")


def _vesting(options: Options) -> Iterator[Caution]:
    if options.vesting_start is None and vested(options.allocations()):
        yield Caution("vesting_start", "nobody said when vesting starts: it will be an hour after the first run, for good. Name it with --tge")


def _markets(options: Options) -> Iterator[Caution]:
    for market in options.settings.markets:
        if market.seed is not None and market.seed.shares_to != TREASURY:
            yield Caution(
                "market_shares",
                f"the shares of market {market.name} go to {market.seed.shares_to}, which can take all of its liquidity out at once:"
                " name Treasury, whose tokens only governance moves",
            )


def _lower(account: str) -> str:
    return account.lower()


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"

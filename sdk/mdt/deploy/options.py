"""What a deployment is made of besides the preset: people, the oracle's quorum, and the tokens that exist from the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mdt.addresses import parse_address
from mdt.errors import ConfigError
from mdt.model.controller import MIN_QUORUM
from mdt.model.timelock import MAX_PAYLOAD
from mdt.preset import genesis
from mdt.preset.genesis import Allocation, Portion
from mdt.preset.settings import Settings
from mdt.units import format_seconds

MAX_PROPOSERS = 16
MAX_REPORTERS = 32
"""contracts/emission/modules/attestations.vy."""
MOST_REPORTERS = min(MAX_REPORTERS, (MAX_PAYLOAD - 4 - 3 * 32) // 32)
"""What one call of the timelock can name, a word each after the selector, two arguments and the number of accounts: more could never be replaced."""


@dataclass(frozen=True)
class Options:
    """What a deployment is made of besides the preset.

    Attributes:
        guardian: May cancel operations of the timelock; and what the next two may, where they are None.
        token_guardian: May suspend minters.
        report_guardian: May pause reports and cancel a pending one.
        reporters: Who attests reports; sorted and distinct.
        quorum: How many of them it takes.
        proposers: Who schedules operations of the timelock, which owns the suite.
        executors: Who executes them once they are due; anyone when empty.
        arbiter: Decides on appeals of slashes; the owner when None.
        pool_operator: Of the reserve pools that the preset begins with; the owner when None.
        genesis: Minted before the set-up is finished; the preset's when None.
        holders: Addresses of the holders that the genesis names.
        default_holder: For holders without an address: only for local networks.
        vesting_start: Timestamp; an hour from now when None.
        hand_over: Whether the timelock is made the owner at the end; else the deployer stays it, which is only for local experiments.
        block_time: Seconds per block, measured by the caller; measured here when None.
        start_margin: Blocks from the head at the first run to START_BLOCK.
    """

    settings: Settings
    network: str
    guardian: str
    reporters: tuple[str, ...]
    quorum: int
    proposers: tuple[str, ...]
    executors: tuple[str, ...] = ()
    arbiter: str | None = None
    token_guardian: str | None = None
    report_guardian: str | None = None
    pool_operator: str | None = None
    genesis: tuple[Allocation, ...] | None = None
    holders: Mapping[str, tuple[Portion, ...]] = field(default_factory=dict)
    default_holder: str | None = None
    vesting_start: int | None = None
    hand_over: bool = True
    block_time: Fraction | None = None
    start_margin: int | None = None

    def allocations(self) -> tuple[Allocation, ...]:
        """The genesis with every holder's address.

        Raises:
            ConfigError: a holder has none.
        """
        open_ones = self.genesis if self.genesis is not None else genesis.of_preset(self.settings)
        return genesis.resolve(open_ones, self.holders, self.default_holder, self.settings.denomination)

    def check(self, deployer: str) -> None:
        """Refuse what the contracts would refuse later, or what would leave the deployer with a role, in words.

        Raises:
            ConfigError: names the value and what is allowed.
        """
        if len(set(self.reporters)) != len(self.reporters) or not self.reporters:
            raise ConfigError(f"reporters must be distinct and at least one, got {len(self.reporters)}: pass --reporter for each")
        if not (2 * self.quorum > len(self.reporters) >= self.quorum and self.quorum >= MIN_QUORUM):
            raise ConfigError(
                f"quorum {self.quorum} of {len(self.reporters)} reporters: it must be at least {MIN_QUORUM}, more than half of them and at most all"
            )
        if len(self.reporters) > MOST_REPORTERS:
            raise ConfigError(
                f"{len(self.reporters)} reporters are too many: the controller takes {MAX_REPORTERS}, and a call of the timelock, {MAX_PAYLOAD:,} bytes,"
                f" names {MOST_REPORTERS} at most, so that more could never be replaced; name fewer"
            )
        self._check_governance()
        allocations = self.allocations()
        genesis.check(self.settings, allocations)
        if self.hand_over:
            held = [what for what, account in self.people(allocations) if account.lower() == deployer.lower()]
            if held:
                raise ConfigError(f"the deployer keeps nothing after the hand-over, and is named as {', '.join(held)}: name another account")

    def _check_governance(self) -> None:
        for what, accounts, least in (("proposers", self.proposers, 1), ("executors", self.executors, 0)):
            plain = [parse_address(one) for one in accounts]
            if len(set(plain)) != len(plain) or not least <= len(plain) <= MAX_PROPOSERS or any(int(one, 16) == 0 for one in plain):
                option = f"--{what.removesuffix('s')}"
                raise ConfigError(f"{what} must be distinct accounts, {least} to {MAX_PROPOSERS} of them, got {len(plain)}: pass {option} for each")
        delay, appeal = self.settings.governance.delay, self.settings.slashing.appeal
        if self.arbiter is None and self.hand_over and delay >= appeal:
            raise ConfigError(
                f"appeals would be decided by the timelock, which takes {format_seconds(delay)}, slashing.appeal is {format_seconds(appeal)}:"
                " name an --arbiter, or change the preset"
            )

    def stops(self) -> dict[str, str]:
        """Who has each of the three stops, by what it does."""
        return {
            "suspends minters": self.token_guardian or self.guardian,
            "pauses reports": self.report_guardian or self.guardian,
            "cancels the timelock's operations": self.guardian,
        }

    def people(self, allocations: tuple[Allocation, ...]) -> Iterator[tuple[str, str]]:
        """Everybody who gets a role or tokens."""
        yield "guardian", self.guardian
        if self.token_guardian is not None:
            yield "token guardian", self.token_guardian
        if self.report_guardian is not None:
            yield "report guardian", self.report_guardian
        if self.arbiter is not None:
            yield "arbiter", self.arbiter
        if self.pool_operator is not None:
            yield "pool operator", self.pool_operator
        for what, accounts in (("reporter", self.reporters), ("proposer", self.proposers), ("executor", self.executors)):
            yield from ((what, account) for account in accounts)
        yield from ((f"holder {one.name}", one.recipient) for one in allocations)
        for market in self.settings.markets:
            if market.seed is not None:
                yield f"holder of the shares of market {market.name}", market.seed.shares_to

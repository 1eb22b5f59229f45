"""What a deployment is made of besides the preset: people, the oracle's quorum, and the tokens that exist from the start."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mdt.addresses import parse_address
from mdt.compiled import SOURCES
from mdt.errors import ConfigError
from mdt.model.controller import MIN_QUORUM
from mdt.settings import Buckets, Settings
from mdt.units import format_amount, parse_amount

BLOCK_EMISSION = Buckets.names().index("block_emission")


@dataclass(frozen=True)
class Allocation:
    """Tokens minted at genesis: bucket id, recipient (an address, or a contract of the suite by name), wei."""

    bucket: int
    recipient: str
    amount: int

    @classmethod
    def parse(cls, item: Any) -> Allocation:
        """From `{bucket: community, to: 0x... or Treasury, amount: 10 MDT}`.

        Raises:
            ConfigError: not such a mapping, or a bucket that is never pre-minted.
        """
        try:
            bucket, recipient, amount = item["bucket"], str(item["to"]), parse_amount(item["amount"])
        except (KeyError, TypeError) as error:
            raise ConfigError(f"genesis entry {item!r}: write {{bucket: community, to: 0x... or Treasury, amount: 10 MDT}}") from error
        names = Buckets.names()
        index = names.index(bucket) if bucket in names else bucket
        if not isinstance(index, int) or not 0 <= index < len(names):
            raise ConfigError(f"genesis entry {item!r}: no bucket {bucket!r}; there are {', '.join(names)}")
        if index == BLOCK_EMISSION:
            raise ConfigError(f"genesis entry {item!r}: the block_emission bucket is never minted in advance")
        if amount <= 0:
            raise ConfigError(f"genesis entry {item!r}: the amount must be above zero")
        if recipient not in SOURCES:
            recipient = parse_address(recipient)
        return cls(index, recipient, amount)


@dataclass(frozen=True)
class Options:
    """What a deployment is made of besides the preset.

    Attributes:
        owner: Who is to own the contracts in the end; the deployer when None.
        guardian: May revoke minters, cancel reports and pause.
        arbiter: Decides on appeals of slashes; the owner when None.
        reporters: Who attests reports; sorted and distinct.
        quorum: How many of them it takes.
        genesis: Minted before the set-up is finished.
        block_time: Seconds per block, measured by the caller; measured here when None.
        start_margin: Blocks from the head at the first run to START_BLOCK.
    """

    settings: Settings
    network: str
    guardian: str
    reporters: tuple[str, ...]
    quorum: int
    owner: str | None = None
    arbiter: str | None = None
    genesis: tuple[Allocation, ...] = ()
    block_time: Fraction | None = None
    start_margin: int | None = None

    def check(self) -> None:
        """Refuse what the contracts would refuse later, in words.

        Raises:
            ConfigError: names the value and what is allowed.
        """
        if len(set(self.reporters)) != len(self.reporters) or not self.reporters:
            raise ConfigError(f"reporters must be distinct and at least one, got {len(self.reporters)}: pass --reporter for each")
        if not (2 * self.quorum > len(self.reporters) >= self.quorum and self.quorum >= MIN_QUORUM):
            raise ConfigError(
                f"quorum {self.quorum} of {len(self.reporters)} reporters: it must be at least {MIN_QUORUM}, more than half of them and at most all"
            )
        caps = self.settings.token.buckets.as_list()
        for bucket, name in enumerate(Buckets.names()):
            total = sum(one.amount for one in self.genesis if one.bucket == bucket)
            if total > caps[bucket]:
                raise ConfigError(f"genesis mints {format_amount(total)} out of {name}, which holds {format_amount(caps[bucket])}")

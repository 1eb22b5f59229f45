"""The timeline that a preset means on a chain with a given block time: years per era, end date, totals, shares of the bucket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from mdt.chain.block_time import BlockTime
from mdt.errors import ConfigError
from mdt.preset.settings import Settings
from mdt.units import Denomination

DAY = 86_400
YEAR = 365 * DAY


@dataclass(frozen=True)
class Timeline:
    """What a preset comes to. Amounts in wei, times in seconds."""

    block_time: Fraction
    era_seconds: Fraction
    eras: int
    end: datetime
    block_reward_total: int
    block_reward_cap: int
    emission_ceiling: int
    emission_cap: int
    bucket: int
    inflation_per_year: int
    schedules_cap: int
    unit: Denomination

    def lines(self) -> list[tuple[str, str]]:
        """Label and value, for a table."""
        return [
            ("block time", f"{float(self.block_time):.3f} s"),
            ("era", f"{float(self.era_seconds / DAY):,.2f} days = {float(self.era_seconds / YEAR):.2f} years"),
            ("eras paid", f"{self.eras}, the last ends about {self.end:%Y-%m-%d}"),
            ("block reward, all eras", f"{self.unit.format(self.block_reward_total)} {self._channel(self.block_reward_cap)}"),
            ("  share of the bucket", _percent(min(self.block_reward_total, self.block_reward_cap), self.bucket)),
            ("epoch emission, ceiling", f"{self.unit.format(self.emission_ceiling)} {self._channel(self.emission_cap)}"),
            ("  share of the bucket", _percent(min(self.emission_ceiling, self.emission_cap), self.bucket)),
            *self._scheduled(),
            ("block-emission bucket", self.unit.format(self.bucket)),
        ]

    def _scheduled(self) -> list[tuple[str, str]]:
        if not self.schedules_cap:
            return []
        return [("by schedule, in a year", f"{self.unit.format(self.inflation_per_year)} {self._channel(self.schedules_cap)}")]

    def _channel(self, cap: int) -> str:
        return f"of a channel of {self.unit.format(cap)}" if cap else "and no right to mint any of it"


def derive(settings: Settings, block_time: BlockTime, now: datetime | None = None) -> Timeline:
    """The timeline at the measured block time, or at the preset's own where it was not measured.

    Raises:
        ConfigError: a channel can exceed its cap, or an era lasts over 10% longer or shorter than declared.
    """
    halving, emission, amount = settings.halving, settings.emission, settings.denomination.format
    seconds = block_time.seconds if block_time.seconds is not None else Fraction(halving.block_time)
    era = seconds * halving.interval_blocks
    if abs(era - halving.era_length) * 10 > halving.era_length:
        raise ConfigError(
            f"{settings.name}: halving.era_length declares {halving.era_length / DAY:,.2f} days, but {halving.interval_blocks:,} blocks of"
            f" {block_time} take {float(era / DAY):,.2f} days, over 10% off: correct interval_blocks and initial_reward for this chain"
        )
    ceiling = settings.emission_mint_ceiling
    if ceiling > emission.channel_cap:
        raise ConfigError(
            f"{settings.name}: all epochs together can have minted {amount(ceiling)}, above emission.channel_cap {amount(emission.channel_cap)}:"
            " lower base_reward or lengthen epoch_blocks"
        )
    if halving.is_minter and halving.lifetime_total > halving.channel_cap:
        raise ConfigError(f"{settings.name}: all eras together pay {amount(halving.lifetime_total)}, above halving.channel_cap")
    eras = halving.halvings + 1
    return Timeline(
        block_time=seconds,
        era_seconds=era,
        eras=eras,
        end=(now or datetime.now(UTC)) + timedelta(seconds=float(era * eras)),
        block_reward_total=halving.lifetime_total,
        block_reward_cap=halving.channel_cap,
        emission_ceiling=settings.emission_lifetime_ceiling,
        emission_cap=emission.channel_cap,
        bucket=settings.token.buckets.block_emission,
        inflation_per_year=sum(payment.amount * (YEAR // seconds // payment.interval_blocks) for payment in settings.schedules if payment.is_minted),
        schedules_cap=settings.schedule_minting.channel_cap,
        unit=settings.denomination,
    )


def _percent(part: int, whole: int) -> str:
    return f"{part * 10_000 // whole / 100:.2f}%"

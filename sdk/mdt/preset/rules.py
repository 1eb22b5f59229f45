"""A whole preset, and what must hold between its sections."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from mdt.names import MARKET
from mdt.preset.allotments import POOLS, GenesisList, VestingTable, check_genesis
from mdt.preset.lifecycle import Fees, PoolList, ScheduleList, ScheduleMinting, check_lifecycle
from mdt.preset.markets import MarketList, check_markets
from mdt.preset.quantities import Section
from mdt.preset.sections import Distribution, Emission, Governance, Halving, Recycling, Slashing, Staking, Token, Treasury
from mdt.units import BPS, Denomination, format_seconds


class Settings(Section):
    """One preset: all numbers of the system."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    token: Token
    halving: Halving
    emission: Emission
    distribution: Distribution
    recycling: Recycling
    staking: Staking
    slashing: Slashing
    governance: Governance
    treasury: Treasury
    vesting: VestingTable
    genesis: GenesisList
    fees: Fees
    schedule_minting: ScheduleMinting
    pools: PoolList
    schedules: ScheduleList
    markets: MarketList = Field(default_factory=list)

    @property
    def denomination(self) -> Denomination:
        """How the preset's amounts are written."""
        return Denomination(self.token.symbol, self.token.decimals)

    @property
    def emission_lifetime_ceiling(self) -> int:
        """Wei of adaptive emission if every epoch of all eras had U = 1, rounded up: no schedule can ask for more."""
        h = self.halving
        weighted_blocks = h.interval_blocks * sum(2 ** (h.halvings - era) for era in range(h.halvings + 1))
        ceiling: int = -(-self.emission.base_reward * weighted_blocks // (self.emission.epoch_blocks * 2**h.halvings))
        return ceiling

    @property
    def scheduled_into_recycling(self) -> int:
        """Wei that the minted schedules a deployment begins with bring into the recycling pool while epochs pay, where they are spent first."""
        blocks = self.halving.interval_blocks * (self.halving.halvings + 1)
        paying = [payment for payment in self.schedules if payment.is_minted and payment.to == "RecyclingPool"]
        return sum(payment.amount * (min(blocks, payment.duration_blocks or blocks) // payment.interval_blocks) for payment in paying)

    @property
    def emission_mint_ceiling(self) -> int:
        """Wei that epochs can have minted in their life: what all of them pay at U = 1, less what schedules bring in."""
        return max(0, self.emission_lifetime_ceiling - self.scheduled_into_recycling)

    @model_validator(mode="after")
    def _channels_fit_their_bucket(self) -> Self:
        amount = self.denomination.format
        together = self.halving.channel_cap + self.emission.channel_cap + self.schedule_minting.channel_cap
        bucket = self.token.buckets.block_emission
        if together > bucket:
            raise ValueError(
                f"channel_cap of halving, emission and schedule_minting sum to {amount(together)}, the block_emission bucket holds {amount(bucket)}"
            )
        ceiling = self.emission_mint_ceiling
        if ceiling > self.emission.channel_cap:
            raise ValueError(f"emission can ask for {amount(ceiling)} in its life, emission.channel_cap is {amount(self.emission.channel_cap)}")
        epoch_seconds = self.emission.epoch_blocks * self.halving.block_time
        if self.emission.report_delay >= epoch_seconds:
            raise ValueError(
                f"emission.report_delay is {format_seconds(self.emission.report_delay)}, it must be below an epoch's "
                f"{format_seconds(epoch_seconds)}, or reports pile up"
            )
        return self

    @model_validator(mode="after")
    def _offences_are_punished_before_the_stake_is_gone(self) -> Self:
        slashing, unbonding = self.slashing, self.staking.unbonding
        provable = slashing.evidence_blocks * self.halving.block_time
        if provable + slashing.appeal > unbonding:
            raise ValueError(
                f"slashing.evidence_blocks take {format_seconds(provable)} and slashing.appeal {format_seconds(slashing.appeal)}: together they must be at "
                f"most staking.unbonding = {format_seconds(unbonding)}, or the stake is gone before the slash is final"
            )
        if provable + 2 * slashing.warning > unbonding:
            raise ValueError(
                f"slashing.evidence_blocks take {format_seconds(provable)} and slashing.warning {format_seconds(slashing.warning)}: with twice the "
                f"warning they must be at most staking.unbonding = {format_seconds(unbonding)}, or the stake is gone before an announced slash takes it"
            )
        return self

    @model_validator(mode="after")
    def _a_new_minter_waits_longest(self) -> Self:
        delay, wait = self.governance.delay, self.token.grant_delay
        if delay >= wait:
            raise ValueError(
                f"governance.delay is {format_seconds(delay)}, it must be below token.grant_delay = {format_seconds(wait)},"
                " or a new minter is active before a vote could withdraw it"
            )
        return self

    @model_validator(mode="after")
    def _fees_are_payable(self) -> Self:
        amount = self.denomination.format
        most = self.token.cap // BPS
        for name in type(self.fees).model_fields:
            least = getattr(self.fees, name).least
            if least > most:
                raise ValueError(f"fees.{name}.least is {amount(least)}, allowed at most a ten-thousandth of the cap, {amount(most)}")
        return self

    @model_validator(mode="after")
    def _genesis_fits(self) -> Self:
        buckets = self.token.buckets
        check_genesis(self.genesis, self.vesting, dict(zip(buckets.names(), buckets.as_list(), strict=True)), self.token.cap, self.denomination)
        to_pools = sum(allotment.amount for allotment in self.genesis if allotment.to == POOLS)
        supply = sum(allotment.amount for allotment in self.genesis)
        check_lifecycle(self.pools, self.schedule_minting, self.schedules, to_pools, supply, self.denomination)
        check_markets(self.markets, [(one.bucket, one.amount) for one in self.genesis if one.to == MARKET], self.denomination)
        return self

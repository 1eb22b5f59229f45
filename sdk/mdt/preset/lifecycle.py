"""The token's life after genesis as a preset states it: the pools and schedules a deployment begins with, and what part of which fee burns."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mdt.model.inflation import per_block
from mdt.model.schedules import Kind
from mdt.preset.channel import Channel
from mdt.preset.quantities import BasisPoints, Blocks, Bps, Count, PositiveWei, Section, Wei
from mdt.units import Denomination

MAX_INTERVAL = 10_000_000
MAX_TRANSFER_BURN_BPS = 1_000
"""contracts/distribution/FeeDesk.vy: what a vote can take from payments."""


class ReservePool(Section):
    """A reserve pool that a deployment begins with; genesis mints its tokens `to: ReservePools`."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    amount: Wei


class Payment(Section):
    """An amount every so many blocks that a deployment begins with, to a contract that can use it, or to `pool N`; governance adds others."""

    kind: Literal["validators", "relays", "pool", "treasury", "development"]
    to: Annotated[str, Field(pattern=r"^(Staking|Treasury|RecyclingPool|pool [1-9][0-9]*)$")]
    amount: PositiveWei
    interval_blocks: Annotated[int, Count(1, MAX_INTERVAL)]
    duration_blocks: Annotated[int, Count(0, 2**32 - 1)]
    is_minted: bool

    @property
    def kind_number(self) -> int:
        """As the contract counts kinds."""
        return int(Kind[self.kind.upper()])

    @property
    def recipient(self) -> str:
        """The contract that is paid."""
        return "ReservePools" if self.pool_id else self.to

    @property
    def pool_id(self) -> int:
        """Number of the pool that is paid; 0 for other kinds."""
        return int(self.to.removeprefix("pool ")) if self.to.startswith("pool ") else 0

    @model_validator(mode="after")
    def _pool_is_a_pool(self) -> Self:
        if (self.kind == "pool") != (self.pool_id > 0):
            raise ValueError(f"kind {self.kind} is paid to {self.to!r}: kind pool goes to 'pool 1', and only that kind")
        if self.to == "Staking" and self.kind != "validators":
            raise ValueError(f"kind {self.kind} is paid to 'Staking': that streams what is of kind validators to its stakers, and takes nothing else")
        if 0 < self.duration_blocks < self.interval_blocks:
            raise ValueError(f"duration_blocks is {self.duration_blocks:,}, it must be 0, for ever, or at least interval_blocks = {self.interval_blocks:,}")
        return self


class Inflation(Section):
    """What the minted schedules of a preset pay together: a share of the genesis supply a year, in whole tokens a block."""

    rate_bps: Annotated[int, BasisPoints(high=5_000)]
    blocks_per_year: Blocks


class ScheduleMinting(Channel):
    """What schedules may mint out of the block_emission bucket; nothing at a channel_cap of zero, then they are funded beforehand."""

    inflation: Inflation


class FeeTerms(Section):
    """What becomes of a fee: the burned part, the least that is taken at once, and where the rest goes."""

    burn_bps: Bps
    least: PositiveWei
    rest: Literal["recycling", "treasury"]


class TransferTerms(Section):
    """The part of a payment through the desk that burns; the payee gets the rest."""

    burn_bps: Annotated[int, BasisPoints(high=MAX_TRANSFER_BURN_BPS)]
    least: PositiveWei


class Fees(Section):
    """What the fee desk takes; gas fees and sales stand under `recycling`, slashes under `slashing`."""

    registration: FeeTerms
    unmet_quota: FeeTerms
    transfer: TransferTerms

    def as_terms(self) -> list[dict[str, int | bool]]:
        """Registration, unmet quota and transfer by the fields of IFeeDesk.Terms."""
        rows = [(terms.burn_bps, terms.least, terms.rest == "treasury") for terms in (self.registration, self.unmet_quota)]
        rows.append((self.transfer.burn_bps, self.transfer.least, False))
        return [{"burn_bps": bps, "least": least, "is_to_treasury": to_treasury} for bps, least, to_treasury in rows]


PoolList = Annotated[list[ReservePool], Field(max_length=20)]
ScheduleList = Annotated[list[Payment], Field(max_length=20)]


def check_lifecycle(pools: list[ReservePool], minting: ScheduleMinting, schedules: list[Payment], to_pools: int, supply: int, unit: Denomination) -> None:
    """Refuse what the contracts would refuse at deploy, or an inflation that is not the stated one.

    Args:
        pools: What the pools begin with.
        minting: What schedules may mint.
        schedules: Those the deployment begins with.
        to_pools: Wei that genesis mints to the pools.
        supply: Wei that genesis mints in all.
        unit: How amounts of the token are written.

    Raises:
        ValueError: names the entry and what is allowed.
    """
    amount, wanted = unit.format, sum(pool.amount for pool in pools)
    if wanted != to_pools:
        raise ValueError(f"pools begin with {amount(wanted)} together, genesis mints {amount(to_pools)} to ReservePools: they must be equal")
    for number, payment in enumerate(schedules):
        if payment.pool_id > len(pools):
            raise ValueError(f"schedules.{number}: there is no pool {payment.pool_id}; there are {len(pools)}")
        if payment.is_minted and not minting.is_minter:
            raise ValueError(f"schedules.{number}: is_minted, and schedule_minting.channel_cap is zero: nothing could be minted")
    inflation = minting.inflation
    pays = sum(Fraction(payment.amount, payment.interval_blocks) for payment in schedules if payment.is_minted)
    stated = per_block(supply, inflation.rate_bps, inflation.blocks_per_year, unit.decimals)
    if pays != stated:
        raise ValueError(
            f"the minted schedules pay {amount(int(pays))} a block together, inflation of {inflation.rate_bps} bps on {amount(supply)} is {amount(stated)}"
        )

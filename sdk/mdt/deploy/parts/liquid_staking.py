"""A share over delegations, deployed beside the suite."""

from __future__ import annotations

from mdt.deploy.parts.part import At, Part
from mdt.deploy.parts.values import owner
from mdt.model.liquid_staking import LiquidTerms
from mdt.units import DAY

FIRST_TERMS = LiquidTerms(
    flow_seconds=7 * DAY,
    cycle_seconds=DAY,
    wait_seconds=30 * DAY,
    fee_bps=500,
    commission_limit_bps=2_000,
    deposit_limit=1_000_000,
)

LIQUID_STAKING = Part(
    "LiquidStaking",
    values={
        "_token": At("MDT", is_shown=False),
        "_staking": At("Staking"),
        "_treasury": At("Treasury"),
        "_terms": lambda _: FIRST_TERMS,
        "_owner": owner,
    },
    may={"owner": "give validators weights, set fee, commission limit and deposit limit inside fixed bounds"},
)

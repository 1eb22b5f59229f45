"""Where tokens go after they were minted: miners, the recycling pool, reserve pools, schedules and the fee desk."""

from __future__ import annotations

from typing import Any

from mdt.chain.contract import Contract
from mdt.deploy.parts.part import At, Part, Wire
from mdt.deploy.parts.values import no_predecessor, owner
from mdt.model.reasons import Burn, Fee
from mdt.model.schedules import REASONS

DESK_KINDS = 3
"""Registration, unmet quota, transfer: contracts/distribution/FeeDesk.vy."""


def _desk_terms(desk: Contract, _wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The terms of what the fee desk takes itself, in the constructor's order."""
    treasury, rows = desk.call("TREASURY"), desk.call("table")[len(Fee) - DESK_KINDS :]
    return [{"burn_bps": row.burn_bps, "least": row.least, "is_to_treasury": row.rest_to == treasury} for row in rows]


RECYCLING_POOL = Part(
    "RecyclingPool",
    values={
        "_token": At("MDT"),
        "_fee_burn_bps": lambda given: given.settings.recycling.fee_burn_bps,
        "_predecessor": no_predecessor,
        "_owner": owner,
    },
    wiring=(Wire("wire RecyclingPool", "set_drawer", to="EmissionController", getter="drawer"),),
    burns=(Burn.TRANSACTION_FEE, Burn.DEFLATION),
    may={"owner": "name the drawer", "drawer": "take what is recycled, before anything is minted"},
)

DISTRIBUTOR = Part(
    "RewardDistributor",
    values={"_token": At("MDT", is_shown=False), "_owner": owner},
    wiring=(Wire("wire RewardDistributor", "set_funder", to="EmissionController", getter="funder"),),
    may={"owner": "name the funder", "funder": "fund claims and set the root"},
)

RESERVE_POOLS = Part(
    "ReservePools",
    values={
        "_token": At("MDT"),
        "_treasury": At("Treasury"),
        "_sale_burn_bps": lambda given: given.settings.recycling.sale_burn_bps,
        "_owner": owner,
    },
    burns=(Burn.TRANSACTION_FEE,),
    may={
        "owner": "create and close pools, name their operators, fix the terms of sale",
        "operator": "give the pool's tokens to buyers, move its price inside the bounds",
    },
)

SCHEDULES = Part(
    "DistributionSchedules",
    values={"_token": At("MDT"), "_treasury": At("Treasury"), "_staking": At("Staking"), "_owner": owner},
    mints=tuple(REASONS.values()),
    channel=lambda settings: settings.schedule_minting,
    may={"owner": "create, change, pause and cancel schedules"},
)

FEE_DESK = Part(
    "FeeDesk",
    values={
        "_token": At("MDT"),
        "_recycling_pool": At("RecyclingPool"),
        "_reserve_pools": At("ReservePools"),
        "_staking": At("Staking"),
        "_treasury": At("Treasury"),
        "_terms": lambda given: given.settings.fees.as_terms(),
        "_owner": owner,
    },
    burns=(Burn.TRANSACTION_FEE, Burn.DEFLATION, Burn.REGISTRATION),
    reads={"terms": _desk_terms},
    may={"owner": "set what part of which fee burns, inside the bounds"},
)

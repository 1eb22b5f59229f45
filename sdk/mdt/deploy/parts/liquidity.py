"""Markets for MDT, one contract a pair: deployed beside the suite, as many as there are pairs."""

from __future__ import annotations

from typing import Any

from mdt.deploy.parts.part import At, Given, Part
from mdt.deploy.parts.values import owner
from mdt.errors import DeploymentError
from mdt.model.liquidity_pool import Fees
from mdt.model.reasons import Burn
from mdt.units import DAY

NAME, SYMBOL = "MDT liquidity", "MDT-LP"
FIRST_FEES = Fees(fee_bps=30, protocol_bps=0, is_burned=True)
FEE_DELAY = 7 * DAY


def _paired(_given: Given) -> Any:
    raise DeploymentError("a liquidity pool is for MDT and one other token: say which (paired)")


LIQUIDITY_POOL = Part(
    "LiquidityPool",
    values={
        "_token": At("MDT"),
        "_paired": _paired,
        "_treasury": At("Treasury"),
        "_name": lambda _: NAME,
        "_symbol": lambda _: SYMBOL,
        "_fees": lambda _: FIRST_FEES,
        "_fee_delay": lambda _: FEE_DELAY,
        "_owner": owner,
    },
    burns=(Burn.TRANSACTION_FEE,),
    may={"owner": "announce fees inside fixed bounds, send the treasury what is held beyond the reserves"},
)

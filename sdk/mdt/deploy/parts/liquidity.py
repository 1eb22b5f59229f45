"""Markets for MDT, one contract a pair: deployed beside the suite, as many as there are pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mdt.deploy.parts.part import At, Given, Part
from mdt.deploy.parts.values import owner
from mdt.errors import DeploymentError
from mdt.model.liquidity_pool import Fees
from mdt.model.reasons import Burn
from mdt.names import TIMELOCK
from mdt.preset.markets import Market
from mdt.units import DAY, Denomination

NAME, SYMBOL = "MDT liquidity", "MDT-LP"
FIRST_FEES = Fees(fee_bps=30, protocol_bps=0, is_burned=True)
FEE_DELAY = 7 * DAY
TEST_SUPPLY = 1_000_000
"""Whole tokens of a test token that the deployer gets, if a seed does not need more."""


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


def test_token(market: Market) -> str:
    """What the token that a deployment makes for a market is called: it runs the code of the suite's own."""
    return f"MDT:{market.name}"


def paired_token(market: Market) -> str:
    """The contract of the paired token, as steps name it."""
    return test_token(market) if market.paired.is_test else f"ERC20@{market.paired.token}"


def test_supply(market: Market) -> int:
    """Units of its test token that the deployer gets."""
    return max(TEST_SUPPLY * int(10**market.paired.decimals), 2 * market.seed_paired)


def unit_of_step(markets: Sequence[Market], contract: str, usual: Denomination) -> Denomination:
    """How a step writes amounts: those of a paired token in its own unit."""
    return next((one.paired.unit for one in markets if contract in (paired_token(one), test_token(one))), usual)


def told(markets: Sequence[Market], contract: str, function: str, values: Sequence[Any], usual: Denomination) -> list[Any]:
    """The arguments of a step, with what is deposited in a market as texts, each side in its unit."""
    market = next((one for one in markets if one.contract == contract), None)
    if market is None or function != "add":
        return list(values)
    tokens, paired, shares, *others = values
    return [usual.format(tokens), market.paired.unit.format(paired), Denomination("shares", 18).format(shares), *others]


def changed(market: Market, symbol: str, owned_by: str, deployer: str) -> Mapping[str, Mapping[str, Any]]:
    """What the constructors of a market, and of its test token, are given besides the contracts around them; a contract by "@Name".

    Args:
        market: As the preset or a command states it.
        symbol: Of the token itself.
        owned_by: `Timelock`, or an address: from its constructor on, so that nobody has to hand it over.
        deployer: Who makes it.
    """
    terms = {
        "paired": f"@{test_token(market)}" if market.paired.is_test else market.paired.token,
        "name": market.share_name(symbol),
        "symbol": market.share_symbol(symbol),
        "fees": asdict(market.fees),
        "fee_delay": market.fee_delay,
        "owner": f"@{TIMELOCK}" if owned_by == TIMELOCK else owned_by,
    }
    token = {
        "name": f"Test {market.paired.symbol}",
        "symbol": market.paired.symbol,
        "decimals": market.paired.decimals,
        "bucket_caps": [test_supply(market), 0, 0, 0, 0],
        "grant_delay": DAY,
        "owner": deployer,
        "guardian": deployer,
    }
    return {market.contract: terms} | ({test_token(market): token} if market.paired.is_test else {})

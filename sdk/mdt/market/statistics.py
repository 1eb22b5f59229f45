"""All figures of a token at once: supply, growth, burns, liquidity, and where the tokens are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.market.payments import Desk
from mdt.market.pools import Liquidity, Pools
from mdt.market.supply import Economics, Supply, economics_of, supply_of
from mdt.model.reasons import Burn, Fee, Mint
from mdt.preset.settings import Buckets
from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Statistics:
    """The figures of a deployment.

    Attributes:
        buckets: Cap and what was minted of it, by name.
        held: What each contract of the suite holds, in wei.
    """

    address: str
    name: str
    symbol: str
    is_setup_finished: bool
    supply: Supply
    economics: Economics
    fees: list[tuple[Fee, Any]]
    liquidity: Liquidity
    buckets: dict[str, tuple[int, int]]
    minted: dict[Mint, int]
    burned: dict[Burn, int]
    held: dict[str, int]

    @classmethod
    def of(cls, suite: Suite) -> Statistics:
        """Read them."""
        token = suite["MDT"]
        return cls(
            str(token.address),
            str(token.call("name")),
            str(token.call("symbol")),
            bool(token.call("is_setup_finished")),
            supply_of(suite),
            economics_of(suite),
            Desk(suite).table(),
            Pools(suite).liquidity(),
            {name: (int(token.call("bucket_cap", number)), int(token.call("minted_by_bucket", number))) for number, name in enumerate(Buckets.names())},
            {one: int(token.call("minted_by_reason", int(one))) for one in Mint},
            {one: int(token.call("burned_by_reason", int(one))) for one in Burn},
            {name: int(token.call("balanceOf", contract.address)) for name, contract in suite.every.items()},
        )

    def document(self) -> dict[str, Any]:
        """For JSON."""
        supply, liquidity = self.supply, self.liquidity
        return {
            "address": self.address,
            "name": self.name,
            "symbol": self.symbol,
            "setup_finished": self.is_setup_finished,
            "cap": str(supply.cap),
            "total_minted": str(supply.minted),
            "total_burned": str(supply.burned),
            "total_supply": str(supply.total),
            "circulating_supply": str(supply.circulating),
            "set_aside": {name: str(value) for name, value in supply.set_aside.items()},
            "issued_bps": supply.issued_bps,
            "economics": self.economics.document() | {"burn_bps": {kind.name.lower(): int(row.burn_bps) for kind, row in self.fees}},
            "marketplace": {
                "total": str(liquidity.total),
                "available": str(liquidity.available),
                "reserved": str(liquidity.reserved),
                "active_pools": liquidity.active_pools,
            },
            "buckets": {name: {"cap": str(cap), "minted": str(value)} for name, (cap, value) in self.buckets.items()},
            "minted_by_reason": {one.name.lower(): str(value) for one, value in self.minted.items()},
            "burned_by_reason": {one.name.lower(): str(value) for one, value in self.burned.items()},
            "held_by": {name: str(value) for name, value in self.held.items()},
        }

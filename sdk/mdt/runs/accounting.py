"""The balance sheet of a run: every wei that was minted, and where it is now.

Each line compares two numbers that were counted by different contracts, or by a contract and by the run itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mdt.deployments import Suite
from mdt.model.reasons import Burn, Mint
from mdt.settings import Buckets


@dataclass(frozen=True)
class Settled:
    """What one settlement paid (wei; utility in WAD), as its event said."""

    epoch: int
    utility: int
    emission: int
    recycled: int
    minted: int
    miner_share: int
    validator_share: int
    dao_share: int
    is_clamped: bool
    miner_outcome: str


@dataclass(frozen=True)
class Line:
    """One equation of the sheet, both sides in wei."""

    name: str
    left: int
    right: int

    @property
    def is_true(self) -> bool:
        """Whether both sides are equal."""
        return self.left == self.right


@dataclass(frozen=True)
class BalanceSheet:
    """All amounts in wei.

    Attributes:
        cap: what can ever be minted.
        minted_by_bucket: by bucket name.
        minted_by_reason: by mint reason, zero ones left out.
        burned_by_reason: by burn reason, zero ones left out.
        held: by holder; contracts by name, accounts by role.
        lines: the equations that must hold.
    """

    cap: int
    minted: int
    burned: int
    supply: int
    minted_by_bucket: dict[str, int]
    minted_by_reason: dict[str, int]
    burned_by_reason: dict[str, int]
    held: dict[str, int]
    lines: list[Line]

    @property
    def wrong(self) -> list[Line]:
        """The equations that do not hold."""
        return [line for line in self.lines if not line.is_true]


def draw_up(suite: Suite, holders: Mapping[str, Sequence[str]], miners: Iterable[str], settled: Sequence[Settled], treasury_genesis: int) -> BalanceSheet:
    """Read the chain and add everything up.

    Args:
        suite: the contracts.
        holders: every account that may hold tokens, by role.
        miners: every account that may have claimed.
        settled: what the run saw being settled.
        treasury_genesis: wei the treasury got at genesis.
    """
    token, staking, pool, reward = suite["MDT"], suite["Staking"], suite["RecyclingPool"], suite["BlockReward"]
    controller, distributor = suite["EmissionController"], suite["RewardDistributor"]
    balances = {name: int(token.call("balanceOf", contract.address)) for name, contract in suite.contracts.items()}
    held = balances | {role: sum(int(token.call("balanceOf", one)) for one in accounts) for role, accounts in holders.items()}
    minted, burned, supply = (int(token.call(name)) for name in ("total_minted", "total_burned", "totalSupply"))
    by_bucket = {name: int(token.call("minted_by_bucket", number)) for number, name in enumerate(Buckets.names())}
    by_reason = {one.name.lower(): int(token.call("minted_by_reason", int(one))) for one in Mint}
    burned_by = {one.name.lower(): int(token.call("burned_by_reason", int(one))) for one in Burn}
    claimed = sum(int(distributor.call("claimed", miner)) for miner in miners)
    network = staking.call("network")
    emitted, to_validators = sum(one.emission for one in settled), sum(one.validator_share for one in settled)
    paid_miners = sum(one.miner_share for one in settled if one.miner_outcome == "paid")
    streamed_out = network.rewards_paid + network.rewards_recycled
    pool_in, pool_out = int(pool.call("total_fees")) + int(pool.call("total_recycled")), int(pool.call("total_burned")) + int(pool.call("total_drawn"))
    lines = [
        Line("supply = minted - burned", supply, minted - burned),
        Line("supply = everything held", supply, sum(held.values())),
        Line("minted = sum of the buckets", minted, sum(by_bucket.values())),
        Line("minted = sum of the reasons", minted, sum(by_reason.values())),
        Line("burned = sum of the reasons", burned, sum(burned_by.values())),
        Line("no bucket over its cap", 0, sum(max(0, by_bucket[name] - int(token.call("bucket_cap", n))) for n, name in enumerate(Buckets.names()))),
        Line("minted for epochs = emitted - recycled", by_reason["epoch_emission"], emitted - sum(one.recycled for one in settled)),
        Line("controller's total = epochs seen here", int(controller.call("total_emitted")), emitted),
        Line("controller holds nothing", balances["EmissionController"], 0),
        Line("every epoch's shares sum to its emission", sum(one.miner_share + one.validator_share + one.dao_share for one in settled), emitted),
        Line("block rewards minted = released", by_reason["block_reward"], int(reward.call("total_released"))),
        Line("distributor funded = miner shares paid out", int(distributor.call("total_funded")), paid_miners),
        Line("distributor holds = funded - claimed", balances["RewardDistributor"], int(distributor.call("total_funded")) - claimed),
        Line("staking got = validator shares + block rewards", network.rewards_received, to_validators + by_reason["block_reward"]),
        Line(
            "staking holds = stakes + unbonding + rewards not yet paid",
            balances["Staking"],
            network.total_staked + network.total_unbonding + network.rewards_received - streamed_out,
        ),
        Line("pool holds = fees + recycled - burned - drawn", balances["RecyclingPool"], pool_in - pool_out),
        Line("treasury holds = genesis + DAO shares", balances["Treasury"], treasury_genesis + sum(one.dao_share for one in settled)),
    ]
    return BalanceSheet(
        cap=int(token.call("cap")),
        minted=minted,
        burned=burned,
        supply=supply,
        minted_by_bucket=by_bucket,
        minted_by_reason={name: amount for name, amount in by_reason.items() if amount},
        burned_by_reason={name: amount for name, amount in burned_by.items() if amount},
        held=held,
        lines=lines,
    )

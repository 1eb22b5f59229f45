"""The balance sheet of a run: every wei that was minted, and where it is now.

Each line compares two numbers that were counted by different contracts, or by a contract and by the run itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdt.model.reasons import Burn, Mint
from mdt.preset.genesis import Allocation
from mdt.preset.settings import Buckets
from mdt.runs.offences import ESCROWED, OVERTURNED, Offences
from mdt.runs.stakers import StakeBook, shares_held, unbonding
from mdt.suite.opened import Suite


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


def draw_up(
    suite: Suite, holders: Mapping[str, Sequence[str]], miners: Iterable[str], settled: Sequence[Settled], genesis: Sequence[Allocation], book: StakeBook
) -> BalanceSheet:
    """Read the chain and add everything up.

    Args:
        suite: the contracts.
        holders: every account that may hold tokens, by role.
        miners: every account that may have claimed.
        settled: what the run saw being settled.
        genesis: what was minted before the set-up was finished.
        book: what the run saw happen to stake.
    """
    token, staking, pool, reward = suite["MDT"], suite["Staking"], suite["RecyclingPool"], suite["BlockReward"]
    controller, distributor = suite["EmissionController"], suite["RewardDistributor"]
    balances = {name: int(token.call("balanceOf", contract.address)) for name, contract in suite.every.items()}
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
    _, slashes_burned, slashes_kept, _ = (int(part) for part in suite["Slasher"].call("totals"))
    pool_in, pool_out = int(pool.call("total_fees")) + int(pool.call("total_recycled")), int(pool.call("total_burned")) + int(pool.call("total_drawn"))
    treasury_genesis = sum(one.amount for one in genesis if one.recipient == "Treasury" and one.vesting is None)
    lines = [
        Line("supply = minted - burned", supply, minted - burned),
        Line("supply = everything held", supply, sum(held.values())),
        Line("minted = sum of the buckets", minted, sum(by_bucket.values())),
        Line("minted = sum of the reasons", minted, sum(by_reason.values())),
        Line("burned = sum of the reasons", burned, sum(burned_by.values())),
        Line("no bucket over its cap", 0, sum(max(0, by_bucket[name] - int(token.call("bucket_cap", n))) for n, name in enumerate(Buckets.names()))),
        Line("minted as genesis = what was allotted", by_reason["genesis"], sum(one.amount for one in genesis)),
        *_vesting_lines(suite, genesis, balances["Vesting"]),
        Line("minted for epochs = emitted - recycled", by_reason["epoch_emission"], emitted - sum(one.recycled for one in settled)),
        Line("controller's total = epochs seen here", int(controller.call("total_emitted")), emitted),
        Line("controller holds nothing", balances["EmissionController"], 0),
        Line("every epoch's shares sum to its emission", sum(one.miner_share + one.validator_share + one.dao_share for one in settled), emitted),
        Line("block rewards minted = released", by_reason["block_reward"], int(reward.call("total_released"))),
        Line("distributor funded = miner shares paid out", int(distributor.call("total_funded")), paid_miners),
        Line("distributor holds = funded - claimed", balances["RewardDistributor"], int(distributor.call("total_funded")) - claimed),
        Line("staking got = validator shares + block rewards", network.rewards_received, to_validators + by_reason["block_reward"]),
        Line(
            "staking holds = principal + rewards not yet paid",
            balances["Staking"],
            network.principal + network.rewards_received - streamed_out,
        ),
        *_stake_lines(suite, book, network),
        *_slash_lines(suite, book, balances["Slasher"]),
        Line("burned as slashes = burned by the slasher", burned_by["slash"], slashes_burned),
        Line("pool holds = fees + recycled - burned - drawn", balances["RecyclingPool"], pool_in - pool_out),
        Line(
            "treasury holds = genesis + DAO shares + slashes - spent",
            balances["Treasury"],
            treasury_genesis + sum(one.dao_share for one in settled) + slashes_kept - int(suite["Treasury"].call("total_spent", token.address)),
        ),
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


def _vesting_lines(suite: Suite, genesis: Sequence[Allocation], held: int) -> list[Line]:
    """What vests, three ways: what was allotted, what the schedules say, and the contract's balance."""
    beneficiaries = {one.recipient for one in genesis if one.vesting is not None}
    schedules = [one for account in sorted(beneficiaries) for first in (0, 32) for one in suite["Vesting"].call("schedules", account, first, 32)]
    return [
        Line("locked in schedules = allotted to vest", sum(one.amount for one in schedules), sum(one.amount for one in genesis if one.vesting is not None)),
        Line("vesting holds = locked - claimed", held, sum(one.amount - one.claimed for one in schedules)),
    ]


def _stake_lines(suite: Suite, book: StakeBook, network: Any) -> list[Line]:
    """Principal three ways: the network's sum, the pools', and what went in and out; and shares to the last one."""
    staking = suite["Staking"]
    pools = [staking.call("validator", number) for number in range(1, network.validator_count + 1)]
    slashed = int(suite["Slasher"].call("totals")[0])
    return [
        Line("principal = pools + unbonding", network.principal, sum(pool.tokens for pool in pools) + unbonding(staking, book.positions)),
        Line(
            "principal = staked + restaked + restored - withdrawn - slashed",
            network.principal,
            book.staked + book.restaked + book.restored - book.withdrawn - slashed,
        ),
        Line("shares of the pools = positions", sum(pool.shares for pool in pools), shares_held(staking, book.positions)),
        Line("staking paid = claims and restakes seen here", network.rewards_paid, book.restaked + sum(book.paid.values())),
    ]


def _slash_lines(suite: Suite, book: StakeBook, held: int) -> list[Line]:
    """Where slashed tokens are: the slasher's sums beside its records, its balance and the pools."""
    slashed, burned, to_treasury, given_back = (int(part) for part in suite["Slasher"].call("totals"))
    records = Offences(suite, book).records()
    escrowed = sum(slash.amount + slash.answered for slash in records.values() if slash.status == ESCROWED)
    owners = {owner for _, owner, _ in book.positions}
    overturned = [slash_id for slash_id, slash in records.items() if slash.status == OVERTURNED]
    owed = sum(int(suite["Staking"].call("restitution", suite["Slasher"].address, slash_id, owner)) for slash_id in overturned for owner in owners)
    return [
        Line("slashed = sum of the slashes and answers", slashed, sum(slash.amount + slash.answered for slash in records.values())),
        Line("slashed = burned + to the treasury + given back + in escrow", slashed, burned + to_treasury + given_back + escrowed),
        Line("given back = restored to pools + restitution paid + owed", given_back, book.restored + book.restituted + owed),
        Line("slasher holds = in escrow + restitution owed", held, escrowed + owed),
    ]

"""Which contracts can be put in the place of which, with what beside them, and which cannot be replaced at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mdt.replacing import desk, emission, pools, schedules, slashing, treasury
from mdt.replacing.stages import Move, Stage


@dataclass(frozen=True)
class Replacement:
    """One row.

    Attributes:
        contract: What is replaced.
        stages: What follows once everything is made.
        beside: What is made anew after it, because it has its address for good.
        behind: What stays with the old one, in words.
    """

    contract: str
    stages: Callable[[Move], Iterator[Stage]]
    beside: tuple[str, ...] = ()
    behind: str = ""

    @property
    def makes(self) -> tuple[str, ...]:
        """Everything that is made, in order."""
        return self.contract, *self.beside


REPLACEMENTS: dict[str, Replacement] = {
    one.contract: one
    for one in (
        Replacement("BlockReward", emission.reward_stages, behind="its sums of what it released; what it still owed is owed by the new one"),
        Replacement(
            "EmissionController",
            emission.controller_stages,
            behind="the records of the epochs it paid, which the new one reads there. The Slasher goes on asking it for reporters: replace that next, and"
            " until then change the reporters of both",
        ),
        Replacement(
            "RootAudit",
            emission.controller_stages,
            ("EmissionController",),
            "bonds of its challenges, which are returned or taken there",
        ),
        Replacement(
            "RecyclingPool",
            emission.pool_stages,
            ("EmissionController",),
            "nothing: what reaches it later is absorbed by the new one, whenever anybody asks for it. Fees are deposited at the new one, which burns",
        ),
        Replacement(
            "RewardDistributor",
            emission.distributor_stages,
            ("EmissionController",),
            "what miners have not claimed: it stays theirs, and is claimed there. The new ledger begins at zero",
        ),
        Replacement(
            "Slasher",
            slashing.stages,
            ("StakingLens",),
            "the records of its slashes and what it punished: evidence that it took can be brought once more, until it is too old; whom it jailed can come"
            " back at once",
        ),
        Replacement("FeeDesk", desk.stages, behind="who had paid what (`paid_by`), its sums, and allowances, which payers give anew"),
        Replacement("ReservePools", pools.stages, behind="the books of the closed pools, refills, and allowances of buyers"),
        Replacement("DistributionSchedules", schedules.stages, behind="the cancelled schedules and what they paid"),
        Replacement(
            "Treasury",
            treasury.stages,
            behind="what the contracts that pay it bring until they are replaced, and tokens other than MDT: spend both on to the new one by votes",
        ),
    )
}
"""By contract."""

CANNOT: dict[str, str] = {
    "MDT": "balances and allowances are in it, and every contract has its address for good: a new token is a new suite",
    "Staking": "positions, locks and unbonding stake are in it, and nobody may move them: a new one is a new suite, into which everybody stakes anew",
    "StakingExtension": "it is a part of Staking's code, which is fixed",
    "Validators": "Staking takes one registry for good: a new one comes with a new Staking",
    "Vesting": "schedules are in it, and only their beneficiaries move them. Deploy another and name it to the treasury (set_vesting): old schedules go on",
    "Timelock": "it is the owner of everything. Deploy another, and hand the ownership of each contract over to it by votes",
    "LiquidityPool": "its shares are their holders', who can always leave with what they are worth. Open another market (`mdt market open`); the treasury takes"
    " its own liquidity out by a vote (`mdt market remove MARKET all --from-treasury`)",
    "LiquidStaking": "its shares are their holders', who can always leave in a batch. Open another and set this one's deposit limit to 0 by a vote",
    "Governor": "what it has proposed is in it. Deploy another, and give it PROPOSER_ROLE of the timelock and take it from this one, in one operation",
    "StakingLens": "nothing names it: it is made anew with the Slasher, or whenever somebody wants another one",
}
"""What this does not replace, and the way on."""

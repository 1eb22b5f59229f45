"""Gas of every external function, from receipts of one scripted life of the whole suite on an embedded chain.

`make snapshots` writes the result to `snapshots/gas.json`; a test runs the life again and compares. Each figure is the receipt's
gasUsed of a transaction of its own, 21,000 and calldata included, also for views: a view's cost matters where nodes limit `eth_call`.
The states are ordinary ones (balances not empty, streams running, a second report), not worst cases; those are benchmark rows.
"""

from __future__ import annotations

from bench.gas.lives import desk, distribution, emission, governance, liquid, liquidity, pools, slashing, staking, token, votes
from bench.gas.lives.life import DAY, QUORUM, REPORTERS, UNIT, Life, Views
from mdt.deploy.parts import PARTS

CHAPTERS = (
    token.found,
    token.use,
    distribution.recycle,
    distribution.claim,
    staking.live,
    distribution.follow,
    emission.live,
    slashing.live,
    staking.leave,
    governance.vest,
    governance.govern,
)
"""The life, in its order: each chapter goes on with what the one before left."""

LATER = (pools.live, desk.live, liquidity.live, liquid.live, votes.live)
"""After everybody looked at the rest of the suite and handed it over: each deploys its own contracts, looks at them and hands over what has an owner."""

AREAS = (token, distribution, staking, emission, slashing, governance)
VIEWED = (
    "MDT",
    "RecyclingPool",
    "RewardDistributor",
    "BlockReward",
    "StakingExtension",
    "Staking",
    "Validators",
    "Slasher",
    "StakingLens",
    "Treasury",
    "RootAudit",
    "EmissionController",
    "Vesting",
    "Timelock",
)
"""The contracts whose views are looked at after the chapters, in order."""


def deploy(life: Life) -> None:
    """What the chapters are about; the owner schedules what the timelock does."""
    start = life.chain.block_number + 60
    life.deploy("MDT")
    life.deploy("RecyclingPool")
    life.deploy("RewardDistributor")
    life.deploy("BlockReward", start_block=start)
    life.deploy("StakingExtension")
    life.deploy("Staking")
    life.deploy("Validators", deposit=life.settings.staking.min_validator_stake)
    life.deploy("Treasury", budget=500 * UNIT)
    life.deploy("RootAudit")
    life.deploy("EmissionController", start_block=start, reporters=REPORTERS, quorum=QUORUM)
    life.deploy("Slasher", arbiter=life.guardian)
    life.deploy("StakingLens")
    life.deploy("Vesting")
    life.deploy("Timelock", minimum_delay=DAY, proposers=[life.owner], executors=[])


def measure() -> dict[str, dict[str, int]]:
    """Contract -> signature -> gas, both in alphabetical order. `__init__` is the deployment, without the compiler's footer: a hash of the sources."""
    life = Life()
    deploy(life)
    for chapter in CHAPTERS:
        chapter(life)
    views: Views = {name: arguments for area in AREAS for name, arguments in area.views(life).items()}
    life.look(VIEWED, views)
    life.call("MDT", "set_guardian", life.keeper.address)
    life.hand_over([name for name in VIEWED if PARTS[name].is_owned])
    for chapter in LATER:
        chapter(life)
    return {name: dict(sorted(life.rows[name].items())) for name in sorted(life.rows)}

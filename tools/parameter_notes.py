"""Who can change a parameter after a deployment, when the change takes effect, and what it interacts with: columns of the parameters' page."""

from __future__ import annotations

COLUMNS = ["changed by", "effective", "interacts with"]
FIXED = ("fixed", "", "")
MADE_ONCE = ("fixed in each schedule that was made", "", "")
MINTER = ("`MDT.propose_minter`, `grant_minter`", "after `token.grant_delay`", "the bucket")
FORMULA = ("`EmissionController.set_parameters`", "the first epoch that has not begun")
DECAY = ("`Staking.set_decay_table`: values, not stakes", "at once; once in 30 days", "splitting: a flatter table rewards it less")
SIZES = ("`Slasher.set_slash_bps`", "slashes to come", "`appeal`: a false slash can be overturned")
DESK_KEYS = [f"{kind}.{key}" for kind in ("registration", "unmet_quota") for key in ("burn_bps", "least", "rest")] + ["transfer.burn_bps", "transfer.least"]
DESK = ("`FeeDesk.set_terms`", "at once", "")

ANNOUNCED = ("`LiquidityPool.announce_fees`, then anyone: `apply_fees`", "`fee_delay` after it was announced")
MARKET_WORDS = {
    "name": "lower case letters, digits and -, at most 24, a letter first",
    "protocol_to": "treasury or burn",
    "paired.token": "an address, or `test` on local networks",
    "paired.symbol": "letters, at most 16; not the token's own, wei, shares or paired",
    "seed.tokens": "above 0, below 2^112 wei; the root of both sides above 1,000",
    "seed.paired": "the same, in the paired token's unit",
    "seed.shares_to": "Treasury, or an address",
}
"""What is allowed where no range says it."""

NOTES: dict[str, dict[str, tuple[str, str, str]]] = {
    "token": {"grant_delay": ("fixed", "", "every later minter")},
    "halving": {
        "channel_cap": MINTER,
        "window": MINTER,
        "window_cap": MINTER,
        "block_time": ("not on chain", "", "the schedule follows blocks: slower blocks make longer years"),
        "era_length": ("not on chain", "", "deploying compares it with the measured block time"),
    },
    "emission": {
        "channel_cap": MINTER,
        "window": MINTER,
        "window_cap": (*MINTER[:2], "late epochs settle together: a full window makes the next wait"),
        "max_tasks": (*FORMULA, "`weights_bps.tasks`: U falls when it rises"),
        "weights_bps.tasks": (*FORMULA, "`max_tasks`; the weights sum to 100%"),
        "weights_bps.difficulty": (*FORMULA, "the weights sum to 100%"),
        "weights_bps.participation": (*FORMULA, "the weights sum to 100%"),
        "max_change": (*FORMULA, "0 means no limit; a limit slows rises only"),
        "report_delay": ("`EmissionController.set_delay`", "reports to come", "stay below `deadline_blocks` plus one epoch"),
        "challenge_bond": ("fixed", "", "the gas of an answer: the bond pays for it"),
        "deadline_blocks": (*FORMULA, "`report_delay`, pauses: what is late is never paid"),
    },
    "distribution": {
        "shares_bps.miners": (*FORMULA, "the shares sum to 100%"),
        "shares_bps.validators": (*FORMULA, "stakers get the block reward as well"),
        "shares_bps.dao": (*FORMULA, "`treasury.budget`"),
    },
    "recycling": {},
    "staking": {
        "decay_table": DECAY,
        "unbonding": ("fixed", "", "in blocks too; `slashing.evidence_blocks` and `slashing.appeal` fit into it; commission raises wait as long"),
        "validator_deposit": ("fixed", "", "at most ten times `min_validator_stake`"),
        "delegation_cap_bps": ("fixed", "", "or twice an equal part, if that is more; none in the first two days"),
        "own_part_bps": ("fixed", "", "own stake that an active validator keeps, of what is delegated to it"),
        "commission.default_bps": ("not on chain", "", "each validator says its own"),
    },
    "slashing": {
        "double_signing_bps": SIZES,
        "offline_bps": SIZES,
        "no_reveal_bps": SIZES,
        "window_epochs": ("fixed", "", "`offline_missed_blocks`, and how late reports come"),
        "warning": ("fixed", "", "`evidence_blocks` and two warnings fit into `staking.unbonding`; a timelock as arbiter is slower, the guardian is not"),
        "evidence_blocks": ("fixed", "", "at most `staking.unbonding` less two warnings, in blocks: the slasher's constructor holds that"),
        "max_jailed_bps": ("fixed", "", "`appeal`: how long a jail window lasts"),
        "jail": ("fixed", "", "twice `appeal` fits into it"),
    },
    "governance": {"delay": ("`Timelock.update_delay`, by the timelock itself", "operations scheduled from then on", "the guardian's pause is about as long")},
    "treasury": {"budget": ("`Treasury.set_budget`", "a cut at once, a raise from the period after the next", "grants that vest count in full")},
    "fees": dict.fromkeys(DESK_KEYS, DESK),
    "markets": {
        "name": ("not on chain", "", "commands call the market so"),
        "fee_bps": (*ANNOUNCED, "what it brings is the holders' of the shares, less the protocol's part"),
        "protocol_bps": (*ANNOUNCED, "of the fee; `collect` redeems it"),
        "protocol_to": (*ANNOUNCED, "burning takes the token's word (`MDT.set_burner`)"),
        "paired.symbol": ("not on chain", "", "compared with what the token says"),
        "paired.decimals": ("not on chain", "", "compared with what the token says"),
    },
    "schedule_minting": {
        "channel_cap": MINTER,
        "window": MINTER,
        "window_cap": MINTER,
        "inflation.rate_bps": ("`DistributionSchedules.change`", "when the running interval is over", "the recycling pool"),
        "inflation.blocks_per_year": ("not on chain", "", "gives the amount per block"),
    },
}


def note(section: str, key: str) -> tuple[str, str, str]:
    """The three columns of a parameter; what is not listed was fixed at deployment."""
    return NOTES[section].get(key, FIXED)

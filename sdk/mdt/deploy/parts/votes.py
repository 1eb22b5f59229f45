"""Votes by stake: a governor for the timelock, deployed beside the suite. A vote, or whoever deploys, then makes it the timelock's proposer."""

from __future__ import annotations

from mdt.deploy.parts.part import At, Part
from mdt.model.governor import VoteTerms
from mdt.units import DAY

FIRST_TERMS = VoteTerms(delay_seconds=2 * DAY, period_seconds=2 * DAY, extension_seconds=DAY, quorum_bps=1_000, threshold_bps=50)
"""With an unbonding time of seven days, as all presets have it, half a day less than votes may take at most."""

GOVERNOR = Part(
    "Governor",
    values={"_staking": At("Staking"), "_timelock": At("Timelock"), "_terms": lambda _: FIRST_TERMS},
    is_owned=False,  # the timelock that it proposes to may change its terms
    may={"TIMELOCK": "change the terms of proposals to come, inside fixed bounds"},
)

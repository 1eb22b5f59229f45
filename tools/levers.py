"""What of a preset can change after a deployment: by which function, inside which bounds, from when on, and what else it moves.

A key that no lever names is fixed for good. `tests/lint/test_levers.py` holds this against the presets' keys and the contracts' functions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lever:
    """Keys of a preset that one function changes.

    Attributes:
        keys: As on the page: `section.key`, or the beginning of several.
        contract: Whose function it is.
        function: Its name. The owner calls it, which is the timelock.
        bounds: What the contract allows.
        effective: From when on it counts, once the operation is executed.
        interacts: What it works together with, or must agree with.
    """

    keys: tuple[str, ...]
    contract: str
    function: str
    bounds: str
    effective: str
    interacts: str = ""


LEVERS = (
    Lever(
        ("emission.max_tasks", "emission.weights_bps"),
        "EmissionController",
        "set_parameters",
        "max_tasks 1 to 10^12; the weights sum to 10,000 bps",
        "the first epoch that has not begun",
        "U, and so the emission of every later epoch; one change at a time, together with the shares",
    ),
    Lever(
        ("emission.max_change",),
        "EmissionController",
        "set_parameters",
        "0 to 1; 0 is no limit",
        "the first epoch that has not begun",
        "bounds how far U moves from one epoch to the next, upwards and downwards",
    ),
    Lever(
        ("emission.deadline_blocks",),
        "EmissionController",
        "set_parameters",
        "20 to 10,000,000",
        "the first epoch that has not begun",
        "an epoch without a settled report by then is skipped, and never paid; report_delay has to fit into it",
    ),
    Lever(
        ("distribution.shares_bps",),
        "EmissionController",
        "set_parameters",
        "they sum to 10,000 bps",
        "the first epoch that has not begun",
        "who gets an epoch's emission; the block reward goes to stakers whole, whatever they are",
    ),
    Lever(
        ("emission.report_delay",),
        "EmissionController",
        "set_delay",
        "1 minute to 7 days",
        "reports to come; a pending one keeps its own",
        "the time to refute or cancel a report; must stay well below an epoch",
    ),
    Lever(
        ("halving.channel_cap", "halving.window", "emission.channel_cap", "emission.window", "schedule_minting.channel_cap", "schedule_minting.window"),
        "MDT",
        "propose_minter",
        "the lifetime cap at most the bucket above what the minter has minted; the window 1 minute to 365 days",
        "when grant_minter is called, token.grant_delay after the proposal",
        "the bucket, whatever the caps of its minters sum to; the guardian can revoke the minter",
    ),
    Lever(
        ("staking.decay_table",),
        "Staking",
        "set_decay_table",
        "only the effective stakes; increasing, concave, the minimum weighs something; once in 30 days",
        "at once, for everybody",
        "every validator's share of both streams of rewards",
    ),
    Lever(
        ("slashing.double_signing_bps", "slashing.offline_bps", "slashing.no_reveal_bps"),
        "Slasher",
        "set_slash_bps",
        "1 bps to 5,000 bps",
        "slashes to come",
        "staking.unbonding and slashing.appeal decide how much stake is still there",
    ),
    Lever(
        ("governance.delay",),
        "Timelock",
        "update_delay",
        "1 day to 30 days; only an operation of the timelock itself",
        "operations to come; waiting ones keep theirs",
        "below token.grant_delay, or a minter is active before a vote could withdraw it; below slashing.appeal where the timelock is the arbiter",
    ),
    Lever(
        ("treasury.budget",),
        "Treasury",
        "set_budget",
        "below 2^112; 0 stops all spending",
        "a cut at once; a raise from the period after the next",
        "what the treasury holds; each token has a budget of its own",
    ),
    Lever(
        ("fees.registration", "fees.unmet_quota", "fees.transfer"),
        "FeeDesk",
        "set_terms",
        "at most 1,000 bps of a transfer burn; the least at most a ten-thousandth of the cap",
        "at once",
        "what is recycled is spent by epochs before they mint",
    ),
    Lever(
        ("schedule_minting.inflation",),
        "DistributionSchedules",
        "change",
        "what is granted to mint, or was funded",
        "when the running interval ends",
        "a schedule is created, paused and cancelled by functions of its own; the rate itself is nowhere on chain",
    ),
)


def lever_of(key: str) -> Lever | None:
    """What changes a key; None where it is fixed for good."""
    return next((lever for lever in LEVERS if any(key == name or key.startswith((f"{name}.", f"{name}_")) for name in lever.keys)), None)

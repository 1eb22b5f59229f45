"""Staking, what it is bound to for good, and who may slash in it."""

from __future__ import annotations

from mdt.chain.contract import Contract
from mdt.deploy.parts.part import At, Part, Person, Wire
from mdt.deploy.parts.values import owner
from mdt.model.reasons import Burn
from mdt.preset.terms import staking_terms
from mdt.units import WAD

_SLOPE_BITS = 60
"""Of a row of the decay table: the module stake_weight."""


def _decay_stakes(staking: Contract, _wanted: list[int]) -> list[int]:
    stakes: list[int] = staking.call("decay_table")[0]
    return stakes


def _decay_values(staking: Contract, _wanted: list[int]) -> list[int]:
    stakes, rows = staking.call("decay_table")
    return [_value_at(stake, row) for stake, row in zip(stakes, rows[1:], strict=True)]


def _value_at(stake: int, row: int) -> int:
    """What a decay table says of a breakpoint, by the row of the segment that begins there."""
    slope, intercept = row & ((1 << _SLOPE_BITS) - 1), row >> _SLOPE_BITS
    return (intercept + slope * stake) // WAD


EXTENSION = Part(
    "StakingExtension",
    values={
        "_token": At("MDT"),
        "_recycling_pool": At("RecyclingPool"),
        "_terms": lambda given: staking_terms(given.settings),
        "_decay_stakes": lambda given: given.settings.staking.decay_stakes,
    },
    is_owned=False,
    reads={"decay_stakes": _decay_stakes},
)

STAKING = Part(
    "Staking",
    values={
        "_token": At("MDT"),
        "_block_reward": At("BlockReward", is_fixed=False),
        "_recycling_pool": At("RecyclingPool"),
        "_terms": lambda given: staking_terms(given.settings),
        "_decay_stakes": lambda given: given.settings.staking.decay_stakes,
        "_decay_values": lambda given: given.settings.staking.decay_values,
        "_extension": At("StakingExtension"),
        "_owner": owner,
    },
    wiring=(
        Wire("wire Staking", "set_notifier", to="EmissionController", getter="notifier"),
        Wire("bind Validators", "set_registry", to="Validators", getter="registry"),
        Wire("bind Slasher", "set_slasher", to="Slasher", getter="slasher"),
        Wire("wire schedules", "set_schedules", to="DistributionSchedules", getter="schedules"),
    ),
    reads={"decay_stakes": _decay_stakes, "decay_values": _decay_values},
    may={
        "owner": "name notifier, schedules, slasher and the block reward's successor, set bars and the decay table's values",
        "block_reward": "mint what is streamed to stakers, up to what the token says it minted",
        "notifier": "stream the validators' share; its distributor stakes for accounts that ask it to",
        "schedules": "stream what its schedules pay to validators",
        "registry": "open pools, set commissions; for good",
        "slasher": "slash into escrow, restore, jail",
    },
)

VALIDATORS = Part(
    "Validators",
    values={"_staking": At("Staking"), "_deposit": lambda given: given.settings.staking.validator_deposit},
    is_owned=False,
)

SLASHER = Part(
    "Slasher",
    values={
        "_token": At("MDT"),
        "_staking": At("Staking"),
        "_validators": At("Validators"),
        "_controller": At("EmissionController"),
        "_treasury": At("Treasury"),
        "_arbiter": Person("arbiter"),
        "_slash_bps": lambda given: given.settings.slashing.as_list(),
        "_offline_missed_blocks": lambda given: given.settings.slashing.offline_missed_blocks,
        "_window_epochs": lambda given: given.settings.slashing.window_epochs,
        "_warning_seconds": lambda given: given.settings.slashing.warning,
        "_appeal_seconds": lambda given: given.settings.slashing.appeal,
        "_jail_seconds": lambda given: given.settings.slashing.jail,
        "_evidence_blocks": lambda given: given.settings.slashing.evidence_blocks,
        "_max_jailed_bps": lambda given: given.settings.slashing.max_jailed_bps,
        "_burn_bps": lambda given: given.settings.slashing.burn_bps,
        "_owner": owner,
    },
    burns=(Burn.SLASH,),
    asked={"is_slasher": lambda _given: []},
    counted={"is_slasher": lambda slasher: (slasher.call("slasher_count"), [])},
    may={
        "owner": "name slashers and the arbiter, set the offences' shares",
        "arbiter": "void an announced slash, overturn one, turn an appeal down",
        "is_slasher": "announce slashes for what the chain cannot check",
    },
)

LENS = Part(
    "StakingLens",
    values={"_staking": At("Staking"), "_validators": At("Validators"), "_slasher": At("Slasher")},
    is_owned=False,
)

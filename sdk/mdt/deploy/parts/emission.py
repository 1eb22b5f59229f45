"""The token, and the two contracts that mint it over the years."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from mdt.chain.contract import Contract
from mdt.deploy.parts.part import At, Part, Person, Wire
from mdt.deploy.parts.values import no_predecessor, owner, start_block
from mdt.model.reasons import Mint
from mdt.preset.terms import emission_parameters


def _caps(token: Contract, wanted: list[int]) -> list[int]:
    return [token.call("bucket_cap", bucket) for bucket in range(len(wanted))]


def _reporters(controller: Contract) -> tuple[int, list[str]]:
    found = list(controller.call("reporters"))
    return len(found), found


def _first_unbegun(controller: Contract) -> int:
    return int(controller.call("status").current_epoch) + 1


def _parameters(controller: Contract, wanted: dict[str, Any]) -> dict[str, Any]:
    """Those of the next epoch: in force now, or voted and waiting for it."""
    now = controller.call("parameters_at", _first_unbegun(controller))
    return {key: getattr(now, key) for key in wanted}


def _since(controller: Contract) -> str:
    """From which epoch on its newest parameters govern."""
    newest = _first_unbegun(controller)
    now = controller.call("parameters_at", newest)
    first = bisect_left(range(newest), True, key=lambda epoch: controller.call("parameters_at", epoch) == now)
    return f"from epoch {first} on" + (", which is the next" if first == newest else "")


TOKEN = Part(
    "MDT",
    values={
        "_name": lambda given: given.settings.token.name,
        "_symbol": lambda given: given.settings.token.symbol,
        "_decimals": lambda given: given.settings.token.decimals,
        "_bucket_caps": lambda given: given.settings.token.buckets.as_list(),
        "_grant_delay": lambda given: given.settings.token.grant_delay,
        "_owner": owner,
        "_guardian": Person("token_guardian", otherwise="guardian"),
    },
    reads={"bucket_caps": _caps},
    may={
        "owner": "propose, grant and revoke minters, set burners, set the guardian; resume a minter",
        "guardian": "suspend a minter for at most 3 days, resume it, withdraw a proposal",
        "minter": "mint",
        "proposal": "become a minter once its wait is over",
        "burner_reasons": "burn what it holds for these reasons",
    },
)

BLOCK_REWARD = Part(
    "BlockReward",
    values={
        "_token": At("MDT"),
        "_start_block": start_block,
        "_initial_reward": lambda given: given.settings.halving.initial_reward,
        "_interval_blocks": lambda given: given.settings.halving.interval_blocks,
        "_halvings": lambda given: given.settings.halving.halvings,
        "_predecessor": no_predecessor,
        "_owner": owner,
    },
    wiring=(Wire("wire BlockReward", "set_recipient", to="Staking", getter="recipient"),),
    mints=(Mint.BLOCK_REWARD,),
    channel=lambda settings: settings.halving,
    may={"owner": "name the recipient, take over from a predecessor", "recipient": "gets the block rewards"},
)

ROOT_AUDIT = Part("RootAudit", values={"_token": At("MDT"), "_bond": lambda given: given.settings.emission.challenge_bond}, is_owned=False)

CONTROLLER = Part(
    "EmissionController",
    values={
        "_token": At("MDT"),
        "_distributor": At("RewardDistributor"),
        "_staking": At("Staking"),
        "_recycling_pool": At("RecyclingPool"),
        "_treasury": At("Treasury"),
        "_root_audit": At("RootAudit"),
        "_start_block": start_block,
        "_epoch_blocks": lambda given: given.settings.emission.epoch_blocks,
        "_base_reward": lambda given: given.settings.emission.base_reward,
        "_interval_blocks": lambda given: given.settings.halving.interval_blocks,
        "_halvings": lambda given: given.settings.halving.halvings,
        "_parameters": lambda given: emission_parameters(given.settings),
        "_delay": lambda given: given.settings.emission.report_delay,
        "_reporters": lambda given: given.people.reporters,
        "_quorum": lambda given: given.people.quorum,
        "_owner": owner,
        "_guardian": Person("report_guardian", otherwise="guardian"),
        "_predecessor": no_predecessor,
    },
    mints=(Mint.EPOCH_EMISSION,),
    channel=lambda settings: settings.emission,
    reads={"parameters": _parameters},
    since={"parameters": _since},
    asked={"is_reporter": lambda given: given.people.reporters},
    counted={"is_reporter": _reporters},
    may={
        "owner": "set parameters, reporters, the delay and the guardian; unpause, cancel a pending report, reopen an epoch, disown a root, take over",
        "guardian": "pause, cancel a pending report",
        "reporters": "attest reports, a quorum of them",
        "is_reporter": "attest reports: `reporters`, each asked for on its own",
    },
)

"""A block reward of a preset on a real token, its model beside it, and jumps in block time."""

from __future__ import annotations

from typing import Any

import boa

from mdt.model.block_reward import BlockReward
from mdt.model.halving import Schedule
from mdt.model.reasons import Mint, mask
from mdt.settings import Halving, load
from tests.support.deployers import deployer
from tests.support.token import grant

BLOCK_BUCKET = 1
PRESETS = ["adr-literal", "luxtensor"]
SMALL = Schedule(initial=7 << 4, interval=3, halvings=4)


def schedule_of(preset: str) -> Schedule:
    """The halving schedule of a preset."""
    halving = load(preset).halving
    return Schedule(halving.initial_reward, halving.interval_blocks, halving.halvings)


def advance(blocks: int, block_time: int = 3) -> int:
    """Let `blocks` blocks of `block_time` seconds pass; returns the new block number."""
    boa.env.evm.patch.timestamp += blocks * block_time
    boa.env.evm.patch.block_number += blocks
    return boa.env.evm.patch.block_number


def advance_to(block: int) -> None:
    """Let time pass up to `block`."""
    advance(block - boa.env.evm.patch.block_number)


def deploy_block_reward(token: Any, owner: str, schedule: Schedule, start_delay: int = 0) -> Any:
    """BlockReward that starts `start_delay` blocks from now; not yet a minter, no recipient."""
    start = boa.env.evm.patch.block_number + start_delay
    return deployer("emission/BlockReward").deploy(token, start, schedule.initial, schedule.interval, schedule.halvings, owner)


def model_of(contract: Any) -> BlockReward:
    """A fresh model with the contract's constructor values."""
    schedule = Schedule(contract.INITIAL_REWARD(), contract.INTERVAL_BLOCKS(), contract.HALVINGS())
    return BlockReward(
        contract.address, contract.TOKEN(), contract.START_BLOCK(), schedule, contract.owner(), block=boa.env.evm.patch.block_number
    )


def grant_channel(token: Any, contract: Any, halving: Halving, **changed: int) -> None:
    """Make the contract a minter with the preset's channel; `changed` replaces cap, window_cap or window."""
    limits = {"cap": halving.channel_cap, "window_cap": halving.window_cap, "window": halving.window} | changed
    grant(token, contract.address, BLOCK_BUCKET, mask(Mint.BLOCK_REWARD), **limits)


def events(contract: Any, name: str) -> list[Any]:
    """The events of this name in the contract's last call: read them before any view."""
    return [log for log in contract.get_logs() if type(log).__name__ == name]

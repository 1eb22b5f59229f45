"""A block reward of a preset on a real token, its model beside it, and jumps in block time."""

from __future__ import annotations

from typing import Any

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.block_reward import BlockReward
from mdt.model.halving import HalvingSchedule
from mdt.model.reasons import Mint, mask
from mdt.model.token import MDT
from mdt.preset.settings import Halving
from tests.support.boa_clock import BoaClock, block_number, mine
from tests.support.deployers import deploy
from tests.support.presets import preset_of
from tests.support.token import BUCKETS, TOKEN, grant

BLOCK_BUCKET = 1
PRESETS = ["adr-literal", "luxtensor"]
# Cumulative block reward at the end of eras 0..10 in wei, written in thousandths of MDT: the documents' numbers.
_ERA_ENDS_MILLI = (2_102_400_000, 3_153_600_000, 3_679_200_000, 3_942_000_000, 4_073_400_000, 4_139_100_000)
_ERA_ENDS_MILLI += (4_171_950_000, 4_188_375_000, 4_196_587_500, 4_200_693_750, 4_202_746_875)
ERA_ENDS = [milli * 10**15 for milli in _ERA_ENDS_MILLI]
SMALL = HalvingSchedule(initial=7 << 4, interval=3, halvings=4)


def schedule_of(preset: str) -> HalvingSchedule:
    """The halving schedule of a preset."""
    halving = preset_of(preset).halving
    return HalvingSchedule(halving.initial_reward, halving.interval_blocks, halving.halvings)


def advance(blocks: int, block_time: int = 3) -> int:
    """Let `blocks` blocks of `block_time` seconds pass; returns the new block number."""
    mine(blocks, blocks * block_time)
    return block_number()


def advance_to(block: int) -> None:
    """Let time pass up to `block`."""
    advance(block - block_number())


def deploy_block_reward(token: Any, owner: str, schedule: HalvingSchedule, start_delay: int = 0, *, predecessor: Any = None) -> Any:
    """BlockReward that starts `start_delay` blocks from now, or goes on with a predecessor's schedule; not yet a minter, no recipient."""
    start = boa.env.evm.patch.block_number + start_delay if predecessor is None else predecessor.START_BLOCK()
    return deploy(
        "BlockReward",
        token=token,
        start_block=start,
        initial_reward=schedule.initial,
        interval_blocks=schedule.interval,
        halvings=schedule.halvings,
        predecessor=predecessor or ZERO_ADDRESS,
        owner=owner,
    )


def model_of(contract: Any, token: Any, predecessor: BlockReward | None = None) -> BlockReward:
    """A fresh model with the contract's constructor values, on a fresh model of the token or the predecessor's, in the same block."""
    twin = MDT(BUCKETS, TOKEN.grant_delay, token.owner(), token.guardian(), BoaClock()) if predecessor is None else predecessor.token
    schedule = HalvingSchedule(contract.INITIAL_REWARD(), contract.INTERVAL_BLOCKS(), contract.HALVINGS())
    return BlockReward(contract.address, twin, token.address, contract.START_BLOCK(), schedule, contract.owner(), predecessor)


def grant_channel(token: Any, contract: Any, halving: Halving, model: BlockReward | None = None, **changed: int) -> None:
    """Make the contract (and its model) a minter with the preset's channel; `changed` replaces cap, window_cap or window."""
    cap = changed.get("cap", halving.channel_cap)
    limits = {"cap": cap, "window_cap": min(cap, halving.window_cap), "window": halving.window} | changed
    grant(token, contract.address, BLOCK_BUCKET, mask(Mint.BLOCK_REWARD), **limits)
    if model is not None:
        twin = model.token
        twin.propose_minter(twin.owner, model.address, BLOCK_BUCKET, mask(Mint.BLOCK_REWARD), *limits.values())
        twin.grant_minter(twin.owner, model.address)


def events(contract: Any, name: str) -> list[Any]:
    """The events of this name in the contract's last call: read them before any view."""
    return [log for log in contract.get_logs() if type(log).__name__ == name]

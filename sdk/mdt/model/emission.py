"""From the inputs of an epoch to its three shares: the law of `EmissionController`, without its state.

`contracts/emission/modules/epoch_emission.vy` and `epoch_amounts.vy` compute the same, step by step and wei by wei.
"""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model import halving
from mdt.model.refusals import refusals
from mdt.model.shares import split
from mdt.model.utility import limited, utility
from mdt.units import BPS, WAD

require = refusals("parameters")
require_amounts = refusals("amounts")
require_epochs = refusals("epochs")
require_halving = refusals("halving")

MAX_BASE_REWARD = 10**28
MIN_EPOCH_BLOCKS, MAX_EPOCH_BLOCKS = 10, 10_000_000
MAX_MAX_TASKS = 10**12
MIN_DEADLINE_BLOCKS, MAX_DEADLINE_BLOCKS = 20, 10_000_000
EPOCH_LIMIT = 2**32


@dataclass(frozen=True)
class Parameters:
    """Governed parameters, with the fields of the contract's struct in its order."""

    weights_bps: tuple[int, int, int]
    shares_bps: tuple[int, int, int]
    max_tasks: int
    max_change_wad: int
    deadline_blocks: int

    def check(self) -> None:
        """Refuse what breaks a bound, in the order of the contract."""
        require(_is_whole(self.weights_bps), "weights must be whole")
        require(_is_whole(self.shares_bps), "shares must be whole")
        require(1 <= self.max_tasks <= MAX_MAX_TASKS, "max_tasks range")
        require(self.max_change_wad <= WAD, "max_change range")
        require(MIN_DEADLINE_BLOCKS <= self.deadline_blocks <= MAX_DEADLINE_BLOCKS, "deadline range")


def _is_whole(parts_bps: tuple[int, int, int]) -> bool:
    return max(parts_bps) <= BPS and sum(parts_bps) == BPS


@dataclass(frozen=True)
class EmissionSchedule:
    """What an epoch is worth at U = 1, and when: immutable in the contract.

    `base_reward` is in wei per epoch, the others in blocks; `halvings` is a count. In the order of the contract's constructor.
    """

    epoch_blocks: int
    base_reward: int
    interval_blocks: int
    halvings: int

    def __post_init__(self) -> None:
        """Refuse what the contract's constructor refuses."""
        require_epochs(MIN_EPOCH_BLOCKS <= self.epoch_blocks <= MAX_EPOCH_BLOCKS, "length out of range")
        require_amounts(1 <= self.base_reward <= MAX_BASE_REWARD, "base reward range")
        require_halving(self.halvings <= halving.MAX_HALVINGS, "too many halvings")
        halving.require_schedule(1 << self.halvings, self.interval_blocks, self.halvings)

    def earned(self, first: int, end: int) -> int:
        """Weight of the elapsed blocks first (inclusive) to end (exclusive): a block of era e counts 2^(halvings - e)."""
        initial = 1 << self.halvings
        through_end = halving.cumulative(initial, self.interval_blocks, self.halvings, end)
        return through_end - halving.cumulative(initial, self.interval_blocks, self.halvings, first)

    def formula(self, epoch: int, utility_wad: int) -> int:
        """Emission (wei) of an epoch at a utility (WAD), before the clamp; one division, rounded down in favour of the cap.

        Raises:
            Refusal: an epoch beyond 32 bits, as the contract.
        """
        require_epochs(epoch < EPOCH_LIMIT, "epoch out of range")
        first = epoch * self.epoch_blocks
        earned = self.earned(first, first + self.epoch_blocks)
        return amount(self.base_reward, earned, self.epoch_blocks, self.halvings, utility_wad)

    def ceiling(self, epoch: int) -> int:
        """Emission (wei) of an epoch at U = 1, before the clamp."""
        return self.formula(epoch, WAD)


def amount(base_reward: int, earned: int, epoch_blocks: int, halvings: int, utility_wad: int) -> int:
    """Emission (wei) from the weight of an epoch's blocks, rounded down (`epoch_emission._amount`)."""
    return base_reward * earned * utility_wad // ((epoch_blocks << halvings) * WAD)


@dataclass(frozen=True)
class Amounts:
    """What a report fixes for its epoch: U in WAD, the rest in wei; fields of the contract's struct in its order."""

    utility: int
    ceiling: int
    emission: int
    miner_share: int
    validator_share: int
    dao_share: int
    is_clamped: bool


def amounts(
    schedule: EmissionSchedule,
    parameters: Parameters,
    epoch: int,
    tasks: int,
    difficulty: int,
    participation: int,
    last_utility: int | None,
    room: int,
) -> Amounts:
    """From inputs to shares (`epoch_amounts._amounts`).

    Args:
        schedule: base reward and halving.
        parameters: those of the epoch.
        epoch: its number.
        tasks: tasks done.
        difficulty: average difficulty (WAD).
        participation: participation (WAD).
        last_utility: U (WAD) of the last settled epoch; None when there is none.
        room: what the controller may still mint in its life (wei).

    Raises:
        Refusal: an input out of range, as the contract.
    """
    value = utility(parameters.weights_bps, parameters.max_tasks, tasks, difficulty, participation)
    if parameters.max_change_wad > 0 and last_utility is not None:
        value = limited(value, last_utility, parameters.max_change_wad)
    formula = schedule.formula(epoch, value)
    emission = min(formula, room)
    miners, validators, dao = split(emission, parameters.shares_bps)
    return Amounts(value, schedule.ceiling(epoch), emission, miners, validators, dao, room < formula)

# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Exposes the stateless modules of the emission controller to tests, one by one and in batches
@license AGPL-3.0-only
"""

from contracts.emission.modules import epoch_emission
from contracts.emission.modules import shares
from contracts.emission.modules import utility

struct UtilityCase:
    weights_bps: uint256[3]
    max_tasks: uint256
    tasks: uint256
    difficulty: uint256
    participation: uint256
    last: uint256
    max_change: uint256

struct EmissionCase:
    base_reward: uint256
    interval_blocks: uint256
    halvings: uint256
    first: uint256
    epoch_blocks: uint256
    utility: uint256

struct SharesCase:
    amount: uint256
    shares_bps: uint256[3]


@external
@pure
def utility_of(
    _weights_bps: uint256[3],
    _max_tasks: uint256,
    _tasks: uint256,
    _difficulty: uint256,
    _participation: uint256,
) -> uint256:
    return utility._utility(_weights_bps, _max_tasks, _tasks, _difficulty, _participation)


@external
@pure
def limited(_utility: uint256, _last: uint256, _max_change: uint256) -> uint256:
    return utility._limited(_utility, _last, _max_change)


@external
@pure
def split(_amount: uint256, _shares_bps: uint256[3]) -> uint256[3]:
    return shares._split(_amount, _shares_bps)


@external
@pure
def emission_of(_case: EmissionCase) -> uint256:
    return self._emission(_case)


@external
@pure
def utilities(_cases: DynArray[UtilityCase, 500]) -> DynArray[uint256[2], 500]:
    """
    @notice Per case U, and U limited against a last one.
    """
    found: DynArray[uint256[2], 500] = []
    for case: UtilityCase in _cases:
        u: uint256 = utility._utility(
            case.weights_bps, case.max_tasks, case.tasks, case.difficulty, case.participation
        )
        found.append([u, utility._limited(u, case.last, case.max_change)])
    return found


@external
@pure
def emissions(_cases: DynArray[EmissionCase, 500]) -> DynArray[uint256, 500]:
    found: DynArray[uint256, 500] = []
    for case: EmissionCase in _cases:
        found.append(self._emission(case))
    return found


@external
@pure
def splits(_cases: DynArray[SharesCase, 500]) -> DynArray[uint256[3], 500]:
    found: DynArray[uint256[3], 500] = []
    for case: SharesCase in _cases:
        found.append(shares._split(case.amount, case.shares_bps))
    return found


@internal
@pure
def _emission(_case: EmissionCase) -> uint256:
    end: uint256 = _case.first + _case.epoch_blocks
    earned: uint256 = epoch_emission._earned(
        _case.interval_blocks, _case.halvings, _case.first, end
    )
    return epoch_emission._amount(
        _case.base_reward, earned, _case.epoch_blocks, _case.halvings, _case.utility
    )

# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: the halving module's internals, one by one and in batches
@license AGPL-3.0-only
"""

from contracts.emission.modules import halving

struct Case:
    initial: uint256
    interval: uint256
    halvings: uint256
    elapsed: uint256

struct Answer:
    cumulative: uint256
    reward: uint256
    era: uint256
    lifetime_total: uint256


@external
@pure
def require_schedule(_initial: uint256, _interval: uint256, _halvings: uint256):
    halving._require_schedule(_initial, _interval, _halvings)


@external
@pure
def cumulative(
    _initial: uint256, _interval: uint256, _halvings: uint256, _elapsed: uint256
) -> uint256:
    return halving._cumulative(_initial, _interval, _halvings, _elapsed)


@external
@pure
def answers(_cases: DynArray[Case, 1000]) -> DynArray[Answer, 1000]:
    found: DynArray[Answer, 1000] = []
    for case: Case in _cases:
        found.append(Answer(
            cumulative=halving._cumulative(
                case.initial, case.interval, case.halvings, case.elapsed
            ),
            reward=halving._reward_at(case.initial, case.interval, case.halvings, case.elapsed),
            era=halving._era_at(case.interval, case.elapsed),
            lifetime_total=halving._lifetime_total(case.initial, case.interval, case.halvings),
        ))
    return found

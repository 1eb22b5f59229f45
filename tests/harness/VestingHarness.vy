# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: terms packed, read back, claimed from, ended, and asked at a time, in batches
@license AGPL-3.0-only
"""

from interfaces import IVesting
from contracts.vesting.modules import vesting_schedule

struct Case:
    terms: IVesting.Terms
    unit: uint256
    time: uint256
    claimed: uint256  # UNITs, at most what is vested

struct Answer:
    vested: uint256  # UNITs
    claimed: uint256
    after_claim: IVesting.Schedule
    after_end: IVesting.Schedule


@external
@view
def pack(_terms: IVesting.Terms, _unit: uint256) -> uint256:
    return vesting_schedule._pack(_terms, _unit)


@external
@view
def answers(_cases: DynArray[Case, 250]) -> DynArray[Answer, 250]:
    found: DynArray[Answer, 250] = []
    for case: Case in _cases:
        word: uint256 = vesting_schedule._pack(case.terms, case.unit)
        vested: uint256 = vesting_schedule._vested(word, case.time)
        word = vesting_schedule._add_claimed(word, case.claimed)
        found.append(Answer(
            vested=vested,
            claimed=vesting_schedule._claimed(word),
            after_claim=vesting_schedule._show(word, case.unit),
            after_end=vesting_schedule._show(vesting_schedule._end(word, vested), case.unit),
        ))
    return found

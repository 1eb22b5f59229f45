# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Vote terms: how long votes take, and how much stake they need
@license AGPL-3.0-only
@notice A proposal keeps the terms it was made under. Terms change by operations of the timelock,
        inside these bounds:

            delay                   at most ENROLMENT_SECONDS, so that everybody can enrol for it
            period + extension      less than the rest of the unbonding time after that

        Only so can no stake come back under another account before a vote is over.
@dev    Word | proposals ever 40 | threshold bps 16 | quorum bps 16 | extension 24 | period 24 |
             | delay 24 |
"""

# --- interfaces ---

from interfaces import IGovernor
from interfaces import IStaking

# --- modules ---

from . import enrolments

uses: enrolments

# --- constants ---

BPS: constant(uint256) = 10_000
# People have to see a proposal and enrol, and a vote goes on while all the world sleeps once.
MIN_DELAY: constant(uint256) = 86_400
MIN_PERIOD: constant(uint256) = 86_400
# To answer votes that come last.
MIN_EXTENSION: constant(uint256) = 6 * 3_600
# Less could be had by nearly nobody's voting; more might never come together again.
MIN_QUORUM: constant(uint256) = 400
MAX_QUORUM: constant(uint256) = 4_000
# Less costs a spammer nothing; more would leave proposals to a few.
MIN_THRESHOLD: constant(uint256) = 10
MAX_THRESHOLD: constant(uint256) = 500

SECONDS_BITS: constant(uint256) = 24
BPS_BITS: constant(uint256) = 16
SECONDS_MASK: constant(uint256) = 2**SECONDS_BITS - 1
BPS_MASK: constant(uint256) = 2**BPS_BITS - 1
QUORUM_AT: constant(uint256) = 3 * SECONDS_BITS
THRESHOLD_AT: constant(uint256) = QUORUM_AT + BPS_BITS
COUNT_AT: constant(uint256) = THRESHOLD_AT + BPS_BITS

# --- storage ---

terms_word: uint256

# --- views ---

@external
@view
def terms() -> IGovernor.Terms:
    """
    @notice The terms of proposals to come.
    """
    return self._terms(self.terms_word)


@external
@view
def proposal_count() -> uint256:
    """
    @notice Proposals ever; their ids are 1 to this.
    """
    return self.terms_word >> COUNT_AT


@external
@view
def votingDelay() -> uint256:
    """
    @notice Seconds from a proposal to the start of its vote.
    """
    return self.terms_word & SECONDS_MASK


@external
@view
def votingPeriod() -> uint256:
    """
    @notice Seconds that a vote takes, without an extension.
    """
    return (self.terms_word >> SECONDS_BITS) & SECONDS_MASK


@external
@view
def proposalThreshold() -> uint256:
    """
    @notice Wei of enrolled stake that a proposal takes now.
    """
    return self._part(self._staked(), (self.terms_word >> THRESHOLD_AT) & BPS_MASK)

# --- internal ---

@internal
def _set(_terms: IGovernor.Terms):
    """
    @dev Reverts with "governor: delay out of range", "governor: period out of range",
         "governor: extension out of range", "governor: vote too long",
         "governor: quorum out of range", "governor: threshold out of range" or
         "governor: nothing changes".
    """
    delay: uint256 = _terms.delay_seconds
    period: uint256 = _terms.period_seconds
    extension: uint256 = _terms.extension_seconds
    window: uint256 = enrolments.ENROLMENT_SECONDS
    rest: uint256 = enrolments.UNBONDING_SECONDS - window
    assert MIN_DELAY <= delay and delay <= window, "governor: delay out of range"
    assert MIN_PERIOD <= period and period < rest, "governor: period out of range"
    assert (
        MIN_EXTENSION <= extension and extension < rest
    ), "governor: extension out of range"
    assert period + extension < rest, "governor: vote too long"
    quorum: uint256 = _terms.quorum_bps
    threshold: uint256 = _terms.threshold_bps
    assert MIN_QUORUM <= quorum and quorum <= MAX_QUORUM, "governor: quorum out of range"
    assert (
        MIN_THRESHOLD <= threshold and threshold <= MAX_THRESHOLD
    ), "governor: threshold out of range"
    old: uint256 = self.terms_word
    word: uint256 = (
        ((old >> COUNT_AT) << COUNT_AT)
        | (threshold << THRESHOLD_AT)
        | (quorum << QUORUM_AT)
        | (extension << (2 * SECONDS_BITS))
        | (period << SECONDS_BITS)
        | delay
    )
    assert word != old, "governor: nothing changes"
    self.terms_word = word
    log IGovernor.TermsSet(old_terms=self._terms(old), new_terms=_terms)


@internal
@pure
def _terms(_word: uint256) -> IGovernor.Terms:
    return IGovernor.Terms(
        delay_seconds=_word & SECONDS_MASK,
        period_seconds=(_word >> SECONDS_BITS) & SECONDS_MASK,
        extension_seconds=(_word >> (2 * SECONDS_BITS)) & SECONDS_MASK,
        quorum_bps=(_word >> QUORUM_AT) & BPS_MASK,
        threshold_bps=(_word >> THRESHOLD_AT) & BPS_MASK,
    )


@internal
@view
def _staked() -> uint256:
    """
    @dev Wei staked with active validators.
    """
    return (staticcall IStaking(enrolments.STAKING).network()).staked


@internal
@pure
def _part(_staked: uint256, _bps: uint256) -> uint256:
    """
    @dev Rounded up in favour of those who are against: so much is needed.
    """
    return unsafe_div(unsafe_add(unsafe_mul(_staked, _bps), BPS - 1), BPS)

# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slash terms: what an offence costs, and how long things may take
@license AGPL-3.0-only
@notice Only the size of slashes to come can be changed, inside fixed bounds. Everything else is set
        for good, and a slash keeps the size and the deadline it was made with (D16).
"""

# --- interfaces ---

from interfaces import ISlasher

# --- constants ---

DOUBLE_SIGNING: constant(uint256) = 0
OFFLINE: constant(uint256) = 1
NO_REVEAL: constant(uint256) = 2
OFFENCES: constant(uint256) = 3

BPS: constant(uint256) = 10_000
_DAY: constant(uint256) = 86_400

# An offence that costs nothing is none; a pool must never reach zero, however often it is slashed.
MIN_SLASH_BPS: public(constant(uint256)) = 1
MAX_SLASH_BPS: public(constant(uint256)) = 5_000
# A day is the least in which an operator can answer; tokens should not be held for over two weeks,
# four with an appeal.
MIN_APPEAL_SECONDS: public(constant(uint256)) = _DAY
MAX_APPEAL_SECONDS: public(constant(uint256)) = 14 * _DAY
# Jail is at least as long as the window, so that nobody is back before it can be decided; longer
# than two months is what leaving is for.
MAX_JAIL_SECONDS: public(constant(uint256)) = 60 * _DAY
# An hour is the least in which somebody can look; who announces must not keep everybody waiting for
# longer than a week, while stake leaves.
MIN_WARNING_SECONDS: constant(uint256) = 3_600
MAX_WARNING_SECONDS: constant(uint256) = 7 * _DAY
# Six counts fit into the word of a validator.
MAX_WINDOW_EPOCHS: constant(uint256) = 6
# Below a tenth an ordinary validator does not fit; above a half it is no bound.
MIN_JAILED_BPS: constant(uint256) = 1_000
MAX_JAILED_BPS: constant(uint256) = 5_000
# Over two months of three-second blocks: nobody has stake any more that was there then.
MAX_EVIDENCE_BLOCKS: public(constant(uint256)) = 2_000_000
# More than three days of three-second blocks in a row is no offence but absence.
MAX_OFFLINE_MISSED_BLOCKS: public(constant(uint256)) = 100_000

# --- immutables ---

OFFLINE_MISSED_BLOCKS: immutable(uint256)
WINDOW_EPOCHS: immutable(uint256)
WARNING_SECONDS: immutable(uint256)
APPEAL_SECONDS: immutable(uint256)
JAIL_SECONDS: immutable(uint256)
EVIDENCE_BLOCKS: immutable(uint256)
JAILED_BPS: immutable(uint256)
BURN_BPS: immutable(uint256)

# --- storage ---

_slash_bps: uint256[OFFENCES]  # by offence

# --- constructor ---

@deploy
def __init__(_terms: ISlasher.Terms):
    """
    @custom:error "slasher: missed out of range", "slasher: window out of range",
                  "slasher: warning out of range", "slasher: appeal out of range",
                  "slasher: jail out of range", "slasher: evidence out of range",
                  "slasher: jailed out of range", "slasher: burn above 100%",
                  "slasher: bps out of range"
    """
    missed: uint256 = _terms.offline_missed_blocks
    assert 1 <= missed and missed <= MAX_OFFLINE_MISSED_BLOCKS, "slasher: missed out of range"
    window: uint256 = _terms.window_epochs
    assert 1 <= window and window <= MAX_WINDOW_EPOCHS, "slasher: window out of range"
    warning: uint256 = _terms.warning_seconds
    assert (
        MIN_WARNING_SECONDS <= warning and warning <= MAX_WARNING_SECONDS
    ), "slasher: warning out of range"
    appeal: uint256 = _terms.appeal_seconds
    assert (
        MIN_APPEAL_SECONDS <= appeal and appeal <= MAX_APPEAL_SECONDS
    ), "slasher: appeal out of range"
    jail: uint256 = _terms.jail_seconds
    assert appeal <= jail and jail <= MAX_JAIL_SECONDS, "slasher: jail out of range"
    evidence: uint256 = _terms.evidence_blocks
    assert 1 <= evidence and evidence <= MAX_EVIDENCE_BLOCKS, "slasher: evidence out of range"
    jailed: uint256 = _terms.max_jailed_bps
    assert MIN_JAILED_BPS <= jailed and jailed <= MAX_JAILED_BPS, "slasher: jailed out of range"
    assert _terms.burn_bps <= BPS, "slasher: burn above 100%"
    OFFLINE_MISSED_BLOCKS = missed
    WINDOW_EPOCHS = window
    WARNING_SECONDS = warning
    JAILED_BPS = jailed
    APPEAL_SECONDS = appeal
    JAIL_SECONDS = jail
    EVIDENCE_BLOCKS = evidence
    BURN_BPS = _terms.burn_bps
    for offence: uint256 in range(OFFENCES):
        self._set_slash_bps(offence, _terms.slash_bps[offence])

# --- views ---

@external
@view
def terms() -> ISlasher.Terms:
    """
    @notice All terms; those of a slash that was made are in its record.
    """
    return ISlasher.Terms(
        slash_bps=self._slash_bps,
        offline_missed_blocks=OFFLINE_MISSED_BLOCKS,
        window_epochs=WINDOW_EPOCHS,
        warning_seconds=WARNING_SECONDS,
        appeal_seconds=APPEAL_SECONDS,
        jail_seconds=JAIL_SECONDS,
        evidence_blocks=EVIDENCE_BLOCKS,
        max_jailed_bps=JAILED_BPS,
        burn_bps=BURN_BPS,
    )

# --- internal ---

@internal
def _set_slash_bps(_offence: uint256, _bps: uint256):
    """
    @dev Reverts with "slasher: unknown offence", "slasher: bps out of range" or
         "slasher: no change".
    """
    self._check_offence(_offence)
    assert MIN_SLASH_BPS <= _bps and _bps <= MAX_SLASH_BPS, "slasher: bps out of range"
    old_bps: uint256 = self._slash_bps[_offence]
    assert _bps != old_bps, "slasher: no change"
    self._slash_bps[_offence] = _bps
    log ISlasher.SlashBpsSet(offence=_offence, old_bps=old_bps, new_bps=_bps)


@internal
@view
def _check_height(_height: uint256):
    """
    @notice Refuses offences that have not happened or that are too old to be punished.
    @dev Reverts with "slasher: height in the future" or "slasher: evidence too old".
    """
    assert _height < block.number, "slasher: height in the future"
    assert _height + EVIDENCE_BLOCKS >= block.number, "slasher: evidence too old"


@internal
@pure
def _check_offence(_offence: uint256):
    """
    @dev Reverts with "slasher: unknown offence".
    """
    assert _offence < OFFENCES, "slasher: unknown offence"

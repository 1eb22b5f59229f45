# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Jail bound: how much stake announced slashes may jail at a time
@license AGPL-3.0-only
@notice The first slash that jails a validator at work begins a window of one appeal period. All of
        a window together jail at most JAILED_BPS of what was staked when it began, but for the
        first one, which always fits: what a quorum of reporters or a slasher can take out of the
        network before anybody can have decided on it.
@dev    Word: | began at 40 | may jail 104 | jailed 104 |.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from ...common import packing
from . import slash_terms

uses: slash_terms

# --- constants ---

_ACTIVE: constant(uint256) = 1  # a bit of IStaking.Validator.status
_TIME_BITS: constant(uint256) = 40
_MASK_40: constant(uint256) = 2**40 - 1
_WEI_BITS: constant(uint256) = 104
_MASK_104: constant(uint256) = 2**104 - 1

# --- storage ---

_window: uint256  # packed

# --- views ---

@external
@view
def jail_window() -> (uint256, uint256, uint256):
    """
    @notice The newest window, over or not.
    @return When it began (timestamp), how much stake it may jail, and how much it has jailed (wei).
    """
    return self._load()

# --- internal ---

@internal
def _count(_staking: IStaking, _validator: IStaking.Validator):
    """
    @notice Counts a validator that is about to be jailed. Who is not at work weighs nothing.
    @dev Reverts with "slasher: too much jailed at once".
    """
    if _validator.status & _ACTIVE == 0:
        return
    began_at: uint256 = 0
    may_jail: uint256 = 0
    jailed: uint256 = 0
    began_at, may_jail, jailed = self._load()
    if block.timestamp >= began_at + slash_terms.APPEAL_SECONDS:
        began_at = block.timestamp
        may_jail = (staticcall _staking.network()).staked * slash_terms.JAILED_BPS
        may_jail //= slash_terms.BPS
        jailed = _validator.tokens
    else:
        jailed += _validator.tokens
        assert jailed <= may_jail, "slasher: too much jailed at once"
    self._window = (
        packing._fits(began_at, _TIME_BITS)
        | packing._fits(may_jail, _WEI_BITS) << _TIME_BITS
        | packing._fits(jailed, _WEI_BITS) << (_TIME_BITS + _WEI_BITS)
    )


@internal
@view
def _load() -> (uint256, uint256, uint256):
    word: uint256 = self._window
    return (
        word & _MASK_40,
        (word >> _TIME_BITS) & _MASK_104,
        word >> (_TIME_BITS + _WEI_BITS),
    )

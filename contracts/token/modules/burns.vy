# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Burns: who may destroy which tokens, for which reason
@license AGPL-3.0-only
@notice Holders burn for VOLUNTARY, and whoever has their allowance; every other reason is for
        accounts that the owner gave it to. A burner gains no power over anybody's tokens.
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from ...common import reasons
from . import erc20
from . import supply_ledger
from snekmate.auth import ownable

uses: erc20
uses: ownable
uses: supply_ledger

# --- storage ---

# account => mask of the burn reasons it may give besides VOLUNTARY
burner_reasons: public(HashMap[address, uint256])
# accounts with any such reason
burner_count: public(uint256)

# --- user ---

# The default is BURN_VOLUNTARY of common/reasons.vy. It stands here as a number, because the
# compiler looks up a name in a default where the module is used.
@external
def burn(_amount: uint256, _reason: uint256 = 3):
    """
    @notice Destroy tokens of the caller. The cap does not reopen.
    @param _amount Wei; above 0, at most the balance
    @param _reason A burn reason; any but VOLUNTARY only for who was given it by `set_burner`
    @custom:error "mdt: reason not allowed", "mdt: zero amount", "mdt: balance too low"
    """
    self._burn(msg.sender, _amount, _reason)


@external
def burnFrom(_holder: address, _amount: uint256, _reason: uint256 = 3):
    """
    @notice Destroy tokens of `_holder` by its allowance to the caller.
    @param _holder Whose tokens
    @param _amount Wei; above 0, at most the allowance and the balance
    @param _reason As for `burn`; it is the caller who needs it
    @custom:error "mdt: allowance too low", "mdt: reason not allowed", "mdt: zero amount",
                  "mdt: balance too low"
    """
    erc20._spend_allowance(_holder, msg.sender, _amount)
    self._burn(_holder, _amount, _reason)

# --- governance ---

@external
def set_burner(_burner: address, _reasons: uint256):
    """
    @notice Set which burn reasons besides VOLUNTARY an account may give. Owner. A burner gains no
            power over anybody's tokens.
    @param _burner Not zero
    @param _reasons Mask of burn reasons, 0 for none; not the one it has
    @custom:error "ownable: caller is not the owner", "mdt: zero address", "mdt: bad reasons",
                  "mdt: nothing changes"
    """
    ownable._check_owner()
    assert _burner != empty(address), "mdt: zero address"
    assert _reasons < 1 << reasons.BURN_REASON_COUNT, "mdt: bad reasons"
    old_reasons: uint256 = self.burner_reasons[_burner]
    assert _reasons != old_reasons, "mdt: nothing changes"
    if old_reasons == 0:
        self.burner_count += 1
    elif _reasons == 0:
        self.burner_count -= 1
    self.burner_reasons[_burner] = _reasons
    log IMDT.BurnerSet(burner=_burner, old_reasons=old_reasons, new_reasons=_reasons)

# --- internal ---

@internal
def _burn(_holder: address, _amount: uint256, _reason: uint256):
    if _reason != reasons.BURN_VOLUNTARY:
        # a shift by 256 or more gives 0: a code out of range is nobody's
        allowed: uint256 = self.burner_reasons[msg.sender]
        assert (allowed >> _reason) & 1 != 0, "mdt: reason not allowed"
    assert _amount != 0, "mdt: zero amount"
    erc20._destroy(_holder, _amount)
    supply_ledger._record_burn(_holder, _amount, _reason)
    log IMDT.Burned(operator=msg.sender, holder=_holder, reason=_reason, amount=_amount)

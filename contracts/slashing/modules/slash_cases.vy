# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slash cases: how a slash takes effect, waits for its window, and ends upheld or overturned
@license AGPL-3.0-only
@notice Every slash, wherever its evidence comes from, takes effect in one way and is decided once:

            escrowed -> upheld       `execute`, by anyone, when the window is over
                                     `uphold`, by the arbiter, when it turns an appeal down
                     -> overturned   `overturn`, by the arbiter, until then

        An appeal of the validator's operator doubles the window.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ISlasher
from interfaces import IStaking

# --- modules ---

from . import jail
from . import slash_records
from . import slash_split
from . import slash_terms
from . import slasher_roles
from . import votes

uses: jail
uses: slash_records
uses: slash_split
uses: slash_terms
uses: slasher_roles
uses: votes

# --- permissionless ---

@external
def execute(_slash_id: uint256):
    """
    @notice Upholds a slash whose window is over: a part is burned, the rest is the treasury's.
    @param _slash_id Number of the slash.
    @custom:error "slasher: not in escrow", "slasher: window not over", "slasher: transfer failed"
    """
    slash: ISlasher.Slash = slash_records._escrowed(_slash_id)
    assert block.timestamp >= slash.ends_at, "slasher: window not over"
    self._uphold(_slash_id, slash)

# --- user: operator ---

@external
def appeal(_slash_id: uint256, _appeal_hash: bytes32):
    """
    @notice Asks the arbiter to look at a slash; doubles its window. Once per slash, by the
            validator's operator or owner of now.
    @param _slash_id Number of the slash.
    @param _appeal_hash Of the published reasons.
    @custom:error "slasher: not in escrow", "slasher: not the operator",
                  "slasher: already appealed", "slasher: window over", "slasher: empty appeal hash"
    """
    slash: ISlasher.Slash = slash_records._escrowed(_slash_id)
    may_appeal: bool = staticcall votes.VALIDATORS.may_operate(slash.validator_id, msg.sender)
    assert may_appeal, "slasher: not the operator"
    assert not slash.is_appealed, "slasher: already appealed"
    assert block.timestamp < slash.ends_at, "slasher: window over"
    assert _appeal_hash != empty(bytes32), "slasher: empty appeal hash"
    slash.is_appealed = True
    slash.appeal_hash = _appeal_hash
    slash.ends_at += slash_terms.APPEAL_SECONDS
    slash_records._store(_slash_id, slash)
    log ISlasher.Appealed(
        slash_id=_slash_id, operator=msg.sender, appeal_hash=_appeal_hash, ends_at=slash.ends_at
    )

# --- role: arbiter ---

@external
def overturn(_slash_id: uint256):
    """
    @notice Gives a slash back, as long as it was not executed: the pool gets its part, those who
            left since or answered elsewhere claim theirs. The evidence is used up all the same.
    @param _slash_id Number of the slash.
    @custom:error "slasher: not the arbiter", "slasher: not in escrow", "slasher: approve failed"
    """
    slasher_roles._check_arbiter()
    slash: ISlasher.Slash = slash_records._escrowed(_slash_id)
    slash.status = slash_records.OVERTURNED
    slash_records._store(_slash_id, slash)
    total: uint256 = slash.amount + slash.answered
    slash_split._give_back(total)
    jail._end(slash.validator_id, slash.offence, False)
    rest: uint256 = (staticcall jail.STAKING.escrow(slash.validator_id, slash.offence)).tokens
    log ISlasher.Overturned(slash_id=_slash_id, restored=rest, owed=total - rest)
    token: IERC20 = IERC20(slash_split.TOKEN)
    assert extcall token.approve(jail.STAKING.address, rest), "slasher: approve failed"
    extcall jail.STAKING.end_slash(slash.validator_id, slash.offence, True)
    jail._lift(slash.validator_id, slash.offence == slash_terms.DOUBLE_SIGNING)


@external
def uphold(_slash_id: uint256):
    """
    @notice Turns an appeal down before its window is over. Without an appeal the operator has the
            whole window to make one.
    @param _slash_id Number of the slash.
    @custom:error "slasher: not the arbiter", "slasher: not in escrow", "slasher: not appealed",
                  "slasher: transfer failed"
    """
    slasher_roles._check_arbiter()
    slash: ISlasher.Slash = slash_records._escrowed(_slash_id)
    assert slash.is_appealed, "slasher: not appealed"
    self._uphold(_slash_id, slash)

# --- internal ---

@internal
@view
def _new(
    _validator_id: uint256, _offence: uint256, _height: uint256, _evidence_hash: bytes32
) -> ISlasher.Slash:
    """
    @notice A slash as it begins: at the size of now.
    """
    slash: ISlasher.Slash = empty(ISlasher.Slash)
    slash.validator_id = _validator_id
    slash.offence = _offence
    slash.bps = slash_terms._slash_bps[_offence]
    slash.height = _height
    slash.evidence_hash = _evidence_hash
    return slash


@internal
@view
def _check_free(_slash: ISlasher.Slash) -> IStaking.Validator:
    """
    @notice One slash of an offence at a time is in escrow, and one upheld double signing is the
            last: further proofs change nothing (D8).
    @dev Reverts with "slasher: slash in escrow" or "slasher: already tombstoned".
    @return The validator as it is.
    """
    validator: IStaking.Validator = staticcall jail.STAKING.validator(_slash.validator_id)
    assert (validator.pending_slashes >> _slash.offence) & 1 == 0, "slasher: slash in escrow"
    is_final: bool = _slash.offence == slash_terms.DOUBLE_SIGNING
    is_tombstoned: bool = validator.status & jail.TOMBSTONED != 0
    assert not (is_final and is_tombstoned), "slasher: already tombstoned"
    return validator


@internal
def _take_effect(_slash_id: uint256, _slash: ISlasher.Slash):
    """
    @notice The tokens come here, the window begins, the validator is in jail; after `_check_free`.
    """
    slash: ISlasher.Slash = _slash
    slash.status = slash_records.ESCROWED
    slash.slashed_at = block.timestamp
    slash.ends_at = block.timestamp + slash_terms.APPEAL_SECONDS
    slash_records._take_place(slash.validator_id, _slash_id)
    jail._begin(slash.validator_id, slash.offence, slash.height, slash_terms.JAIL_SECONDS)
    # the lock keeps everybody out until what comes in is counted
    slash.amount = extcall jail.STAKING.slash(
        slash.validator_id, slash.offence, _slash_id, slash.bps
    )
    if slash.offence == slash_terms.DOUBLE_SIGNING:
        extcall jail.STAKING.set_bars(slash.validator_id, jail.TOMBSTONED, True)
    slash_records._store(_slash_id, slash)
    slash_split._take(slash.amount)
    log ISlasher.Slashed(
        slash_id=_slash_id,
        validator_id=slash.validator_id,
        offence=slash.offence,
        bps=slash.bps,
        amount=slash.amount,
        height=slash.height,
        evidence_hash=slash.evidence_hash,
        slashed_by=msg.sender,
        ends_at=slash.ends_at,
    )


@internal
def _uphold(_slash_id: uint256, _slash: ISlasher.Slash):
    """
    @dev Reverts as `slash_split._split`.
    """
    slash: ISlasher.Slash = _slash
    slash.status = slash_records.UPHELD
    slash_records._store(_slash_id, slash)
    jail._end(slash.validator_id, slash.offence, True)
    extcall jail.STAKING.end_slash(slash.validator_id, slash.offence, False)
    burned: uint256 = 0
    to_treasury: uint256 = 0
    burned, to_treasury = slash_split._split(
        slash.amount + slash.answered, slash_terms.BURN_BPS
    )
    log ISlasher.Upheld(slash_id=_slash_id, burned=burned, to_treasury=to_treasury)

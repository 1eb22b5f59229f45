# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Epoch amounts: from the inputs of an epoch to its three shares
@license AGPL-3.0-only
@notice utility -> limited change -> halving and base reward -> clamp -> split. `preview` and the
        submission of a report share one function, so they cannot differ.
        The clamp is what the token lets this minter still mint in its life. Nobody else can use
        that up, so between signing and submitting nobody can move the amounts.
        `mdt.model.emission` is the same chain of steps in Python.
"""

# --- interfaces ---

from interfaces import IEmissionController
from interfaces import IMDT

# --- modules ---

from . import emission_parameters
from . import epoch_emission
from . import epoch_records
from . import epochs
from . import halving
from . import shares
from . import utility

uses: epochs
uses: emission_parameters
uses: epoch_records

# --- constants ---

WAD: constant(uint256) = 10**18

# An epoch never pays more than ten billion tokens: keeps products and records in their widths.
MAX_BASE_REWARD: constant(uint256) = 10**28

# --- immutables ---

TOKEN: public(immutable(address))
BASE_REWARD: public(immutable(uint256))  # wei per epoch at U = 1 in era 0
INTERVAL_BLOCKS: public(immutable(uint256))  # blocks per era
HALVINGS: public(immutable(uint256))

# --- constructor ---

@deploy
def __init__(_token: address, _base_reward: uint256, _interval_blocks: uint256, _halvings: uint256):
    """
    @dev Reverts with "amounts: base reward range", or as `halving._require_schedule`.
    """
    assert 1 <= _base_reward and _base_reward <= MAX_BASE_REWARD, "amounts: base reward range"
    assert _halvings <= halving.MAX_HALVINGS, "halving: too many halvings"
    halving._require_schedule(1 << _halvings, _interval_blocks, _halvings)
    TOKEN = _token
    BASE_REWARD = _base_reward
    INTERVAL_BLOCKS = _interval_blocks
    HALVINGS = _halvings

# --- views ---

@external
@view
def preview(
    _epoch: uint256, _tasks: uint256, _difficulty: uint256, _participation: uint256
) -> IEmissionController.Amounts:
    """
    @notice What a report with these inputs would fix for an epoch, if it were submitted now.
    @dev Exact for `next_epoch` while nothing is pending; later epochs are computed with today's
         room and last utility.
    @custom:error "amounts: epoch is history", "utility: tasks out of range",
                  "utility: difficulty above one", "utility: participation above one",
                  "epochs: epoch out of range"
    """
    assert _epoch >= epochs._next_epoch(), "amounts: epoch is history"
    parameters: IEmissionController.Parameters = emission_parameters._at(_epoch)
    return self._amounts(_epoch, parameters, _tasks, _difficulty, _participation)

# --- internal ---

@internal
@view
def _amounts(
    _epoch: uint256,
    _parameters: IEmissionController.Parameters,
    _tasks: uint256,
    _difficulty: uint256,
    _participation: uint256,
) -> IEmissionController.Amounts:
    """
    @notice The amounts of an epoch under its parameters.
    @dev Reverts as `utility` for inputs out of range.
    @param _tasks Tasks done (count).
    @param _difficulty Average difficulty (WAD).
    @param _participation Participation (WAD).
    """
    limited: uint256 = utility._utility(
        _parameters.weights_bps, _parameters.max_tasks, _tasks, _difficulty, _participation
    )
    if _parameters.max_change_wad > 0:
        has_last: bool = False
        last: uint256 = 0
        has_last, last = epoch_records._last_utility()
        if has_last:
            limited = utility._limited(limited, last, _parameters.max_change_wad)

    formula: uint256 = self._formula(_epoch, limited)
    room: uint256 = staticcall IMDT(TOKEN).lifetime_room(self)
    emission: uint256 = min(formula, room)
    parts: uint256[3] = shares._split(emission, _parameters.shares_bps)
    return IEmissionController.Amounts(
        utility=limited,
        ceiling=self._ceiling(_epoch),
        emission=emission,
        miner_share=parts[0],
        validator_share=parts[1],
        dao_share=parts[2],
        is_clamped=room < formula,
    )


@internal
@view
def _ceiling(_epoch: uint256) -> uint256:
    """
    @notice The emission (wei) of an epoch at U = 1, before the clamp.
    """
    return self._formula(_epoch, WAD)


@internal
@view
def _formula(_epoch: uint256, _utility: uint256) -> uint256:
    """
    @notice The emission (wei) of an epoch at a utility (WAD), before the clamp.
    """
    first: uint256 = epochs._first_block(_epoch) - epochs.START_BLOCK
    end: uint256 = first + epochs.EPOCH_BLOCKS
    earned: uint256 = epoch_emission._earned(INTERVAL_BLOCKS, HALVINGS, first, end)
    return epoch_emission._amount(BASE_REWARD, earned, epochs.EPOCH_BLOCKS, HALVINGS, _utility)

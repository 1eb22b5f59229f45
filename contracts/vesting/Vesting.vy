# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Vesting: tokens that become their beneficiaries' over time
@license AGPL-3.0-only
@notice Every schedule is funded in full when it is created, so what is vested can always be paid.
        Anyone may claim for a beneficiary; the tokens go to the beneficiary and nowhere else.

        The owner (a timelock) may end a schedule early if its terms say so: what is vested by then
        is paid at once, the rest goes to the treasury. It can give that right up for good, and the
        beneficiary can give up its schedule. A schedule moves to another account when both agree.

        balanceOf(this) = what all schedules have not paid out yet + tokens sent here directly
@dev    Tokens sent here directly stay here: nothing sweeps.
        Tokens in a schedule cannot be staked from it: claim, then stake (docs/guides/vesting.md).
@custom:security No role can pause claims, take back what is vested or change terms. An index is
    used once, so a call that a timelock has announced means one schedule when it is executed, and
    follows it if it has moved: its holder cannot run from the call.
@custom:kill Nothing to stop: without creators nothing is added, and what is there runs out.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IVesting

implements: IVesting

# --- modules ---

from .modules import vesting_claims
from .modules import vesting_creators
from .modules import vesting_moves
from .modules import vesting_schedule
from .modules import vesting_words
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# Ownership in two steps; it cannot be renounced.
initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# all schedules, and what is paid of them (claims first: the order decides dispatch costs)
initializes: vesting_words
initializes: vesting_claims[vesting_words := vesting_words]
exports: vesting_claims.claim
exports: (
    vesting_words.TOKEN,
    vesting_words.TREASURY,
    vesting_words.UNIT,
    vesting_words.MAX_SCHEDULES,
    vesting_words.vested_at,
    vesting_words.claimable,
    vesting_words.locked,
)

# to another account
initializes: vesting_moves[vesting_words := vesting_words]
exports: (
    vesting_moves.MOVE_DELAY,
    vesting_moves.propose_beneficiary,
    vesting_moves.accept_beneficiary,
    vesting_moves.moved_to,
)

# who makes them
initializes: vesting_creators[ownable := ownable]
exports: (
    vesting_creators.set_creator,
    vesting_creators.is_creator,
    vesting_creators.creator_count,
)

# --- constants ---

MAX_BATCH: constant(uint256) = 64
MAX_PAGE: constant(uint256) = 32

# --- storage ---

# schedules ever created, over all beneficiaries: what a plan made is all there is, or it is not
schedule_count: public(uint256)

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address, _owner: address):
    """
    @notice Only the owner can create schedules until it names somebody else.
    @param _token The MDT token: what it can ever mint decides the UNIT.
    @param _treasury Where the rest of a schedule that ends early goes, for good.
    @param _owner The first owner.
    @custom:error "vesting: token has no code", "vesting: zero address"
    """
    assert _token.is_contract, "vesting: token has no code"
    assert empty(address) not in [_treasury, _owner], "vesting: zero address"
    vesting_words.__init__(_token, _treasury)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)

# --- role: creator ---

@external
def create(_terms: IVesting.Terms) -> uint256:
    """
    @notice Lock tokens of the caller for a beneficiary. The caller must have approved the amount.
    @dev The owner and creators only.
    @param _terms Who gets how much, when; see the interface.
    @return The schedule's index among the beneficiary's.
    @custom:error "vesting: not a creator", "vesting: zero beneficiary", "vesting: zero amount",
                  "vesting: bad beneficiary" The token and this contract.
                  "vesting: not whole units", "vesting: amount out of bounds",
                  "vesting: start in the past", "vesting: start out of bounds",
                  "vesting: duration out of bounds", "vesting: cliff after the end",
                  "vesting: cliff out of bounds", "vesting: not whole hours",
                  "vesting: share above the whole", "vesting: too many schedules",
                  "vesting: transfer failed"
    """
    vesting_creators._check_creator()
    index: uint256 = self._add(_terms)
    self._pull(_terms.amount)
    return index


@external
def create_batch(_batch: DynArray[IVesting.Terms, MAX_BATCH]):
    """
    @notice Create up to 64 schedules, all or none, and pay for them at once.
    @param _batch The terms of each, in order.
    @custom:error "vesting: empty batch", and as `create`.
    """
    vesting_creators._check_creator()
    assert len(_batch) > 0, "vesting: empty batch"
    total: uint256 = 0
    for terms: IVesting.Terms in _batch:
        self._add(terms)
        total += terms.amount
    self._pull(total)

# --- role: beneficiary ---

@external
def renounce(_index: uint256):
    """
    @notice Give up what is not vested yet: it goes to the treasury. What is vested is paid.
    @param _index Which of the caller's schedules.
    @custom:error "vesting: fully vested", "vesting: transfer failed", "vesting: no schedule",
                  "vesting: already ended"
    """
    self._end(msg.sender, _index, vesting_words._running(msg.sender, _index))

# --- governance ---

@external
def revoke(_beneficiary: address, _index: uint256):
    """
    @notice End a schedule that allows it: what is vested is paid, the rest goes to the treasury.
            One that has moved is ended where it is now.
    @dev The owner only.
    @param _beneficiary Whose schedule it is, or was.
    @param _index Which of its schedules.
    @custom:error "ownable: caller is not the owner", "vesting: fully vested",
                  "vesting: transfer failed", "vesting: no schedule", "vesting: already ended",
                  "vesting: not revocable"
                  "vesting: moved too often" More than 16 times: name a later place.
    """
    ownable._check_owner()
    beneficiary: address = empty(address)
    index: uint256 = 0
    beneficiary, index = vesting_moves._followed(_beneficiary, _index)
    self._end(beneficiary, index, vesting_words._revocable(beneficiary, index))


@external
def renounce_revocation(_beneficiary: address, _index: uint256):
    """
    @notice Give up the right to end a schedule early, for good; of one that has moved, where it is.
    @dev The owner only.
    @param _beneficiary Whose schedule it is, or was.
    @param _index Which of its schedules.
    @custom:error "ownable: caller is not the owner", "vesting: no schedule",
                  "vesting: already ended", "vesting: not revocable", "vesting: moved too often"
    """
    ownable._check_owner()
    beneficiary: address = empty(address)
    index: uint256 = 0
    beneficiary, index = vesting_moves._followed(_beneficiary, _index)
    word: uint256 = vesting_words._revocable(beneficiary, index)
    vesting_words._words[beneficiary][index] = word ^ vesting_schedule.REVOCABLE
    log IVesting.RevocationRenounced(beneficiary=beneficiary, index=index)

# --- views ---

@external
@view
def schedule(_beneficiary: address, _index: uint256) -> IVesting.Schedule:
    """
    @notice All about a schedule as of now; zeros where there is none.
    """
    return self._schedule(_beneficiary, _index)


@external
@view
def schedules(
    _beneficiary: address, _first: uint256, _limit: uint256
) -> DynArray[IVesting.Schedule, MAX_PAGE]:
    """
    @notice Up to 32 schedules from an index on, those that are not there included, as zeros.
    """
    found: DynArray[IVesting.Schedule, MAX_PAGE] = []
    first: uint256 = min(_first, vesting_words.MAX_SCHEDULES)
    stop: uint256 = min(first + min(_limit, MAX_PAGE), vesting_words.MAX_SCHEDULES)
    for index: uint256 in range(first, stop, bound=MAX_PAGE):
        found.append(self._schedule(_beneficiary, index))
    return found

# --- internal ---

@internal
def _add(_terms: IVesting.Terms) -> uint256:
    """
    @dev Returns the index. The caller has still to pull the amount.
    """
    assert _terms.beneficiary != empty(address), "vesting: zero beneficiary"
    assert _terms.beneficiary not in [vesting_words.TOKEN, self], "vesting: bad beneficiary"
    word: uint256 = vesting_schedule._pack(_terms, vesting_words.UNIT)
    index: uint256 = vesting_words._free_index(_terms.beneficiary)
    vesting_words._words[_terms.beneficiary][index] = word
    self.schedule_count += 1
    log IVesting.ScheduleCreated(
        beneficiary=_terms.beneficiary,
        index=index,
        creator=msg.sender,
        amount=_terms.amount,
        start=_terms.start,
        cliff_ends_at=unsafe_add(_terms.start, _terms.cliff_seconds),
        ends_at=unsafe_add(_terms.start, _terms.duration_seconds),
        at_start_bps=_terms.at_start_bps,
        is_from_cliff=_terms.is_from_cliff,
        is_revocable=_terms.is_revocable,
    )
    return index


@internal
def _end(_beneficiary: address, _index: uint256, _word: uint256):
    """
    @dev Everything is written before a token moves; an offer to another account lapses.
    """
    vested: uint256 = vesting_schedule._vested(_word, block.timestamp)
    unvested: uint256 = vesting_schedule._amount(_word) - vested
    assert unvested > 0, "vesting: fully vested"
    paid: uint256 = (vested - vesting_schedule._claimed(_word)) * vesting_words.UNIT
    returned: uint256 = unvested * vesting_words.UNIT
    vesting_words._words[_beneficiary][_index] = vesting_schedule._end(_word, vested)
    vesting_moves._proposals[_beneficiary][_index] = 0
    log IVesting.ScheduleEnded(
        beneficiary=_beneficiary, index=_index, ended_by=msg.sender, paid=paid, returned=returned
    )
    if paid > 0:
        vesting_claims._pay(_beneficiary, paid)
    vesting_claims._pay(vesting_words.TREASURY, returned)


@internal
@view
def _schedule(_beneficiary: address, _index: uint256) -> IVesting.Schedule:
    word: uint256 = vesting_words._words[_beneficiary][_index]
    found: IVesting.Schedule = vesting_schedule._show(word, vesting_words.UNIT)
    found.proposed_beneficiary = vesting_moves._proposed(_beneficiary, _index)
    found.acceptable_at = vesting_moves._acceptable_at(
        word, vesting_moves._proposals[_beneficiary][_index]
    )
    return found


@internal
def _pull(_amount: uint256):
    sent: bool = extcall IERC20(vesting_words.TOKEN).transferFrom(msg.sender, self, _amount)
    assert sent, "vesting: transfer failed"

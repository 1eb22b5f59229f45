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
        Tokens in a schedule cannot be staked from it: claim, then stake (docs/vesting-guide.md).
@custom:security No role can pause claims, take back what is vested or change terms. An index is
    used once, so a call that a timelock has announced means one schedule when it is executed. One
    that can be revoked moves MOVE_DELAY after it was offered: its holder cannot run from the call.
@custom:kill Nothing to stop: without creators nothing is added, and what is there runs out.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IMDT
from interfaces import IVesting

implements: IVesting

# --- modules and exports ---

# `uses` (stateless): the curve, and how a schedule fits one word
from .modules import vesting_schedule

# Ownership in two steps; it cannot be renounced.
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# --- constants ---

# Bounds what creating one costs, and what a wallet has to read.
MAX_SCHEDULES: public(constant(uint256)) = 64
# Ten days to notice an offer, on top of the longest delay a timelock of the suite may have.
MOVE_DELAY: public(constant(uint256)) = 40 * 86_400
MAX_BATCH: constant(uint256) = 64
MAX_PAGE: constant(uint256) = 32
TIME_AT: constant(uint256) = 160

# --- immutables ---

# MDT: moves exactly what it is asked to move, calls nobody, and returns True or reverts.
TOKEN: public(immutable(address))
TREASURY: public(immutable(address))  # gets what an early end leaves over
UNIT: public(immutable(uint256))  # wei; amounts are kept in these, so that two fit a word

# --- storage ---

# beneficiary => index => packed
_words: HashMap[address, HashMap[uint256, uint256]]
# beneficiary => index => proposed beneficiary 160 | when it was proposed
_proposals: HashMap[address, HashMap[uint256, uint256]]
# account => may create, besides the owner
_creators: HashMap[address, bool]

# --- constructor ---


@deploy
def __init__(_token: address, _treasury: address, _owner: address):
    """
    @notice Only the owner can create schedules until it names somebody else.
    @dev Reverts with "vesting: token has no code" and "vesting: zero address".
    @param _token The MDT token: what it can ever mint decides the UNIT.
    @param _treasury Where the rest of a schedule that ends early goes, for good.
    @param _owner The first owner.
    """
    assert _token.is_contract, "vesting: token has no code"
    assert empty(address) not in [_treasury, _owner], "vesting: zero address"
    TOKEN = _token
    TREASURY = _treasury
    unit: uint256 = 1
    cap: uint256 = staticcall IMDT(_token).cap()
    for _: uint256 in range(52):  # 2^256 is below 10^52 << 86
        if cap >> vesting_schedule.AMOUNT_BITS < unit:
            break
        unit *= 10
    UNIT = unit
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


# --- permissionless ---


@external
@reentrant
def claim(
    _beneficiary: address, _index: uint256, _amount: uint256 = max_value(uint256)
) -> uint256:
    """
    @notice Pay a beneficiary what is vested and not claimed yet, or a part of it. Anyone may call.
    @dev There is no lock, which saves 330 gas. It needs none: everything is written before the
         token, the last thing called, moves.
         Reverts with "vesting: no schedule", "vesting: nothing to claim".
    @param _beneficiary Whose schedule, and who is paid.
    @param _index Which of its schedules.
    @param _amount At most this many wei, rounded down to UNITs; by default all.
    @return What was paid, in wei.
    """
    word: uint256 = self._words[_beneficiary][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    vested: uint256 = vesting_schedule._vested(word, block.timestamp)
    due: uint256 = unsafe_sub(vested, vesting_schedule._claimed(word))
    unit: uint256 = UNIT  # read once: of two reads Venom loses one, `bench/gas` would show it
    units: uint256 = min(due, unsafe_div(_amount, unit))
    assert units > 0, "vesting: nothing to claim"

    self._words[_beneficiary][_index] = vesting_schedule._add_claimed(word, units)
    amount: uint256 = unsafe_mul(units, unit)
    log IVesting.Claimed(
        beneficiary=_beneficiary, index=_index, claimed_by=msg.sender, amount=amount
    )
    self._pay(_beneficiary, amount)
    return amount


# --- role: creator ---


@external
def create(_terms: IVesting.Terms) -> uint256:
    """
    @notice Lock tokens of the caller for a beneficiary. The caller must have approved the amount.
    @dev The owner and creators only. Reverts with "vesting: not a creator",
         "vesting: zero beneficiary", "vesting: bad beneficiary" for the token and this contract,
         "vesting: too many schedules", "vesting: transfer failed", as `vesting_schedule._pack`
         lists for the other terms, or as the token does.
    @param _terms Who gets how much, when; see the interface.
    @return The schedule's index among the beneficiary's.
    """
    self._check_creator()
    index: uint256 = self._add(_terms)
    self._pull(_terms.amount)
    return index


@external
def create_batch(_batch: DynArray[IVesting.Terms, MAX_BATCH]):
    """
    @notice Create up to 64 schedules, all or none, and pay for them at once.
    @dev Reverts with "vesting: empty batch", and as `create`.
    @param _batch The terms of each, in order.
    """
    self._check_creator()
    assert len(_batch) > 0, "vesting: empty batch"
    total: uint256 = 0
    for terms: IVesting.Terms in _batch:
        self._add(terms)
        total += terms.amount
    self._pull(total)


# --- role: beneficiary ---


@external
def propose_beneficiary(_index: uint256, _new: address):
    """
    @notice Offer one's schedule to another account. Until that accepts, claims go to the caller.
    @dev Reverts with "vesting: no schedule", "vesting: nothing changes",
         "vesting: bad beneficiary" for the caller, the token and this contract.
    @param _index Which of the caller's schedules.
    @param _new Who may accept it; zero withdraws the offer.
    """
    word: uint256 = self._words[msg.sender][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    assert _new != self._proposed(msg.sender, _index), "vesting: nothing changes"
    assert _new not in [msg.sender, TOKEN, self], "vesting: bad beneficiary"
    proposal: uint256 = 0
    if _new != empty(address):
        proposal = convert(_new, uint256) | (block.timestamp << TIME_AT)
    self._proposals[msg.sender][_index] = proposal
    log IVesting.BeneficiaryProposed(
        beneficiary=msg.sender,
        index=_index,
        proposed=_new,
        acceptable_at=self._acceptable_at(word, proposal),
    )


@external
def accept_beneficiary(_old: address, _index: uint256) -> uint256:
    """
    @notice Take an offered schedule over, with all that is not claimed.
    @dev The proposed account only; MOVE_DELAY after the offer if the owner can revoke the schedule.
         Reverts with "vesting: no schedule", "vesting: not proposed",
         "vesting: too early to accept", "vesting: too many schedules".
    @param _old Whose schedule it is.
    @param _index Which of its schedules.
    @return The schedule's index among the caller's.
    """
    word: uint256 = self._words[_old][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    assert msg.sender == self._proposed(_old, _index), "vesting: not proposed"
    acceptable_at: uint256 = self._acceptable_at(word, self._proposals[_old][_index])
    assert block.timestamp >= acceptable_at, "vesting: too early to accept"

    new_index: uint256 = self._free_index(msg.sender)
    self._proposals[_old][_index] = 0
    self._words[_old][_index] = vesting_schedule.MOVED
    self._words[msg.sender][new_index] = word
    log IVesting.BeneficiaryChanged(
        old_beneficiary=_old, new_beneficiary=msg.sender, old_index=_index, new_index=new_index
    )
    return new_index


@external
def renounce(_index: uint256):
    """
    @notice Give up what is not vested yet: it goes to the treasury. What is vested is paid.
    @dev Reverts with "vesting: no schedule", "vesting: already ended", "vesting: fully vested".
    @param _index Which of the caller's schedules.
    """
    self._end(msg.sender, _index, self._running(msg.sender, _index))


# --- governance ---


@external
def revoke(_beneficiary: address, _index: uint256):
    """
    @notice End a schedule that allows it: what is vested is paid, the rest goes to the treasury.
    @dev The owner only. Reverts with "ownable: caller is not the owner", "vesting: no schedule",
         "vesting: already ended", "vesting: not revocable", "vesting: fully vested".
    @param _beneficiary Whose schedule.
    @param _index Which of its schedules.
    """
    ownable._check_owner()
    self._end(_beneficiary, _index, self._revocable(_beneficiary, _index))


@external
def renounce_revocation(_beneficiary: address, _index: uint256):
    """
    @notice Give up the right to end a schedule early, for good.
    @dev The owner only. Reverts with "ownable: caller is not the owner", "vesting: no schedule",
         "vesting: already ended", "vesting: not revocable".
    @param _beneficiary Whose schedule.
    @param _index Which of its schedules.
    """
    ownable._check_owner()
    word: uint256 = self._revocable(_beneficiary, _index)
    self._words[_beneficiary][_index] = word ^ vesting_schedule.REVOCABLE
    log IVesting.RevocationRenounced(beneficiary=_beneficiary, index=_index)


@external
def set_creator(_creator: address, _is_creator: bool):
    """
    @notice Say who else may create schedules, with tokens of its own: a creator has no power over
            existing ones, nor over anybody's tokens.
    @dev The owner only. Reverts with "ownable: caller is not the owner", "vesting: zero address",
         "vesting: nothing changes".
    @param _creator The account.
    @param _is_creator Whether it may.
    """
    ownable._check_owner()
    assert _creator != empty(address), "vesting: zero address"
    assert self._creators[_creator] != _is_creator, "vesting: nothing changes"
    self._creators[_creator] = _is_creator
    log IVesting.CreatorSet(creator=_creator, is_creator=_is_creator)


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
    first: uint256 = min(_first, MAX_SCHEDULES)
    stop: uint256 = min(first + min(_limit, MAX_PAGE), MAX_SCHEDULES)
    for index: uint256 in range(first, stop, bound=MAX_PAGE):
        found.append(self._schedule(_beneficiary, index))
    return found


@external
@view
def vested_at(_beneficiary: address, _index: uint256, _time: uint256) -> uint256:
    """
    @notice Wei vested at any time, past or to come, if nobody ends the schedule before. Of one that
            was ended: what was vested then, whatever the time.
    """
    return vesting_schedule._vested(self._existing(_beneficiary, _index), _time) * UNIT


@external
@view
def claimable(_beneficiary: address, _index: uint256) -> uint256:
    """
    @notice Wei vested and not claimed.
    """
    word: uint256 = self._existing(_beneficiary, _index)
    vested: uint256 = vesting_schedule._vested(word, block.timestamp)
    return (vested - vesting_schedule._claimed(word)) * UNIT


@external
@view
def locked(_beneficiary: address, _index: uint256) -> uint256:
    """
    @notice Wei not vested yet; none of a schedule that was ended.
    """
    word: uint256 = self._existing(_beneficiary, _index)
    vested: uint256 = vesting_schedule._vested(word, block.timestamp)
    return (vesting_schedule._amount(word) - vested) * UNIT


@external
@view
def is_creator(_account: address) -> bool:
    """
    @notice Whether an account may create schedules: the owner, and whom it named.
    """
    return self._is_creator(_account)


# --- internal ---


@internal
@view
def _is_creator(_account: address) -> bool:
    return self._creators[_account] or _account == ownable.owner


@internal
@view
def _check_creator():
    assert self._is_creator(msg.sender), "vesting: not a creator"


@internal
def _add(_terms: IVesting.Terms) -> uint256:
    """
    @dev Returns the index. The caller has still to pull the amount.
    """
    assert _terms.beneficiary != empty(address), "vesting: zero beneficiary"
    assert _terms.beneficiary not in [TOKEN, self], "vesting: bad beneficiary"
    word: uint256 = vesting_schedule._pack(_terms, UNIT)
    index: uint256 = self._free_index(_terms.beneficiary)
    self._words[_terms.beneficiary][index] = word
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
@view
def _free_index(_beneficiary: address) -> uint256:
    """
    @dev The first index never used. What creators pay to look for it grows with what trusted
         creators made and what the account itself accepted; claims never look (E14).
    """
    for index: uint256 in range(MAX_SCHEDULES):
        if self._words[_beneficiary][index] == 0:
            return index
    raise "vesting: too many schedules"


@internal
@view
def _existing(_beneficiary: address, _index: uint256) -> uint256:
    """
    @dev The word for views: zero where there is no schedule, and so is all it says.
    """
    word: uint256 = self._words[_beneficiary][_index]
    return word if vesting_schedule._exists(word) else 0


@internal
@view
def _running(_beneficiary: address, _index: uint256) -> uint256:
    word: uint256 = self._words[_beneficiary][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    assert word & vesting_schedule.ENDED == 0, "vesting: already ended"
    return word


@internal
@view
def _revocable(_beneficiary: address, _index: uint256) -> uint256:
    word: uint256 = self._running(_beneficiary, _index)
    assert word & vesting_schedule.REVOCABLE != 0, "vesting: not revocable"
    return word


@internal
def _end(_beneficiary: address, _index: uint256, _word: uint256):
    """
    @dev Everything is written before a token moves; an offer to another account lapses.
    """
    vested: uint256 = vesting_schedule._vested(_word, block.timestamp)
    unvested: uint256 = vesting_schedule._amount(_word) - vested
    assert unvested > 0, "vesting: fully vested"
    paid: uint256 = (vested - vesting_schedule._claimed(_word)) * UNIT
    returned: uint256 = unvested * UNIT
    self._words[_beneficiary][_index] = vesting_schedule._end(_word, vested)
    self._proposals[_beneficiary][_index] = 0
    log IVesting.ScheduleEnded(
        beneficiary=_beneficiary, index=_index, ended_by=msg.sender, paid=paid, returned=returned
    )
    if paid > 0:
        self._pay(_beneficiary, paid)
    self._pay(TREASURY, returned)


@internal
@view
def _proposed(_beneficiary: address, _index: uint256) -> address:
    return convert(self._proposals[_beneficiary][_index] & (2**TIME_AT - 1), address)


@internal
@pure
def _acceptable_at(_word: uint256, _proposal: uint256) -> uint256:
    """
    @dev 0 when nothing is proposed.
    """
    proposed_at: uint256 = _proposal >> TIME_AT
    flags: uint256 = vesting_schedule.REVOCABLE | vesting_schedule.ENDED
    if proposed_at != 0 and _word & flags == vesting_schedule.REVOCABLE:
        return proposed_at + MOVE_DELAY
    return proposed_at


@internal
@view
def _schedule(_beneficiary: address, _index: uint256) -> IVesting.Schedule:
    word: uint256 = self._words[_beneficiary][_index]
    found: IVesting.Schedule = vesting_schedule._show(word, UNIT)
    found.proposed_beneficiary = self._proposed(_beneficiary, _index)
    found.acceptable_at = self._acceptable_at(word, self._proposals[_beneficiary][_index])
    return found


@internal
def _pull(_amount: uint256):
    sent: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount)
    assert sent, "vesting: transfer failed"


@internal
def _pay(_to: address, _amount: uint256):
    assert extcall IERC20(TOKEN).transfer(_to, _amount), "vesting: transfer failed"

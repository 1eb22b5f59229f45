# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title RewardDistributor: cumulative Merkle claims of the miner share
@license AGPL-3.0-only
@notice Each epoch brings a root over (account, everything it ever earned) and exactly the tokens by
        which the total grew. One claim pays all epochs so far; anyone may claim for anyone, and the
        tokens go to the account or to the recipient it chose for itself, nowhere else. An account
        can also have its payment staked, in a position of its own, in one transaction.

            payment = cumulative - claimed[account]

@dev Claims are never closed: no role can pause them, take tokens out, or lower what was claimed.
@custom:security What the leaves of a root add up to is not visible on chain: a root that promises
    more than was funded pays first come, first served, up to the tokens held. The controller
    therefore lets a root in only by quorum, after a delay, and open to refutation.
    Tokens sent here directly stay here: funding always pulls the whole difference of the totals.
@custom:kill The owner sets another funder: no root follows, and the last one stays claimable.
"""

# --- interfaces ---

from ethereum.ercs import IERC20

from interfaces import IEmissionController
from interfaces import IRewardDistributor
from interfaces import IStaking

implements: IRewardDistributor

# --- modules ---

# `uses` (stateless): leaves and proofs.
from ..common import merkle

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

# A record is one word: what an account has claimed, and in the top bit whether it chose a
# recipient, so that a claim reads the recipient only where there is one. A single payment stays
# below 2^128 wei, so no sequence of payments reaches the top bit.
HAS_RECIPIENT: constant(uint256) = 2**255
MAX_CLAIMED: constant(uint256) = 2**255 - 1
MAX_PAYMENT: constant(uint256) = 2**128 - 1

# 64 claims with 20 siblings each are 55 kB of calldata, well inside 128 kB per transaction.
MAX_BATCH: constant(uint256) = 64

# --- immutables ---

# MDT: moves exactly what it is asked to move, calls nobody, and returns True or reverts.
TOKEN: immutable(IERC20)

# --- storage ---

# The root claims are made against, and the sum of its leaves as declared, in wei.
root: public(bytes32)
total_funded: public(uint256)

# May bring roots, together with their tokens.
funder: public(address)

# account => claimed | HAS_RECIPIENT
_records: HashMap[address, uint256]

# account => where its claims go; meaningful where HAS_RECIPIENT is set
_recipients: HashMap[address, address]

# --- constructor ---

@deploy
def __init__(_token: address, _owner: address):
    """
    @notice There is no funder until the owner sets one.
    @param _token The MDT token.
    @param _owner The first owner.
    @custom:error "distributor: token has no code", "distributor: zero address"
    """
    assert _token.is_contract, "distributor: token has no code"
    assert _owner != empty(address), "distributor: zero address"
    TOKEN = IERC20(_token)
    ownable.__init__()
    ownable_2step.__init__()
    ownable._transfer_ownership(_owner)

# --- permissionless ---

@external
@reentrant
def claim(_account: address, _cumulative: uint256, _proof: DynArray[bytes32, 32]) -> uint256:
    """
    @notice Pay an account everything it has earned and not yet claimed. Anyone may call.
    @dev The most frequent call of the suite, so it does without two things that cost 840 gas: the
         proof loop is `merkle._verify` written out (no copy of the proof), and there is no lock.
         It needs none: everything is written before the token, the last thing called, moves.
    @param _account The account that earned.
    @param _cumulative Everything it ever earned under the current root, in wei.
    @param _proof The siblings of its leaf, from the leaf up.
    @return What was paid, in wei.
    @custom:error "distributor: nothing to claim" _cumulative is not above what was claimed, or is
                  2^128 wei above it.
                  "distributor: invalid proof", "distributor: transfer failed"
    """
    record: uint256 = self._records[_account]
    # Wraps to more than MAX_PAYMENT when less was earned than claimed: one comparison refuses both.
    amount: uint256 = unsafe_sub(_cumulative, record & MAX_CLAIMED)
    assert unsafe_sub(amount, 1) < MAX_PAYMENT, "distributor: nothing to claim"

    computed: bytes32 = keccak256(keccak256(abi_encode(_account, _cumulative)))
    for sibling: bytes32 in _proof:
        if convert(computed, uint256) < convert(sibling, uint256):
            computed = keccak256(abi_encode(computed, sibling))
        else:
            computed = keccak256(abi_encode(sibling, computed))
    assert computed == self.root, "distributor: invalid proof"

    self._records[_account] = unsafe_add(record, amount)
    recipient: address = _account
    if record >= HAS_RECIPIENT:
        recipient = self._recipients[_account]
    assert extcall TOKEN.transfer(recipient, amount), "distributor: transfer failed"
    log IRewardDistributor.Claimed(account=_account, amount=amount)
    return amount


@external
def claim_many(
    _accounts: DynArray[address, MAX_BATCH],
    _cumulatives: DynArray[uint256, MAX_BATCH],
    _proofs: DynArray[DynArray[bytes32, 32], MAX_BATCH],
) -> uint256:
    """
    @notice Claim for up to 64 accounts in one transaction. Anyone may call.
    @dev An entry that is paid already is skipped without looking at its proof, so a claim that
         slipped in before the batch does not undo it. An entry whose transfer fails is left
         unpaid and the others are paid.
         An invalid proof does revert the batch: only a newer root can make a good proof bad,
         and it does so for every entry, which the caller should hear about.
    @param _accounts The accounts that earned.
    @param _cumulatives What each ever earned under the current root, in wei.
    @param _proofs The siblings of each leaf.
    @return What was paid in all, in wei; 0 when all were paid before.
    @custom:error "distributor: length mismatch", "distributor: invalid proof",
                  "distributor: transfer failed"
    """
    count: uint256 = len(_accounts)
    assert len(_cumulatives) == count, "distributor: length mismatch"
    assert len(_proofs) == count, "distributor: length mismatch"

    root: bytes32 = self.root
    total: uint256 = 0
    for i: uint256 in range(count, bound=MAX_BATCH):
        account: address = _accounts[i]
        record: uint256 = self._records[account]
        amount: uint256 = unsafe_sub(_cumulatives[i], record & MAX_CLAIMED)
        if unsafe_sub(amount, 1) >= MAX_PAYMENT:
            continue
        leaf: bytes32 = merkle._leaf(account, _cumulatives[i])
        assert merkle._verify(_proofs[i], root, leaf), "distributor: invalid proof"
        total = unsafe_add(total, self._try_pay(account, record, amount))
    return total

# --- user ---

@external
def claim_and_stake(
    _cumulative: uint256, _proof: DynArray[bytes32, 32], _validator_id: uint256, _slot: uint256
) -> uint256:
    """
    @notice Claim everything the caller has earned, and add all of it to a position of the caller's
            own, whatever recipient it chose. It locks nothing: who owns the stake locks it.
    @dev Staking and this contract know each other by the funder. The allowance is used up at once.
    @param _cumulative Everything the caller ever earned under the current root, in wei.
    @param _proof The siblings of its leaf, from the leaf up.
    @param _validator_id The validator's number.
    @param _slot 0-7 to delegate, 8-15 for the own stake of a validator that it operates.
    @return What was paid and staked, in wei.
    @custom:error "distributor: nothing to claim", "distributor: invalid proof",
                  "distributor: no staking", "distributor: transfer failed", or as staking does.
    """
    record: uint256 = self._records[msg.sender]
    amount: uint256 = unsafe_sub(_cumulative, record & MAX_CLAIMED)
    assert unsafe_sub(amount, 1) < MAX_PAYMENT, "distributor: nothing to claim"
    leaf: bytes32 = merkle._leaf(msg.sender, _cumulative)
    assert merkle._verify(_proof, self.root, leaf), "distributor: invalid proof"

    assert self.funder.is_contract, "distributor: no staking"
    self._records[msg.sender] = unsafe_add(record, amount)
    log IRewardDistributor.Claimed(account=msg.sender, amount=amount)
    staking: address = staticcall IEmissionController(self.funder).STAKING()
    assert extcall TOKEN.approve(staking, amount), "distributor: transfer failed"
    extcall IStaking(staking).stake(_validator_id, _slot, amount, 0, msg.sender)
    return amount


@external
def set_recipient(_recipient: address):
    """
    @notice Choose where the caller's own claims go from now on; zero or itself undoes it.
    @param _recipient The new recipient.
    @custom:error "distributor: bad recipient" The token and this contract: nothing comes back.
                  "distributor: no change"
    """
    assert _recipient not in [TOKEN.address, self], "distributor: bad recipient"
    record: uint256 = self._records[msg.sender]
    old_recipient: address = self._recipient(msg.sender, record)
    new_recipient: address = _recipient if _recipient != empty(address) else msg.sender
    assert new_recipient != old_recipient, "distributor: no change"

    if new_recipient == msg.sender:
        self._records[msg.sender] = record & MAX_CLAIMED
        self._recipients[msg.sender] = empty(address)
    else:
        self._records[msg.sender] = record | HAS_RECIPIENT
        self._recipients[msg.sender] = new_recipient
    log IRewardDistributor.RecipientSet(
        account=msg.sender, old_recipient=old_recipient, new_recipient=new_recipient
    )

# --- role: funder ---

@external
def fund(_root: bytes32, _cumulative_total: uint256):
    """
    @notice Bring the next root together with exactly the tokens by which the total grows.
    @dev The funder only; it must have approved the difference.
    @param _root The new root.
    @param _cumulative_total The sum of all its leaves, in wei.
    @custom:error "distributor: not funder", "distributor: empty root",
                  "distributor: transfer failed", or as the token does.
                  "distributor: no change" It is the current root.
                  "distributor: nothing to fund" The total does not grow.
                  "distributor: total too large" From 2^128 wei.
    """
    assert msg.sender == self.funder, "distributor: not funder"
    assert _root != empty(bytes32), "distributor: empty root"
    assert _root != self.root, "distributor: no change"
    funded: uint256 = self.total_funded
    assert _cumulative_total > funded, "distributor: nothing to fund"
    assert _cumulative_total <= MAX_PAYMENT, "distributor: total too large"

    amount: uint256 = unsafe_sub(_cumulative_total, funded)
    self.root = _root
    self.total_funded = _cumulative_total
    assert extcall TOKEN.transferFrom(msg.sender, self, amount), "distributor: transfer failed"
    log IRewardDistributor.RootUpdated(
        root=_root, amount=amount, total_funded=_cumulative_total
    )

# --- governance ---

@external
def set_funder(_funder: address):
    """
    @notice Name the contract that brings roots.
    @dev The owner only.
    @param _funder The new funder: the emission controller.
    @custom:error "ownable: caller is not the owner", "distributor: zero address",
                  "distributor: no change"
    """
    ownable._check_owner()
    assert _funder != empty(address), "distributor: zero address"
    old_funder: address = self.funder
    assert _funder != old_funder, "distributor: no change"
    self.funder = _funder
    log IRewardDistributor.FunderSet(old_funder=old_funder, new_funder=_funder)

# --- views ---

@external
@view
def claimed(_account: address) -> uint256:
    """
    @notice What an account has been paid so far, in wei. It never goes down.
    @param _account The account that earned.
    @return Wei paid for it, to whichever recipient.
    """
    return self._records[_account] & MAX_CLAIMED


@external
@view
def recipient_of(_account: address) -> address:
    """
    @notice Where the claims of an account go.
    @param _account The account that earned.
    @return The recipient it chose, or the account itself.
    """
    return self._recipient(_account, self._records[_account])


@external
@view
def unclaimed() -> uint256:
    """
    @notice Funded and not yet claimed: the tokens held, direct transfers to here included.
    @return Wei held.
    """
    return staticcall TOKEN.balanceOf(self)

# --- internal ---

@internal
@view
def _recipient(_account: address, _record: uint256) -> address:
    """
    @dev Where the claims of an account go, given its record.
    """
    if _record >= HAS_RECIPIENT:
        return self._recipients[_account]
    return _account


@internal
def _try_pay(_account: address, _record: uint256, _amount: uint256) -> uint256:
    """
    @dev What was paid: the amount, or 0 when the token reverts, which undoes whatever it did.
         An answer other than True may have left something behind: then no part of the batch stands.
    """
    recipient: address = self._recipient(_account, _record)
    self._records[_account] = unsafe_add(_record, _amount)
    is_paid: bool = False
    answer: Bytes[32] = b""
    is_paid, answer = raw_call(
        TOKEN.address,
        abi_encode(recipient, _amount, method_id=method_id("transfer(address,uint256)")),
        max_outsize=32,
        revert_on_failure=False,
    )
    if not is_paid:
        self._records[_account] = _record
        return 0
    assert answer == abi_encode(True), "distributor: transfer failed"
    log IRewardDistributor.Claimed(account=_account, amount=_amount)
    return _amount

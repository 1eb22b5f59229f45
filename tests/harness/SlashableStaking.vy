# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: as much of Staking and Validators as the slasher looks at, on real tokens
@license AGPL-3.0-only
@dev Pools are plain numbers, redelegated positions too. Who leaves a pool takes a part of it, and the
     same part of what is in escrow is noted, as in Staking. Everything can be set.
"""

from ethereum.ercs import IERC20
from interfaces import IStaking
from interfaces import IValidators

BPS: constant(uint256) = 10_000

token: public(IERC20)
slasher: public(address)
unbonding_seconds: public(uint256)
unbonding_blocks: public(uint256)
elsewhere: uint256  # staked with validators that are in no test
exited_at: public(HashMap[uint256, uint256])
pools: HashMap[uint256, IStaking.Validator]
escrows: HashMap[uint256, HashMap[uint256, IStaking.Escrow]]
restitution: public(HashMap[address, HashMap[uint256, HashMap[address, uint256]]])
debts: HashMap[uint256, HashMap[address, HashMap[uint256, IStaking.Debt]]]
requests: HashMap[uint256, HashMap[address, HashMap[uint256, HashMap[uint256, IStaking.Request]]]]
position_tokens: public(HashMap[uint256, HashMap[address, HashMap[uint256, uint256]]])
keys: HashMap[address, IValidators.Key]
owner_of: public(HashMap[uint256, address])
operator_of: public(HashMap[uint256, address])
vote_keys: HashMap[uint256, address]
validator_count: public(uint256)


@deploy
def __init__(_token: address, _unbonding_seconds: uint256, _unbonding_blocks: uint256):
    self.token = IERC20(_token)
    self.unbonding_seconds = _unbonding_seconds
    self.unbonding_blocks = _unbonding_blocks


@external
@view
def TOKEN() -> address:
    return self.token.address


# --- what a slasher asks an emission controller for when it is made, where nobody reports ---


@external
@view
def START_BLOCK() -> uint256:
    return 1


@external
@view
def EPOCH_BLOCKS() -> uint256:
    return 40


# --- set-up ---


@external
def set_slasher(_slasher: address):
    self.slasher = _slasher


@external
def open(_operator: address, _tokens: uint256) -> uint256:
    self.validator_count += 1
    self.owner_of[self.validator_count] = _operator
    self.operator_of[self.validator_count] = _operator
    self.vote_keys[self.validator_count] = _operator
    self.keys[_operator] = IValidators.Key(
        validator_id=self.validator_count, since=block.number, until=0
    )
    self.pools[self.validator_count].tokens = _tokens
    return self.validator_count


@external
def rotate(_validator_id: uint256, _key: address):
    self.keys[self.vote_keys[_validator_id]].until = block.number
    self.vote_keys[_validator_id] = _key
    self.keys[_key] = IValidators.Key(validator_id=_validator_id, since=block.number, until=0)


@external
def set_owner(_validator_id: uint256, _owner: address):
    self.owner_of[_validator_id] = _owner


@external
def set_operator(_validator_id: uint256, _operator: address):
    self.operator_of[_validator_id] = _operator


@external
@view
def may_operate(_validator_id: uint256, _account: address) -> bool:
    return _account in [self.owner_of[_validator_id], self.operator_of[_validator_id]]


@external
def set_elsewhere(_staked: uint256):
    self.elsewhere = _staked


@external
def set_exit(_validator_id: uint256, _exited_at: uint256):
    self.exited_at[_validator_id] = _exited_at
    self.pools[_validator_id].status &= ~2
    if _exited_at != 0:
        self.pools[_validator_id].status |= 2


@external
def set_standing(_validator_id: uint256, _is_jailed: bool, _slash_count: uint256):
    self.pools[_validator_id].status = 4 if _is_jailed else 0
    self.pools[_validator_id].slash_count = _slash_count


@external
def set_position(
    _validator_id: uint256, _owner: address, _slot: uint256, _tokens: uint256, _debt: IStaking.Debt
):
    self.position_tokens[_validator_id][_owner][_slot] = _tokens
    self.debts[_validator_id][_owner][_slot] = _debt


@external
def set_request(
    _validator_id: uint256, _owner: address, _slot: uint256, _id: uint256, _request: IStaking.Request
):
    self.requests[_validator_id][_owner][_slot][_id] = _request


@external
def leave(_validator_id: uint256, _owner: address, _bps: uint256):
    amount: uint256 = self.pools[_validator_id].tokens * _bps // BPS
    self.pools[_validator_id].tokens -= amount
    for offence: uint256 in range(3):
        held: IStaking.Escrow = self.escrows[_validator_id][offence]
        note: uint256 = held.tokens * _bps // BPS
        if note > 0:
            self.escrows[_validator_id][offence].tokens -= note
            self.restitution[self.slasher][held.slash_id][_owner] += note
    assert extcall self.token.transfer(self.owner_of[_validator_id], amount)


# --- what the slasher calls ---


@external
def slash(
    _validator_id: uint256,
    _offence: uint256,
    _slash_id: uint256,
    _bps: uint256,
) -> uint256:
    assert msg.sender == self.slasher, "staking: not the slasher"
    pool: IStaking.Validator = self.pools[_validator_id]
    assert (pool.pending_slashes >> _offence) & 1 == 0, "staking: slash pending"
    amount: uint256 = pool.tokens * _bps // BPS
    self.escrows[_validator_id][_offence] = IStaking.Escrow(
        tokens=amount, slash_id=_slash_id
    )
    pool.tokens -= amount
    pool.pending_slashes |= 1 << _offence
    pool.slash_count += 1
    pool.status |= 4
    self.pools[_validator_id] = pool
    assert extcall self.token.transfer(msg.sender, amount)
    return amount


@external
def set_bars(_validator_id: uint256, _bars: uint256, _is_barred: bool):
    assert msg.sender == self.slasher, "staking: not the slasher"
    old_status: uint256 = self.pools[_validator_id].status
    status: uint256 = old_status & ~_bars
    if _is_barred:
        status |= _bars
    assert status != old_status, "staking: no change"
    self.pools[_validator_id].status = status


@external
def end_slash(_validator_id: uint256, _offence: uint256, _is_overturned: bool) -> uint256:
    assert msg.sender == self.slasher, "staking: not the slasher"
    pool: IStaking.Validator = self.pools[_validator_id]
    assert (pool.pending_slashes >> _offence) & 1 == 1, "staking: no slash pending"
    held: IStaking.Escrow = self.escrows[_validator_id][_offence]
    self.escrows[_validator_id][_offence] = empty(IStaking.Escrow)
    pool.pending_slashes ^= 1 << _offence
    if _is_overturned:
        pool.tokens += held.tokens
    self.pools[_validator_id] = pool
    if _is_overturned:
        assert extcall self.token.transferFrom(msg.sender, self, held.tokens)
    return held.tokens


@external
def answer_slash(
    _validator_id: uint256,
    _owner: address,
    _slot: uint256,
    _request_id: uint256,
    _slash_id: uint256,
    _bps: uint256,
    _height: uint256,
) -> uint256:
    assert msg.sender == self.slasher, "staking: not the slasher"
    amount: uint256 = 0
    if _request_id == max_value(uint256):
        owes: IStaking.Debt = self.debts[_validator_id][_owner][_slot]
        if _height <= owes.left_at:
            amount = self.position_tokens[_validator_id][_owner][_slot] * _bps // BPS
        self.position_tokens[_validator_id][_owner][_slot] -= amount
        self.debts[_validator_id][_owner][_slot].next_slash += 1
    else:
        request: IStaking.Request = self.requests[_validator_id][_owner][_slot][_request_id]
        assert request.unlocks_at != 0, "staking: nothing to answer"
        if _height <= request.left_at:
            amount = request.tokens * _bps // BPS
        request.tokens -= amount
        request.next_slash += 1
        self.requests[_validator_id][_owner][_slot][_request_id] = request
    self.restitution[msg.sender][_slash_id][_owner] += amount
    assert extcall self.token.transfer(msg.sender, amount)
    return amount


@external
def take_restitution(_slash_id: uint256, _owner: address) -> uint256:
    amount: uint256 = self.restitution[msg.sender][_slash_id][_owner]
    self.restitution[msg.sender][_slash_id][_owner] = 0
    return amount


# --- views ---


@external
@view
def validator(_validator_id: uint256) -> IStaking.Validator:
    """
    @dev Whoever is not barred is active, with all of its tokens.
    """
    pool: IStaking.Validator = self.pools[_validator_id]
    if pool.status & 14 == 0:
        pool.status |= 1
    return pool


@external
@view
def network() -> IStaking.Network:
    found: IStaking.Network = empty(IStaking.Network)
    found.staked = self.elsewhere
    for validator_id: uint256 in range(1, self.validator_count + 1, bound=128):
        if self.pools[validator_id].status & 14 == 0:
            found.staked += self.pools[validator_id].tokens
    return found


@external
@view
def escrow(_validator_id: uint256, _offence: uint256) -> IStaking.Escrow:
    return self.escrows[_validator_id][_offence]


@external
@view
def debt(_validator_id: uint256, _owner: address, _slot: uint256) -> IStaking.Debt:
    return self.debts[_validator_id][_owner][_slot]


@external
@view
def request(
    _validator_id: uint256, _owner: address, _slot: uint256, _id: uint256
) -> IStaking.Request:
    return self.requests[_validator_id][_owner][_slot][_id]


@external
@view
def terms() -> IStaking.Terms:
    found: IStaking.Terms = empty(IStaking.Terms)
    found.unbonding_seconds = self.unbonding_seconds
    found.unbonding_blocks = self.unbonding_blocks
    return found


@external
@view
def key(_key: address) -> IValidators.Key:
    return self.keys[_key]

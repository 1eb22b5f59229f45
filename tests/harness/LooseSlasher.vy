# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a slasher of anybody's word, on the real Staking
@license AGPL-3.0-only
@dev Slashes take effect, are decided, answered and given back as the real slasher's are, without evidence,
     windows or roles. It keeps its totals as the real one does; they can be switched off.
"""

from ethereum.ercs import IERC20
from interfaces import IStaking

UPHELD: constant(uint256) = 2
OVERTURNED: constant(uint256) = 3

struct Slash:
    validator_id: uint256
    offence: uint256
    bps: uint256
    height: uint256
    status: uint256
    amount: uint256
    answered: uint256

STAKING: immutable(IStaking)
TOKEN: immutable(IERC20)
slash_count: public(uint256)
is_silent: public(bool)
slashed: uint256
upheld: uint256
given_back: uint256
slashes: HashMap[uint256, Slash]
count_of: HashMap[uint256, uint256]
id_at: HashMap[uint256, HashMap[uint256, uint256]]


@deploy
def __init__(_staking: address, _token: address):
    STAKING = IStaking(_staking)
    TOKEN = IERC20(_token)


@external
def silence(_is_silent: bool):
    self.is_silent = _is_silent


@external
@view
def totals() -> (uint256, uint256, uint256, uint256):
    assert not self.is_silent, "loose: silent"
    return self.slashed, 0, self.upheld, self.given_back


@external
def slash(_validator_id: uint256, _offence: uint256, _bps: uint256, _height: uint256, _bars: uint256) -> uint256:
    id: uint256 = self.slash_count
    self.slash_count = id + 1
    amount: uint256 = extcall STAKING.slash(_validator_id, _offence, id, _bps)
    self.slashes[id] = Slash(
        validator_id=_validator_id, offence=_offence, bps=_bps, height=_height, status=1, amount=amount, answered=0
    )
    self.id_at[_validator_id][self.count_of[_validator_id]] = id
    self.count_of[_validator_id] += 1
    self.slashed += amount
    if _bars != 0:
        extcall STAKING.set_bars(_validator_id, _bars, True)
    return id


@external
def decide(_id: uint256, _is_overturned: bool):
    slash: Slash = self.slashes[_id]
    assert slash.status == 1, "loose: decided"
    self.slashes[_id].status = OVERTURNED if _is_overturned else UPHELD
    if _is_overturned:
        self.given_back += slash.amount + slash.answered
        extcall TOKEN.approve(STAKING.address, slash.amount)
    else:
        self.upheld += slash.amount + slash.answered
    extcall STAKING.end_slash(slash.validator_id, slash.offence, _is_overturned)


@external
def unjail(_validator_id: uint256):
    extcall STAKING.set_bars(_validator_id, 4, False)


@external
def answer(_validator_id: uint256, _owner: address, _slot: uint256, _request_id: uint256) -> uint256:
    request: IStaking.Request = staticcall STAKING.request(_validator_id, _owner, _slot, _request_id)
    assert request.next_slash < self.count_of[_validator_id], "slasher: nothing to answer"
    id: uint256 = self.id_at[_validator_id][request.next_slash]
    slash: Slash = self.slashes[id]
    bps: uint256 = slash.bps
    if slash.status == OVERTURNED:
        bps = 0
    amount: uint256 = extcall STAKING.answer_slash(
        _validator_id, _owner, _slot, _request_id, id, bps, slash.height
    )
    self.slashes[id].answered += amount
    self.slashed += amount
    if slash.status == UPHELD:
        self.upheld += amount
    return amount


@external
def claim_restitution(_id: uint256, _owner: address) -> uint256:
    assert self.slashes[_id].status == OVERTURNED, "slasher: not overturned"
    amount: uint256 = extcall STAKING.take_restitution(_id, _owner)
    assert amount != 0, "slasher: nothing owed"
    extcall TOKEN.transfer(_owner, amount)
    return amount

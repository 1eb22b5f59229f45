# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: what the registry sees of Staking. It notes each call as it came, and who was the owner in the
       middle of it, can call back, and refuses what Staking refuses of a validator. It is the token and the recycling pool as well, and
       everybody has as much as it wants.
@license AGPL-3.0-only
"""

from interfaces import IStaking
from interfaces import IValidators

struct Call:
    caller: address
    name: String[16]
    validator_id: uint256
    payer: address
    amount: uint256  # wei, or bars
    value: uint256  # commission in basis points, or whether barred
    owner_seen: address  # what the caller answered, in the middle of its call, about the validator

EXITED: constant(uint256) = 2

TERMS: immutable(IStaking.Terms)

calls: public(DynArray[Call, 256])
balanceOf: public(HashMap[address, uint256])  # of what came to an account and left it
allowance: public(HashMap[address, HashMap[address, uint256]])
recycled: public(uint256)
validators: HashMap[uint256, IStaking.Validator]
target: address
data: Bytes[1024]
calls_back: public(uint256)  # how often it called back
has_succeeded: public(bool)  # whether the last of these calls went through
answer: public(Bytes[32])  # the first word it returned


@deploy
def __init__(_minimum: uint256, _unbonding_seconds: uint256, _max_commission_bps: uint256):
    TERMS = IStaking.Terms(
        min_validator_stake=_minimum,
        unbonding_seconds=_unbonding_seconds,
        unbonding_blocks=1,
        stream_blocks=32,
        own_bonus_bps=50,
        delegated_bonus_bps=25,
        max_commission_bps=_max_commission_bps,
        cap_bps=1_000,
        own_part_bps=0,
    )


@external
@view
def terms() -> IStaking.Terms:
    return TERMS


@external
@view
def validator(_validator_id: uint256) -> IStaking.Validator:
    return self.validators[_validator_id]


@external
def open(_validator_id: uint256, _payer: address, _amount: uint256, _commission_bps: uint256):
    assert _amount >= TERMS.min_validator_stake, "staking: below the minimum"
    self.validators[_validator_id].own_staked = _amount
    self.validators[_validator_id].commission_bps = _commission_bps
    self.validators[_validator_id].delegation_cap = 2**84 - 1
    self._note("open", _validator_id, _payer, _amount, _commission_bps)


@external
def set_commission(_validator_id: uint256, _commission_bps: uint256):
    assert self.validators[_validator_id].commission_bps != _commission_bps, "staking: same commission"
    self.validators[_validator_id].commission_bps = _commission_bps
    self._note("set_commission", _validator_id, empty(address), 0, _commission_bps)


@external
def set_limit(_validator_id: uint256, _cap: uint256):
    limit: uint256 = min(_cap, 2**84 - 1)
    assert self.validators[_validator_id].delegation_cap != limit, "staking: same limit"
    self.validators[_validator_id].delegation_cap = limit
    self._note("set_limit", _validator_id, empty(address), 0, limit)


@external
def set_bars(_validator_id: uint256, _bars: uint256, _is_barred: bool):
    assert _bars == EXITED, "staking: not the slasher"
    old_status: uint256 = self.validators[_validator_id].status
    status: uint256 = old_status & ~EXITED
    if _is_barred:
        status |= EXITED
    assert status != old_status, "staking: no change"
    self.validators[_validator_id].status = status
    self._note("set_bars", _validator_id, empty(address), _bars, convert(_is_barred, uint256))


@external
def set_standing(_validator_id: uint256, _bars: uint256, _pending: uint256):
    """
    @notice What slashes have made of a validator: bars beside the exit, and slashes in escrow.
    """
    self.validators[_validator_id].status = self.validators[_validator_id].status & EXITED | _bars
    self.validators[_validator_id].pending_slashes = _pending


@external
@view
def TOKEN() -> address:
    return self


@external
@view
def RECYCLING_POOL() -> address:
    return self


@external
def approve(_spender: address, _amount: uint256) -> bool:
    self.allowance[msg.sender][_spender] = _amount
    return True


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    self.balanceOf[_to] += _amount
    return True


@external
def transfer(_to: address, _amount: uint256) -> bool:
    self.balanceOf[msg.sender] -= _amount
    self.balanceOf[_to] += _amount
    return True


@external
def recycle(_amount: uint256, _reason: uint256):
    assert _reason == 4
    self.allowance[msg.sender][self] -= _amount
    self.balanceOf[msg.sender] -= _amount
    self.recycled += _amount


@external
def arm(_target: address, _data: Bytes[1024]):
    """
    @notice Make this call in the middle of the next one that comes in.
    """
    self.target = _target
    self.data = _data


@external
def execute(_target: address, _data: Bytes[1024]):
    """
    @notice Make a call as this contract.
    """
    raw_call(_target, _data)


@internal
def _note(_name: String[16], _id: uint256, _payer: address, _amount: uint256, _value: uint256):
    self.calls.append(
        Call(
            caller=msg.sender,
            name=_name,
            validator_id=_id,
            payer=_payer,
            amount=_amount,
            value=_value,
            owner_seen=staticcall IValidators(msg.sender).owner_of(_id),
        )
    )
    target: address = self.target
    if target != empty(address):
        self.target = empty(address)
        self.calls_back += 1
        self.has_succeeded, self.answer = raw_call(target, self.data, max_outsize=32, revert_on_failure=False)

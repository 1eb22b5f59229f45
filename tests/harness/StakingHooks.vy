# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: what the registry sees of Staking. It notes each call as it came, and who was the operator in the
       middle of it, can call back, and refuses what Staking refuses of a validator; it moves no tokens.
@license AGPL-3.0-only
"""

from interfaces import IStaking
from interfaces import IValidators

struct Call:
    caller: address
    name: String[16]
    validator_id: uint256
    operator: address
    amount: uint256  # wei, or bars
    value: uint256  # commission in basis points, or whether barred
    operator_seen: address  # what the caller answered, in the middle of its call, about the validator

EXITED: constant(uint256) = 2

TERMS: immutable(IStaking.Terms)

calls: public(DynArray[Call, 256])
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
        stream_blocks=32,
        own_bonus_bps=50,
        delegated_bonus_bps=25,
        max_commission_bps=_max_commission_bps,
        cap_bps=1_000,
        cap_min_validators=10,
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
def open(_validator_id: uint256, _operator: address, _amount: uint256, _commission_bps: uint256):
    assert _amount >= TERMS.min_validator_stake, "staking: below the minimum"
    self.validators[_validator_id].own_staked = _amount
    self.validators[_validator_id].commission_bps = _commission_bps
    self._note("open", _validator_id, _operator, _amount, _commission_bps)


@external
def set_commission(_validator_id: uint256, _commission_bps: uint256):
    assert self.validators[_validator_id].commission_bps != _commission_bps, "staking: same commission"
    self.validators[_validator_id].commission_bps = _commission_bps
    self._note("set_commission", _validator_id, empty(address), 0, _commission_bps)


@external
def set_bars(_validator_id: uint256, _bars: uint256, _is_barred: bool):
    assert _bars == EXITED, "staking: not the slasher"
    status: uint256 = EXITED if _is_barred else 0
    assert self.validators[_validator_id].status != status, "staking: no change"
    self.validators[_validator_id].status = status
    self._note("set_bars", _validator_id, empty(address), _bars, convert(_is_barred, uint256))


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
def _note(_name: String[16], _id: uint256, _operator: address, _amount: uint256, _value: uint256):
    self.calls.append(
        Call(
            caller=msg.sender,
            name=_name,
            validator_id=_id,
            operator=_operator,
            amount=_amount,
            value=_value,
            operator_seen=staticcall IValidators(msg.sender).operator_of(_id),
        )
    )
    target: address = self.target
    if target != empty(address):
        self.target = empty(address)
        self.calls_back += 1
        self.has_succeeded, self.answer = raw_call(target, self.data, max_outsize=32, revert_on_failure=False)

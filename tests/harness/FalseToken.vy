# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a token that can answer False instead of reverting
@license AGPL-3.0-only
@dev It also answers what a staking contract and an emission controller ask the contracts around them.
"""

answers_true: public(bool)
cap: public(constant(uint256)) = 10**24
START_BLOCK: public(constant(uint256)) = 1


@deploy
def __init__():
    self.answers_true = True


@external
def set_answers_true(_answers_true: bool):
    self.answers_true = _answers_true


@external
def transfer(_to: address, _amount: uint256) -> bool:
    return self.answers_true


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    return self.answers_true


@external
def approve(_spender: address, _amount: uint256) -> bool:
    return self.answers_true


@external
@view
def balanceOf(_holder: address) -> uint256:
    """
    @notice Everybody has something.
    """
    return 1


# --- what a staking contract asks its recycling pool ---


@external
def recycle(_amount: uint256, _reason: uint256):
    pass


# --- what an emission controller asks its token, its distributor and its pool ---

root: public(constant(bytes32)) = empty(bytes32)
total_funded: public(constant(uint256)) = 0


@external
@view
def drawable(_account: address) -> uint256:
    return 0


@external
@view
def suspended_until(_minter: address) -> uint256:
    return 0


@external
@view
def is_minter(_account: address) -> bool:
    return True


@external
@view
def lifetime_room(_minter: address) -> uint256:
    return cap


@external
def mint(_to: address, _amount: uint256, _reason: uint256):
    pass

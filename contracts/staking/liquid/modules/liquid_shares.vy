# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid shares: the share as an ERC-20, with permits
@license AGPL-3.0-only
@notice All shares are counted in the word that deposits and exits write anyway (`liquid_books.vy`),
        as those of a market are (`market_shares.vy`). The contract itself holds the shares that
        wait for an exit; nobody can send it others: they would be lost.
@custom:security The lower half of `s` only.
"""

# --- interfaces ---

from ethereum.ercs import IERC20

# --- modules ---

from ...modules import checks
from snekmate.utils import eip712_domain_separator as domain

# name, version, chain and contract a signature is good for
initializes: domain

exports: domain.eip712Domain

# --- constants ---

name: public(constant(String[10])) = "Staked MDT"
symbol: public(constant(String[5])) = "stMDT"
decimals: public(constant(uint8)) = 18
VERSION: constant(String[20]) = "1"
PERMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
# half the order of secp256k1, rounded down: the larger twin of each signature is refused
MAX_S: constant(uint256) = (
    57896044618658097711785492504343953926418782139537452191302581570759080747168
)

# --- storage ---

# holder => shares
balanceOf: public(HashMap[address, uint256])
# holder => spender => shares; the largest uint256 means without limit and is never counted down
allowance: public(HashMap[address, HashMap[address, uint256]])
# holder => permits used
nonces: public(HashMap[address, uint256])

# --- constructor ---

@deploy
def __init__():
    domain.__init__(name, VERSION)

# --- permissionless ---

@external
def permit(
    _owner: address,
    _spender: address,
    _value: uint256,
    _deadline: uint256,
    _v: uint8,
    _r: bytes32,
    _s: bytes32,
):
    """
    @notice Set the allowance of `_spender` over `_owner`'s shares, as `_owner` signed it.
    @param _owner Who signed.
    @param _spender Who may spend; not the zero address.
    @param _value Shares; the largest uint256 means without limit.
    @param _deadline Last second at which the permit is good.
    @param _v Recovery id, 27 or 28.
    @param _r First half of the signature.
    @param _s Second half, the lower of the two possible ones.
    @custom:error "lst: permit expired", "lst: zero spender"
                  "lst: bad signature" Wrong signer, used nonce, malformed or high-s signature.
    """
    if block.timestamp > _deadline:
        checks._refuse("lst: permit expired")
    # ecrecover answers zero for what is no signature at all: nobody may sign for that account
    if _owner == empty(address) or convert(_s, uint256) > MAX_S:
        checks._refuse("lst: bad signature")
    nonce: uint256 = self.nonces[_owner]
    digest: bytes32 = domain._hash_typed_data_v4(
        keccak256(abi_encode(PERMIT_TYPEHASH, _owner, _spender, _value, nonce, _deadline))
    )
    if ecrecover(digest, _v, _r, _s) != _owner:
        checks._refuse("lst: bad signature")
    self.nonces[_owner] = unsafe_add(nonce, 1)
    self._approve(_owner, _spender, _value)

# --- user ---

@external
def transfer(_to: address, _amount: uint256) -> bool:
    """
    @notice Move shares of the caller. Zero amounts are allowed (ERC-20).
    @param _to Recipient; neither the zero address nor this contract.
    @param _amount Shares; at most the caller's balance.
    @return Always True; a failure reverts.
    @custom:error "lst: bad receiver", "lst: balance too low"
    """
    self._check_receiver(_to)
    self._move(msg.sender, _to, _amount)
    return True


@external
def approve(_spender: address, _amount: uint256) -> bool:
    """
    @notice Set what `_spender` may move of the caller's shares, or ask back of them, whatever it
            was before.
    @param _spender Who may spend; not the zero address.
    @param _amount Shares; the largest uint256 means without limit.
    @return Always True; a failure reverts.
    @custom:error "lst: zero spender"
    """
    self._approve(msg.sender, _spender, _amount)
    return True


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    """
    @notice Move shares of `_from` by its allowance to the caller. What is left of the allowance is
            not logged.
    @param _from Whose shares.
    @param _to Recipient; neither the zero address nor this contract.
    @param _amount Shares; at most the allowance and the balance.
    @return Always True; a failure reverts.
    @custom:error "lst: allowance too low", "lst: bad receiver", "lst: balance too low"
    """
    self._check_receiver(_to)
    self._spend(_from, _amount)
    self._move(_from, _to, _amount)
    return True

# --- views ---

@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain separator on the chain this runs on.
    """
    return domain._domain_separator_v4()

# --- internal ---

@internal
@view
def _check_receiver(_receiver: address):
    """
    @dev Reverts with "lst: bad receiver".
    """
    if _receiver == empty(address) or _receiver == self:
        checks._refuse("lst: bad receiver")


@internal
def _approve(_holder: address, _spender: address, _amount: uint256):
    if _spender == empty(address):
        checks._refuse("lst: zero spender")
    self.allowance[_holder][_spender] = _amount
    log IERC20.Approval(owner=_holder, spender=_spender, value=_amount)


@internal
def _spend(_holder: address, _amount: uint256):
    """
    @notice By allowance to the caller. Reverts with "lst: allowance too low".
    """
    allowed: uint256 = self.allowance[_holder][msg.sender]
    if allowed < _amount:
        checks._refuse("lst: allowance too low")
    if allowed != max_value(uint256):
        self.allowance[_holder][msg.sender] = unsafe_sub(allowed, _amount)


@internal
def _move(_holder: address, _to: address, _amount: uint256):
    """
    @notice From nobody: new shares, to nobody: destroyed ones; the books count them.
    @dev Reverts with "lst: balance too low".
    """
    if _holder != empty(address):
        balance: uint256 = self.balanceOf[_holder]
        if balance < _amount:
            checks._refuse("lst: balance too low")
        self.balanceOf[_holder] = unsafe_sub(balance, _amount)
    if _to != empty(address):
        self.balanceOf[_to] = unsafe_add(self.balanceOf[_to], _amount)
    log IERC20.Transfer(sender=_holder, receiver=_to, value=_amount)

# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Market shares: shares of a pool as an ERC-20, with permits
@license AGPL-3.0-only
@notice Of our own and not snekmate's `erc20`: all shares are counted in a word that swaps write
        anyway (`market_books.vy`), which spares deposits and withdrawals a word of their own. The
        pool itself holds the protocol's shares. Nobody can send it others: they would be lost.
@custom:security Everything here waits while a token is called (G11). The lower half of `s` only.
"""

# --- interfaces ---

from ethereum.ercs import IERC20

# --- modules ---

from . import market_books
from . import market_words
from snekmate.utils import eip712_domain_separator as domain

uses: market_books
# name, version, chain and contract a signature is good for
initializes: domain

exports: domain.eip712Domain

# --- constants ---

decimals: public(constant(uint8)) = 18
VERSION: constant(String[20]) = "1"
PERMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
# half the order of secp256k1, rounded down: the larger twin of each signature is refused
MAX_S: constant(uint256) = (
    57896044618658097711785492504343953926418782139537452191302581570759080747168
)
# of the first deposit, for good, so that a share is never worth much of a deposit
LOCKED_SHARES: constant(uint256) = 1_000
LOCKED_HOLDER: constant(address) = 0x000000000000000000000000000000000000dEaD

# --- immutables ---

name: public(immutable(String[50]))
symbol: public(immutable(String[32]))

# --- storage ---

# holder => shares; the protocol's are in the books
_balances: HashMap[address, uint256]
# holder => spender => shares; the largest uint256 means without limit and is never counted down
allowance: public(HashMap[address, HashMap[address, uint256]])
# holder => permits used
nonces: public(HashMap[address, uint256])

# --- constructor ---

@deploy
def __init__(_name: String[50], _symbol: String[32]):
    name = _name
    symbol = _symbol
    domain.__init__(_name, VERSION)

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
    @custom:error "market: permit expired", "market: zero spender"
                  "market: bad signature" Wrong signer, used nonce, malformed or high-s signature.
    """
    assert block.timestamp <= _deadline, "market: permit expired"
    # ecrecover answers zero for what is no signature at all: nobody may sign for that account
    assert _owner != empty(address) and convert(_s, uint256) <= MAX_S, "market: bad signature"
    nonce: uint256 = self.nonces[_owner]
    digest: bytes32 = domain._hash_typed_data_v4(
        keccak256(abi_encode(PERMIT_TYPEHASH, _owner, _spender, _value, nonce, _deadline))
    )
    assert ecrecover(digest, _v, _r, _s) == _owner, "market: bad signature"
    self.nonces[_owner] = unsafe_add(nonce, 1)
    self._approve(_owner, _spender, _value)

# --- user ---

@external
def transfer(_to: address, _amount: uint256) -> bool:
    """
    @notice Move shares of the caller. Zero amounts are allowed (ERC-20).
    @param _to Recipient; neither the zero address nor the pool.
    @param _amount Shares; at most the caller's balance.
    @return Always True; a failure reverts.
    @custom:error "market: bad receiver", "market: balance too low"
    """
    self._move(msg.sender, _to, _amount)
    return True


@external
def approve(_spender: address, _amount: uint256) -> bool:
    """
    @notice Set what `_spender` may move of the caller's shares, whatever it was before.
    @param _spender Who may spend; not the zero address.
    @param _amount Shares; the largest uint256 means without limit.
    @return Always True; a failure reverts.
    @custom:error "market: zero spender"
    """
    self._approve(msg.sender, _spender, _amount)
    return True


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    """
    @notice Move shares of `_from` by its allowance to the caller. What is left of the allowance is
            not logged.
    @param _from Whose shares.
    @param _to Recipient; neither the zero address nor the pool.
    @param _amount Shares; at most the allowance and the balance.
    @return Always True; a failure reverts.
    @custom:error "market: allowance too low", "market: bad receiver", "market: balance too low"
    """
    allowed: uint256 = self.allowance[_from][msg.sender]
    assert allowed >= _amount, "market: allowance too low"
    if allowed != max_value(uint256):
        self.allowance[_from][msg.sender] = unsafe_sub(allowed, _amount)
    self._move(_from, _to, _amount)
    return True

# --- views ---

@external
@view
def balanceOf(_holder: address) -> uint256:
    """
    @notice Shares of an account; of the pool itself, those it holds for the protocol.
    """
    if _holder == self:
        return market_books._protocol & market_words.MAX_SHARES
    return self._balances[_holder]


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain separator on the chain this runs on.
    """
    return domain._domain_separator_v4()

# --- internal ---

@internal
def _approve(_holder: address, _spender: address, _amount: uint256):
    assert _spender != empty(address), "market: zero spender"
    self.allowance[_holder][_spender] = _amount
    log IERC20.Approval(owner=_holder, spender=_spender, value=_amount)


@internal
def _move(_holder: address, _to: address, _amount: uint256):
    assert _to != empty(address) and _to != self, "market: bad receiver"
    balance: uint256 = self._balances[_holder]
    assert balance >= _amount, "market: balance too low"
    self._balances[_holder] = unsafe_sub(balance, _amount)
    self._balances[_to] += _amount
    log IERC20.Transfer(sender=_holder, receiver=_to, value=_amount)


@internal
def _issue(_holder: address, _amount: uint256):
    """
    @dev To an account that is not the pool; the books count them.
    """
    self._balances[_holder] += _amount
    log IERC20.Transfer(sender=empty(address), receiver=_holder, value=_amount)


@internal
def _take_back(_holder: address, _amount: uint256):
    """
    @dev Reverts with "market: balance too low".
    """
    balance: uint256 = self._balances[_holder]
    assert balance >= _amount, "market: balance too low"
    self._balances[_holder] = unsafe_sub(balance, _amount)
    log IERC20.Transfer(sender=_holder, receiver=empty(address), value=_amount)

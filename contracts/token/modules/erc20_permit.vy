# pragma version ~=0.4.3
"""
@title EIP-2612 permits over the erc20 module, with the EIP-5267 description of the domain
@license AGPL-3.0-only
@notice An allowance by signature: anyone may hand it in. A contract that takes a permit in the same
        transaction as the tokens should ignore a failing permit and go by the allowance, because
        somebody else may have handed the permit in first (C36).
@custom:security The domain separator is cached, and built anew when the chain id is another. Only
        the low half of `s` is accepted, so that a signature has one form.
"""

# --- interfaces ---

from ethereum.ercs import IERC20

# --- modules ---

from . import erc20
from snekmate.utils import eip712_domain_separator as domain

# writes the allowances of the hosting token
uses: erc20
# name, version, chain and contract a signature is good for
initializes: domain

exports: domain.eip712Domain

# --- constants ---

VERSION: constant(String[20]) = "1"
PERMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
# half the order of secp256k1, rounded down: the larger twin of each signature is refused
MAX_S: constant(uint256) = (
    57896044618658097711785492504343953926418782139537452191302581570759080747168
)

# --- storage ---

# holder => permits used
nonces: public(HashMap[address, uint256])

# --- constructor ---

@deploy
def __init__(_name: String[50]):
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
    @notice Set the allowance of `_spender` over `_owner`'s tokens, as `_owner` signed it.
    @param _owner Who signed
    @param _spender Who may spend; not the zero address
    @param _value Wei; the largest uint256 means without limit
    @param _deadline Last timestamp at which the permit is good
    @param _v Recovery id, 27 or 28
    @param _r First half of the signature
    @param _s Second half, the lower of the two possible ones
    @custom:error "mdt: permit expired"
                  "mdt: bad signature" Wrong signer, used nonce, malformed or high-s signature.
                  "mdt: zero address" Of the spender.
    """
    assert block.timestamp <= _deadline, "mdt: permit expired"
    assert convert(_s, uint256) <= MAX_S, "mdt: bad signature"

    nonce: uint256 = self.nonces[_owner]
    digest: bytes32 = keccak256(
        abi_encode(PERMIT_TYPEHASH, _owner, _spender, _value, nonce, _deadline)
    )
    separator: bytes32 = domain._CACHED_DOMAIN_SEPARATOR
    if chain.id != domain._CACHED_CHAIN_ID:
        separator = domain._build_domain_separator()
    digest = keccak256(concat(0x1901, separator, digest))
    # ecrecover answers zero for what is no signature at all: nobody may sign for that account
    assert _owner != empty(address), "mdt: bad signature"
    assert ecrecover(digest, _v, _r, _s) == _owner, "mdt: bad signature"

    assert _spender != empty(address), "mdt: zero address"

    self.nonces[_owner] = unsafe_add(nonce, 1)
    erc20.allowance[_owner][_spender] = _value
    log IERC20.Approval(owner=_owner, spender=_spender, value=_value)

# --- views ---

@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """@notice The EIP-712 domain separator on the chain this runs on."""
    return domain._domain_separator_v4()

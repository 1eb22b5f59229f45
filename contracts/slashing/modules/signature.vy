# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Signature: who signed a digest
@license AGPL-3.0-only
@notice One form only: 65 bytes r, s, v with a low s (EIP-2). Short (EIP-2098) and high-s twins of a
        good signature are refused.
"""

# --- modules ---

from snekmate.utils import ecdsa

# --- internal ---

@internal
@pure
def _signer(_digest: bytes32, _signature: Bytes[65]) -> address:
    """
    @notice The account that signed; never the zero address.
    @dev Reverts with "signature: not 65 bytes", or snekmate's "ecdsa: invalid signature" and
         "ecdsa: invalid signature `s` value".
    @param _digest What was signed (EIP-712 digest).
    @param _signature r, s and v.
    """
    assert len(_signature) == 65, "signature: not 65 bytes"
    v: uint256 = convert(slice(_signature, 64, 1), uint256)
    r: uint256 = extract32(_signature, 0, output_type=uint256)
    s: uint256 = extract32(_signature, 32, output_type=uint256)
    return ecdsa._recover_vrs(_digest, v, r, s)

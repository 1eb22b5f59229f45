# pragma version ~=0.4.3
"""
@title Packing: nothing is cut off when several numbers share a storage word
@license AGPL-3.0-only
@notice A value that does not fit its field is refused; it never spills into the next one.
"""

# --- internal ---

@internal
@pure
def _fits(_value: uint256, _bits: uint256) -> uint256:
    """
    @dev `_value` itself, refused if it needs more than `_bits` bits: packing never truncates.
    """
    self._check(_value >> _bits)
    return _value


@internal
@pure
def _check(_overflow: uint256):
    """
    @dev The same for several values at once: each of them shifted right by its bits, joined by |.
    """
    assert _overflow == 0, "packing: value too large"

# pragma version ~=0.4.3
"""
@title Packing: nothing is cut off when several numbers share a storage word
@license AGPL-3.0-only
@notice A value that does not fit its field is refused; it never spills into the next one.
"""


@internal
@pure
def _fits(_value: uint256, _bits: uint256) -> uint256:
    """
    @dev `_value` itself, refused if it needs more than `_bits` bits: packing never truncates.
    """
    assert _value >> _bits == 0, "packing: value too large"
    return _value

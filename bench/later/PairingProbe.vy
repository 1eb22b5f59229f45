# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Pairing probe: the work that checking a Groth16 proof is, and nothing else
@license AGPL-3.0-only
@notice For `python -m bench.later`. A point for each public input is multiplied and added, and one
        product of four pairings is checked. There is no key and no proof here: the points are given.
"""

PAIRING: constant(address) = 0x0000000000000000000000000000000000000008
MAX_INPUTS: constant(uint256) = 16

checked: public(uint256)

@external
def check(_pairs: Bytes[768], _inputs: DynArray[uint256, MAX_INPUTS]):
    """
    @notice Check that the product of the pairings is one, and count it.
    """
    total: uint256[2] = [0, 0]
    for one: uint256 in _inputs:
        total = ecadd(total, ecmul([1, 2], one))
    assert total[0] != 1  # the compiler must not leave it out
    answer: Bytes[32] = raw_call(PAIRING, _pairs, max_outsize=32, is_static_call=True)
    assert convert(answer, uint256) == 1, "probe: no proof"
    self.checked += 1

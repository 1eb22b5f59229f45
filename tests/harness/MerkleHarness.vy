# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Exposes the internals of the Merkle module to tests
@license AGPL-3.0-only
"""

from contracts.common import merkle


@external
@pure
def leaf(_account: address, _cumulative: uint256) -> bytes32:
    return merkle._leaf(_account, _cumulative)


@external
@pure
def verify(_proof: DynArray[bytes32, 32], _root: bytes32, _leaf: bytes32) -> bool:
    return merkle._verify(_proof, _root, _leaf)


@external
@pure
def verify_many(
    _proofs: DynArray[DynArray[bytes32, 32], 128],
    _root: bytes32,
    _accounts: DynArray[address, 128],
    _cumulatives: DynArray[uint256, 128],
) -> uint256:
    """
    @notice Which of the claims hold, as a mask: many random cases in one call.
    """
    held: uint256 = 0
    for i: uint256 in range(len(_proofs), bound=128):
        if merkle._verify(_proofs[i], _root, merkle._leaf(_accounts[i], _cumulatives[i])):
            held |= 1 << i
    return held

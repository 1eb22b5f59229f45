# pragma version ~=0.4.3
"""
@title Merkle proofs over (account, cumulative amount)
@license AGPL-3.0-only
@notice The tree of OpenZeppelin's StandardMerkleTree over (address, uint256):

            leaf = keccak256(keccak256(abi.encode(account, cumulative)))
            node = keccak256(min(a, b) || max(a, b))

        `mdt.crypto.merkle` builds the same trees; a test compares both with OpenZeppelin's own
        tool.
@dev Stateless.
@custom:security A leaf is the hash of 32 bytes and a node the hash of 64, so neither a node nor a
    pair of nodes can be passed off as a leaf, provided that leaves come from `_leaf` and never
    from calldata.
    Nothing in a leaf names a chain, a contract or an epoch: a root authenticates what is paid from
    the contract that stores it, out of what that contract was funded with for it.
"""

# --- internal ---

@internal
@pure
def _leaf(_account: address, _cumulative: uint256) -> bytes32:
    """
    @notice The leaf that entitles an account to an amount.
    @param _account The account that earned.
    @param _cumulative Everything it ever earned, in wei.
    @return The doubly hashed leaf.
    """
    return keccak256(keccak256(abi_encode(_account, _cumulative)))


@internal
@pure
def _node(_one: bytes32, _other: bytes32) -> bytes32:
    """
    @notice The node above two siblings, in whichever order they come.
    """
    if convert(_one, uint256) < convert(_other, uint256):
        return keccak256(abi_encode(_one, _other))
    return keccak256(abi_encode(_other, _one))


@internal
@pure
def _verify(_proof: DynArray[bytes32, 32], _root: bytes32, _leaf: bytes32) -> bool:
    """
    @notice Whether a leaf is in the tree of a root.
    @dev The length of the proof is not checked against the tree: a proof of another length leads
        to another hash. An empty proof holds for the single leaf of a tree, which is its root.
        Encoding both orders in full is 20 gas per node cheaper than swapping first.
    @param _proof The siblings from the leaf up; 32 of them reach 2^32 leaves.
    @param _root The root of the tree.
    @param _leaf A leaf made by `_leaf`.
    @return True if the siblings lead from the leaf to the root.
    """
    computed: bytes32 = _leaf
    for sibling: bytes32 in _proof:
        if convert(computed, uint256) < convert(sibling, uint256):
            computed = keccak256(abi_encode(computed, sibling))
        else:
            computed = keccak256(abi_encode(sibling, computed))
    return computed == _root

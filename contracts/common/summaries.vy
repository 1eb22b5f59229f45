# pragma version ~=0.4.3
"""
@title Summaries: nodes of an audit tree, each with what is below it
@license AGPL-3.0-only
@notice A node of the claims tree (`merkle.vy`) with what is below it:

            leaf   hash = 0, claims = the claims tree's leaf, sum = its wei, first = last = account
            inner  hash = keccak256(packed left || packed right), claims = the claims tree's node,
                   sum = both sums, first = the left one's, last = the right one's
            packed hash 32 || claims 32 || sum 16 || first 20 || last 20 bytes
            root   keccak256(packed top)

        `mdt.crypto.merkle.audit` builds the same trees.
@dev Stateless.
@custom:security The top is the hash of 120 bytes, a node the hash of 240, a leaf no hash at all, so
    none can be passed off as another. Leaves of the claims tree are made by `merkle._leaf`
    alone.
"""

# --- interfaces ---

from interfaces import IRootAudit

# --- modules ---

from . import merkle

# --- constants ---

MAX_DEPTH: constant(uint256) = 32  # a claim takes at most as many siblings

_MAX_SUM: constant(uint256) = 2**128 - 1

# --- internal ---

@internal
@pure
def _root(
    _node: IRootAudit.Summary, _place: uint256, _path: DynArray[IRootAudit.Summary, 32]
) -> bytes32:
    """
    @notice The root that a node and the siblings on its way up lead to; see `_top`.
    @dev Reverts with "refute: sum too large".
    """
    return self._audit_root(self._top(_node, _place, _path))


@internal
@pure
def _audit_root(_top: IRootAudit.Summary) -> bytes32:
    """
    @notice The root of the tree that has this top.
    """
    return keccak256(self._pack(_top))


@internal
@pure
def _top(
    _node: IRootAudit.Summary, _place: uint256, _path: DynArray[IRootAudit.Summary, 32]
) -> IRootAudit.Summary:
    """
    @notice The top that a node and the siblings on its way up lead to, if every node above it says
            what follows from its children.
    @dev Accounts do not tell on which side a sibling stands: those of a faulty node may be in any
        order. Reverts with "refute: sum too large" when a node above could not hold its sum.
    @param _place The node's number in its level, from the left from 0: bit i says whether the i-th
                  node on the way up, itself included, is a right child.
    @param _path Siblings from the node up; none for the top.
    """
    node: IRootAudit.Summary = _node
    place: uint256 = _place
    for sibling: IRootAudit.Summary in _path:
        if place & 1 == 0:
            node = self._above(node, sibling)
        else:
            node = self._above(sibling, node)
        place = place >> 1
    return node


@internal
@pure
def _above(
    _left: IRootAudit.Summary, _right: IRootAudit.Summary
) -> IRootAudit.Summary:
    """
    @notice What the node above two summaries must say.
    @dev Reverts with "refute: sum too large".
    """
    total: uint256 = self._sum(_left, _right)
    assert total <= _MAX_SUM, "refute: sum too large"
    return IRootAudit.Summary(
        hash=self._hash(_left, _right),
        claims=merkle._node(_left.claims, _right.claims),
        sum=convert(total, uint128),
        first=_left.first,
        last=_right.last,
    )


@internal
@pure
def _is_above(
    _node: IRootAudit.Summary, _left: IRootAudit.Summary, _right: IRootAudit.Summary
) -> bool:
    """
    @notice Whether a node says of its children what follows from them, and they are in order.
    @dev Sums are compared in 256 bits: what a summary cannot hold is never equal.
    """
    return (
        convert(_left.last, uint160) < convert(_right.first, uint160)
        and _node.claims == merkle._node(_left.claims, _right.claims)
        and convert(_node.sum, uint256) == self._sum(_left, _right)
        and _node.first == _left.first
        and _node.last == _right.last
    )


@internal
@pure
def _is_sound_leaf(_node: IRootAudit.Summary) -> bool:
    """
    @notice Whether a leaf says of one account what the claims tree pays it. The zero address can
            claim nothing, and no honest list could keep its leaf.
    """
    leaf: bytes32 = merkle._leaf(_node.first, convert(_node.sum, uint256))
    is_somebody: bool = _node.first == _node.last and _node.first != empty(address)
    return is_somebody and _node.claims == leaf


@internal
@pure
def _hash(_left: IRootAudit.Summary, _right: IRootAudit.Summary) -> bytes32:
    """
    @notice The hash by which a node names its children.
    """
    left: Bytes[120] = self._pack(_left)
    right: Bytes[120] = self._pack(_right)
    return keccak256(concat(left, right))


@internal
@pure
def _pack(_node: IRootAudit.Summary) -> Bytes[120]:
    """
    @notice The bytes that stand for a node in the hash above it.
    """
    return concat(
        _node.hash,
        _node.claims,
        convert(_node.sum, bytes16),
        convert(_node.first, bytes20),
        convert(_node.last, bytes20),
    )


@internal
@pure
def _sum(_left: IRootAudit.Summary, _right: IRootAudit.Summary) -> uint256:
    """
    @notice Wei below both, in more bits than one of them has.
    """
    return convert(_left.sum, uint256) + convert(_right.sum, uint256)

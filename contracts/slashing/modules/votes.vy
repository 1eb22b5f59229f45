# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Votes: two signed votes for different blocks at one height prove double signing
@license AGPL-3.0-only
@notice A validator signs Vote(height, blockHash) for this chain and this contract (EIP-712),
        with the key it had at that height: votes of a key count from the block the key came into
        use up to the block another took over.
@custom:security Votes for another chain or contract recover to some other address, which is no
                 validator's key.
"""

# --- interfaces ---

from interfaces import ISlasher
from interfaces import IValidators

# --- modules ---

from . import signature
from snekmate.utils import eip712_domain_separator as eip712

# the domain that votes are signed for
uses: eip712

# --- constants ---

# EIP-712 type of a vote; members in the order of ISlasher.Vote
VOTE_TYPE_HASH: constant(bytes32) = keccak256("Vote(uint256 height,bytes32 blockHash)")

# --- immutables ---

VALIDATORS: public(immutable(IValidators))

# --- constructor ---

@deploy
def __init__(_validators: address):
    VALIDATORS = IValidators(_validators)

# --- views ---

@external
@view
def vote_digest(_vote: ISlasher.Vote) -> bytes32:
    """
    @notice What a validator signs when it votes for a block (EIP-712 digest).
    """
    return self._digest(_vote)

# --- internal ---

@internal
@view
def _check_conflict(
    _a: ISlasher.Vote, _signature_a: Bytes[65], _b: ISlasher.Vote, _signature_b: Bytes[65]
) -> (uint256, bytes32):
    """
    @notice The validator that signed both, and what identifies the evidence: the same whichever
            vote comes first (D13).
    @dev Reverts with "slasher: different heights", "slasher: same vote",
         "slasher: different signers", "slasher: not a validator", "slasher: not its key then", or
         as `signature._signer`.
    """
    assert _a.height == _b.height, "slasher: different heights"
    assert _a.block_hash != _b.block_hash, "slasher: same vote"
    digest_a: bytes32 = self._digest(_a)
    digest_b: bytes32 = self._digest(_b)
    signer: address = signature._signer(digest_a, _signature_a)
    assert signer == signature._signer(digest_b, _signature_b), "slasher: different signers"
    key: IValidators.Key = staticcall VALIDATORS.key(signer)
    assert key.validator_id != 0, "slasher: not a validator"
    is_in_use: bool = key.since <= _a.height and (key.until == 0 or _a.height < key.until)
    assert is_in_use, "slasher: not its key then"
    return key.validator_id, self._evidence_hash(digest_a, digest_b)


@internal
@pure
def _evidence_hash(_a: bytes32, _b: bytes32) -> bytes32:
    """
    @notice keccak256 of both digests, the lower one first.
    """
    if convert(_a, uint256) < convert(_b, uint256):
        return keccak256(concat(_a, _b))
    return keccak256(concat(_b, _a))


@internal
@view
def _digest(_vote: ISlasher.Vote) -> bytes32:
    """
    @notice EIP-712 digest: binds chain and contract.
    """
    return eip712._hash_typed_data_v4(keccak256(abi_encode(VOTE_TYPE_HASH, _vote)))

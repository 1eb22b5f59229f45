# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Ballots: votes are cast, by their owner or by signature
@license AGPL-3.0-only
@notice An account votes once on a proposal, with all its weight. The vote that brings the quorum
        moves the end, once, so that at least the extension is left to answer it.

        A signed ballot is good for one proposal of one governor on one chain, and an account votes
        once on it: nothing can be replayed, and no ballot spoils another. So there is no nonce to
        count: `nonces` answers 0 to tools that put one in.
@dev    Votes are kept as two bits for each account and proposal, 128 proposals a word: 0 none,
        1 against, 2 for, 3 abstained. Signatures have one form: 65 bytes, the lower half of `s`.
"""

# --- interfaces ---

from interfaces import IGovernor

# --- modules ---

from . import enrolments
from . import proposals
from snekmate.utils import eip712_domain_separator as domain

uses: enrolments
uses: proposals
# name, version, chain and contract a ballot is good for
initializes: domain

exports: domain.eip712Domain

# --- constants ---

MAX_REASON: constant(uint256) = 256
ABSTAIN: constant(uint8) = 2
VOTES_A_WORD: constant(uint256) = 128
BALLOT_TYPEHASH: constant(bytes32) = keccak256(
    "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"
)
# half the order of secp256k1, rounded down: the larger twin of each signature is refused
MAX_S: constant(uint256) = (
    57896044618658097711785492504343953926418782139537452191302581570759080747168
)

# --- storage ---

# account => proposal // 128 => two bits for each proposal
vote_words: HashMap[address, HashMap[uint256, uint256]]

# --- constructor ---

@deploy
def __init__(_name: String[50], _version: String[20]):
    domain.__init__(_name, _version)

# --- permissionless ---

@external
def castVoteBySig(
    _proposal_id: uint256, _support: uint8, _voter: address, _signature: Bytes[65]
) -> uint256:
    """
    @notice Cast the vote that an account signed. Anyone may hand it in, once.
    @param _proposal_id The proposal.
    @param _support 0 against, 1 for, 2 abstain.
    @param _voter Who signed; a contract votes by itself.
    @param _signature r, s and v over `Ballot(uint256 proposalId,uint8 support,address voter,
           uint256 nonce)` with the nonce 0.
    @return Wei of weight.
    @custom:error "governor: bad signature"
                  as `castVote`
    """
    digest: bytes32 = domain._hash_typed_data_v4(
        keccak256(
            abi_encode(BALLOT_TYPEHASH, _proposal_id, _support, _voter, empty(uint256))
        )
    )
    assert len(_signature) == 65, "governor: bad signature"
    s: uint256 = extract32(_signature, 32, output_type=uint256)
    v: uint256 = convert(slice(_signature, 64, 1), uint256)
    # ecrecover answers zero for what is no signature at all: nobody may sign for that account
    assert _voter != empty(address) and s <= MAX_S, "governor: bad signature"
    signer: address = ecrecover(
        digest, v, extract32(_signature, 0, output_type=uint256), s
    )
    assert signer == _voter, "governor: bad signature"
    return self._cast(_voter, _proposal_id, _support, "")

# --- user ---

@external
def castVote(_proposal_id: uint256, _support: uint8) -> uint256:
    """
    @notice Vote with the stake that the caller enrolled before the vote started and still has.
    @param _proposal_id The proposal.
    @param _support 0 against, 1 for, 2 abstain.
    @return Wei of weight.
    @custom:error "governor: unknown proposal"
                  "governor: vote not open" Not yet, over, or cancelled.
                  "governor: bad support" Above 2.
                  "governor: already voted"
                  "governor: no weight" See `enroll`.
    """
    return self._cast(msg.sender, _proposal_id, _support, "")


@external
def castVoteWithReason(
    _proposal_id: uint256, _support: uint8, _reason: String[MAX_REASON]
) -> uint256:
    """
    @notice Vote, and say why.
    @param _proposal_id The proposal.
    @param _support 0 against, 1 for, 2 abstain.
    @param _reason What the event says, at most 256 bytes.
    @return Wei of weight.
    @custom:error as `castVote`
    """
    return self._cast(msg.sender, _proposal_id, _support, _reason)

# --- views ---

@external
@view
@reentrant
def hasVoted(_proposal_id: uint256, _account: address) -> bool:
    """
    @notice Whether an account has voted on a proposal.
    """
    return self._vote_of(_proposal_id, _account) != 0


@external
@view
@reentrant
def vote_of(_proposal_id: uint256, _account: address) -> uint256:
    """
    @notice How an account voted: 0 not at all, 1 against, 2 for, 3 abstained.
    """
    return self._vote_of(_proposal_id, _account)


@external
@pure
@reentrant
def nonces(_owner: address) -> uint256:
    """
    @notice Always 0: the nonce that a ballot is signed with.
    """
    return 0


@external
@pure
@reentrant
def COUNTING_MODE() -> String[32]:
    """
    @notice Against, for or abstain; for and abstaining votes make up the quorum.
    """
    return "support=bravo&quorum=for,abstain"

# --- internal ---

@internal
@view
def _vote_of(_id: uint256, _account: address) -> uint256:
    word: uint256 = self.vote_words[_account][_id // VOTES_A_WORD]
    return (word >> (2 * (_id % VOTES_A_WORD))) & 3


@internal
def _cast(
    _voter: address, _id: uint256, _support: uint8, _reason: String[MAX_REASON]
) -> uint256:
    """
    @dev Reverts with "governor: unknown proposal", "governor: vote not open",
         "governor: bad support", "governor: already voted" or "governor: no weight".
    """
    word: uint256 = proposals._word(_id)
    starts_at: uint256 = proposals._starts_at(word)
    ends_at: uint256 = proposals._ends_at(word)
    assert (
        starts_at < block.timestamp
        and block.timestamp <= ends_at
        and word >> proposals.CANCELLED_AT == 0
    ), "governor: vote not open"
    assert _support <= ABSTAIN, "governor: bad support"
    support: uint256 = convert(_support, uint256)
    vote_at: uint256 = 2 * (_id % VOTES_A_WORD)
    votes: uint256 = self.vote_words[_voter][_id // VOTES_A_WORD]
    assert (votes >> vote_at) & 3 == 0, "governor: already voted"
    weight: uint256 = enrolments._weight(_voter, starts_at)
    assert weight != 0, "governor: no weight"

    self.vote_words[_voter][_id // VOTES_A_WORD] = votes | ((support + 1) << vote_at)
    # Unchecked: no wei counts twice, so each field stays below all tokens there can be, 85 bits.
    old_tally: uint256 = proposals.tallies[_id]
    tally: uint256 = unsafe_add(old_tally, weight << (support * proposals.VOTES_BITS))
    proposals.tallies[_id] = tally
    log IGovernor.VoteCast(
        voter=_voter, proposalId=_id, support=_support, weight=weight, reason=_reason
    )

    quorum: uint256 = proposals._quorum(word)
    is_first: bool = proposals._taking_part(old_tally) < quorum
    if is_first and proposals._taking_part(tally) >= quorum:
        extended: uint256 = (
            block.timestamp
            + ((word >> proposals.EXTENSION_AT) & proposals.SECONDS_MASK)
        )
        if extended > ends_at:
            proposals.proposal_words[_id] = word | (
                (extended - ends_at) << proposals.LATE_AT
            )
            log IGovernor.ProposalExtended(
                proposalId=_id, extendedDeadline=convert(extended, uint64)
            )
    return weight

# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize codesize
# pragma evm-version cancun
"""
@title Slasher: offences, evidence, escrow for the appeal window, split, restitution
@license AGPL-3.0-only
@notice Offences: 0 double signing, proven here by two votes of one key for one height; 1 offline
        and 2 no reveal, counted from what a quorum of reporters signed. A slasher accuses of any of
        them by its word. A proof takes effect at once; what rests on a word waits in the open, and
        a bounded part of the network can be jailed by it at a time. Then all go the same way:

            announced -> voided       by the arbiter or the guardian
                      -> escrowed     opened by anyone after the warning
            escrowed  -> upheld       window over or appeal turned down: burned, treasury
                      -> overturned   by the arbiter: given back

        The validator is jailed with it; after double signing for good. Stake that left the
        validator, asked back or redelegated, answers for the slashes since, one call each: it pays
        for offences of the time when it was there.

        The modules hold one concept each; this file holds the order in which things happen.
@custom:security Tokens come in by Staking.slash and answer_slash and leave in three ways: the
                 split, what the pool takes back, and what Staking noted for those who left. What
                 a stolen slasher role announces is voided during the warning; where nobody looks it
                 jails what fits into a jail window, until the arbiter overturns it.
@custom:kill Staking can be given another slasher once nothing is in escrow. It is deployed while
             this one is in force, and this one must not come back: its history would have a gap.
             What it owes it goes on paying. What it announced or registered is not taken over.
"""

# --- interfaces ---

from interfaces import ISlasher
from interfaces import IStaking
from snekmate.utils.interfaces import IERC5267

implements: ISlasher
implements: IERC5267

# --- modules ---

from .modules import announcements
from .modules import answers
from .modules import jail
from .modules import jail_bound
from .modules import liveness
from .modules import missed
from .modules import proofs
from .modules import slash_cases
from .modules import slash_records
from .modules import slash_split
from .modules import slash_terms
from .modules import slasher_roles
from .modules import votes
from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from snekmate.utils import eip712_domain_separator as eip712

# ownership in two steps; it cannot be renounced
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# what validators and reporters sign: the EIP-712 domain and its EIP-5267 description
initializes: eip712
exports: eip712.eip712Domain

# the two kinds of evidence
initializes: votes[eip712 := eip712]
exports: (votes.VALIDATORS, votes.vote_digest)
initializes: missed[slash_terms := slash_terms]
exports: missed.counters
initializes: liveness[eip712 := eip712, missed := missed, slash_terms := slash_terms]
exports: (liveness.CONTROLLER, liveness.liveness_digest)

# what an offence costs, and what it keeps from earning
initializes: jail[votes := votes]
exports: (jail.STAKING, jail.jailed_until, jail.unjail)
initializes: jail_bound[slash_terms := slash_terms]
exports: jail_bound.jail_window
initializes: slash_terms
exports: (
    slash_terms.MIN_SLASH_BPS,
    slash_terms.MAX_SLASH_BPS,
    slash_terms.MIN_APPEAL_SECONDS,
    slash_terms.MAX_APPEAL_SECONDS,
    slash_terms.MAX_JAIL_SECONDS,
    slash_terms.MAX_EVIDENCE_BLOCKS,
    slash_terms.MAX_OFFLINE_MISSED_BLOCKS,
    slash_terms.terms,
)

# every slash, and where the tokens are
initializes: slash_records
exports: (
    slash_records.FIRST_SLASH_ID,
    slash_records.slash_record,
    slash_records.slash_count,
    slash_records.slashes_of,
    slash_records.is_punished,
)
initializes: slash_split
exports: (slash_split.TOKEN, slash_split.TREASURY, slash_split.totals)

# who may what, and the life of a slash
initializes: slasher_roles[ownable := ownable]
exports: (
    slasher_roles.arbiter,
    slasher_roles.is_slasher,
    slasher_roles.slasher_count,
    slasher_roles.set_slasher_role,
    slasher_roles.set_arbiter,
)
initializes: slash_cases[
    jail := jail,
    slash_records := slash_records,
    slash_split := slash_split,
    slash_terms := slash_terms,
    slasher_roles := slasher_roles,
    votes := votes,
]
exports: (slash_cases.execute, slash_cases.appeal, slash_cases.overturn, slash_cases.uphold)
initializes: announcements[
    jail := jail,
    jail_bound := jail_bound,
    liveness := liveness,
    missed := missed,
    slash_cases := slash_cases,
    slash_records := slash_records,
    slash_terms := slash_terms,
    slasher_roles := slasher_roles,
    votes := votes,
]
exports: (
    announcements.announce_for_liveness,
    announcements.announce_slash,
    announcements.announced_of,
    announcements.open_slash,
    announcements.void_slash,
)
initializes: answers[
    jail := jail,
    slash_records := slash_records,
    slash_split := slash_split,
    slash_terms := slash_terms,
    votes := votes,
]
exports: (answers.answer, answers.claim_restitution)
initializes: proofs[
    jail := jail,
    slash_cases := slash_cases,
    slash_records := slash_records,
    slash_terms := slash_terms,
]
exports: (proofs.registered_of, proofs.slash_registered)

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _staking: address,
    _validators: address,
    _controller: address,
    _treasury: address,
    _arbiter: address,
    _slash_bps: uint256[3],
    _offline_missed_blocks: uint256,
    _window_epochs: uint256,
    _warning_seconds: uint256,
    _appeal_seconds: uint256,
    _jail_seconds: uint256,
    _evidence_blocks: uint256,
    _max_jailed_bps: uint256,
    _burn_bps: uint256,
    _owner: address,
):
    """
    @notice Wires the slasher; Staking and the token still have to be told of it.
    @param _slash_bps Of the pool, by offence: 1 to 5,000.
    @param _offline_missed_blocks How many blocks missed in the window are an offence: 1 to 100,000.
    @param _window_epochs How many of the epochs that are over count: 1 to 6.
    @param _warning_seconds From an announcement until it can be opened, and as long again for that:
           1 hour to 7 days, both together at most the unbonding period, so that who asks for stake
           back when a slash is announced pays for it still.
    @param _appeal_seconds From a slash to its execution, and what an appeal adds: 1 to 14 days, at
           most the unbonding period.
    @param _jail_seconds From _appeal_seconds to 60 days.
    @param _evidence_blocks How long an offence can be punished: 1 to 2,000,000, and of the blocks
           that unbonding takes at most the part that unbonding less two warnings is of its time:
           then what left at the offence is still there when an announced slash is opened.
    @param _max_jailed_bps Of the stake at work, what announced slashes can jail within
           _appeal_seconds: 1,000 to 5,000.
    @param _burn_bps Of an upheld slash; the rest is the treasury's.
    @custom:error "slasher: no code", "slasher: zero address", "slasher: appeal too long",
                  "slasher: warning too long", "slasher: evidence too long",
                  as `slash_terms.__init__`
    """
    for account: address in [_token, _staking, _validators, _controller]:
        assert account.is_contract, "slasher: no code"
    assert _treasury != empty(address) and _owner != empty(address), "slasher: zero address"
    staking: IStaking = IStaking(_staking)
    terms: IStaking.Terms = staticcall staking.terms()
    unbonding: uint256 = terms.unbonding_seconds
    assert _appeal_seconds <= unbonding, "slasher: appeal too long"
    assert _warning_seconds <= unbonding // 2, "slasher: warning too long"
    reach: uint256 = terms.unbonding_blocks * (unbonding - 2 * _warning_seconds)
    assert _evidence_blocks <= reach // unbonding, "slasher: evidence too long"

    ownable.__init__()
    ownable_2step.__init__()
    if _owner != msg.sender:
        ownable._transfer_ownership(_owner)
    eip712.__init__("ModernTensor Slasher", "1")
    votes.__init__(_validators)
    jail.__init__(_staking)
    slash_records.__init__(staticcall staking.slasher())
    missed.__init__(_controller)
    liveness.__init__(_controller)
    slash_split.__init__(_token, _treasury)
    slash_terms.__init__(
        ISlasher.Terms(
            slash_bps=_slash_bps,
            offline_missed_blocks=_offline_missed_blocks,
            window_epochs=_window_epochs,
            warning_seconds=_warning_seconds,
            appeal_seconds=_appeal_seconds,
            jail_seconds=_jail_seconds,
            evidence_blocks=_evidence_blocks,
            max_jailed_bps=_max_jailed_bps,
            burn_bps=_burn_bps,
        )
    )
    slasher_roles._set_arbiter(_arbiter)

# --- permissionless: evidence ---

@external
def prove_double_signing(
    _a: ISlasher.Vote, _signature_a: Bytes[65], _b: ISlasher.Vote, _signature_b: Bytes[65]
) -> uint256:
    """
    @notice Slashes a validator that signed two blocks at one height; it is out for good. While
            another such slash is in escrow, it registers the proof instead.
    @param _a One vote, signed by the key the validator had at that height in _signature_a.
    @param _b The other vote, in either order, signed by the same key in _signature_b.
    @return Number of the slash.
    @custom:error "slasher: different heights", "slasher: same vote", "signature: not 65 bytes",
                  "ecdsa: invalid signature `s` value", "ecdsa: invalid signature",
                  "slasher: different signers", "slasher: not a validator",
                  "slasher: not its key then", as `proofs._prove`
    """
    validator_id: uint256 = 0
    evidence_hash: bytes32 = empty(bytes32)
    validator_id, evidence_hash = votes._check_conflict(_a, _signature_a, _b, _signature_b)
    return proofs._prove(validator_id, _a.height, evidence_hash)


@external
def report_liveness(
    _epoch: uint256,
    _entries: DynArray[ISlasher.Liveness, 100],
    _signatures: DynArray[Bytes[65], 32],
):
    """
    @notice Hands in one page of what validators missed in an epoch that is over.
    @param _epoch Of the emission controller; not before the one reported last.
    @param _entries By ascending validator, above those of the epoch that were reported before.
    @param _signatures Of at least a quorum of reporters, sorted by ascending signer.
    @custom:error "slasher: no entries", "slasher: epoch not over", "slasher: out of order",
                  "slasher: too many misses", "slasher: unknown validator", "slasher: below quorum",
                  "signature: not 65 bytes", "ecdsa: invalid signature `s` value",
                  "ecdsa: invalid signature", "slasher: not ascending", "slasher: not a reporter",
                  "slasher: height in the future", "slasher: evidence too old"
    """
    count: uint256 = staticcall votes.VALIDATORS.validator_count()
    first_block: uint256 = liveness._check_report(_epoch, _entries, _signatures, count)
    liveness._count(_epoch, _entries, first_block, jail.STAKING, votes.VALIDATORS)

# --- governance ---

@external
def set_slash_bps(_offence: uint256, _bps: uint256):
    """
    @notice Changes what an offence costs, for slashes to come.
    @dev The owner only.
    @param _offence 0, 1 or 2.
    @param _bps Of the pool: 1 to 5,000.
    @custom:error "ownable: caller is not the owner", "slasher: unknown offence",
                  "slasher: bps out of range", "slasher: no change"
    """
    ownable._check_owner()
    slash_terms._set_slash_bps(_offence, _bps)

# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title EmissionController: attested inputs in, emission computed here, split, delayed, settled
@license AGPL-3.0-only
@notice For each epoch a quorum of reporters signs what the network did, anyone submits it, and this
        contract alone turns it into money:

            emission = min(base_reward * U * halving multiplier, lifetime room of this minter)

        split exactly into three shares. The amounts are fixed at submission. They wait for a delay
        in which the guardian can cancel the report and anyone can refute its list or ask for a leaf
        of it (`RootAudit`); then anyone settles: recycled tokens are spent first, the rest is
        minted, nothing stays here. An epoch that nobody reported in time pays nothing. A stop
        defers: it leaves the next epoch time to be reported, and those behind it their deadline.

        The modules hold one concept each; this file holds the order in which things happen.
@custom:security A stolen quorum can report U = 1 and itself as the only miner, inside ceiling, cap,
                 order and delay. A fault of a list that is published whole is proven by anyone. A
                 list that shows every leaf and hides one node is stopped by the guardian alone; if
                 it settles, it takes all that is unclaimed, and each share until the quorum is
                 replaced.
@custom:kill The guardian's pause ends by itself; its cancels have no limit. The owner replaces
             reporters and guardian, cancels a report, reopens an epoch that is late, and disowns a
             wrong root that settled. A successor goes on with the next epoch, by the same schedule.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IEmissionController
from snekmate.utils.interfaces import IERC5267

implements: IEmissionController
implements: IERC5267

# --- modules ---

from ..common import reasons
from .modules import attestations
from .modules import emission_parameters
from .modules import epoch_amounts
from .modules import epoch_records
from .modules import epochs
from .modules import guardian as guard
from .modules import pending_report
from .modules import refutations
from .modules import report_intake
from .modules import reporting_window
from .modules import settlement
from .modules import takeover
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

# what reporters sign: the EIP-712 domain and its EIP-5267 description
initializes: eip712
exports: eip712.eip712Domain

# who reports
initializes: attestations
exports: (attestations.reporters, attestations.is_reporter, attestations.quorum)

# who can stop, and for how long
initializes: guard[epochs := epochs, ownable := ownable]
exports: (
    guard.guardian,
    guard.paused_until,
    guard.pause,
    guard.unpause,
    guard.set_guardian,
)

# blocks, order and parameters of epochs
initializes: epochs
initializes: emission_parameters[epochs := epochs]
exports: (epochs.START_BLOCK, epochs.EPOCH_BLOCKS, epochs.next_epoch, epochs.attempt)

# the history of settled epochs, and what the next one is worth
initializes: epoch_records[ownable := ownable]
exports: (
    epoch_records.PREDECESSOR,
    epoch_records.first_epoch,
    epoch_records.last_settled,
    epoch_records.last_utility,
    epoch_records.epoch_record,
    epoch_records.evidence_root,
    epoch_records.disown_epoch,
)
initializes: epoch_amounts[
    epochs := epochs,
    emission_parameters := emission_parameters,
    epoch_records := epoch_records,
]
exports: (
    epoch_amounts.TOKEN,
    epoch_amounts.BASE_REWARD,
    epoch_amounts.INTERVAL_BLOCKS,
    epoch_amounts.HALVINGS,
    epoch_amounts.preview,
)

# the one report that waits, and the proofs that discard it
initializes: pending_report[epochs := epochs, epoch_amounts := epoch_amounts]
exports: (pending_report.DISTRIBUTOR, pending_report.pending)
initializes: refutations[pending_report := pending_report]
exports: (refutations.ROOT_AUDIT, refutations.discard_refuted)

# who is paid, and how much was
initializes: settlement[
    epochs := epochs,
    epoch_amounts := epoch_amounts,
    epoch_records := epoch_records,
    pending_report := pending_report,
]
exports: (
    settlement.STAKING,
    settlement.RECYCLING_POOL,
    settlement.TREASURY,
    settlement.total_emitted,
    settlement.total_recycled,
    settlement.total_minted,
)

# until when the next epoch can be reported, and what becomes of it when it is late
initializes: reporting_window[
    emission_parameters := emission_parameters,
    epoch_amounts := epoch_amounts,
    epochs := epochs,
    guard := guard,
    ownable := ownable,
    pending_report := pending_report,
]
exports: (reporting_window.skip, reporting_window.reopen, reporting_window.status)

# how a successor begins
initializes: takeover[
    epoch_amounts := epoch_amounts,
    epoch_records := epoch_records,
    epochs := epochs,
    ownable := ownable,
]
exports: takeover.take_over

# how a report comes in, and how it is retracted
initializes: report_intake[
    attestations := attestations,
    eip712 := eip712,
    emission_parameters := emission_parameters,
    epoch_amounts := epoch_amounts,
    epochs := epochs,
    guard := guard,
    ownable := ownable,
    pending_report := pending_report,
    reporting_window := reporting_window,
]
exports: (
    report_intake.delay,
    report_intake.submit_report,
    report_intake.void_report,
    report_intake.set_delay,
    report_intake.report_digest,
    report_intake.void_digest,
)

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _distributor: address,
    _staking: address,
    _recycling_pool: address,
    _treasury: address,
    _root_audit: address,
    _start_block: uint256,
    _epoch_blocks: uint256,
    _base_reward: uint256,
    _interval_blocks: uint256,
    _halvings: uint256,
    _parameters: IEmissionController.Parameters,
    _delay: uint256,
    _reporters: DynArray[address, 32],
    _quorum: uint256,
    _owner: address,
    _guardian: address,
    _predecessor: address,
):
    """
    @notice Wires the suite and opens epoch 0 at _start_block, or waits to take over.
    @dev The three allowances stand for ever: each of the three pulls only what this contract asks
         it to, in the same call.
    @param _root_audit Whose proofs discard a pending report, for good.
    @param _start_block First block of epoch 0; this block or a later one, or the predecessor's.
    @param _base_reward Emission of an epoch at U = 1 before the first halving (wei).
    @param _interval_blocks Blocks per era, as in the block-reward schedule.
    @param _delay Seconds from submission to settlement.
    @param _predecessor The controller that this one replaces, with the same token and schedule;
           empty for the first one.
    @custom:error "controller: zero address", "epochs: start in the past", "epochs: start too far",
                  "epochs: length out of range", "amounts: base reward range",
                  "halving: too many halvings", "halving: zero interval",
                  "halving: interval too long", "halving: zero initial",
                  "halving: initial too large", "halving: initial not exact",
                  "parameters: weights must be whole", "parameters: shares must be whole",
                  "parameters: max_tasks range", "parameters: max_change range",
                  "parameters: deadline range", "attestations: quorum too small",
                  "attestations: quorum too large", "attestations: zero reporter",
                  "attestations: repeated reporter", "guardian: zero address",
                  "controller: delay range", "takeover: another token",
                  "takeover: another schedule"
    """
    around: address[5] = [_token, _distributor, _staking, _recycling_pool, _treasury]
    assert empty(address) not in around, "controller: zero address"
    assert empty(address) not in [_root_audit, _owner], "controller: zero address"

    ownable.__init__()
    ownable_2step.__init__()
    if _owner != msg.sender:
        ownable._transfer_ownership(_owner)
    eip712.__init__("ModernTensor EmissionController", "1")
    epochs.__init__(_start_block, _epoch_blocks, _predecessor != empty(address))
    epoch_amounts.__init__(_token, _base_reward, _interval_blocks, _halvings)
    epoch_records.__init__(_predecessor, _distributor)
    takeover.__init__()
    pending_report.__init__(_distributor)
    refutations.__init__(_root_audit)
    settlement.__init__(_staking, _recycling_pool, _treasury)
    emission_parameters._initialize(_parameters)
    attestations._set(_reporters, _quorum)
    guard._set(_guardian)
    report_intake._set_delay(_delay)

    for spender: address in [_distributor, _staking, _recycling_pool]:
        extcall IERC20(_token).approve(spender, max_value(uint256))

# --- permissionless ---

@external
def settle():
    """
    @notice Pays out the pending report: recycled tokens first, the rest minted.
    @dev All state is written before the first token moves. While the token's rate window is full it
         reverts with the token's reason, and works again in the next window.
    @custom:error "guardian: paused", "report: nothing pending", "epochs: epoch out of range",
                  "settle: delay not over", "settle: pool fell short", "settle: transfer failed"
                  "settle: leaf asked for" Somebody asked for a leaf, and nobody has shown it.
    """
    guard._check_running()
    refutations._check_answered()
    settlement._settle()

# --- role: guardian ---

@external
def cancel_report():
    """
    @notice Discards the pending report; the epoch can be reported again, with new signatures, and
            for a grace at least. The guardian or the owner.
    @custom:error "guardian: not guardian or owner", "report: nothing pending"
    """
    guard._check_guardian_or_owner()
    pending_report._check_exists()
    pending_report._discard(reasons.DISCARD_CANCELLED, msg.sender)

# --- governance ---

@external
def set_parameters(_parameters: IEmissionController.Parameters):
    """
    @notice Changes the formula, the shares and the deadline from the next epoch on.
    @dev The owner only.
    @param _parameters All of them; those that stay are repeated.
    @custom:error "ownable: caller is not the owner", "parameters: weights must be whole",
                  "parameters: shares must be whole", "parameters: max_tasks range",
                  "parameters: max_change range", "parameters: deadline range",
                  "parameters: no change"
                  "parameters: change waiting" The last change is in force, but settlement has
                  not come to it.
    """
    ownable._check_owner()
    emission_parameters._set(_parameters)


@external
def set_reporters(_reporters: DynArray[address, 32], _quorum: uint256):
    """
    @notice Replaces the reporters. What the old ones signed for the next epoch is worthless: a
            pending report is discarded and the attempt goes up (failure catalogue B2). The new
            ones have a grace to sign in.
    @dev The owner only.
    @param _reporters The new accounts, in any order.
    @param _quorum How many of them must sign: more than half.
    @custom:error "ownable: caller is not the owner", "attestations: quorum too small",
                  "attestations: quorum too large", "attestations: zero reporter",
                  "attestations: repeated reporter", "attestations: no change"
    """
    ownable._check_owner()
    attestations._set(_reporters, _quorum)
    if pending_report._exists():
        pending_report._discard(reasons.DISCARD_REPORTERS_CHANGED, msg.sender)
    else:
        epochs._next_attempt()

# --- views ---

@external
@view
def parameters_at(_epoch: uint256) -> IEmissionController.Parameters:
    """
    @notice The parameters of an epoch, however long ago; of one to come, unless changed before. Of
            epochs before `first_epoch` the predecessor knows.
    """
    return emission_parameters._at(_epoch)


@external
@view
def epoch_bounds(_epoch: uint256) -> (uint256, uint256, uint256):
    """
    @notice First block, end block (exclusive) and last block for a report of an epoch that nothing
            holds up; for the next epoch `status` knows what a stop added.
    @custom:error "epochs: epoch out of range" From 2^32 on.
    """
    end: uint256 = epochs._end_block(_epoch)
    deadline: uint256 = emission_parameters._at(_epoch).deadline_blocks
    return epochs._first_block(_epoch), end, end + deadline

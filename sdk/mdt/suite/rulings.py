"""What happened, in a sentence: what owners, guardians and the treasury do, schedules of vesting, and the books of pools for rewards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mdt.addresses import ZERO_ADDRESS
from mdt.escapes import quoted
from mdt.model.offences import Offence
from mdt.model.reasons import Burn, Mint, Recycle
from mdt.suite.kinds import BUCKET, format_number, role_name, text_of
from mdt.suite.words import CAUSES, counted, every, names_in, plain_name
from mdt.units import format_bps, format_seconds, when

if TYPE_CHECKING:
    from mdt.suite.sentences import Words

Sentences = dict[str, Callable[[Any, "Words"], str]]


def _handed(what: str, old: str, new: str) -> Callable[[Any, Words], str]:
    """A sentence about an account in an office: `the guardian of MDT is 0x..., was nobody`."""
    return lambda one, say: f"{what} of {say.who(one.address)} is {say.name(getattr(one, new))}, was {say.name(getattr(one, old))}"


# --- vesting and the treasury ---


def _vesting_created(one: Any, say: Words) -> str:
    terms = f"{say.amount(one.amount)} for {say.name(one.beneficiary)}, from {when(one.start)} to {when(one.ends_at)}"
    cliff = f"nothing before {when(one.cliff_ends_at)}, then {'in even parts from there on' if one.is_from_cliff else 'what has vested since the start'}"
    notes = [cliff, f"{format_bps(one.at_start_bps)} at the start", "it can be revoked" if one.is_revocable else "it cannot be revoked"]
    return f"vesting schedule {one.index} is created by {say.name(one.creator)}: {terms}; {'; '.join(notes)}"


def _vesting_ended(one: Any, say: Words) -> str:
    return f"vesting schedule {one.index} of {say.name(one.beneficiary)} has ended: {say.amount(one.paid)} paid, {say.amount(one.returned)} to the treasury"


def _vesting_offered(one: Any, say: Words) -> str:
    if one.proposed == ZERO_ADDRESS:
        return f"vesting schedule {one.index} of {say.name(one.beneficiary)} is offered to nobody any more"
    return (
        f"vesting schedule {one.index} of {say.name(one.beneficiary)} is offered to {say.name(one.proposed)}, who can accept from {when(one.acceptable_at)} on"
    )


def _vesting_moved(one: Any, say: Words) -> str:
    before = f"vesting schedule {one.old_index} of {say.name(one.old_beneficiary)}"
    return f"{before} belongs to {say.name(one.new_beneficiary)} now, as schedule {one.new_index} there"


VESTING: Sentences = {
    "ScheduleCreated": _vesting_created,
    "ScheduleEnded": _vesting_ended,
    "Claimed": lambda one, say: f"vesting schedule {one.index}: {say.amount(one.amount)} paid to {say.name(one.beneficiary)}",
    "BeneficiaryProposed": _vesting_offered,
    "BeneficiaryChanged": _vesting_moved,
    "RevocationRenounced": lambda one, say: f"vesting schedule {one.index} of {say.name(one.beneficiary)} can never be revoked any more",
    "CreatorSet": lambda one, say: (
        f"account {say.name(one.creator)} may {'create vesting schedules' if one.is_creator else 'create no more vesting schedules'}"
    ),
}
TREASURY: Sentences = {
    "Spent": lambda one, say: f"{say.foreign(one.token, one.amount)} paid to {say.name(one.recipient)} out of the treasury, for {text_of(one.purpose)}",
    "Vested": lambda one, say: (
        f"{say.amount(one.amount)} of the treasury locked for {say.name(one.beneficiary)} in vesting schedule {one.index}, for {text_of(one.purpose)}"
    ),
    "BudgetSet": lambda one, say: (
        f"the treasury may spend {say.foreign(one.token, one.new_amount)} a period from {when(one.effective_at)} on,"
        f" {say.foreign(one.token, one.old_amount)} before"
    ),
    "VestingSet": _handed("the vesting contract", "old_vesting", "new_vesting"),
}

# --- the timelock ---

TIMELOCK: Sentences = {
    "CallScheduled": lambda one, say: (
        f"call {one.index + 1} of operation 0x{one.id.hex()[:8]}..., to {say.who(one.target)}, can be made {format_seconds(one.delay)} from now"
    ),
    "MinimumDelayChange": lambda one, _: f"operations wait {format_seconds(one.new_duration)}, {format_seconds(one.old_duration)} before",
    "OwnershipAccepted": lambda one, say: f"the timelock has accepted the ownership of {say.who(one.target)}",
    "RoleGranted": lambda one, say: f"account {say.name(one.account)} has the role {role_name(one.role)}",
    "RoleRevoked": lambda one, say: f"account {say.name(one.account)} has the role {role_name(one.role)} no more",
}

# --- epochs, rewards and recycling ---

CONTROLLER: Sentences = {
    "DelaySet": lambda one, _: f"reports wait {format_seconds(one.new_delay)} before they are settled, {format_seconds(one.old_delay)} before",
    "EpochDisowned": lambda one, _: f"the root of epoch {one.epoch}, 0x{one.root.hex()}, was wrong: no later report is measured by it",
    "EpochReopened": lambda one, _: f"epoch {one.epoch} can be reported until {when(one.grace_until)} at least",
    "GuardianSet": _handed("the guardian", "old_guardian", "new_guardian"),
    "TakenOver": lambda one, say: (
        f"epochs are paid here from number {one.first_epoch} on; {say.name(one.predecessor)} had those before"
        f" and settled {f'number {one.last_settled - 1} last' if one.last_settled else 'none'}"
    ),
    "Paused": lambda one, say: f"reports and settlement are paused by {say.name(one.guardian)} until {when(one.paused_until)}",
    "Unpaused": lambda one, say: f"reports and settlement go on, says {say.name(one.unpaused_by)}",
    "ReportersSet": lambda one, say: (
        f"{one.new_quorum} of {counted(len(one.new_reporters), 'reporter')} attest a report, {one.old_quorum} of {len(one.old_reporters)} before:"
        f" {', '.join(say.name(each) for each in one.new_reporters)}"
    ),
}
RECYCLING: Sentences = {
    "Absorbed": lambda one, say: f"{say.amount(one.amount)} that lay in the recycling pool {say.who(one.predecessor)} are in this one",
    "DrawerSet": _handed("the drawer", "old_drawer", "new_drawer"),
    "Drawn": lambda one, say: f"{say.amount(one.amount)} taken out of the recycling pool by {say.who(one.drawer)}",
    "FeesDeposited": lambda one, say: (
        f"{say.amount(one.amount)} of fees put into the recycling pool by {say.who(one.payer)}, {say.amount(one.burned)} of it burned"
    ),
    "Recycled": lambda one, say: f"{say.amount(one.amount)} put into the recycling pool by {say.who(one.source)} ({plain_name(Recycle(one.reason))})",
    "SurplusBurned": lambda one, say: f"{say.amount(one.amount)} of the recycling pool were more than it may hold and are burned",
}
BLOCK_REWARD: Sentences = {
    "TakenOver": lambda one, say: (
        f"the schedule of block rewards goes on from {say.who(one.predecessor)}, after {say.amount(one.released_before)} that were paid before"
    ),
    "RecipientSet": _handed("the recipient", "old_recipient", "new_recipient"),
    "Released": lambda one, say: (
        f"{say.amount(one.amount)} of block rewards up to block {one.through_block:,} paid to {say.who(one.recipient)}, {say.amount(one.arrears)} still owed"
    ),
}
DISTRIBUTOR: Sentences = {"FunderSet": _handed("the funder", "old_funder", "new_funder")}

# --- staking ---

STAKING: Sentences = {
    "BlockRewardSet": _handed("the source of block rewards", "old_block_reward", "new_block_reward"),
    "NotifierSet": _handed("the notifier", "old_notifier", "new_notifier"),
    "SchedulesSet": _handed("the source of scheduled rewards", "old_schedules", "new_schedules"),
    "SlasherSet": _handed("the slasher", "old_slasher", "new_slasher"),
    "RegistrySet": lambda one, say: f"the registry of validators is {say.name(one.registry)}, for good",
}
VALIDATORS: Sentences = {"MetadataSet": lambda one, _: f"validator {one.validator_id} is called {quoted(one.metadata)}"}
SLASHER: Sentences = {
    "ArbiterSet": _handed("the arbiter", "old_arbiter", "new_arbiter"),
    "SlashBpsSet": lambda one, _: f"a slash for {CAUSES[Offence(one.offence)]} takes {format_bps(one.new_bps)}, {format_bps(one.old_bps)} before",
    "SlasherRoleSet": lambda one, say: f"account {say.name(one.account)} may {'slash' if one.is_slasher else 'slash no more'}",
}

# --- the token, pools, schedules and the desk ---


def _grant(one: Any, say: Words) -> str:
    """What a minter may mint, and why."""
    bucket = format_number(one.bucket, BUCKET, say.directory.suite.unit)
    window = f"{say.amount(one.window_cap)} in {format_seconds(one.window_seconds)}"
    return f"{say.amount(one.lifetime_cap)} of the bucket {bucket} ({names_in(one.reasons, Mint)}), at most {window}"


TOKEN: Sentences = {
    "GuardianSet": _handed("the guardian", "old_guardian", "new_guardian"),
    "BurnerSet": lambda one, say: (
        f"burner {say.name(one.burner)} may burn what it is allowed to for: {names_in(one.new_reasons, Burn)}; before: {names_in(one.old_reasons, Burn)}"
    ),
    "MinterProposed": lambda one, say: f"minter {say.name(one.minter)} can be granted from {when(one.effective_at)} on: {_grant(one, say)}",
    "MinterGranted": lambda one, say: f"minter {say.name(one.minter)} may mint {_grant(one, say)}",
    "MinterRevoked": lambda one, say: (
        f"minter {say.name(one.minter)} may mint no more, revoked by {say.name(one.revoked_by)}; it has minted {say.amount(one.minted)}"
    ),
    "MinterSuspended": lambda one, say: (
        f"minter {say.name(one.minter)} may not mint until {when(one.suspended_until)}, suspended by {say.name(one.suspended_by)}; then it may again"
    ),
    "MinterResumed": lambda one, say: f"minter {say.name(one.minter)} may mint again, says {say.name(one.resumed_by)}",
    "ProposalWithdrawn": lambda one, say: f"minter {say.name(one.minter)} is proposed no more, withdrawn by {say.name(one.withdrawn_by)}",
    "SetupFinished": lambda one, _: f"setup is finished: a new minter waits {format_seconds(one.grant_delay)}",
}
POOLS: Sentences = {
    "OperatorSet": lambda one, say: f"pool {one.pool_id} is operated by {say.name(one.new_operator)}, was by {say.name(one.old_operator)}",
    "ToppedUp": lambda one, say: f"{say.amount(one.amount)} put into pool {one.pool_id} by schedule {one.schedule_id}",
}


def _schedule_changed(one: Any, say: Words) -> str:
    now, before = (f"{say.amount(amount)} {every(interval)}" for amount, interval in _terms(one))
    return f"schedule {one.schedule_id} pays {now} from block {one.from_block:,} on, {before} until then"


def _terms(one: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    return (one.new_amount, one.new_interval_blocks), (one.old_amount, one.old_interval_blocks)


SCHEDULES: Sentences = {
    "Changed": _schedule_changed,
    "Paused": lambda one, _: f"schedule {one.schedule_id} is paused: what is over meanwhile is skipped",
    "Resumed": lambda one, _: f"schedule {one.schedule_id} goes on",
    "Skipped": lambda one, _: f"schedule {one.schedule_id}: {counted(one.intervals, 'interval')} skipped, nothing is paid for them",
}
DESK: Sentences = {"Swept": lambda one, say: f"{say.amount(one.amount)} that lay at the fee desk moved on, asked for by {say.name(one.caller)}"}

# --- every contract that has an owner ---

OWNED: Sentences = {
    "OwnershipTransferStarted": lambda one, say: (
        f"the ownership of {say.who(one.address)} is offered by {say.name(one.previous_owner)} to {say.name(one.new_owner)}, who has to accept it"
    ),
    "OwnershipTransferred": lambda one, say: f"{say.who(one.address)} is owned by {say.name(one.new_owner)}, was by {say.name(one.previous_owner)}",
}

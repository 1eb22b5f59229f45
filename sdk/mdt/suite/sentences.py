"""What happened, in a sentence, by contract and event: amounts with their unit, accounts of the suite by their names, times as UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.escapes import quoted
from mdt.model.offences import Offence
from mdt.model.reasons import Burn, Discard, Fee, Miners, Mint
from mdt.model.schedules import FOR_EVER, Kind
from mdt.model.staking.pool import ANY_AMOUNT
from mdt.suite import market_words, rulings
from mdt.suite.directory import Directory
from mdt.suite.tokens import token_at
from mdt.suite.words import CAUSES, KINDS, counted, every, plain_name, status_words
from mdt.units import format_bps, format_wad, when


@dataclass(frozen=True)
class Words:
    """How amounts and accounts of a deployment are written."""

    directory: Directory

    def amount(self, wei: int) -> str:
        """Wei of the deployment's token in its unit."""
        return self.directory.suite.show(wei)

    def name(self, address: str) -> str:
        """An account with all that the deployment knows of it."""
        return self.directory.name(address)

    def who(self, address: str) -> str:
        """A contract of the suite by its name; anybody else by the address alone."""
        contract = self.directory.at(address)
        return contract.name if contract else address

    def foreign(self, token: str, amount: int) -> str:
        """An amount of another token in that one's unit."""
        suite = self.directory.suite
        return self.amount(amount) if token == suite["MDT"].address else token_at(suite, token).show(amount)


# --- sentences that are longer than a line ---


def _staked(one: Any, say: Words) -> str:
    lock = f"locked until {when(one.unlocks_at)} for a bonus of {format_bps(one.bonus_bps)}" if one.bonus_bps else ""
    added = f"{say.amount(one.amount)} added" if one.amount or not lock else ""
    return f"validator {one.validator_id}, slot {one.slot}: {', '.join(part for part in (added, lock) if part)}"


def _unstaked(one: Any, say: Words) -> str:
    request = f"validator {one.validator_id}, slot {one.slot}, request {one.request_id}"
    return f"{request}: {say.amount(one.tokens)} can be withdrawn from {when(one.unlocks_at)} on"


def _redelegated(one: Any, say: Words) -> str:
    moved = f"{say.amount(one.amount)} moved from slot {one.source_slot} with validator {one.source_id} to slot {one.slot} with validator {one.validator_id}"
    return f"{moved}; it answers for what validator {one.source_id} did until now, and stays where it is until {when(one.answerable_until)}"


def _reward_claimed(one: Any, say: Words) -> str:
    rewards = f"validator {one.validator_id}, slot {one.slot}: {say.amount(one.amount)} of rewards"
    return f"{rewards} became stake" if one.recipient == one.address else f"{rewards} paid to {say.who(one.recipient)}"  # restaked, or paid


def _recipient_set(one: Any, _: Words) -> str:
    return f"rewards of {one.owner} go to {one.owner if one.new_recipient == ZERO_ADDRESS else one.new_recipient}"


def _slashed(one: Any, say: Words) -> str:
    taken = f"{say.amount(one.amount)} ({format_bps(one.bps)}) of validator {one.validator_id}"
    return f"slash {one.slash_id}: {taken} for {CAUSES[Offence(one.offence)]} at block {one.height:,}, in escrow until {when(one.ends_at)}"


def _announced(one: Any, _: Words) -> str:
    what = f"{format_bps(one.bps)} of validator {one.validator_id} for {CAUSES[Offence(one.offence)]} at block {one.height:,}"
    return f"slash {one.slash_id} announced: {what}; anyone can open it from {when(one.opens_at)} on"


def _proof_registered(one: Any, _: Words) -> str:
    return f"slash {one.slash_id}: another proof against validator {one.validator_id}, at block {one.height:,}, is registered while one is in escrow"


def _liveness(one: Any, _: Words) -> str:
    now = f"{counted(one.missed_blocks, 'block')}, {counted(one.missed_reveals, 'reveal')} missed"
    return f"validator {one.validator_id}, epoch {one.epoch}: {now}; {one.total_missed_blocks} and {one.total_missed_reveals} count"


def _submitted(one: Any, say: Words) -> str:
    amounts = one.amounts
    return f"epoch {one.epoch}: utility {format_wad(amounts.utility)}, {say.amount(amounts.emission)} to emit; it can be settled from {when(one.settles_at)} on"


def _settled(one: Any, say: Words) -> str:
    emitted = f"{say.amount(one.emission)} emitted ({say.amount(one.recycled)} of it recycled, {say.amount(one.minted)} minted)"
    parts = f"{say.amount(one.miner_share)} to miners, {say.amount(one.validator_share)} to validators, {say.amount(one.dao_share)} to the treasury"
    notes = [f"miners: {plain_name(Miners(one.miner_outcome))}"] if one.miner_outcome else []
    notes += ["cut to what the token still lets it mint"] if one.is_clamped else []
    return "; ".join([f"epoch {one.epoch}: utility {format_wad(one.utility)}, {emitted}: {parts}", *notes])


def _skipped(one: Any, _: Words) -> str:
    epochs = f"epoch {one.first_epoch} is" if one.first_epoch == one.last_epoch else f"epochs {one.first_epoch} to {one.last_epoch} are"
    return f"{epochs} skipped: nothing is emitted for {'it' if one.first_epoch == one.last_epoch else 'them'}"


def _bought(one: Any, say: Words) -> str:
    paid = say.foreign(one.payment_token, one.payment)
    return f"{say.amount(one.received)} bought from pool {one.pool_id} for {say.who(one.buyer)}: {paid} paid to the treasury; {say.amount(one.burned)} burned"


def _allocated(one: Any, say: Words) -> str:
    return f"allocation {one.allocation_id}: {say.amount(one.amount)} of pool {one.pool_id} for {one.buyer}, until {when(one.expires_at)}"


def _available_again(one: Any, say: Words) -> str:
    return f"allocation {one.allocation_id}: {say.amount(one.amount)} available again in pool {one.pool_id}"


def _schedule_created(one: Any, say: Words) -> str:
    to = f"pool {one.pool_id}" if one.kind == Kind.POOL else say.name(one.recipient)
    end = "on" if one.last_block == FOR_EVER else f"to block {one.last_block:,}"
    paid = f"{say.amount(one.amount)} to {to} {every(one.interval_blocks)}, from block {one.start_block:,} {end}"
    return f"schedule {one.schedule_id} ({KINDS[Kind(one.kind)]}) is created: {paid}; {'minted' if one.is_minted else 'out of what is handed in'}"


def _paid(one: Any, say: Words) -> str:
    together = f"{say.amount(one.amount * one.intervals)} paid to {say.who(one.recipient)}"
    return f"schedule {one.schedule_id}: {together}, {say.amount(one.amount)} for each of {counted(one.intervals, 'interval')}"


def _deposited(one: Any, say: Words) -> str:
    rest = f"{say.amount(one.amount - one.burned)} to {say.name(one.rest_to)}"
    return f"{say.amount(one.amount)} counted for {one.account} ({plain_name(Fee(one.kind))}): {say.amount(one.burned)} burned, {rest}"


def _registered(one: Any, say: Words) -> str:
    named = f", called {quoted(one.metadata)}" if one.metadata else ""
    terms = f"{say.amount(one.amount)} of own stake, a commission of {format_bps(one.commission_bps)}"
    return f"validator {one.validator_id} is registered by {one.operator}{named}, owned by {one.owner}: {terms}"


def _queued(one: Any, _: Words) -> str:
    change = f"{format_bps(one.new_bps)} instead of {format_bps(one.old_bps)}"
    return f"commission of validator {one.validator_id}: {change} can be applied from {when(one.applies_at)} on"


def _vote_key_changed(one: Any, _: Words) -> str:
    keep = f"keep {one.old_key}: tokens and coin on it stay there, and it answers for votes at heights before this block"
    return f"votes of validator {one.validator_id} are signed by {one.new_key}; {keep}"


_STAKING: dict[str, Callable[[Any, Words], str]] = {
    "Staked": _staked,
    "LockEnded": lambda one, _: f"validator {one.validator_id}, slot {one.slot}: the bonus of {format_bps(one.bonus_bps)} has ended",
    "Unstaked": _unstaked,
    "UnstakeCancelled": lambda one, say: f"validator {one.validator_id}, slot {one.slot}: request {one.request_id} is stake again, {say.amount(one.tokens)}",
    "Withdrawn": lambda one, say: f"validator {one.validator_id}, slot {one.slot}, request {one.request_id}: {say.amount(one.amount)} withdrawn",
    "Redelegated": _redelegated,
    "RestitutionNoted": lambda one, say: f"{say.amount(one.amount)} more would be owed to {one.owner} by slash {one.slash_id}, were it overturned",
    "RewardClaimed": _reward_claimed,
    "CommissionClaimed": lambda one, say: f"validator {one.validator_id}: {say.amount(one.amount)} of commission paid to {say.who(one.recipient)}",
    "RecipientSet": _recipient_set,
    "CommissionSet": lambda one, _: f"commission of validator {one.validator_id}: {format_bps(one.old_bps)} before, {format_bps(one.new_bps)} from now on",
    "LimitSet": lambda one, say: (
        f"validator {one.validator_id} lets in {'any delegation' if one.new_cap == ANY_AMOUNT else say.amount(one.new_cap) + ' of delegations'},"
        f" it was {'any' if one.old_cap == ANY_AMOUNT else say.amount(one.old_cap)}"
    ),
    "RewardNotified": lambda one, say: f"{say.amount(one.amount)} more to be streamed to stakers until block {one.stream_end:,}",
    "StatusChanged": lambda one, _: f"validator {one.validator_id} is {status_words(one.new_status)}, was {status_words(one.old_status)}",
    "BlockRewardsPulled": lambda one, say: f"{say.amount(one.amount)} streamed to stakers",
    "IdleRewardsRecycled": lambda one, say: f"{say.amount(one.amount)} recycled",
}
_VALIDATORS: dict[str, Callable[[Any, Words], str]] = {
    "ValidatorRegistered": _registered,
    "OwnerProposed": lambda one, _: f"proposed as owner of validator {one.validator_id}: {one.proposed_owner}",
    "OwnerChanged": lambda one, _: f"validator {one.validator_id} is owned by {one.new_owner}, was by {one.old_owner}: operator and vote key are as before",
    "OperatorChanged": lambda one, _: f"validator {one.validator_id} is operated by {one.new_operator}, was by {one.old_operator}",
    "VoteKeyProposed": lambda one, _: f"proposed as vote key of validator {one.validator_id}: {one.proposed_key}",
    "VoteKeyChanged": _vote_key_changed,
    "CommissionQueued": _queued,
    "DepositTaken": lambda one, say: f"{say.amount(one.amount)} of {one.payer} put aside for validator {one.validator_id}",
    "DepositPaidBack": lambda one, say: f"{say.amount(one.amount)} of deposit of validator {one.validator_id} paid back to {say.who(one.owner)}",
    "DepositForfeited": lambda one, say: f"{say.amount(one.amount)} of deposit of validator {one.validator_id} forfeited to the recycling pool",
    "CommissionQueueCleared": lambda one, _: f"commission of validator {one.validator_id}: {format_bps(one.bps)} is queued no more",
}
_SLASHER: dict[str, Callable[[Any, Words], str]] = {
    "SlashAnnounced": _announced,
    "SlashVoided": lambda one, say: f"slash {one.slash_id} is voided by {say.name(one.voided_by)}: nothing was taken",
    "ProofRegistered": _proof_registered,
    "Slashed": _slashed,
    "Appealed": lambda one, _: f"slash {one.slash_id} is appealed; the arbiter has until {when(one.ends_at)}",
    "Upheld": lambda one, say: f"slash {one.slash_id}: {say.amount(one.burned)} burned, {say.amount(one.to_treasury)} to the treasury",
    "Overturned": lambda one, say: f"slash {one.slash_id}: {say.amount(one.restored)} back in the pool, {say.amount(one.owed)} owed to those who had left",
    "Answered": lambda one, say: f"{say.amount(one.amount)} taken from validator {one.validator_id} of {one.owner} for slash {one.slash_id}",
    "RestitutionPaid": lambda one, say: f"{say.amount(one.amount)} of slash {one.slash_id} paid to {one.payee}",
    "LivenessReported": _liveness,
}
_TOKEN: dict[str, Callable[[Any, Words], str]] = {
    "Minted": lambda one, say: f"{say.amount(one.amount)} minted to {say.who(one.recipient)} ({plain_name(Mint(one.reason))})",
    "Burned": lambda one, say: f"{say.amount(one.amount)} of {say.who(one.holder)} burned ({plain_name(Burn(one.reason))})",
}
_POOLS: dict[str, Callable[[Any, Words], str]] = {
    "PoolCreated": lambda one, _: f"pool {one.pool_id} is created: {quoted(one.arguments['name'])}, operated by {one.operator}",
    "PoolClosed": lambda one, say: f"pool {one.pool_id} is closed, {say.amount(one.returned)} sent to the treasury",
    "Replenished": lambda one, say: f"{say.amount(one.amount)} put into pool {one.pool_id}",
    "Absorbed": lambda one, say: f"{say.amount(one.amount)} counted to pool {one.pool_id}",
    "Allocated": _allocated,
    "Released": lambda one, say: f"allocation {one.allocation_id}: {say.amount(one.received)} to {one.buyer}, {say.amount(one.burned)} burned",
    "Cancelled": _available_again,
    "Expired": _available_again,
    "Bought": _bought,
}
_SCHEDULES: dict[str, Callable[[Any, Words], str]] = {
    "ScheduleCreated": _schedule_created,
    "Funded": lambda one, say: f"{say.amount(one.amount)} handed in for schedule {one.schedule_id}",
    "Paid": _paid,
    "Cancelled": lambda one, say: f"schedule {one.schedule_id} is cancelled, {say.amount(one.refunded)} sent to the treasury",
}
_DESK: dict[str, Callable[[Any, Words], str]] = {
    "Paid": lambda one, say: f"{say.amount(one.amount - one.burned)} received by {one.payee}, {say.amount(one.burned)} burned",
    "Deposited": _deposited,
}
_CONTROLLER: dict[str, Callable[[Any, Words], str]] = {
    "ReportSubmitted": _submitted,
    "EpochSettled": _settled,
    "EpochsSkipped": _skipped,
    "ReportDiscarded": lambda one, _: f"the report of epoch {one.epoch} is discarded: {plain_name(Discard(one.reason))}",
    "AttemptVoided": lambda one, _: (
        f"whatever was signed for attempt {one.attempt} of epoch {one.epoch} is void; the reporters sign for attempt {one.attempt + 1}"
    ),
}
_AUDIT: dict[str, Callable[[Any, Words], str]] = {
    "Challenged": lambda one, say: (
        f"question {one.number}: the leaf of {one.account} with at least {say.amount(one.cumulative)} is asked for, to be shown until {when(one.answer_by)}"
    ),
    "ChallengeEnded": lambda one, _: f"question {one.number} is {'answered' if one.is_answered else 'over'}: its bond goes to {one.paid_to}",
}
_DISTRIBUTOR: dict[str, Callable[[Any, Words], str]] = {
    "Claimed": lambda one, say: f"{say.amount(one.amount)} paid for {one.account}",
    "RecipientSet": lambda one, _: f"what {one.account} earns as a miner goes to {one.account if one.new_recipient == ZERO_ADDRESS else one.new_recipient}",
    "RootUpdated": lambda one, say: f"{say.amount(one.amount)} more for miners to claim, {say.amount(one.total_funded)} ever",
}

_TIMELOCK: dict[str, Callable[[Any, Words], str]] = {
    "Cancelled": lambda one, _: f"operation 0x{one.id.hex()} is cancelled",
    "CallExecuted": lambda one, say: f"call {one.index + 1} of operation 0x{one.id.hex()[:8]}..., to {say.who(one.target)}, is made",
}

_OWNED = (
    *("MDT", "Vesting", "Treasury", "EmissionController", "RecyclingPool", "BlockReward", "FeeDesk", "Slasher", "RewardDistributor", "ReservePools"),
    *("DistributionSchedules", "Staking", "LiquidityPool"),
)
SENTENCES: dict[tuple[str, str], Callable[[Any, Words], str]] = {
    (contract, event): words
    for contract, events in (
        ("MDT", _TOKEN | rulings.TOKEN),
        ("Staking", _STAKING | rulings.STAKING),
        ("Validators", _VALIDATORS | rulings.VALIDATORS),
        ("Slasher", _SLASHER | rulings.SLASHER),
        ("EmissionController", _CONTROLLER | rulings.CONTROLLER),
        ("RootAudit", _AUDIT),
        ("RewardDistributor", _DISTRIBUTOR | rulings.DISTRIBUTOR),
        ("ReservePools", _POOLS | rulings.POOLS),
        ("DistributionSchedules", _SCHEDULES | rulings.SCHEDULES),
        ("FeeDesk", _DESK | rulings.DESK),
        ("Timelock", _TIMELOCK | rulings.TIMELOCK),
        ("Vesting", rulings.VESTING),
        ("Treasury", rulings.TREASURY),
        ("RecyclingPool", rulings.RECYCLING),
        ("LiquidityPool", market_words.MARKET),
        ("BlockReward", rulings.BLOCK_REWARD),
        *((contract, rulings.OWNED) for contract in _OWNED),
    )
    for event, words in events.items()
}
"""A sentence by (contract, event)."""

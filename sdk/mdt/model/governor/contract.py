"""The governor: proposals to the timelock, voted on by enrolled stake."""

from __future__ import annotations

from collections.abc import Sequence

from eth_utils.crypto import keccak

from mdt.model.clock import Clock
from mdt.model.governor.enrolments import Enrolments, Stakes
from mdt.model.governor.operations import Action, CodeHash, Operation, code_digest, operation
from mdt.model.governor.proposals import Proposal, ProposalState, Support
from mdt.model.governor.terms import VoteTerms, part
from mdt.model.refusals import refusals
from mdt.model.timelock import DONE, GRACE_PERIOD, Timelock
from mdt.units import DAY

require = refusals("governor")

QUEUE_SECONDS = 14 * DAY
UNFINISHED = (ProposalState.PENDING, ProposalState.ACTIVE)


class Governor(Enrolments):
    """`contracts/governance/Governor.vy`.

    Args:
        address: Its own.
        clock: The chain's.
        stakes: Staking and its registry, as far as they are asked.
        unbonding_seconds: Staking's.
        timelock: The timelock's model, in which this one is a proposer.
        terms: To begin with.
        code_hash: What code an address has.
    """

    def __init__(self, address: str, clock: Clock, stakes: Stakes, unbonding_seconds: int, timelock: Timelock, terms: VoteTerms, code_hash: CodeHash) -> None:
        super().__init__(clock, stakes, unbonding_seconds)
        terms.check(self.enrolment_seconds, unbonding_seconds)
        self.address, self.timelock, self.terms, self.code_hash = address, timelock, terms, code_hash
        self.proposals: list[Proposal] = []
        self.last_of: dict[str, int] = {}

    # --- user ---

    def propose(self, caller: str, actions: Sequence[Action], text: str) -> int:
        """Propose calls; returns the proposal's number, from 1."""
        self._check_actions(actions)
        if latest := self.last_of.get(caller):
            state = self.state(latest)
            require(state not in UNFINISHED, "one at a time")
            is_over = self.proposal(latest).ends_at + self.unbonding_seconds < self.clock.timestamp
            require(state != ProposalState.DEFEATED or is_over, "defeated too lately")
        now, staked = self.clock.timestamp, self.stakes.staked
        require(self.weight(caller, now) >= max(part(staked, self.terms.threshold_bps), 1), "below the threshold")
        proposal_id, starts_at = len(self.proposals) + 1, now + self.terms.delay_seconds
        told = self._operation(proposal_id, actions, keccak(text=text))
        self.last_of[caller] = proposal_id
        quorum = part(staked, self.terms.quorum_bps)
        self.proposals.append(Proposal(caller, self.terms, starts_at, starts_at + self.terms.period_seconds, quorum, told.id))
        return proposal_id

    def cancel(self, caller: str, proposal_id: int) -> None:
        """A proposer takes its proposal back, until the vote starts."""
        proposal = self.proposal(proposal_id)
        require(self.last_of.get(caller) == proposal_id, "not the proposer")
        require(self.state(proposal_id) == ProposalState.PENDING, "too late to cancel")
        proposal.is_cancelled = True

    def cast_vote(self, caller: str, proposal_id: int, support: int) -> int:
        """Vote once, with all of an account's weight; returns it. The end is moved by the vote that brings the quorum."""
        proposal = self.proposal(proposal_id)
        require(self.state(proposal_id) == ProposalState.ACTIVE, "vote not open")
        require(support in list(Support), "bad support")
        require(caller not in proposal.votes, "already voted")
        weight = self.weight(caller, proposal.starts_at)
        require(weight, "no weight")
        was_quorate = proposal.is_quorate
        proposal.votes[caller] = Support(support), weight
        if proposal.is_quorate and not was_quorate:
            proposal.ends_at = max(proposal.ends_at, self.clock.timestamp + proposal.terms.extension_seconds)
        return weight

    # --- permissionless ---

    def queue(self, caller: str, actions: Sequence[Action], text_hash: bytes, proposal_id: int = 0) -> int:
        """Schedule what has won; returns its number."""
        proposal_id = proposal_id or self.last_of.get(caller, 0)
        proposal = self.proposal(proposal_id)
        require(self.state(proposal_id) == ProposalState.SUCCEEDED, "not succeeded")
        told = self._proposed(proposal_id, actions, text_hash)
        delay = self.timelock.minimum_delay
        self.timelock.schedule(self.address, told.id, delay)
        proposal.eta = self.clock.timestamp + delay
        return proposal_id

    def execute(self, caller: str, actions: Sequence[Action], text_hash: bytes, proposal_id: int = 0) -> int:
        """Have the timelock make the calls; what they do is for their targets to say. Returns the proposal's number."""
        proposal_id = proposal_id or self.last_of.get(caller, 0)
        self.proposal(proposal_id)
        require(self.state(proposal_id) == ProposalState.QUEUED, "not queued")
        self.timelock.execute(self.address, self._proposed(proposal_id, actions, text_hash).id)
        return proposal_id

    # --- the timelock ---

    def confirm(self, targets: Sequence[str], digest: bytes) -> None:
        """Whether targets have the code they had."""
        require(code_digest(targets, self.code_hash) == digest, "code changed")

    def set_terms(self, caller: str, terms: VoteTerms) -> None:
        """Change the terms of proposals to come."""
        require(caller == self.timelock.address, "only the timelock")
        terms.check(self.enrolment_seconds, self.unbonding_seconds)
        require(terms != self.terms, "nothing changes")
        self.terms = terms

    # --- views ---

    def proposal(self, proposal_id: int) -> Proposal:
        """A proposal by its number."""
        require(0 < proposal_id <= len(self.proposals), "unknown proposal")
        return self.proposals[proposal_id - 1]

    def state(self, proposal_id: int) -> ProposalState:
        """What has become of it. Once it is queued, the timelock says."""
        proposal, now = self.proposal(proposal_id), self.clock.timestamp
        if proposal.is_cancelled:
            return ProposalState.CANCELED
        if now <= proposal.starts_at:
            return ProposalState.PENDING
        if now <= proposal.ends_at:
            return ProposalState.ACTIVE
        if not proposal.is_won:
            return ProposalState.DEFEATED
        if not proposal.eta:
            return ProposalState.SUCCEEDED if now <= proposal.ends_at + QUEUE_SECONDS else ProposalState.EXPIRED
        ready_at = self.timelock.ready_at.get(proposal.operation, 0)
        if ready_at in (0, DONE):
            return ProposalState.EXECUTED if ready_at else ProposalState.CANCELED
        return ProposalState.QUEUED if ready_at == proposal.eta and now <= proposal.eta + GRACE_PERIOD else ProposalState.EXPIRED

    def threshold(self) -> int:
        """Wei a proposal takes now."""
        return part(self.stakes.staked, self.terms.threshold_bps)

    # --- internal ---

    def _check_actions(self, actions: Sequence[Action]) -> None:
        require(actions, "no calls")
        require(all(action.value == 0 for action in actions), "no native coin")
        require(all(self.code_hash(action.target) for action in actions), "target has no code")

    def _operation(self, proposal_id: int, actions: Sequence[Action], text_hash: bytes) -> Operation:
        return operation(self.address, self.timelock.address, proposal_id, actions, text_hash, self.code_hash)

    def _proposed(self, proposal_id: int, actions: Sequence[Action], text_hash: bytes) -> Operation:
        self._check_actions(actions)
        told = self._operation(proposal_id, actions, text_hash)
        require(told.id == self.proposal(proposal_id).operation, "not what was proposed")
        return told

"""A governor on real staking and a real timelock, with its model, which reads what stake is worth from the contracts."""

from __future__ import annotations

from typing import Any

import boa
from eth_account import Account
from eth_utils.crypto import keccak

from mdt.model.governor import Action, Governor, Place, ProposalState, VoteTerms
from mdt.model.staking import OWN_SLOT
from mdt.model.timelock import CANCELLER_ROLE, PROPOSER_ROLE
from mdt.units import DAY
from tests.support.boa_clock import BoaClock, mine, now
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.refusals import refuses
from tests.support.staking import UNBONDING, UNIT, StakingSuite, deploy_suite
from tests.support.timelock import DELAY, deploy_timelock
from tests.support.twins import Twin, plain

TERMS = VoteTerms(delay_seconds=2 * DAY, period_seconds=2 * DAY, extension_seconds=DAY, quorum_bps=2_000, threshold_bps=100)
OTHER_TERMS = VoteTerms(delay_seconds=DAY, period_seconds=DAY, extension_seconds=DAY // 2, quorum_bps=1_000, threshold_bps=200)
WINDOW = UNBONDING // 2
OWN = 1_000 * UNIT  # of each validator
DELEGATED = 300 * UNIT
TEXT = "Change a number\n\nBecause it is too small."
AGAINST, FOR, ABSTAIN = 0, 1, 2


class ContractStakes:
    """What the model asks of stake, answered by the contracts' own views."""

    def __init__(self, suite: StakingSuite) -> None:
        self.suite = suite

    @property
    def staked(self) -> int:
        return int(self.suite.staking.network().staked)

    def worth(self, validator_id: int, owner: str, slot: int) -> int:
        return int(self.suite.staking.position(validator_id, owner, slot).tokens) if 0 < validator_id <= self.suite.staking.network().validator_count else 0

    def owner_of(self, validator_id: int) -> str:
        return str(self.suite.validators.owner_of(validator_id))


def code_hash(address: str) -> bytes:
    """As the chain answers it; empty where there is no code."""
    code = boa.env.get_code(address)
    return keccak(code) if code else b""


class GovernorScene:
    """Three validators, four delegators, a timelock whose only proposer is the governor, and a guardian."""

    def __init__(self, terms: VoteTerms = TERMS, build: Any = None) -> None:
        self.suite = deploy_suite()
        self.staking, self.validators = self.suite.staking, self.suite.validators
        made = [self.suite.validator(f"validator {index}", OWN) for index in range(3)]
        self.ids, self.owners = [one for one, _ in made], [owner for _, owner in made]
        self.stakers = [self.suite.delegator(f"staker {index}", self.ids[index % 3], DELEGATED) for index in range(4)]
        self.timelock_twin = deploy_timelock(proposers=1)
        self.timelock, self.guardian = self.timelock_twin.timelock, self.timelock_twin.guardian
        self.stakes = ContractStakes(self.suite)
        around = {"Staking": self.staking, "Timelock": self.timelock}
        self.governor = deploy("Governor", around, terms=terms, build=build)
        self.address = str(self.governor.address)
        self.model = Governor(self.address, BoaClock(), self.stakes, UNBONDING, self.timelock_twin.model, terms, code_hash)
        self.logs: list[Any] = []
        self.twin = Twin(self.governor, self.model, logs=self.logs)
        self.target = harness("HostileOwned").deploy()
        self.stranger = str(boa.env.generate_address("stranger"))
        self.hand_over()

    @property
    def proposer(self) -> str:
        return self.owners[0]

    @property
    def actions(self) -> list[Action]:
        """One call of a contract that takes any."""
        return [Action(str(self.target.address), b"\x01\x02\x03\x04 some call")]

    def hand_over(self) -> None:
        """The governor becomes the timelock's only proposer; the guardian stays."""
        twin, former = self.timelock_twin, self.timelock_twin.proposer
        calls = [
            twin.own("grantRole", PROPOSER_ROLE, self.address),
            twin.own("revokeRole", PROPOSER_ROLE, former),
            twin.own("revokeRole", CANCELLER_ROLE, former),
        ]
        twin.schedule_batch(calls)
        mine(1, DELAY)
        twin.execute_batch(calls)
        twin.model.members[PROPOSER_ROLE] = {self.address}
        twin.model.members[CANCELLER_ROLE].discard(former)

    # --- calls ---

    def places(self, account: str) -> list[Place]:
        """The first position that somebody of the scene has: a validator's own stake, or a delegation."""
        if account in self.owners:
            return [Place(self.ids[self.owners.index(account)], OWN_SLOT)]
        return [Place(self.ids[self.stakers.index(account) % 3], 0)]

    def enroll(self, *accounts: str) -> None:
        """Enrol, each its own position; then a second passes."""
        for account in accounts:
            self.twin.call("enroll", account, self.places(account))
        mine(1)

    def enroll_all(self) -> None:
        """Everybody of the scene."""
        self.enroll(*self.owners, *self.stakers)

    def propose(self, proposer: str | None = None, actions: list[Action] | None = None, text: str = TEXT) -> int:
        """Propose some calls; returns the number."""
        proposer, actions = proposer or self.proposer, self.actions if actions is None else actions
        return int(self.twin.both(lambda: self.model.propose(proposer, actions, text), lambda: self.governor.propose(*given(actions), text, sender=proposer)))

    def cancel(self, proposal_id: int, caller: str | None = None) -> None:
        """The proposer takes it back."""
        self.twin.call("cancel", caller or self.proposer, proposal_id)

    def vote(self, account: str, proposal_id: int, support: int = FOR) -> int:
        """Cast a vote; returns its weight."""
        return int(
            self.twin.both(lambda: self.model.cast_vote(account, proposal_id, support), lambda: self.governor.castVote(proposal_id, support, sender=account))
        )

    def queue(self, proposal_id: int, actions: list[Action] | None = None, text: str = TEXT, caller: str | None = None) -> int:
        """Schedule in the timelock."""
        return self._step("queue", proposal_id, actions, text, caller)

    def execute(self, proposal_id: int, actions: list[Action] | None = None, text: str = TEXT, caller: str | None = None) -> int:
        """Have the timelock make the calls."""
        return self._step("execute", proposal_id, actions, text, caller)

    def _step(self, function: str, proposal_id: int, actions: list[Action] | None, text: str, caller: str | None) -> int:
        actions, caller = self.actions if actions is None else actions, caller or self.stranger
        of_model, of_contract = getattr(self.model, function), getattr(self.governor, function)
        text_hash = keccak(text=text)
        return int(
            self.twin.both(
                lambda: of_model(caller, actions, text_hash, proposal_id),
                lambda: of_contract(*given(actions), text_hash, proposal_id, sender=caller),
            )
        )

    def refused(self, reason: str, call: Any) -> None:
        """A call of this scene that both must refuse, for this reason."""
        with refuses(reason):
            call()

    # --- time ---

    def start(self, proposal_id: int) -> None:
        """Go to the first second of a vote."""
        go_to(self.model.proposal(proposal_id).starts_at + 1)

    def end(self, proposal_id: int) -> None:
        """Go to the first second after a vote."""
        go_to(self.model.proposal(proposal_id).ends_at + 1)

    def won(self, actions: list[Action] | None = None, text: str = TEXT) -> int:
        """A proposal that everybody who owns a validator has voted for, and whose vote is over."""
        proposal_id = self.voting(actions, text)
        for owner in self.owners:
            self.vote(owner, proposal_id)
        self.end(proposal_id)
        return proposal_id

    def voting(self, actions: list[Action] | None = None, text: str = TEXT) -> int:
        """A proposal that is voted on, with everybody enrolled."""
        self.enroll_all()
        proposal_id = self.propose(actions=actions, text=text)
        self.start(proposal_id)
        return proposal_id

    def queued(self, actions: list[Action] | None = None, text: str = TEXT) -> int:
        """One that waits in the timelock."""
        proposal_id = self.won(actions, text)
        self.queue(proposal_id, actions, text)
        return proposal_id

    def carry_out(self, actions: list[Action], text: str = TEXT) -> int:
        """Propose, vote, queue, wait, execute."""
        proposal_id = self.queued(actions, text)
        mine(1, DELAY)
        self.execute(proposal_id, actions, text)
        return proposal_id

    # --- agreement ---

    def state(self, proposal_id: int) -> ProposalState:
        """What contract and model say."""
        found = self.model.state(proposal_id)
        assert self.governor.state(proposal_id) == found
        return found

    def agree(self) -> None:
        """Contract and model show the same."""
        governor, model = self.governor, self.model
        assert plain(governor.terms()) == plain(model.terms)
        assert governor.proposal_count() == len(model.proposals)
        assert governor.proposalThreshold() == model.threshold()
        assert governor.clock() == now()
        accounts = (*self.owners, *self.stakers, self.stranger)
        for account in accounts:
            assert governor.last_of(account) == model.last_of.get(account, 0)
            assert plain(governor.places(account)) == plain(model.places.get(account, []))
            assert governor.getVotes(account, now()) == model.weight(account, now())
        for proposal_id, proposal in enumerate(model.proposals, 1):
            found = governor.proposal(proposal_id)
            tallies = [proposal.tally(support) for support in (1, 0, 2)]
            assert plain(found) == (proposal.starts_at, proposal.ends_at, proposal.quorum, *tallies, proposal.operation, proposal.eta)
            self.state(proposal_id)
            for account in accounts:
                cast = proposal.votes.get(account)
                assert governor.vote_of(proposal_id, account) == (cast[0] + 1 if cast else 0)
                assert governor.hasVoted(proposal_id, account) == bool(cast)
                assert governor.getVotes(account, proposal.starts_at) == model.weight(account, proposal.starts_at)


def given(actions: list[Action]) -> tuple[list[str], list[int], list[bytes]]:
    """Targets, values and calldata, as the contract takes them."""
    return [action.target for action in actions], [action.value for action in actions], [action.payload for action in actions]


def call_of(contract: Any, function: str, *arguments: Any) -> Action:
    """An action that calls a function of a contract."""
    return Action(str(contract.address), bytes(getattr(contract, function).prepare_calldata(*arguments)))


def go_to(timestamp: int) -> None:
    """Let time pass up to a second."""
    assert timestamp >= now()
    mine(1, timestamp - now())


def ballot(governor: Any, key: str, proposal_id: int, support: int, voter: str | None = None, nonce: int = 0, **changed: Any) -> bytes:
    """A signed ballot, as OpenZeppelin's tools sign it."""
    domain = {
        "name": governor.name(),
        "version": governor.version(),
        "chainId": boa.env.evm.patch.chain_id,
        "verifyingContract": str(governor.address),
    } | changed
    fields = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
    types = {"Ballot": [{"name": name, "type": kind} for name, kind in fields.items()]}
    message = {"proposalId": proposal_id, "support": support, "voter": voter or Account.from_key(key).address, "nonce": nonce}
    return bytes(Account.sign_typed_data(key, domain, types, message).signature)

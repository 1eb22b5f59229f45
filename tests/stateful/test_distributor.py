"""RewardDistributor as a state machine: funding, claims, batches, claims that are staked, recipients, forgeries and donations in any order.

DIST1 claimed in all is at most funded in all; DIST2 what an account has claimed never goes down; DIST3 nobody's claim depends on another's:
every open leaf can be claimed in full at any time; DIST4 the tokens held are funded - claimed + donated, to the wei; DIST5 every wei paid for an
account is where the account wanted it at the time; DIST6 what an account had staked is in positions of its own, and no allowance is left. The models of
distributor and staking are compared after each step.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.merkle import MerkleTree
from mdt.model.validators import Validators
from mdt.units import WAD
from tests.stateful.staking_actions import Hooks
from tests.support.distribution import Distribution, accounts
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.staking import COMMISSION, MINIMUM, OWN_SLOT, deploy_suite
from tests.support.twins import Outcome, Twin, outcome

MINERS = 7
VAULTS = 2

indices = st.integers(0, MINERS - 1)
rises = st.one_of(st.integers(0, 3), st.integers(0, 100 * WAD))
who = st.integers(0, MINERS + VAULTS - 1)
slots = st.sampled_from([0, 3, OWN_SLOT, OWN_SLOT, 15, 16])


class WithStaking(Distribution):
    """Funded by the notifier of a staking contract, so that claims can be staked; with the model of staking, and one validator."""

    def __init__(self) -> None:
        suite = deploy_suite()
        super().__init__(suite.owner, suite.notifier, suite.token)
        self.staking = suite.staking
        source = harness("Notifier").at(suite.notifier)
        source.set_distributor(self.contract)
        source.set_staking(self.staking)
        self.stakes = suite.model()
        self.stakes.distributor = str(self.contract.address)
        terms = self.stakes.terms
        limits = {"unbonding_seconds": terms.unbonding_seconds, "unbonding_blocks": terms.unbonding_blocks, "max_commission_bps": terms.max_commission_bps}
        registry = Validators(Hooks(self.stakes), self.stakes.clock, **limits)
        self.stakes.registry = registry
        self.operator = suite.actor("operator", MINIMUM)
        self.number = Twin(suite.validators, registry).call("register", self.operator, MINIMUM, COMMISSION, "")

    def claim_and_stake(self, caller: str, cumulative: int, proof: list[bytes], validator_id: int, slot: int) -> Outcome:
        """On both, and in both models."""
        return outcome(
            lambda: self.both(
                lambda: self.model.claim_and_stake(
                    caller, cumulative, proof, lambda amount: self.stakes.stake(self.stakes.distributor, validator_id, slot, amount, 0, caller)
                ),
                lambda: self.contract.claim_and_stake(cumulative, proof, validator_id, slot, sender=caller),
            )
        )


class DistributorActions(RuleBasedStateMachine):
    """What can be done, on contract and model at once."""

    def __init__(self) -> None:
        super().__init__()
        self.suite = WithStaking()
        self.keeper = str(boa.env.generate_address("keeper"))
        self.people = [self.suite.operator, *accounts(MINERS - 1), *accounts(VAULTS, "vault")]
        self.miners = self.people[:MINERS]
        self.earned: dict[str, int] = {}
        self.tree: MerkleTree | None = None
        self.received: defaultdict[str, int] = defaultdict(int)
        self.highest: defaultdict[str, int] = defaultdict(int)
        self.staked: Counter[tuple[str, int]] = Counter()  # (account, slot) => wei that went there from claims
        self.donated = 0

    def do_fund(self, more: list[int]) -> None:
        """Raise some cumulative amounts; refused alike when nothing rises."""
        rising = dict(zip(self.miners, more, strict=True))
        earned = {miner: self.earned.get(miner, 0) + rise for miner, rise in rising.items()}
        tree = MerkleTree.build(earned.items())
        if self.suite.attempt("fund", self.suite.funder, tree.root, tree.total).is_done:
            self.earned, self.tree = earned, tree

    def do_claim(self, account: str, cumulative: int, proof: list[bytes]) -> None:
        """Claim anything for anyone; both pay the same or refuse for the same reason."""
        recipient = self.suite.model.recipient_of(account)
        self.received[recipient] += self.suite.attempt("claim", self.keeper, account, cumulative, proof).answer or 0

    def do_claim_many(self, batch: list[tuple[str, int, list[bytes]]]) -> None:
        """A batch; both pay the same in all or refuse for the same reason."""
        columns = [list(column) for column in zip(*batch, strict=True)] or [[], [], []]
        before = {account: (self.suite.model.claimed(account), self.suite.model.recipient_of(account)) for account in columns[0]}
        if self.suite.attempt("claim_many", self.keeper, *columns).is_done:
            for account, (claimed, recipient) in before.items():
                self.received[recipient] += self.suite.model.claimed(account) - claimed

    def do_claim_and_stake(self, account: str, cumulative: int, proof: list[bytes], validator_id: int, slot: int) -> None:
        """Whatever recipient it chose."""
        self.staked[account, slot] += self.suite.claim_and_stake(account, cumulative, proof, validator_id, slot).answer or 0

    def do_set_recipient(self, account: str, recipient: str) -> None:
        """Choose, change or undo a recipient."""
        self.suite.attempt("set_recipient", account, recipient)

    def do_donate(self, amount: int) -> None:
        """Tokens sent directly."""
        self.suite.token.transfer(self.suite.contract, amount, sender=self.suite.funder)
        self.suite.model.receive(amount)
        self.donated += amount


class DistributorMachine(DistributorActions):
    """Rules and invariants."""

    @initialize(first=st.lists(st.integers(0, 50 * WAD), min_size=MINERS, max_size=MINERS))
    def start(self, first: list[int]) -> None:
        self.do_fund([amount + 1 for amount in first])

    @rule(more=st.lists(rises, min_size=MINERS, max_size=MINERS))
    def fund(self, more: list[int]) -> None:
        self.do_fund(more)

    @rule(index=indices)
    def claim(self, index: int) -> None:
        miner = self.miners[index]
        self.do_claim(miner, self.earned[miner], self.tree.proof(miner))

    @rule(index=indices, other=indices, change=st.integers(-2, 2), cut=st.integers(0, 3))
    def claim_forged(self, index: int, other: int, change: int, cut: int) -> None:
        miner, proof = self.miners[index], self.tree.proof(self.miners[other])
        self.do_claim(miner, max(0, self.earned[miner] + change), proof[: len(proof) - cut])

    @rule(chosen=st.lists(indices, max_size=10), bad=st.one_of(st.none(), st.integers(0, 9)))
    def claim_many(self, chosen: list[int], bad: int | None) -> None:
        batch = [(miner, self.earned[miner], self.tree.proof(miner)) for miner in (self.miners[index] for index in chosen)]
        if bad is not None and bad < len(batch):
            miner, cumulative, proof = batch[bad]
            batch[bad] = (miner, cumulative, proof[:-1])
        self.do_claim_many(batch)

    @rule(index=indices, slot=slots)
    def claim_and_stake(self, index: int, slot: int) -> None:
        miner = self.miners[index]
        self.do_claim_and_stake(miner, self.earned[miner], self.tree.proof(miner), self.suite.number, slot)

    @rule(index=indices, other=indices, change=st.integers(-2, 2), cut=st.integers(0, 1), number=st.integers(0, 2), slot=slots)
    def claim_and_stake_forged(self, index: int, other: int, change: int, cut: int, number: int, slot: int) -> None:
        """Another's leaf, another amount, a validator that is not there."""
        miner, proof = self.miners[index], self.tree.proof(self.miners[other])
        self.do_claim_and_stake(miner, max(0, self.earned[miner] + change), proof[: len(proof) - cut], number, slot)

    @rule(index=indices, recipient=who)
    def set_recipient(self, index: int, recipient: int) -> None:
        self.do_set_recipient(self.miners[index], self.people[recipient])

    @rule(index=indices, bad=st.sampled_from(["token", "contract", "zero"]))
    def set_special_recipient(self, index: int, bad: str) -> None:
        recipient = {"token": self.suite.token.address, "contract": self.suite.contract.address, "zero": ZERO_ADDRESS}[bad]
        self.do_set_recipient(self.miners[index], recipient)

    @rule(amount=st.integers(0, 10 * WAD))
    def donate(self, amount: int) -> None:
        self.do_donate(amount)

    @precondition(lambda self: self.tree is not None)
    @invariant()
    def invariant_model_agrees(self) -> None:
        self.suite.agree(*self.people)

    @invariant()
    def invariant_DIST1_claimed_is_at_most_funded(self) -> None:
        claimed = sum(self.suite.contract.claimed(person) for person in self.people)
        assert claimed <= self.suite.contract.total_funded()

    @invariant()
    def invariant_DIST2_claimed_never_goes_down(self) -> None:
        for person in self.people:
            claimed = self.suite.contract.claimed(person)
            assert claimed >= self.highest[person]
            self.highest[person] = claimed

    @invariant()
    def invariant_DIST3_nobodys_claim_depends_on_another(self) -> None:
        """Every leaf pays in full as the very next claim, and after all others too."""
        if self.tree is None:
            return
        contract, token = self.suite.contract, self.suite.token
        with boa.env.anchor():
            for miner in self.miners:
                due = self.earned[miner] - contract.claimed(miner)
                if due:
                    recipient = contract.recipient_of(miner)
                    before = token.balanceOf(recipient)
                    assert contract.claim(miner, self.earned[miner], self.tree.proof(miner)) == due
                    assert token.balanceOf(recipient) == before + due
            assert contract.unclaimed() == self.donated

    @invariant()
    def invariant_DIST4_held_is_funded_less_claimed_plus_donated(self) -> None:
        contract = self.suite.contract
        claimed = sum(contract.claimed(person) for person in self.people)
        assert self.suite.token.balanceOf(contract) == contract.total_funded() - claimed + self.donated

    @invariant()
    def invariant_DIST5_paid_to_whom_the_account_chose(self) -> None:
        for person in [*self.people, self.keeper]:
            assert self.suite.token.balanceOf(person) == self.received[person]

    @invariant()
    def invariant_DIST6_staked_for_the_account_itself(self) -> None:
        suite = self.suite
        for (account, slot), amount in self.staked.items():
            owner = account if slot < OWN_SLOT else ZERO_ADDRESS
            if amount:
                assert suite.staking.position(suite.number, owner, slot).tokens == amount + MINIMUM * (slot == OWN_SLOT)
        assert suite.staking.network().principal == suite.stakes.principal == MINIMUM + sum(self.staked.values())
        assert suite.token.allowance(suite.contract, suite.staking) == 0


TestDistributor = DistributorMachine.TestCase
TestDistributor.settings = settings(max_examples=examples(quick=5, ci=12, deep=400), stateful_step_count=examples(quick=15, ci=25, deep=60), deadline=None)

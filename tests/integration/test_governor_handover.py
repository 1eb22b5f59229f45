"""The suite is handed over to a vote by stake: the timelock's only proposer is the governor, beside a guardian, and votes change a weight, a budget and a minter."""

from __future__ import annotations

import boa
import pytest
from eth_utils.crypto import keccak

from mdt.model.governor import Action, ProposalState
from mdt.model.reasons import Mint
from mdt.model.timelock import CANCELLER_ROLE, PROPOSER_ROLE
from mdt.units import DAY
from tests.support.boa_clock import mine
from tests.support.governor import AGAINST, OTHER_TERMS, TERMS, TEXT, GovernorScene, call_of, given
from tests.support.staking import STAKES, UNIT, VALUES
from tests.support.timelock import DELAY
from tests.support.token import BUCKETS
from tests.support.treasury import deploy_treasury
from tests.support.twins import plain

REASONS = 1 << Mint.GENESIS


class Dao(GovernorScene):
    """The scene, with MDT, staking and a treasury that the timelock owns."""

    def __init__(self) -> None:
        super().__init__()
        self.token, owner = self.suite.token, self.suite.owner
        self.treasury = deploy_treasury(self.token, owner, budget=1_000 * UNIT)
        owned = [self.token, self.staking, self.treasury]
        for contract in owned:
            contract.transfer_ownership(self.timelock, sender=owner)
        self.timelock.accept_ownership(owned, sender=self.stranger)
        mine(1, 30 * DAY)  # a table of weights stays that long
        self.minter = str(boa.env.generate_address("a new minter"))


@pytest.fixture
def dao():
    return Dao()


def test_hand_over__the_governor_alone__beside_the_guardian(dao):
    """Who proposed before has no role any more; neither has the governor the canceller's."""
    timelock, former = dao.timelock, dao.timelock_twin.proposer
    assert timelock.hasRole(PROPOSER_ROLE, dao.governor)
    assert [timelock.hasRole(role, former) for role in (PROPOSER_ROLE, CANCELLER_ROLE)] == [False, False]
    assert timelock.hasRole(CANCELLER_ROLE, dao.guardian)
    assert not timelock.hasRole(CANCELLER_ROLE, dao.governor)
    assert not timelock.hasRole(PROPOSER_ROLE, dao.guardian)
    (action,) = dao.actions
    for account in (former, dao.guardian, dao.stranger):
        with boa.reverts("access_control: account is missing role"):
            timelock.schedule(action.target, 0, action.payload, bytes(32), bytes(32), DELAY, sender=account)


def test_vote__on_a_weight__changes_what_stake_weighs(dao):
    values = [value * 99 // 100 for value in VALUES]
    before = [plain(point) for point in dao.staking.decay_table()]
    weight = dao.staking.network().weight
    dao.carry_out([call_of(dao.staking, "set_decay_table", values)])
    after = [plain(point) for point in dao.staking.decay_table()]
    assert after[0] == before[0] == STAKES
    assert after[1] != before[1]
    assert dao.staking.network().table_version == 1
    assert dao.staking.network().weight < weight


def test_vote__on_a_budget__changes_it_after_the_treasurys_own_notice(dao):
    dao.carry_out([call_of(dao.treasury, "set_budget", dao.token, 400 * UNIT)])
    assert dao.treasury.budget(dao.token).amount == 400 * UNIT


def test_vote__on_a_minter__waits_for_the_tokens_own_delay_too(dao):
    rules = (0, REASONS, 1_000 * UNIT, 1_000 * UNIT, DAY)
    dao.carry_out([call_of(dao.token, "propose_minter", dao.minter, *rules)])
    assert not dao.token.is_minter(dao.minter)
    effective_at = dao.token.proposal(dao.minter)[5]
    for account in dao.owners:
        dao.enroll(account)
    grant = [call_of(dao.token, "grant_minter", dao.minter)]
    dao.carry_out(grant, "Let it mint")
    assert effective_at <= boa.env.timestamp
    assert dao.token.is_minter(dao.minter)
    dao.token.mint(dao.stranger, UNIT, Mint.GENESIS, sender=dao.minter)
    dao.carry_out([call_of(dao.token, "revoke_minter", dao.minter)], "Let it mint no more")
    assert not dao.token.is_minter(dao.minter)


def test_vote__three_things_at_once__all_or_none(dao):
    actions = [
        call_of(dao.treasury, "set_budget", dao.token, 400 * UNIT),
        call_of(dao.staking, "set_decay_table", [value * 99 // 100 for value in VALUES]),
        call_of(dao.token, "grant_minter", dao.minter),  # was never proposed
    ]
    proposal_id = dao.queued(actions)
    mine(1, DELAY)
    with boa.reverts("mdt: no proposal"):
        dao.governor.execute(*given(actions), keccak(text=TEXT), proposal_id)
    assert dao.treasury.budget(dao.token).amount == 1_000 * UNIT
    assert dao.staking.network().table_version == 0


def test_vote__on_its_own_terms__is_carried_out_by_itself(dao):
    """`execute` of the governor calls the timelock, which calls the governor."""
    dao.queued([call_of(dao.governor, "set_terms", plain(OTHER_TERMS))])
    mine(1, DELAY)
    assert plain(dao.governor.terms()) == plain(TERMS)
    dao.execute(1, [call_of(dao.governor, "set_terms", plain(OTHER_TERMS))])
    assert plain(dao.governor.terms()) == plain(OTHER_TERMS)
    assert dao.governor.state(1) == ProposalState.EXECUTED


def test_vote__lost__changes_nothing(dao):
    actions = [call_of(dao.treasury, "set_budget", dao.token, 400 * UNIT)]
    proposal_id = dao.voting(actions)
    for account in (*dao.owners, *dao.stakers):
        dao.vote(account, proposal_id, AGAINST)
    dao.end(proposal_id)
    dao.refused("governor: not succeeded", lambda: dao.queue(proposal_id, actions))
    assert dao.treasury.budget(dao.token).amount == 1_000 * UNIT


def test_guardian__cancels_in_the_timelock_and_is_removed_by_the_next_vote(dao):
    actions = [call_of(dao.treasury, "set_budget", dao.token, 400 * UNIT)]
    proposal_id = dao.queued(actions)
    dao.timelock_twin.cancel(dao.model.proposal(proposal_id).operation)
    assert dao.state(proposal_id) == ProposalState.CANCELED
    removal = [Action(dao.timelock_twin.address, bytes(dao.timelock.removal_payload(dao.guardian)))]
    dao.carry_out(removal, "A guardian that stops everything")
    assert not dao.timelock.hasRole(CANCELLER_ROLE, dao.guardian)


def test_vote__supply_cap_and_a_holders_tokens__stay_out_of_reach(dao):
    """I5: with all stake for it, the token's own limits hold."""
    cap = dao.token.bucket_cap(0)
    assert cap == BUCKETS[0]
    actions = [call_of(dao.token, "mint", dao.proposer, UNIT, Mint.GENESIS)]
    proposal_id = dao.queued(actions)
    mine(1, DELAY)
    with boa.reverts("mdt: not a minter"):
        dao.governor.execute(*given(actions), keccak(text=TEXT), proposal_id)


def test_replacement__of_the_governor__is_an_operation_of_its_own_votes(dao):
    """Another proposer takes over, and this one's proposals cannot be queued any more."""
    heir = str(boa.env.generate_address("the next governor"))
    dao.carry_out([call_of(dao.timelock, "grantRole", PROPOSER_ROLE, heir), call_of(dao.timelock, "revokeRole", PROPOSER_ROLE, dao.address)])
    assert dao.timelock.hasRole(PROPOSER_ROLE, heir)
    dao.timelock_twin.model.members[PROPOSER_ROLE] = {heir}
    proposal_id = dao.won()
    dao.refused("access_control: account is missing role", lambda: dao.queue(proposal_id))

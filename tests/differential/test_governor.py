"""Contract and model of the governor: the same weights to the wei where pools are slashed, restaked and moved at random, and the same operations."""

from __future__ import annotations

import random

import boa
import pytest
from eth_utils.crypto import keccak
from hypothesis import HealthCheck, settings
from hypothesis import given as gives
from hypothesis import strategies as st

from mdt.model.governor import Action, Place
from mdt.model.governor.operations import operation
from mdt.model.staking import OWN_SLOT
from tests.support.boa_clock import mine, now
from tests.support.governor import WINDOW, GovernorScene, code_hash, given
from tests.support.profiles import examples
from tests.support.stakes import overturn, slash, unjail, uphold
from tests.support.staking import UNBONDING_BLOCKS, UNIT

SPAN = 3 * WINDOW


@pytest.fixture
def scene():
    return GovernorScene()


def shake(scene: GovernorScene, rng: random.Random) -> None:
    """Something happens to somebody's stake; whether staking takes it does not matter here."""
    staker, validator_id = rng.choice(scene.stakers), rng.choice(scene.ids)
    amount = rng.choice([1, rng.randrange(1, 10**6), rng.randrange(1, 50 * UNIT)])
    act = rng.choice([
        lambda: scene.staking.stake(validator_id, rng.randrange(2), amount, 0, sender=staker),
        lambda: scene.staking.unstake(validator_id, 0, amount, sender=staker),
        lambda: scene.staking.redelegate(validator_id, 0, rng.choice(scene.ids), 1, amount, sender=staker),
        lambda: scene.staking.restake(validator_id, 0, sender=staker),
        lambda: slash(scene.suite, validator_id, rng.randrange(1, 900)),
        lambda: overturn(scene.suite, validator_id),
        lambda: uphold(scene.suite, validator_id),
        lambda: unjail(scene.suite, validator_id),
        lambda: scene.staking.notify_reward(rng.randrange(UNIT), sender=scene.suite.notifier),
    ])  # fmt: skip
    try:
        act()
    except boa.BoaError:
        return


@gives(seed=st.integers(0, 2**32))
@settings(max_examples=examples(3, 10, 200), deadline=None)
def test_weights__whatever_happens_to_stake__are_the_models_to_the_wei(seed):
    with boa.env.anchor():
        scene, rng = GovernorScene(), random.Random(seed)
        accounts = {
            **{owner: [Place(validator_id, OWN_SLOT)] for owner, validator_id in zip(scene.owners, scene.ids, strict=True)},
            **{staker: sorted(Place(validator_id, slot) for validator_id in scene.ids for slot in (0, 1)) for staker in scene.stakers},
        }
        for _ in range(30):
            for _ in range(3):
                shake(scene, rng)
            account = rng.choice(list(accounts))
            scene.twin.attempt("enroll", account, accounts[account])
            mine(rng.choice([1, UNBONDING_BLOCKS]), rng.choice([1, 3_600, WINDOW // 2]))
            for asked in accounts:
                starts_at = now() - rng.randrange(SPAN)
                assert scene.governor.getVotes(asked, starts_at) == scene.model.weight(asked, starts_at)
                found = scene.model.enrolment(asked, starts_at)
                assert tuple(scene.governor.enrolment(asked, starts_at)) == (found.enrolled_at, found.worth)
        scene.agree()


@gives(
    number=st.integers(1, 2**64),
    text=st.binary(min_size=32, max_size=32),
    payloads=st.lists(st.binary(max_size=1_152), min_size=1, max_size=8),
    seed=st.integers(0, 99),
)
@settings(max_examples=examples(10, 40, 500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_operations__any_calls__have_the_models_id(scene, number, text, payloads, seed):
    rng = random.Random(seed)
    targets = [str(contract.address) for contract in (scene.target, scene.staking, scene.timelock, scene.governor)]
    actions = [Action(rng.choice(targets), payload) for payload in payloads]
    expected = operation(scene.address, scene.timelock_twin.address, number, actions, text, code_hash).id
    assert scene.governor.operation_of(*given(actions), text, number) == expected


def test_text__hash__is_keccak_of_its_bytes(scene):
    """What a text's hash is for people who check it."""
    scene.enroll_all()
    for index, text in enumerate(("", "é € 漢", "x" * 4_096)):
        proposer = scene.owners[index]
        proposal_id = scene.propose(proposer, text=text)
        assert scene.governor.operation_of(*given(scene.actions), keccak(text=text), proposal_id) == scene.governor.proposal(proposal_id).operation

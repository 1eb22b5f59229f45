"""Y13: what a thief of a hot key can do on the real Staking and Slasher: stop a validator. It takes nothing, and one transaction ends it."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.units import DAY
from tests.support.boa_clock import mine
from tests.support.lens import deploy_lens
from tests.support.stakes import ALL
from tests.support.staking import EPOCH, MINIMUM, OWN, UNIT, unbond

OWN_SLOT = 8
HASH = b"\x01" * 32


class Scene:
    """Validator 1: a cold owner with own stake, rewards, commission and an open request, a hot operator and a hot vote key."""

    def __init__(self) -> None:
        world = deploy_lens()
        self.world, self.suite = world, world.staking
        suite = self.suite
        self.owner, self.operator, self.vote_key, self.thief = (suite.actor(name) for name in ("owner", "operator", "vote key", "thief"))
        self.number = suite.validators.register(3 * MINIMUM, 1_000, "", self.owner, sender=self.operator)
        suite.validators.propose_vote_key(self.number, self.vote_key, sender=self.owner)
        suite.validators.accept_vote_key(self.number, sender=self.vote_key)
        self.other = suite.validator("other")[0]
        suite.delegator("delegator", self.number, MINIMUM)
        suite.staking.unstake(self.number, OWN_SLOT, MINIMUM, sender=self.owner)
        suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
        mine(10)
        unbond()

    def belongings(self):
        """What of the validator's a thief could want; the balance of whoever is not the owner."""
        suite, number = self.suite, self.number
        profile, pool = suite.validators.profile(number), suite.staking.validator(number)
        position = suite.staking.position(number, OWN, OWN_SLOT)
        return {
            "owner": (profile.owner, profile.proposed_owner),
            "vote key": (profile.vote_key, profile.proposed_vote_key),
            "own stake": (position.shares, position.tokens, position.request_count, position.unlocks_at, pool.own_staked),
            "request": suite.staking.request(number, OWN, OWN_SLOT, 0),
            "payee": suite.staking.recipient_of(self.owner),
        }

    def wealth(self):
        return [self.suite.token.balanceOf(account) for account in (self.operator, self.vote_key, self.thief)]

    def calls(self):
        """Every call of Validators, of Staking's own slots and of the slasher about this validator, for whoever makes it."""
        validators, staking, slasher, number = self.suite.validators, self.suite.staking, self.world.slasher, self.number
        for call, *arguments in (
            (validators.propose_owner, number, self.thief),
            (validators.propose_owner, number, ZERO_ADDRESS),
            (validators.accept_owner, number),
            (validators.set_operator, number, self.thief),
            (validators.propose_vote_key, number, self.thief),
            (validators.propose_vote_key, number, ZERO_ADDRESS),
            (validators.accept_vote_key, number),
            (validators.set_commission, number, 2_000),
            (validators.apply_commission, number),
            (validators.set_commission, number, 0),
            (validators.set_metadata, number, "stolen"),
            (validators.exit, number),
            (validators.rejoin, number),
            (validators.exit, number),
            (slasher.unjail, number),
            (slasher.appeal, 0, HASH),
            (staking.set_recipient, self.thief),
            (staking.stake, number, OWN_SLOT, UNIT, 12),
            (staking.stake, number, OWN_SLOT, 0, 12),
            (staking.restake, number, OWN_SLOT),
            (staking.unstake, number, OWN_SLOT, ALL),
            (staking.cancel_unstake, number, OWN_SLOT, 0),
            (staking.withdraw, number, OWN_SLOT, 0),
            (staking.redelegate, number, OWN_SLOT, self.other, 0, ALL),
            (staking.claim, number, OWN, OWN_SLOT),
            (staking.claim_commission, number),
            (staking.end_lock, number, OWN, OWN_SLOT),
        ):
            yield call, arguments


@pytest.fixture
def scene() -> Scene:
    return Scene()


def attempt(call, *arguments, sender):
    """Whatever comes of it."""
    with suppress(boa.BoaError):
        call(*arguments, sender=sender)


@pytest.mark.parametrize("stolen", ["operator", "vote_key", "thief"])
def test_stolen_key__every_call_twice_over__moves_nothing_to_the_thief(scene, stolen):
    """In order, and again with an unbonding period between: what is queued comes due, what is requested unlocks."""
    thief = getattr(scene, stolen)
    before, wealth, owned = scene.belongings(), scene.wealth(), scene.suite.token.balanceOf(scene.owner)
    for _ in range(2):
        for call, arguments in scene.calls():
            attempt(call, *arguments, sender=thief)
            assert scene.belongings() == before
            assert scene.wealth() == wealth
        unbond()
    assert scene.suite.token.balanceOf(scene.owner) > owned, "rewards and commission were paid all the same, to the owner"
    profile = scene.suite.validators.profile(scene.number)
    assert profile.operator == scene.operator
    assert (profile.metadata == "stolen") is (stolen == "operator"), "the operator's key stops and speaks, the others not even that"
    assert (profile.exited_at > 0) is (stolen == "operator")


def test_stolen_operator__owner_names_another__the_thief_is_out_in_one_transaction(scene):
    validators, staking = scene.suite.validators, scene.suite.staking
    validators.exit(scene.number, sender=scene.operator)
    validators.set_operator(scene.number, scene.owner, sender=scene.owner)
    for name, *arguments in (("set_commission", 0), ("set_metadata", "x"), ("exit",), ("rejoin",)):
        with boa.reverts("validators: not the operator"):
            getattr(validators, name)(scene.number, *arguments, sender=scene.operator)
    with boa.reverts("slasher: not the operator"):
        scene.world.slasher.unjail(scene.number, sender=scene.operator)
    mine(1, seconds=DAY)
    validators.rejoin(scene.number, sender=scene.owner)
    assert staking.validator(scene.number).status == 1
    assert staking.withdraw(scene.number, OWN_SLOT, 0, sender=scene.owner) == MINIMUM


def test_stolen_vote_key__owner_replaces_it__later_heights_are_not_its_own(scene):
    """One transaction of the owner, one of the new key; what was signed before, the validator answers for."""
    validators, heir = scene.suite.validators, str(boa.env.generate_address("next vote key"))
    validators.propose_vote_key(scene.number, heir, sender=scene.owner)
    mine(1)
    validators.accept_vote_key(scene.number, sender=heir)
    height = boa.env.evm.patch.block_number
    assert validators.key(scene.vote_key).until == validators.key(heir).since == height
    for key, caller in product((scene.thief, ZERO_ADDRESS), (scene.vote_key, scene.operator)):
        with boa.reverts("validators: not the owner"):
            validators.propose_vote_key(scene.number, key, sender=caller)

"""RewardDistributor.claim_and_stake: from an epoch's share to stake in one transaction (X15)."""

from __future__ import annotations

from types import SimpleNamespace

import boa
import pytest

from mdt.crypto.merkle import MerkleTree
from mdt.model.distributor import RewardDistributor
from mdt.units import WAD
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.refusals import refuses
from tests.support.staking import FOR_EVER, MINIMUM, OWN_SLOT, deploy_suite


@pytest.fixture
def scene():
    """Staking with a validator, and a distributor that its notifier funds; two miners and the operator have earned."""
    suite = deploy_suite()
    contract = deploy("RewardDistributor", token=suite.token, owner=suite.owner)
    source = harness("Notifier").at(suite.notifier)
    source.set_distributor(contract)
    source.set_staking(suite.staking)
    contract.set_funder(suite.notifier, sender=suite.owner)
    suite.token.approve(contract, FOR_EVER, sender=suite.notifier)
    number, operator = suite.validator("validator")
    miners = [str(boa.env.generate_address(f"miner {index}")) for index in range(2)]
    earned = {miners[0]: 5 * WAD, miners[1]: 7 * WAD, operator: 3 * WAD}
    tree = MerkleTree.build(earned.items())
    contract.fund(tree.root, tree.total, sender=suite.notifier)
    model = RewardDistributor(contract.address, suite.token.address, suite.owner)
    model.set_funder(suite.owner, suite.notifier)
    model.fund(suite.notifier, tree.root, tree.total)
    return SimpleNamespace(suite=suite, contract=contract, model=model, tree=tree, earned=earned, miners=miners, number=number, operator=operator)


def arguments(scene, miner):
    return scene.earned[miner], scene.tree.proof(miner)


def test_claim_and_stake__by_the_account__all_of_it_is_stake_of_its_own(scene):
    miner, contract, suite = scene.miners[0], scene.contract, scene.suite
    held, seen = contract.unclaimed(), []
    paid = contract.claim_and_stake(*arguments(scene, miner), scene.number, 2, sender=miner)
    (claimed,) = [log for log in contract.get_logs() if type(log).__name__ == "Claimed"]
    assert (claimed.account, claimed.amount) == (miner, 5 * WAD)
    assert paid == scene.model.claim_and_stake(miner, *arguments(scene, miner), seen.append) == 5 * WAD
    assert seen == [5 * WAD]
    position = suite.staking.position(scene.number, miner, 2)
    assert (position.tokens, position.unlocks_at, position.bonus_bps) == (5 * WAD, 0, 0)
    assert contract.claimed(miner) == scene.model.claimed(miner) == 5 * WAD
    assert contract.unclaimed() == scene.model.unclaimed == held - 5 * WAD
    assert suite.token.balanceOf(miner) == suite.token.allowance(contract, suite.staking) == 0
    assert suite.solvent()


def test_claim_and_stake__staked_event__names_the_account(scene):
    miner = scene.miners[1]
    scene.contract.claim_and_stake(*arguments(scene, miner), scene.number, 0, sender=miner)
    (staked,) = [log for log in scene.contract.get_logs() if type(log).__name__ == "Staked"]
    assert (staked.validator_id, staked.owner, staked.slot, staked.amount) == (scene.number, miner, 0, 7 * WAD)


def test_claim_and_stake__chosen_recipient__the_stake_is_the_accounts_all_the_same(scene):
    miner, vault = scene.miners[0], boa.env.generate_address("vault")
    scene.contract.set_recipient(vault, sender=miner)
    scene.contract.claim_and_stake(*arguments(scene, miner), scene.number, 0, sender=miner)
    assert scene.suite.token.balanceOf(vault) == 0
    assert scene.suite.staking.position(scene.number, miner, 0).tokens == 5 * WAD
    assert scene.contract.recipient_of(miner) == vault, "and is the recipient of later claims"


def test_claim_and_stake__operator__adds_to_its_validators_own_stake(scene):
    operator = scene.operator
    scene.contract.claim_and_stake(*arguments(scene, operator), scene.number, OWN_SLOT, sender=operator)
    assert scene.suite.staking.validator(scene.number).own_staked == MINIMUM + 3 * WAD


def test_claim_and_stake__for_somebody_else__refused(scene):
    """Nobody but the account decides where its payment goes."""
    miner, other = scene.miners
    with boa.reverts("distributor: invalid proof"):
        scene.contract.claim_and_stake(*arguments(scene, miner), scene.number, 0, sender=other)
    with refuses("distributor: invalid proof"):
        scene.model.claim_and_stake(other, *arguments(scene, miner), lambda amount: amount)


def test_claim_and_stake__twice__refused(scene):
    miner = scene.miners[0]
    scene.contract.claim(miner, *arguments(scene, miner))
    scene.model.claim(miner, *arguments(scene, miner))
    with boa.reverts("distributor: nothing to claim"):
        scene.contract.claim_and_stake(*arguments(scene, miner), scene.number, 0, sender=miner)
    with refuses("distributor: nothing to claim"):
        scene.model.claim_and_stake(miner, *arguments(scene, miner), lambda amount: amount)


@pytest.mark.parametrize(
    ("number", "slot", "reason"), [(9, 0, "staking: unknown validator"), (1, 16, "staking: not the owner"), (1, 8, "staking: not the owner")]
)
def test_claim_and_stake__staking_refuses__nothing_is_claimed(scene, number, slot, reason):
    miner = scene.miners[0]
    with boa.reverts(reason):
        scene.contract.claim_and_stake(*arguments(scene, miner), number, slot, sender=miner)
    assert scene.contract.claimed(miner) == 0


def test_claim_and_stake__into_a_running_lock__keeps_it(scene):
    miner, staking = scene.miners[0], scene.suite.staking
    scene.suite.token.mint(miner, WAD, 0, sender=scene.suite.issuer)
    scene.suite.token.approve(staking, WAD, sender=miner)
    staking.stake(scene.number, 0, WAD, 3, sender=miner)
    until = staking.position(scene.number, miner, 0).unlocks_at
    scene.contract.claim_and_stake(*arguments(scene, miner), scene.number, 0, sender=miner)
    assert staking.position(scene.number, miner, 0).unlocks_at == until


def test_claim_and_stake__funder_without_staking__reverts_and_a_claim_still_pays(scene):
    miner = scene.miners[0]
    scene.contract.set_funder(boa.env.generate_address("account"), sender=scene.suite.owner)
    with boa.reverts("distributor: no staking"):
        scene.contract.claim_and_stake(*arguments(scene, miner), scene.number, 0, sender=miner)
    with refuses("distributor: no staking"):
        scene.model.claim_and_stake(miner, *arguments(scene, miner), None)
    assert scene.contract.claim(miner, *arguments(scene, miner)) == 5 * WAD

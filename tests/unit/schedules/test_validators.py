"""DistributionSchedules: payments to validators, which Staking streams to its stakers."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Mint, mask
from mdt.model.schedules import Kind
from tests.support.boa_clock import block_number, mine
from tests.support.deployers import deploy
from tests.support.pools import PoolsScene
from tests.support.refusals import refuses
from tests.support.staking import DUST, EPOCH, UNIT, deploy_suite
from tests.support.token import grant

INTERVAL = 50


class Scene:
    """Staking with one validator that takes no commission, and schedules that it takes rewards of."""

    def __init__(self) -> None:
        self.suite = deploy_suite(is_recipient=False)
        self.token, self.staking, self.owner = self.suite.token, self.suite.staking, self.suite.owner
        self.treasury = str(boa.env.generate_address("treasury"))
        self.schedules = deploy("DistributionSchedules", token=self.token, treasury=self.treasury, staking=self.staking, owner=self.owner)
        self.staking.set_schedules(self.schedules, sender=self.owner)
        self.donor = self.suite.actor("donor")
        self.token.approve(self.schedules, 2**256 - 1, sender=self.donor)
        self.validator, _ = self.suite.validator("validator", commission=0)

    def scheduled(self, *, is_minted: bool = False, amount: int = INTERVAL * UNIT, interval: int = INTERVAL) -> int:
        """A schedule that pays Staking, funded for a hundred intervals where it does not mint."""
        number = self.schedules.create(Kind.VALIDATORS, self.staking, 0, is_minted, amount, interval, block_number(), 0, sender=self.owner)
        if not is_minted:
            self.schedules.fund(number, 100 * amount, sender=self.donor)
        return int(number)


@pytest.fixture
def scene():
    return Scene()


@pytest.mark.parametrize("is_minted", [False, True])
def test_process__to_staking__streamed_over_the_intervals_it_pays(scene, is_minted):
    if is_minted:
        grant(scene.token, scene.schedules.address, 1, mask(Mint.BLOCK_REWARD), 10_000 * UNIT, 1_000 * UNIT)
    number = scene.scheduled(is_minted=is_minted)
    before = scene.token.balanceOf(scene.staking)
    mine(2 * INTERVAL)
    assert scene.schedules.process(number) == 2 * INTERVAL * UNIT
    net = scene.staking.network()
    assert (net.epoch_stream_rate, net.epoch_stream_end) == (UNIT, block_number() + 2 * INTERVAL)
    assert scene.token.balanceOf(scene.staking) == before + 2 * INTERVAL * UNIT
    assert scene.token.allowance(scene.schedules, scene.staking) == 0
    assert scene.token.balanceOf(scene.schedules) == scene.schedules.total_held() == (0 if is_minted else 98 * INTERVAL * UNIT)
    mine(2 * INTERVAL)
    assert 2 * INTERVAL * UNIT - scene.suite.pending(scene.validator) in range(DUST)
    assert scene.suite.solvent()


def test_process__terms_changed__streamed_over_the_intervals_of_both(scene):
    number = scene.scheduled(interval=40, amount=40 * UNIT)
    scene.schedules.change(number, 100 * UNIT, 100, sender=scene.owner)
    mine(40 + 2 * 100)
    assert scene.schedules.process(number) == 240 * UNIT
    net = scene.staking.network()
    assert (net.epoch_stream_rate, net.epoch_stream_end) == (UNIT, block_number() + 240)


def test_process__years_late__streamed_over_an_epoch(scene):
    number = scene.scheduled(amount=UNIT)
    mine(10 * EPOCH)
    scene.schedules.process(number)
    assert scene.staking.network().epoch_stream_end == block_number() + EPOCH


def test_create_and_change__longer_than_an_epoch__refused(scene):
    """What is paid once a month would flow in a day, to whoever is there on that day."""
    terms = (Kind.VALIDATORS, scene.staking, 0, False, UNIT)
    with boa.reverts("schedules: interval too long"):
        scene.schedules.create(*terms, EPOCH + 1, block_number(), 0, sender=scene.owner)
    number = scene.schedules.create(*terms, EPOCH, block_number(), 0, sender=scene.owner)
    with boa.reverts("schedules: interval too long"):
        scene.schedules.change(number, UNIT, EPOCH + 1, sender=scene.owner)
    scene.schedules.change(number, UNIT, EPOCH - 1, sender=scene.owner)


def test_process__not_named_by_staking__refused_and_still_due(scene):
    number = scene.scheduled()
    scene.staking.set_schedules(scene.suite.actor("other"), sender=scene.owner)
    mine(INTERVAL)
    held = scene.token.balanceOf(scene.schedules)
    with boa.reverts("staking: not the schedules"):
        scene.schedules.process(number)
    assert scene.schedules.due(number).payable_amount == INTERVAL * UNIT
    assert (scene.token.balanceOf(scene.schedules), scene.schedules.total_held()) == (held, held)
    scene.staking.set_schedules(scene.schedules, sender=scene.owner)
    assert scene.schedules.process(number) == INTERVAL * UNIT


@pytest.mark.parametrize("kind", [Kind.RELAYS, Kind.TREASURY, Kind.DEVELOPMENT, Kind.POOL])
def test_create__another_kind_to_staking__refused(scene, kind):
    """A plain transfer to Staking is nobody's."""
    with boa.reverts("schedules: bad recipient"):
        scene.schedules.create(kind, scene.staking, 0, False, UNIT, INTERVAL, block_number(), 0, sender=scene.owner)


def test_create__validators_paid_elsewhere__a_plain_transfer(scene):
    number = scene.schedules.create(Kind.VALIDATORS, scene.suite.pool, 0, False, UNIT, INTERVAL, block_number(), 0, sender=scene.owner)
    scene.schedules.fund(number, UNIT, sender=scene.donor)
    mine(INTERVAL)
    assert scene.schedules.process(number) == UNIT
    assert scene.suite.pool.available() == UNIT


def test_create__another_kind_to_staking__contract_and_model_refuse():
    pools_scene = PoolsScene()
    for kind in (Kind.RELAYS, Kind.TREASURY, Kind.DEVELOPMENT, Kind.POOL):
        with refuses("schedules: bad recipient"):
            pools_scene.schedules_twin.call("create", pools_scene.owner, kind, pools_scene.staking, 0, False, UNIT, INTERVAL, block_number(), 0)

"""Calls that Staking hands to its extension, and what the extension is when it is called by its own address."""

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.names import EXTENSIONS
from tests.support.deployers import deployer
from tests.support.stakes import fields
from tests.support.staking import MINIMUM, TERMS, UNIT, deploy_suite


@pytest.fixture
def suite():
    return deploy_suite()


@pytest.fixture
def alone(suite):
    """The extension at its own address, which has no storage of anybody's."""
    return deployer(EXTENSIONS["Staking"]).at(suite.staking.EXTENSION())


def test_unknown_function__refused(suite):
    for data in (bytes.fromhex("deadbeef"), b""):
        answer = boa.env.execute_code(suite.staking.address, data=data)
        assert answer.is_error
        assert answer.output == b""


def test_function_of_the_extension__writes_and_tells_in_the_name_of_staking(suite):
    number, _ = suite.validator("one", 3 * MINIMUM)
    other, _ = suite.validator("two", 3 * MINIMUM)
    owner = suite.delegator("delegator", number, 100 * UNIT)
    assert suite.staking.redelegate(number, 0, other, 1, 40 * UNIT, sender=owner) == 40 * UNIT
    assert fields(suite.staking, "Redelegated")[:3] == (number, other, owner)
    assert [suite.staking.position(validator, owner, slot).tokens for validator, slot in ((number, 0), (other, 1))] == [60 * UNIT, 40 * UNIT]
    assert suite.solvent()


def test_refusal_of_the_extension__has_its_reason(suite):
    with boa.reverts("staking: not the slasher"):
        suite.staking.slash(1, 0, 0, 1, sender=suite.owner)
    with boa.reverts("staking: unknown validator"):
        suite.staking.validator(7)


def test_alone__knows_what_lies_in_the_code_and_nothing_else(suite, alone):
    suite.validator("one", 3 * MINIMUM)
    assert (alone.TOKEN(), alone.RECYCLING_POOL()) == (suite.token.address, suite.pool.address)
    assert tuple(alone.terms()) == tuple(vars(TERMS).values())
    assert {alone.owner(), alone.pending_owner(), alone.notifier(), alone.block_reward()} == {ZERO_ADDRESS}
    assert (alone.network().principal, alone.network().active_count) == (0, 0)
    with boa.reverts("staking: unknown validator"):
        alone.validator(1)


@pytest.mark.parametrize(
    ("call", "arguments", "reason"),
    [
        ("open", (1, ZERO_ADDRESS, MINIMUM, 0), "staking: not the registry"),
        ("set_commission", (1, 0), "staking: not the registry"),
        ("set_bars", (1, 2, True), "staking: not the registry"),
        ("set_bars", (1, 4, True), "staking: not the slasher"),
        ("slash", (1, 0, 0, 1), "staking: not the slasher"),
        ("end_slash", (1, 0, True), "staking: not the slasher"),
        ("answer_slash", (1, ZERO_ADDRESS, 0, 0, 0, 0, 0), "staking: not the slasher"),
        ("redelegate", (1, 0, 2, 0, 1), "staking: unknown validator"),
        ("recycle_idle_rewards", (), "staking: nothing idle"),
        ("set_registry", (ZERO_ADDRESS,), "ownable: caller is not the owner"),
        ("set_slasher", (ZERO_ADDRESS,), "ownable: caller is not the owner"),
        ("set_notifier", (ZERO_ADDRESS,), "ownable: caller is not the owner"),
        ("set_block_reward", (ZERO_ADDRESS,), "ownable: caller is not the owner"),
        ("set_decay_table", ([1] * 7,), "ownable: caller is not the owner"),
        ("transfer_ownership", (ZERO_ADDRESS,), "ownable: caller is not the owner"),
        ("accept_ownership", (), "ownable_2step: caller is not the new owner"),
    ],
)
def test_alone__whoever_calls__changes_nothing(suite, alone, call, arguments, reason):
    for caller in (suite.owner, suite.slasher, suite.issuer, suite.staking.address):
        with boa.reverts(reason):
            getattr(alone, call)(*arguments, sender=caller)

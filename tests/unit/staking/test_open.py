import boa
import pytest

from mdt.model.staking import Status
from tests.support.stakes import fields, units
from tests.support.staking import BURSE, MINIMUM, OWN


def test_open__through_the_registry__every_number_and_event(quiet):
    operator = quiet.actor("operator")
    one = quiet.validators.register(MINIMUM + 1, 1_500, "name", sender=operator)
    logs = [type(event).__name__ for event in quiet.validators.get_logs()]
    assert [name for name in logs if name in ("Staked", "StatusChanged", "Transfer")] == ["Staked", "StatusChanged", "Transfer"]
    assert fields(quiet.validators, "Staked") == (one, OWN, 8, MINIMUM + 1, MINIMUM + 1, 0, 0)
    assert fields(quiet.validators, "StatusChanged") == (one, 0, Status.ACTIVE)
    assert fields(quiet.validators, "Transfer") == (operator, quiet.staking.address, MINIMUM + 1)
    total, weight = MINIMUM + 1, units(MINIMUM + 1)
    assert tuple(quiet.staking.validator(one)) == (
        total,
        total,
        total,
        10_000 * total,
        weight,
        1_500,
        0,
        Status.ACTIVE,
        0,
        0,
        2**84 - 1,
        total * 20,
    )
    assert tuple(quiet.staking.position(one, OWN, 8)) == (total, total, 0, 0, 1_500, 0, 0)
    net = quiet.staking.network()
    assert (net.weight, net.staked, net.principal, net.active_count, net.validator_count) == (weight, total, total, 1, 1)
    assert quiet.token.balanceOf(operator) == BURSE - total
    assert quiet.solvent()


def test_open__second__numbered_and_counted(quiet):
    assert [quiet.validator(name)[0] for name in ("first", "second")] == [1, 2]
    net = quiet.staking.network()
    assert (net.validator_count, net.active_count, net.weight) == (2, 2, 2 * units(MINIMUM))


def test_open__not_the_registry__refused(quiet, attacker):
    operator = quiet.actor("operator")
    for caller in (attacker, operator, quiet.owner, quiet.slasher):
        with boa.reverts("staking: not the registry"):
            quiet.staking.open(1, operator, MINIMUM, 0, sender=caller)


def test_open__existing__refused(quiet):
    one, operator = quiet.validator("validator", commission=0)
    with boa.reverts("staking: validator exists"):
        quiet.staking.open(one, operator, MINIMUM, 0, sender=quiet.validators.address)


def test_open__a_wei_below_the_minimum__refused(quiet):
    with boa.reverts("staking: below the minimum"):
        quiet.validators.register(MINIMUM - 1, 0, "", sender=quiet.actor("operator"))


@pytest.mark.parametrize(("commission", "is_accepted"), [(2_000, True), (2_001, False)])
def test_open__commission__two_thousand_bps_at_most(quiet, commission, is_accepted):
    operator = quiet.actor("operator")
    if is_accepted:
        quiet.staking.open(1, operator, MINIMUM, commission, sender=quiet.validators.address)
        assert quiet.staking.validator(1).commission_bps == commission
    else:
        with boa.reverts("staking: commission too high"):
            quiet.staking.open(1, operator, MINIMUM, commission, sender=quiet.validators.address)


def test_open__without_allowance__nothing_happens(quiet):
    operator = quiet.actor("operator")
    quiet.token.approve(quiet.staking, MINIMUM - 1, sender=operator)
    with boa.reverts("mdt: allowance too low"):
        quiet.validators.register(MINIMUM, 0, "", sender=operator)
    assert quiet.staking.network().validator_count == 0
    with boa.reverts("staking: unknown validator"):
        quiet.staking.validator(1)

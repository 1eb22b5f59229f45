"""The constructor: what it takes, refuses and logs."""

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.token import MDT
from mdt.units import DAY
from tests.support.refusals import refuses
from tests.support.token import BUCKETS, TOKEN, deploy_token

MAX_AMOUNT = 2**104 - 1


def test_constructor__preset__can_be_read_back(token, owner, guardian):
    assert (token.name(), token.symbol(), token.decimals()) == (TOKEN.name, TOKEN.symbol, TOKEN.decimals)
    assert token.cap() == TOKEN.cap
    assert [token.bucket_cap(bucket) for bucket in range(5)] == BUCKETS
    assert token.GRANT_DELAY() == TOKEN.grant_delay
    assert (token.owner(), token.guardian(), token.pending_owner()) == (owner, guardian, ZERO_ADDRESS)
    assert not token.is_setup_finished()
    assert token.totalSupply() == token.total_minted() == token.total_burned() == 0
    assert token.RING_SIZE() == 64
    assert token.GRANT_PERIOD() == 30 * DAY


def test_constructor__initial_roles__are_logged(token, owner, guardian):
    logs = {type(entry).__name__: entry for entry in token.get_logs()}
    assert logs["OwnershipTransferred"].new_owner == owner
    assert (logs["GuardianSet"].old_guardian, logs["GuardianSet"].new_guardian) == (ZERO_ADDRESS, guardian)


def test_constructor__deployer__keeps_nothing(token, owner):
    deployer = boa.env.eoa
    assert deployer not in (token.owner(), token.guardian(), token.pending_owner())
    assert token.minter(deployer).is_active is False
    with boa.reverts("ownable: caller is not the owner"):
        token.finish_setup(sender=deployer)


@pytest.mark.parametrize("role", ["_owner", "_guardian"])
def test_constructor__zero_role__reverts(owner, guardian, role):
    with boa.reverts("mdt: zero address"):
        deploy_token(**{"owner": owner, "guardian": guardian, role: ZERO_ADDRESS})


@pytest.mark.parametrize("decimals", [6, 12, 18])
def test_constructor__decimals_within_bounds__are_answered(owner, guardian, decimals):
    token = deploy_token(owner, guardian, decimals=decimals)
    assert token.decimals() == decimals
    assert token.cap() == TOKEN.cap, "amounts are counted in the smallest unit whatever the decimals"


@pytest.mark.parametrize("decimals", [0, 5, 19, 255])
def test_constructor__decimals_out_of_bounds__reverts(owner, guardian, decimals):
    with boa.reverts("mdt: decimals out of bounds"):
        deploy_token(owner, guardian, decimals=decimals)
    with refuses("mdt: decimals out of bounds"):
        MDT(BUCKETS, TOKEN.grant_delay, owner, guardian, Clock(), decimals)


@pytest.mark.parametrize("delay", [DAY, 90 * DAY])
def test_constructor__grant_delay_at_its_bounds__is_taken(owner, guardian, delay):
    assert deploy_token(owner, guardian, grant_delay=delay).GRANT_DELAY() == delay


@pytest.mark.parametrize("delay", [0, DAY - 1, 90 * DAY + 1, 2**256 - 1])
def test_constructor__grant_delay_out_of_bounds__reverts(owner, guardian, delay):
    with boa.reverts("mdt: grant delay out of bounds"):
        deploy_token(owner, guardian, grant_delay=delay)


@pytest.mark.parametrize("caps", [[0, 0, 0, 0, 1], [MAX_AMOUNT, 0, 0, 0, 0], [MAX_AMOUNT - 4, 1, 1, 1, 1], [10**30, 0, 0, 0, 0]])
def test_constructor__caps_at_their_bounds__are_taken(owner, guardian, caps):
    token = deploy_token(owner, guardian, bucket_caps=caps)
    assert token.cap() == sum(caps)


@pytest.mark.parametrize("caps", [[0] * 5, [MAX_AMOUNT + 1, 0, 0, 0, 0], [MAX_AMOUNT, 1, 0, 0, 0], [2**256 - 1, 1, 0, 0, 0]])
def test_constructor__caps_out_of_bounds__revert(owner, guardian, caps):
    with boa.reverts("mdt: cap out of bounds"):
        deploy_token(owner, guardian, bucket_caps=caps)


def test_constructor__longest_name_and_symbol__are_kept(owner, guardian):
    token = deploy_token(owner, guardian, name="n" * 50, symbol="s" * 32)
    assert (token.name(), token.symbol()) == ("n" * 50, "s" * 32)


def test_bucket_cap__beyond_the_last__reverts(token):
    for view in (token.bucket_cap, token.minted_by_bucket):
        with boa.reverts():
            view(5)

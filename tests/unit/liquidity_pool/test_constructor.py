"""The constructor: what is fixed for good, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquidity_pool import Fees, LiquidityPool
from mdt.units import DAY
from tests.support.boa_clock import CLOCK
from tests.support.deployers import deploy
from tests.support.liquidity import FEE_DELAY, FEES
from tests.support.pools import both_tokens
from tests.support.refusals import refuses
from tests.support.twins import plain


class Site:
    """What a pool is made of."""

    def __init__(self) -> None:
        self.owner, self.treasury = (str(boa.env.generate_address(role)) for role in ("owner", "treasury"))
        self.token, self.token_twin = both_tokens(self.owner, [], [])
        self.paired, self.paired_twin = both_tokens(self.owner, [], [])

    def build(self, **changed):
        values = {"token": self.token, "paired": self.paired, "treasury": self.treasury, "fees": FEES, "fee_delay": FEE_DELAY, "owner": self.owner}
        return deploy("LiquidityPool", **(values | changed))

    def model(self, *, address="pool", paired=None, treasury=None, fees=FEES, fee_delay=FEE_DELAY, owner=None):
        addresses = (str(self.token.address), paired or str(self.paired.address))
        twins = (self.token_twin, self.paired_twin)
        return LiquidityPool(address, twins, addresses, treasury or self.treasury, fees, fee_delay, self.owner if owner is None else owner, CLOCK)


@pytest.fixture
def site():
    return Site()


def test_constructor__good_arguments__are_shown(site):
    pool = site.build(name="MDT and dollars", symbol="MDT-USD")
    assert (pool.TOKEN(), pool.PAIRED(), pool.TREASURY()) == (site.token.address, site.paired.address, site.treasury)
    assert (pool.name(), pool.symbol(), pool.decimals()) == ("MDT and dollars", "MDT-USD", 18)
    assert (plain(pool.fees()), pool.FEE_DELAY(), pool.owner(), pool.pending_owner()) == (plain(FEES), FEE_DELAY, site.owner, ZERO_ADDRESS)
    assert (pool.totalSupply(), tuple(pool.reserves()), pool.protocol_shares()) == (0, (0, 0, 0), 0)
    assert plain(pool.announced_fees()) == ((0, 0, False), 0)


def test_constructor__events__tell_the_first_fees(site):
    pool = site.build(fees=Fees(25, 1_000, True))
    (event,) = [event for event in pool.get_logs() if type(event).__name__ == "FeesApplied"]
    assert (plain(event.old_fees), plain(event.new_fees)) == ((0, 0, False), (25, 1_000, True))


def test_constructor__address_without_code__reverts(site):
    for changed in ({"token": site.treasury}, {"paired": site.treasury}):
        with boa.reverts("market: token has no code"):
            site.build(**changed)


def test_constructor__one_token_twice__reverts(site):
    with boa.reverts("market: one token twice"):
        site.build(paired=site.token)
    with refuses("market: one token twice"):
        site.model(paired=str(site.token.address))


@pytest.mark.parametrize("whose", ["nobody", "token", "paired"])
def test_constructor__bad_treasury__reverts(site, whose):
    treasury = ZERO_ADDRESS if whose == "nobody" else str(getattr(site, whose).address)
    with boa.reverts("market: bad treasury"):
        site.build(treasury=treasury)
    with refuses("market: bad treasury"):
        site.model(treasury=treasury)


def test_constructor__nobody_as_owner__reverts(site):
    with boa.reverts("market: zero owner"):
        site.build(owner=ZERO_ADDRESS)
    with refuses("market: zero owner"):
        site.model(owner=ZERO_ADDRESS)


@pytest.mark.parametrize("delay", [0, DAY - 1, 30 * DAY + 1])
def test_constructor__delay_out_of_bounds__reverts(site, delay):
    with boa.reverts("market: fee delay out of bounds"):
        site.build(fee_delay=delay)
    with refuses("market: fee delay out of bounds"):
        site.model(fee_delay=delay)


@pytest.mark.parametrize("delay", [DAY, 30 * DAY])
def test_constructor__delay_at_a_bound__is_taken(site, delay):
    assert site.build(fee_delay=delay).FEE_DELAY() == site.model(fee_delay=delay).fee_delay == delay


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"fee_bps": 0}, "market: fee out of bounds"),
        ({"fee_bps": 101}, "market: fee out of bounds"),
        ({"fee_bps": 2**200}, "market: fee out of bounds"),
        ({"protocol_bps": 2_501}, "market: part out of bounds"),
    ],
)
def test_constructor__fees_out_of_bounds__reverts(site, changed, reason):
    fees = replace(FEES, **changed)
    with boa.reverts(reason):
        site.build(fees=fees)
    with refuses(reason):
        site.model(fees=fees)


@pytest.mark.parametrize("fees", [Fees(1, 0, False), Fees(100, 2_500, True)])
def test_constructor__fees_at_a_bound__are_taken(site, fees):
    assert plain(site.build(fees=fees).fees()) == plain(site.model(fees=fees).fees) == plain(fees)


def test_ownership__in_two_steps__changes_hands(site):
    pool = site.build()
    pool.transfer_ownership(site.treasury, sender=site.owner)
    with boa.reverts("ownable_2step: caller is not the new owner"):
        pool.accept_ownership(sender=site.owner)
    pool.accept_ownership(sender=site.treasury)
    assert pool.owner() == site.treasury

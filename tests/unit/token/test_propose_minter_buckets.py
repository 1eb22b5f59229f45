"""`propose_minter` for an account that minted out of another bucket before, as the deployer does at genesis."""

from __future__ import annotations

import boa
import pytest

from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.reasons import Mint
from mdt.model.token import MDT
from mdt.units import DAY
from tests.support.deployers import deploy

CAPS = [500, 900, 200, 300, 100]
DELAY = 14 * DAY
GENESIS = 1 << Mint.GENESIS


@pytest.fixture
def token():
    owner = boa.env.generate_address("owner")
    with boa.env.prank(owner):
        return deploy(
            "MDT",
            name="ModernTensor",
            symbol="MDT",
            decimals=18,
            bucket_caps=CAPS,
            grant_delay=DELAY,
            owner=owner,
            guardian=boa.env.generate_address("guardian"),
        ), owner


@pytest.mark.parametrize(("rest", "fits"), [(0, True), (1, True), (100, True), (101, False), (-1, False)])
def test_propose_minter__minted_in_another_bucket__rest_is_bounded_by_the_bucket(token, rest, fits):
    contract, owner = token
    model = MDT(CAPS, DELAY, owner, boa.env.generate_address("guardian"), Clock())
    with boa.env.prank(owner):
        contract.propose_minter(owner, 0, GENESIS, 500, 500, 60)
        contract.grant_minter(owner)
        contract.mint(owner, 500, Mint.GENESIS)
        contract.revoke_minter(owner)
        model.propose_minter(owner, owner, 0, GENESIS, 500, 500, 60)
        model.grant_minter(owner, owner)
        model.mint(owner, owner, 500, Mint.GENESIS)
        model.revoke_minter(owner, owner)
        if fits:
            contract.propose_minter(owner, 4, GENESIS, 500 + rest, 100, 60)
            model.propose_minter(owner, owner, 4, GENESIS, 500 + rest, 100, 60)
            contract.grant_minter(owner)
            assert contract.lifetime_room(owner) == rest
        else:
            with boa.reverts("mdt: bad lifetime cap"):
                contract.propose_minter(owner, 4, GENESIS, 500 + rest, 100, 60)
            with pytest.raises(Refusal, match="mdt: bad lifetime cap"):
                model.propose_minter(owner, owner, 4, GENESIS, 500 + rest, 100, 60)


def test_propose_minter__above_the_cap_of_all__refused(token):
    contract, owner = token
    with boa.env.prank(owner), boa.reverts("mdt: bad lifetime cap"):
        contract.propose_minter(owner, 1, GENESIS, 901, 1, 60)

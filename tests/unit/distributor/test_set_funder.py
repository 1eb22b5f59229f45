"""RewardDistributor.set_funder: one account brings roots, and the owner names it."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.refusals import refuses


def test_set_funder__owner__replaced_with_an_event(distribution, owner, funder, keeper):
    distribution.contract.set_funder(keeper, sender=owner)
    (event,) = [log for log in distribution.contract.get_logs() if type(log).__name__ == "FunderSet"]
    assert (event.old_funder, event.new_funder) == (funder, keeper)
    distribution.model.set_funder(owner, keeper)
    distribution.agree()


def test_set_funder__anyone_else__refused(distribution, funder, attacker):
    for caller in (funder, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            distribution.contract.set_funder(caller, sender=caller)
        with refuses("ownable: caller is not the owner"):
            distribution.model.set_funder(caller, caller)


def test_set_funder__zero_or_no_change__refused(distribution, owner, funder):
    for address, reason in ((ZERO_ADDRESS, "distributor: zero address"), (funder, "distributor: no change")):
        with boa.reverts(reason):
            distribution.contract.set_funder(address, sender=owner)
        with refuses(reason):
            distribution.model.set_funder(owner, address)
    distribution.agree()

"""The slasher does not lean on MDT reverting: a token that answers False undoes the call (C35)."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.units import DAY
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.slashing import APPEAL, EVIDENCE, STAKE, TERMS, arguments_of


@pytest.fixture
def parts(suite):
    """A slasher that burns nothing, over a validator, on a token that can answer False."""
    token = harness("FalseToken").deploy()
    staking = harness("SlashableStaking").deploy(token, 7 * DAY, 4_000_000)
    around = {"MDT": token, "Staking": staking, "Validators": staking, "EmissionController": suite.controller, "Treasury": suite.treasury}
    slasher = deploy("Slasher", around, arbiter=suite.arbiter, **arguments_of(replace(TERMS, burn_bps=0)), owner=suite.owner)
    staking.set_slasher(slasher)
    slasher.set_slasher_role(suite.owner, True, sender=suite.owner)
    staking.open(suite.operators[0].address, STAKE)
    slasher.announce_slash(1, 1, suite.block - 1, EVIDENCE, sender=suite.owner)
    suite.advance(seconds=TERMS.warning_seconds)
    slasher.open_slash(0)
    return token, staking, slasher


def test_overturn__token_answers_false__nothing_changes(suite, parts):
    token, _, slasher = parts
    token.set_answers_true(False)
    with boa.reverts("slasher: approve failed"):
        slasher.overturn(0, sender=suite.arbiter)
    assert slasher.slash_record(0).status == 1


def test_execute_and_uphold__token_answers_false__nothing_changes(suite, parts):
    token, _, slasher = parts
    slasher.appeal(0, APPEAL, sender=suite.operators[0].address)
    token.set_answers_true(False)
    suite.advance(seconds=4 * DAY)
    with boa.reverts("slasher: transfer failed"):
        slasher.execute(0)
    with boa.reverts("slasher: transfer failed"):
        slasher.uphold(0, sender=suite.arbiter)
    assert slasher.slash_record(0).status == 1
    assert slasher.totals() == (STAKE // 10, 0, 0, 0)


def test_claim_restitution__token_answers_false__still_owed(suite, parts):
    token, staking, slasher = parts
    staking.leave(1, suite.owner, 5_000)
    slasher.overturn(0, sender=suite.arbiter)
    token.set_answers_true(False)
    with boa.reverts("slasher: transfer failed"):
        slasher.claim_restitution(0, suite.owner)
    assert staking.restitution(slasher, 0, suite.owner) == STAKE // 20

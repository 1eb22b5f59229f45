"""C37: a token that calls back from within `mint` gets nothing twice, with the lock and without it.

MDT calls nobody, so this cannot happen with it; the order of effects does not lean on that.
"""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.block_reward import SMALL, advance
from tests.support.deployers import deployer
from tests.support.harness import harness
from tests.support.unlocked import unlocked

BUILDS = {"locked": deployer, "unlocked": unlocked}


def hostile(kind: str, owner: str, recipient: str):
    """A block reward, with or without its lock, on a hostile token, five blocks after its start."""
    token = harness("HostileMinter").deploy()
    contract = BUILDS[kind]("BlockReward").deploy(token, boa.env.evm.patch.block_number, SMALL.initial, SMALL.interval, SMALL.halvings, ZERO_ADDRESS, owner)
    token.set_mintable(contract, 2**128)
    contract.set_recipient(recipient, sender=owner)
    advance(5)
    return contract, token


@pytest.mark.parametrize(("kind", "succeeds"), [("locked", 0), ("unlocked", 1)])
def test_release__token_calls_release_back__pays_once(owner, recipient, kind, succeeds):
    contract, token = hostile(kind, owner, recipient)
    token.set_call_back(contract.release.prepare_calldata(), 3)
    owed = contract.owed()
    assert contract.release() == owed == SMALL.cumulative(5)
    assert token.call_backs_succeeded() == succeeds
    assert token.minted(recipient) == contract.total_released() == contract.released_to(recipient) == owed
    if succeeds:
        assert int.from_bytes(token.call_back_answers(0), "big") == 0


@pytest.mark.parametrize("kind", BUILDS)
def test_set_recipient__token_calls_release_back__the_old_recipient_is_paid_once(owner, recipient, successor, kind):
    contract, token = hostile(kind, owner, recipient)
    token.set_call_back(contract.release.prepare_calldata(), 3)
    contract.set_recipient(successor, sender=owner)
    assert token.minted(recipient) == contract.released_to(recipient) == contract.total_released() == SMALL.cumulative(5)
    assert token.minted(successor) == contract.released_to(successor) == 0
    assert contract.recipient() == successor


def test_unlocked__without_the_lock__is_other_code():
    assert unlocked("BlockReward").compiler_data.bytecode_runtime != deployer("BlockReward").compiler_data.bytecode_runtime

"""C37: a token that calls back from within `mint` gets nothing twice, with the lock and without it.

MDT calls nobody, so this cannot happen with it; the order of effects does not lean on that.
"""

from __future__ import annotations

import boa
import pytest

from tests.support.block_reward import SMALL, advance
from tests.support.deployers import ROOT
from tests.support.harness import harness

SOURCE = (ROOT / "contracts" / "emission" / "BlockReward.vy").read_text()
UNLOCKED = SOURCE.replace("# pragma nonreentrancy on\n", "")


def hostile(source: str, owner: str, recipient: str):
    """A block reward compiled from `source` on a hostile token, five blocks after its start."""
    token = harness("HostileMinter").deploy()
    contract = boa.loads_partial(source).deploy(token, boa.env.evm.patch.block_number, SMALL.initial, SMALL.interval, SMALL.halvings, owner)
    token.set_mintable(contract, 2**128)
    contract.set_recipient(recipient, sender=owner)
    advance(5)
    return contract, token


@pytest.mark.parametrize(("source", "succeeds"), [(SOURCE, 0), (UNLOCKED, 1)])
def test_release__token_calls_release_back__pays_once(owner, recipient, source, succeeds):
    contract, token = hostile(source, owner, recipient)
    token.set_call_back(contract.release.prepare_calldata(), 3)
    owed = contract.owed()
    assert contract.release() == owed == SMALL.cumulative(5)
    assert token.call_backs_succeeded() == succeeds
    assert token.minted(recipient) == contract.total_released() == contract.released_to(recipient) == owed
    if succeeds:
        assert int.from_bytes(token.call_back_answers(0), "big") == 0


@pytest.mark.parametrize("source", [SOURCE, UNLOCKED])
def test_set_recipient__token_calls_release_back__the_old_recipient_is_paid_once(owner, recipient, successor, source):
    contract, token = hostile(source, owner, recipient)
    token.set_call_back(contract.release.prepare_calldata(), 3)
    contract.set_recipient(successor, sender=owner)
    assert token.minted(recipient) == contract.released_to(recipient) == contract.total_released() == SMALL.cumulative(5)
    assert token.minted(successor) == contract.released_to(successor) == 0
    assert contract.recipient() == successor


def test_unlocked_source__pragma__really_is_gone():
    assert UNLOCKED != SOURCE

"""BlockReward.set_recipient: whom the rewards of which block go to."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.block_reward import advance, advance_to, events, grant_channel
from tests.support.refusals import refuses


def test_set_recipient__first__gets_what_was_earned_before(ungranted, model, token, halving, owner, recipient):
    grant_channel(token, ungranted, halving, model)
    advance_to(ungranted.START_BLOCK() + 9)
    ungranted.set_recipient(recipient, sender=owner)
    (event,), released = events(ungranted, "RecipientSet"), events(ungranted, "Released")
    assert (event.old_recipient, event.new_recipient) == (ZERO_ADDRESS, recipient)
    assert released == []
    model.set_recipient(owner, recipient)
    assert ungranted.recipient() == model.recipient == recipient
    assert ungranted.release() == model.release() == 9 * ungranted.INITIAL_REWARD()


def test_set_recipient__change__old_recipient_is_paid_up_to_this_block(reward, model, token, owner, recipient, successor):
    """A13: accrual up to the change goes to the old recipient, everything later to the new one."""
    advance_to(reward.START_BLOCK() + 4)
    block = boa.env.evm.patch.block_number
    reward.set_recipient(successor, sender=owner)
    (event,), (released,) = events(reward, "RecipientSet"), events(reward, "Released")
    model.set_recipient(owner, successor)
    assert (event.old_recipient, event.new_recipient) == (recipient, successor)
    assert (released.recipient, released.amount, released.through_block, released.arrears) == (recipient, 4 * reward.INITIAL_REWARD(), block, 0)
    assert reward.release() == model.release() == 0
    advance(3)
    assert reward.release() == model.release() == 3 * reward.INITIAL_REWARD()
    assert token.balanceOf(recipient) == reward.released_to(recipient) == model.released_to[recipient] == 4 * reward.INITIAL_REWARD()
    assert token.balanceOf(successor) == reward.released_to(successor) == model.released_to[successor] == 3 * reward.INITIAL_REWARD()


def test_set_recipient__change_across_a_halving__each_gets_its_own_rate(reward, token, owner, recipient, successor):
    """A13 with A7: the change comes after the halving, the older blocks are still paid at the older rate."""
    boundary = reward.START_BLOCK() + reward.INTERVAL_BLOCKS()
    advance_to(boundary + 1)
    reward.set_recipient(successor, sender=owner)
    advance(1)
    reward.release()
    assert token.balanceOf(recipient) == reward.INTERVAL_BLOCKS() * reward.INITIAL_REWARD() + reward.INITIAL_REWARD() // 2
    assert token.balanceOf(successor) == reward.INITIAL_REWARD() // 2


def test_set_recipient__there_and_back__both_tenures_count(reward, token, owner, recipient, successor):
    advance_to(reward.START_BLOCK() + 5)
    reward.set_recipient(successor, sender=owner)
    advance(2)
    reward.set_recipient(recipient, sender=owner)
    advance(1)
    reward.release()
    assert token.balanceOf(recipient) == reward.released_to(recipient) == 6 * reward.INITIAL_REWARD()
    assert token.balanceOf(successor) == reward.released_to(successor) == 2 * reward.INITIAL_REWARD()


def test_set_recipient__nothing_owed__no_release(reward, owner, successor):
    reward.set_recipient(successor, sender=owner)
    assert events(reward, "Released") == []
    assert reward.recipient() == successor


def test_set_recipient__arrears__refused_until_they_can_be_paid(reward, model, token, halving, owner, recipient, successor):
    """A13: a change may not take from the old recipient what the token does not let be minted now."""
    token.revoke_minter(reward, sender=owner)
    model.token.revoke_minter(owner, reward.address)
    advance_to(reward.START_BLOCK() + 2)
    with boa.reverts("reward: arrears owed"):
        reward.set_recipient(successor, sender=owner)
    with refuses("reward: arrears owed"):
        model.set_recipient(owner, successor)
    assert reward.recipient() == model.recipient == recipient
    one_wei_short = 2 * reward.INITIAL_REWARD() - 1
    grant_channel(token, reward, halving, model, cap=one_wei_short, window_cap=one_wei_short)
    with boa.reverts("reward: arrears owed"):
        reward.set_recipient(successor, sender=owner)
    with refuses("reward: arrears owed"):
        model.set_recipient(owner, successor)
    assert token.balanceOf(recipient) == 0
    grant_channel(token, reward, halving)
    reward.set_recipient(successor, sender=owner)
    assert token.balanceOf(recipient) == 2 * reward.INITIAL_REWARD()
    assert token.balanceOf(successor) == 0


def test_set_recipient__bad_call__refused_by_model_and_contract(reward, model, token, owner, recipient, attacker):
    for caller, to, reason in (
        (attacker, attacker, "ownable: caller is not the owner"),
        (recipient, attacker, "ownable: caller is not the owner"),
        (owner, ZERO_ADDRESS, "reward: zero recipient"),
        (owner, reward.address, "reward: bad recipient"),
        (owner, token.address, "reward: bad recipient"),
        (owner, recipient, "reward: same recipient"),
    ):
        with boa.reverts(reason):
            reward.set_recipient(to, sender=caller)
        with refuses(reason):
            model.set_recipient(caller, to)
    assert reward.recipient() == model.recipient == recipient

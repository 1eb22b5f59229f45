from dataclasses import replace

import boa

from mdt.model.staking import MAX_TOKEN_CAP, MIN_STREAM_BLOCKS
from tests.support.boa_clock import block_number, mine
from tests.support.deployers import deploy
from tests.support.stakes import ALL, fields
from tests.support.staking import DUST, EPOCH, MINIMUM, OWN, TERMS, UNIT
from tests.support.token import deploy_token, grant


def test_notify_reward__first__streamed_over_an_epoch(quiet):
    one, _ = quiet.validator("validator", commission=0)
    before = quiet.token.balanceOf(quiet.notifier)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    assert fields(quiet.staking, "RewardNotified") == (quiet.notifier, EPOCH * UNIT, UNIT * UNIT, block_number() + EPOCH)
    assert fields(quiet.staking, "Transfer") == (quiet.notifier, quiet.staking.address, EPOCH * UNIT)
    net = quiet.staking.network()
    assert (net.epoch_stream_rate, net.epoch_stream_end) == (UNIT, block_number() + EPOCH)
    assert (net.block_stream_rate, net.block_stream_end) == (0, 0)
    assert net.rewards_received == EPOCH * UNIT
    assert quiet.token.balanceOf(quiet.notifier) == before - EPOCH * UNIT
    assert quiet.pending(one) == 0
    mine(EPOCH - 1)
    assert (EPOCH - 1) * UNIT - quiet.pending(one) in range(DUST)
    mine(1)
    whole = quiet.pending(one)
    assert EPOCH * UNIT - whole in range(DUST)
    mine(10_000)
    assert quiet.pending(one) == whole
    assert quiet.solvent()


def test_notify_reward__before_the_end__rest_is_carried(quiet):
    """C2: end' = end + STREAM_BLOCKS, rate' = (left + new) / (end' - now)."""
    quiet.validator("validator")
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    end = block_number() + EPOCH
    mine(EPOCH // 2)
    quiet.staking.notify_reward(2 * EPOCH * UNIT, sender=quiet.notifier)
    net = quiet.staking.network()
    assert net.epoch_stream_end == end + EPOCH
    assert net.epoch_stream_rate == (EPOCH // 2 + 2 * EPOCH) * UNIT // (EPOCH // 2 + EPOCH)


def test_notify_reward__after_a_gap__starts_now_and_pays_nothing_for_the_gap(quiet):
    """C2: no over-payment after a period without a stream."""
    one, _ = quiet.validator("validator", commission=0)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    mine(3 * EPOCH)
    before = quiet.pending(one)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    assert quiet.pending(one) == before
    assert quiet.staking.network().epoch_stream_end == block_number() + EPOCH


def test_notify_reward__rate_does_not_divide__not_a_wei_lost(quiet):
    """C29: what rates and weights do not divide waits, and is paid with what comes later."""
    one, _ = quiet.validator("validator", commission=0)
    total = 0
    for amount in (1, 1, 1, 479, 7_919, 1, 104_729):
        quiet.staking.notify_reward(amount, sender=quiet.notifier)
        total += amount
        mine(EPOCH)
        assert total - quiet.pending(one) in range(2)
    for _ in range(20):  # each is far below what one division can hand out
        quiet.staking.notify_reward(100, sender=quiet.notifier)
        mine(EPOCH)
    assert total + 2_000 - quiet.pending(one) in range(2)


def test_notify_reward__staked_just_before__earns_nothing_at_once(quiet):
    early, _ = quiet.validator("early", commission=0)
    late, operator = quiet.validator("late", 100 * MINIMUM)
    owner = quiet.delegator("delegator", late, 20 * MINIMUM)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    quiet.validators.exit(late, sender=operator)
    quiet.staking.unstake(late, 0, ALL, sender=owner)
    mine(EPOCH)
    assert quiet.pending(late) == quiet.pending(late, owner) == quiet.staking.validator(late).commission_owed == 0
    assert EPOCH * UNIT - quiet.pending(early) in range(DUST)


def test_notify_reward__not_the_notifier__refused(quiet, attacker):
    for caller in (attacker, quiet.owner):
        with boa.reverts("staking: not the notifier"):
            quiet.staking.notify_reward(1, sender=caller)


def test_notify_reward__nothing__refused(quiet):
    with boa.reverts("staking: zero amount"):
        quiet.staking.notify_reward(0, sender=quiet.notifier)


def test_notify_reward__whole_supply__fits_the_words(quiet):
    """The bounds hold at the extreme: the largest token there can be, all of it in the shortest stream, on one minimum stake."""
    bucket_caps = [MAX_TOKEN_CAP - UNIT, UNIT, 0, 0, 0]
    token = deploy_token(quiet.owner, quiet.owner, bucket_caps=bucket_caps)
    terms = replace(TERMS, min_validator_stake=UNIT, stream_blocks=MIN_STREAM_BLOCKS)
    staking = deploy("Staking", token=token, block_reward=quiet.reward, recycling_pool=quiet.pool, terms=terms, owner=quiet.owner)
    validators = deploy("Validators", staking=staking)
    staking.set_registry(validators, sender=quiet.owner)
    staking.set_notifier(quiet.notifier, sender=quiet.owner)
    validator = str(boa.env.generate_address("validator"))
    for holder, bucket, amount in ((quiet.notifier, 0, bucket_caps[0]), (validator, 1, UNIT)):
        issuer = boa.env.generate_address("issuer")
        grant(token, issuer, bucket=bucket)
        token.mint(holder, amount, 0, sender=issuer)
        token.approve(staking, amount, sender=holder)
    one = validators.register(UNIT, 0, "", sender=validator)
    staking.notify_reward(bucket_caps[0], sender=quiet.notifier)
    mine(MIN_STREAM_BLOCKS)
    assert bucket_caps[0] - staking.claim(one, OWN, 8) in range(2)

import boa

from mdt.model.staking import MAX_TOKEN_CAP, MIN_STREAM_BLOCKS
from mdt.model.stream import SCALE
from tests.support.block_reward import events
from tests.support.deployers import deployer
from tests.support.staking import DUST, EPOCH, MINIMUM, UNBONDING, UNIT, block_number, mine
from tests.support.token import deploy_token, grant


def test_notify_reward__first__streamed_over_an_epoch(quiet):
    validator = quiet.validator("validator")
    before = quiet.token.balanceOf(quiet.notifier)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    (event,) = events(quiet.staking, "RewardNotified")
    assert (event.source, event.amount) == (quiet.notifier, EPOCH * UNIT)
    assert (event.rate_wad, event.stream_end) == (UNIT * UNIT, block_number() + EPOCH)
    net = quiet.staking.network()
    assert (net.epoch_stream_rate, net.epoch_stream_end) == (UNIT, block_number() + EPOCH)
    assert (net.block_stream_rate, net.block_stream_end) == (0, 0)
    assert net.rewards_received == EPOCH * UNIT
    assert quiet.token.balanceOf(quiet.notifier) == before - EPOCH * UNIT
    assert quiet.staking.pending_reward(validator) == 0
    mine(EPOCH - 1)
    assert (EPOCH - 1) * UNIT - quiet.staking.pending_reward(validator) in range(DUST)
    mine(1)
    whole = quiet.staking.pending_reward(validator)
    assert EPOCH * UNIT - whole in range(DUST)
    mine(10_000)
    assert quiet.staking.pending_reward(validator) == whole
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
    validator = quiet.validator("validator")
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    mine(3 * EPOCH)
    before = quiet.staking.pending_reward(validator)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    assert quiet.staking.pending_reward(validator) == before
    assert quiet.staking.network().epoch_stream_end == block_number() + EPOCH


def test_notify_reward__rate_does_not_divide__not_a_wei_lost(quiet):
    """C29: what rates and weights do not divide waits, and is paid with what comes later."""
    validator = quiet.validator("validator")
    total = 0
    for amount in (1, 1, 1, 479, 7_919, 1, 104_729):
        quiet.staking.notify_reward(amount, sender=quiet.notifier)
        total += amount
        mine(EPOCH)
        assert total - quiet.staking.pending_reward(validator) in range(MINIMUM // SCALE + 2)
    for _ in range(20):  # each is far below what one division can hand out
        quiet.staking.notify_reward(100, sender=quiet.notifier)
        mine(EPOCH)
    assert total + 2_000 - quiet.staking.pending_reward(validator) in range(MINIMUM // SCALE + 2)


def test_notify_reward__staked_just_before__earns_nothing_at_once(quiet):
    early, late = quiet.validator("early"), quiet.actor("late")
    quiet.staking.register(100 * MINIMUM, sender=late)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    quiet.staking.unstake(100 * MINIMUM, sender=late)
    mine(EPOCH)
    assert quiet.staking.pending_reward(late) == 0
    assert EPOCH * UNIT - quiet.staking.pending_reward(early) in range(DUST)


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
    token = deploy_token(quiet.owner, quiet.owner, _bucket_caps=bucket_caps)
    staking = deployer("staking/Staking").deploy(token, quiet.reward, quiet.pool, UNIT, UNBONDING, MIN_STREAM_BLOCKS, quiet.owner)
    staking.set_notifier(quiet.notifier, sender=quiet.owner)
    validator = str(boa.env.generate_address("validator"))
    for holder, bucket, amount in ((quiet.notifier, 0, bucket_caps[0]), (validator, 1, UNIT)):
        issuer = boa.env.generate_address("issuer")
        grant(token, issuer, bucket=bucket)
        token.mint(holder, amount, 0, sender=issuer)
        token.approve(staking, amount, sender=holder)
    staking.register(UNIT, sender=validator)
    staking.notify_reward(bucket_caps[0], sender=quiet.notifier)
    mine(MIN_STREAM_BLOCKS)
    assert bucket_caps[0] - staking.claim(validator) in range(UNIT // SCALE + 2)

"""What somebody could try against staking, each attempt played on the contracts, with what it comes to."""

from __future__ import annotations

import random
from typing import Any

import boa
import pytest

from mdt.model.staking import Status
from tests.support.boa_clock import block_number, mine
from tests.support.staking import EPOCH, FOR_EVER, MINIMUM, MONTH, OWN, UNBONDING, UNIT, VALUES, StakingSuite, deploy_suite, unbond

DAY = 86_400
TABLE_WAIT = 31 * DAY
REWARD = 2 * UNIT  # what a block pays


@pytest.fixture
def suite() -> StakingSuite:
    """Without block rewards: what is notified is all there is to earn."""
    return deploy_suite(is_recipient=False)


def slash(suite: StakingSuite, number: int, bps: int, slash_id: int = 0, offence: int = 0) -> int:
    """As the slasher."""
    return int(suite.staking.slash(number, offence, slash_id, bps, sender=suite.slasher))


def end(suite: StakingSuite, number: int, is_overturned: bool, offence: int = 0) -> None:
    """Final, and out of jail."""
    suite.staking.end_slash(number, offence, is_overturned, sender=suite.slasher)
    suite.staking.set_bars(number, Status.JAILED, False, sender=suite.slasher)


def tokens(suite: StakingSuite, number: int, owner: str, slot: int = 0) -> int:
    """Wei a position is worth."""
    return int(suite.staking.position(number, owner, slot).tokens)


def is_close(value: int, expected: int, wei: int = 100) -> bool:
    """Equal but for dust."""
    return abs(value - expected) <= wei


# --- payouts ---


def test_stake_just_before_a_notified_payout__one_block_of_it(suite):
    """C7, C12: of 480 tokens notified, the one who comes with nine tenths of the stake and leaves a block later gets 0.81 of one."""
    number, _ = suite.validator("validator")
    visitor = suite.delegator("visitor", number, 9 * MINIMUM)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    assert suite.pending(number, visitor) == 0
    mine(1)
    suite.staking.unstake(number, 0, FOR_EVER, sender=visitor)
    mine(EPOCH)
    assert is_close(suite.staking.claim(number, visitor, 0), UNIT * 9 // 10 * 9 // 10)


def test_stake_just_before_a_pull__one_block_of_the_backlog():
    """C7: 400 blocks, 800 tokens of backlog; the visitor gets its part of one block."""
    suite = deploy_suite()
    number, _ = suite.validator("validator")
    mine(400)
    visitor = suite.delegator("visitor", number, 9 * MINIMUM)
    assert suite.staking.pull_block_rewards(sender=visitor) >= 400 * REWARD
    mine(1)
    suite.staking.unstake(number, 0, FOR_EVER, sender=visitor)
    mine(EPOCH)
    assert is_close(suite.pending(number, visitor), REWARD * 81 // 100)


def test_unstake_and_cancel_in_a_loop__no_more_than_staying(suite):
    """C7, C32: two equal delegators, one leaves and comes back in every block and in the same block: it earns nothing extra."""
    number, _ = suite.validator("validator")
    stayer, looper = (suite.delegator(name, number, MINIMUM) for name in ("stayer", "looper"))
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    for index in range(20):
        mine(1)
        suite.staking.unstake(number, 0, FOR_EVER, sender=looper)
        suite.staking.cancel_unstake(number, 0, index, sender=looper)
    assert is_close(suite.pending(number, looper), suite.pending(number, stayer))
    assert suite.staking.position(number, looper, 0).shares == MINIMUM
    for index in range(20, 40):
        suite.staking.unstake(number, 0, FOR_EVER, sender=looper)
        mine(1)
        suite.staking.cancel_unstake(number, 0, index, sender=looper)
    assert suite.pending(number, looper) * 2 < suite.pending(number, stayer)


def test_commission_raised_in_the_payout_block__old_rate_applies(suite):
    """C28: every block is paid at the rate of its time, and an increase waits for as long as leaving takes."""
    number, operator = suite.validator("validator", commission=1_000)
    delegator = suite.delegator("delegator", number, MINIMUM)
    suite.validators.set_commission(number, 2_000, sender=operator)
    with boa.reverts("validators: too early"):
        suite.validators.apply_commission(number)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(100, seconds=UNBONDING)
    suite.validators.apply_commission(number, sender=operator)
    assert is_close(suite.staking.validator(number).commission_owed, 10 * UNIT)
    assert is_close(suite.pending(number, delegator), 45 * UNIT)
    mine(100)
    assert is_close(suite.staking.validator(number).commission_owed, 30 * UNIT)
    assert is_close(suite.pending(number, delegator), 85 * UNIT)


def test_commission_falls_and_rises_around_a_payout__rise_waits(suite):
    """C28: lured by 0%, nobody is charged more before the unbonding time is over."""
    number, operator = suite.validator("validator", commission=2_000)
    suite.validators.set_commission(number, 0, sender=operator)
    suite.validators.set_commission(number, 2_000, sender=operator)
    assert suite.staking.validator(1).commission_bps == 0
    with boa.reverts("validators: too early"):
        suite.validators.apply_commission(1)


def test_table_change__staked_just_before__earns_by_it_from_then_on_only(suite):
    """C30: what was earned before a table stays, whoever comes in front of it."""
    small, _ = suite.validator("small", MINIMUM)
    large, operator = suite.validator("large", 10 * MINIMUM)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(100, seconds=TABLE_WAIT)
    before = [suite.pending(small), suite.pending(large)]
    suite.staking.stake(large, 8, 50 * MINIMUM, 0, sender=operator)
    suite.staking.set_decay_table([*VALUES[:6], VALUES[5] + UNIT], sender=suite.owner)
    assert [suite.pending(small), suite.pending(large)] == before
    with boa.reverts("table: changed too recently"):
        suite.staking.set_decay_table(VALUES, sender=suite.owner)
    mine(100)
    gained = suite.pending(large) - before[1], suite.pending(small) - before[0]
    # 50 effective tokens against 200.6: the first kilotoken counts, the rest almost nothing
    assert gained[0] * 50 // gained[1] in range(200, 202)


# --- leaving before a slash ---


def test_exit_before_a_slash__who_was_there_pays_the_same_part(suite):
    """D1, D2, D4, Y6: asked back after the offence, unlocked or not: 10% like everybody; before it: nothing; withdrawn is out, and gets no more."""
    number, _ = suite.validator("validator")
    names = [suite.delegator(name, number, MINIMUM) for name in ("stayer", "unbonding", "before", "gone")]
    for name in names[2:]:
        suite.staking.unstake(number, 0, FOR_EVER, sender=name)
    unbond()
    assert suite.staking.withdraw(number, 0, 0, sender=names[3]) == MINIMUM
    offence = block_number()
    suite.staking.unstake(number, 0, FOR_EVER, sender=names[1])
    mine(1)
    assert slash(suite, number, 1_000) == 2 * MINIMUM // 10
    end(suite, number, False)
    assert tokens(suite, number, names[0]) == MINIMUM * 9 // 10
    for name in names[1:3]:
        suite.staking.answer_slash(number, name, 0, 0, 0, 1_000, offence, sender=suite.slasher)
    assert suite.staking.withdraw(number, 0, 0, sender=names[2]) == MINIMUM
    unbond()
    assert suite.staking.withdraw(number, 0, 0, sender=names[1]) == MINIMUM * 9 // 10
    with boa.reverts("staking: no such request"):
        suite.staking.withdraw(number, 0, 0, sender=names[3])


def test_redelegate_before_a_slash__answered_for(suite):
    """D1, D3: moved away a block before, the position pays the same 50%, taken by anyone through the slasher; own stake cannot move at all."""
    bad, operator = suite.validator("bad")
    good, _ = suite.validator("good")
    runner = suite.delegator("runner", bad, MINIMUM)
    suite.staking.redelegate(bad, 0, good, 0, FOR_EVER, sender=runner)
    with boa.reverts("staking: own stake"):
        suite.staking.redelegate(bad, 8, good, 0, FOR_EVER, sender=operator)
    mine(1)
    slash(suite, bad, 5_000)
    assert suite.staking.answer_slash(good, runner, 0, FOR_EVER, 0, 5_000, 0, sender=suite.slasher) == MINIMUM // 2
    assert tokens(suite, good, runner) == MINIMUM // 2
    assert suite.staking.restitution(suite.slasher, 0, runner) == MINIMUM // 2
    unbond(1)
    suite.staking.unstake(good, 0, FOR_EVER, sender=runner)


def test_redelegate_and_run__slash_unanswered__cannot_leave(suite):
    """D2: waiting until the time is over does not help: what happened in it is answered first."""
    bad, _ = suite.validator("bad")
    good, _ = suite.validator("good")
    runner = suite.delegator("runner", bad, MINIMUM)
    suite.staking.redelegate(bad, 0, good, 0, FOR_EVER, sender=runner)
    slash(suite, bad, 5_000)
    with boa.reverts("staking: still answerable"):
        suite.staking.unstake(good, 0, FOR_EVER, sender=runner)
    unbond(1)
    for call in (
        lambda: suite.staking.unstake(good, 0, FOR_EVER, sender=runner),
        lambda: suite.staking.redelegate(good, 0, bad, 1, FOR_EVER, sender=runner),
        lambda: suite.staking.stake(good, 0, UNIT, 0, sender=runner),
    ):
        with boa.reverts("staking: slash unanswered"):
            call()


def test_redelegate_on_and_on__refused(suite):
    """D2: A to B to C is refused while B answers for A; so is into a slot with stake, back, and by a top-up of the moved stake."""
    numbers = [suite.validator(name)[0] for name in "ABC"]
    runner = suite.delegator("runner", numbers[0], MINIMUM)
    suite.staking.stake(numbers[1], 1, UNIT, 0, sender=runner)
    with boa.reverts("staking: slot not empty"):
        suite.staking.redelegate(numbers[0], 0, numbers[1], 1, FOR_EVER, sender=runner)
    suite.staking.redelegate(numbers[0], 0, numbers[1], 0, FOR_EVER, sender=runner)
    for target in (numbers[2], numbers[0]):
        with boa.reverts("staking: still answerable"):
            suite.staking.redelegate(numbers[1], 0, target, 2, FOR_EVER, sender=runner)
    with boa.reverts("staking: still answerable"):
        suite.staking.stake(numbers[1], 0, UNIT, 0, sender=runner)
    with boa.reverts("staking: same validator"):
        suite.staking.redelegate(numbers[1], 0, numbers[1], 2, FOR_EVER, sender=runner)


def test_redelegate_into_a_slot_with_requests__cannot_be_mixed_by_cancelling(suite):
    """D2, C24: an old request does not join stake that answers for another validator, and is withdrawn as ever."""
    one, _ = suite.validator("one")
    other, _ = suite.validator("other")
    runner = suite.delegator("runner", one, MINIMUM)
    suite.staking.stake(other, 0, 2 * MINIMUM, 0, sender=runner)
    suite.staking.unstake(other, 0, FOR_EVER, sender=runner)
    suite.staking.redelegate(one, 0, other, 0, FOR_EVER, sender=runner)
    with boa.reverts("staking: still answerable"):
        suite.staking.cancel_unstake(other, 0, 0, sender=runner)
    unbond()
    assert suite.staking.withdraw(other, 0, 0, sender=runner) == 2 * MINIMUM


def test_redelegate_during_a_pending_slash__moves_what_is_left_and_is_made_whole_if_overturned(suite):
    """D14: the part in escrow stays there, in the mover's name."""
    bad, _ = suite.validator("bad")
    good, _ = suite.validator("good")
    mover = suite.delegator("mover", bad, MINIMUM)
    slash(suite, bad, 5_000)
    with boa.reverts("staking: slash pending"):
        suite.staking.stake(bad, 8, UNIT, 0, sender=suite.validators.operator_of(bad))
    assert suite.staking.redelegate(bad, 0, good, 0, FOR_EVER, sender=mover) == MINIMUM // 2
    assert suite.staking.debt(good, mover, 0).next_slash == 1, "it paid its part of that slash already"
    end(suite, bad, True)
    assert suite.staking.take_restitution(0, mover, sender=suite.slasher) == MINIMUM // 2
    assert suite.staking.validator(bad).tokens == MINIMUM


def test_dilute_a_restitution__entry_closed_while_in_escrow(suite):
    """D5, D14: nobody buys halved shares to have them doubled by the appeal."""
    number, operator = suite.validator("validator")
    visitor = suite.delegator("visitor", number, MINIMUM)
    suite.staking.unstake(number, 0, MINIMUM // 2, sender=visitor)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    slash(suite, number, 5_000)
    for call, reason in (
        (lambda: suite.staking.stake(number, 0, UNIT, 0, sender=visitor), "validator not active"),
        (lambda: suite.staking.cancel_unstake(number, 0, 0, sender=visitor), "validator not active"),
        (lambda: suite.staking.stake(number, 8, UNIT, 0, sender=operator), "slash pending"),
        (lambda: suite.staking.restake(number, 8, sender=operator), "slash pending"),
    ):
        with boa.reverts(f"staking: {reason}"):
            call()


def test_slash__front_run_by_everything__takes_its_part_and_never_reverts(suite):
    """D3, D15: exit, commission, a new owner, claims and a request just before; the slash takes 10% of what is in the pool, and of what left it."""
    number, operator = suite.validator("validator", 3 * MINIMUM)
    heir = suite.actor("heir")
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    suite.validators.set_commission(number, 0, sender=operator)
    suite.validators.propose_owner(number, heir, sender=operator)
    suite.validators.accept_owner(number, sender=heir)
    suite.validators.exit(number, sender=heir)
    suite.staking.unstake(number, 8, FOR_EVER, sender=heir)
    suite.staking.claim(number, OWN, 8)
    assert slash(suite, number, 1_000) == 0
    assert suite.staking.answer_slash(number, OWN, 8, 0, 0, 1_000, 0, sender=suite.slasher) == 3 * MINIMUM // 10
    unbond()
    assert suite.staking.withdraw(number, 8, 0, sender=heir) == 3 * MINIMUM * 9 // 10
    end(suite, number, True)
    assert suite.staking.take_restitution(0, OWN, sender=suite.slasher) == 3 * MINIMUM // 10
    assert suite.staking.validator(number).tokens == 0


def test_slash_of_an_empty_pool__nothing_taken_and_nothing_stuck(suite):
    """D3, D10: everybody has left before."""
    number, operator = suite.validator("validator")
    suite.validators.exit(number, sender=operator)
    suite.staking.unstake(number, 8, FOR_EVER, sender=operator)
    unbond()
    suite.staking.withdraw(number, 8, 0, sender=operator)
    assert slash(suite, number, 5_000) == 0
    end(suite, number, True)
    assert suite.staking.validator(number).tokens == 0


# --- pools slashed again and again ---


def test_many_slashes_to_the_smallest__closed_to_entry_open_to_exit(suite):
    """C5, D8, D11: each takes half of what remains; below a quarter of a wei per share nobody comes in; down to a wei everybody gets out."""
    number, operator = suite.validator("validator")
    delegator = suite.delegator("delegator", number, 3 * MINIMUM)
    latecomer = suite.actor("latecomer")
    remains = 4 * MINIMUM
    for index in range(80):
        if index == 2:  # a quarter is left: still open, 4 shares to the wei
            suite.staking.stake(number, 8, MINIMUM, 0, sender=operator)
            assert suite.staking.position(number, OWN, 8).shares == MINIMUM + 4 * MINIMUM
            remains += MINIMUM
        taken = slash(suite, number, 5_000, index)
        assert taken == remains // 2
        remains -= taken
        end(suite, number, False)
        if index >= 2:
            with boa.reverts("staking: pool too thin"):
                suite.staking.stake(number, 8, 10 * MINIMUM, 0, sender=operator)
    assert remains == suite.staking.validator(number).tokens == 1
    with boa.reverts("staking: validator not active"):
        suite.staking.stake(number, 0, UNIT, 0, sender=latecomer)
    suite.staking.unstake(number, 0, FOR_EVER, sender=delegator)
    suite.staking.unstake(number, 8, FOR_EVER, sender=operator)
    unbond()
    assert suite.staking.withdraw(number, 0, 0, sender=delegator) == 0
    assert suite.staking.withdraw(number, 8, 0, sender=operator) == 1
    assert suite.staking.validator(number).shares == 0
    suite.staking.stake(number, 8, MINIMUM, 0, sender=operator)  # an empty pool starts anew, a share to the wei
    assert suite.staking.validator(number).shares == MINIMUM
    assert suite.staking.validator(number).status == Status.ACTIVE


@pytest.mark.parametrize("seed", range(4))
def test_amounts_of_a_few_wei_in_a_slashed_pool__price_never_falls(suite, seed):
    """C4, C5, C34: rounding is never for who moves: no order of tiny stakes, requests and exits takes a wei from those who stay."""
    rng = random.Random(seed)
    number, _ = suite.validator("validator", 3 * MINIMUM + rng.randrange(10**6))
    victim = suite.delegator("victim", number, MINIMUM + 1)
    attacker = suite.actor("attacker")
    slash(suite, number, 3_333 + seed)
    end(suite, number, False)
    put_in = got = 0
    balance = suite.token.balanceOf(attacker)

    def price() -> tuple[int, int]:
        pool = suite.staking.validator(number)
        return pool.tokens, pool.shares

    worth, (old_tokens, old_shares) = tokens(suite, number, victim), price()
    for _ in range(40):
        amount = rng.randint(1, 5)
        what = rng.choice(["stake", "stake", "unstake", "withdraw", "cancel"])
        request = suite.staking.position(number, attacker, 0).request_count - 1
        try:
            if what == "stake":
                suite.staking.stake(number, 0, amount, 0, sender=attacker)
                put_in += amount
            elif what == "unstake":
                suite.staking.unstake(number, 0, amount, sender=attacker)
            elif what == "cancel" and request >= 0:
                suite.staking.cancel_unstake(number, 0, request, sender=attacker)
            elif request >= 0:
                unbond()
                got += suite.staking.withdraw(number, 0, request, sender=attacker)
        except boa.BoaError:
            continue
        new_tokens, new_shares = price()
        assert new_tokens * old_shares >= old_tokens * new_shares
        old_tokens, old_shares = new_tokens, new_shares
    assert tokens(suite, number, victim) >= worth
    assert suite.token.balanceOf(attacker) == balance - put_in + got
    assert got <= put_in


def test_unstake_one_wei_below_a_wei_a_share__takes_enough_shares(suite):
    """C34: at 0.6 wei a share, one wei costs two shares, rounded up; the last wei takes all that is left."""
    number, _ = suite.validator("validator", 2 * MINIMUM)
    holder = suite.delegator("holder", number, 5)
    slash(suite, number, 4_000)
    end(suite, number, False)
    assert tokens(suite, number, holder) == 3
    suite.staking.unstake(number, 0, 1, sender=holder)
    assert suite.staking.request(number, holder, 0, 0).tokens == 1
    assert suite.staking.position(number, holder, 0).shares == 3
    with boa.reverts("staking: exceeds the stake"):
        suite.staking.unstake(number, 0, 2, sender=holder)
    suite.staking.unstake(number, 0, 1, sender=holder)  # all it is worth: all its shares
    assert suite.staking.position(number, holder, 0).shares == 0
    unbond()
    assert [suite.staking.withdraw(number, 0, request, sender=holder) for request in (0, 1)] == [1, 1]


# --- inflation, caps, splitting ---


def test_donation_to_the_contract__changes_no_share_no_weight_and_no_reward(suite):
    """C3, C4: a plain transfer of any size is nobody's."""
    number, operator = suite.validator("validator")
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    before = suite.staking.validator(number), suite.staking.network(), suite.pending(number)
    suite.token.transfer(suite.staking, 10_000 * UNIT, sender=suite.actor("donor"))
    assert (suite.staking.validator(number), suite.staking.network(), suite.pending(number)) == before
    victim = suite.delegator("victim", number, 1)
    assert suite.staking.position(number, victim, 0).shares == 1
    suite.staking.stake(number, 8, UNIT, 0, sender=operator)
    assert suite.staking.validator(number).tokens == MINIMUM + UNIT + 1


def capped(suite: StakingSuite, count: int) -> list[int]:
    """Equal validators, and two readings of the network's stake."""
    numbers = [suite.validator(f"validator {index}", 10 * MINIMUM)[0] for index in range(count)]
    for _ in range(2):
        mine(1, seconds=DAY)
        suite.staking.stake(numbers[-1], 8, 1, 0, sender=suite.validators.operator_of(numbers[-1]))
    return numbers


def test_cap__holds_for_a_validator_however_many_addresses_pay(suite):
    """C20, C23: with twenty that count, nobody's pool takes more than a tenth, from the operator or from its other accounts; the last wei is exact."""
    numbers = capped(suite, 20)
    operator = suite.validators.operator_of(numbers[0])
    puppets = [suite.actor(f"puppet {index}") for index in range(3)]
    # 10,000 (V + d) <= 1,000 (T + d) with V = 1,000, T = 20,000 tokens: d = 10,000 / 9
    room = (1_000 * 200 * MINIMUM - 10_000 * 10 * MINIMUM) // 9_000
    for caller, slot in ((puppets[0], 0), (operator, 8)):
        with boa.reverts("staking: over the cap"):
            suite.staking.stake(numbers[0], slot, room + 1, 0, sender=caller)
    suite.staking.stake(numbers[0], 0, room, 0, sender=puppets[0])
    for caller, slot in ((puppets[1], 0), (operator, 8)):
        with boa.reverts("staking: over the cap"):
            suite.staking.stake(numbers[0], slot, 1, 0, sender=caller)
    # stake moved in by redelegation, and stake put back from a request, count the same
    suite.staking.stake(numbers[1], 0, UNIT, 0, sender=puppets[2])
    with boa.reverts("staking: over the cap"):
        suite.staking.redelegate(numbers[1], 0, numbers[0], 0, UNIT, sender=puppets[2])


def test_cap_crossed_by_the_exits_of_others__nobody_is_thrown_out(suite):
    """C22, C23: too large afterwards, it keeps what it has and takes no more."""
    numbers = capped(suite, 20)
    keeper = suite.actor("keeper")
    suite.staking.stake(numbers[0], 0, suite.staking.validator(numbers[0]).room, 0, sender=keeper)
    staked = suite.staking.validator(numbers[0]).tokens
    for number in numbers[1:]:
        suite.staking.unstake(number, 8, 5 * MINIMUM, sender=suite.validators.operator_of(number))
    assert suite.staking.validator(numbers[0]).tokens == staked
    assert staked * 10 > suite.staking.network().staked
    with boa.reverts("staking: over the cap"):
        suite.staking.stake(numbers[0], 0, 1, 0, sender=keeper)


def test_split_over_own_validators__gains_what_the_table_gives_and_no_more(suite):
    """C21: 400 tokens weigh 106.25 as one validator, 200 as four of the minimum: half a token per token is the most, and each needs its minimum."""
    one, _ = suite.validator("one", 4 * MINIMUM)
    parts = [suite.validator(f"part {index}")[0] for index in range(4)]
    weights = [suite.staking.validator(number).weight for number in parts]
    assert suite.staking.validator(one).weight == 106_250_000_000_000_000_000 >> 20
    assert sum(weights) <= 4 * (50 * UNIT >> 20)
    assert sum(weights) * 10_000 // suite.staking.validator(one).weight == 18_823, "1.88 times: the bound of splitting at this stake"
    with boa.reverts("staking: below the minimum"):
        suite.validators.register(MINIMUM - 1, 0, "", sender=suite.actor("smaller"))


def test_operator_delegates_to_itself__earns_as_others_do_and_counts_for_no_minimum(suite):
    """C20: slots 0-7 of the operator are a delegation like any: pays commission (to itself), has the smaller bonus, is slashed, and is no own stake."""
    number, operator = suite.validator("validator", commission=1_000)
    other = suite.delegator("other", number, MINIMUM, 12)
    suite.staking.stake(number, 0, MINIMUM, 12, sender=operator)
    suite.staking.stake(number, 8, 0, 12, sender=operator)
    assert suite.staking.position(number, operator, 0).bonus_bps == 300
    assert suite.staking.position(number, OWN, 8).bonus_bps == 600
    assert suite.staking.validator(number).own_staked == MINIMUM
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(100)
    assert is_close(suite.pending(number, operator), suite.pending(number, other))
    slash(suite, number, 1_000)
    end(suite, number, False)
    assert tokens(suite, number, operator) == tokens(suite, number, other) == tokens(suite, number, OWN, 8) == MINIMUM * 9 // 10
    assert suite.staking.validator(number).status == 0, "its own 90 are below the minimum, whatever it delegates to itself"


# --- locks ---


def test_top_up_with_a_day_left__earns_no_bonus_for_it(suite):
    """C24: 1 token for twelve months, then 999 for a day: the bonus of the whole is 3 parts of 10,000 instead of 300."""
    number, _ = suite.validator("validator")
    player = suite.delegator("player", number, UNIT, 12)
    mine(1, seconds=12 * MONTH - DAY)
    suite.staking.stake(number, 0, 999 * UNIT, 0, sender=player)
    assert suite.staking.position(number, player, 0).bonus_bps == 0
    mine(1, seconds=DAY)
    suite.staking.unstake(number, 0, FOR_EVER, sender=player)


@pytest.mark.parametrize(("left", "bonus"), [(11 * MONTH, 275), (6 * MONTH + MONTH - 1, 150), (MONTH, 25), (MONTH - 1, 0), (1, 0)])
def test_top_up_of_a_running_lock__whole_months_left(suite, left, bonus):
    """C24: rate times whole months that it is locked, never more."""
    number, _ = suite.validator("validator")
    player = suite.delegator("player", number, 1, 12)
    mine(1, seconds=12 * MONTH - left)
    suite.staking.stake(number, 0, 10**9 - 1, 0, sender=player)
    got = suite.staking.position(number, player, 0).bonus_bps
    assert got == (300 + (10**9 - 1) * bonus) // 10**9 <= max(25 * left // MONTH, 0)


def test_locking_again_and_again__never_more_than_twelve_months_and_never_sooner(suite):
    """C24: a shorter lock is refused, a new one starts from now, and the stake stays for all of it."""
    number, _ = suite.validator("validator")
    player = suite.delegator("player", number, MINIMUM, 12)
    for months in (1, 11):
        with boa.reverts("staking: shorter than the lock"):
            suite.staking.stake(number, 0, 0, months, sender=player)
    mine(1, seconds=6 * MONTH + 1)
    suite.staking.stake(number, 0, 0, 6, sender=player)
    assert suite.staking.position(number, player, 0).bonus_bps == 150, "half the time, half the bonus"
    suite.staking.stake(number, 0, 0, 12, sender=player)
    mine(1, seconds=12 * MONTH - 1)
    with boa.reverts("staking: still locked"):
        suite.staking.unstake(number, 0, 1, sender=player)
    mine(1, seconds=1)
    suite.staking.unstake(number, 0, FOR_EVER, sender=player)


def test_lock_carried_to_another_validator__same_bonus_same_end(suite):
    """C24: moving neither ends nor renews a lock; an expired one moves without its bonus."""
    one, _ = suite.validator("one")
    other, _ = suite.validator("other")
    player = suite.delegator("player", one, MINIMUM, 3)
    unlocks_at = suite.staking.position(one, player, 0).unlocks_at
    suite.staking.redelegate(one, 0, other, 0, MINIMUM // 2, sender=player)
    moved = suite.staking.position(other, player, 0)
    assert (moved.bonus_bps, moved.unlocks_at) == (75, unlocks_at)
    mine(1, seconds=3 * MONTH)
    suite.staking.redelegate(one, 0, other, 1, FOR_EVER, sender=player)
    assert suite.staking.position(other, player, 1).bonus_bps == 0


def test_lock_over__anyone_ends_it_and_it_earns_nothing_more(suite):
    """C24: the bonus of a lock that is over lasts until the next call that touches it."""
    number, _ = suite.validator("validator")
    player, twin = suite.delegator("player", number, MINIMUM, 12), suite.delegator("twin", number, MINIMUM)
    mine(1, seconds=12 * MONTH - 1)
    with boa.reverts("staking: lock not over"):
        suite.staking.end_lock(number, player, 0)
    mine(1, seconds=1)
    suite.staking.end_lock(number, player, 0, sender=suite.actor("anyone"))
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(EPOCH)
    assert is_close(suite.pending(number, player), suite.pending(number, twin))


# --- griefing ---


def others_calls(suite: StakingSuite, number: int, victim: str, slot: int) -> list[tuple[Any, str]]:
    """What a stranger could send against a victim's position, and what it is told."""
    stranger = suite.actor("stranger")
    return [
        (lambda: suite.staking.unstake(number, slot, FOR_EVER, sender=stranger), "no stake"),
        (lambda: suite.staking.unstake(number, slot, 1, sender=stranger), "no stake"),
        (lambda: suite.staking.cancel_unstake(number, slot, 0, sender=stranger), "no such request"),
        (lambda: suite.staking.withdraw(number, slot, 0, sender=stranger), "no such request"),
        (lambda: suite.staking.redelegate(number, slot, number + 1, 0, FOR_EVER, sender=stranger), "no stake"),
        (lambda: suite.staking.restake(number, slot, sender=stranger), "nothing to claim"),
        (lambda: suite.staking.stake(number, slot, 0, 12, sender=stranger), "no stake"),
        (lambda: suite.staking.end_lock(number, victim, slot, sender=stranger), "lock not over"),
        (lambda: suite.staking.answer_slash(number, victim, slot, FOR_EVER, 0, 5_000, 0, sender=stranger), "not the slasher"),
        (lambda: suite.staking.slash(number, 0, 0, 5_000, sender=stranger), "not the slasher"),
        (lambda: suite.staking.set_bars(number, 2, True, sender=stranger), "not the registry"),
        (lambda: suite.staking.set_bars(number, 4, True, sender=stranger), "not the slasher"),
        (lambda: suite.staking.set_commission(number, 0, sender=stranger), "not the registry"),
    ]


def test_others_against_a_delegation__every_call_is_about_their_own(suite):
    """C10, C11, C16, C19: no call of a stranger reaches another's stake, requests, lock or recipient."""
    number, _ = suite.validator("validator")
    suite.validator("next")
    victim = suite.delegator("victim", number, MINIMUM)
    suite.staking.unstake(number, 0, UNIT, sender=victim)
    before = suite.staking.position(number, victim, 0), suite.staking.request(number, victim, 0, 0)
    for call, reason in others_calls(suite, number, victim, 0):
        with boa.reverts(f"staking: {reason}"):
            call()
    stranger = suite.actor("another stranger")
    suite.staking.set_recipient(victim, sender=stranger)  # its own recipient: the victim
    assert suite.staking.recipient_of(victim) == OWN
    assert (suite.staking.position(number, victim, 0), suite.staking.request(number, victim, 0, 0)) == before


def test_others_against_own_stake__only_the_owner(suite):
    """C10, C14: slots 8-15 are the operator's; under the zero address' delegations there is nothing."""
    number, operator = suite.validator("validator")
    stranger = suite.actor("stranger")
    for call in (
        lambda: suite.staking.unstake(number, 8, 1, sender=stranger),
        lambda: suite.staking.withdraw(number, 8, 0, sender=stranger),
        lambda: suite.staking.cancel_unstake(number, 8, 0, sender=stranger),
        lambda: suite.staking.restake(number, 8, sender=stranger),
        lambda: suite.staking.stake(number, 8, UNIT, 0, sender=stranger),
    ):
        with boa.reverts("staking: not the owner"):
            call()
    with boa.reverts("staking: nothing to claim"):
        suite.staking.claim(number, operator, 8)
    with boa.reverts("staking: nothing to claim"):
        suite.staking.claim(number, OWN, 0)


def test_dust_requests_and_forced_claims__exit_of_another_is_as_ever(suite):
    """C12, C16, C17, C19, C29: a hundred requests of one's own, fifty claims by others: the victim loses no wei of principal or rewards."""
    number, _ = suite.validator("validator")
    victim, twin = suite.delegator("victim", number, MINIMUM), suite.delegator("twin", number, MINIMUM)
    griefer = suite.delegator("griefer", number, MINIMUM)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    for _ in range(50):
        suite.staking.unstake(number, 0, 1, sender=griefer)
        mine(1)
        suite.staking.claim(number, victim, 0, sender=griefer)
    suite.staking.unstake(number, 0, FOR_EVER, sender=victim)
    paid = suite.token.balanceOf(victim) - (20_000 * UNIT - MINIMUM)
    assert paid + suite.pending(number, victim) in (suite.pending(number, twin), suite.pending(number, twin) - 1)
    unbond()
    assert suite.staking.withdraw(number, 0, 0, sender=victim) == MINIMUM
    for request in (49, 0, 25):  # any order, whatever came before
        suite.staking.withdraw(number, 0, request, sender=griefer)


def test_old_owner_after_a_hand_over__owns_nothing_of_the_validators(suite):
    """C8: stake, requests, rewards and commission all go with the validator, once."""
    number, operator = suite.validator("validator", 3 * MINIMUM)
    heir = str(boa.env.generate_address("heir"))
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    suite.staking.unstake(number, 8, MINIMUM, sender=operator)
    suite.validators.propose_owner(number, heir, sender=operator)
    suite.validators.accept_owner(number, sender=heir)
    before = suite.token.balanceOf(operator)
    claimed = suite.staking.claim(number, OWN, 8) + suite.staking.claim_commission(number)
    unbond()
    for call in (
        lambda: suite.staking.withdraw(number, 8, 0, sender=operator),
        lambda: suite.staking.unstake(number, 8, 1, sender=operator),
    ):
        with boa.reverts("staking: not the owner"):
            call()
    assert suite.staking.withdraw(number, 8, 0, sender=heir) == MINIMUM
    assert suite.token.balanceOf(heir) == claimed + MINIMUM
    assert suite.token.balanceOf(operator) == before


# --- the end of all stake ---


def test_everybody_leaves_after_a_table_change__nothing_stays_behind_that_weighs_and_all_are_paid(suite):
    """C1, C5, C30: the surplus of a table's sums, a unit per validator, must not be all there is: rewards would raise the accumulator without bound."""
    amounts = [MINIMUM + 12_345_678_901_234_567, MINIMUM + 300_000_000_000_999_999, 2 * MINIMUM + 7_777_777_777_777_777_777]
    names = [suite.validator(f"validator {index}", amount) for index, amount in enumerate(amounts)]
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10, seconds=TABLE_WAIT)
    suite.staking.set_decay_table([value * 9 // 10 for value in VALUES], sender=suite.owner)
    assert suite.staking.network().weight == sum(suite.staking.validator(number).weight for number, _ in names) + 2
    for number, operator in names:
        suite.validators.exit(number, sender=operator)
        suite.staking.unstake(number, 8, FOR_EVER, sender=operator)
    assert suite.staking.network().weight == 0
    mine(EPOCH, seconds=UNBONDING)
    for (number, operator), amount in zip(names, amounts, strict=True):
        assert suite.staking.withdraw(number, 8, 0, sender=operator) == amount
        suite.staking.claim(number, OWN, 8)
    assert suite.staking.recycle_idle_rewards() in range((EPOCH - 10) * UNIT - 10, (EPOCH - 10) * UNIT + 1)
    assert suite.solvent()

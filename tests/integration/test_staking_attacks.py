"""What somebody could try against staking, each attempt played on the contracts, with what it comes to."""

from __future__ import annotations

from tests.support.staking import EPOCH, FOR_EVER, MINIMUM, OWN, UNBONDING, UNIT, VALUES, deploy_suite, mine

MONTHS_31 = 31 * 86_400


def test_everybody_leaves_after_a_table_change__nothing_stays_behind_that_weighs_and_all_are_paid():
    """C1, C5, C30: the surplus of a table's sums, a unit per validator, must not be all there is: rewards would raise the accumulator without bound."""
    suite = deploy_suite()
    amounts = [MINIMUM + 12_345_678_901_234_567, MINIMUM + 300_000_000_000_999_999, 2 * MINIMUM + 7_777_777_777_777_777_777]
    names = [suite.validator(f"validator {index}", amount) for index, amount in enumerate(amounts)]
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10, seconds=MONTHS_31)
    suite.staking.set_decay_table([value * 9 // 10 for value in VALUES], sender=suite.owner)
    assert suite.staking.network().weight == sum(suite.staking.validator(number).weight for number, _ in names) + 2
    for number, operator in names:
        suite.validators.exit(sender=operator)
        suite.staking.unstake(number, 8, FOR_EVER, sender=operator)
    assert suite.staking.network().weight == 0
    mine(EPOCH, seconds=UNBONDING)
    for (number, operator), amount in zip(names, amounts, strict=True):
        assert suite.staking.withdraw(number, 8, 0, sender=operator) == amount
        suite.staking.claim(number, OWN, 8)
    assert suite.staking.recycle_idle_rewards() in range((EPOCH - 10) * UNIT - 10, (EPOCH - 10) * UNIT + 1)
    assert suite.solvent()

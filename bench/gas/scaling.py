"""`python -m bench.gas.scaling`: what staking costs with few and with many delegators and validators, from real transactions.

A crowd of delegators on one validator, or of validators, is made on titanoboa; then the same calls are made by the same accounts with
the same numbers, each as its own transaction with nothing warm. The results are written to scaling.json and scaling.md.

Calldata is the same in all columns: numbers of validators and slots do not depend on the crowd, which registers and stakes after those
who are measured. What remains different is arithmetic on other numbers, which costs the same; so the figures must be equal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import boa
from boa.environment import Env

from tests.support.boa_clock import mine
from tests.support.staking import COMMISSION, FOR_EVER, MINIMUM, OWN, VALUES, deploy_suite, unbond

HERE = Path(__file__).resolve().parent
UNIT = 10**18
CALLDATA_ZERO, CALLDATA_BYTE, BASE = 4, 16, 21_000
OFFLINE = 1
# without zero bytes, which cost less as calldata
ACCOUNT, NEWCOMER = "0x" + 20 * "a1", "0x" + 20 * "b2"
AT_FIRST = 12  # validators, so that the cap is in force
OWN_STAKE = 45 * MINIMUM // 10
TABLES = (0, 1, 4, 12)  # that came into force since anybody called the pool; there is one a month at most
SETTLED = 100  # blocks
DELEGATORS = (10, 10_000)
VALIDATORS = (AT_FIRST + 10, AT_FIRST + 1_000)


class Crowd:
    """A suite with a crowd, and the accounts that are measured in it."""

    def __init__(self, delegators: int, validators: int) -> None:
        self.suite = deploy_suite()
        self.first, _ = self.suite.validator("first", OWN_STAKE)
        self.second, _ = self.suite.validator("second", OWN_STAKE)
        for index in range(2, AT_FIRST):
            self.suite.validator(f"validator {index}", OWN_STAKE)
        self.suite.staking.pull_block_rewards()
        self.suite.staking.notify_reward(400 * UNIT, sender=self.suite.notifier)
        self.account = self._actor(ACCOUNT)
        self.suite.staking.stake(self.first, 0, UNIT, 0, sender=self.account)
        for index in range(validators - AT_FIRST):
            self._register(index)
        for index in range(delegators):
            self._delegate(index)
        mine(20)
        self.suite.staking.pull_block_rewards()

    def _actor(self, account: str) -> str:
        self.suite.token.mint(account, 100 * UNIT, 0, sender=self.suite.issuer)
        self.suite.token.approve(self.suite.staking, 2**256 - 1, sender=account)
        return account

    def _register(self, index: int) -> None:
        operator = str(boa.env.generate_address(f"crowd {index}"))
        self.suite.token.mint(operator, MINIMUM, 0, sender=self.suite.issuer)
        self.suite.token.approve(self.suite.staking, MINIMUM, sender=operator)
        self.suite.validators.register(MINIMUM, COMMISSION, "", sender=operator)

    def _delegate(self, index: int) -> None:
        account = str(boa.env.generate_address(f"delegator {index}"))
        amount = UNIT // 1_000
        self.suite.token.mint(account, amount, 0, sender=self.suite.issuer)
        self.suite.token.approve(self.suite.staking, amount, sender=account)
        self.suite.staking.stake(self.first, 0, amount, 0, sender=account)

    def measure(self) -> dict[str, int]:
        """Gas of a life of one delegation beside the crowd, each call a transaction of its own."""
        suite, account, first, second = self.suite, self.account, self.first, self.second
        newcomer = self._actor(NEWCOMER)
        rows = {"stake, first of an account": self._send(newcomer, "stake", first, 0, UNIT, 0)}
        rows["stake, later"] = self._send(account, "stake", first, 0, UNIT, 0)
        rows["claim"] = self._send(account, "claim", first, account, 0)
        rows["claim of own stake"] = self._send(account, "claim", first, OWN, 8)
        rows["claim a commission"] = self._send(account, "claim_commission", first)
        rows["restake"] = self._send(account, "restake", first, 0)
        rows["unstake, first"] = self._send(account, "unstake", first, 0, UNIT // 4)
        rows["unstake, later"] = self._send(account, "unstake", first, 0, UNIT // 4)
        rows["cancel a request"] = self._send(account, "cancel_unstake", first, 0, 0)
        unbond()
        rows["withdraw"] = self._send(account, "withdraw", first, 0, 1)
        rows["redelegate"] = self._send(account, "redelegate", first, 0, second, 0, UNIT // 4)
        rows["slash"] = self._send(suite.slasher, "slash", first, OFFLINE, 0, 1_000)
        rows["answer for a slash"] = self._send(suite.slasher, "answer_slash", second, account, 0, FOR_EVER, 0, 1_000, 0)
        rows["end a slash, overturned"] = self._send(suite.slasher, "end_slash", first, OFFLINE, True)
        rows["set the decay table"] = self._set_table()
        return rows

    def measure_behind(self, tables: int) -> dict[str, int]:
        """Gas of a claim from a pool that has not seen so many tables, and of a stake with another that has not seen them either."""
        mine(SETTLED)  # the stream of block rewards is over, which the next call writes down
        self.suite.staking.stake(self.second, 1, UNIT, 0, sender=self.account)
        for number in range(tables):
            self._set_table(1 + number % 2)
        rows = {"claim": self._send(self.account, "claim", self.first, self.account, 0)}
        rows["stake, first of an account"] = self._send(self._actor(NEWCOMER), "stake", self.second, 0, UNIT, 0)
        return rows

    def _set_table(self, less: int = 1) -> int:
        mine(1, 31 * 86_400)
        return self._send(self.suite.owner, "set_decay_table", [value - less for value in VALUES])

    def _send(self, sender: str, name: str, *arguments: Any) -> int:
        """A call five blocks after the one before, as a transaction: nothing is warm, and calldata is paid for."""
        mine(5)
        boa.env.evm.vm.state.lock_changes()  # storage is cold, and what it holds is what a write is priced against
        function = getattr(self.suite.staking, name)
        function(*arguments, sender=sender)
        calldata = function.prepare_calldata(*arguments)
        paid = sum(CALLDATA_BYTE if byte else CALLDATA_ZERO for byte in calldata)
        computation = self.suite.staking._computation
        used = int(computation.get_gas_used())
        return BASE + paid + used - min(int(computation.get_gas_refund()), (BASE + paid + used) // 5)


def measure(delegators: int, validators: int) -> dict[str, int]:
    """Gas of every measured call with so many delegators on the validator, and validators in the network."""
    with boa.swap_env(Env()):
        return Crowd(delegators, validators).measure()


def measure_behind(tables: int) -> dict[str, int]:
    """Gas of calls of pools that have not seen the newest tables."""
    with boa.swap_env(Env()):
        return Crowd(0, AT_FIRST).measure_behind(tables)


def table_behind(behind: dict[str, dict[str, int]]) -> str:
    """One column for each number of tables, and what each table more costs."""
    counts = list(behind)
    lines = ["| call | " + " | ".join(f"{count} unseen" for count in counts) + " | each |", "|---|" + "---:|" * (len(counts) + 1)]
    for row in behind[counts[0]]:
        gas = [behind[count][row] for count in counts]
        each = (gas[-1] - gas[1]) // (int(counts[-1]) - int(counts[1]))
        lines.append(f"| {row} | " + " | ".join(f"{one:,}" for one in gas) + f" | {each:,} |")
    return "\n".join(lines)


def report(columns: dict[str, dict[str, int]], behind: dict[str, dict[str, int]]) -> str:
    """The page: one column a crowd, and the largest difference; and what tables that a pool has not seen cost."""
    names = list(columns)
    lines = ["| call | " + " | ".join(names) + " | difference |", "|---|" + "---:|" * (len(names) + 1)]
    for row in columns[names[0]]:
        gas = [columns[name][row] for name in names]
        lines.append(f"| {row} | " + " | ".join(f"{one:,}" for one in gas) + f" | {max(gas) - min(gas):,} |")
    return (
        "\n\n".join(
            [
                "# Gas of staking in a crowd",
                "`python -m bench.gas.scaling` writes this page: the same calls by the same accounts beside crowds of different sizes, each a\n"
                "transaction of its own with cold storage, calldata and 21,000 included.",
                "\n".join(lines),
                "The 349 are paid once, by whoever comes first: the pool that stake is moved to was among those that share the cap while there were few\n"
                "validators, and is not any more (`stake_cap.vy`).",
                "## Decay tables that a pool has not seen",
                "The first call of a pool after new tables goes through them one by one. Governance sets one a month at most, so a pool that nobody called\n"
                "for a year is 12 behind, for ten years 122 (608,170 gas). Any call that changes the pool catches up for all, such as anybody's stake. A\n"
                "claim that finds its pool up to date (0 unseen) does not read all of it.",
                table_behind(behind),
            ]
        )
        + "\n"
    )


def main() -> int:
    """Measure, write, and fail if a crowd costs anything."""
    columns = {}
    for delegators, validators in ((DELEGATORS[0], VALIDATORS[0]), (DELEGATORS[1], VALIDATORS[0]), (DELEGATORS[0], VALIDATORS[1])):
        name = f"{delegators:,} delegators, {validators:,} validators"
        print(f"{name} ...", file=sys.stderr, flush=True)
        columns[name] = measure(delegators, validators)
    print("tables that a pool has not seen ...", file=sys.stderr, flush=True)
    behind = {str(tables): measure_behind(tables) for tables in TABLES}
    (HERE / "scaling.json").write_text(json.dumps({"crowds": columns, "tables behind": behind}, indent=2) + "\n", encoding="utf-8")
    page = report(columns, behind)
    (HERE / "scaling.md").write_text(page, encoding="utf-8")
    print(page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

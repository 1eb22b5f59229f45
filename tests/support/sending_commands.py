"""Every command that sends, once, at a moment of a deployment's life when it is valid.

`life(world)` is that life: it yields each command as a `Sending`, with the chain in a state in which it goes through. Between two of them it does what the
next one needs. Whoever runs a yielded command puts everything back (`with world.anchored()`). Where the life goes on from a command (`goes_on`), it may be
run with `--json` for good and its document sent back into the generator; otherwise the life runs it itself.

A command with `--dry-run` in the tree of commands that no life yields is a red test: `tests/integration/test_sending_commands.py`.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from eth_utils.crypto import keccak
from web3.contract import Contract

from mdt.chain import localchain
from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.chains import accounts
from tests.support.commands import QuickCommands
from tests.support.forged import hand_in
from tests.support.presets import write_with_deposit
from tests.support.suite import to_block, write_data

DAY = 86_400
UNBONDING, UNBONDING_BLOCKS = 7 * DAY, 201_600
DEPLOYER, GUARDIAN, ANYBODY, PROPOSER, MOVER, OPERATOR, HOLDER = 0, 4, 5, 6, 7, 8, 9
SECOND, THIRD = 3, 2
"""Who operates validators 2 and 3; the operator of pools operates validator 1. Reporters are 1, 2 and 3, the guardian is the arbiter as well."""
METADATA, POOL_NAME = "a-validator-" * 5, "goods-" * 10
"""Long enough to put other bytes in their place in what a node answers."""
MINERS = ((7, 8_000, "0.7", "0.9"), (8, 0, "0", "0.7"), (9, 0, "0", "0.4"))
"""Test account, tasks, difficulty, score."""
BATCH = 2
"""As many accounts a claim pays at once here, so that it takes several."""
GENESIS = """
- {bucket: dao_treasury, to: Treasury, amount: 1_000_000 MDT}
- {bucket: team, to: team, amount: 300 MDT, vesting: team}
- {bucket: community, to: "%s", amount: 100_000 MDT}
"""


Life = Generator["Sending", dict[str, Any] | None, Any]


@dataclass(frozen=True)
class Sending:
    """A command that sends.

    Attributes:
        words: All of its words, group first: `("stake", "add", "1", "300 MDT", "--account", "TEST::7")`.
        transactions: How many it sends.
        sender: Whose they are, by number of the test account.
        goes_on: Whether the life goes on from what it does.
    """

    words: tuple[str, ...]
    transactions: int
    sender: int
    goes_on: bool = False

    @property
    def command(self) -> str:
        """How it is called: `stake add`."""
        return max((path for path in sending_commands() if self.words[: len(path.split())] == tuple(path.split())), key=len)


@dataclass
class World:
    """A deployment, people who hold tokens, and what the life has made so far."""

    proxy: LuxtensorProxy
    home: Path
    dollar: str = ""
    """The token that a pool is paid in."""
    _contracts: dict[str, Contract] = field(default_factory=dict)
    """By the text of their records."""

    @property
    def commands(self) -> QuickCommands:
        """The commands, in this process."""
        return QuickCommands(self.proxy, self.home)

    def run(self, sending: Sending, *more: str) -> subprocess.CompletedProcess[str]:
        """A command, with `--json` or `--dry-run` if asked for."""
        return self.commands.run(*sending.words, *more)

    def do(self, text: str) -> dict[str, Any]:
        """A command for good; its JSON document."""
        return self.commands.json(*shlex.split(text))

    def sending(self, text: str, sender: int, transactions: int = 1, *, goes_on: bool = False) -> Sending:
        """A command, signed by a test account."""
        return Sending((*shlex.split(text), "--account", f"TEST::{sender}"), transactions, sender, goes_on)

    def step(self, text: str, sender: int, transactions: int = 1) -> Life:
        """A command that the life goes on from; its document."""
        sending = self.sending(text, sender, transactions, goes_on=True)
        document = yield sending
        return document or self.commands.json(*sending.words)

    @contextmanager
    def anchored(self) -> Iterator[None]:
        """Run a block, and put chain, node and records back to where they were."""
        kept = self.home.with_name(f"{self.home.name}.kept")
        shutil.copytree(self.home, kept)
        identifier, proxy = localchain.snapshot(self.proxy.w3), self.proxy
        memory = [(name, getattr(proxy, name).copy()) for name in ("raw_sent", "_mempool", "_polls", "_failed")]
        try:
            yield
        finally:
            localchain.restore(proxy.w3, identifier)
            for name, value in memory:
                setattr(proxy, name, value)
            shutil.rmtree(self.home)
            kept.rename(self.home)

    def wait(self, seconds: int = DAY, blocks: int = 1) -> None:
        """Let time pass: the epoch stays the same unless blocks are asked for."""
        localchain.advance(self.proxy.w3, blocks, -(-seconds // blocks))

    def contract(self, name: str) -> Contract:
        """A contract of the suite as it is recorded now, past the tools that are tested. What web3 makes of a record takes long and is kept."""
        text = (self.home / "records" / f"{name}.json").read_text()
        if text not in self._contracts:
            record = json.loads(text)
            self._contracts[text] = self.proxy.w3.eth.contract(record["address"], abi=record["abi"])
        return self._contracts[text]

    def pay(self, number: int, amount: int) -> None:
        """Whole tokens from the holder to a test account."""
        self.contract("MDT").functions.transfer(self.people[number], amount * 10**18).transact({"from": self.people[HOLDER]})

    @property
    def people(self) -> list[str]:
        """The addresses of TEST::0, TEST::1, ..."""
        return [one.address for one in accounts(self.proxy.w3)]


def walk(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, by its words."""
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            yield from walk(found, (*path, name))
    if path and (not isinstance(group, click.Group) or group.invoke_without_command):
        yield " ".join(path), group


def sending_commands() -> list[str]:
    """Every command that has `--dry-run`, which is what a command that sends has."""
    from mdt.cli.main import main

    return sorted(path for path, command in walk(main) if any("--dry-run" in one.opts for one in command.params))


# --- a life ---


def deploying(world: World, folder: str = "records") -> str:
    """The command that deploys what the life is about."""
    genesis = world.home / "genesis.yaml"
    genesis.write_text(GENESIS % world.people[HOLDER])
    reporters = " ".join(f"--reporter TEST::{number}" for number in (1, 2, 3))
    people = f"--guardian TEST::{GUARDIAN} --arbiter TEST::{GUARDIAN} --proposer TEST::{PROPOSER} --pool-operator TEST::{OPERATOR} --holder team=TEST::{HOLDER}"
    return f"deploy --preset {write_with_deposit(world.home)} {people} {reporters} --genesis {genesis} --block-time '3 seconds'"


def begin(proxy: LuxtensorProxy, home: Path) -> World:
    """Deploy, and give people tokens."""
    world = World(proxy, home)
    done = world.do(f"{deploying(world)} --account TEST::{DEPLOYER}")
    world.dollar = foreign_token(world)
    to_block(proxy.w3, done["start_block"] + 5)
    for number in (ANYBODY, MOVER, OPERATOR, SECOND, THIRD):
        world.pay(number, 5_000)
    return world


def life(world: World) -> Life:
    """All commands that send, each when it is valid."""
    yield Sending((*shlex.split(deploying(world)), "--account", f"TEST::{DEPLOYER}"), 0, DEPLOYER)
    for part in (_payments, _operations, _epochs, _staking, _pools, _schedules, _markets, _vesting, _slashes):
        yield from part(world)
    return None


def executed(world: World, *operations: dict[str, Any]) -> None:
    """Wait, and have operations of the timelock executed."""
    world.wait()
    for one in operations:
        world.do(f"governance execute {one['operation']['id']} --account TEST::{ANYBODY}")


def _payments(world: World) -> Life:
    yield world.sending(f"token transfer TEST::{ANYBODY} '12.5 MDT'", HOLDER)
    yield world.sending("token burn --amount '3 MDT'", HOLDER)
    yield world.sending("token deposit-fee --kind registration --amount '2 MDT'", HOLDER, 2)
    yield from world.step("rewards pull", ANYBODY)
    world.wait(60, 20)
    yield world.sending("rewards recycle", ANYBODY)


def _operations(world: World) -> Life:
    """What the timelock schedules, cancels and executes, and what needs nothing but a deployment."""
    made = yield from world.step("governance schedule EmissionController set_delay '15 minutes'", PROPOSER)
    yield world.sending(f"governance cancel {made['operation']['id']}", GUARDIAN)
    yield world.sending("governance call EmissionController pause '6 hours'", GUARDIAN)
    yield world.sending(f"treasury spend TEST::{MOVER} '100 MDT' --purpose audit", PROPOSER)
    yield world.sending("treasury budget '200_000 MDT'", PROPOSER)
    grant = f"treasury grant TEST::{MOVER} '500 MDT' --linear '100 days' --revocable --purpose adviser"
    stream = f"treasury stream TEST::{MOVER} '1_000 MDT' --over '100 days' --purpose work"
    pool = f"token create-pool --name {POOL_NAME} --operator TEST::{OPERATOR} --initial-amount '10_000 MDT'"
    creator = f"vesting set-creator TEST::{HOLDER} on"
    start = world.proxy.w3.eth.block_number + 30_000
    relays = f"token create-schedule --recipient-type relays --recipient TEST::{ANYBODY} --amount '10 MDT' --interval-blocks 100 --start-block {start}"
    sold = f"token create-schedule --recipient-type validators --amount '1 MDT' --interval-blocks 100 --start-block {start} --funded"
    scheduled = [grant, stream, pool, creator, f"{relays} --funded", sold]
    operations = []
    for text in scheduled:
        operations.append((yield from world.step(text, PROPOSER)))
    yield world.sending("token set-fee --kind registration --burn '25%'", PROPOSER)
    yield world.sending(f"deploy replace FeeDesk --preset {write_with_deposit(world.home)}", PROPOSER, 2)
    minter = f"[TEST::{HOLDER}, community, airdrop, '1_000 MDT', '700 MDT', '1 day']"
    batch = world.home / "batch.yaml"
    batch.write_text(
        f"- {{contract: MDT, function: propose_minter, arguments: {minter}}}\n"
        f"- {{contract: FeeDesk, function: transfer_ownership, arguments: [TEST::{ANYBODY}]}}\n"
    )
    operations.append(world.do(f"governance schedule --file {batch} --account TEST::{PROPOSER}"))
    operations.append(world.do(f"governance schedule Slasher set_slasher_role TEST::{ANYBODY} true --account TEST::{PROPOSER}"))
    world.wait()
    yield world.sending(f"governance execute {operations[-2]['operation']['id']}", ANYBODY)
    executed(world, *operations)
    for call in ("accept_ownership", "transfer_ownership Timelock"):
        world.do(f"governance call FeeDesk {call} --account TEST::{ANYBODY}")
    yield world.sending("governance accept FeeDesk", ANYBODY)
    grants = world.do(f"governance schedule MDT grant_minter TEST::{HOLDER} --account TEST::{PROPOSER}")
    world.wait(13 * DAY)  # with the day that comes, what the token asks for; later than 14 days after it was ready, the operation has expired
    executed(world, grants)
    yield world.sending(f"token mint --amount '60 MDT' --reason airdrop --recipient TEST::{MOVER}", HOLDER)


def _epochs(world: World) -> Life:
    data, bundles = world.home / "data", f"--bundles {world.home / 'bundles'}"
    status = world.do("epoch status")
    to_block(world.proxy.w3, status["deadline_block"] + 1)
    yield from world.step("epoch skip", ANYBODY)
    status = world.do("epoch status")
    miners = {world.people[number]: (tasks, difficulty, score) for number, tasks, difficulty, score in MINERS}
    write_data(data, {status["next_epoch"]: (miners, 9, 10)})
    to_block(world.proxy.w3, status["end_block"])
    made = world.do(f"epoch report {data} {bundles}")
    published = hand_in(world.proxy.w3, world.home / "records", Path(made["bundle"]), 1, 2)
    yield from world.step(f"epoch refute --leaves {published} {bundles}", ANYBODY)
    world.do(f"epoch report {data} {bundles}")
    for number in (1, 2):
        world.do(f"epoch attest --account TEST::{number} {bundles}")
    yield from world.step(f"epoch submit {bundles}", ANYBODY)
    yield world.sending("epoch cancel", GUARDIAN)
    for number in (1, 2):
        world.do(f"epoch attest --void --account TEST::{number} {bundles}")
    yield world.sending(f"epoch void {bundles}", ANYBODY)
    world.wait(1_000)
    yield from world.step("epoch settle", ANYBODY)
    yield world.sending(f"rewards claim --all {bundles}", ANYBODY, -(-len(MINERS) // BATCH))
    yield world.sending(f"rewards claim {world.people[MOVER]} TEST::{MOVER} {world.people[MOVER].lower()} {bundles}", ANYBODY)
    yield from _challenges(world, miners, bundles)


def _challenges(world: World, miners: dict[str, Any], bundles: str) -> Life:
    """The next epoch's report, whose leaves are asked for, and which is given up in the end."""
    data, status = world.home / "asked", world.do("epoch status")
    write_data(data, {status["next_epoch"]: (miners, 9, 10)})
    to_block(world.proxy.w3, max(status["end_block"], world.proxy.w3.eth.block_number))
    world.do(f"epoch report {data} {bundles}")
    for number in (1, 2):
        world.do(f"epoch attest --account TEST::{number} {bundles}")
    world.do(f"epoch submit --account TEST::{ANYBODY} {bundles}")
    yield from world.step(f"epoch challenge {bundles}", ANYBODY, 2)
    yield world.sending(f"epoch answer {bundles}", MOVER)
    digest = world.do("epoch challenges")["digest"]
    world.wait(1_000)
    yield world.sending("epoch discard", MOVER)
    world.do(f"epoch cancel --account TEST::{GUARDIAN}")
    yield world.sending(f"epoch return-bonds {digest}", MOVER)


def _staking(world: World) -> Life:
    yield from world.step(f"validator register '500 MDT' --commission 5% --metadata {METADATA}", OPERATOR, 3)
    for number, share in ((SECOND, "10%"), (THIRD, "10%")):
        world.do(f"validator register '500 MDT' --commission {share} --account TEST::{number}")
    mine = f"--account TEST::{MOVER}"
    yield from world.step("stake add 1 '300 MDT' --slot 1 --months 1", MOVER, 2)
    world.do(f"stake add 2 '400 MDT' {mine}")
    yield world.sending("stake extend 1 --slot 1 --months 2", MOVER)
    world.do(f"rewards pull --account TEST::{ANYBODY}")
    world.wait(60, 20)
    yield world.sending("stake restake 2", MOVER)
    yield world.sending(f"stake claim --for TEST::{MOVER}", ANYBODY, 2)
    yield world.sending(f"stake recipient TEST::{HOLDER}", MOVER)
    yield world.sending("stake move 2 1 '100 MDT' --slot 2", MOVER)
    yield from world.step("stake unstake 2 '50 MDT'", MOVER)
    yield world.sending("stake cancel 2 0", MOVER)
    yield world.sending("validator claim-commission 1", ANYBODY)
    yield world.sending("validator metadata 1 'second thoughts'", OPERATOR)
    yield from world.step("validator limit 1 '5_000 MDT'", OPERATOR)
    yield from world.step("validator commission set 1 7.5%", OPERATOR)
    yield world.sending(f"validator operator 1 TEST::{HOLDER}", OPERATOR)
    yield from world.step(f"validator vote-key propose 1 TEST::{HOLDER}", OPERATOR)
    yield world.sending("validator vote-key accept 1", HOLDER)
    yield from world.step(f"validator owner propose 1 TEST::{HOLDER}", OPERATOR)
    yield world.sending("validator owner accept 1", HOLDER)
    yield from world.step("validator exit 3", THIRD)
    world.wait(DAY)
    yield from world.step("validator rejoin 3", THIRD)
    world.wait(UNBONDING, UNBONDING_BLOCKS)
    yield world.sending("stake withdraw", MOVER)
    yield world.sending("validator commission apply 1", ANYBODY)
    world.wait(24 * DAY)
    yield world.sending(f"stake end-lock 1 --slot 1 --for TEST::{MOVER}", ANYBODY)


def _pools(world: World) -> Life:
    goods, propose = "--pool-id 1", f"--account TEST::{PROPOSER}"
    yield world.sending(f"token replenish-pool {goods} --amount '7 MDT'", HOLDER, 2)
    yield world.sending(f"token set-operator {goods} --operator TEST::{HOLDER}", PROPOSER)
    yield world.sending(f"token close-pool {goods}", PROPOSER)
    refilled = f"token create-schedule --recipient-type marketplace {goods} --amount '5 MDT' --interval-blocks 100 --funded"
    made = world.do(f"{refilled} --start-block {world.proxy.w3.eth.block_number + 30_000} {propose}")
    executed(world, made)
    sale = f"token set-sale {goods} --payment-token {world.dollar} --price 0.25 --min-price 0.2 --max-price 0.5"
    refill = f"token set-refill {goods} --threshold '20_000 MDT' --schedule-id 3"
    operations = []
    for text in (f"{sale} --max-per-purchase 1_000 --max-per-day 1_500", refill):
        operations.append((yield from world.step(text, PROPOSER)))
    executed(world, *operations)
    yield world.sending(f"token buy {goods} --amount 100", MOVER, 2)
    yield world.sending(f"token set-price {goods} --price 0.3", OPERATOR)
    yield from world.step(f"token allocate {goods} --buyer TEST::{MOVER} --amount 50 --expires '1 hour'", OPERATOR)
    yield world.sending("token release 1", OPERATOR)
    yield world.sending("token cancel 1", OPERATOR)
    world.wait(3_600)
    yield world.sending("token expire 1", ANYBODY)


def _schedules(world: World) -> Life:
    yield from world.step("token fund-schedule --schedule-id 1 --amount '35 MDT'", HOLDER, 2)
    world.do(f"token fund-schedule --schedule-id 3 --amount '35 MDT' --account TEST::{HOLDER}")
    to_block(world.proxy.w3, world.proxy.w3.eth.block_number + 31_000)
    yield world.sending("token process-inflation", ANYBODY, 2)
    yield world.sending("token top-up --pool-id 1", ANYBODY)
    yield world.sending("token change-schedule --schedule-id 1 --amount '11 MDT' --interval-blocks 200", PROPOSER)
    yield world.sending("token cancel-schedule --schedule-id 1", PROPOSER)
    executed(world, (yield from world.step("token pause-schedule --schedule-id 2", PROPOSER)))
    yield world.sending("token resume-schedule --schedule-id 2", PROPOSER)


def _markets(world: World) -> Life:
    """A market for the dollar: made, opened, traded in, its fees announced, and left."""
    yield from world.step(f"market open usdx --token {world.dollar} --symbol USDX --decimals 6 --protocol 10%", ANYBODY)
    yield from world.step("market add usdx '1_000 MDT' '250 USDX'", MOVER, 3)
    yield world.sending("market swap usdx --pay '10 USDX'", MOVER, 2)
    yield from world.step("market swap usdx --buy '5 USDX'", MOVER, 2)
    yield world.sending("market add usdx '20 MDT' --one-sided", MOVER, 2)
    yield world.sending("market add usdx '20 MDT'", MOVER, 2 + 1)
    yield from world.step("market collect usdx", ANYBODY)
    world.contract("MDT").functions.transfer(world.contract("markets/usdx").address, 10**18).transact({"from": world.people[HOLDER]})
    yield world.sending("market sweep usdx --token MDT", PROPOSER)
    executed(world, (yield from world.step("market announce-fees usdx --fee 0.5% --protocol-to burn", PROPOSER)))
    yield world.sending("market withdraw-fees usdx", PROPOSER)
    world.wait(7 * DAY)
    yield from world.step("market apply-fees usdx", ANYBODY)
    yield world.sending("market remove usdx 50%", MOVER)


def _vesting(world: World) -> Life:
    """The mover has a schedule that can be revoked and one that cannot."""
    yield world.sending(f"vesting create TEST::{ANYBODY} '10 MDT' --linear '100 days'", HOLDER, 2)
    world.wait(20 * DAY)
    yield world.sending(f"vesting claim 1 --amount '2 MDT' --for TEST::{MOVER}", ANYBODY)
    yield world.sending("vesting renounce 1", MOVER)
    yield world.sending(f"vesting revoke TEST::{MOVER} 0", PROPOSER)
    yield world.sending(f"vesting renounce-revocation TEST::{MOVER} 0", PROPOSER)
    yield from world.step(f"vesting propose 1 TEST::{HOLDER}", MOVER)
    yield world.sending(f"vesting accept TEST::{MOVER} 1", HOLDER)


def _slashes(world: World) -> Life:
    mine = f"--account TEST::{MOVER}"
    world.do(f"stake move 2 1 '100 MDT' --slot 2 {mine}")
    yield from world.step(f"slash prove {_votes(world, 1)}", ANYBODY)
    world.do(f"slash prove {_votes(world, 9)} --account TEST::{ANYBODY}")
    yield from world.step(f"slash answer 1 --slot 2 --for TEST::{MOVER}", ANYBODY)
    reasons = world.home / "reasons.txt"
    reasons.write_text("the second machine was stolen\n")
    yield from world.step(f"slash appeal 0 {reasons}", SECOND)
    yield world.sending("slash uphold 0", GUARDIAN)
    yield from world.step("slash overturn 0", GUARDIAN)
    yield world.sending(f"slash restitution 0 --for TEST::{MOVER}", ANYBODY)
    yield from world.step("slash registered 2", ANYBODY)
    yield world.sending(f"slash announce 3 no-reveal {world.proxy.w3.eth.block_number - 1} {reasons}", ANYBODY)
    yield from _liveness(world)


def _votes(world: World, back: int) -> str:
    """Files of two votes of validator 2 for one height, so many blocks ago."""
    height, paths = world.proxy.w3.eth.block_number - back, [world.home / f"vote-{back}-{number}.json" for number in (1, 2)]
    for number, path in enumerate(paths):
        world.do(f"slash vote {height} 0x{keccak(text=f'block {number}').hex()} --out {path} --account TEST::{SECOND}")
    return " ".join(map(str, paths))


def _liveness(world: World) -> Life:
    """Validator 3 was offline."""
    status = world.do("epoch status")
    path, folder = world.home / "liveness.json", world.home / "liveness"
    entries = [{"validator_id": 3, "missed_blocks": 120, "missed_reveals": 0}]
    path.write_text(json.dumps({"epoch": status["current_epoch"] - 1, "entries": entries}))
    for number in (1, 2):
        world.do(f"slash sign-liveness {path} --signatures {folder} --account TEST::{number}")
    yield from world.step(f"slash report-liveness {path} --signatures {folder}", ANYBODY)
    yield from world.step("slash liveness 3 offline", ANYBODY)
    yield world.sending("slash void 2", GUARDIAN)
    world.wait(DAY)
    yield from world.step("slash open 2", ANYBODY)
    world.wait(4 * DAY)
    yield from world.step("slash execute 2", ANYBODY)
    world.wait(7 * DAY)
    yield from world.step("validator unjail 3", THIRD)
    world.do(f"validator exit 3 --account TEST::{THIRD}")
    world.do(f"slash execute 1 --account TEST::{ANYBODY}")
    world.wait(UNBONDING, UNBONDING_BLOCKS)
    yield world.sending("validator deposit withdraw 3", THIRD)
    yield world.sending("validator deposit forfeit 2", ANYBODY)


def foreign_token(world: World) -> str:
    """A token of six decimals, of which the mover has 1,000; its address. It is made of the very code that the suite's own was deployed with."""
    w3, record, maker = world.proxy.w3, json.loads((world.home / "records" / "MDT.json").read_text()), {"from": world.people[HOLDER]}
    initcode = w3.eth.get_transaction(record["tx_hash"])["input"].hex().removesuffix(record["constructor_encoded"].removeprefix("0x"))
    made = w3.eth.contract(abi=record["abi"], bytecode=initcode)
    created = made.constructor("Dollar", "USDX", 6, [10**12, 0, 0, 0, 0], 14 * DAY, maker["from"], maker["from"]).transact(maker)
    token = w3.eth.contract(w3.eth.wait_for_transaction_receipt(created)["contractAddress"], abi=record["abi"])
    token.functions.propose_minter(maker["from"], 0, 1, 10**12, 10**12, DAY).transact(maker)
    token.functions.grant_minter(maker["from"]).transact(maker)
    token.functions.mint(world.people[MOVER], 1_000 * 10**6, 0).transact(maker)
    return str(token.address)

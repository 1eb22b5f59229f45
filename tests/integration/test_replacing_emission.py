"""`deploy replace` for what creates and hands out tokens, told by commands: every epoch and every block is paid once, by its own era (X5)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from mdt.chain import localchain
from mdt.names import SOURCES
from mdt.suite.records import Folder
from tests.support.commands import QuickCommands
from tests.support.sending_commands import ANYBODY, DAY, PROPOSER, World, begin
from tests.support.suite import to_block, write_data


@pytest.fixture(scope="module")
def deployed(proxy, tmp_path_factory) -> World:
    """A deployment, with people who hold tokens."""
    home = tmp_path_factory.mktemp("replacing") / "home"
    home.mkdir()
    proxy.pending_polls = 0
    return begin(proxy, home)


class Life:
    """A deployment whose epochs are reported, and the command that replaces something of it."""

    def __init__(self, world: World) -> None:
        self.world, self.said = world, list[str]()
        self.bundles = f"--bundles {world.home / 'bundles'}"

    def report(self) -> int:
        """Measure the next epoch, have it signed and hand it in; its number."""
        world, status = self.world, self.world.do("epoch status")
        epoch = int(status["next_epoch"])
        write_data(world.home / "data", {epoch: ({world.people[8]: (8_000, "0.7", "0.9"), world.people[9]: (900, "0.2", "0.5")}, 9, 10)})
        to_block(world.proxy.w3, status["end_block"])
        world.do(f"epoch report {world.home / 'data'} {self.bundles}")
        for number in (1, 2):
            world.do(f"epoch attest --account TEST::{number} {self.bundles}")
        world.do(f"epoch submit --account TEST::{ANYBODY} {self.bundles}")
        return epoch

    def settle(self) -> None:
        self.world.wait(1_000)
        self.world.do(f"epoch settle --account TEST::{ANYBODY}")

    def run(self, contract: str) -> dict:
        return self.world.do(f"deploy replace {contract} --preset {self.world.home / 'deposits.yaml'} --account TEST::{PROPOSER}")

    def replace(self, contract: str, most: int = 30) -> None:
        """Days apart, in a few blocks each, so that no epoch ends meanwhile."""
        for _ in range(most):
            done = self.run(contract)
            self.said += [f"{one['stage']}: {one['state']}" for one in done["stages"]]
            if done["is_replaced"]:
                return
            self.world.wait(3 * DAY)
        raise AssertionError(done)

    def call(self, contract: str, function: str, *arguments):
        return getattr(self.world.contract(contract).functions, function)(*arguments).call()

    def send(self, function) -> None:
        """A call of the holder's, mined and not refused."""
        w3 = self.world.proxy.w3
        assert w3.eth.wait_for_transaction_receipt(function.transact({"from": self.world.people[9]}))["status"] == 1

    def earlier(self, contract: str):
        record = Folder(Path(self.world.home) / "records").find_replaced(contract, 1)
        assert record is not None
        return self.world.proxy.w3.eth.contract(record.address, abi=record.abi)

    def record(self, epoch: int):
        return self.call("EmissionController", "epoch_record", epoch)

    def verify(self) -> None:
        """No difference, and every token is held by a contract of then or now, or by one of the people."""
        records = Folder(Path(self.world.home) / "records")
        entries = records.load_network().replaced
        holders = {*self.world.people, *(records.find(name).address for name in SOURCES), *(entry["address"] for entry in entries)}
        assert sum(self.call("MDT", "balanceOf", one) for one in holders) == self.call("MDT", "totalSupply")
        document = self.world.do(f"deploy verify --preset {self.world.home / 'deposits.yaml'}")
        assert document["differences"] == []
        assert document["ok"] is True


@pytest.fixture
def life(deployed):
    with deployed.anchored():
        yield Life(deployed)


def test_replace__controller__the_next_epoch_is_the_new_ones_and_none_is_lost(life):
    first = life.report()
    life.settle()
    old = life.world.contract("EmissionController")
    held, era = old.functions.next_epoch().call(), old.functions.INTERVAL_BLOCKS().call() // old.functions.EPOCH_BLOCKS().call()
    epochs = (held, held + 1, era - 1, era, 2 * era + 1)

    def amounts(controller):
        """What epochs of three eras would pay; an origin of its own would move the eras."""
        return [tuple(controller.functions.preview(epoch, 8_900, 7 * 10**17, 9 * 10**17).call()) for epoch in epochs]

    before = amounts(old)
    life.replace("EmissionController")
    new = life.world.contract("EmissionController")
    assert new.address != old.address
    assert (new.functions.next_epoch().call(), new.functions.PREDECESSOR().call()) == (held, old.address)
    assert new.functions.START_BLOCK().call() == old.functions.START_BLOCK().call()
    assert new.functions.epoch_record(first).call() == old.functions.epoch_record(first).call()
    assert amounts(new) == before
    assert before[2][1] == 2 * before[3][1]
    life.verify()
    second = life.report()
    assert second == held
    life.settle()
    assert new.functions.next_epoch().call() == second + 1
    assert life.call("RewardDistributor", "total_funded") > 0
    claimed = life.world.do(f"rewards claim --all {life.bundles} --account TEST::{ANYBODY}")
    assert int(claimed["amount"]) == life.call("RewardDistributor", "total_funded")
    life.verify()


def test_replace__controller_while_a_report_is_pending__waits_and_settles_it(life):
    """Anyone chooses the moment of an execution: the operation itself refuses, so that no epoch is orphaned."""
    life.run("EmissionController")  # made, and its minter proposed
    life.world.wait(3 * DAY)
    life.run("EmissionController")
    life.world.wait(14 * DAY)
    epoch = life.report()
    (waiting,) = [one for one in life.run("EmissionController")["stages"] if one["state"] == "waiting"]
    assert f"the report of epoch {epoch} is pending" in waiting["words"]
    operations = life.world.do("governance pending")["operations"]
    for one in [one for one in operations if one["state"] == "ready"]:
        assert any("takeover: report pending" in line for line in life.world.do(f"governance show {one['id']}")["warnings"])
        life.world.commands.error(*shlex.split(f"governance execute {one['id']} --account TEST::{ANYBODY}"))
    life.replace("EmissionController")
    assert "nothing pending: sent" in life.said
    assert life.call("EmissionController", "next_epoch") == epoch + 1
    life.verify()


def test_replace__parameter_voted_while_the_minter_waits__is_not_undone_by_the_replacement(life):
    """Two weeks lie between the proposal of the new minter and the operation that names it: the new controller has what was in force before."""
    world = life.world
    life.run("EmissionController")
    world.wait(3 * DAY)
    life.run("EmissionController")
    voted = world.do(f"governance schedule EmissionController set_delay '15 minutes' --account TEST::{PROPOSER}")["operation"]["id"]
    world.wait(3 * DAY)
    world.do(f"governance execute {voted} --account TEST::{ANYBODY}")
    words = ("deploy", "replace", "EmissionController", "--preset", str(world.home / "deposits.yaml"), "--account", f"TEST::{PROPOSER}")
    assert "was made with other values than are in force by now" in world.commands.error(*words)
    for one in world.do("governance pending")["operations"]:
        world.do(f"governance cancel {one['id']} --account TEST::{PROPOSER}")
    world.do(f"{' '.join(words)} --anew")
    life.replace("EmissionController")
    assert life.call("EmissionController", "delay") == 900
    life.verify()


def test_replace__recycling_pool__what_it_holds_is_spent_by_the_next_epoch(life):
    world = life.world
    life.send(world.contract("MDT").functions.approve(world.contract("RecyclingPool").address, 10**20))
    life.send(world.contract("RecyclingPool").functions.recycle(10**19, 1))
    life.replace("RecyclingPool")
    old, new = life.earlier("RecyclingPool"), world.contract("RecyclingPool")
    assert (old.functions.available().call(), new.functions.available().call()) == (0, 10**19)
    life.send(old.functions.recycle(10**18, 1))  # whoever knows the old address loses nothing
    life.send(new.functions.absorb())
    assert new.functions.available().call() == 10**19 + 10**18
    life.verify()
    life.report()
    life.settle()
    assert new.functions.available().call() == 0
    assert life.call("EmissionController", "total_recycled") == 10**19 + 10**18
    life.verify()


def test_replace__distributor__old_claims_stay_open_and_a_new_ledger_begins(life):
    life.report()
    life.settle()
    old = life.world.contract("RewardDistributor")
    owed = old.functions.total_funded().call()
    life.replace("RewardDistributor")
    life.verify()
    assert life.call("RewardDistributor", "total_funded") == 0
    life.report()
    life.settle()
    funded = life.call("RewardDistributor", "total_funded")
    claimed = life.world.do(f"rewards claim --all {life.bundles} --account TEST::{ANYBODY}")
    assert int(claimed["amount"]) == funded > 0
    claimed = life.world.do(f"rewards claim --all --distributor {old.address} {life.bundles} --account TEST::{ANYBODY}")
    assert int(claimed["amount"]) == owed > 0
    assert (old.functions.unclaimed().call(), life.call("RewardDistributor", "unclaimed")) == (0, 0)
    life.verify()


def test_replace__block_reward__every_block_is_paid_once(life):
    world, old = life.world, life.world.contract("BlockReward")
    for _ in range(3):
        localchain.advance(world.proxy.w3, 50, 3)
        world.do(f"rewards pull --account TEST::{ANYBODY}")
    life.replace("BlockReward")
    new = world.contract("BlockReward")
    assert new.functions.released_before().call() == old.functions.total_released().call()
    localchain.advance(world.proxy.w3, 50, 3)
    world.do(f"rewards pull --account TEST::{ANYBODY}")
    through = world.proxy.w3.eth.block_number
    released = old.functions.total_released().call() + new.functions.total_released().call()
    assert released == new.functions.scheduled_through(through).call() == old.functions.scheduled_through(through).call()
    assert life.call("MDT", "minted_by_reason", 1) == released
    life.verify()


def test_replace__root_audit__a_new_controller_listens_to_it(life):
    life.report()
    life.settle()
    life.replace("RootAudit")
    assert life.call("EmissionController", "ROOT_AUDIT") == life.world.contract("RootAudit").address != life.earlier("RootAudit").address
    life.verify()
    life.report()
    life.settle()
    life.verify()


def test_commands__replace__texts_say_what_is_left(life):
    commands, preset = QuickCommands(life.world.proxy, life.world.home), life.world.home / "deposits.yaml"
    assert "Staking cannot be replaced" in commands.error(*shlex.split(f"deploy replace Staking --preset {preset} --account TEST::{PROPOSER}"))
    text = commands.run(*shlex.split(f"deploy replace FeeDesk --preset {preset} --account TEST::{PROPOSER} --dry-run")).stdout
    assert "create FeeDesk(token=MDT, recycling_pool=RecyclingPool," in text
    assert "terms=[{burn_bps: 100%, least: 1 MDT, is_to_treasury: false}," in text
    assert "planned  make FeeDesk" in text
    assert "nothing was sent" in text
    made = life.run("FeeDesk")
    assert [one["gas_used"] for one in made["stages"] if one["tx_hash"]] == [one["gas_used"] for one in made["transactions"]]

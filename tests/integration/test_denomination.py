"""A deployment of a token of another symbol and 12 decimals: what the chain answers, and the unit in which every command reads and writes."""

from __future__ import annotations

import re
import shutil

import pytest
from web3 import Web3

from mdt.chain import connecting
from mdt.chain.transactions import Chain
from mdt.errors import DeploymentError
from mdt.preset.settings import load
from mdt.suite.opened import open_suite
from mdt.suite.records import Folder
from tests.luxtensor.proxy import CHAIN_ID
from tests.support.chains import accounts
from tests.support.commands import QuickCommands
from tests.support.presets import write_preset
from tests.support.suite import FAST

DCHAT = 10**12
IN_MDT = re.compile(r"[0-9] MDT\b")
HOLDER, OTHER = "TEST::5", "TEST::6"
GENESIS = '- {bucket: community, to: "%s", amount: 500_000_000 DCHAT}\n- {bucket: team, to: team, amount: 300 DCHAT, vesting: team}\n'


@pytest.fixture(scope="module")
def commands(proxy, people, tmp_path_factory):
    """The suite of a preset whose token is DCHAT, deployed by the command, with a genesis and holders' parts in DCHAT."""
    commands = QuickCommands(proxy, tmp_path_factory.mktemp("commands"))
    commands.preset = str(write_preset(commands.home, "DCHAT", 12))
    genesis, holders = commands.home / "genesis.yaml", commands.home / "holders.yaml"
    genesis.write_text(GENESIS % people[5])
    holders.write_text(f'team: [{{to: "{people[9]}", amount: 100 DCHAT}}, {{to: "{people[7]}", amount: 200 DCHAT}}]\n')
    reporters = [part for number in (2, 3, 4) for part in ("--reporter", f"TEST::{number}")]
    named = ["--guardian", "TEST::4", "--proposer", "TEST::4", "--arbiter", "TEST::0", *reporters, "--genesis", str(genesis), "--holders", str(holders)]
    arguments = ["deploy", "--account", "TEST::1", "--preset", commands.preset, *named, "--block-time", "3 seconds"]
    commands.dry = commands.run(*arguments, "--dry-run").stdout
    commands.deployed = commands.json(*arguments)
    return commands


def chain_of(commands) -> Chain:
    return connecting.chain_of(Web3(Web3.HTTPProvider(commands.proxy.url)), CHAIN_ID, FAST)


def test_deploy__other_token__the_chain_answers_its_symbol_and_decimals(commands):
    suite = open_suite(chain_of(commands), Folder(commands.home / "records"))
    token = suite["MDT"]
    assert (token.call("symbol"), token.call("decimals")) == ("DCHAT", 12)
    assert token.call("cap") == 21 * 10**12 * DCHAT
    assert suite["Vesting"].call("schedules", accounts(commands.proxy.w3)[9].address, 0, 32)[0].amount == 100 * DCHAT


def test_deploy__other_token__speaks_of_it_and_of_nothing_else(commands):
    assert not IN_MDT.search(commands.dry)
    assert "500,000,000 DCHAT out of community" in commands.dry
    assert "200 DCHAT out of team to team 2" in commands.dry
    assert commands.deployed["schedule"]["block reward, all eras"] == "4,202,746,875,000 DCHAT of a channel of 4,202,746,875,000 DCHAT"
    cost = commands.dry[commands.dry.index("still to pay") :].splitlines()[0]
    assert "the deployer has 999,9" in cost or "the deployer has 1,000,000" in cost, f"the native coin has 18 decimals: {cost}"


def test_verify__other_token__compares_in_its_unit(commands):
    shown = commands.run("deploy", "verify", "--all", "--preset", commands.preset).stdout
    assert "schedule of team 2: 200 DCHAT on terms team" in shown
    assert "bucket community: genesis 500,000,000 DCHAT, minted 500,000,000 DCHAT of 1,260,000,000,000 DCHAT" in shown
    assert not IN_MDT.search(shown)


def test_open_suite__other_token__puts_its_unit_in_force(commands):
    folder = Folder(commands.home / "records")
    assert folder.denomination() == ("DCHAT", 12)
    assert open_suite(chain_of(commands), folder).unit.format(DCHAT) == "1 DCHAT"


def test_open_suite__record_without_decimals__is_refused(commands, tmp_path):
    shutil.copytree(commands.home / "records", tmp_path / "records")
    path = tmp_path / "records" / "MDT.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"_decimals"', '"_other"'), encoding="utf-8")
    with pytest.raises(DeploymentError, match="the record of MDT has no constructor argument _decimals: it was made by another version"):
        open_suite(chain_of(commands), Folder(tmp_path / "records"))


def test_folder__nothing_recorded__has_no_unit(tmp_path):
    assert Folder(tmp_path).denomination() is None


def test_token_commands__amounts__are_read_and_shown_in_the_tokens_unit(commands, people):
    sent = commands.run("token", "transfer", people[6], "12.5 DCHAT", "--account", HOLDER).stdout
    assert "12.5 DCHAT" in sent
    assert commands.json("token", "balance", OTHER)["balance"] == str(12_500_000_000_000)
    assert "12.5 DCHAT" in commands.run("token", "balance", OTHER).stdout
    assert "21,000,000,000,000 DCHAT" in commands.run("token", "stats").stdout


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("5 MDT", "'5 MDT' has the unit 'MDT'; write an amount such as '12.5 DCHAT' or '25 wei'"),
        ("0.0000000000001", "'0.0000000000001' has more than 12 decimals"),
        ("600_000_000", "holds 4"),
    ],
)
def test_token_transfer__amount_of_another_token_or_too_much__is_refused(commands, people, amount, reason):
    assert reason in commands.error("token", "transfer", people[6], amount, "--account", HOLDER)


def test_staking_commands__amount_read_before_the_suite_is_opened__is_in_the_tokens_unit(commands):
    """`stake add` reads its amount first: the session has to know the unit by then."""
    assert "99,999,999 DCHAT is below the least a validator stakes, 100,000,000 DCHAT" in commands.error(
        "validator", "register", "99_999_999 DCHAT", "--commission", "5%", "--account", HOLDER
    )
    commands.json("validator", "register", "100_000_000 DCHAT", "--commission", "5%", "--account", HOLDER)
    assert "100,000,000 DCHAT" in commands.run("validator", "list").stdout
    staked = commands.run("stake", "add", "1", "2.5 DCHAT", "--account", HOLDER, "--dry-run").stdout
    assert "stake 2.5 DCHAT with validator 1" in staked


def test_governance__arguments_of_calls__are_in_the_tokens_unit(commands):
    call = ["governance", "schedule", "Treasury", "set_budget", "MDT"]
    assert "7 DCHAT" in commands.run(*call, "7 DCHAT", "--account", "TEST::4", "--dry-run").stdout
    assert "write '7 DCHAT' or '7 wei'" in commands.error(*call, "7", "--account", "TEST::4", "--dry-run")


def test_session__deployment_of_another_token_next__reads_in_that_one(commands, people, tmp_path):
    """A session that finds no record falls back to MDT, whatever the one before it had."""
    other = QuickCommands(commands.proxy, tmp_path)
    assert "no deployment in" in other.error("token", "transfer", people[6], "5 MDT", "--account", HOLDER)


def test_preset__of_the_deployment__is_read_in_its_own_unit(commands):
    assert load(commands.preset).treasury.budget == 105_000_000_000 * DCHAT

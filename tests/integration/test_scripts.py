"""The commands as people run them, against a node that behaves as Luxtensor's does.

Deploying, trouble with the node and the embedded chain are in processes of their own, as `ape run ...`; the rest is the same commands in this one,
since starting a process and importing ape is what takes long.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mdt.chain import localchain
from mdt.names import SOURCES
from mdt.units import WAD
from tests.luxtensor.proxy import CHAIN_ID
from tests.support.commands import Commands, QuickCommands
from tests.support.suite import to_block, write_data

GENESIS = """
- {bucket: dao_treasury, to: Treasury, amount: 100 MDT}
- {bucket: team, to: team, amount: 300 MDT, vesting: team}
- {bucket: community, to: "%s", amount: 1_000.5 MDT}
"""

WARNED = ["one_guardian", "sole_proposer", "vesting_start"]


@pytest.fixture(scope="module")
def processes(proxy, tmp_path_factory):
    return Commands(proxy, tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="module")
def commands(processes):
    """The same node and records."""
    return QuickCommands(processes.proxy, processes.home)


@pytest.fixture(scope="module")
def deploy_arguments(commands, people):
    genesis = commands.home / "genesis.yaml"
    genesis.write_text(GENESIS % people[5])
    holders = commands.home / "holders.yaml"
    holders.write_text(f'team: [{{to: "{people[9]}", amount: 100 MDT}}, {{to: "{people[7]}", amount: 200 MDT}}]\n')
    reporters = [part for number in (1, 2, 3) for part in ("--reporter", f"TEST::{number}")]
    return [
        "deploy",
        "--account",
        "TEST::0",
        "--preset",
        "adr-literal",
        "--guardian",
        "TEST::4",
        "--arbiter",
        "TEST::8",
        "--proposer",
        "TEST::6",
        *reporters,
        "--genesis",
        str(genesis),
        "--holders",
        str(holders),
        "--block-time",
        "3 seconds",
    ]


@pytest.fixture(scope="module")
def deployed(commands, processes, deploy_arguments):
    """The suite, deployed by the command."""
    commands.dry = commands.json(*deploy_arguments, "--dry-run")
    commands.told = commands.run(*deploy_arguments, "--dry-run").stderr
    assert commands.proxy.w3.eth.block_number == 0
    return processes.json(*deploy_arguments)


def test_deploy__dry_run_then_real_then_again__same_plan_done_once(commands, deployed, deploy_arguments, people, proxy):
    assert {one["state"] for one in commands.dry["steps"]} == {"planned"}
    assert [one["step"] for one in commands.dry["steps"]] == [one["step"] for one in deployed["steps"]]
    assert {one["state"] for one in deployed["steps"]} == {"sent"}
    assert (deployed["chain_id"], deployed["complete"], set(deployed["contracts"])) == (CHAIN_ID, True, set(SOURCES))
    assert next(one for one in deployed["steps"] if one["step"] == "deploy Slasher")["arguments"]["arbiter"] == people[8]
    assert deployed["schedule"]["block reward, all eras"] == "4,202,746.875 MDT of a channel of 4,202,746.875 MDT"
    assert [one["id"] for one in commands.dry["warnings"]] == WARNED
    assert deployed["warnings"] == commands.dry["warnings"]
    assert [line for line in commands.told.splitlines() if line.startswith("warning: ")] == [f"warning: {one['text']}" for one in deployed["warnings"]]
    height = proxy.w3.eth.block_number
    again = commands.run(*deploy_arguments)
    assert again.stdout.count("    done  ") == len(deployed["steps"])
    assert "Schedule of adr-literal" in again.stdout
    assert "Cap table; vesting starts at" in again.stdout
    assert "\n  200 MDT out of team to team 2 " + people[7] in again.stdout
    assert "nothing is left to pay; the deployer has" in again.stdout
    assert again.stdout.rstrip().endswith(f"; {deployed['gas_used']:,} gas in all")
    assert {one["paid_wei"] for one in deployed["steps"]} == {None}  # this node's receipts have no price, and no other price is taken for it
    verified = commands.json("deploy", "verify")
    assert (verified["ok"], verified["changed"], verified["differences"], verified["set_aside"]) == (True, [], [], [])
    assert any("transactions, all of them recorded" in line for line in verified["compared"])
    assert "role MDT.owner = Timelock" in verified["compared"]
    assert commands.run("deploy", "verify").stdout == f"as deployed: {len(verified['compared'])} things compared\n"
    assert "schedule of team 2: 200 MDT on terms team" in commands.run("deploy", "verify", "--all").stdout
    assert "with other values than it has now" in commands.error("deploy", "verify", "--preset", "luxtensor")
    assert proxy.w3.eth.block_number == height


def test_deploy__costs_and_cap_table__before_and_after(commands, deployed):
    dry = commands.dry
    assert int(dry["cost"]["expected_wei"]) == dry["cost"]["expected_gas"] * int(dry["cost"]["gas_price"])
    assert deployed["gas_used"] == sum(one["gas_used"] for one in deployed["steps"])
    assert deployed["gas_used"] <= dry["cost"]["expected_gas"] <= deployed["gas_used"] * 105 // 100
    table = {row["holder"]: row for row in dry["cap_table"]}
    assert (table["team 1"]["amount"], table["team 1"]["locked"], table["team 1"]["liquid"]) == (str(100 * WAD), str(100 * WAD), "0")
    assert table["together"]["amount"] == str(21_000_000 * WAD)
    assert (deployed["owner"], deployed["vesting_start"] > 1_700_000_000) == ("Timelock", True)


def test_token__stats_balance_transfer_history__tables_and_json(commands, deployed, people):
    stats = commands.json("token", "stats")
    assert (stats["cap"], stats["total_minted"], stats["symbol"]) == (str(21_000_000 * WAD), str(14_005 * WAD // 10), "MDT")
    assert stats["buckets"]["community"] == {"cap": str(1_260_000 * WAD), "minted": str(10_005 * WAD // 10)}
    assert (stats["held_by"]["Treasury"], stats["held_by"]["Vesting"]) == (str(100 * WAD), str(300 * WAD))
    assert (stats["economics"]["block_reward"], stats["economics"]["inflation_bps"], stats["marketplace"]["active_pools"]) == (str(2 * WAD), 0, 0)
    table = commands.run("token", "stats").stdout
    assert "21,000,000 MDT" in table
    assert "genesis" in table
    dry = commands.json("token", "transfer", people[6], "12.5 MDT", "--account", "TEST::5", "--dry-run")
    assert (dry["amount"], dry["dry_run"]) == (str(125 * WAD // 10), True)
    assert commands.json("token", "balance", people[6])["balance"] == "0"
    sent = commands.json("token", "transfer", people[6], "12.5 MDT", "--account", "TEST::5")
    assert {"from", "to", "amount", "dry_run", "transactions"} == set(sent)
    assert [one["function"] for one in sent["transactions"]] == ["transfer"]
    assert "12.5 MDT" in commands.run("token", "balance", "TEST::6").stdout
    history = commands.json("token", "mint-history", "--limit", "5")
    assert [(one["reason"], one["amount"]) for one in history["records"]] == [
        ("genesis", str(10_005 * WAD // 10)),
        ("genesis", str(300 * WAD)),
        ("genesis", str(100 * WAD)),
    ]
    assert "genesis" in commands.run("token", "mint-history").stdout
    assert commands.json("token", "burn-history") == {"count": 0, "shown": 0, "records": []}


READING = """
import contextlib, io, json, sys
from mdt.cli.main import main
said = []
for words in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        main(words, standalone_mode=False)
    said.append((printed.getvalue(), [one for one in ("ape", "pandas", "eth", "eth_tester", "duckdb") if one in sys.modules]))
json.dump(said, sys.stdout)
"""
QUESTIONS = (("token", "stats"), ("epoch", "status"), ("validator", "list"), ("stake", "positions", "FeeDesk"), ("treasury", "show"))


@pytest.fixture(scope="module")
def read_alone(commands, deployed):
    """What each question printed in one process of its own, which takes a second to start, and what heavy packages it had imported by then."""
    where = ["--rpc", commands.proxy.url, "--deployments", str(commands.home / "records"), "--json"]
    asked = json.dumps([[*words, *where] for words in QUESTIONS])
    done = subprocess.run([sys.executable, "-c", READING], input=asked, cwd=commands.home, capture_output=True, text=True, timeout=300, check=True)
    assert done.stderr == ""
    return dict(zip(QUESTIONS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("words", QUESTIONS)
def test_mdt__reading_by_a_nodes_address__imports_nothing_heavy(commands, read_alone, words):
    printed, heavy = read_alone[words]
    assert heavy == []
    assert json.loads(printed) == commands.json(*words)


def test_mdt__console_command__acts_as_ape_run_does(commands, deployed, people):
    where = ["--rpc", commands.proxy.url, "--deployments", str(commands.home / "records"), "--account", "TEST::5"]
    command = [sys.executable, "-m", "mdt", "token", "transfer", people[8], "1 wei", *where]
    done = subprocess.run(command, cwd=commands.home, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr.count("error")) == (0, 0), done.stderr
    assert f"to {people[8]}: 0x" in done.stdout


SIGNING = """
from ape_accounts import import_account_from_private_key
from eth_account import Account
from mdt.cli.accounts import signer_of
import_account_from_private_key("me", "open sesame", "0x" + "17" * 32)
signer = signer_of("me", "luxtensor-mainnet", is_local=False, is_devnet=False)
fields = {"chainId": 8898, "nonce": 3, "gasPrice": 10**9, "gas": 21_000, "value": 0, "data": "0x", "to": "0x" + "22" * 20}
assert Account.recover_transaction(signer.sign(fields)) == signer.address
print(signer.address)
"""


def test_account_of_ape__node_that_is_not_apes__signs_quietly(tmp_path):
    """Key files of ape work with `--rpc` as well, where ape has no network of its own."""
    environment = {**os.environ, "HOME": str(tmp_path), "APE_ACCOUNTS_me_PASSPHRASE": "open sesame"}
    done = subprocess.run([sys.executable, "-c", SIGNING], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == "0x7e9fb40f66c4e132Fa5E64E49f307E02B76540f8"
    assert "cached key" not in done.stderr


def test_epoch__one_cycle_and_claims__by_commands_alone(commands, deployed, people, proxy, tmp_path):
    data, bundles = tmp_path / "data", ["--bundles", str(tmp_path / "bundles")]
    write_data(data, {0: ({people[7]: (8_000, "0.7", "0.9"), people[8]: (0, "0", "0.7"), people[9]: (0, "0", "0.4")}, 9, 10)})
    measured = commands.json("epoch", "collect", str(data))
    assert measured == {"epochs": [{"epoch": 0, "tasks": 8000, "difficulty": "0.7", "participation": "0.9"}], "missing": [], "set_aside": []}
    status = commands.json("epoch", "status", *bundles)
    assert status["next"]["action"] == "wait_start"
    assert "is not over" in commands.error("epoch", "report", str(data), *bundles)
    to_block(proxy.w3, status["end_block"])
    report = commands.json("epoch", "report", str(data), *bundles)
    assert (report["epoch"], report["miner_share"], report["outcome"]) == (0, str(316 * WAD), "paid")
    for number in (1, 2):
        commands.run("epoch", "attest", "--account", f"TEST::{number}", "--data", str(data), *bundles)
    assert "is not a reporter" in commands.error("epoch", "attest", "--account", "TEST::5", *bundles)
    assert commands.json("epoch", "submit", "--account", "TEST::5", "--dry-run", *bundles)["signatures"] == 2
    submitted = commands.json("epoch", "submit", "--account", "TEST::5", *bundles)
    assert submitted["emission"] == str(790 * WAD)
    assert "can settle in" in commands.error("epoch", "settle", "--account", "TEST::5")
    assert commands.json("epoch", "cancel", "--account", "TEST::4", "--dry-run")["epoch"] == 0
    localchain.advance(proxy.w3, 10, 60)
    settled = commands.json("epoch", "settle", "--account", "TEST::5")
    assert (settled["event"]["miner_share"], settled["event"]["minted"]) == (str(316 * WAD), str(790 * WAD))
    verified = commands.run("epoch", "verify", report["bundle"], "--data", str(data))
    assert verified.stdout.startswith("yes")
    proof = commands.json("rewards", "proof", people[7], people[0], *bundles)["claims"]
    assert [one["claimable"] for one in proof] == [str(1422 * WAD // 10), "0"]
    assert commands.json("rewards", "claim", "--all", "--account", "TEST::5", "--dry-run", *bundles)["accounts"] == 3
    claimed = commands.json("rewards", "claim", "--all", "--account", "TEST::5", *bundles)
    assert claimed["amount"] == str(316 * WAD)
    assert commands.json("token", "balance", people[7])["balance"] == str(1422 * WAD // 10)
    assert "all that the root in force grants is paid" in commands.error("rewards", "claim", "--all", "--account", "TEST::5", *bundles)
    assert "the root in force grants them nothing" in commands.error("rewards", "claim", "--account", "TEST::5", *bundles)  # who never mined
    waiting = commands.json("rewards", "pull", "--account", "TEST::5", "--dry-run")
    pulled = commands.json("rewards", "pull", "--account", "TEST::5")
    assert 0 < int(waiting["amount"]) <= int(pulled["amount"])
    localchain.advance(proxy.w3, 10)
    # nobody is staked, so what both streams have paid is idle
    assert int(commands.json("rewards", "recycle", "--account", "TEST::5")["amount"]) > 0
    leaves = Path(report["bundle"]) / "leaves.csv"
    leaves.write_text(leaves.read_text().replace("1422", "1423", 1))
    assert "leaves.csv:" in commands.error("epoch", "verify", report["bundle"])


def test_commands__bad_input__one_line_that_says_what_to_do(commands, deployed, people, tmp_path):
    assert "no account 'nobody'" in commands.error("token", "balance", "nobody")
    assert "pass --account ALIAS" in commands.error("token", "transfer", people[6], "1 MDT")
    assert "has the unit 'ETH'" in commands.error("token", "transfer", people[6], "1 ETH", "--account", "TEST::0")
    assert "send less" in commands.error("token", "transfer", people[6], "1_000 MDT", "--account", "TEST::9")
    assert "is not an address" in commands.error("token", "balance", "0x12")
    assert "run `mdt deploy`" in commands.error("token", "stats", "--deployments", str(tmp_path), records=False)
    (tmp_path / "tasks.csv").write_text("epoch,miner,tasks,difficulty\n0,0x12,1,2\n")
    (tmp_path / "scores.csv").write_text("epoch,miner,score\n")
    (tmp_path / "participation.csv").write_text("epoch,participants,eligible\n")
    assert "tasks.csv:2: miner is 0x12" in commands.error("epoch", "collect", str(tmp_path))


def test_commands__node_trouble__one_line_that_says_what_to_do(commands, processes, deployed):
    assert "the node does not answer" in processes.error("token", "stats", network="luxtensor:devnet:http://127.0.0.1:1")
    wrong = commands.error("token", "stats", network=f"luxtensor:testnet:{processes.proxy.url}")
    assert f"serves chain id {CHAIN_ID}, expected 9999" in wrong
    assert "nothing was signed" in wrong


def test_commands__half_finished_deploy__says_to_resume(commands, deployed):
    record = commands.home / "records" / "network.json"
    content = record.read_text()
    record.write_text(content.replace('"is_complete": true', '"is_complete": false'))
    try:
        assert "is unfinished" in commands.error("token", "stats")
    finally:
        record.write_text(content)


def everybody() -> list[str]:
    """An address for each holder of the preset."""
    return [part for name in ("liquidity", "ido", "private", "ecosystem", "team", "community") for part in ("--holder", f"{name}=TEST::9")]


def test_deploy__public_network_without_names__refused(commands, tmp_path):
    arguments = ["deploy", "--account", "TEST::0", "--deployments", str(tmp_path)]
    assert "name the guardian and the reporters, and who proposes" in commands.error(*arguments, records=False)
    named = ["--guardian", "TEST::4", "--reporter", "TEST::1", "--reporter", "TEST::2", "--proposer", "TEST::6", "--block-time", "3 seconds"]
    assert "nobody said who liquidity, ido, private, ecosystem, team, community is" in commands.error(*arguments, *named, records=False)
    assert "the genesis has no holder tem" in commands.error(*arguments, *named, "--holder", "tem=TEST::7", records=False)
    assert "write NAME=ADDRESS" in commands.error(*arguments, *named, "--holder", "team", records=False)
    assert "team stands twice" in commands.error(*arguments, *named, "--holder", "team=TEST::7", "--holder", "team=TEST::8", records=False)
    assert "--keep-ownership is for local networks" in commands.error(*arguments, *named, "--keep-ownership", records=False)
    assert "is not a time such as" in commands.error(*arguments, *named, "--tge", "soon", records=False)
    assert "the deployer keeps nothing" in commands.error(*arguments, *named[2:], "--guardian", "TEST::0", *everybody(), records=False)
    (tmp_path / "holders.yaml").write_text("team: [")
    assert "holders.yaml:1:8: neither JSON nor YAML" in commands.error(*arguments, *named, "--holders", str(tmp_path / "holders.yaml"), records=False)


def test_deploy__embedded_default__complete_in_one_command(processes, tmp_path):
    done = processes.json("deploy", "--deployments", str(tmp_path), network="ethereum:local:test", records=False)
    assert done["complete"]
    assert done["owner"] == "Timelock"
    assert sum(int(row["amount"]) for row in done["cap_table"][:-2]) == 11_550_000 * WAD
    assert "has no code at" in processes.error("token", "stats", "--deployments", str(tmp_path), network="ethereum:local:test", records=False)


def test_deploy__ownership_kept_locally__the_deployer_is_the_owner(commands, tmp_path):
    done = commands.json("deploy", "--keep-ownership", "--deployments", str(tmp_path), network="ethereum:local:test", records=False)
    steps = [one["step"] for one in done["steps"]]
    assert done["complete"]
    assert done["owner"] not in ("Timelock", None)
    assert not [step for step in steps if "hand over" in step or "accept" in step]


def test_deploy__late_epochs_are_skipped__by_commands_that_say_how_many(commands, deploy_arguments, proxy, tmp_path):
    records = ["--deployments", str(tmp_path / "records")]
    commands.json(*deploy_arguments, *records, records=False)
    status = commands.json("epoch", "status", *records, records=False)
    to_block(proxy.w3, status["deadline_block"] + 1)
    skip = ("epoch", "skip", "--account", "TEST::5", *records)
    tried = commands.json(*skip, "--dry-run", records=False)
    assert tried == {"action": "skip", "epoch": 0, "last_epoch": 0, "dry_run": True}
    to_block(proxy.w3, 2 * status["deadline_block"])
    last = commands.json(*skip, "--dry-run", records=False)["last_epoch"]
    lost = f"skip epochs 0 to {last}, {last + 1} of them"  # not only the first: it says how much is given up
    assert last >= 1
    assert commands.run(*skip, "--dry-run", records=False).stdout == f"would {lost}\n"
    said = commands.run(*skip, records=False).stdout
    assert said.startswith(f"{lost}: 0x")
    assert f"epochs 0 to {last} are skipped" in said

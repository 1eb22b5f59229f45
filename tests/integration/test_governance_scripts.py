"""The commands of governance as people run them, `ape run governance|vesting|treasury`, against a node that behaves as Luxtensor's does.

That node tells no refusal from success when a call returns nothing, and keeps no logs: operations live in files and receipts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from mdt.chain import localchain
from mdt.errors import DeploymentError
from mdt.governance import store
from mdt.model.slasher import SlashStatus
from mdt.units import WAD
from tests.support.commands import Commands, QuickCommands
from tests.support.suite import to_block

DAY = 86_400
ANYBODY, GUARDIAN, PROPOSER, HOLDER, NEW = "TEST::5", "TEST::4", "TEST::6", "TEST::9", "TEST::7"
PROPOSE = ["--account", PROPOSER]
HOLDERS = ("liquidity", "ido", "private", "ecosystem", "team", "community")
PARAMETERS = "{weights_bps: [40%, 40%, 20%], shares_bps: [40%, 40%, 20%], max_tasks: 10_000, max_change_wad: 0, deadline_blocks: 960}"


@pytest.fixture(scope="module")
def commands(proxy, tmp_path_factory):
    """The suite is deployed, handed over to the timelock, and in epoch 0; one account holds the genesis."""
    commands = QuickCommands(proxy, tmp_path_factory.mktemp("commands"))
    named = [part for number in (1, 2, 3) for part in ("--reporter", f"TEST::{number}")]
    named += [part for name in HOLDERS for part in ("--holder", f"{name}={HOLDER}")]
    named += ["--proposer", PROPOSER, "--guardian", GUARDIAN, "--arbiter", "TEST::8", "--preset", "adr-literal", "--block-time", "3 seconds"]
    done = commands.json("deploy", "--account", "TEST::0", *named)
    to_block(proxy.w3, done["start_block"] + 5)
    return commands


def wait(commands, seconds: int = DAY) -> None:
    """Time without blocks: the epoch stays the same."""
    localchain.advance(commands.proxy.w3, 1, seconds)


def proxy_time(commands) -> int:
    """The time of the newest block, which the node does not tell."""
    return commands.proxy.w3.eth.get_block("latest")["timestamp"]


def executed(commands, scheduled: dict) -> list[dict]:
    """Wait until an operation is ready, have anybody execute it; the events."""
    wait(commands)
    done = commands.json("governance", "execute", scheduled["operation"]["id"], "--account", ANYBODY)
    return done["transactions"][0]["events"]


def named(events: list[dict], name: str) -> dict:
    (found,) = [event for event in events if event["name"] == name]
    return found


def test_scenario__weights_from_the_next_epoch__by_commands_alone(commands):
    schedule = ["governance", "schedule", "EmissionController", "set_parameters", PARAMETERS]
    assert "may not propose" in commands.error(*schedule, "--account", ANYBODY)
    dry = commands.json(*schedule, *PROPOSE, "--dry-run")
    assert (dry["operation"]["state"], dry["dry_run"]) == ("unknown", True)
    assert dry["warnings"] == []  # told apart from a refusal even on a node that hides reverts
    refused = commands.json("governance", "schedule", "EmissionController", "set_delay", "0 seconds", *PROPOSE, "--dry-run")
    assert refused["warnings"] == ["call 1 to EmissionController would be refused now: controller: delay range"]
    assert "no operation kept" in commands.run("governance", "pending").stdout
    alone = Commands(commands.proxy, commands.home)  # each in a process of its own
    made = alone.json(*schedule, *PROPOSE)
    operation = made["operation"]
    assert (operation["id"], operation["state"]) == (dry["operation"]["id"], "waiting")
    assert operation["calls"][0]["words"] == (
        "EmissionController.set_parameters(parameters={weights_bps: [40%, 40%, 20%], shares_bps: [40%, 40%, 20%], max_tasks: 10_000,"
        " max_change_wad: 0, deadline_blocks: 960})"
    )
    assert "to do the same once more give it another --salt" in commands.error(*schedule, *PROPOSE)
    short = operation["id"][:10]
    assert "is waiting until" in alone.error("governance", "execute", short, "--account", ANYBODY)
    assert [one["id"] for one in commands.json("governance", "pending")["operations"]] == [operation["id"]]
    shown = commands.run("governance", "show", short).stdout
    assert "waiting until" in shown
    assert re.search(r"if made now +│ .*would go through", shown)
    assert operation["calls"][0]["payload"] in shown
    assert any("if made now" in line and "the call would go through" in line for line in shown.splitlines())
    wait(commands)
    assert f"{operation['id']}  ready since" in commands.run("governance", "pending").stdout
    dry = commands.run("governance", "execute", short, "--account", ANYBODY, "--dry-run").stdout
    assert "EmissionController.set_parameters" in dry
    done = alone.run("governance", "execute", short, "--account", ANYBODY).stdout
    assert "EmissionController: ParametersSet(from_epoch=1, old_parameters={weights_bps: [50%, 30%, 20%]" in done
    assert commands.json("governance", "read", "EmissionController", "parameters_at", "0")["answer"]["weights_bps"] == [5_000, 3_000, 2_000]
    assert "weights_bps: [40%, 40%, 20%]" in commands.run("governance", "read", "EmissionController", "parameters_at", "1").stdout
    assert "is done: nothing was sent" in commands.error("governance", "execute", short, "--account", ANYBODY)
    assert commands.json("governance", "pending")["operations"] == []
    assert [one["state"] for one in commands.json("governance", "pending", "--all")["operations"]] == ["done"]
    over = commands.json("governance", "show", short)
    assert (over["now"], over["warnings"]) == ("nothing more: it is done", [])
    verdict = commands.run("deploy", "verify").stdout
    assert re.fullmatch(
        r"as deployed, but for 1 of \d+ things compared that governance changed since: EmissionController\.parameters\.weights_bps is \[40%, 40%, 20%\]"
        rf" on the chain, expected \[50%, 30%, 20%\], from epoch 1 on, which is the next \(operation {short}, scheduled in block [\d,]+\)\n",
        verdict,
    ), verdict


@pytest.mark.parametrize("as_json", [False, True])
def test_schedule__disk_is_full__nothing_is_sent_or_it_is_said_what_was_mined(commands, monkeypatch, as_json):
    """The file is written before the transaction is signed, and once more when it is mined: a full disk was a traceback, also after the second."""
    words = ["governance", "schedule", "EmissionController", "set_delay", "20 minutes", "--salt", f"full {as_json}", *PROPOSE, *(["--json"] if as_json else [])]
    saved = store.write_json
    left = [0]

    def full(target, content):
        left[0] -= 1
        if left[0] < 0:
            raise DeploymentError(f"{target} cannot be written")
        saved(target, content)

    monkeypatch.setattr(store, "write_json", full)
    height = commands.proxy.w3.eth.block_number
    assert "cannot be written" in commands.error(*words)
    assert commands.proxy.w3.eth.block_number == height
    left[0] = 1
    done = commands.run(*words, fails=True)
    block = commands.proxy.w3.eth.get_block("latest")
    mined = f"0x{block['transactions'][0].hex().removeprefix('0x')} in block {block['number']:,}"
    assert any(line.endswith(mined) for line in (done.stderr if as_json else done.stdout).splitlines()), done
    assert done.stderr.splitlines()[-1].startswith("error: ")
    assert done.stdout == "" or not as_json
    left[0] = 2
    waiting = commands.error(*words)
    assert "is waiting until" in waiting
    commands.json("governance", "cancel", waiting.split(" is waiting")[0].split()[-1], "--account", GUARDIAN)
    commands.json("tx", "forget", mined.split()[0])


def test_note__lost_or_changed_files__refused_and_imported_again(commands, tmp_path):
    calls = tmp_path / "calls.yaml"
    calls.write_text(
        "- {contract: EmissionController, function: set_delay, arguments: [15 minutes]}\n- {contract: Timelock, function: update_delay, arguments: [2 days]}\n"
    )
    made = commands.json("governance", "schedule", "--file", str(calls), "--salt", "again", "--delay", "3 days", *PROPOSE)
    identifier, file = made["operation"]["id"], commands.home / "records" / "operations" / f"{made['operation']['id']}.json"
    assert [one["function"] for one in made["operation"]["calls"]] == ["set_delay", "update_delay"]
    assert made["operation"]["salt"] == "0x" + keccak(text="again").hex()
    assert made["operation"]["ready_at"] == proxy_time(commands) + 3 * DAY
    shown = commands.json("governance", "show", identifier)
    assert (shown["now"], shown["warnings"]) == ("all 2 calls would go through", [])
    content = file.read_text()
    file.write_text(content.replace(made["operation"]["calls"][1]["payload"][-6:], "ffffff"))
    assert "it was changed" in commands.error("governance", "show", identifier)
    pending = commands.json("governance", "pending")
    assert (pending["operations"], len(pending["set_aside"])) == ([], 1)
    copy = file.with_name(f"{identifier} (1).json")
    copy.write_text(content)
    for words in (("governance", "pending"), ("deploy", "verify")):
        said = commands.run(*words).stderr.splitlines()
        assert [line.startswith("warning: set aside: ") for line in said] == [True, True], said
        assert any(f"{copy}: not the name of an operation" in line for line in said), said
    assert len(commands.json("deploy", "verify")["set_aside"]) == 2
    copy.unlink()
    file.unlink()
    assert "import it with `mdt governance note TX`" in commands.error("governance", "execute", identifier, "--account", ANYBODY)
    noted = commands.json("governance", "note", made["tx_hash"])["operations"]
    assert [(one["id"], one["state"]) for one in noted] == [(identifier, "waiting")]
    assert json.loads(file.read_text()) == json.loads(content)
    transferred = commands.json("token", "transfer", NEW, "1 MDT", "--account", HOLDER)["transactions"][0]["tx_hash"]
    assert "has scheduled nothing" in commands.error("governance", "note", transferred)
    assert "is not mined" in commands.error("governance", "note", "0x" + "12" * 32)
    # the guardian needs no file to stop it
    file.unlink()
    assert "may not cancel" in commands.error("governance", "cancel", identifier, "--account", ANYBODY)
    cancelled = commands.json("governance", "cancel", identifier, "--account", GUARDIAN)["transactions"][0]["events"]
    assert named(cancelled, "Cancelled")["id"] == identifier
    assert commands.json("governance", "note", made["tx_hash"])["operations"][0]["state"] == "unknown"
    assert "not scheduled, or cancelled" in commands.error("governance", "execute", identifier, "--account", ANYBODY)


def test_guardian__acts_at_once__by_commands(commands):
    paused = commands.run("governance", "call", "EmissionController", "pause", "6 hours", "--account", GUARDIAN).stdout
    assert "call EmissionController.pause(seconds=6 hours)" in paused
    assert int(commands.json("governance", "read", "EmissionController", "status")["answer"]["paused_until"]) > 0
    commands.json("governance", "call", "EmissionController", "unpause", "--account", GUARDIAN)
    stopped = commands.json("governance", "call", "MDT", "suspend_minter", "BlockReward", "2 days", "--account", GUARDIAN)["transactions"][0]["events"]
    assert int(named(stopped, "MinterSuspended")["suspended_until"]) > 0
    commands.json("governance", "call", "MDT", "resume_minter", "BlockReward", "--account", GUARDIAN)
    roles = {(one["contract"], one["role"]): one["words"] for one in commands.json("governance", "roles")["roles"]}
    assert "CANCELLER_ROLE = " in roles["Timelock", "CANCELLER_ROLE"]
    assert roles["Treasury", "owner"] == "Treasury.owner = Timelock"


def test_roles__in_text__tells_the_addresses_that_other_pages_send_readers_for(commands, people):
    """It said `proposer 1` and `guardian` alone, and whoever was refused as a proposer was told to use the account of one."""
    shown = commands.run("governance", "roles").stdout
    accounts = shown[shown.index("Accounts, by what they were at deploy") :]
    for name, number in (("guardian", 4), ("proposer 1", 6), ("reporter 3", 3), ("arbiter", 8)):
        assert [line for line in accounts.splitlines() if name in line and people[number] in line], name
    assert "`mdt governance roles` has their addresses" in commands.error("treasury", "spend", NEW, "1 MDT", "--purpose", "x", "--account", ANYBODY)


def test_guardian__removed__although_it_would_cancel(commands):
    made = commands.json("governance", "schedule", "Timelock", "revokeRole", "CANCELLER_ROLE", GUARDIAN, *PROPOSE)
    assert made["operation"]["id"] == commands.json("governance", "read", "Timelock", "removal_id", GUARDIAN)["answer"]
    assert "own right to cancel" in commands.error("governance", "cancel", made["operation"]["id"], "--account", GUARDIAN)
    assert named(executed(commands, made), "RoleRevoked")
    roles = {(one["contract"], one["role"]): one["holders"] for one in commands.json("governance", "roles")["roles"]}
    assert len(roles["Timelock", "CANCELLER_ROLE"]) == 1


def test_treasury__spend_budget_stream_grant__scheduled_and_executed(commands, people):
    shown = commands.json("treasury", "show")
    assert (shown["held"], shown["budget"]["left"], shown["total_spent"]) == (str(2_100_000 * WAD), str(105_000 * WAD), "0")
    assert "105,000 MDT until" in commands.run("treasury", "show").stdout
    spend = commands.json("treasury", "spend", NEW, "100 MDT", "--purpose", "audit", *PROPOSE)
    assert "amount=100 MDT, purpose='audit')" in spend["operation"]["calls"][0]["words"]
    budget = commands.json("treasury", "budget", "200_000 MDT", *PROPOSE)
    stream = commands.json("treasury", "stream", NEW, "1_000 MDT", "--over", "100 days", "--purpose", "work", *PROPOSE)
    grant = ["treasury", "grant", NEW, "500 MDT", "--purpose", "adviser"]
    terms = [*grant, "--linear", "730 days", "--cliff", "365 days", "--at-start", "10%", "--revocable", *PROPOSE]
    granted = commands.json(*terms)
    words = granted["operation"]["calls"][0]["words"]
    assert "cliff_seconds: 365 days, duration_seconds: 1,095 days, at_start_bps: 10%, is_from_cliff: true, is_revocable: true" in words
    preset = commands.json(*grant, "--terms", "team", "--salt", "team", *PROPOSE, "--dry-run")["operation"]["calls"][0]["words"]
    assert "cliff_seconds: 365 days, duration_seconds: 1,825 days, at_start_bps: 0%, is_from_cliff: true, is_revocable: true" in preset
    assert "the preset adr-literal has no terms 'teem'" in commands.error(*grant, "--terms", "teem", *PROPOSE)
    assert "leave out --linear" in commands.error(*grant, "--terms", "team", "--linear", "1 days", *PROPOSE)
    assert "say how it accrues" in commands.error(*grant, *PROPOSE)
    assert "vesting: not whole hours" in commands.error(*grant, "--linear", "90 minutes", *PROPOSE)
    assert "will have passed" in commands.error(*grant, "--linear", "1 days", "--start", "2020-01-01", *PROPOSE)
    assert "at most 31 bytes" in commands.error("treasury", "spend", NEW, "1 MDT", "--purpose", "x" * 32, *PROPOSE)
    assert "is in force already" in commands.error("treasury", "budget", "105_000 MDT", *PROPOSE)
    assert "has the unit 'ETH'" in commands.error("treasury", "budget", "1 ETH", *PROPOSE)
    assert "there is no token at" in commands.error("treasury", "show", "--token", "Timelock")
    assert "may not propose" in commands.error("treasury", "spend", NEW, "1 MDT", "--purpose", "mine", "--account", ANYBODY)
    before = int(commands.json("token", "balance", NEW)["balance"])
    assert named(executed(commands, spend), "Spent")["recipient"] == people[7]
    for one, event in ((budget, "BudgetSet"), (stream, "Vested"), (granted, "Vested")):
        done = commands.json("governance", "execute", one["operation"]["id"], "--account", ANYBODY)
        assert named(done["transactions"][0]["events"], event)
    assert int(commands.json("token", "balance", NEW)["balance"]) - before == 100 * WAD
    shown = commands.json("treasury", "show")
    assert (shown["total_spent"], shown["budget"]["left"], shown["budget"]["next_amount"]) == (str(1_600 * WAD), str(103_400 * WAD), str(200_000 * WAD))


def test_vesting__life_of_schedules__by_commands(commands, people):
    rows = commands.json("vesting", "show", NEW)["schedules"]
    assert [(one["index"], one["amount"], one["claimable"], one["is_revocable"]) for one in rows] == [
        (0, str(1_000 * WAD), "0", False),
        (1, str(500 * WAD), "0", True),
    ]
    mine = ["--account", NEW]
    assert "nothing to claim now" in commands.error("vesting", "claim", *mine)
    assert "has no schedule 7" in commands.error("vesting", "claim", "7", *mine)
    wait(commands, 40 * DAY)
    paid = commands.json("vesting", "claim", "1", "--amount", "20 MDT", "--for", NEW, "--account", ANYBODY)["transactions"][0]["events"]
    assert (named(paid, "Claimed")["amount"], named(paid, "Claimed")["claimed_by"]) == (str(20 * WAD), people[5])
    both = commands.json("vesting", "claim", *mine)["transactions"]
    assert [named(one["events"], "Claimed")["index"] for one in both] == [0, 1]
    assert named(both[1]["events"], "Claimed")["amount"] == str(30 * WAD)
    shown = commands.run("vesting", "show", NEW).stdout
    assert all(f" {vested}" in shown for vested in ("330.", "50 MDT"))
    # moved to another key: at once where the owner cannot revoke
    assert "is not offered to" in commands.error("vesting", "accept", NEW, "0", "--account", HOLDER)
    assert "offered to nobody already" in commands.error("vesting", "propose", "0", "nobody", *mine)
    commands.json("vesting", "propose", "0", "TEST::8", *mine)
    commands.json("vesting", "propose", "0", "nobody", *mine)
    commands.json("vesting", "propose", "0", "TEST::8", *mine)
    moved = commands.json("vesting", "accept", NEW, "0", "--account", "TEST::8")["transactions"][0]["events"]
    assert named(moved, "BeneficiaryChanged")["new_beneficiary"] == people[8]
    commands.json("vesting", "propose", "1", "TEST::8", *mine)
    assert "can be taken over from" in commands.error("vesting", "accept", NEW, "1", "--account", "TEST::8")
    renounced = commands.json("vesting", "renounce", "0", "--account", "TEST::8")["transactions"][0]["events"]
    assert int(named(renounced, "ScheduleEnded")["returned"]) > 0
    assert "has ended early already" in commands.error("vesting", "renounce", "0", "--account", "TEST::8")
    # the owner's calls wait
    assert "cannot be revoked" in commands.error("vesting", "renounce-revocation", "TEST::8", "0", *PROPOSE)
    revoke = commands.json("vesting", "revoke", NEW, "1", *PROPOSE)
    ended = named(executed(commands, revoke), "ScheduleEnded")
    assert (ended["paid"], ended["returned"]) == ("0", str(450 * WAD))
    creator = commands.json("vesting", "set-creator", HOLDER, "on", *PROPOSE)
    executed(commands, creator)
    assert "may create schedules already" in commands.error("vesting", "set-creator", HOLDER, "on", *PROPOSE)
    create = ["vesting", "create", ANYBODY, "10 MDT", "--linear", "100 days", "--account", HOLDER]
    assert "would approve exactly 10 MDT to Vesting" in commands.run(*create, "--dry-run").stdout
    made = commands.json(*create)["transactions"]
    assert [one["function"] for one in made] == ["approve", "create"]
    assert [one["amount"] for one in commands.json("vesting", "show", ANYBODY)["schedules"]] == [str(10 * WAD)]
    assert "holds 0 MDT" in commands.error("vesting", "create", ANYBODY, "10 MDT", "--linear", "100 days", *PROPOSE)


def test_owner__changed_and_back__sent_at_once_or_scheduled(commands, people):
    """Replacing a contract ends with a change of owners: what the owner itself does is sent, and the timelock accepts without waiting."""
    executed(commands, commands.json("governance", "schedule", "Treasury", "transfer_ownership", ANYBODY, *PROPOSE))
    mine = ["--account", ANYBODY]
    commands.json("governance", "call", "Treasury", "accept_ownership", *mine)
    assert "which is neither" in commands.error("treasury", "spend", NEW, "1 MDT", "--purpose", "x", *PROPOSE)
    assert "leave out --salt, --delay and --predecessor" in commands.error("treasury", "spend", NEW, "1 MDT", "--purpose", "x", "--salt", "y", *mine)
    sent = commands.json("treasury", "spend", NEW, "1 MDT", "--purpose", "now", *mine)
    assert named(sent["transactions"][0]["events"], "Spent")["amount"] == str(WAD)
    commands.json("governance", "call", "Treasury", "transfer_ownership", "Timelock", *mine)
    accepted = commands.json("governance", "accept", "Treasury", *mine)["transactions"][0]["events"]
    assert named(accepted, "OwnershipAccepted")["target"] == commands.json("treasury", "show")["treasury"]
    assert commands.json("governance", "read", "Treasury", "owner")["answer"] == commands.json("treasury", "show")["owner"]


def test_slash__arbiter_is_the_timelock__overturned_and_upheld_by_votes(commands, tmp_path):
    """As a deployment without --arbiter has it: both decisions are scheduled by a proposer, and by nobody else."""
    executed(commands, commands.json("governance", "schedule", "Slasher", "set_arbiter", "Timelock", *PROPOSE))
    mine, reasons = ["--account", HOLDER], tmp_path / "reasons.txt"
    commands.json("validator", "register", "150 MDT", "--commission", "5%", *mine)
    localchain.advance(commands.proxy.w3, 2, 1)  # votes count from the block of the key on, once it is over
    reasons.write_text("the second machine was stolen\n")

    def proven() -> str:
        height, files = str(commands.proxy.w3.eth.block_number - 1), [str(tmp_path / f"{number}.json") for number in (1, 2)]
        for path in files:
            commands.json("slash", "vote", height, "0x" + keccak(text=path).hex(), "--out", path, *mine)
        found = commands.json("slash", "prove", *files, "--account", ANYBODY)["transactions"][0]["events"]
        slash_id = next(one["slash_id"] for one in found if one["name"] == "Slashed")
        commands.json("slash", "appeal", str(slash_id), str(reasons), *mine)
        for path in files:
            Path(path).unlink()
        return str(slash_id)

    def decided(by_vote: str, slash_id: str) -> str:
        assert "proposer" in commands.error("slash", by_vote, slash_id, *mine)
        assert commands.json("slash", by_vote, slash_id, *PROPOSE, "--dry-run")["operation"]["state"] == "unknown"
        found = executed(commands, commands.json("slash", by_vote, slash_id, *PROPOSE))
        assert [one["slash_id"] for one in found if one["name"] in ("Overturned", "Upheld")] == [int(slash_id)]
        return commands.json("slash", "status", slash_id)["status"]

    assert decided("overturn", proven()) == SlashStatus.OVERTURNED
    assert decided("uphold", proven()) == SlashStatus.UPHELD


def test_commands__bad_input__one_line_that_says_what_to_do(commands):
    schedule = ["governance", "schedule"]
    assert "name a contract, a function and its arguments" in commands.error(*schedule, *PROPOSE)
    assert "name a contract, a function and its arguments" in commands.error(*schedule, "MDT", "--file", str(commands.home / "records" / "MDT.json"), *PROPOSE)
    assert "there is no contract 'Emission'" in commands.error(*schedule, "Emission", "set_delay", "1 hour", *PROPOSE)
    assert "has no function 'set_dealy'" in commands.error(*schedule, "EmissionController", "set_dealy", "1 hour", *PROPOSE)
    assert "'2 weeks' has the unit 'weeks'" in commands.error(*schedule, "EmissionController", "set_delay", "2 weeks", *PROPOSE)
    assert "the delay is 1 day to 30 days, not 1 hour" in commands.error(*schedule, "EmissionController", "unpause", "--delay", "1 hour", *PROPOSE)
    assert "no operation 0x123456" in commands.error(*schedule, "EmissionController", "unpause", "--predecessor", "0x123456", *PROPOSE)
    assert "changes nothing" in commands.error("governance", "call", "MDT", "totalSupply", "--account", ANYBODY)
    assert "is no id" in commands.error("governance", "show", "12")
    assert "no account 'nobody-known'" in commands.error("governance", "read", "MDT", "balanceOf", "nobody-known")

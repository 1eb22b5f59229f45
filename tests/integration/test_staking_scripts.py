"""The commands of staking as people run them, `ape run stake|validator|slash`, against a node that behaves as Luxtensor's does."""

from __future__ import annotations

import json

import pytest
from eth_utils.crypto import keccak

from mdt.chain import localchain
from mdt.units import WAD
from tests.support.commands import QuickCommands
from tests.support.suite import to_block

DAY = 86_400
UNBONDING, UNBONDING_BLOCKS = 7 * DAY, 201_600
ARBITER, OPERATOR, SECOND, HOLDER, MOVER, SUCCESSOR = "TEST::0", "TEST::5", "TEST::6", "TEST::7", "TEST::8", "TEST::9"
GENESIS = "\n".join('- {bucket: community, to: "%s", amount: 2_000 MDT}' for _ in range(4))


@pytest.fixture(scope="module")
def commands(proxy, people, tmp_path_factory):
    """The suite is deployed, epochs run, four people hold tokens; who deploys is none of them."""
    commands = QuickCommands(proxy, tmp_path_factory.mktemp("commands"))
    genesis = commands.home / "genesis.yaml"
    genesis.write_text(GENESIS % tuple(people[5:9]))
    reporters = [part for number in (2, 3, 4) for part in ("--reporter", f"TEST::{number}")]
    people_named = ["--guardian", "TEST::4", "--proposer", "TEST::4", "--arbiter", ARBITER, *reporters]
    named = ["--account", "TEST::1", "--preset", "adr-literal", *people_named, "--genesis", str(genesis), "--block-time", "3 seconds"]
    commands.json("deploy", *named)
    to_block(proxy.w3, commands.json("epoch", "status")["end_block"])
    return commands


@pytest.fixture(scope="module")
def validators(commands):
    """Two of them, the second with a delegation."""
    commands.json("validator", "register", "500 MDT", "--commission", "5%", "--metadata", "first", "--account", OPERATOR)
    commands.json("validator", "register", "400 MDT", "--commission", "10%", "--account", SECOND)
    return commands


def later(commands, seconds: int, blocks: int = 10) -> None:
    """Let time pass."""
    localchain.advance(commands.proxy.w3, blocks, seconds // blocks + 1)


def events(document, name: str) -> list[dict]:
    return [event for one in document["transactions"] for event in one["events"] if event["name"] == name]


def test_register__steps_and_refusals__approved_exactly_then_registered(commands, people):
    assert "below the least a validator stakes, 100 MDT" in commands.error("validator", "register", "99 MDT", "--commission", "5%", "--account", OPERATOR)
    assert "'5' is not a share" in commands.error("validator", "register", "500 MDT", "--commission", "5", "--account", OPERATOR)
    assert "above the most that is allowed" in commands.error("validator", "register", "500 MDT", "--commission", "51%", "--account", OPERATOR)
    assert "holds 2,000 MDT" in commands.error("validator", "register", "2_001 MDT", "--commission", "5%", "--account", OPERATOR)
    dry = commands.json("validator", "register", "500 MDT", "--commission", "5%", "--account", OPERATOR, "--dry-run")
    assert [(one["contract"], one["function"]) for one in dry["calls"]] == [("MDT", "approve"), ("Validators", "register")]
    assert dry["calls"][0]["arguments"][1] == str(500 * WAD)
    assert commands.json("validator", "list")["validators"] == []


def test_validators__listed_and_shown(validators, people):
    listed = validators.json("validator", "list")["validators"]
    assert [(one["validator_id"], one["operator"], one["staked"], one["status"]) for one in listed] == [
        (1, people[5], str(500 * WAD), 1),
        (2, people[6], str(400 * WAD), 1),
    ]
    table = validators.run("validator", "list").stdout
    assert "2 validators, 900 MDT staked" in table
    assert "active" in table
    shown = validators.json("validator", "show", "1")
    assert (shown["profile"]["metadata"], shown["pool"]["commission_bps"], shown["pending_slashes"]) == ("first", 500, [])
    table = validators.run("validator", "show", "1").stdout
    assert "room for delegations" in table
    assert "any amount" in table
    assert "numbers go from 1 to 2" in validators.error("validator", "show", "3")


def test_limit_and_commission__refused_in_words_or_taken_in_part(validators, people):
    assert "may not operate validator 1" in validators.error("validator", "limit", "1", "50 MDT", "--account", HOLDER)
    assert "say AMOUNT or --any" in validators.run("validator", "limit", "1", "--account", OPERATOR, fails=True).stderr
    assert "say AMOUNT or --any" in validators.run("validator", "limit", "1", "50 MDT", "--any", "--account", OPERATOR, fails=True).stderr
    assert "lets any delegation in already" in validators.error("validator", "limit", "1", "--any", "--account", OPERATOR)
    (bounded,) = events(validators.json("validator", "limit", "1", "50 MDT", "--account", OPERATOR), "LimitSet")
    assert bounded["new_cap"] == str(50 * WAD)
    assert "50 MDT of delegations" in validators.run("validator", "show", "1").stdout
    asked = ("stake", "add", "1", "51 MDT", "--slot", "7", "--account", SECOND)
    assert "has room for 50 MDT, 51 MDT do not fit" in validators.error(*asked)
    assert "takes 5%, more than the 4% that are accepted" in validators.error(*asked, "--at-most", "--max-commission", "4%")
    assert "'4' is not a share" in validators.error(*asked, "--max-commission", "4")
    text = validators.run(*asked, "--at-most", "--max-commission", "7%").stdout
    assert "50 MDT added" in text
    assert "50 MDT of 51 MDT fitted; 1 MDT of the allowance to Staking is left" in text
    position = validators.json("stake", "show", "1", "--slot", "7", "--for", people[6])
    assert "a commission of 7% at most" in validators.run("stake", "show", "1", "--slot", "7", "--for", people[6]).stdout
    assert (position["tokens"], position["accepted_commission_bps"]) == (str(50 * WAD), 700)
    assert validators.error(*asked, "--at-most").endswith(": stake with another one")
    validators.json("stake", "unstake", "1", "all", "--slot", "7", "--account", SECOND)
    assert "no further delegation in with validator 1" in validators.run("validator", "limit", "1", "0 MDT", "--account", OPERATOR).stdout
    assert "lets in any delegation" in validators.run("validator", "limit", "1", "--any", "--account", OPERATOR).stdout


def test_deposit__none_is_asked_for__said(validators):
    for deed in ("withdraw", "forfeit"):
        assert "has no deposit" in validators.error("validator", "deposit", deed, "1", "--account", OPERATOR)


def test_stake__life_of_a_position__by_commands_alone(validators, people, proxy):
    commands, signed = validators, ["--account", HOLDER]
    dry = commands.run("stake", "add", "2", "300 MDT", "--months", "1", *signed, "--dry-run").stdout
    assert "would approve exactly 300 MDT to Staking\nwould stake 300 MDT with validator 2" in dry
    added = commands.json("stake", "add", "2", "300 MDT", "--months", "1", *signed)
    assert [one["function"] for one in added["transactions"]] == ["approve", "stake"]
    assert events(added, "Staked")[0]["bonus_bps"] == 25
    extended = commands.json("stake", "extend", "2", "--months", "2", *signed)
    assert events(extended, "Staked")[0]["bonus_bps"] == 50
    assert "a lock can only get longer" in commands.error("stake", "extend", "2", "--months", "1", *signed)
    assert "is locked until" in commands.error("stake", "unstake", "2", "all", *signed)
    commands.run("rewards", "pull", *signed)
    localchain.advance(proxy.w3, 20)
    shown = commands.json("stake", "positions", people[7])["positions"]
    assert [(one["validator_id"], one["slot"], one["tokens"], one["bonus_bps"]) for one in shown] == [(2, 0, str(300 * WAD), 50)]
    assert int(shown[0]["pending_reward"]) > 0
    assert "0.5% until" in commands.run("stake", "positions", people[7]).stdout
    restaked = commands.run("stake", "restake", "2", *signed).stdout
    assert "restake" in restaked
    assert "added, locked until" in restaked
    # anybody may have it paid; it goes to the recipient
    commands.json("stake", "recipient", people[9], *signed)
    assert "are paid to" in commands.error("stake", "recipient", people[9], *signed)
    localchain.advance(proxy.w3, 20)
    claimed = commands.json("stake", "claim", "--for", people[7], "--account", MOVER)
    assert events(claimed, "RewardClaimed")[0]["recipient"] == people[9]
    assert int(events(claimed, "RewardClaimed")[0]["amount"]) > 0
    # the lock runs out, and anybody ends it
    assert "end it then" in commands.error("stake", "end-lock", "2", "--for", people[7], "--account", MOVER)
    later(commands, 61 * DAY)
    ended = commands.json("stake", "end-lock", "2", "--for", people[7], "--account", MOVER)
    assert events(ended, "LockEnded")[0]["bonus_bps"] == 49  # what was restaked earned for the one whole month that was left
    # out, back in, and out again
    assert "is worth" in commands.error("stake", "unstake", "2", "900 MDT", *signed)
    assert events(commands.json("stake", "unstake", "2", "100 MDT", *signed), "Unstaked")[0]["request_id"] == 0
    assert events(commands.json("stake", "cancel", "2", "0", *signed), "UnstakeCancelled")
    assert "has no open request 0" in commands.error("stake", "cancel", "2", "0", *signed)
    commands.json("stake", "unstake", "2", "120 MDT", *signed)
    assert "120 MDT from" in commands.run("stake", "show", "2", *signed).stdout
    assert "nothing to withdraw" in commands.error("stake", "withdraw", "2", *signed)
    later(commands, UNBONDING, UNBONDING_BLOCKS)
    withdrawn = commands.json("stake", "withdraw", "2", *signed)
    assert events(withdrawn, "Withdrawn")[0]["amount"] == str(120 * WAD)
    assert commands.json("stake", "show", "2", *signed)["requests"] == []
    # a request is found in whatever slot it is, and all at once without being named
    commands.json("stake", "add", "2", "30 MDT", "--slot", "1", *signed)
    commands.json("stake", "unstake", "2", "10 MDT", "--slot", "1", *signed)
    assert "it is in slot 1: name it with --slot" in commands.error("stake", "cancel", "2", "0", *signed)
    assert "no request is over, the first one is on " in commands.error("stake", "withdraw", "2", "--slot", "1", *signed)
    later(commands, UNBONDING, UNBONDING_BLOCKS)
    assert "would withdraw request 0 of validator 2, slot 1: 10 MDT" in commands.run("stake", "withdraw", "2", "--dry-run", *signed).stdout
    assert "there are no unbonding requests" in commands.error("stake", "withdraw", "2", "--slot", "0", *signed)
    assert "has no open request 7" in commands.error("stake", "withdraw", "2", "7", *signed)
    commands.json("stake", "unstake", "2", "20 MDT", "--slot", "1", *signed)
    later(commands, UNBONDING, UNBONDING_BLOCKS)
    both = commands.json("stake", "withdraw", *signed)
    assert [(event["slot"], event["amount"]) for event in events(both, "Withdrawn")] == [(1, str(10 * WAD)), (1, str(20 * WAD))]
    assert "has no stake with validator 1" in commands.error("stake", "unstake", "1", "all", *signed)


def test_validator__commission_metadata_keys_exit(validators, people, proxy):
    commands, signed = validators, ["--account", OPERATOR]
    assert "may not operate validator 1" in commands.error("validator", "metadata", "1", "x", "--account", HOLDER)
    assert r"'a\udcff\udcfeb' is not UTF-8: write it as text" in commands.run("validator", "metadata", "1", "a\udcff\udcfeb", *signed, fails=True).stderr
    commands.json("validator", "metadata", "1", "first of all", *signed)
    assert commands.json("validator", "show", "1")["profile"]["metadata"] == "first of all"
    queued = commands.json("validator", "commission", "set", "1", "7.5%", *signed)
    assert events(queued, "CommissionQueued")[0]["new_bps"] == 750
    assert "is due at" in commands.error("validator", "commission", "apply", "1", "--account", HOLDER)
    assert "7.5% is queued already, once more it would wait anew" in commands.error("validator", "commission", "set", "1", "7.5%", *signed)
    later(commands, UNBONDING, UNBONDING_BLOCKS)
    assert events(commands.json("validator", "commission", "apply", "1", "--account", HOLDER), "CommissionSet")[0]["new_bps"] == 750
    assert events(commands.json("validator", "commission", "set", "1", "4%", *signed), "CommissionSet")[0]["old_bps"] == 750
    assert "nothing is queued" in commands.error("validator", "commission", "set", "1", "4%", *signed)
    commands.run("rewards", "pull", *signed)
    localchain.advance(proxy.w3, 10)
    would = commands.run("validator", "claim-commission", "1", "--account", HOLDER, "--dry-run").stdout
    assert would.startswith("would pay the commission of validator 1 to its owner: ")
    paid = commands.json("validator", "claim-commission", "1", "--account", HOLDER)
    assert paid["transactions"][0]["words"] == "pay the commission of validator 1 to its owner"
    assert events(paid, "CommissionClaimed")[0]["recipient"] == people[5]
    # out and in
    assert "is active" in commands.error("validator", "rejoin", "1", *signed)
    commands.json("validator", "exit", "1", *signed)
    assert "is exited, not active" in commands.error("stake", "add", "1", "1 MDT", "--account", HOLDER)
    assert "exited" in commands.run("validator", "list").stdout
    assert "exited less than a day ago" in commands.error("validator", "rejoin", "1", *signed)
    later(commands, DAY)
    commands.json("validator", "rejoin", "1", *signed)
    # a new hot key in one step, a new vote key in two; neither owns anything
    assert "operates validator 1 already" in commands.error("validator", "operator", "1", OPERATOR, *signed)
    named = commands.json("validator", "operator", "1", HOLDER, *signed)
    assert events(named, "OperatorChanged")[0]["new_operator"] == people[7]
    commands.json("validator", "metadata", "1", "by another", "--account", HOLDER)
    assert "is owned by" in commands.error("validator", "operator", "1", HOLDER, "--account", HOLDER)
    assert "is or was the vote key of validator 2" in commands.error("validator", "vote-key", "propose", "1", people[6], *signed)
    commands.json("validator", "vote-key", "propose", "1", SUCCESSOR, *signed)
    assert "is proposed" in commands.error("validator", "vote-key", "accept", "1", "--account", HOLDER)
    assert events(commands.json("validator", "vote-key", "accept", "1", "--account", SUCCESSOR), "VoteKeyChanged")[0]["new_key"] == people[9]
    # to a new owner, with own stake
    assert "nobody is proposed" in commands.error("validator", "owner", "accept", "1", "--account", SUCCESSOR)
    assert "nothing to withdraw" in commands.error("validator", "owner", "propose", "1", "nobody", *signed)
    assert "owns validator 1 already" in commands.error("validator", "owner", "propose", "1", OPERATOR, *signed)
    commands.json("validator", "owner", "propose", "1", people[9], *signed)
    commands.json("validator", "owner", "propose", "1", "nobody", *signed)
    commands.json("validator", "owner", "propose", "1", SUCCESSOR, *signed)
    assert "proposed owner" in commands.run("validator", "show", "1").stdout
    assert events(commands.json("validator", "owner", "accept", "1", "--account", SUCCESSOR), "OwnerChanged")[0]["new_owner"] == people[9]
    assert "belongs to its owner" in commands.error("stake", "unstake", "1", "1 MDT", "--slot", "8", *signed)
    assert "keeps 100 MDT of its own" in commands.error("stake", "unstake", "1", "450 MDT", "--slot", "8", "--account", SUCCESSOR)
    assert "is active" in commands.error("validator", "unjail", "1", "--account", SUCCESSOR)


def test_slash__double_signing_proven_appealed_overturned__restitution(validators, people, proxy, tmp_path):
    commands, mover = validators, ["--account", MOVER]
    commands.json("stake", "add", "2", "60 MDT", "--slot", "1", *mover)
    commands.json("stake", "unstake", "2", "all", "--slot", "1", *mover)
    commands.json("stake", "add", "2", "200 MDT", *mover)
    assert "more than the 1% that are accepted (--max-commission)" in commands.error("stake", "move", "2", "1", "all", "--max-commission", "1%", *mover)
    assert "at a commission of 20% at most" in commands.run("stake", "move", "2", "1", "all", "--max-commission", "20%", "--dry-run", *mover).stdout
    moved = commands.json("stake", "move", "2", "1", "all", *mover)
    assert events(moved, "Redelegated")[0]["amount"] == str(200 * WAD)
    assert "answers for it until" in commands.error("stake", "unstake", "1", "all", *mover)
    assert "nothing to answer for" in commands.error("slash", "answer", "1", *mover)
    height = str(proxy.w3.eth.block_number - 1)
    files = [tmp_path / f"vote-{number}.json" for number in (1, 2)]
    for number, path in enumerate(files):
        signed = commands.json("slash", "vote", height, "0x" + keccak(text=f"block {number}").hex(), "--out", str(path), "--account", SECOND)
        assert signed["signer"] == people[6]
    assert "both votes are for the block" in commands.error("slash", "prove", str(files[0]), str(files[0]), *mover)
    assert "64 hex digits" in commands.error("slash", "vote", height, "0x12", "--out", str(files[0]), "--account", SECOND)
    assert commands.json("slash", "prove", *map(str, files), *mover, "--dry-run")["calls"][0]["function"] == "prove_double_signing"
    proven = commands.json("slash", "prove", *map(str, files), *mover)
    (slashed,) = events(proven, "Slashed")
    assert (slashed["slash_id"], slashed["validator_id"]) == (0, 2)
    slash_id = str(slashed["slash_id"])
    assert "already" in commands.error("slash", "prove", *map(str, files), *mover)
    assert "out for good" in commands.error("validator", "unjail", "2", "--account", SECOND)
    status = commands.json("slash", "status", slash_id)
    assert (status["status"], status["offence"], status["height"]) == (1, 0, int(height))
    assert "the operator can appeal until" in commands.run("slash", "status", slash_id).stdout
    assert "double signing" in commands.run("slash", "history", "2").stdout
    answered = commands.run("slash", "answer", "1", "--for", people[8], "--account", HOLDER).stdout
    assert "taken from validator 1" in answered
    assert answered.endswith("1 slash answered for with 100 MDT: nothing is left to answer for now\n")
    reasons = tmp_path / "reasons.txt"
    reasons.write_text("")
    assert "is empty: the chain would keep the hash of nothing" in commands.error("slash", "appeal", slash_id, str(reasons), "--account", SECOND)
    reasons.write_text("the second machine was stolen\n")
    assert "only operator and owner of validator 2 can appeal" in commands.error("slash", "appeal", slash_id, str(reasons), *mover)
    appealed = commands.json("slash", "appeal", slash_id, str(reasons), "--account", SECOND)
    assert events(appealed, "Appealed")[0]["appeal_hash"] == "0x" + keccak(reasons.read_bytes()).hex()
    assert "only the arbiter decides" in commands.error("slash", "overturn", slash_id, *mover)
    assert "only an overturned one is given back" in commands.error("slash", "restitution", slash_id, *mover)
    assert "MDT given back" in commands.run("slash", "overturn", slash_id, "--account", ARBITER, "--dry-run").stdout
    overturned = commands.json("slash", "overturn", slash_id, "--account", ARBITER)
    assert overturned["transactions"][0]["words"] == f"overturn slash {slash_id}"
    owed = events(overturned, "Overturned")[0]["owed"]
    assert int(owed) > 0
    restitution = commands.json("slash", "restitution", slash_id, "--for", people[8], "--account", HOLDER)
    assert (events(restitution, "RestitutionPaid")[0]["payee"], events(restitution, "RestitutionPaid")[0]["amount"]) == (people[8], owed)
    assert "it was paid already" in commands.error("slash", "restitution", slash_id, "--for", people[8], "--account", SECOND)
    assert "owes nothing to the owner of validator 2" in commands.error("slash", "restitution", slash_id, "--own-stake", "--account", SECOND)
    assert "it is decided" in commands.error("slash", "execute", slash_id, *mover)
    assert "was given back" in commands.run("slash", "status", slash_id).stdout
    assert "there is no slash 9" in commands.error("slash", "status", "9")
    # what was asked back before it answers too, before it is taken out
    assert "1 slash to answer for" in commands.run("stake", "show", "2", "--slot", "1", *mover).stdout
    assert "validator 2, 1 unanswered" in commands.run("stake", "positions", *mover).stdout
    later(commands, UNBONDING, UNBONDING_BLOCKS)
    answering = "answer for a slash of validator 2 out of validator 2, slot 1, request 0"
    planned = commands.run("stake", "withdraw", "--dry-run", *mover).stdout
    assert planned.splitlines() == [f"would {answering}", "would withdraw request 0 of validator 2, slot 1: at most 60 MDT"]
    said = commands.run("stake", "withdraw", *mover).stdout
    assert said.index(answering) < said.index("validator 2, slot 1, request 0: 60 MDT withdrawn")


def test_slash__liveness_reported_by_a_quorum__executed_and_upheld(validators, people, proxy, tmp_path):
    commands, anybody = validators, ["--account", HOLDER]
    status = commands.json("epoch", "status")
    to_block(proxy.w3, status["end_block"] + 1)
    epoch = (commands.json("epoch", "status")["current_epoch"]) - 1
    path, folder = tmp_path / "liveness.json", ["--signatures", str(tmp_path / "signatures")]
    entries = [{"validator_id": 1, "missed_blocks": 120, "missed_reveals": 0}, {"validator_id": 2, "missed_blocks": 0, "missed_reveals": 1}]
    path.write_text(json.dumps({"epoch": epoch, "entries": entries}))
    assert "is not a reporter" in commands.error("slash", "sign-liveness", str(path), *folder, *anybody)
    commands.json("slash", "sign-liveness", str(path), *folder, "--account", "TEST::2")
    assert "1 of 2 signatures" in commands.error("slash", "report-liveness", str(path), *folder, *anybody)
    commands.json("slash", "sign-liveness", str(path), *folder, "--account", "TEST::3")
    reported = commands.json("slash", "report-liveness", str(path), *folder, *anybody)
    assert [one["total_missed_blocks"] for one in events(reported, "LivenessReported")] == [120, 0]
    assert "120 blocks, 0 reveals" in commands.run("slash", "history", "1").stdout
    assert "0 reveals that count" in commands.error("slash", "liveness", "1", "no-reveal", *anybody)
    first = str(events(commands.json("slash", "liveness", "1", "offline", *anybody), "SlashAnnounced")[0]["slash_id"])
    second = str(events(commands.json("slash", "liveness", "2", "no-reveal", *anybody), "SlashAnnounced")[0]["slash_id"])
    assert "it has taken nothing" in commands.error("slash", "execute", first, *anybody)
    assert "open it then" in commands.error("slash", "open", first, *anybody)
    assert "can void it" in commands.run("slash", "status", first).stdout
    assert f"slash {first} announced" in commands.run("validator", "show", "1").stdout
    assert f"announced: {first}" in commands.run("slash", "history", "1").stdout
    later(commands, DAY)
    assert "anyone can open it until" in commands.run("slash", "status", first).stdout
    opened = commands.json("slash", "open", first, *anybody)
    assert events(opened, "Slashed")[0]["slash_id"] == int(first)
    assert "only an announced one" in commands.error("slash", "void", first, "--account", ARBITER)
    assert "the jail window has room for 0 MDT" in commands.error("slash", "open", second, *anybody)
    commands.json("validator", "exit", "2", "--account", SECOND)  # whoever is not at work weighs nothing
    commands.json("slash", "open", second, *anybody)
    later(commands, DAY)
    commands.json("validator", "rejoin", "2", "--account", SECOND)
    assert "has a slash in escrow" in commands.error("stake", "restake", "1", "--slot", "8", "--account", SUCCESSOR)
    reasons = tmp_path / "reasons.txt"
    reasons.write_text("no\n")
    assert "was not appealed" in commands.error("slash", "uphold", first, "--account", ARBITER)
    commands.json("slash", "appeal", first, str(reasons), "--account", SUCCESSOR)
    upheld = commands.json("slash", "uphold", first, "--account", ARBITER)
    assert int(events(upheld, "Upheld")[0]["burned"]) > 0
    assert "execute it then" in commands.error("slash", "execute", second, *anybody)
    assert "slashes in escrow (2)" in commands.error("validator", "unjail", "2", "--account", SECOND)
    later(commands, 4 * DAY)
    assert "anyone can execute it" in commands.run("slash", "status", second).stdout
    executed = commands.run("slash", "execute", second, *anybody).stdout
    assert "burned" in executed
    assert "is in jail until" in commands.error("validator", "unjail", "2", "--account", SECOND)
    later(commands, 4 * DAY)
    commands.json("validator", "unjail", "2", "--account", SECOND)
    assert commands.json("validator", "show", "2")["pool"]["status"] == 1


def test_stake__into_a_lock__said_before(validators):
    """A newcomer's 900 MDT were locked for a year by a command that did not say so."""
    staked = ("stake", "add", "2", "--slot", "6", "--account", MOVER)
    validators.json(*staked[:3], "10 MDT", *staked[3:], "--months", "3")
    assert "locked with what is there until" in validators.run(*staked[:3], "5 MDT", *staked[3:], "--dry-run").stdout
    assert "locked" not in validators.run(*staked[:3], "5 MDT", "--slot", "5", "--account", MOVER, "--dry-run").stdout


def test_rejoin__on_the_day_of_the_exit__says_from_when(validators):
    validators.json("validator", "exit", "2", "--account", SECOND)
    assert "exited less than a day ago: it can rejoin from" in validators.error("validator", "rejoin", "2", "--account", SECOND)

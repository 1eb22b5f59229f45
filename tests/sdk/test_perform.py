"""What a command says of what it sends, whatever fails after that: on a scripted node, with the telling of events left out."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.policy import Policy
from mdt.cli import perform as performing
from mdt.cli.accounts import known_account
from mdt.cli.network import Network
from mdt.cli.perform import perform
from mdt.cli.session import Session
from mdt.errors import InDoubtError, NodeError, UnconfirmedError
from mdt.suite.calls import Call
from mdt.suite.records import Folder
from mdt.suite.telling import Told
from tests.support.scripted_node import ScriptedNode

QUICK = Policy(poll_seconds=0.002, timeout_seconds=0.1, replaced_after_polls=3)
SIGNER = known_account(0)
ACCOUNT = "0x" + "22" * 20
INPUTS = [{"name": "_to", "type": "address"}, {"name": "_amount", "type": "uint256"}]
ABI = [{"type": "function", "name": name, "inputs": INPUTS, "outputs": [], "stateMutability": "nonpayable"} for name in ("approve", "transfer")]


@pytest.fixture
def node(monkeypatch, tmp_path):
    monkeypatch.setenv("MDT_STATE", str(tmp_path))
    return ScriptedNode(chain_id=31_337)


@pytest.fixture
def told(monkeypatch):
    """What `tell` does; nothing by default."""
    found = {"does": lambda: Told([], ["five were sent"])}
    monkeypatch.setattr(performing, "tell", lambda *_: found["does"]())
    return found


def opened(node, as_json=False, amount=5):
    """The session of a new process, and the plan it makes: an approval, and what it is for."""
    said: list[str] = []
    chain = chain_of(node.web3(), node.chain_id, QUICK, said.append)
    token = Contract(chain, "0x" + "11" * 20, ABI, "MDT")
    plan = [Call(token, name, (ACCOUNT, amount), f"{name} {amount} MDT") for name in ("approve", "transfer")]
    session = Session(Network(chain, "local", Folder(None), is_local=True), as_json)
    session.__dict__["suite"] = None
    return session, plan, said


def run(node, as_json=False, amount=5):
    """A command, as `mdt.cli.session.session` runs it."""
    session, plan, said = opened(node, as_json, amount)
    with session.chain.keeping_turns():
        signer = session.signer(None)
        perform(session, signer, plan, dry_run=False)
    return said


def leave_the_last_in_doubt(node):
    """Run the command; its approval is mined, its transfer is not."""

    def held(usual):
        node.mines = False
        return usual()

    node.script["eth_sendRawTransaction"].extend([lambda usual: usual(), held])
    with pytest.raises(UnconfirmedError):
        run(node)


def test_perform__telling_fails__hash_was_said_and_the_rerun_sends_nothing(node, told, capsys):
    def fails():
        raise NodeError("the node went away")

    told["does"] = fails
    with pytest.raises(NodeError):
        run(node)
    (first,) = node.mined
    assert capsys.readouterr().out == f"approve 5 MDT: {first} in block 11\n"
    told["does"] = lambda: Told([], ["five were sent"])
    said = run(node)
    assert any(f"an earlier transaction of this account, MDT.approve: {first}, was mined in block 11" in line for line in said)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"approve 5 MDT: {first} in block 11 (sent by an earlier run; nothing was sent now)"
    assert lines[1] == "  five were sent"
    assert len(node.mined) == 2


def test_perform__json_and_telling_fails__hash_on_standard_error(node, told, capsys):
    def fails():
        raise NodeError("the node went away")

    told["does"] = fails
    with pytest.raises(NodeError):
        run(node, as_json=True)
    (first,) = node.mined
    assert capsys.readouterr() == ("", f"approve 5 MDT: {first} in block 11\n")
    told["does"] = lambda: Told([], [])
    run(node, as_json=True)
    rows = json.loads(capsys.readouterr().out)["transactions"]
    assert [(one["function"], one["tx_hash"] == first, one["is_earlier"]) for one in rows] == [("approve", True, True), ("transfer", False, False)]


def test_perform__last_call_in_doubt_and_mined__approval_is_not_sent_again(node, told, capsys):
    leave_the_last_in_doubt(node)
    node.mine()
    node.mines = True
    capsys.readouterr()
    run(node)
    lines = capsys.readouterr().out.splitlines()
    assert len(node.mined) == 2
    assert [line for line in lines if "nothing was sent now" in line] == [line for line in lines if " in block " in line]


@pytest.mark.parametrize("is_there", [True, False])
def test_perform__approval_of_an_earlier_run__is_sent_again_once_it_is_used_up(node, told, capsys, is_there):
    """A run that dies behind its approval leaves it untold, and the next one, which finds the allowance, does not need it. It was in the way of all later ones."""

    def again(dry_run):
        session, plan, _ = opened(node)
        plan[0] = replace(plan[0], is_there=lambda: is_there)
        with session.chain.keeping_turns():
            perform(session, session.signer(None), plan, dry_run=dry_run)
        return capsys.readouterr().out.splitlines()

    def fails():
        raise NodeError("the node went away")

    told["does"] = fails
    with pytest.raises(NodeError):
        run(node)
    told["does"] = lambda: Told([], [])
    (first,) = node.mined
    capsys.readouterr()
    assert again(dry_run=True)[0].startswith("would send nothing for this: approve 5 MDT" if is_there else "would approve 5 MDT")
    lines = again(dry_run=False)
    assert (first in lines[0], len(node.mined)) == (is_there, 2 if is_there else 3)
    assert again(dry_run=True) == ["would approve 5 MDT", "would transfer 5 MDT"]


def test_perform__like_commands_in_between__its_own_still_sends_nothing(node, told, capsys):
    """The first of them stops and names what was done, the second goes on; neither was run by whoever asked for five."""

    leave_the_last_in_doubt(node)
    node.mine()
    node.mines = True
    with pytest.raises(InDoubtError, match="with other arguments than now; nothing was signed"):
        run(node, amount=7)
    with pytest.raises(InDoubtError, match="with other arguments than now; nothing was signed"):
        run(node, amount=7)  # the approval and the transfer are two
    run(node, amount=7)
    sent = len(node.mined)
    capsys.readouterr()
    run(node)
    assert "transfer 5 MDT: " in (out := capsys.readouterr().out)
    assert "(sent by an earlier run; nothing was sent now)" in out
    assert len(node.mined) == sent


def rehearsed(node, capsys, as_json=False):
    """The dry run of the same command, in a new process; what it said on standard output."""
    session, plan, _ = opened(node, as_json)
    capsys.readouterr()
    with session.chain.keeping_turns():
        perform(session, session.signer(None), plan, dry_run=True)
    return capsys.readouterr().out


def test_perform__dry_run_while_its_own_transaction_is_in_doubt__says_it_would_be_finished(node, told, capsys):
    """It said that it would send five more; the real run only finishes what was signed."""
    assert rehearsed(node, capsys) == "would approve 5 MDT\nwould transfer 5 MDT\n"

    leave_the_last_in_doubt(node)
    sent = len(node.mined)
    said = rehearsed(node, capsys)
    approved, transferred = said.splitlines()
    done = "would send nothing for this: {} 5 MDT: 0x[0-9a-f]{{64}} of an earlier run did it in block {}"
    assert re.fullmatch(done.format("approve", 11), approved)
    assert re.fullmatch("would only finish what an earlier run has signed: transfer 5 MDT: 0x[0-9a-f]{64}, which is not mined yet", transferred)
    rows = json.loads(rehearsed(node, capsys, as_json=True))["calls"]
    assert [(row["function"], row["earlier"] in line) for row, line in zip(rows, said.splitlines(), strict=True)] == [("approve", True), ("transfer", True)]
    assert len(node.mined) == sent
    node.mine()
    node.mines = True
    assert re.fullmatch(done.format("transfer", "[0-9]+"), rehearsed(node, capsys).splitlines()[-1])


@pytest.mark.parametrize(("others", "sent"), [(0, 3), (1, 2), (2, 1)])
def test_perform__same_call_due_several_times__as_often_as_it_is_left(node, told, capsys, others, sent):
    """Somebody else may do some of them in between: what was planned is a forecast."""
    session, (_, call), _ = opened(node)
    call = replace(call, forecast=" of 20 that are owed")
    with session.chain.keeping_turns():
        signer = session.signer(None)
        perform(session, signer, [call] * 3, dry_run=True, left=lambda: [])
        assert capsys.readouterr().out == "would transfer 5 MDT of 20 that are owed\n" * 3
        perform(session, signer, [call] * 3, dry_run=False, left=lambda: [call] * (3 - others - len(node.mined)))
    assert len(node.mined) == sent
    assert "20" not in re.sub("0x[0-9a-f]*", "", capsys.readouterr().out), "what was expected is not what came of it"


def test_who__default_account__nothing_is_looked_up(node, told):
    node.mines = False
    with pytest.raises(UnconfirmedError):
        run(node)
    session, _, said = opened(node)
    asked = len(node.asked)
    assert session.who(None) == SIGNER.address
    assert (len(node.asked), said) == (asked, [])
    session.signer(None)
    assert any("is not mined yet" in line for line in said)

"""`mdt tx`: what was signed here, in text and JSON, sped up and given up on; on a scripted node, and once on a real anvil."""

from __future__ import annotations

import json
import threading
import time

import pytest
from click.testing import CliRunner

from mdt.chain import connecting
from mdt.chain.anvil import call
from mdt.chain.connecting import chain_of
from mdt.chain.journal import Journal, state_folder
from mdt.chain.policy import Policy
from mdt.cli import network
from mdt.cli.accounts import known_account
from mdt.cli.main import main
from mdt.errors import ReplacedError, UnconfirmedError
from tests.support.anvil import anvil, needs_anvil
from tests.support.scripted_node import ScriptedNode

QUICK = Policy(poll_seconds=0.002, timeout_seconds=0.1, replaced_after_polls=3)
SIGNER, OTHER = known_account(0), known_account(1)
TARGET, FIVE = "0x" + "11" * 20, b"\x05" * 68
RPC = "http://127.0.0.1:1"


@pytest.fixture
def node(monkeypatch, tmp_path):
    """A local node behind the commands' connection."""
    found = ScriptedNode(chain_id=31_337)
    monkeypatch.setenv("MDT_STATE", str(tmp_path))
    monkeypatch.setattr(network, "policy_of", lambda _environment: QUICK)
    for module in (connecting, network):
        monkeypatch.setattr(module, "web3_of", lambda _url: found.web3())
    return found


def run(*words, fails=False, url=RPC):
    done = CliRunner(mix_stderr=False).invoke(main, ["tx", *words, "--rpc", url])
    assert done.exit_code == (1 if fails else 0), (done.output, done.stderr, done.exception)
    return next(line for line in done.stderr.splitlines() if line.startswith("error: ")) if fails else done.stdout


def doc(*words):
    return json.loads(run(*words, "--json"))


def held(node, signer=SIGNER, data=FIVE):
    """A payment that waits in the mempool; its hash."""
    node.mines = False
    with pytest.raises(UnconfirmedError) as raised:
        chain_of(node.web3(), node.chain_id, QUICK).send(signer, TARGET, data, "MDT.transfer")
    return raised.value.tx_hash


def sent_elsewhere(node, signer=SIGNER):
    """A payment that a wallet sent, of which no journal knows; its hash."""
    node.mines = False
    wallet = Journal(state_folder() / "wallet")
    with pytest.raises(UnconfirmedError) as raised:
        chain_of(node.web3(), node.chain_id, QUICK, journal=wallet).send(signer, TARGET, FIVE, "sent by a wallet")
    return raised.value.tx_hash


def mines_from_now_on(node):
    """The next transaction is mined as soon as it comes, with what waits."""
    node.mines = True


# --- looking ---


def test_list__nothing_yet__says_where_it_would_be(node, tmp_path):
    assert doc("list") == {"journal": str(tmp_path / "transactions.sqlite"), "transactions": []}
    assert f"journal: {tmp_path}" in run("list").replace("\n", "")
    assert not (tmp_path / "transactions.sqlite").exists()


def test_list__two_accounts__text_and_json(node):
    tx_hash = held(node)
    node.mines = True
    chain_of(node.web3(), node.chain_id, QUICK).send(OTHER, TARGET, FIVE, "MDT.approve")
    rows = doc("list")["transactions"]
    assert [(one["account"], one["nonce"], one["state"], one["what"], one["block_number"]) for one in rows] == [
        (SIGNER.address, 0, "open", "MDT.transfer", 0),
        (OTHER.address, 0, "mined", "MDT.approve", 11),
    ]
    assert (rows[0]["tx_hash"], rows[0]["gas_price"], rows[0]["to"], rows[0]["data"]) == (tx_hash, "1000000000", TARGET, "0x" + FIVE.hex())
    assert [one["account"] for one in doc("list", "--for", OTHER.address)["transactions"]] == [OTHER.address]
    text = run("list")
    assert "in doubt" in text
    assert "MDT.approve" in text


def test_list__more_than_twenty__older_ones_behind_all_but_never_what_is_in_doubt(node):
    held(node)
    node.mines = True
    chain = chain_of(node.web3(), node.chain_id, QUICK)
    for number in range(22):
        chain.send(OTHER, TARGET, bytes([number + 1]) * 40, "MDT.approve")
    assert len(doc("list")["transactions"]) == 21
    assert len(doc("list", "--all")["transactions"]) == 23
    assert "2 older ones: --all shows them" in run("list")


@pytest.mark.parametrize(
    ("then", "state", "words"),
    [
        (lambda node: None, "waiting", "The node has it and has not mined it"),
        (lambda node: node.mine(), "mined", "It is done"),
        (lambda node: (setattr(node, "status", 0), node.mine()), "reverted", "changed nothing"),
        (lambda node: node.mempool.clear(), "unknown", "Run its command again"),
        (lambda node: (node.mempool.clear(), node.foreign_mined.update({SIGNER.address: 1})), "replaced", "can never be mined"),
    ],
)
def test_show__each_state__said_with_the_way_on(node, then, state, words):
    tx_hash = held(node)
    then(node)
    found = doc("show", tx_hash)
    assert (found["state"], found["tx_hash"], found["nonce"]) == (state, tx_hash, 0)
    assert words in found["words"]
    assert words.split()[0] in run("show", tx_hash)


def test_list__hashes__stand_whole_on_a_line_so_that_they_can_be_pasted(node):
    tx_hash = held(node)
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines if tx_hash in line] == [tx_hash]
    assert any(f"{SIGNER.address}, nonce 0: MDT.transfer" in line for line in lines)


def test_show__replaced_here__names_what_took_its_place(node):
    tx_hash = held(node)
    mines_from_now_on(node)
    run("replace", tx_hash)
    (mined,) = node.mined
    found = doc("show", tx_hash)
    assert (found["state"], found["replaced_by"]) == ("replaced", mined)
    assert f"Its nonce went to {mined}: it can never be mined." in run("show", tx_hash)
    assert doc("show", mined)["replaced_by"] is None


def test_replace__a_replacement_or_a_cancelling__is_said_once(node):
    held(node)
    node.mines = False
    assert "error: replace MDT.transfer with nonce 0: 0x" in run("replace", "0", fails=True)
    (first,) = node.mempool
    assert run("replace", first, "--dry-run").startswith("would replace MDT.transfer with nonce 0, at ")
    assert run("cancel", "0", "--dry-run").startswith("would cancel MDT.transfer with nonce 0, at ")
    run("cancel", "0", fails=True)
    assert run("replace", "0", "--dry-run").startswith("would replace the cancelling of MDT.transfer with nonce 0, at ")
    (cancelling,) = node.mempool
    assert run("cancel", cancelling, "--dry-run").startswith("would cancel MDT.transfer with nonce 0, at ")


def test_show__of_a_chain_that_began_anew__forgotten_on_request(node):
    held(node)
    node.mine()
    tx_hash = held(node, data=b"\x07" * 68)
    node.mempool, node.mined = {}, {}
    assert doc("show", tx_hash)["state"] == "beyond"
    assert doc("forget", tx_hash, "--dry-run") == {"dry_run": True, "tx_hash": tx_hash}
    assert "put aside" in run("forget", tx_hash)
    assert "is not in doubt: it is forgotten" in run("forget", tx_hash, fails=True)


def test_show__unknown_or_no_hash__said(node):
    assert "is neither in the journal nor known to the node" in run("show", "0x" + "ab" * 32, fails=True)
    done = CliRunner(mix_stderr=False).invoke(main, ["tx", "show", "0x12", "--rpc", RPC])
    assert done.exit_code == 2
    assert "is no hash" in done.stderr


# --- replacing ---


def test_replace__waiting__same_payload_an_eighth_dearer_and_paid_once(node):
    tx_hash = held(node)
    dry = doc("replace", tx_hash, "--dry-run")
    assert dry == {"dry_run": True, "action": "replace", "nonce": 0, "gas_price": "1125000000", "replaced": [tx_hash]}
    assert run("replace", tx_hash, "--dry-run") == "would replace MDT.transfer with nonce 0, at 1.125 gwei\n"
    assert len(node.sent) == 1
    mines_from_now_on(node)
    text = run("replace", tx_hash)
    (mined,) = node.mined
    assert text == f"replace MDT.transfer with nonce 0: {mined} in block 11 at 1.125 gwei\n"
    assert mined != tx_hash
    assert [(one["tx_hash"], one["state"]) for one in doc("list")["transactions"]] == [(tx_hash, "replaced"), (mined, "mined")]


def test_replace__of_a_transaction_that_a_record_notes__resuming_it_finds_the_dearer_one(node):
    """A deployment notes its running step by hash; the step is done all the same, and not sent once more."""
    tx_hash = held(node)
    (noted,) = [one.signed for one in Journal(state_folder()).entries()]
    mines_from_now_on(node)
    run("replace", tx_hash)
    (mined,) = node.mined
    receipt = chain_of(node.web3(), node.chain_id, QUICK).resume(noted, "deploy MDT")
    assert (receipt.tx_hash, len(node.mined)) == (mined, 1)
    assert [one["state"] for one in doc("list")["transactions"]] == ["replaced", "mined"]


def test_cancel__of_a_transaction_that_a_record_notes__resuming_it_says_that_it_made_nothing(node):
    tx_hash = held(node)
    (noted,) = [one.signed for one in Journal(state_folder()).entries()]
    mines_from_now_on(node)
    run("cancel", tx_hash)
    assert chain_of(node.web3(), node.chain_id, QUICK).resume(noted, "deploy MDT") is None


def test_replace__price_as_stated_or_refused(node):
    tx_hash = held(node)
    assert "1.05 gwei is too little to replace a transaction at 1 gwei: nodes want 1.1 gwei at least" in run(
        "replace", "0", "--gas-price", "1.05 gwei", fails=True
    )
    assert "'fast' is not an amount such as '12.5 gwei' or '25 wei'" in run("replace", "0", "--gas-price", "fast", fails=True)
    assert "'2000000000' has no unit: write '2000000000 gwei' or '2000000000 wei'" in run("replace", "0", "--gas-price", "2000000000", fails=True)
    mines_from_now_on(node)
    found = doc("replace", "0", "--gas-price", "3 gwei")
    assert (found["gas_price"], found["replaced"], found["is_replacement"], found["block_number"]) == ("3000000000", [tx_hash], True, 11)


def test_replace__mined_first__done_by_the_first(node):
    tx_hash = held(node)
    node.script["eth_sendRawTransaction"].append(lambda usual: (node.mine(), usual())[1])
    found = doc("replace", tx_hash)
    assert (found["tx_hash"], found["is_replacement"]) == (tx_hash, False)
    assert len(node.mined) == 1
    assert "is used, 1 comes next: nothing to replace" in run("replace", tx_hash, fails=True)


def test_replace__its_own_command_again__waits_for_either(node):
    tx_hash = held(node)
    assert "is not mined after" in run("replace", tx_hash, fails=True)
    (waiting,) = node.mempool
    node.script["eth_sendRawTransaction"].append(lambda usual: (usual(), node.mine())[0])
    receipt = chain_of(node.web3(), node.chain_id, QUICK).send(SIGNER, TARGET, FIVE, "MDT.transfer")
    assert (receipt.tx_hash, receipt.is_earlier, len(node.mined)) == (waiting, True, 1)


def test_replace__another_account_or_nothing_there__refused(node):
    tx_hash = held(node)
    assert f"is of {SIGNER.address}, not of {OTHER.address}: name its account" in run("replace", tx_hash, "--account", "TEST::1", fails=True)
    assert f"nothing waits with nonce 4 of {OTHER.address}: the next one is 0" in run("cancel", "4", "--account", "TEST::1", fails=True)


@pytest.mark.parametrize("name", ["replace", "cancel"])
@pytest.mark.parametrize("given", ["hash", "nonce"])
def test_replace_and_cancel__again_after_a_time_out__finish_what_waits_at_its_price(node, name, given):
    """Each run signed another one, an eighth dearer, though the time-out said to run the same command again."""
    tx_hash = held(node)
    words = [name, {"hash": tx_hash, "nonce": "0"}[given]]
    assert "run the same command again" in run(*words, fails=True)
    (waiting,) = node.mempool
    assert "run the same command again" in run(*words, fails=True)
    assert (list(node.mempool), len(set(node.sent))) == ([waiting], 2)
    assert run(*words, "--dry-run") == f"would finish {waiting}, which an earlier run has signed, at 1.125 gwei\n"
    assert "would finish" in run(*words, "--gas-price", "1.125 gwei", "--dry-run")
    node.script["eth_sendRawTransaction"].append(lambda usual: (node.mine(), usual())[1])
    found = doc(*words)
    assert (found["tx_hash"], found["is_replacement"], found["gas_price"], found["replaced"]) == (waiting, True, "1125000000", [tx_hash])
    assert len(set(node.sent)) == 2


@pytest.mark.parametrize("name", ["replace", "cancel"])
def test_replace_and_cancel__newest_named_or_another_price__pay_more(node, name):
    held(node)
    run(name, "0", fails=True)
    (waiting,) = node.mempool
    assert doc(name, waiting, "--dry-run")["gas_price"] == "1265625000"
    assert doc(name, "0", "--gas-price", "2 gwei", "--dry-run")["gas_price"] == "2000000000"


def test_cancel__after_a_replacement_that_waits__is_no_repetition(node):
    held(node)
    run("replace", "0", fails=True)
    run("cancel", "0", fails=True)
    assert len(set(node.sent)) == 3
    (waiting,) = node.mempool
    assert node.known[waiting]["input"] == "0x"


@pytest.mark.parametrize("name", ["replace", "cancel"])
def test_replace_and_cancel__again_after_it_was_mined__said_once_and_then_in_nobodys_way(node, name):
    """Its own command refused, and every command of the account told of it for ever."""
    tx_hash = held(node)
    run(name, tx_hash, fails=True)
    (waiting,) = node.mempool
    node.mine()
    chain_of(node.web3(), node.chain_id, QUICK).look_back(SIGNER.address)
    sent = list(node.sent)
    run(name, tx_hash, "--dry-run")
    assert [one.tx_hash for one in Journal(state_folder()).entries() if one.is_live] == [waiting], "a dry run tells nobody"
    assert run(name, tx_hash) == f"{name} MDT.transfer with nonce 0: {waiting} of an earlier run was mined in block 11; nothing was sent now\n"
    assert "is used, 1 comes next: nothing to replace" in run(name, tx_hash, fails=True)
    assert node.sent == sent
    assert not [one for one in Journal(state_folder()).entries() if one.is_live]


@pytest.mark.parametrize("is_seen", [True, False])
def test_cancel__again_but_the_cancelled_one_was_mined__not_said_to_be_cancelled(node, is_seen):
    tx_hash = held(node)
    run("cancel", tx_hash, fails=True)
    (waiting,) = node.mempool
    node.mined[tx_hash] = (*node.mempool.pop(waiting), node.head)
    if is_seen:
        chain_of(node.web3(), node.chain_id, QUICK).look_back(SIGNER.address)
    assert "nonce 0 of" in run("cancel", tx_hash, fails=True)


@pytest.mark.parametrize("name", ["replace", "cancel"])
def test_replace_and_cancel__behind_a_gap__refused_with_the_way_on_and_nothing_signed(node, name):
    """A wallet used nonce 1 before 0: no price has it mined, and what was signed for it locked the account."""
    node.foreign_mined[SIGNER.address] = 1
    tx_hash = sent_elsewhere(node)
    node.foreign_mined[SIGNER.address] = 0
    refused = run(name, tx_hash, fails=True)
    assert (
        f"nonce 1 of {SIGNER.address} cannot be mined, at no price: nonce 0 comes first, and the node knows nothing that waits with it. The next transaction"
        in refused
    )
    assert doc("show", tx_hash)["words"].startswith("The node has it, but nonce 0 comes first, and the node knows nothing that waits with it.")
    assert Journal(state_folder()).entries() == []
    mines_from_now_on(node)
    receipt = chain_of(node.web3(), node.chain_id, QUICK).send(SIGNER, TARGET, b"\x06" * 68, "MDT.transfer")
    assert int(node.known[receipt.tx_hash]["nonce"], 16) == 0


@pytest.mark.parametrize("text", ["9" * 19, "9" * 5_000])
def test_replace_and_cancel__nonce_beyond_all__refused(node, text):
    for name in ("replace", "cancel"):
        done = CliRunner(mix_stderr=False).invoke(main, ["tx", name, text, "--rpc", RPC])
        assert (done.exit_code, "is neither a hash" in done.stderr, len(done.stderr) < 600) == (2, True, True)


# --- giving up ---


def test_cancel__waiting__its_nonce_goes_to_nothing(node):
    tx_hash = held(node)
    assert run("cancel", tx_hash, "--dry-run") == "would cancel MDT.transfer with nonce 0, at 1.125 gwei\n"
    mines_from_now_on(node)
    found = doc("cancel", tx_hash)
    assert found["tx_hash"] in node.mined
    assert tx_hash not in node.mined
    made = node.known[found["tx_hash"]]
    assert (made["to"], made["value"], made["input"], int(made["gas"], 16)) == (SIGNER.address.lower(), "0x0", "0x", 21_000)
    # given up is given up: the same asked for again is a new one
    assert not chain_of(node.web3(), node.chain_id, QUICK).send(SIGNER, TARGET, FIVE, "MDT.transfer").is_earlier


def test_cancel__mined_first__too_late_is_said(node):
    tx_hash = held(node)
    node.script["eth_sendRawTransaction"].append(lambda usual: (node.mine(), usual())[1])
    assert run("cancel", tx_hash, fails=True) == f"error: too late to cancel MDT.transfer with nonce 0: {tx_hash} was mined. It was not undone"
    assert [one["state"] for one in doc("list")["transactions"]] == ["mined", "replaced"]


def test_cancel__in_doubt_and_then_the_cancelled_command_again__says_that_it_was_given_up(node):
    tx_hash = held(node)
    assert "is not mined after" in run("cancel", tx_hash, fails=True)
    (waiting,) = node.mempool
    node.script["eth_sendRawTransaction"].append(lambda usual: (usual(), node.mine())[0])
    with pytest.raises(ReplacedError, match=f"it was not done, because its nonce 0 went to {waiting} in block 11"):
        chain_of(node.web3(), node.chain_id, QUICK).send(SIGNER, TARGET, FIVE, "MDT.transfer")
    assert list(node.mined) == [waiting]


@pytest.mark.parametrize("by", ["hash", "nonce"])
def test_cancel__of_a_wallet__given_up_as_well(node, by):
    tx_hash = sent_elsewhere(node)
    mines_from_now_on(node)
    found = doc("cancel", tx_hash if by == "hash" else "0")
    assert (found["replaced"], found["gas_price"]) == ([tx_hash] if by == "hash" else [], "1125000000")
    assert list(node.mined) == [found["tx_hash"]]


def test_replace__of_a_wallet__same_payload(node):
    tx_hash = sent_elsewhere(node)
    assert "only the node knows what waits with nonce 0: name it by its hash" in run("replace", "0", fails=True)
    mines_from_now_on(node)
    made = node.known[doc("replace", tx_hash)["tx_hash"]]
    assert (made["to"], made["input"]) == (TARGET, "0x" + FIVE.hex())


# --- on a real node ---


@needs_anvil
def test_anvil__held_then_replaced_and_held_then_cancelled__each_nonce_once(monkeypatch, tmp_path):
    monkeypatch.setenv("MDT_STATE", str(tmp_path))
    with anvil("--no-mining") as (w3, url):
        chain = chain_of(w3, 31_337, Policy(poll_seconds=0.02, timeout_seconds=0.2))
        for name in ("replace", "cancel"):
            with pytest.raises(UnconfirmedError) as raised:
                chain.send(SIGNER, TARGET, name.encode(), "pay")
            threading.Thread(target=lambda: (time.sleep(0.5), call(w3, "anvil_mine", "0x1"))).start()
            found = json.loads(run(name, raised.value.tx_hash, "--json", url=url))
            assert found["is_replacement"]
            assert w3.eth.get_transaction_receipt(found["tx_hash"])["status"] == 1
        blocks = [w3.eth.get_block(number, True) for number in range(1, w3.eth.block_number + 1)]
        assert [bytes(one["input"]) for block in blocks for one in block["transactions"]] == [b"replace", b""]

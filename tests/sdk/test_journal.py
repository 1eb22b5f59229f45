"""What becomes of a transaction: each outcome of `docs/reference/transactions.md`, on a node whose answers are scripted."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
import requests
from eth_account import Account

from mdt.chain import replacing
from mdt.chain.connecting import chain_of
from mdt.chain.journal import Journal, state_folder
from mdt.chain.policy import GWEI, Policy, policy_of
from mdt.chain.receipts import Intent
from mdt.chain.signers import LocalSigner
from mdt.errors import (
    BusyError,
    ConfigError,
    InDoubtError,
    JournalError,
    NodeError,
    PendingError,
    RefusedError,
    ReplacedError,
    RevertError,
    UnconfirmedError,
    WrongChainError,
)
from tests.support.scripted_node import CHAIN_ID, ScriptedNode, refusal

QUICK = Policy(poll_seconds=0.002, timeout_seconds=0.15, resend_seconds=0.02, replaced_after_polls=3)
TARGET, OTHER = "0x" + "11" * 20, "0x" + "22" * 20
FIVE, SEVEN = b"\x05" * 68, b"\x07" * 68
SIGNER = LocalSigner(Account.from_key(b"\x09" * 32))
LOST = requests.exceptions.ConnectionError("connection reset")


@pytest.fixture
def node():
    return ScriptedNode()


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "state")


class Told(list):
    """What was said on the way."""

    def about(self, words: str) -> bool:
        return any(words in line for line in self)


def process(node, journal, policy=QUICK):
    """A chain as a new process has it."""
    told = Told()
    return chain_of(node.web3(), CHAIN_ID, policy, told.append, journal), told


def pay(node, journal, data=FIVE, to=TARGET, policy=QUICK):
    """A command that pays, in a process of its own."""
    return process(node, journal, policy)[0].send(SIGNER, to, data, "pay")


def states(journal):
    return [(one.nonce, one.state.value, one.is_told) for one in journal.entries()]


# --- the ordinary way ---


def test_send__mined__written_down_before_it_is_sent_and_told(node, journal):
    kept = []
    node.script["eth_sendRawTransaction"].append(lambda usual: (kept.extend(states(journal)), usual())[1])
    receipt = pay(node, journal)
    assert kept == [(0, "open", False)]
    assert states(journal) == [(0, "mined", True)]
    (entry,) = journal.entries()
    assert (entry.tx_hash, entry.raw, entry.intent) == (receipt.tx_hash, node.sent[0], Intent("0x" + "11" * 20, FIVE))
    assert (entry.gas_price, entry.gas, entry.chain_id, entry.sender) == (GWEI, 65_000, CHAIN_ID, SIGNER.address)
    assert not receipt.is_earlier


def test_send__twice_on_purpose__paid_twice(node, journal):
    first, second = pay(node, journal), pay(node, journal)
    assert first.tx_hash != second.tx_hash
    assert states(journal) == [(0, "mined", True), (1, "mined", True)]
    # also inside one command, whose transactions are told at its end
    chain, _ = process(node, journal)
    with chain.keeping_turns():
        assert len({chain.send(SIGNER, TARGET, FIVE, "pay").tx_hash for _ in range(3)}) == 3
    assert len(node.mined) == 5


def test_send__reverted__said_and_not_in_the_way(node, journal):
    node.status = 0
    with pytest.raises(RevertError, match="was mined in block 11 and reverted"):
        pay(node, journal)
    assert states(journal) == [(0, "reverted", True)]
    node.status = 1
    assert not pay(node, journal).is_earlier


# --- in doubt ---


def held(node, journal, data=FIVE):
    """A transaction that is sent and not mined in time; its hash."""
    node.mines = False
    with pytest.raises(UnconfirmedError) as raised:
        pay(node, journal, data)
    node.mines = True
    return raised.value.tx_hash


def test_send__not_mined_in_time__the_hash_and_the_ways_on(node, journal):
    node.mines = False
    with pytest.raises(
        UnconfirmedError, match=r"0x[0-9a-f]{64} is not mined after 0.15 s, but may still be; run the same command again.*mdt tx show"
    ) as raised:
        pay(node, journal)
    assert raised.value.tx_hash in node.mempool
    assert states(journal) == [(0, "open", False)]


def test_send__another_command_in_between__the_same_one_still_sends_nothing(node, journal):
    """Whoever ran the other command may be somebody else, or a program that reads no words."""
    tx_hash = held(node, journal)
    node.mine()
    assert not pay(node, journal, SEVEN).is_earlier
    chain, told = process(node, journal)
    chain.look_back(SIGNER.address)
    assert told.about(f"{tx_hash}, was mined in block 11; its own command would say so and send nothing")
    assert (pay(node, journal).tx_hash, len(node.mined)) == (tx_hash, 2)
    assert not pay(node, journal).is_earlier


def test_forget__mined_and_not_told__its_command_sends_again(node, journal):
    tx_hash = held(node, journal)
    node.mine()
    pay(node, journal, SEVEN)
    chain, _ = process(node, journal)
    replacing.forget(chain, replacing.find(chain, tx_hash))
    assert not pay(node, journal).is_earlier


def test_send__same_command_waited_while_another_finished_it__sends_nothing(node, journal, monkeypatch):
    """Two reruns at once: the second began while the payment was in doubt."""
    tx_hash = held(node, journal)
    node.mine()
    at_once, found = Journal.locked, []

    def after_the_first(*place):
        monkeypatch.setattr(Journal, "locked", at_once)
        found.append(pay(node, journal))
        return at_once(*place)

    monkeypatch.setattr(Journal, "locked", after_the_first)
    found.append(pay(node, journal))
    assert [(one.tx_hash, one.is_earlier) for one in found] == [(tx_hash, True)] * 2
    assert len(node.mined) == 1


def test_send__interrupted_while_it_waits__says_that_it_may_be_mined(node, journal, monkeypatch):
    chain, told = process(node, journal)
    node.mines = False

    def interrupted(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        chain.send(SIGNER, TARGET, FIVE, "pay")
    assert told.about("is not waited for any more, but may still be mined: run the same command again")


def test_send__rerun_after_it_was_mined__reported_and_not_sent_again(node, journal):
    tx_hash = held(node, journal)
    node.mine()
    chain, told = process(node, journal)
    kept = []
    receipt = chain.send(SIGNER, TARGET, FIVE, "pay", on_signed=kept.append)
    assert (receipt.tx_hash, receipt.is_earlier, receipt.block_number) == (tx_hash, True, 11)
    assert [one.tx_hash for one in kept] == [tx_hash]
    assert told.about(f"{tx_hash} of an earlier run did this in block 11; nothing was sent now")
    assert len(node.mined) == 1
    # and asked for once more, it is paid once more
    assert not pay(node, journal).is_earlier
    assert len(node.mined) == 2


def test_send__rerun_while_it_waits__finished_with_the_same_bytes(node, journal):
    tx_hash = held(node, journal)
    node.script["eth_sendRawTransaction"].append(lambda usual: (node.mine(), refusal("already known"))[1])
    receipt = pay(node, journal)
    assert (receipt.tx_hash, receipt.is_earlier) == (tx_hash, True)
    assert len(set(node.sent)) == 1


def test_send__rerun_after_the_node_forgot_it__the_same_bytes_again(node, journal):
    tx_hash = held(node, journal)
    node.mempool = {}
    assert pay(node, journal).tx_hash == tx_hash
    assert len(set(node.sent)) == 1
    assert states(journal) == [(0, "mined", True)]


def test_send__something_else_while_one_is_in_doubt__refused_by_name(node, journal):
    tx_hash = held(node, journal)
    sent = len(node.sent)
    for to, data in ((TARGET, SEVEN), (OTHER, FIVE)):
        with pytest.raises(InDoubtError, match=rf"nothing was signed, because {tx_hash} \(pay, nonce 0, signed at .* UTC\) is in doubt") as raised:
            pay(node, journal, data, to)
        assert raised.value.tx_hash == tx_hash
        assert "mdt tx show" in str(raised.value)
    assert len(node.sent) == sent
    node.mine()
    assert not pay(node, journal, SEVEN).is_earlier


def test_send__died_after_writing_it_down__sent_once(node, journal):
    class DeathError(BaseException):
        pass

    chain, _ = process(node, journal)

    def die(_signed):
        raise DeathError

    with pytest.raises(DeathError):
        chain.send(SIGNER, TARGET, FIVE, "pay", on_signed=die)
    assert (node.sent, states(journal)) == ([], [(0, "open", False)])
    (entry,) = journal.entries()
    kept = []
    assert process(node, journal)[0].send(SIGNER, TARGET, FIVE, "pay", on_signed=kept.append).tx_hash == entry.tx_hash
    assert kept == [entry.signed]
    assert len(node.mined) == 1


def test_command__died_between_mining_and_its_last_word__next_one_reports(node, journal):
    done = []

    def dies_at_its_last_word():
        chain, _ = process(node, journal)
        with chain.keeping_turns():
            done.extend(chain.send(SIGNER, TARGET, data, what) for data, what in ((FIVE, "approve"), (SEVEN, "pay")))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies_at_its_last_word()
    first, second = done
    assert states(journal) == [(0, "mined", False), (1, "mined", False)]
    chain, told = process(node, journal)
    with chain.keeping_turns():
        chain.look_back(SIGNER.address)
        # the plan is made anew: it begins with an approval again, which was used up by what followed
        assert chain.first_underway(SIGNER.address, [Intent(TARGET, FIVE + b"1"), Intent(TARGET, SEVEN)]) == 1
        assert chain.send(SIGNER, TARGET, SEVEN, "pay").tx_hash == second.tx_hash
    assert told.about(f"an earlier transaction of this account, approve: {first.tx_hash}, was mined in block 11")
    assert states(journal) == [(0, "mined", True), (1, "mined", True)]
    assert len(node.mined) == 2


# --- what nodes do ---


def test_wait__every_kind_of_fault__polled_through(node, journal):
    faults = [{"result": None}, LOST, requests.exceptions.HTTPError("502 Bad Gateway"), ValueError("Expecting value: <html>"), refusal("busy"), {}]
    node.mines = False
    node.script["eth_getTransactionReceipt"].extend(faults)
    node.script["eth_getTransactionReceipt"].append(lambda usual: (node.mine(), usual())[1])
    assert pay(node, journal, policy=Policy(poll_seconds=0.002, timeout_seconds=5)).block_number == 11


def test_wait__faults_until_the_end__hash_and_the_last_words(node, journal):
    node.always("eth_getTransactionReceipt", requests.exceptions.HTTPError("502 Bad Gateway"))
    with pytest.raises(UnconfirmedError, match=r"0x[0-9a-f]{64} is not mined after 0.15 s, but may still be \(the node's last words: .*502 Bad Gateway"):
        pay(node, journal)
    del node.script["eth_getTransactionReceipt"]
    assert pay(node, journal).is_earlier
    assert len(node.mined) == 1


def test_wait__lagging_head__not_counted_before_the_head_reaches_it(node, journal):
    node.script["eth_blockNumber"].extend([{"result": "0xa"}] * 3)
    receipt = pay(node, journal)
    assert receipt.block_number == 11
    assert node.asked.count("eth_blockNumber") == 4


@pytest.mark.parametrize("lost", [LOST, requests.exceptions.ReadTimeout("30 s"), {"result": None}, ValueError("<html>"), refusal("internal error")])
def test_send__answer_lost__looked_up_and_not_signed_again(node, journal, lost):
    def takes_it_and_is_silent(usual):
        usual()
        if isinstance(lost, Exception):
            raise lost
        return lost if "error" in lost else None

    node.script["eth_sendRawTransaction"].append(takes_it_and_is_silent)
    chain, told = process(node, journal)
    chain.send(SIGNER, TARGET, FIVE, "pay")
    assert told.about("no clear answer to 0x")
    assert (len(node.mined), len(node.sent)) == (1, 1)


def test_send__node_away_when_it_is_sent__handed_over_again(node, journal):
    node.script["eth_sendRawTransaction"].extend([LOST, LOST])
    pay(node, journal)
    assert (len(node.mined), len(set(node.sent))) == (1, 1)


@pytest.mark.parametrize("words", ["already known", "already imported", "ALREADY_EXISTS: already known", "transaction already in mempool"])
def test_send__known_to_the_node__waited_for(node, journal, words):
    node.script["eth_sendRawTransaction"].append(lambda usual: (usual(), refusal(words))[1])
    assert pay(node, journal).block_number == 11


@pytest.mark.parametrize(
    "words", ["replacement transaction underpriced", "insufficient funds for gas * price + value", "gas price too low: minimum 2", "txpool is full"]
)
def test_send__refused_by_the_node__said_and_free_again(node, journal, words):
    node.script["eth_sendRawTransaction"].append(refusal(words))
    with pytest.raises(RefusedError, match=f"the node did not take 0x.*, so nothing was sent: .*{words[:12]}"):
        pay(node, journal)
    assert states(journal) == [(0, "refused", True)]
    assert not pay(node, journal, SEVEN).is_earlier
    assert len(node.mined) == 1


def test_send__refused_by_a_node_that_has_it__waited_for(node, journal):
    node.script["eth_sendRawTransaction"].append(lambda usual: (usual(), refusal("transaction underpriced"))[1])
    assert pay(node, journal).block_number == 11


def test_send__refused_and_mined_all_the_same__reported_by_the_rerun(node, journal):
    def refuses(usual):
        node.mines = False
        usual()
        return refusal("txpool is full")

    node.script["eth_sendRawTransaction"].append(refuses)
    node.script["eth_getTransactionByHash"].append({"result": None})
    with pytest.raises(RefusedError):
        pay(node, journal)
    node.mine()
    assert pay(node, journal).is_earlier
    assert len(node.mined) == 1


def test_send__nonce_used_elsewhere_meanwhile__said_and_not_sent_anew_unasked(node, journal):
    def taken(usual):
        node.foreign_mined[SIGNER.address] += 1
        return usual()

    node.script["eth_sendRawTransaction"].append(taken)
    with pytest.raises(
        ReplacedError, match="it was not done, because the nonce 0 of 0x.* was used by a transaction that was not sent from here, perhaps the same one sped up"
    ):
        pay(node, journal)
    assert states(journal) == [(0, "replaced", True)]
    assert not pay(node, journal).is_earlier


def test_look__replaced_while_nobody_looked__said_before_anything_is_signed(node, journal):
    tx_hash = held(node, journal)
    node.mempool = {}
    node.foreign_mined[SIGNER.address] += 1
    sent = len(node.sent)
    with pytest.raises(ReplacedError, match=f"nothing was signed, because the nonce 0 of {tx_hash} was used"):
        pay(node, journal, SEVEN)
    assert len(node.sent) == sent
    assert not pay(node, journal, SEVEN).is_earlier


def test_look__receipts_lag_behind_nonces__not_taken_for_replaced(node, journal):
    tx_hash = held(node, journal)
    node.mine()
    node.script["eth_getTransactionReceipt"].extend([{"result": None}] * 6)
    node.always("eth_getTransactionByHash", {"result": None})
    receipt = pay(node, journal)
    assert (receipt.tx_hash, receipt.is_earlier) == (tx_hash, True)
    assert len(node.mined) == 1


def test_look__node_knows_it_but_shows_no_receipt__in_doubt_and_not_taken_for_replaced(node, journal):
    tx_hash = held(node, journal)
    node.mine()
    node.always("eth_getTransactionReceipt", {"result": None})
    with pytest.raises(UnconfirmedError, match=tx_hash):
        pay(node, journal)
    assert states(journal) == [(0, "open", False)]


# --- pending from elsewhere ---


def test_send__pending_from_a_wallet__refused_in_words(node, journal):
    node.foreign_pending[SIGNER.address] = 1
    with pytest.raises(
        PendingError, match=r"a transaction waits in the mempool of 0x.*, from nonce 0 on, sent from elsewhere .*nothing was signed; wait .*`mdt tx cancel 0`"
    ):
        pay(node, journal)
    node.foreign_pending[SIGNER.address] = 3
    with pytest.raises(PendingError, match="3 transactions wait"):
        pay(node, journal)
    assert (node.sent, journal.entries()) == ([], [])


# --- reorganisations, lags and chains that begin anew ---


def test_wait__reorganised_within_the_confirmations__waited_for_again(node, journal):
    policy = Policy(poll_seconds=0.002, timeout_seconds=5, confirmations=2)
    heads = []

    def later(usual):
        heads.append(1)
        if len(heads) == 3:
            node.reorganise(keeps=True)
        if len(heads) > 3:
            node.mine()
        return usual()

    node.always("eth_blockNumber", later)
    chain, told = process(node, journal, policy)
    receipt = chain.send(SIGNER, TARGET, FIVE, "pay")
    assert told.about("is no longer in block 11, the chain was reorganised: waiting again")
    assert receipt.block_number > 11
    assert (states(journal), len(set(node.sent))) == ([(0, "mined", True)], 1)


def test_wait__not_enough_blocks_on_top__in_doubt(node, journal):
    with pytest.raises(UnconfirmedError, match="is in block 11, but has not 2 blocks on top of it after 0.15 s"):
        pay(node, journal, policy=Policy(poll_seconds=0.002, timeout_seconds=0.15, confirmations=2))


@pytest.mark.parametrize("keeps", [True, False])
def test_send__earlier_one_was_reorganised_away__said_and_finished_by_its_own_command(node, journal, keeps):
    receipt = pay(node, journal)
    node.reorganise(keeps=keeps)
    with pytest.raises(InDoubtError, match=rf"nothing was signed, because {receipt.tx_hash} .* is in doubt"):
        pay(node, journal, SEVEN)
    node.script["eth_sendRawTransaction"].append(lambda usual: (usual(), node.mine())[0])
    assert pay(node, journal).tx_hash == receipt.tx_hash
    assert len(node.mined) == 1


@pytest.mark.parametrize("order", [(FIVE, SEVEN), (SEVEN, FIVE)])
def test_send__several_were_reorganised_away__each_finished_with_its_own_bytes(node, journal, order):
    first, second = pay(node, journal, FIVE), pay(node, journal, SEVEN)
    node.mined = {}
    with pytest.raises(InDoubtError, match=f"because {first.tx_hash}"):
        pay(node, journal, b"\x09" * 40)
    hashes = {FIVE: first.tx_hash, SEVEN: second.tx_hash}
    for data in order:
        receipt = pay(node, journal, data)
        assert (receipt.tx_hash, receipt.is_earlier) == (hashes[data], True)
    assert sorted(node.mined) == sorted(hashes.values())
    assert len(set(node.sent)) == 2


def test_send__chain_began_anew_without_saying_so__what_was_mined_is_put_aside(node, journal):
    pay(node, journal)
    node.mined, node.head = {}, 11 + 65
    chain, told = process(node, journal)
    chain.send(SIGNER, TARGET, SEVEN, "pay")
    assert told.about("the chain began anew, or was put back")


def test_send__node_behind_what_was_mined__lags_and_nothing_is_signed(node, journal):
    receipt = pay(node, journal)
    node.always("eth_getTransactionCount", {"result": "0x0"})
    node.always("eth_blockNumber", {"result": "0xa"})
    with pytest.raises(
        NodeError,
        match=f"the node lags: it is at block 10 and counts 0 transactions of 0x.*, but {receipt.tx_hash} with nonce 0 was mined in block 11; nothing was signed",
    ):
        pay(node, journal, SEVEN)
    assert len(node.sent) == 1


def test_send__local_chain_put_back__earlier_ones_are_put_aside(node, journal):
    pay(node, journal)
    node.mined, node.version = {}, "anvil/v1.7"
    chain, told = process(node, journal)
    chain.send(SIGNER, TARGET, SEVEN, "pay")
    assert told.about("the chain began anew, or was put back: 1 earlier transactions")
    assert states(journal) == [(0, "forgotten", True), (0, "mined", True)]


@pytest.mark.parametrize("genesis", ["0x" + "cc" * 32, "0x" + "00" * 32])
def test_send__another_chain_of_the_same_id__not_in_the_way_where_block_0_is_told(node, journal, genesis):
    tx_hash = held(node, journal)
    other = ScriptedNode(genesis=genesis)
    if genesis.endswith("cc"):
        assert not pay(other, journal, SEVEN).is_earlier
    else:  # a node that does not tell: it may be the same chain
        with pytest.raises(InDoubtError, match=tx_hash):
            pay(other, journal, SEVEN)


# --- nulls ---


@pytest.mark.parametrize(
    ("method", "ask"),
    [
        ("eth_blockNumber", lambda chain: chain.head()),
        ("eth_gasPrice", lambda chain: chain.gas_price()),
        ("eth_getTransactionCount", lambda chain: chain.nonce(SIGNER.address)),
        ("eth_getTransactionCount", lambda chain: chain.pending_nonce(SIGNER.address)),
        ("eth_getBalance", lambda chain: chain.balance(SIGNER.address)),
        ("eth_estimateGas", lambda chain: chain.prepare(SIGNER, TARGET, FIVE, "pay")),
        ("eth_call", lambda chain: chain.raw_call(TARGET, FIVE, "look")),
        ("eth_getCode", lambda chain: chain.code(TARGET)),
        ("eth_chainId", lambda chain: chain.check()),
        ("eth_getBlockByNumber", lambda chain: chain.header(7)),
    ],
)
@pytest.mark.parametrize("answer", [{"result": None}, {}, {"result": []}, {"result": "<html>"}])
def test_ask__null_or_nonsense__node_error_in_words(node, journal, method, ask, answer):
    node.always(method, answer)
    with pytest.raises(NodeError, match="the node"):
        ask(process(node, journal)[0])


def test_send__wrong_chain_midway__not_signed(node, journal):
    node.script["eth_chainId"].extend([lambda usual: usual(), {"result": "0x1"}])
    with pytest.raises(WrongChainError, match="serves chain id 1, expected 8898: .*nothing was signed"):
        pay(node, journal)
    assert (node.sent, journal.entries()) == ([], [])


def test_wait__another_chain_answers_midway__neither_replaced_nor_forgotten(node, journal):
    def then_another_chain(usual):
        node.always("eth_chainId", {"result": "0x1"})
        node.always("eth_getTransactionCount", {"result": "0x63"})
        node.always("eth_getTransactionReceipt", {"result": None})
        node.always("eth_getTransactionByHash", {"result": None})
        return usual()

    node.script["eth_sendRawTransaction"].append(then_another_chain)
    with pytest.raises(UnconfirmedError, match="but may still be .the node's last words: the node serves chain id 1, expected 8898"):
        pay(node, journal)
    with pytest.raises(WrongChainError):  # the journal is not compared with another chain
        pay(node, journal)
    assert states(journal) == [(0, "open", False)]
    node.script.clear()
    assert pay(node, journal).is_earlier
    assert len(node.mined) == 1


def test_wait__short_time_out__still_finds_out_that_it_was_replaced(node, journal):
    tx_hash = held(node, journal)
    node.mempool = {}
    node.foreign_mined[SIGNER.address] += 1
    with pytest.raises(ReplacedError, match=tx_hash):
        pay(node, journal, policy=Policy(poll_seconds=0.002, timeout_seconds=0, replaced_after_polls=10))


def test_look__refused_and_its_nonce_used_by_the_next__is_over_without_waiting(node, journal):
    node.script["eth_sendRawTransaction"].append(refusal("txpool is full"))
    with pytest.raises(RefusedError):
        pay(node, journal)
    slow = Policy(poll_seconds=30, timeout_seconds=60)
    pay(node, journal, SEVEN)
    started = time.monotonic()
    pay(node, journal, SEVEN + b"2", policy=slow)
    assert time.monotonic() - started < 5
    assert states(journal) == [(0, "replaced", True), (0, "mined", True), (1, "mined", True)]


# --- the journal itself ---


def test_journal__several_threads_with_one_account__no_collision(node, journal):
    failures = []

    def run(number):
        try:
            pay(node, journal, bytes([number]) * 40, policy=Policy(poll_seconds=0.002, timeout_seconds=20))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    assert sorted(one.nonce for one in journal.entries()) == list(range(6))


def test_journal__held_by_another__busy_after_the_time_out(node, journal):
    done = threading.Event()
    ready = threading.Event()

    def hold():
        with journal.locked(CHAIN_ID, SIGNER.address, 1, lambda: None):
            ready.set()
            done.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    ready.wait(10)
    try:
        chain, told = process(node, journal)
        with pytest.raises(BusyError, match="another process still sends from 0x.* after 0.15 s"):
            chain.send(SIGNER, TARGET, FIVE, "pay")
        assert told.about("waiting for another process that sends from 0x")
        # another account is free
        chain.send(LocalSigner(Account.from_key(b"\x08" * 32)), TARGET, FIVE, "pay")
    finally:
        done.set()
        other.join()


def test_journal__cannot_be_written__nothing_is_signed(node, tmp_path):
    (tmp_path / "file").write_text("")

    class Unwilling:
        address = SIGNER.address

        def sign(self, _transaction):
            raise AssertionError("signed without a journal")

    chain, _ = process(node, Journal(tmp_path / "file" / "state"))
    with pytest.raises(
        JournalError, match=r"the journal .* cannot be used \(.*\), and nothing is sent without it: make the folder writable, or name another one in MDT_STATE"
    ):
        chain.send(Unwilling(), TARGET, FIVE, "pay")


def test_journal__full_when_it_is_mined__hash_is_said_and_the_rerun_reports_it(node, tmp_path):
    class Full(Journal):
        def settle(self, *_arguments, **_named):
            raise JournalError("the disk is full")

    with pytest.raises(JournalError, match="pay: 0x.* was mined in block 11, which cannot be written down: the disk is full"):
        pay(node, Full(tmp_path))
    assert pay(node, Journal(tmp_path)).is_earlier
    assert len(node.mined) == 1


@pytest.mark.parametrize(
    ("error", "way"),
    [
        (sqlite3.OperationalError("database is locked"), "another process has kept it for 30 s: run the command again"),
        (sqlite3.DatabaseError("database disk image is malformed"), "it is damaged: see what the account has pending, move the file aside"),
        (sqlite3.DatabaseError("file is not a database"), "it is damaged"),
    ],
)
def test_journal__locked_or_damaged__says_what_helps(node, journal, monkeypatch, error, way):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(sqlite3, "connect", fails)
    with pytest.raises(JournalError, match=way):
        pay(node, journal)


def test_journal__damaged_or_of_another_format__said(node, journal):
    pay(node, journal)
    with sqlite3.connect(journal.path) as database:
        database.execute("PRAGMA user_version = 9")
    with pytest.raises(JournalError, match="has format 9, this version reads 1"):
        pay(node, journal)
    journal.path.write_bytes(b"no database at all" * 100)
    with pytest.raises(JournalError, match="file is not a database"):
        pay(node, journal)
    assert len(node.sent) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE transactions SET state = 'odd'", "has a row that nobody of ours wrote .*move the file aside, once nothing of its accounts is pending"),
        ("DROP TABLE transactions", "no such table.*it is damaged: see what the account has pending"),
    ],
)
def test_journal__changed_by_somebody_else__said_with_the_way_on(node, journal, change, words):
    pay(node, journal)
    with sqlite3.connect(journal.path) as database:
        database.execute(change)
    with pytest.raises(JournalError, match=words):
        journal.entries()


def test_state_folder__named_in_the_environment__absolute_only(monkeypatch, tmp_path):
    monkeypatch.setenv("MDT_STATE", str(tmp_path))
    assert state_folder() == tmp_path
    monkeypatch.setenv("MDT_STATE", "here")
    with pytest.raises(JournalError, match="MDT_STATE=here is a relative path: write it whole"):
        state_folder()
    monkeypatch.delenv("MDT_STATE")
    assert state_folder().name == "mdt"
    assert state_folder().is_absolute()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MDT_TIMEOUT", "0"),
        ("MDT_TIMEOUT", "soon"),
        ("MDT_CONFIRMATIONS", "-1"),
        ("MDT_CONFIRMATIONS", "1001"),
        ("MDT_TIMEOUT", "1_0"),
        ("MDT_TIMEOUT", "１０"),
        ("MDT_TIMEOUT", "9" * 50),
    ],
)
def test_policy_of__environment__whole_numbers_in_range(name, text):
    assert policy_of({}) == Policy()
    with pytest.raises(ConfigError, match="write a whole number from"):
        policy_of({name: "9" * 5_000})
    assert policy_of({"MDT_TIMEOUT": "5", "MDT_CONFIRMATIONS": "2"}) == Policy(timeout_seconds=5, confirmations=2)
    with pytest.raises(ConfigError, match=f"{name}='{text}': write a whole number from"):
        policy_of({name: text})

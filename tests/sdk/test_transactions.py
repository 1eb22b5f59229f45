"""Calls, encodings, reverts and transactions on a normal embedded chain; what Luxtensor adds is in tests/luxtensor."""

from __future__ import annotations

import pytest
import vyper
from eth_abi import encode
from eth_account import Account

from mdt.addresses import parse_address
from mdt.chain import abi as abilib
from mdt.chain.connecting import chain_of, connect
from mdt.chain.contract import Contract
from mdt.chain.policy import GWEI, Policy, deploy_gas
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.errors import AccountError, ChainError, EmptyAnswerError, NodeError, RevertError, WrongChainError
from mdt.files import readable
from tests.support.chains import accounts, anchored, local_chain

SOURCE = """
# pragma version 0.4.3
# pragma evm-version cancun
struct Inner:
    owner: address
    values: uint256[2]

struct Outer:
    inner: Inner
    names: DynArray[String[8], 3]
    flag: bool

event Noted:
    who: indexed(address)
    label: indexed(String[16])
    outer: Outer
    amount: uint256

stored: public(uint256)

@external
@view
def outer(_outer: Outer) -> Outer:
    return _outer

@external
@view
def pair() -> (uint256, address):
    return 7, self

@external
def note(_amount: uint256, _twice: bool = False) -> uint256:
    assert _amount != 13, "box: unlucky"
    assert _amount != 14
    self.stored = _amount // (15 - _amount) if _amount == 15 else _amount
    outer: Outer = Outer(inner=Inner(owner=msg.sender, values=[1, _amount]), names=["a", "bc"], flag=True)
    log Noted(who=msg.sender, label="hello", outer=outer, amount=_amount)
    if _twice:
        log Noted(who=self, label="again", outer=outer, amount=_amount)
    return _amount
"""


@pytest.fixture(scope="module")
def w3():
    return local_chain()


@pytest.fixture(autouse=True)
def _anchor(w3):
    with anchored(w3):
        yield


@pytest.fixture(scope="module")
def artifact():
    made = vyper.compile_code(SOURCE, output_formats=["abi", "bytecode"])
    return made["abi"], bytes.fromhex(made["bytecode"][2:])


@pytest.fixture
def chain(w3):
    return chain_of(w3, int(w3.eth.chain_id), Policy(poll_seconds=0.02, timeout_seconds=2))


@pytest.fixture
def signer(w3):
    return LocalSigner(accounts(w3)[0])


@pytest.fixture
def box(chain, signer, artifact):
    abi, code = artifact
    return Contract(chain, chain.send(signer, None, code, "create the box").contract_address, abi, "box")


def test_call__nested_structs__dataclasses_in_and_out(box, signer):
    value = {"inner": {"owner": signer.address, "values": [1, 2]}, "names": ["x", "yz"], "flag": True}
    found = box.call("outer", value)
    assert (found.inner.owner, found.inner.values, found.names, found.flag) == (signer.address, [1, 2], ["x", "yz"], True)
    assert box.call("outer", found) == found
    assert readable(found) == readable(value)
    assert box.call("pair") == (7, box.address)


def test_events__indexed_and_plain_fields__decoded_from_the_receipt(box, signer):
    receipt = box.send(signer, "note", 5, True)
    first, second = box.events(receipt, "Noted")
    assert (first.who, first.amount, first.outer.inner.values, first.outer.names) == (signer.address, 5, [1, 5], ["a", "bc"])
    assert second.who == box.address
    assert first.label == abilib.keccak(text="hello")
    assert list(first.arguments) == ["who", "label", "outer", "amount"]
    with pytest.raises(AttributeError, match="has no field 'nothing'; it has who, label"):
        _ = first.nothing


def test_send__transaction__is_legacy_with_our_price(box, signer, w3):
    receipt = box.send(signer, "note", 5)
    sent = w3.eth.get_transaction(receipt.tx_hash)
    assert (sent["type"], sent["gasPrice"]) == (0, GWEI)
    assert sent["v"] in (w3.eth.chain_id * 2 + 35, w3.eth.chain_id * 2 + 36)
    assert box.call("stored") == 5


def test_send__what_is_signed__is_known_before_it_is_sent(box, signer, w3):
    kept = []

    def note(signed):
        kept.append((signed, w3.eth.get_transaction_count(signer.address)))

    receipt = box.send(signer, "note", 5, on_signed=note)
    signed, nonce = kept[0]
    assert (signed.tx_hash, signed.nonce, signed.sender) == (receipt.tx_hash, nonce, signer.address)
    assert box.chain.resume(signed, "note").tx_hash == receipt.tx_hash


@pytest.mark.parametrize(
    ("amount", "reason", "words"), [(13, "box: unlucky", "refused: box: unlucky"), (14, None, "refused without a reason"), (15, None, "refused")]
)
def test_send__refused__reason_in_the_error(box, signer, amount, reason, words):
    for act in (lambda: box.send(signer, "note", amount), lambda: box.simulate(signer.address, "note", amount)):
        with pytest.raises(RevertError, match=words) as refused:
            act()
        assert refused.value.reason == reason
    assert box.call("stored") == 0


def test_send__mined_revert__reason_found_by_repeating_it(box, signer):
    data = box.encode("note", 13)
    with pytest.raises(RevertError, match="was mined in block .* and reverted: box: unlucky") as refused:
        box.chain.send(signer, box.address, data, "note", gas=200_000)
    assert refused.value.reason == "box: unlucky"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (abilib._ERROR_STRING + encode(["string"], ["mdt: not owner"]), "mdt: not owner"),
        (abilib._PANIC + encode(["uint256"], [0x11]), "panic: overflow"),
        (abilib._PANIC + encode(["uint256"], [0x77]), "panic: 0x77"),
        (abilib._ERROR_STRING + b"\x01", None),
        (b"", None),
        (b"\x12\x34\x56\x78", None),
    ],
)
def test_decode_revert__every_form(data, reason):
    assert abilib.decode_revert(data) == reason


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        ("nothing", (), "has no function 'nothing'; it has: note, outer, pair, stored"),
        ("note", (), r"note takes note\(uint256\) or note\(uint256,bool\); 0 arguments given"),
        ("note", (-1,), r"note\(uint256\): _amount = -1 is not uint256"),
        ("note", (2**256,), "_amount = .* is not uint256"),
        ("note", ("5",), "_amount = '5' is not uint256"),
        ("outer", ({"inner": {}},), "_outer = .* is not"),
        ("outer", ((1, 2),), "a struct of 3 fields"),
    ],
)
def test_encode__malformed_arguments__named(box, function, arguments, words):
    with pytest.raises(ChainError, match=words):
        box.call(function, *arguments)


def test_call__address_without_code__is_an_error_not_zero(box, chain, signer):
    with pytest.raises(EmptyAnswerError, match="no such contract"):
        Contract(chain, signer.address, box.abi, "box").call("stored")


def test_call__other_contract__does_not_fit(box, chain):
    lying = [entry | {"outputs": [{"name": "", "type": "uint256[9]"}]} if entry.get("name") == "stored" else entry for entry in box.abi]
    with pytest.raises(ChainError, match="does not fit the ABI"):
        Contract(chain, box.address, lying, "box").call("stored")


def test_check__wrong_chain__nothing_signed(w3, signer, artifact):
    class Unwilling:
        address = signer.address

        def sign(self, _transaction):
            raise AssertionError("signed for the wrong chain")

    with pytest.raises(WrongChainError, match="expected 1: "):
        chain_of(w3, 1).send(Unwilling(), None, artifact[1], "create")


def test_send__typed_transaction_from_the_signer__refused(w3, chain, signer, artifact):
    class Modern:
        address = signer.address

        def sign(self, transaction):
            modern = {key: value for key, value in transaction.items() if key != "gasPrice"} | {"maxFeePerGas": 2 * GWEI, "maxPriorityFeePerGas": 1, "type": 2}
            return bytes(signer.account.sign_transaction(modern).raw_transaction)

    nonce = w3.eth.get_transaction_count(signer.address)
    with pytest.raises(AccountError, match="only type 0"):
        chain.send(Modern(), None, artifact[1], "create")
    assert w3.eth.get_transaction_count(signer.address) == nonce


def test_prepare__account_without_coin__told_what_it_needs(chain, box):
    with pytest.raises(AccountError, match=r"box\.note: 0x.* holds 0 wei of the native coin, \d+ gas at 1000000000 wei needs"):
        box.send(LocalSigner(Account.create()), "note", 1)


def test_prepare__more_than_a_block__says_make_it_smaller(chain, signer, monkeypatch):
    monkeypatch.setattr(Chain, "block_gas_limit", lambda _self: 100_000)
    with pytest.raises(ChainError, match="a block holds 100000: make the batch smaller"):
        Chain(chain.w3, chain.chain_id).prepare(signer, signer.address, b"\x01" * 2_000, "big")


def test_deploy_gas__covers_what_a_creation_costs(chain, signer, artifact):
    receipt = chain.send(signer, None, artifact[1], "create")
    assert receipt.gas_used <= deploy_gas(artifact[1], chain.policy)


@pytest.mark.parametrize("text", ["", "0x12", "0x" + "g" * 40, "0x52908400098527886E0F7030069857D2E4169Ee7"])
def test_parse_address__malformed_or_wrong_checksum__refused(text):
    with pytest.raises(ChainError, match="is not an address"):
        parse_address(text)


def test_connect__nobody_there__says_so():
    with pytest.raises(NodeError, match="does not answer .*start it"):
        connect("http://127.0.0.1:1", 1)

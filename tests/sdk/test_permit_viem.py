"""Permits signed by viem, a signer that shares no code with eth_account, against the real MDT."""

from __future__ import annotations

import random

import boa
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from mdt.preset.settings import load
from tests.support import node
from tests.support.profiles import examples
from tests.support.token import deploy_token

pytestmark = node.requires_npm("viem")

MAX = 2**256 - 1
FIELDS = {"owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256", "deadline": "uint256"}


@pytest.fixture
def token():
    owner = boa.env.generate_address("owner")
    return deploy_token(owner, owner)


def domain_of(token) -> dict[str, str]:
    preset = load("adr-literal").token
    return {"name": preset.name, "version": "1", "chainId": str(boa.env.evm.patch.chain_id), "verifyingContract": token.address}


def permits(token, rng: random.Random, count: int) -> list[dict]:
    """Questions for viem: every holder signs its first permit."""
    questions = []
    for _ in range(count):
        key = "0x" + rng.randbytes(32).hex()
        spender = Account.from_key(rng.randbytes(32)).address
        message = {
            "owner": Account.from_key(key).address,
            "spender": spender,
            "value": str(rng.choice([0, 1, 2**255, MAX, rng.getrandbits(96)])),
            "nonce": "0",
            "deadline": str(rng.choice([boa.env.timestamp, boa.env.timestamp + 3_600, MAX])),
        }
        questions.append({"key": key, "domain": domain_of(token), "message": message})
    return questions


def use(token, message: dict, signature: str) -> None:
    raw = bytes.fromhex(signature[2:])
    token.permit(message["owner"], message["spender"], int(message["value"]), int(message["deadline"]), raw[64], raw[:32], raw[32:64])


def test_permit__signed_by_viem__sets_the_allowance(token):
    questions = permits(token, random.Random(2612), examples(quick=5, ci=40, deep=2_000))
    for question, answer in zip(questions, node.ask("permit", questions), strict=True):
        message = question["message"]
        assert answer["domainSeparator"] == "0x" + token.DOMAIN_SEPARATOR().hex()
        assert answer["address"] == message["owner"]
        use(token, message, answer["signature"])
        assert token.allowance(message["owner"], message["spender"]) == int(message["value"])
        assert token.nonces(message["owner"]) == 1
        with boa.reverts("mdt: bad signature"):
            use(token, message, answer["signature"])


def test_permit__viem_and_eth_account__same_digest_and_signature(token):
    questions = permits(token, random.Random(712), 20)
    for question, answer in zip(questions, node.ask("permit", questions), strict=True):
        domain = question["domain"] | {"chainId": int(question["domain"]["chainId"])}
        message = {name: value if name in ("owner", "spender") else int(value) for name, value in question["message"].items()}
        types = {"Permit": [{"name": name, "type": kind} for name, kind in FIELDS.items()]}
        signed = Account.sign_message(encode_typed_data(domain, types, message), question["key"])
        assert "0x" + signed.message_hash.hex().removeprefix("0x") == answer["digest"]
        assert "0x" + signed.signature.hex().removeprefix("0x") == answer["signature"]


@pytest.mark.parametrize("change", [{"chainId": "8898"}, {"name": "Other"}, {"version": "2"}, {"verifyingContract": "0x" + "11" * 20}])
def test_permit__signed_by_viem_for_another_domain__refused(token, change):
    """A signature for another chain, name, version or contract is worthless."""
    (question,) = permits(token, random.Random(8898), 1)
    question["domain"] |= change
    (answer,) = node.ask("permit", [question])
    with boa.reverts("mdt: bad signature"):
        use(token, question["message"], answer["signature"])
    assert token.nonces(question["message"]["owner"]) == 0

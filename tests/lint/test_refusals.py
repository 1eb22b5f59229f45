"""Every refusal of every contract is provoked by a test and made by the model, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lint.test_contract_style import ROOT, all_reasons

CODE = "whether an address has code is a fact of a chain; the model has names, not addresses"
ANSWERS = "the model's tokens move or refuse, they do not answer False"
SIGNATURES = "the model takes who signed as given; signatures are checked by the chain, and against eth_account and viem in tests"

# Refusals that the model cannot or need not make, each with why.
NOT_IN_MODEL: dict[str, str] = {
    "pool: token has no code": CODE,
    "distributor: token has no code": CODE,
    "reward: token has no code": CODE,
    "staking: token has no code": CODE,
    "staking: reward has no code": CODE,
    "staking: pool has no code": CODE,
    "vesting: token has no code": CODE,
    "lens: no code": CODE,
    "validators: staking has no code": CODE,
    "pool: transfer failed": ANSWERS,
    "pools: token has no code": CODE,
    "pools: payment has no code": CODE,
    "pools: schedules have no code": CODE,
    "pools: transfer failed": ANSWERS,
    "pools: payment failed": ANSWERS,
    "pools: payment is taxed": "the model's payment tokens take no tax",
    "schedules: token has no code": CODE,
    "schedules: transfer failed": ANSWERS,
    "schedules: approve failed": ANSWERS,
    "schedules: pool took less": "the model's pools take what they are given",
    "desk: no code": CODE,
    "desk: transfer failed": ANSWERS,
    "desk: approve failed": ANSWERS,
    "distributor: transfer failed": ANSWERS,
    "staking: transfer failed": ANSWERS,
    "settle: transfer failed": ANSWERS,
    "slasher: no code": CODE,
    "slasher: transfer failed": ANSWERS,
    "vesting: transfer failed": ANSWERS,
    "slasher: approve failed": ANSWERS,
    "treasury: approve failed": ANSWERS,
    "treasury: allowance left": "the model's vesting takes what it was to take",
    "timelock: length mismatch": "the model takes calls whole, not in three lists",
    "settle: pool fell short": "the model's pool pays what it said it has",
    "attestations: not 65 bytes": SIGNATURES,
    "signature: not 65 bytes": SIGNATURES,
    "mdt: permit expired": SIGNATURES,
    "mdt: bad signature": SIGNATURES,
    "packing: value too large": "Python's integers have no width; the contract's words do",
}

# Refusals no test can provoke, each with why it stands all the same.
NOT_IN_TESTS: dict[str, str] = {
    "settle: pool fell short": "the pool pays what `available` answered a moment before in the same transaction; the line keeps settlement exact should that end",
    "report: total too large": "a distributor would have to be funded with more than 2^128 wei, far beyond any cap; the line keeps the packed word whole",
}


def corpus(folder: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.py")) if path != Path(__file__))


def test_refusals__each__is_provoked_by_a_test() -> None:
    tests = corpus("tests")
    missing = {reason: where for reason, where in all_reasons().items() if reason not in tests and reason not in NOT_IN_TESTS}
    assert not missing, "no test names these refusals:\n" + "\n".join(f"{where}: {reason}" for reason, where in missing.items())


def test_refusals__each__is_made_by_the_model_too() -> None:
    model = corpus("sdk/mdt/model")
    said = set(re.findall(r'"([^"\n]+)"', model))
    patterns = [re.compile(re.sub(r"\\{[^{}]*\\}", "[a-z_ ]+", re.escape(text))) for text in said if re.fullmatch(r"[a-z_ ]+: .*\{\w+\}.*", text)]

    def is_said(reason: str) -> bool:
        return bool({reason, reason.split(": ", 1)[1]} & said) or any(pattern.fullmatch(reason) for pattern in patterns)

    missing = {reason: where for reason, where in all_reasons().items() if not is_said(reason) and reason not in NOT_IN_MODEL}
    assert not missing, "the model does not make these refusals:\n" + "\n".join(f"{where}: {reason}" for reason, where in missing.items())


@pytest.mark.parametrize("listed", ["NOT_IN_MODEL", "NOT_IN_TESTS"])
def test_refusals__exceptions__exist_and_are_explained(listed: str) -> None:
    for reason, why in globals()[listed].items():
        assert reason in all_reasons(), f"{listed}: no contract refuses with {reason!r}"
        assert len(why) > 20

"""Every refusal of every contract is provoked by a test and made by the model, word for word."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.lint.test_contract_style import ROOT, all_reasons

CODE = "whether an address has code is a fact of a chain; the model has names, not addresses"
ANSWERS = "the model's tokens move or refuse, they do not answer False"
SIGNATURES = "the model takes who signed as given; signatures are checked by the chain, and against eth_account and viem in tests"
APPROVALS = "the model takes who signed as given; whether a contract has approved is asked by the chain, as recovering is its part"

# Refusals that the model cannot or need not make, each with why.
NOT_IN_MODEL: dict[str, str] = {
    "pool: token has no code": CODE,
    "distributor: token has no code": CODE,
    "reward: token has no code": CODE,
    "staking: token has no code": CODE,
    "staking: reward has no code": CODE,
    "staking: pool has no code": CODE,
    "staking: other extension": CODE,
    "vesting: token has no code": CODE,
    "lens: no code": CODE,
    "validators: staking has no code": CODE,
    "timelock: call failed": "what a call of an operation answers is for its target to say",
    "timelock: trial out of gas": "how much gas a node grants is the machine's",
    "pool: transfer failed": ANSWERS,
    "market: token has no code": CODE,
    "market: transfer failed": ANSWERS,
    "pools: token has no code": CODE,
    "pools: payment has no code": CODE,
    "pools: schedules have no code": CODE,
    "pools: transfer failed": ANSWERS,
    "pools: payment failed": ANSWERS,
    "pools: payment is taxed": "the model's payment tokens take no tax",
    "schedules: token has no code": CODE,
    "schedules: staking has no code": CODE,
    "schedules: transfer failed": ANSWERS,
    "schedules: approve failed": ANSWERS,
    "schedules: pool took less": "the model's pools take what they are given",
    "desk: no code": CODE,
    "desk: transfer failed": ANSWERS,
    "desk: approve failed": ANSWERS,
    "distributor: transfer failed": ANSWERS,
    "staking: transfer failed": ANSWERS,
    "validators: transfer failed": ANSWERS,
    "validators: deposit too large": "the model is given its deposit; the bound is the constructor's",
    "settle: transfer failed": ANSWERS,
    "slasher: no code": CODE,
    "slasher: transfer failed": ANSWERS,
    "vesting: transfer failed": ANSWERS,
    "slasher: approve failed": ANSWERS,
    "treasury: approve failed": ANSWERS,
    "treasury: allowance left": "the model's vesting takes what it was to take",
    "audit: token has no code": CODE,
    "report: no controller": CODE,
    "audit: transfer failed": ANSWERS,
    "timelock: length mismatch": "the model takes calls whole, not in three lists",
    "settle: pool fell short": "the model's pool pays what it said it has",
    "attestations: not 65 bytes": SIGNATURES,
    "attestations: malformed entry": SIGNATURES,
    "attestations: not approved": APPROVALS,
    "signature: not 65 bytes": SIGNATURES,
    "mdt: permit expired": SIGNATURES,
    "mdt: bad signature": SIGNATURES,
    "market: permit expired": SIGNATURES,
    "market: bad signature": SIGNATURES,
    "lst: token has no code": CODE,
    "lst: staking has no code": CODE,
    "lst: approve failed": ANSWERS,
    "lst: transfer failed": ANSWERS,
    "lst: permit expired": SIGNATURES,
    "lst: bad signature": SIGNATURES,
    "governor: staking has no code": CODE,
    "governor: no registry": "the model is given what it asks of stake",
    "governor: timelock has no code": CODE,
    "governor: length mismatch": "the model takes calls whole, not in three lists",
    "governor: bad signature": SIGNATURES,
    "packing: value too large": "Python's integers have no width; the contract's words do",
}

# Refusals no test can provoke, each with why it stands all the same.
NOT_IN_TESTS: dict[str, str] = {
    "settle: pool fell short": "the pool pays what `available` answered a moment before in the same transaction; the line keeps settlement exact should that end",
    "report: total too large": "a distributor would have to be funded with more than 2^128 wei, far beyond any cap; the line keeps the packed word whole",
}


def corpus(folder: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.py")) if path != Path(__file__))


def refusals_made() -> set[str]:
    """What the model refuses with: `require = refusals("scope")`, then `require(condition, "reason")` or `require.found(value, "reason")`.

    A function that takes `require` as an argument makes its refusals for every scope that is handed to one.
    """
    made, handed_over, lent = set(), set(), set()
    for path in sorted((ROOT / "sdk/mdt/model").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        scopes = {
            node.targets[0].id: node.value.args[0].value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "refusals"
        }
        borrowing = {
            call
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef) and "require" in {argument.arg for argument in function.args.args}
            for call in ast.walk(function)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            handed_over |= {scopes[argument.id] for argument in call.args if isinstance(argument, ast.Name) and argument.id in scopes}
            refuses = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "found" else call.func
            if isinstance(refuses, ast.Name) and refuses.id in scopes:
                assert isinstance(call.args[1], ast.Constant), f"{path}:{call.lineno}: a reason that is not written out"
                made.add(f"{scopes[refuses.id]}: {call.args[1].value}")
                if call in borrowing:
                    lent.add(call.args[1].value)
    return made | {f"{scope}: {reason}" for scope in handed_over for reason in lent}


def test_refusals__each__is_provoked_by_a_test() -> None:
    tests = corpus("tests")
    missing = {reason: where for reason, where in all_reasons().items() if reason not in tests and reason not in NOT_IN_TESTS}
    assert not missing, "no test names these refusals:\n" + "\n".join(f"{where}: {reason}" for reason, where in missing.items())


def test_refusals__each__is_made_by_the_model_too() -> None:
    made = refusals_made()
    missing = {reason: where for reason, where in all_reasons().items() if reason not in made and reason not in NOT_IN_MODEL}
    assert not missing, "the model does not make these refusals:\n" + "\n".join(f"{where}: {reason}" for reason, where in missing.items())


@pytest.mark.parametrize("listed", ["NOT_IN_MODEL", "NOT_IN_TESTS"])
def test_refusals__exceptions__exist_and_are_explained(listed: str) -> None:
    for reason, why in globals()[listed].items():
        assert reason in all_reasons(), f"{listed}: no contract refuses with {reason!r}"
        assert len(why) > 20

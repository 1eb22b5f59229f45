"""Arguments as people write them: by type and name, with units, refused with the place and the reason."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS, parse_address
from mdt.errors import ChainError, GovernanceError, MDTError
from mdt.governance.calls import call_of, read_calls, transaction_of
from mdt.suite.readable import read_call
from tests.support.governance import address_of, paper_book

SOMEBODY = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"
PARAMETERS = "{weights_bps: [40%, 4000, 2_000], shares_bps: [4000, 4000, 2000], max_tasks: 8_000, max_change_wad: 0.05, deadline_blocks: 200}"


def arguments_of(contract: str, function: str, *texts) -> list:
    return list(transaction_of(paper_book(), contract, function, texts, parse_address).arguments)


@pytest.mark.parametrize(
    ("contract", "function", "texts", "values"),
    [
        ("EmissionController", "set_delay", ["2 days"], [172_800]),
        ("EmissionController", "set_delay", ["7_200 seconds"], [7_200]),
        ("MDT", "transfer", ["Treasury", "10 MDT"], [address_of("Treasury"), 10**19]),
        ("MDT", "transfer", [SOMEBODY, "1_000.5 MDT"], [SOMEBODY, 10_005 * 10**17]),
        ("MDT", "transfer", ["nobody", "25 wei"], [ZERO_ADDRESS, 25]),
        ("MDT", "transfer", ["nobody", "0"], [ZERO_ADDRESS, 0]),
        ("Slasher", "set_slash_bps", ["0", "5%"], [0, 500]),
        ("Slasher", "set_slash_bps", ["1", "500"], [1, 500]),
        ("Slasher", "set_slasher_role", [SOMEBODY, "true"], [SOMEBODY, True]),
        ("Treasury", "spend", ["MDT", SOMEBODY, "1 MDT", "audit"], [address_of("MDT"), SOMEBODY, 10**18, b"audit".ljust(32, b"\0")]),
        ("Treasury", "spend", [SOMEBODY, SOMEBODY, "1_000", "0x" + "ab" * 32], [SOMEBODY, SOMEBODY, 1_000, b"\xab" * 32]),
        (
            "MDT",
            "propose_minter",
            ["Staking", "community", "airdrop+relay_reward", "5 MDT", "1 MDT", "1 day"],
            [address_of("Staking"), 2, 0b100100, 5 * 10**18, 10**18, 86_400],
        ),
        ("EmissionController", "set_reporters", [f"[{SOMEBODY}, Treasury]", "2"], [[SOMEBODY, address_of("Treasury")], 2]),
        ("EmissionController", "cancel_report", [], []),
        ("Staking", "set_decay_table", ["[1, 2, 3, 4, 5, 6, 7]"], [[1, 2, 3, 4, 5, 6, 7]]),
        (
            "EmissionController",
            "set_parameters",
            [PARAMETERS],
            [
                {
                    "weights_bps": [4_000, 4_000, 2_000],
                    "shares_bps": [4_000, 4_000, 2_000],
                    "max_tasks": 8_000,
                    "max_change_wad": 5 * 10**16,
                    "deadline_blocks": 200,
                }
            ],
        ),
    ],
)
def test_arguments__as_people_write_them__read(contract, function, texts, values):
    if function == "propose_minter":
        from mdt.preset.settings import Buckets

        values[1] = Buckets.names().index("community")
    assert arguments_of(contract, function, *texts) == values


def test_arguments__json__reads_as_yaml_does():
    as_json = PARAMETERS.replace("40%", '"40%"').replace("2_000", '"2_000"').replace("8_000", '"8_000"')
    for key in ("weights_bps", "shares_bps", "max_tasks", "max_change_wad", "deadline_blocks"):
        as_json = as_json.replace(f"{key}:", f'"{key}":')
    assert arguments_of("EmissionController", "set_parameters", as_json) == arguments_of("EmissionController", "set_parameters", PARAMETERS)


@pytest.mark.parametrize(
    ("contract", "function", "texts", "words"),
    [
        ("Emission", "set_delay", ["1"], "there is no contract 'Emission' .did you mean 'EmissionController'..; there are"),
        ("EmissionController", "set_dealy", ["1"], "has no function 'set_dealy' .did you mean 'set_delay'..; it has: "),
        ("EmissionController", "set_delay", [], r"set_delay takes 1 argument, 0 given: seconds \(uint256\)"),
        ("EmissionController", "status", [], "changes nothing: .* asks it"),
        ("EmissionController", "set_delay", ["7200"], "set_delay: seconds: '7200' has no unit: write '7200 seconds'"),
        (
            "EmissionController",
            "set_parameters",
            [PARAMETERS.replace("max_tasks: 8_000", "max_tasks: 8_000, max_tasks: 9_000")],
            "the key 'max_tasks' stands twice",
        ),
        ("EmissionController", "set_parameters", [PARAMETERS.replace("max_tasks", "max_taks")], "'max_taks' is none of them .did you mean 'max_tasks'"),
        ("EmissionController", "set_parameters", [PARAMETERS.replace("8_000", "010")], "max_tasks: '010' is not a plain whole number"),
        ("EmissionController", "set_parameters", [PARAMETERS.replace("8_000", "８")], "U.FF18 FULLWIDTH DIGIT EIGHT"),
        ("MDT", "transfer", [SOMEBODY[2:], "10 MDT"], "transfer: to: .* it lacks the 0x at its beginning"),
        ("MDT", "transfer", [ZERO_ADDRESS, "10 MDT"], "transfer: to: 0x0{40} is the zero address: .* Write nobody where it is meant"),
        ("MDT", "transfer", ["nobody", "1.5"], "'1.5' has no unit: write '1.5 MDT'"),
        ("EmissionController", "set_delay", ["2 weeks"], "set_delay: seconds: '2 weeks' has the unit 'weeks'"),
        ("MDT", "transfer", ["nobody", "10"], "transfer: amount: '10' has no unit: write '10 MDT' or '10 wei'"),
        ("MDT", "transfer", ["nobody", "10 ETH"], "has the unit 'ETH'"),
        ("MDT", "transfer", ["Tresury", "10 MDT"], "transfer: to: 'Tresury' is not an address"),
        ("MDT", "transfer", [SOMEBODY.replace("d", "D", 1), "10 MDT"], "is not an address"),
        ("Treasury", "spend", [SOMEBODY, SOMEBODY, "1 MDT", "audit"], "spend: amount: '1 MDT' is not a plain whole number"),
        ("Treasury", "spend", ["MDT", SOMEBODY, "1 MDT", "a" * 32], "spend: purpose: .* at most 31 bytes"),
        ("Treasury", "spend", ["MDT", SOMEBODY, "1 MDT", "0x1234"], "has 2 bytes, not 32"),
        ("Treasury", "spend", ["MDT", SOMEBODY, "1 MDT", "0xzz"], "is not hex"),
        ("Slasher", "set_slash_bps", ["0", "101%"], "more than 100%"),
        ("Slasher", "set_slash_bps", ["-1", "1%"], "offence: '-1' is not a plain whole number"),
        ("Slasher", "set_slasher_role", [SOMEBODY, "yes"], "neither true nor false"),
        ("MDT", "propose_minter", ["Staking", "communit", "airdrop", "5 MDT", "1 MDT", "1 day"], "there is no bucket 'communit'"),
        ("MDT", "propose_minter", ["Staking", "community", "slash", "5 MDT", "1 MDT", "1 day"], "'slash' names no reasons"),
        ("Timelock", "revokeRole", ["CANCELLER", SOMEBODY], "there is no role 'CANCELLER' .did you mean 'CANCELLER_ROLE'..; there are PROPOSER_ROLE"),
        ("EmissionController", "set_parameters", ["{weights_bps: [40%, 40%, 20%]}"], "exactly the fields weights_bps, shares_bps"),
        ("EmissionController", "set_parameters", [PARAMETERS.replace("2_000]", "2_000, 0]")], r"weights_bps: .* is not a list of 3"),
        ("EmissionController", "set_parameters", [PARAMETERS.replace("0.05", "50000000000000000")], "is not a fraction"),
        ("EmissionController", "set_parameters", [PARAMETERS.replace(": 200", ": 2 days")], "parameters.deadline_blocks: '2 days' is not a plain"),
        ("EmissionController", "set_parameters", ["{"], "neither JSON nor YAML"),
        ("EmissionController", "set_reporters", ["[[Treasury]]", "1"], r"\['Treasury'\] is not one value"),
    ],
)
def test_arguments__wrong__refused_with_the_place(contract, function, texts, words):
    with pytest.raises(MDTError, match=words):
        arguments_of(contract, function, *texts)


def test_contract__of_the_same_kind_elsewhere__called_there():
    call = call_of(paper_book(), f"Treasury@{SOMEBODY}", "transfer_ownership", ["Timelock"], parse_address)
    assert call.target == SOMEBODY
    assert call.data == paper_book().contract("Treasury").encode("transfer_ownership", address_of("Timelock"))
    assert "not of this suite" in read_call(call, paper_book()).words
    with pytest.raises(ChainError, match="is not an address"):
        call_of(paper_book(), "Treasury@0x12", "transfer_ownership", ["Timelock"], parse_address)


CALLS = f"""
- contract: EmissionController
  function: set_delay
  arguments: [2 days]
- contract: Treasury
  function: spend
  arguments: {{token: MDT, to: "{SOMEBODY}", amount: 5 MDT, purpose: audit}}
- contract: EmissionController
  function: unpause
- {{target: "{SOMEBODY}", payload: 0x1234}}
"""


def test_read_calls__file__one_after_the_other(tmp_path):
    path = tmp_path / "calls.yaml"
    path.write_text(CALLS)
    words = [read_call(one, paper_book()).words for one in read_calls(path, paper_book(), parse_address)]
    assert words == [
        "EmissionController.set_delay(seconds=2 days)",
        f"Treasury.spend(token=MDT, to={SOMEBODY}, amount=5 MDT, purpose='audit')",
        "EmissionController.unpause()",
        f"{SOMEBODY} (not of this suite): 0x1234",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "must be a list"),
        ("[]", "must be a list"),
        ("- 7", r"calls.yaml:1:3: \[0\]: is '7': write {contract, function, arguments} or {target, payload}"),
        ("- {contract: MDT}", "lacks function: write {contract, function, arguments}"),
        ("- {contract: MDT, function: burn, args: [1 MDT]}", r"calls.yaml:1:41: \[0\].args: 'args' is not a key here .did you mean 'arguments'..: write"),
        ("- {contract: MDT, functon: burn}", "'functon' is not a key here .did you mean 'function'..: write"),
        ("- {contract: MDT, function: burn, function: mint}", "calls.yaml:1:35: the key 'function' stands twice, first at .*calls.yaml:1:19"),
        ("- contract: MDT\n  contract: Treasury\n", "calls.yaml:2:3: the key 'contract' stands twice, first at .*calls.yaml:1:3"),
        (
            "- contract: Treasury\n  function: spend\n  arguments: {token: MDT, to: nobody, amount: 1 MDT, amount: 2 MDT, purpose: audit}",
            "calls.yaml:3:54: the key 'amount' stands twice, first at .*calls.yaml:3:39",
        ),
        (
            "- contract: Treasury\n  function: spend\n  arguments: {token: MDT, to: nobody, amount: 1 MDT, _amount: 2 MDT, purpose: audit}",
            "calls.yaml:3:14: .* an argument is given twice, with and without an underscore",
        ),
        (
            "- contract: EmissionController\n  function: set_delay\n  arguments: [2 weeks]",
            r"calls.yaml:3:15: \[0\].arguments\[0\]: set_delay: seconds: '2 weeks' has the unit",
        ),
        (f'- {{target: "{SOMEBODY}", payload: "0x12 34"}}', r"calls.yaml:1:.*payload: '0x12 34' is not hex"),
        (f"- {{target: {SOMEBODY[2:]}, payload: 0x}}", "target: .* it lacks the 0x"),
        ("- &a {contract: MDT, function: finish_setup}\n- *a", "&a names a value"),
        ("\ufeff", "calls.yaml:1:1: is empty"),
        ('- {target: "0x12", payload: "0x"}', "is not an address"),
        (f'- {{target: "{SOMEBODY}", payload: zz}}', "is not hex"),
        (
            "- {contract: Treasury, function: spend, arguments: {token: MDT, to: nobody, amount: 1 MDT}}",
            "calls.yaml:1:52: .*: lacks purpose: .* takes token, to, amount, purpose",
        ),
    ],
)
def test_read_calls__wrong__refused(tmp_path, text, words):
    path = tmp_path / "calls.yaml"
    path.write_text(text)
    with pytest.raises((GovernanceError, ChainError), match=words):
        read_calls(path, paper_book(), parse_address)

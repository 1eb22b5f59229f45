"""Deploying on an embedded chain: complete, handed over, idempotent, resumable after a death at any point, and refused where it must be."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from mdt.chain import block_time
from mdt.chain.abi import decode_logs
from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.deploy import roles
from mdt.deploy.check import check_contract
from mdt.deploy.gas import estimate, paid_in_words
from mdt.deploy.parts import OWNED
from mdt.deploy.run import Deployment, Outcome
from mdt.errors import AccountError, ConfigError, DeploymentError, RevertError, WrongChainError
from mdt.names import SOURCES
from mdt.preset import timeline
from mdt.preset.genesis import Allocation, Portion
from mdt.preset.settings import Buckets, load
from mdt.preset.terms import staking_terms
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import Folder
from mdt.units import WAD
from tests.support.chains import anchored, local_chain
from tests.support.profiles import PROFILE
from tests.support.suite import FAST, GENESIS, Actors, artifacts, deploy, options
from tests.support.written import written


class DeathError(Exception):
    """The process dies here."""


class Mortal:
    """What makes a chain one whose process dies around the n-th transaction: before sending, after sending, or after mining."""

    point = ""
    count = 0

    def broadcast(self, signed, what):
        self.count += 1
        dies = self.count == self.number
        if dies and self.point == "signed":
            raise DeathError
        super().broadcast(signed, what)
        if dies and self.point == "sent":
            raise DeathError

    def wait(self, candidates, what):
        receipt = super().wait(candidates, what)
        if self.count == self.number and self.point == "mined":
            raise DeathError
        return receipt


def mortal(w3, point: str, number: int) -> Chain:
    kind = type(chain_of(w3, int(w3.eth.chain_id), FAST))
    chain = type("MortalChain", (Mortal, kind), {})(w3, int(w3.eth.chain_id), FAST)
    chain.point, chain.number = point, number
    return chain


def deployment(w3, folder: Path, chain: Chain | None = None, **changed) -> Deployment:
    actors = Actors.of(w3)
    return Deployment.prepare(
        chain or chain_of(w3, int(w3.eth.chain_id), FAST), LocalSigner(actors.deployer), Folder(folder), artifacts(), options(actors, **changed)
    )


def finish(made: Deployment) -> list[Outcome]:
    return list(made.run())


def state_of(folder: Path) -> dict:
    """Everything a finished deployment wrote, without hashes of transactions (their block numbers differ by a retry)."""
    network = json.loads((folder / "network.json").read_text())
    state: dict = {"network": {key: value for key, value in network.items() if key not in ("steps",)}, "steps": list(network["steps"])}
    for name in SOURCES:
        state[name] = json.loads((folder / f"{name}.json").read_text())
    del state["Treasury"]["code_hash"]  # the time its periods are counted from is among its immutables
    return state


@pytest.fixture(scope="module")
def w3():
    return local_chain()


@pytest.fixture(autouse=True)
def _anchor(w3):
    with anchored(w3):
        yield


@pytest.fixture
def actors(w3):
    return Actors.of(w3)


@pytest.fixture
def deployed(deployed_once, tmp_path):
    """The finished deployment: its chain, put back afterwards, and a copy of its folder."""
    w3, folder, suite, _actors = deployed_once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with anchored(w3):
        yield w3, suite


def test_deploy__from_nothing__wired_granted_minted_and_checked(deployed, tmp_path):
    w3, suite = deployed
    settings, actors = load("adr-literal"), Actors.of(w3)
    token = suite["MDT"]
    assert suite["BlockReward"].call("recipient") == suite["Staking"].address
    assert suite["RecyclingPool"].call("drawer") == suite["EmissionController"].address
    assert suite["Staking"].call("notifier") == suite["EmissionController"].address
    assert suite["RewardDistributor"].call("funder") == suite["EmissionController"].address
    assert suite["Staking"].call("registry") == suite["Validators"].address
    assert suite["Staking"].call("slasher") == suite["Slasher"].address
    assert suite["Validators"].call("STAKING") == suite["Staking"].address
    assert suite["Slasher"].call("arbiter") == suite["Timelock"].address
    assert suite["Treasury"].call("vesting") == suite["Vesting"].address
    assert suite["Vesting"].call("TREASURY") == suite["Treasury"].address
    assert suite["Vesting"].call("is_creator", suite["Treasury"].address)
    assert (suite["Treasury"].call("PERIOD_SECONDS"), suite["Treasury"].call("budget", token.address).amount) == (30 * 86_400, 105_000 * WAD)
    assert suite["Timelock"].call("get_minimum_delay") == settings.governance.delay
    assert token.call("burner_reasons", suite["RecyclingPool"].address) == 0b11
    assert token.call("burner_reasons", suite["Slasher"].address) == 1 << 2
    assert token.call("is_setup_finished")
    for name, section, reasons in (("BlockReward", settings.halving, 1 << 1), ("EmissionController", settings.emission, 1 << 7)):
        minter = token.call("minter", suite[name].address)
        assert (minter.is_active, minter.bucket, minter.reasons) == (True, 1, reasons)
        assert (minter.lifetime_cap, minter.window_cap, minter.window_seconds) == (section.channel_cap, section.window_cap, section.window)
    deployer = token.call("minter", actors.deployer.address)
    assert not deployer.is_active
    assert token.call("proposal", actors.deployer.address).effective_at == 0
    allocations = [Allocation.parse(written(one)) for one in GENESIS]
    for bucket in range(len(Buckets.names())):
        assert token.call("minted_by_bucket", bucket) == sum(one.amount for one in allocations if one.bucket == bucket)
    assert token.call("balanceOf", suite["Treasury"].address) == 100 * WAD
    assert token.call("minted_by_reason", 0) == token.call("total_minted") == sum(one.amount for one in allocations)
    record = json.loads((tmp_path / "network.json").read_text())
    assert record["is_complete"]
    assert record["pending"] is None
    assert suite["BlockReward"].call("START_BLOCK") == suite["EmissionController"].call("START_BLOCK") == record["start_block"]


def test_deploy__record_of_a_contract__enough_to_deploy_it_again(deployed, tmp_path):
    w3, suite = deployed
    record = json.loads((tmp_path / "EmissionController.json").read_text())
    assert record["address"] == suite["EmissionController"].address
    by_name = {one["name"]: one for one in record["constructor"]}
    assert by_name["_base_reward"] == {"name": "_base_reward", "type": "uint256", "value": str(load("adr-literal").emission.base_reward)}
    assert by_name["_token"]["value"] == suite["MDT"].address
    sent = w3.eth.get_transaction(record["tx_hash"])
    assert bytes(sent["input"]) == artifacts()["EmissionController"].bytecode + bytes.fromhex(record["constructor_encoded"][2:])
    assert {"version": "0.4.3", "name": "vyper"}.items() <= record["compiler"].items()
    assert [len(record[key]) for key in ("code_hash", "bytecode_hash", "source_hash")] == [66] * 3


def test_deploy__second_run__sends_nothing(deployed, tmp_path):
    w3, _suite = deployed
    before, height = state_of(tmp_path), w3.eth.block_number
    assert {one.state for one in finish(deployment(w3, tmp_path))} == {"done"}
    assert (state_of(tmp_path), w3.eth.block_number) == (before, height)


def test_deploy__dry_run__prints_every_step_and_writes_nothing(w3, tmp_path):
    height = w3.eth.block_number
    planned = list(deployment(w3, tmp_path / "new").run(dry_run=True))
    assert {one.state for one in planned} == {"planned"}
    assert len(planned) == STEPS == len(SOURCES) + 9 + 4 + 4 + 4 * 3 + 6 + 2 + 1 + len(OWNED) + 1
    by_name = {one.step: dict(one.arguments) for one in planned}
    assert by_name["deploy RecyclingPool"]["_token"] == "<MDT>"
    assert by_name["deploy Slasher"]["_controller"] == "<EmissionController>"
    assert by_name["genesis dao_treasury: mint 1"] == {"_to": "<Treasury>", "_amount": 100 * WAD, "_reason": 0}
    assert [one["amount"] for one in by_name["vesting: create 1"]["_batch"]] == [1_000 * WAD, 2 * WAD]
    assert by_name["accept ownership"]["_targets"] == [f"<{name}>" for name in OWNED]
    assert w3.eth.block_number == height
    assert not (tmp_path / "new").exists()


STEPS = 68
POINTS = ("signed", "sent", "mined")


def chain_state(suite: Suite) -> dict:
    """What a deployment left on the chain: roles, totals, balances, schedules."""
    token, names = suite["MDT"], names_of(suite)
    return {
        "roles": roles.read(suite),
        "minted": [token.call("minted_by_bucket", bucket) for bucket in range(len(Buckets.names()))],
        "balances": {name: token.call("balanceOf", account) for account, name in names.items()},
        "schedules": {name: suite["Vesting"].call("schedules", account, 0, 8) for account, name in names.items()},
        "allowance": token.call("allowance", suite.record.deployer, suite["Vesting"].address),
    }


@pytest.mark.parametrize("first", range(len(POINTS)) if PROFILE == "deep" else [0])
def test_deploy__death_at_any_transaction__resumes_to_the_same_state(w3, tmp_path, first):
    """Kill the process around each single transaction, one after another, each time at the next of three points, and start it again.

    Deep runs begin at each of the points, so that every transaction dies at all three.
    """
    reference, start = tmp_path / "reference", w3.eth.get_block("latest")["timestamp"] + 1_000_000
    with anchored(w3):
        made = deployment(w3, reference, vesting_start=start)
        total = len(finish(made))
        expected, on_chain = state_of(reference), chain_state(made.suite())
    assert total == STEPS
    folder = tmp_path / "killed"
    deaths, resumed, last = 0, 0, ""
    while True:
        point = POINTS[(first + deaths) % len(POINTS)]
        # a transaction that was not sent yet is sent by the next run, which counts it
        chain = mortal(w3, point, 2 if last == "signed" else 1)
        made = deployment(w3, folder, chain, vesting_start=start)
        try:
            outcomes = finish(made)
            resumed += sum(one.state == "resumed" for one in outcomes)
            break
        except DeathError:
            deaths, last = deaths + 1, point
            assert json.loads((folder / "network.json").read_text())["pending"] is not None
    assert deaths == STEPS
    assert resumed == 1
    assert state_of(folder) == expected
    assert chain_state(made.suite()) == on_chain


@pytest.mark.parametrize("number", [1, 15, STEPS])
def test_deploy__node_forgot_the_sent_transaction__the_same_bytes_are_sent_again(w3, tmp_path, number):
    with pytest.raises(DeathError):
        finish(deployment(w3, tmp_path, mortal(w3, "signed", number)))
    pending = json.loads((tmp_path / "network.json").read_text())["pending"]
    outcomes = finish(deployment(w3, tmp_path))
    assert [one.tx_hash for one in outcomes if one.state == "resumed"] == [pending["tx_hash"]]


def test_deploy__nonce_of_the_pending_transaction_used_elsewhere__step_is_sent_anew_and_it_is_not_complete(w3, tmp_path, actors):
    """Verification decides: what the deployer sent besides used to be a warning below the word "complete", with exit code 0."""
    with pytest.raises(DeathError):
        finish(deployment(w3, tmp_path, mortal(w3, "signed", 3)))
    w3.eth.send_transaction({"from": actors.deployer.address, "to": actors.keeper.address, "value": 1})
    made = deployment(w3, tmp_path)
    outcomes = []
    gap = r"1 transaction that is not recorded while it owned the contracts \(1 after 'deploy MDT'\): look at what it did"
    with pytest.raises(DeploymentError, match=f"not complete, since it is not as deployed: 1 of .* sent {gap}"):
        outcomes.extend(made.run())
    assert [one.state for one in outcomes[:4]] == ["done", "done", "sent", "sent"]
    assert len(made.found.differences) == 1
    assert not Folder(tmp_path).load_network().is_complete
    # nor is it complete the next time, and what the deployer sends after the hand-over counts as no more of it
    w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"from": actors.deployer.address, "to": actors.keeper.address, "value": 1}))
    height, again = w3.eth.block_number, deployment(w3, tmp_path)
    with pytest.raises(DeploymentError, match=gap):
        finish(again)
    assert w3.eth.block_number == height
    with pytest.raises(DeploymentError):
        again.suite()


def test_deploy__resumed_after_the_start_block__scheduled_contracts_are_deployed_anew(w3, tmp_path):
    from mdt.chain import localchain

    with pytest.raises(DeathError):
        finish(deployment(w3, tmp_path, mortal(w3, "mined", 7)))
    first = json.loads((tmp_path / "network.json").read_text())["start_block"]
    finish_pending = deployment(w3, tmp_path, mortal(w3, "signed", 1))
    with pytest.raises(DeathError):
        finish(finish_pending)
    Folder(tmp_path).save_network(replace(Folder(tmp_path).load_network(), pending=None))
    old = json.loads((tmp_path / "BlockReward.json").read_text())["address"]
    localchain.advance(w3, 1_000)
    made = deployment(w3, tmp_path)
    finish(made)
    assert made.record.start_block > first
    assert made.suite()["BlockReward"].address != old
    assert made.suite()["Validators"].call("STAKING") == made.suite()["Slasher"].call("STAKING") == made.suite()["Staking"].address
    assert made.suite()["Staking"].call("block_reward") == made.suite()["BlockReward"].address
    assert (tmp_path / "abandoned" / "BlockReward.1.json").exists()
    assert {one["what"] for one in made.record.others} >= {"deploy BlockReward: made anew"}
    assert made.found.differences == []


def test_deploy__complete__the_timelock_owns_everything_and_the_deployer_nothing(deployed):
    w3, suite = deployed
    actors, token, timelock = Actors.of(w3), suite["MDT"], suite["Timelock"]
    deployer = actors.deployer.address
    assert set(SOURCES) - set(OWNED) == {"Timelock", "Validators", "RootAudit", "StakingExtension", "StakingLens"}
    assert not [
        entry for name in ("Validators", "StakingLens", "RootAudit") for entry in suite[name].abi if entry.get("name") in ("owner", "transfer_ownership")
    ]
    for name in OWNED:
        assert (suite[name].call("owner"), suite[name].call("pending_owner")) == (timelock.address, "0x" + "00" * 20)
        with pytest.raises(RevertError) as refused:
            suite[name].simulate(deployer, "transfer_ownership", actors.keeper.address)
        assert refused.value.reason == "ownable: caller is not the owner"
        with pytest.raises(RevertError) as refused:
            suite[name].simulate(deployer, "accept_ownership")
        assert refused.value.reason == "ownable_2step: caller is not the new owner"
    for role in roles.TIMELOCK_ROLES:
        assert not timelock.call("hasRole", timelock.call(role), deployer)
    assert not token.call("minter", deployer).is_active
    assert token.call("proposal", deployer).effective_at == 0
    assert (token.call("burner_reasons", deployer), token.call("balanceOf", deployer)) == (0, 0)
    assert [token.call("allowance", deployer, contract.address) for contract in suite.contracts.values()] == [0] * len(SOURCES)
    assert not suite["Vesting"].call("is_creator", deployer)
    assert not suite["Slasher"].call("is_slasher", deployer)
    assert deployer not in suite["EmissionController"].call("reporters")
    for call, reason in (
        (("MDT", "mint", deployer, 1, 0), "mdt: not a minter"),
        (("MDT", "grant_minter", deployer), "ownable: caller is not the owner"),
        (("MDT", "revoke_minter", suite["BlockReward"].address), "ownable: caller is not the owner"),
        (("MDT", "suspend_minter", suite["BlockReward"].address, 60), "mdt: not the guardian"),
        (("Timelock", "schedule", token.address, 0, b"", bytes(32), bytes(32), 86_400), "access_control: account is missing role"),
        (("Timelock", "grantRole", bytes(32), deployer), "access_control: account is missing role"),
    ):
        with pytest.raises(RevertError) as refused:
            suite[call[0]].simulate(deployer, *call[1:])
        assert refused.value.reason == reason


def test_deploy__ownership_kept__deployer_owns_everything_and_a_second_run_is_silent(w3, tmp_path, actors):
    suite, _ = deploy(w3, tmp_path, genesis=(), hand_over=False)
    assert suite.record.owner == actors.deployer.address
    assert {suite[name].call("owner") for name in OWNED} == {actors.deployer.address}
    assert {suite[name].call("pending_owner") for name in OWNED} == {"0x" + "00" * 20}
    assert suite["Slasher"].call("arbiter") == actors.deployer.address
    assert {one.state for one in finish(deployment(w3, tmp_path, genesis=(), hand_over=False))} == {"done"}


def test_deploy__guardian_suspended_a_minter_since__a_second_run_sends_nothing(deployed, tmp_path):
    """A complete deployment is never touched again."""
    w3, suite = deployed
    suite["MDT"].send(LocalSigner(Actors.of(w3).guardian), "suspend_minter", suite["BlockReward"].address, 60)
    height = w3.eth.block_number
    made = deployment(w3, tmp_path)
    assert {one.state for one in finish(made)} == {"done"}
    assert w3.eth.block_number == height
    made.verify()


def test_deploy__cost__estimated_before_and_paid_after_agree(w3, tmp_path):
    made = deployment(w3, tmp_path)
    before = made.cost()
    assert before.unknown == ()
    assert before.wei == before.gas * made.chain.gas_price()
    assert before.balance == w3.eth.get_balance(made.signer.address)
    outcomes = list(finish(made))
    used = sum(one.gas_used for one in outcomes)
    assert sum(one.paid for one in outcomes) == before.balance - w3.eth.get_balance(made.signer.address)
    assert used <= before.gas <= used * 105 // 100
    assert made.cost().gas == 0
    assert made.cost().to_pay == "nothing is left to pay"
    assert before.to_pay == f"still to pay, about {before}"
    assert "not measured: MDT.mint" in str(estimate(made.steps, 10**9, 0, {step.action: 1 for step in made.steps if step.action != "MDT.mint"}))


def test_deploy__complete__a_second_run_shows_no_argument_that_was_never_sent(deployed, tmp_path):
    """The caps of genesis grants are asked of the chain when they are sent; asked again they are others, and were shown as if they had been sent."""
    w3, suite = deployed
    made = deployment(w3, tmp_path)
    shown = {one.step: made.words(one) for one in finish(made)}
    assert made.block_time.is_recorded
    assert str(made.block_time) == f"{suite.record.block_time}, as recorded at deploy"
    proposals = {name: words for name, words in shown.items() if name.endswith(": propose")}
    assert proposals
    for name, words in proposals.items():
        assert "lifetime_cap=as its transaction has it, window_cap=as its transaction has it" in words, name
    assert all("as its transaction has it" not in words for name, words in shown.items() if name.startswith(("deploy ", "wire ", "hand over ")))


def test_paid_in_words__prices_of_receipts_only():
    assert paid_in_words([]) == ""
    assert paid_in_words([10**15, 2 * 10**15]) == "; this run paid 0.003 of the native coin"
    assert paid_in_words([10**15, None]) == "; the node does not tell the price that was paid"


def test_deploy__two_buckets_from_one_deployer__granted_one_after_the_other(deployed, tmp_path):
    w3, suite = deployed
    receipts = [w3.eth.get_transaction_receipt(one["tx"]) for name, one in suite.record.steps.items() if name.startswith("genesis")]
    events = [event for receipt in receipts for event in decode_logs(suite["MDT"].abi, suite["MDT"].address, [dict(log) for log in receipt["logs"]])]
    granted = [event.bucket for event in events if event.name == "MinterGranted"]
    assert granted == [0, 2, 3, 4]
    assert [event.name for event in events if event.name in ("MinterGranted", "MinterRevoked")] == ["MinterGranted", "MinterRevoked"] * 4


# --- refusals ---


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"quorum": 2}, "more than half"),
        ({"quorum": 6}, "more than half of them and at most all"),
        ({"quorum": 1, "reporters": ("0x" + "11" * 20,)}, "must be at least 2"),
        ({"reporters": ()}, "at least one"),
        ({"genesis": ({"bucket": "community", "to": "Treasury", "amount": "1_260_000.5 MDT"},)}, "which holds 1,260,000 MDT"),
        ({"proposers": ()}, "proposers must be distinct accounts, 1 to 16 of them, got 0: pass --proposer for each"),
        ({"proposers": ("0x" + "11" * 20,) * 2}, "proposers must be distinct"),
        ({"executors": ("0x" + "00" * 20,)}, "executors must be distinct accounts, 0 to 16 of them"),
        ({"vesting_start": 1_000_000_000}, "vesting cannot start at 2001-09-09 01:46:40 UTC: it must lie after"),
        ({"vesting_start": 2**32 - 1}, "at most ten years after that"),
        ({"holders": {"team": (Portion("0x" + "11" * 20),)}}, "the genesis has no holder team; it has: none"),
        ({"genesis": None, "default_holder": None}, "nobody said who liquidity, ido, private, ecosystem, team, community is: --holder liquidity=ADDRESS"),
    ],
)
def test_deploy__impossible_options__refused_before_anything_is_sent(w3, tmp_path, changed, words):
    with pytest.raises(ConfigError, match=words):
        deployment(w3, tmp_path, **changed)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("what", ["guardian", "arbiter", "reporter", "proposer", "executor", "holder"])
def test_deploy__deployer_named_for_something__refused(w3, tmp_path, actors, what):
    """The deployer keeps nothing, so it cannot be given anything."""
    deployer = actors.deployer.address
    named = {
        "guardian": {"guardian": deployer},
        "arbiter": {"arbiter": deployer},
        "reporter": {"reporters": (deployer, actors.keeper.address, actors.holder.address)},
        "proposer": {"proposers": (deployer,)},
        "executor": {"executors": (deployer,)},
        "holder": {"genesis": ({"bucket": "team", "to": deployer, "amount": "1 MDT"},)},
    }[what]
    with pytest.raises(ConfigError, match=f"the deployer keeps nothing after the hand-over, and is named as {what}"):
        deployment(w3, tmp_path, **named)


def test_deploy__appeals_outlast_the_timelock__or_an_arbiter_is_named(w3, tmp_path, actors):
    settings = load("adr-literal")
    slow = settings.model_copy(update={"governance": settings.governance.model_copy(update={"delay": 3 * 86_400})})
    with pytest.raises(ConfigError, match="appeals would be decided by the timelock, which takes 3 days, slashing.appeal is 3 days: name an --arbiter"):
        deployment(w3, tmp_path, settings=slow)
    assert deployment(w3, tmp_path, settings=slow, arbiter=actors.keeper.address).record.arbiter == actors.keeper.address


def test_deploy__continued_with_other_values__refused(w3, tmp_path, actors):
    with pytest.raises(DeathError):
        finish(deployment(w3, tmp_path, mortal(w3, "mined", 2)))
    with pytest.raises(ConfigError, match="was started with quorum = 3, now it is 4"):
        deployment(w3, tmp_path, quorum=4)
    with pytest.raises(ConfigError, match="was started with proposers"):
        deployment(w3, tmp_path, proposers=(actors.keeper.address,))
    with pytest.raises(ConfigError, match="was started with owner = 'Timelock'"):
        deployment(w3, tmp_path, hand_over=False)
    with pytest.raises(ConfigError, match="was started with genesis"):
        deployment(w3, tmp_path, genesis=GENESIS[:-1])
    with pytest.raises(ConfigError, match="was started with arbiter"):
        deployment(w3, tmp_path, arbiter=actors.keeper.address)
    with pytest.raises(ConfigError, match="preset_hash"):
        deployment(w3, tmp_path, settings=load("luxtensor"))


def test_deploy__half_finished__opening_it_says_to_resume(w3, tmp_path):
    with pytest.raises(DeathError):
        finish(deployment(w3, tmp_path, mortal(w3, "signed", len(SOURCES) + 1)))
    chain = chain_of(w3, int(w3.eth.chain_id), FAST)
    with pytest.raises(DeploymentError, match="unfinished .steps done: deploy Timelock, deploy MDT.*run the same `mdt deploy` again"):
        open_suite(chain, Folder(tmp_path))
    assert set(open_suite(chain, Folder(tmp_path), unfinished=True).contracts) == set(SOURCES)


def test_open_suite__nothing_there__says_to_deploy(w3, tmp_path):
    with pytest.raises(DeploymentError, match="no deployment in .*run `mdt deploy`"):
        open_suite(chain_of(w3, int(w3.eth.chain_id), FAST), Folder(tmp_path))


def test_open_suite__another_chains_record__refused(deployed, tmp_path):
    w3, _suite = deployed
    with pytest.raises(DeploymentError, match="describes chain id"):
        open_suite(chain_of(w3, 8_898, FAST), Folder(tmp_path))
    record = Folder(tmp_path).load_network()
    Folder(tmp_path).save_network(replace(record, chain_id=8_898))
    with pytest.raises(WrongChainError, match="expected 8898"):
        open_suite(chain_of(w3, 8_898, FAST), Folder(tmp_path))


def test_open_suite__chain_restarted__says_so(w3, tmp_path):
    with anchored(w3):
        deploy(w3, tmp_path, genesis=())
    with pytest.raises(DeploymentError, match="has no code at .*the chain was restarted"):
        open_suite(chain_of(w3, int(w3.eth.chain_id), FAST), Folder(tmp_path))


@pytest.mark.parametrize("fresh", [False, True], ids=["restarted chain", "fresh"])
def test_deploy__dry_run_where_records_would_be_set_aside__changes_none_of_them(w3, tmp_path, fresh):
    """A wrong port in a dry run must not cost the records of a chain that is alive."""
    with anchored(w3):
        deploy(w3, tmp_path, genesis=())
    before = {path.relative_to(tmp_path): path.read_bytes() for path in sorted(tmp_path.rglob("*.json"))}
    actors, told = Actors.of(w3), []
    chain = chain_of(w3, int(w3.eth.chain_id), FAST, told.append)
    with Folder(tmp_path).copied() as work:
        made = Deployment.prepare(chain, LocalSigner(actors.deployer), Folder(tmp_path), artifacts(), options(actors, genesis=()), work=work, fresh=fresh)
        assert {one.state for one in made.run(dry_run=True)} == {"planned"}
        assert any("set aside in" in line and "MDT.1.json" in line for line in told)
    assert {path.relative_to(tmp_path): path.read_bytes() for path in sorted(tmp_path.rglob("*.json"))} == before


def test_deploy__local_chain_restarted__starts_over_and_keeps_the_old_records(w3, tmp_path):
    with anchored(w3):
        deploy(w3, tmp_path, genesis=())
    assert {one.state for one in finish(deployment(w3, tmp_path, genesis=()))} == {"sent"}
    assert (tmp_path / "abandoned" / "MDT.1.json").exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 1}', '{"format": 2}', '{"format": 4, "other": 2}'])
def test_folder__damaged_record__named(tmp_path, content):
    (tmp_path / "network.json").write_text(content)
    with pytest.raises(DeploymentError, match=r"network\.json"):
        Folder(tmp_path).load_network()


def test_folder__record_of_an_earlier_format__says_what_to_do(tmp_path):
    (tmp_path / "network.json").write_text('{"format": 2}')
    with pytest.raises(DeploymentError, match="has format 2, this version reads 4, with pools, schedules and the fee desk: .* --fresh"):
        Folder(tmp_path).load_network()


def test_deploy__deployer_without_money__says_how_much_it_needs(w3, tmp_path):
    from eth_account import Account

    poor = LocalSigner(Account.create())
    actors = Actors.of(w3)
    made = Deployment.prepare(chain_of(w3, int(w3.eth.chain_id), FAST), poor, Folder(tmp_path), artifacts(), options(actors))
    with pytest.raises(AccountError, match=r"holds 0 wei of the native coin, \d+ gas at \d+ wei needs"):
        finish(made)


def test_deploy__step_refused_by_the_chain__reason_shown_and_resumable(w3, tmp_path, actors):
    with pytest.raises(DeathError):
        finish(deployment(w3, tmp_path, mortal(w3, "signed", 13)))
    made = deployment(w3, tmp_path)
    suite = open_suite(made.chain, Folder(tmp_path), unfinished=True)
    finish_step = next(one for one in made.steps if one.name == "wire Staking")
    contract = Contract(made.chain, suite["Staking"].address, suite["Staking"].abi, "Staking")
    with pytest.raises(RevertError) as refused:
        contract.send(LocalSigner(actors.keeper), "set_notifier", suite["EmissionController"].address)
    assert refused.value.reason == "ownable: caller is not the owner"
    assert not finish_step.is_done()
    finish(made)


# --- checks of code and schedule ---


def differing(*asked) -> str:
    """What a comparison of one contract finds different, in words."""
    return "; ".join(one.text for one in check_contract(*asked, set()) if not one.is_as_deployed)


def test_check_contract__other_code_or_value__named(deployed, tmp_path):
    w3, suite = deployed
    made = deployment(w3, tmp_path)
    compared = made.verify()
    assert "BlockReward.initial_reward = 2000000000000000000" in compared
    settings = load("adr-literal")
    for name, expected in (
        ("Staking.terms", staking_terms(settings)),
        ("Staking.decay_stakes", settings.staking.decay_stakes),
        ("Staking.decay_values", settings.staking.decay_values),
        ("Slasher.slash_bps", [5_000, 1_000, 500]),
        ("Slasher.jail_seconds", 7 * 86_400),
        ("Slasher.arbiter", suite["Timelock"].address),
        ("Timelock.minimum_delay", settings.governance.delay),
        ("Timelock.proposers", [Actors.of(w3).proposer.address]),
        ("Timelock.guardian", Actors.of(w3).guardian.address),
        ("Treasury.period_seconds", 30 * 86_400),
        ("Treasury.budget", 105_000 * WAD),
        ("Vesting.treasury", suite["Treasury"].address),
    ):
        assert f"{name} = {expected}" in compared
    assert "does not run the compiled code" in differing(suite["Treasury"], artifacts()["MDT"], [])
    several = [("_halvings", 9), ("_initial_reward", 1)]
    assert differing(suite["BlockReward"], artifacts()["BlockReward"], several) == (
        "BlockReward.halvings is 10 on the chain, expected 9; BlockReward.initial_reward is 2 MDT on the chain, expected 1 wei"
    )
    for name, argument, value in (
        ("Staking", "_terms", staking_terms(settings) | {"cap_bps": 999}),
        ("Staking", "_decay_stakes", [*settings.staking.decay_stakes[:-1], WAD]),
        ("Staking", "_decay_values", [*settings.staking.decay_values[:-1], 1_000 * WAD - 1]),
        ("Slasher", "_slash_bps", [5_000, 1_000, 501]),
        ("Slasher", "_appeal_seconds", 3 * 86_400 + 1),
        ("Slasher", "_treasury", suite["Staking"].address),
        ("Timelock", "_minimum_delay", settings.governance.delay + 1),
        ("Timelock", "_proposers", [Actors.of(w3).keeper.address]),
        ("Timelock", "_guardian", Actors.of(w3).keeper.address),
        ("Treasury", "_budget", 104_999 * WAD),
    ):
        assert re.fullmatch(
            rf"{name}\.{argument[1:]}(\.cap_bps)? is .* on the chain, expected .*", differing(suite[name], artifacts()[name], [(argument, value)])
        )
    wrong = [("_token", suite["Staking"].address)]
    assert "neither a getter nor an immutable" in differing(suite["RewardDistributor"], artifacts()["RewardDistributor"], wrong)


@pytest.mark.parametrize(("seconds", "fits"), [(Fraction(27, 10), True), (Fraction(33, 10), True), (Fraction(269, 100), False), (Fraction(331, 100), False)])
def test_derive__era_ten_percent_off__allowed_up_to_it_and_refused_beyond(seconds, fits):
    settings, measured = load("adr-literal"), block_time.BlockTime(seconds, "test")
    if fits:
        assert timeline.derive(settings, measured).block_time == seconds
    else:
        with pytest.raises(ConfigError, match="over 10% off"):
            timeline.derive(settings, measured)


def test_derive__presets__the_documents_numbers():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    literal = timeline.derive(load("adr-literal"), block_time.BlockTime(None, "test"), now)
    assert literal.era_seconds == Fraction(365, 10) * 86_400
    assert (literal.end - now).total_seconds() == 401.5 * 86_400
    assert literal.block_reward_total == 4_202_746_875 * WAD // 1_000
    assert 4_377_861 * WAD < literal.emission_ceiling < 4_377_862 * WAD
    luxtensor = timeline.derive(load("luxtensor"), block_time.BlockTime(None, "test"), now)
    assert 2_432_145 * WAD <= luxtensor.emission_ceiling < 2_432_146 * WAD
    assert round(float(luxtensor.era_seconds / timeline.YEAR), 2) == 3.33


def test_derive__emission_above_its_channel__refused():
    settings = load("adr-literal")
    low = settings.emission.model_copy(update={"channel_cap": 4_377_861 * WAD})
    with pytest.raises(ConfigError, match=r"can have minted 4,377,861\.328125 MDT, above emission.channel_cap"):
        timeline.derive(settings.model_copy(update={"emission": low}), block_time.BlockTime(None, "test"))

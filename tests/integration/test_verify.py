"""What `deploy verify` sees: what the deployer gave away, what governance changed since, and what nobody voted."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict, dataclass, replace

import pytest

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.deploy.findings import Area, Findings, other, same
from mdt.deploy.parts import PARTS
from mdt.deploy.run import Deployment
from mdt.deploy.verify import compare
from mdt.deploy.vesting import vesting
from mdt.deploy.votes import Vote, setters
from mdt.errors import DeploymentError
from mdt.governance.operations import hex_id, operation_of
from mdt.governance.store import Kept, Store
from mdt.governance.timelock import Timelock
from mdt.model.reasons import Mint
from mdt.names import SOURCES
from mdt.preset.genesis import Allocation, terms
from mdt.preset.settings import load
from mdt.suite.calls import Payload
from mdt.suite.directory import Directory
from mdt.suite.readable import read_call
from mdt.suite.records import Folder
from mdt.units import WAD
from tests.support.chains import accounts, anchored
from tests.support.suite import FAST, artifacts, options, to_block

SETTINGS = load("adr-literal")
STRANGER = "0x" + "5e" * 20
DAY = 86_400


def test_verify__hidden_minter_slasher_and_schedule__each_is_seen_and_the_transactions_are_counted(kept_once):
    """Z2: an account that no record names can only be seen by counts, and by the numbers of the deployer's transactions."""
    w3, _folder, suite, actors = kept_once
    deployer = LocalSigner(actors.deployer)
    with anchored(w3):
        assert compare(suite, artifacts(), SETTINGS).differences == []
        budget = 9_000_000 * WAD
        suite["MDT"].send(deployer, "propose_minter", STRANGER, 1, 1 << Mint.BLOCK_REWARD, budget, budget, 60)
        localchain.advance(w3, 1, SETTINGS.token.grant_delay)
        suite["MDT"].send(deployer, "grant_minter", STRANGER)
        suite["Slasher"].send(deployer, "set_slasher_role", STRANGER, True)
        suite["MDT"].send(deployer, "set_burner", STRANGER, 1)
        suite["Vesting"].send(deployer, "set_creator", STRANGER, True)
        suite["DistributionSchedules"].send(deployer, "create", 1, STRANGER, 0, True, WAD, 1, w3.eth.block_number + 5, 0)
        found = compare(suite, artifacts(), SETTINGS)
    last = list(suite.record.steps)[-1]
    assert sorted(found.differences) == [
        "DistributionSchedules.schedule_count is 1, the plan makes 0: 1 more distribution schedules",
        "MDT.burner_count is 5, the plan makes 4: 1 more accounts that may burn for a reason",
        "MDT.minter_count is 3, the plan makes 2: 1 more accounts that may mint",
        "Slasher.slasher_count is 1, the plan makes 0: 1 more accounts that slash by their own word",
        "Vesting.creator_count is 2, the plan makes 1: 1 more accounts that create vesting schedules",
        f"the deployer {actors.deployer.address} sent 6 transactions that are not recorded while it owned the contracts (6 after {last!r}):"
        " look at what they did",
    ]
    assert found.verdict == f"not as deployed: 6 of {len(found.all):,} things compared differ"


CODES = {
    "delegated": (b"\xef\x01\x00" + b"\x5e" * 20, f"lets the contract {STRANGER} act for it (EIP-7702)"),
    "a contract": (b"\x60\x00", "has 2 bytes of code"),
}


@dataclass
class Coded(Chain):
    """A chain whose node says that an account has code, from its n-th answer on."""

    account: str = ""
    answer: bytes = b""
    skip: int = 0

    def code(self, account):
        if account != self.account:
            return super().code(account)
        self.skip -= 1
        return self.answer if self.skip < 0 else b""


@pytest.mark.parametrize(("code", "words"), CODES.values(), ids=CODES)
def test_deployer__code_acts_for_it__refused_before_anything_is_sent_and_a_difference(deployed_once, tmp_path, code, words):
    """Others act as an account with code without using a number of its transactions, so that no audit of those sees them."""
    w3, _folder, suite, actors = deployed_once
    deployer = actors.deployer.address

    def chain(skip=0):
        return Coded(w3, int(w3.eth.chain_id), FAST, account=deployer, answer=code, skip=skip)

    def prepare(skip, **changed):
        return Deployment.prepare(chain(skip), LocalSigner(actors.deployer), Folder(tmp_path / "new"), artifacts(), options(actors, **changed))

    height = w3.eth.block_number
    with pytest.raises(DeploymentError, match=re.escape(f"the deployer {deployer} {words}")):
        prepare(0)
    with pytest.raises(DeploymentError, match=re.escape(words)):
        list(prepare(1).run())
    assert w3.eth.block_number == height
    assert not (tmp_path / "new").exists()
    (difference,) = compare(replace(suite, chain=chain()), artifacts(), SETTINGS).differences
    assert difference == f"the deployer {deployer} {words}: others may act through it, and use none of its transaction numbers"


class Governed:
    """The finished deployment, and votes on it."""

    def __init__(self, w3, folder, suite, actors) -> None:
        self.w3, self.suite, self.actors = w3, suite, actors
        self.timelock, self.store = Timelock(suite), Store.of(Folder(folder))

    def vote(self, *calls) -> list[Vote]:
        """Schedule calls, wait, and have anybody execute them; what a reader of the chain and the folder knows of it."""
        operation = operation_of([Payload(self.suite[name].address, self.suite[name].encode(function, *arguments)) for name, function, *arguments in calls])
        proposer, anybody = LocalSigner(self.actors.proposer), LocalSigner(self.actors.keeper)
        receipt = self.timelock.schedule(operation, None, proposer.address).send(proposer)
        self.store.save(Kept(operation, receipt.tx_hash, receipt.block_number))
        localchain.advance(self.w3, 1, SETTINGS.governance.delay)
        self.timelock.execute(operation, anybody.address).send(anybody)
        reads = [read_call(call, Directory(self.suite)) for call in operation.calls]
        return [Vote(read.contract, read.function, read.arguments, hex_id(operation.id), "somewhen") for read in reads]

    def compare(self):
        return compare(self.suite, artifacts(), SETTINGS)


@pytest.fixture
def governed(deployed_once, tmp_path):
    w3, folder, suite, actors = deployed_once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with anchored(w3):
        yield Governed(w3, tmp_path, suite, actors)


def test_verify__voted_changes__named_with_their_operation_in_one_line(governed):
    """Z3: parameters used to be compared as they were in epoch 0, so that a vote never showed."""
    suite = governed.suite
    to_block(governed.w3, suite["EmissionController"].call("epoch_bounds", 0)[0])
    now = asdict(suite["EmissionController"].call("parameters_at", 0))
    votes = governed.vote(
        ("EmissionController", "set_parameters", now | {"weights_bps": [4_000, 4_000, 2_000]}),
        ("Slasher", "set_slasher_role", STRANGER, True),
        ("ReservePools", "create_pool", "sales", governed.actors.keeper.address),
        ("Treasury", "set_budget", suite["MDT"].address, 200_000 * WAD),
        ("Treasury", "spend", suite["MDT"].address, STRANGER, 3 * WAD, bytes(32)),
        ("MDT", "set_guardian", governed.actors.holder.address),
    )
    unexplained = governed.compare()
    found = unexplained.explained(votes)
    by = f"(operation {votes[0].operation[:10]}, scheduled somewhen)"
    holder = governed.actors.holder.address
    assert found.differences == []
    assert sorted(found.changed) == sorted(
        f"{line} {by}"
        for line in (
            "EmissionController.parameters.weights_bps is [40%, 40%, 20%] on the chain, expected [50%, 30%, 20%], from epoch 1 on, which is the next",
            f"MDT.guardian = {holder}: on the chain, and not as the deployment leaves it",
            "MDT.guardian = guardian: not on the chain",
            f"MDT.guardian is {holder} on the chain, expected guardian",
            f"ReservePools.operator = {governed.actors.keeper.address} (pool 1: sales): on the chain, and not as the deployment leaves it",
            "ReservePools.pool_count is 1, the plan makes 0: 1 more pools",
            "Slasher.slasher_count is 1, the plan makes 0: 1 more accounts that slash by their own word",
            "Treasury.budget is 200,000 MDT on the chain, expected 105,000 MDT",
            "Treasury.total_spent is 3 MDT, a deployment spends nothing",
        )
    )
    assert found.verdict.startswith(f"as deployed, but for 9 of {len(found.all)} things compared that governance changed since: ")
    assert "\n" not in found.verdict

    # without the operations nobody can tell a vote from something else
    assert len(unexplained.differences) == 9
    # a vote explains what it set, and nothing else
    others = [replace(vote, arguments=dict.fromkeys(vote.arguments, 7)) for vote in votes if vote.function not in ("create_pool", "set_slasher_role")]
    assert len(unexplained.explained(others).differences) == 9
    assert len(unexplained.explained(votes[1:2]).differences) == 8


ROBBER, PENDING = "0x" + "0b" * 20, "0x" + "1d" * 20
LIMITS = (1, 1 << Mint.BLOCK_REWARD, 9_000 * WAD, 9_000 * WAD, 60)
COUNTED = {"MDT.minter_count", "MDT.proposal_count", "MDT.burner_count", "Slasher.slasher_count", "Vesting.creator_count"}


def count_of(line: str) -> str:
    return line.split(" ")[0]


def test_verify__whom_a_vote_named_was_replaced_by_somebody_nobody_knows__the_count_is_not_explained(governed):
    """A vote used to explain a count by quantity alone, so that one account could be exchanged for another behind it."""
    known = governed.vote(
        ("Vesting", "set_creator", STRANGER, True),
        ("Slasher", "set_slasher_role", STRANGER, True),
        ("MDT", "set_burner", STRANGER, 2),
        ("MDT", "propose_minter", STRANGER, *LIMITS),
    )
    localchain.advance(governed.w3, 1, SETTINGS.token.grant_delay)
    known += governed.vote(("MDT", "grant_minter", STRANGER), ("MDT", "propose_minter", PENDING, *LIMITS))
    found = governed.compare().explained(known)
    assert found.differences == []
    assert {count_of(line) for line in found.changed} == COUNTED
    # one vote twice is no second account
    assert {count_of(line) for line in governed.compare().explained([*known[:3], *known[:3]]).differences} == {"MDT.minter_count", "MDT.proposal_count"}

    # more than was voted, for the same accounts
    governed.vote(("MDT", "set_burner", STRANGER, 3), ("MDT", "propose_minter", PENDING, *LIMITS[:3], 8_999 * WAD, 60))
    assert {count_of(line) for line in governed.compare().explained(known).differences} == {"MDT.burner_count", "MDT.proposal_count"}

    governed.vote(
        ("Vesting", "set_creator", STRANGER, False),
        ("Vesting", "set_creator", ROBBER, True),
        ("Slasher", "set_slasher_role", STRANGER, False),
        ("Slasher", "set_slasher_role", ROBBER, True),
        ("MDT", "set_burner", STRANGER, 0),
        ("MDT", "set_burner", ROBBER, 2),
    )
    governed.vote(("MDT", "revoke_minter", PENDING), ("MDT", "propose_minter", ROBBER, *LIMITS))
    assert "MDT.proposal_count" in {count_of(line) for line in governed.compare().explained(known).differences}
    localchain.advance(governed.w3, 1, SETTINGS.token.grant_delay)
    governed.vote(("MDT", "revoke_minter", STRANGER), ("MDT", "grant_minter", ROBBER))
    wrong = governed.compare().explained(known).differences
    assert {count_of(line) for line in wrong} == COUNTED - {"MDT.proposal_count"}
    assert all(f"; {STRANGER}, whom operation " in line for line in map(str.lower, wrong)), wrong


def test_verify__one_of_the_plan_was_voted_out_and_another_came__the_same_number_is_not_the_same(governed):
    treasury = str(governed.suite["Treasury"].address)
    known = governed.vote(("Vesting", "set_creator", treasury, False))
    assert governed.compare().explained(known).differences == []
    governed.vote(("Vesting", "set_creator", ROBBER, True))
    assert governed.compare().explained(known).differences == [
        "Vesting.creator_count is 1, the plan makes 1: 1 of these accounts that create vesting schedules are not those of the plan"
    ]


def test_verify__limits_of_the_plan_were_changed_by_nobody_knows_whom__a_vote_on_others_does_not_explain_it(governed):
    """Any vote on the same role used to explain other limits, whoever and whatever it named."""
    pool, reward = (str(governed.suite[name].address) for name in ("RecyclingPool", "BlockReward"))
    voted = governed.vote(("MDT", "set_burner", pool, 1), ("MDT", "propose_minter", reward, *LIMITS))
    localchain.advance(governed.w3, 1, SETTINGS.token.grant_delay)
    voted += governed.vote(("MDT", "grant_minter", reward))
    found = governed.compare()
    assert found.explained(voted).differences == []
    assert len(found.explained(voted).changed) == len(found.differences) == 4
    others = [replace(vote, arguments={**vote.arguments, name: STRANGER}) for vote in voted for name in ("minter", "burner") if name in vote.arguments]
    assert len(found.explained(others).differences) == 4
    governed.vote(("MDT", "propose_minter", reward, *LIMITS[:3], 8_000 * WAD, 60))
    localchain.advance(governed.w3, 1, SETTINGS.token.grant_delay)
    governed.vote(("MDT", "grant_minter", reward), ("MDT", "set_burner", pool, 4))
    wrong = governed.compare().explained(voted).differences
    assert [line.split(" (")[0] for line in wrong] == ["MDT.burner_reasons = RecyclingPool", "MDT.minter = BlockReward"]
    assert all("on the chain, and not as" in line for line in wrong)


def test_verify__parameters_in_force_for_epochs__says_from_which_on(governed):
    controller = governed.suite["EmissionController"]
    to_block(governed.w3, controller.call("epoch_bounds", 0)[0])
    now = asdict(controller.call("parameters_at", 0))
    votes = governed.vote(("EmissionController", "set_parameters", now | {"max_tasks": 9_999}))
    localchain.advance(governed.w3, 5 * SETTINGS.emission.epoch_blocks)
    (line,) = governed.compare().explained(votes).changed
    assert line.startswith("EmissionController.parameters.max_tasks is 9_999 on the chain, expected 10_000, from epoch 1 on (operation 0x")


def test_verify__guardian_suspended_a_minter__is_no_difference(governed):
    """A stop that ends by itself changes nothing that was deployed."""
    governed.suite["MDT"].send(LocalSigner(governed.actors.guardian), "suspend_minter", governed.suite["BlockReward"].address, 3 * DAY)
    assert governed.compare().explained([]).differences == []


def test_verify__schedules_moved_and_ended__no_difference_and_said_where_they_are(governed):
    """A beneficiary who did what the guide says used to make the deployment look broken: the chain knows where a schedule went."""
    w3, (old, new, newer) = governed.w3, accounts(governed.w3)[3:6]
    start = w3.eth.get_block("latest")["timestamp"] + SETTINGS.governance.delay + DAY
    granted = Allocation(2, old.address, 5 * WAD, "ido")
    governed.vote(("Treasury", "vest", {**terms(SETTINGS, granted, start), "beneficiary": old.address}, bytes(32)))
    suite, contract = governed.suite, governed.suite["Vesting"]
    record = replace(suite.record, genesis=[asdict(granted)], vesting_starts=[start])

    def found():
        (one,) = vesting(replace(suite, record=record), SETTINGS)
        assert one.is_as_deployed, one.text
        return one.text

    whole = f"schedule of {granted.name}: 5 MDT on terms ido"
    assert found() == whole
    for giver, taker in ((old, new), (new, newer)):
        contract.send(LocalSigner(giver), "propose_beneficiary", 0, taker.address)
        contract.send(LocalSigner(taker), "accept_beneficiary", giver.address, 0)
    assert found() == f"{whole}, moved to {newer.address} as its schedule 0"
    contract.send(LocalSigner(newer), "renounce", 0)
    left = suite.unit.format(contract.call("schedule", newer.address, 0).amount)
    assert found() == f"{whole}, moved to {newer.address} as its schedule 0, ended early at {left}"
    assert left != "5 MDT"

    # one of other terms is no substitute
    (missing,) = vesting(replace(suite, record=replace(record, genesis=[asdict(replace(granted, vesting="team"))])), SETTINGS)
    assert missing.text == f"{granted.name} has no schedule team of 5 MDT: none that {old.address} ever had has these terms"


def test_verify__right_to_revoke_given_up__a_difference_that_the_vote_explains(governed):
    """The owner may give it up, and for good: verification would never have passed again."""
    w3, team = governed.w3, accounts(governed.w3)[6].address
    start = w3.eth.get_block("latest")["timestamp"] + SETTINGS.governance.delay + DAY
    granted = Allocation(3, team, 5 * WAD, "team")
    governed.vote(("Treasury", "vest", {**terms(SETTINGS, granted, start), "beneficiary": team}, bytes(32)))
    suite = replace(governed.suite, record=replace(governed.suite.record, genesis=[asdict(granted)], vesting_starts=[start]))
    assert [one.is_as_deployed for one in vesting(suite, SETTINGS)] == [True]
    votes = governed.vote(("Vesting", "renounce_revocation", team, 0))
    (found,) = vesting(suite, SETTINGS)
    assert (found.is_as_deployed, found.text) == (False, f"schedule of {granted.name}: 5 MDT on terms team, which nobody can revoke any more")
    assert found.explained(votes).votes == tuple(votes)
    assert found.explained([replace(votes[0], arguments={"beneficiary": STRANGER, "index": 0})]).votes == ()


def test_report__differences_and_what_governance_changed__told_apart_and_counted_apart():
    """The error used to count one difference and list two things."""
    vote = Vote("Timelock", "update_delay", {}, "0x6100a942ff", "somewhen")
    found = Findings((*same(Area.ROLES, ["a"]), *other(Area.VESTING, ["b differs"]), *other(Area.CONTRACTS, ["c is 2"], lambda _: 1)))
    found = found.explained([vote])
    by = "(operation 0x6100a942, scheduled somewhen)"
    assert found.report == f"not as deployed: 1 of 3 things compared differs: b differs. No difference: governance changed 1 since: c is 2 {by}"


def test_setters__every_one__is_a_function_of_its_contract():
    """A name that no contract has would explain nothing, and nobody would notice."""
    shown = {(name, getter) for name, part in PARTS.items() for getter in (*part.single, *part.asked) if not getter.isupper()}
    shown |= {("EmissionController", "parameters"), ("EmissionController", "quorum"), ("Timelock", "minimum_delay"), ("Timelock", "PROPOSER_ROLE")}
    shown |= {("MDT", name) for name in ("minter", "proposal", "burner_reasons")} | {("Treasury", "budget"), ("ReservePools", "operator")}
    shown |= {("DistributionSchedules", "schedule"), ("Staking", "decay_values"), ("Slasher", "slash_bps"), ("FeeDesk", "terms"), ("MDT", "owner")}
    for name, thing in shown:
        functions = {entry["name"] for entry in artifacts()[name].abi if entry["type"] == "function"}
        assert set(setters(name, thing)) <= functions, (name, thing)
    assert {name for name, _ in shown} <= set(SOURCES)

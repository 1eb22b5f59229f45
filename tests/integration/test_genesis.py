"""The genesis on the chain: what was planned is what was minted, locked and left, and nothing else can be."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from mdt.chain import localchain
from mdt.chain.connecting import chain_of
from mdt.chain.signers import LocalSigner
from mdt.deploy.run import Deployment
from mdt.deploy.verify import compare, notes
from mdt.errors import ConfigError, DeploymentError, RevertError
from mdt.model.reasons import Mint
from mdt.preset import genesis
from mdt.preset.genesis import BLOCK_EMISSION, Allocation, Portion
from mdt.preset.settings import Buckets, load
from mdt.suite.directory import names_of
from mdt.suite.records import Folder
from mdt.units import WAD
from tests.integration.test_deploy import DeathError, mortal
from tests.support.chains import accounts, anchored, local_chain
from tests.support.suite import FAST, Actors, artifacts, deploy, options

HOLDERS = ("liquidity", "ido", "private", "ecosystem", "community")
TEAM = (("0x" + "a1" * 20, 2_000_000 * WAD), ("0x" + "a2" * 20, 1_150_000 * WAD))
SETTINGS = load("luxtensor")


def holders() -> dict:
    """An address for each holder, two for the team."""
    plain = {name: (Portion("0x" + f"{number:02x}" * 20),) for number, name in enumerate(HOLDERS, 0xB1)}
    return plain | {"team": tuple(Portion(to, amount) for to, amount in TEAM)}


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """The whole of the preset's genesis, deployed once."""
    w3, folder = local_chain(), tmp_path_factory.mktemp("genesis")
    suite, _ = deploy(w3, folder, settings=SETTINGS, genesis=None, holders=holders(), default_holder=None)
    return w3, folder, suite


@pytest.fixture
def made(ready, tmp_path):
    """The deployment: its chain, put back afterwards, and a copy of its folder."""
    w3, folder, suite = ready
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with anchored(w3):
        yield w3, suite


@pytest.fixture
def w3():
    return local_chain()


def prepare(w3, folder, chain=None, **changed) -> Deployment:
    """A deployment that is not run yet."""
    actors = Actors.of(w3)
    chain = chain or chain_of(w3, int(w3.eth.chain_id), FAST)
    return Deployment.prepare(chain, LocalSigner(actors.deployer), Folder(folder), artifacts(), options(actors, **changed))


def run(made: Deployment) -> None:
    for _ in made.run():
        pass


# --- what was planned is what is there ---


def test_genesis__by_bucket__minted_is_the_plan_and_the_caps(made):
    _w3, suite = made
    token = suite["MDT"]
    caps = SETTINGS.token.buckets.as_list()
    minted = [token.call("minted_by_bucket", bucket) for bucket in range(len(Buckets.names()))]
    assert minted == [0 if bucket == BLOCK_EMISSION else cap for bucket, cap in enumerate(caps)]
    assert token.call("total_minted") == token.call("minted_by_reason", int(Mint.GENESIS)) == 11_550_000 * WAD == SETTINGS.token.cap * 55 // 100
    assert token.call("total_burned") == 0


def test_genesis__balances__sum_to_the_supply_and_are_the_cap_table(made):
    _w3, suite = made
    token, names = suite["MDT"], names_of(suite)
    balances = {name: token.call("balanceOf", account) for account, name in names.items()}
    assert sum(balances.values()) == token.call("totalSupply") == 11_550_000 * WAD
    assert {name: amount for name, amount in balances.items() if amount} == {
        "Treasury": 2_100_000 * WAD,
        "Vesting": (3 * 1_260_000 + 3_150_000) * WAD,
        "holder liquidity": 1_260_000 * WAD,
        "holder community": 1_260_000 * WAD,
    }
    *rows, _together = genesis.cap_table(SETTINGS, suite.record.allocations())
    for row in rows:
        if row.terms == "":
            assert balances["Treasury" if row.holder == "Treasury" else f"holder {row.holder}"] == row.amount == row.liquid
    assert balances["Vesting"] == sum(row.amount for row in rows if row.terms not in ("", "-"))
    assert notes(suite) == ["supply 11,550,000 MDT: accounts of the deployment hold 11,550,000 MDT, which is all of it"]


def test_genesis__schedules__are_the_presets_terms_from_the_recorded_start(made):
    _w3, suite = made
    (start,) = suite.record.vesting_starts
    vesting = suite["Vesting"]
    for one in genesis.vested(suite.record.allocations()):
        found, named = vesting.call("schedule", one.recipient, 0), SETTINGS.vesting[one.vesting]
        assert (found.amount, found.claimed, found.start) == (one.amount, 0, start)
        assert (found.cliff_ends_at, found.ends_at) == (start + named.cliff, start + named.duration)
        assert (found.at_start_bps, found.is_from_cliff, found.is_revocable) == (named.at_start_bps, named.is_from_cliff, named.revocable)
        assert not found.is_ended
        assert vesting.call("schedule", one.recipient, 1).amount == 0
    assert [vesting.call("schedule", to, 0).amount for to, _ in TEAM] == [amount for _, amount in TEAM]


def test_genesis__liquid_at_the_start__is_the_cap_tables(made):
    _w3, suite = made
    (start,) = suite.record.vesting_starts
    rows = genesis.cap_table(SETTINGS, suite.record.allocations())
    for one, row in zip(suite.record.allocations(), rows, strict=False):
        if one.vesting is not None:
            assert suite["Vesting"].call("vested_at", one.recipient, 0, start - 1) == 0
            assert suite["Vesting"].call("vested_at", one.recipient, 0, start) == row.liquid


def test_genesis__bucket_minted_out__nobody_can_mint_more_of_it(made):
    """A22: the cap is checked where every mint passes; a minter granted by a vote is refused too."""
    w3, suite = made
    token, timelock, actors = suite["MDT"], suite["Timelock"], Actors.of(w3)
    proposer, keeper = LocalSigner(actors.proposer), LocalSigner(actors.keeper)
    team = Buckets.names().index("team")

    def vote(*call) -> None:
        payload = token.encode(*call)
        timelock.send(proposer, "schedule", token.address, 0, payload, bytes(32), bytes(32), SETTINGS.governance.delay)
        localchain.advance(w3, 10, SETTINGS.governance.delay // 10 + 1)
        timelock.send(keeper, "execute", token.address, 0, payload, bytes(32), bytes(32))

    vote("propose_minter", keeper.address, team, 1 << Mint.GENESIS, WAD, WAD, 86_400)
    localchain.advance(w3, 10, SETTINGS.token.grant_delay // 10 + 1)
    vote("grant_minter", keeper.address)
    with pytest.raises(RevertError) as refused:
        token.send(keeper, "mint", keeper.address, 1, int(Mint.GENESIS))
    assert refused.value.reason == "mdt: over bucket cap"


def test_genesis__above_a_bucket_by_hand__refused_by_the_token(w3, tmp_path):
    """A22: the same deployer, before the set-up is finished, without the plan's checks."""
    number = steps_before(prepare(w3, tmp_path, settings=SETTINGS, genesis=None), "genesis team: revoke") + 1
    prepared = prepare(w3, tmp_path, mortal(w3, "signed", number), settings=SETTINGS, genesis=None)
    with pytest.raises(DeathError):
        run(prepared)
    token, deployer = prepared.site.contract("MDT"), LocalSigner(Actors.of(w3).deployer)
    assert not token.call("is_setup_finished")
    done = [step.name for step in prepared.steps if step.is_done()]
    assert "genesis team: mint what vests" in done
    assert "genesis team: revoke" not in done
    cap = SETTINGS.token.buckets.team
    with pytest.raises(RevertError) as refused:
        token.simulate(deployer.address, "propose_minter", deployer.address, 3, 1, 2 * SETTINGS.token.cap, cap, 86_400)
    assert refused.value.reason == "mdt: bad lifetime cap"
    token.send(deployer, "revoke_minter", deployer.address)
    token.send(deployer, "propose_minter", deployer.address, 3, 1, token.call("minter", deployer.address).minted + cap, cap, 86_400)
    token.send(deployer, "grant_minter", deployer.address)
    with pytest.raises(RevertError) as refused:
        token.send(deployer, "mint", deployer.address, 1, int(Mint.GENESIS))
    assert refused.value.reason == "mdt: over bucket cap"


def test_genesis__above_a_bucket__refused_by_the_plan_before_anything_is_sent(w3, tmp_path):
    too_much = ({"bucket": "team", "to": "0x" + "11" * 20, "amount": "3_150_000.000000000000000001 MDT"},)
    with pytest.raises(ConfigError, match="out of team, which holds 3,150,000 MDT"):
        prepare(w3, tmp_path, genesis=too_much)
    assert w3.eth.block_number == 0


def test_genesis__parts_of_a_bucket__rest_stays_unminted_and_the_set_up_is_finished(w3, tmp_path):
    """A21: nothing asks that the whole bucket, or the whole cap, be minted."""
    suite, _ = deploy(w3, tmp_path, genesis=({"bucket": "team", "to": "0x" + "11" * 20, "amount": "1 wei"},))
    assert suite["MDT"].call("is_setup_finished")
    assert suite["MDT"].call("totalSupply") == 1


# --- verification ---


def test_verify__right_after__compares_code_roles_buckets_schedules_and_supply(made, tmp_path):
    _w3, suite = made
    compared = prepare(suite.chain.w3, tmp_path, settings=SETTINGS, genesis=None, holders=holders(), default_holder=None).verify()
    assert "bucket team: genesis 3,150,000 MDT, minted 3,150,000 MDT of 3,150,000 MDT" in compared
    assert "schedule of team 1: 2,000,000 MDT on terms team" in compared
    assert "role MDT.owner = Timelock" in compared
    assert f"deployer {suite.record.deployer}: no allowance for Vesting, the only account it was asked for" in compared
    assert f"deployer {suite.record.deployer}: no code" in compared
    assert "Vesting.treasury = " + suite["Treasury"].address in compared


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (lambda record: {"genesis": [*record.genesis, {**record.genesis[0], "amount": "1"}]}, "bucket initial_emission minted 5,040,000 MDT, the genesis is"),
        (lambda record: {"genesis": record.genesis[:-1]}, "minted as genesis: 11,550,000 MDT, planned: 10,290,000 MDT"),
        (lambda record: {"vesting_starts": [record.vesting_starts[0] + 1]}, "ido has no schedule ido of 1,260,000 MDT: none that 0x"),
        (lambda record: {"quorum": record.quorum - 1}, r"EmissionController.quorum is 3 on the chain, expected 2"),
        (lambda record: {"preset_hash": "0x"}, "was made from preset luxtensor with other values than it has now"),
    ],
    ids=["more", "less", "start", "quorum", "preset"],
)
def test_verify__chain_is_not_what_the_record_says__named(made, record, words):
    _w3, suite = made
    with pytest.raises((DeploymentError, ConfigError), match=words):
        compare(replace(suite, record=replace(suite.record, **record(suite.record))), artifacts(), SETTINGS).require()


def test_verify__deployer_was_sent_tokens__told_and_no_difference(w3, tmp_path):
    """Z4: anybody can send an account tokens; an allowance is the account's own."""
    actors = Actors.of(w3)
    suite, _ = deploy(w3, tmp_path, genesis=({"bucket": "team", "to": actors.holder.address, "amount": "5 MDT"},))
    suite["MDT"].send(LocalSigner(actors.holder), "transfer", actors.deployer.address, WAD)
    found = compare(suite, artifacts(), load("adr-literal"))
    assert found.differences == []
    assert found.notes[-1] == f"the deployer {actors.deployer.address} holds 1 MDT, which somebody sent it: no part of the deployment"
    suite["MDT"].send(LocalSigner(actors.deployer), "approve", suite["Vesting"].address, 1)
    suite["MDT"].send(LocalSigner(actors.deployer), "transfer", actors.keeper.address, WAD)
    with pytest.raises(DeploymentError, match="^the deployer 0x.* allows Vesting 0.000000000000000001 MDT: approve 0$"):
        compare(suite, artifacts(), load("adr-literal")).require()
    suite["MDT"].send(LocalSigner(actors.deployer), "approve", suite["Vesting"].address, 0)
    found = compare(suite, artifacts(), load("adr-literal"))
    assert f"deployer {actors.deployer.address}: {len(suite.record.steps)} transactions, all of them recorded, 3 later ones" in found.compared
    assert found.notes[-1] == "supply 5 MDT: accounts of the deployment hold 4 MDT, others hold 1 MDT"


# --- the start of vesting ---


def steps_before(made: Deployment, name: str) -> int:
    return [step.name for step in made.steps].index(name)


def test_vesting_start__passed_before_the_schedules__says_so_and_goes_on_with_a_later_one(w3, tmp_path):
    start = w3.eth.get_block("latest")["timestamp"] + 5_000
    number = steps_before(prepare(w3, tmp_path, vesting_start=start), "vesting: create 1")
    with pytest.raises(DeathError):
        run(prepare(w3, tmp_path, mortal(w3, "mined", number), vesting_start=start))
    localchain.advance(w3, 10, 600)
    late = prepare(w3, tmp_path, vesting_start=start)
    with pytest.raises(DeploymentError, match="has passed before its schedules were created: run the same command again with --tge and a later date"):
        run(late)
    assert Folder(tmp_path).load_network().pending is None
    with pytest.raises(ConfigError, match="vesting cannot start at .*: it must lie after"):
        prepare(w3, tmp_path, vesting_start=start + 1)
    later = w3.eth.get_block("latest")["timestamp"] + 5_000
    done = prepare(w3, tmp_path, vesting_start=later)
    run(done)
    assert done.record.vesting_starts == [start, later]
    assert {done.suite()["Vesting"].call("schedule", one.recipient, 0).start for one in genesis.vested(done.record.allocations())} == {later}
    with pytest.raises(ConfigError, match="vesting starts at .* in the schedules that are on the chain, now it is .*: leave --tge out"):
        prepare(w3, tmp_path, vesting_start=later + 1)
    assert {one.state for one in prepare(w3, tmp_path).run()} == {"done"}


def test_vesting_start__passed_between_two_batches__each_keeps_its_own(w3, tmp_path, monkeypatch):
    monkeypatch.setattr(genesis, "BATCH", 1)
    start = w3.eth.get_block("latest")["timestamp"] + 5_000
    number = steps_before(prepare(w3, tmp_path, vesting_start=start), "vesting: create 2")
    with pytest.raises(DeathError):
        run(prepare(w3, tmp_path, mortal(w3, "mined", number), vesting_start=start))
    localchain.advance(w3, 10, 600)
    later = w3.eth.get_block("latest")["timestamp"] + 5_000
    done = prepare(w3, tmp_path, vesting_start=later)
    run(done)
    first, second = genesis.vested(done.record.allocations())
    assert [done.suite()["Vesting"].call("schedule", one.recipient, 0).start for one in (first, second)] == [start, later]


def test_vesting_start__nothing_vests__is_not_recorded(w3, tmp_path):
    assert prepare(w3, tmp_path, genesis=()).record.vesting_starts == []


def test_resume__somebody_sent_the_deployer_tokens__schedules_are_made_once(w3, tmp_path):
    """Z4, Z5: a donation, be it as much as vests, confuses neither what is still to be done nor whether all is done."""
    liquid = {"bucket": "community", "to": accounts(w3)[8].address, "amount": "5 MDT"}
    vests = {"bucket": "team", "to": "0x" + "11" * 20, "amount": "7 MDT", "vesting": "team"}
    number = steps_before(prepare(w3, tmp_path, genesis=(liquid, vests)), "vesting: approve")
    with pytest.raises(DeathError):
        run(prepare(w3, tmp_path, mortal(w3, "mined", number), genesis=(liquid, vests)))
    token = prepare(w3, tmp_path, genesis=(liquid, vests)).site.contract("MDT")
    actors = Actors.of(w3)
    token.send(LocalSigner(actors.keeper), "transfer", actors.deployer.address, 1)
    w3.eth.send_transaction({"from": actors.keeper.address, "to": actors.deployer.address, "value": 1})
    done = prepare(w3, tmp_path, genesis=(liquid, vests))
    run(done)
    assert done.record.is_complete
    assert [one.amount for one in done.suite()["Vesting"].call("schedules", "0x" + "11" * 20, 0, 3)] == [7 * WAD, 0, 0]


def test_record__genesis__read_back_as_it_was_planned(made):
    _w3, suite = made
    team = [one for one in suite.record.allocations() if one.bucket == 3]
    assert [(int(one.recipient, 16), one.amount, one.vesting, one.holder) for one in team] == [
        (int(to, 16), amount, "team", f"team {number}") for number, (to, amount) in enumerate(TEAM, 1)
    ]
    assert all(isinstance(one, Allocation) for one in team)

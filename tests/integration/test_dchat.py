"""A second economy from configuration alone: the dchat preset on the bytecode of MDT, with its documents' numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.deploy.verify import compare
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer
from mdt.model.reasons import Burn, Mint
from mdt.oracle.collect import Dataset
from mdt.preset.settings import load
from tests.integration.test_deploy import DeathError, deployment, finish, mortal
from tests.support.chains import accounts, anchored, local_chain
from tests.support.suite import QUORUM, artifacts, deploy, to_block, write_data

SETTINGS = load("dchat")
DCHAT = 10**12
PER_BLOCK = 951 * DCHAT


class Economy:
    """A deployment of the preset; one holder has what genesis gives to people."""

    def __init__(self, folder: Path) -> None:
        self.w3, self.folder = local_chain(), folder
        self.suite, self.actors = deploy(self.w3, folder / "deployments", settings=SETTINGS, genesis=None)
        self.holder, self.keeper = LocalSigner(self.actors.holder), LocalSigner(self.actors.keeper)

    def balance(self, account: str) -> int:
        return int(self.suite["MDT"].call("balanceOf", account))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return Economy(tmp_path_factory.mktemp("dchat"))


@pytest.fixture
def economy(base):
    with anchored(base.w3):
        yield base


def test_deploy__dchat__same_bytecode_other_arguments(economy):
    folder = economy.folder / "deployments"
    from mdt.suite.records import Folder

    for name, artifact in artifacts().items():
        record = Folder(folder).find(name)
        assert record.source_hash == artifact.source_hash
        assert economy.suite.chain.code(record.address).startswith(artifact.runtime)
    token = economy.suite["MDT"]
    assert (token.call("name"), token.call("symbol"), token.call("decimals")) == ("dchat", "DCHAT", 12)
    assert token.call("cap") == 10**12 * DCHAT
    assert token.call("totalSupply") == token.call("minted_by_reason", Mint.GENESIS) == 10**11 * DCHAT


def test_deploy__dchat__verifies_and_finds_all_of_the_genesis(economy):
    found = compare(economy.suite, artifacts(), SETTINGS)
    assert found.differences == []
    compared = [*found.compared, *found.notes]
    assert "pool 1: Marketplace, 10,000,000,000 DCHAT put in, 10,000,000,000 DCHAT available" in compared
    assert "schedule 1: 951 DCHAT to RecyclingPool every block" in compared
    assert compared[-1] == "supply 100,000,000,000 DCHAT: accounts of the deployment hold 100,000,000,000 DCHAT, which is all of it"
    minters = [line for line in compared if line.startswith("role MDT.minter")]
    assert minters == [
        "role MDT.minter = DistributionSchedules (block_reward relay_reward inflation marketplace_liquidity governance_reward out of block_emission:"
        " 895,000,000,000 DCHAT ever, 1,000,000,000 DCHAT in 1 day)",
        "role MDT.minter = EmissionController (epoch_emission out of block_emission: 5,000,000,000 DCHAT ever, 54,777,600 DCHAT in 1 day)",
    ]


def test_deploy__dchat__killed_at_each_step_of_pools_and_schedules__made_once(tmp_path):
    """Before its transaction is sent, after that, and once it was mined."""
    w3 = local_chain()
    market, points = ["pool 1: create", "pool 1: fill", "schedule 1: create"], ["signed", "sent", "mined"]
    named = {"settings": SETTINGS, "genesis": None}
    number = [step.name for step in deployment(w3, tmp_path, **named).steps].index(market[0]) + 1
    for step, point in zip(market, points, strict=True):
        with pytest.raises(DeathError):
            finish(deployment(w3, tmp_path, mortal(w3, point, number), **named))
        assert json.loads((tmp_path / "network.json").read_text())["pending"]["step"] == step
        number = 2 if point == "signed" else 1  # what was not sent yet is sent by the next run, which counts it
    made = deployment(w3, tmp_path, **named)
    assert [one.step for one in finish(made) if one.state == "resumed"] == [market[-1]]
    pools, schedules = made.suite()["ReservePools"], made.suite()["DistributionSchedules"]
    assert (pools.call("pool_count"), pools.call("pool", 1).put_in, pools.call("unassigned")) == (1, 10**10 * DCHAT, 0)
    assert schedules.call("schedule_count") == 1
    assert compare(made.suite(), artifacts(), SETTINGS).differences == []


@pytest.mark.parametrize(("amount", "burned", "received"), [(1_000, 10, 990), (500, 5, 495), (99, 0, 99)])
def test_pay__the_documents_amounts_in_the_smallest_unit__burn_one_percent(economy, amount, burned, received):
    token, desk, payee = economy.suite["MDT"], economy.suite["FeeDesk"], economy.actors.guardian.address
    token.send(economy.holder, "approve", desk.address, amount)
    before = economy.balance(payee), token.call("totalSupply")
    desk.send(economy.holder, "pay", payee, amount, received)
    assert economy.balance(payee) - before[0] == received
    assert before[1] - token.call("totalSupply") == token.call("burned_by_reason", Burn.TRANSACTION_FEE) == burned


def test_pay__a_thousand_whole_tokens__ten_burned(economy):
    token, desk, payee = economy.suite["MDT"], economy.suite["FeeDesk"], economy.actors.guardian.address
    token.send(economy.holder, "approve", desk.address, 1_000 * DCHAT)
    desk.send(economy.holder, "pay", payee, 1_000 * DCHAT, 990 * DCHAT)
    assert economy.balance(payee) == 990 * DCHAT
    assert token.call("total_burned") == 10 * DCHAT


def test_process__inflation__951_whole_tokens_for_each_block(economy):
    schedules, token, pool = (economy.suite[name] for name in ("DistributionSchedules", "MDT", "RecyclingPool"))
    start = schedules.call("schedule", 1).terms.from_block
    to_block(economy.w3, start + 99)
    receipt = schedules.send(economy.keeper, "process", 1)
    blocks = receipt.block_number - start
    assert blocks >= 100
    assert economy.balance(pool.address) == token.call("minted_by_reason", Mint.INFLATION) == blocks * PER_BLOCK
    to_block(economy.w3, receipt.block_number + 1)
    receipt = schedules.send(economy.keeper, "process", 1)
    assert token.call("minted_by_reason", Mint.INFLATION) == (receipt.block_number - start) * PER_BLOCK


def test_process__a_month_late__all_of_it_in_one_call(economy):
    schedules, token = economy.suite["DistributionSchedules"], economy.suite["MDT"]
    start = schedules.call("schedule", 1).terms.from_block
    to_block(economy.w3, start + 30 * 14_400)
    receipt = schedules.send(economy.keeper, "process", 1)
    assert token.call("minted_by_reason", Mint.INFLATION) == (receipt.block_number - start) * PER_BLOCK
    assert receipt.gas_used < 300_000


def test_settle__dchat__an_epoch_hands_out_inflation_and_mints_nothing(economy, tmp_path):
    suite, relays = economy.suite, [one.address for one in accounts(economy.w3)[:2]]
    keeper = Keeper(suite, tmp_path / "bundles")
    sources = write_data(tmp_path / "data", {0: ({relays[0]: (6_000, "1", "0.75"), relays[1]: (4_000, "1", "0.25")}, 10, 10)})
    to_block(economy.w3, keeper.snapshot().end_block)
    with Dataset.open(sources) as dataset:
        keeper.report(dataset)
    for reporter in economy.actors.reporters[:QUORUM]:
        keeper.attest(None, local_signer(reporter))
    keeper.submit(economy.keeper)
    localchain.advance(economy.w3, 10, SETTINGS.emission.report_delay // 5)
    assert economy.balance(suite["RecyclingPool"].address) == 0
    receipt = keeper.settle(economy.keeper)
    event = suite["EmissionController"].events(receipt, "EpochSettled")[0]
    assert event.emission == event.recycled == SETTINGS.emission.base_reward == 14_400 * PER_BLOCK, "U = 1 spends what an epoch of inflation brings"
    assert event.minted == suite["MDT"].call("minted_by_reason", Mint.EPOCH_EMISSION) == 0, "the keeper has called inflation in first"
    called_in = suite["DistributionSchedules"].call("schedule", 1).paid
    assert called_in % PER_BLOCK == 0
    assert suite["MDT"].call("minted_by_reason", Mint.INFLATION) == called_in > event.emission
    assert economy.balance(suite["RecyclingPool"].address) == called_in - event.emission
    assert SETTINGS.denomination.format(event.miner_share) == "5,477,760 DCHAT"
    assert (event.miner_share, event.validator_share, event.dao_share) == tuple(event.emission * part // 10 for part in (4, 4, 2))
    assert economy.balance(suite["Treasury"].address) == 25 * 10**9 * DCHAT + event.dao_share


def test_stake__dchat__validators_stake_in_millions(economy):
    suite, token = economy.suite, economy.suite["MDT"]
    stake = SETTINGS.staking.min_validator_stake
    assert stake == 10**6 * DCHAT
    assert suite["Staking"].call("terms").min_validator_stake == stake
    assert token.call("cap") < 3 * 2**83, "what Staking packs into a word"

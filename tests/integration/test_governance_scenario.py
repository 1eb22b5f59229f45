"""Governance end to end, on a chain that a deploy has handed over to the timelock: what the documents do with the weights, and what is refused on the way."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.errors import AccountError, GovernanceError, RevertError
from mdt.governance.calls import call_of, transaction_of
from mdt.governance.operations import operation_of, scheduled_in
from mdt.governance.owner import as_operation, is_through_timelock
from mdt.governance.store import Kept, Store
from mdt.governance.timelock import DONE, READY, WAITING, Timelock
from mdt.governance.trial import try_calls, warnings
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer
from mdt.model.emission import amounts
from mdt.oracle.collect import Dataset
from mdt.preset.settings import load
from mdt.preset.terms import parameters_of, schedule_of
from mdt.suite.calls import Call, Payload
from mdt.suite.directory import Directory
from mdt.suite.readable import read_call
from mdt.suite.records import Folder
from mdt.units import WAD
from tests.support.chains import accounts, anchored, local_chain
from tests.support.suite import QUORUM, deploy, to_block, write_data

DAY = 86_400
MINER = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"
MEASURED = {epoch: ({MINER: (8_000, "0.7", "0.9")}, 9, 10) for epoch in range(3)}
OLD, NEW = [5_000, 3_000, 2_000], [4_000, 4_000, 2_000]
"""The documents' change of the weights of utility."""


class Governed:
    """A deployment whose owner is the timelock, and the people around it."""

    def __init__(self, folder) -> None:
        self.w3 = local_chain()
        self.suite, self.actors = deploy(self.w3, folder / "deployments")
        self.timelock, self.book = Timelock(self.suite), Directory(self.suite)
        self.keeper = Keeper(self.suite, folder / "bundles")
        self.sources = write_data(folder / "data", MEASURED)
        self.proposer, self.guardian, self.anybody = (LocalSigner(one) for one in (self.actors.proposer, self.actors.guardian, accounts(self.w3)[6]))
        self.store = Store.of(Folder(folder / "deployments"))

    @property
    def controller(self):
        return self.suite["EmissionController"]

    def call(self, contract, function, *texts) -> Payload:
        return call_of(self.book, contract, function, texts, lambda text: text)

    def wait(self, seconds: int = DAY) -> None:
        """Time without blocks: the epoch stays the same."""
        localchain.advance(self.w3, 1, seconds)

    def settle_epoch(self) -> None:
        to_block(self.w3, self.keeper.snapshot().end_block)
        with Dataset.open(self.sources) as dataset:
            self.keeper.report(dataset)
        for reporter in self.actors.reporters[:QUORUM]:
            self.keeper.attest(None, local_signer(reporter))
        self.keeper.submit(self.anybody)
        localchain.advance(self.w3, 10, 60)
        self.keeper.settle(self.anybody)

    def do(self, *calls: Payload):
        """Schedule, wait, execute."""
        operation = operation_of(calls)
        self.timelock.schedule(operation, None, self.proposer.address).send(self.proposer)
        self.wait()
        return self.timelock.execute(operation, self.anybody.address).send(self.anybody)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return Governed(tmp_path_factory.mktemp("governed"))


@pytest.fixture
def chain(base, tmp_path):
    with anchored(base.w3):
        base.keeper.bundles, base.store = tmp_path / "bundles", Store(tmp_path / "operations")
        yield base


def expected(epoch: int, weights: list[int]):
    """What an epoch of the data pays, by the model."""
    settings = load("adr-literal")
    parameters = replace(parameters_of(settings), weights_bps=tuple(weights))
    return amounts(schedule_of(settings), parameters, epoch, 8_000, 7 * 10**17, 9 * 10**17, None, settings.emission.channel_cap)


def test_scenario__weights_of_utility__change_from_the_next_epoch(chain):
    """schedule -> too early -> wait -> anybody executes -> the running epoch by the old weights, the next by the new ones."""
    controller, timelock = chain.controller, chain.timelock
    to_block(chain.w3, controller.call("epoch_bounds", 0)[0] + 5)
    now = controller.call("parameters_at", 0)
    assert list(now.weights_bps) == OLD
    call = Payload(controller.address, controller.encode("set_parameters", asdict(now) | {"weights_bps": NEW}))
    assert "weights_bps: [40%, 40%, 20%], shares_bps: [40%, 40%, 20%]" in read_call(call, chain.book).words
    operation = operation_of([call])
    assert warnings(chain.suite, operation) == []

    receipt = timelock.schedule(operation, None, chain.proposer.address).send(chain.proposer)
    chain.store.save(Kept(operation, receipt.tx_hash, receipt.block_number))
    assert scheduled_in(timelock.contract.events(receipt)) == [operation]
    with pytest.raises(GovernanceError, match="is waiting until .*: execute it in 1 d 0 h"):
        timelock.execute(operation, chain.anybody.address)
    arguments = (call.target, 0, call.data, operation.predecessor, operation.salt)
    with pytest.raises(RevertError, match="timelock_controller: operation is not ready"):
        timelock.contract.send(chain.anybody, "execute", *arguments)

    chain.wait()
    kept = chain.store.find(f"0x{operation.id.hex()[:8]}").operation
    assert controller.call("status").current_epoch == 0
    executed = timelock.execute(kept, chain.anybody.address).send(chain.anybody)
    assert timelock.standing(operation.id).state == DONE
    (event,) = controller.events(executed, "ParametersSet")
    assert (event.from_epoch, list(event.old_parameters.weights_bps), list(event.new_parameters.weights_bps)) == (1, OLD, NEW)
    assert [list(controller.call("parameters_at", epoch).weights_bps) for epoch in (0, 1, 2)] == [OLD, NEW, NEW]

    for epoch, weights, whole, miners in ((0, OLD, 790 * WAD, 316 * WAD), (1, NEW, 780 * WAD, 312 * WAD)):
        treasury = chain.suite["MDT"].call("balanceOf", chain.suite["Treasury"].address)
        chain.settle_epoch()
        record, model = controller.call("epoch_record", epoch), expected(epoch, weights)
        assert (record.utility, record.emission, record.miner_share) == (model.utility, model.emission, model.miner_share)
        assert (record.emission, record.miner_share) == (whole, miners)
        assert chain.suite["MDT"].call("balanceOf", chain.suite["Treasury"].address) - treasury == model.dao_share


def test_hand_over__nobody_but_the_timelock__owns_anything(chain):
    for name in ("MDT", "Treasury", "Vesting", "EmissionController", "Staking", "Slasher", "RecyclingPool", "BlockReward", "RewardDistributor"):
        contract = chain.suite[name]
        assert is_through_timelock(chain.suite, contract, chain.actors.deployer.address)
        assert is_through_timelock(chain.suite, contract, chain.proposer.address)
    assert is_through_timelock(chain.suite, chain.suite["Timelock"], chain.proposer.address)


def test_is_through_timelock__owner_or_stranger__at_once_or_refused(chain):
    treasury = chain.suite["Treasury"]
    somebody = chain.anybody.address
    chain.do(chain.call("Treasury", "transfer_ownership", somebody))
    treasury.send(chain.anybody, "accept_ownership")
    assert not is_through_timelock(chain.suite, treasury, somebody)
    with pytest.raises(AccountError, match=f"Treasury is owned by {somebody}, which is neither {chain.proposer.address} nor the timelock"):
        is_through_timelock(chain.suite, treasury, chain.proposer.address)


def test_batch__all_or_nothing(chain):
    good = chain.call("EmissionController", "set_delay", "15 minutes")
    bad = chain.call("Treasury", "spend", "MDT", MINER, "1_000_000 MDT", "too much")
    operation = operation_of([good, bad, good])
    assert [one.passes for one in try_calls(chain.suite, operation)] == [True, False, None]
    assert warnings(chain.suite, operation) == [
        "call 2 to Treasury would be refused now, after the calls before it: treasury: over budget",
        "call 3 to EmissionController was not tried: call 2 before it is refused",
    ]
    chain.timelock.schedule(operation, None, chain.proposer.address).send(chain.proposer)
    chain.wait()
    with pytest.raises(RevertError, match="treasury: over budget"):
        chain.timelock.execute(operation, chain.anybody.address).send(chain.anybody)
    assert chain.timelock.standing(operation.id).state == READY
    receipt = chain.do(good, chain.call("Treasury", "spend", "MDT", MINER, "5 MDT", "audit"))
    assert chain.controller.events(receipt, "DelaySet")[0].new_delay == 900
    assert chain.suite["Treasury"].events(receipt, "Spent")[0].purpose == b"audit".ljust(32, b"\0")
    assert chain.suite["MDT"].call("balanceOf", MINER) >= 5 * WAD


def test_warnings__a_later_call_needs_an_earlier_one__nothing_to_warn_of(chain):
    """Each call is tried on what those before it did; alone the second would be refused, and nothing of it stays."""
    propose = chain.call("MDT", "propose_minter", MINER, "community", "airdrop", "5 MDT", "1 MDT", "1 days")
    revoke = chain.call("MDT", "revoke_minter", MINER)
    assert warnings(chain.suite, operation_of([revoke])) == ["call 1 to MDT would be refused now: mdt: nothing to revoke"]
    assert warnings(chain.suite, operation_of([propose, revoke])) == []
    assert warnings(chain.suite, operation_of([propose, revoke, revoke])) == [
        "call 3 to MDT would be refused now, after the calls before it: mdt: nothing to revoke"
    ]
    assert warnings(chain.suite, operation_of([revoke])) == ["call 1 to MDT would be refused now: mdt: nothing to revoke"]


def test_warnings__account_or_unknown_contract__said(chain):
    operation = operation_of([Payload(MINER, b"\x01\x02\x03\x04")])
    assert warnings(chain.suite, operation) == [
        f"call 1 to {chain.book.name(MINER)} would be refused now: there is no contract at that address, and a call to nothing succeeds without doing anything"
    ]
    unknown = operation_of([Payload(chain.suite["MDT"].address, b"\x01\x02\x03\x04")])
    assert warnings(chain.suite, unknown) == ["call 1 to MDT would be refused now: no reason given"]


def test_guardian__bad_operation__cancelled_in_time(chain):
    operation = operation_of([chain.call("Treasury", "spend", "MDT", MINER, "100 MDT", "stolen")])
    chain.timelock.schedule(operation, None, chain.proposer.address).send(chain.proposer)
    assert chain.timelock.standing(operation.id).state == WAITING
    chain.timelock.cancel(operation.id, chain.guardian.address).send(chain.guardian)
    chain.wait()
    with pytest.raises(GovernanceError, match="not scheduled, or cancelled"):
        chain.timelock.execute(operation, chain.anybody.address)


def test_guardian__misbehaving__removed_although_it_cancels_all_else(chain):
    removal = operation_of([chain.call("Timelock", "revokeRole", "CANCELLER_ROLE", chain.guardian.address)])
    assert removal.id == chain.suite["Timelock"].call("removal_id", chain.guardian.address)
    chain.timelock.schedule(removal, None, chain.proposer.address).send(chain.proposer)
    with pytest.raises(GovernanceError, match="own right to cancel"):
        chain.timelock.cancel(removal.id, chain.guardian.address)
    with pytest.raises(RevertError, match="timelock: cannot keep itself"):
        chain.suite["Timelock"].send(chain.guardian, "cancel", removal.id)
    chain.wait()
    chain.timelock.execute(removal, chain.anybody.address).send(chain.anybody)
    other = operation_of([chain.call("EmissionController", "set_guardian", chain.proposer.address)])
    chain.timelock.schedule(other, None, chain.proposer.address).send(chain.proposer)
    with pytest.raises(GovernanceError, match="may not cancel"):
        chain.timelock.cancel(other.id, chain.guardian.address)


def test_minter__added_with_both_waits__and_revoked_at_once(chain):
    token, minter = chain.suite["MDT"], chain.anybody.address
    chain.do(chain.call("MDT", "propose_minter", minter, "community", "airdrop", "5 MDT", "1 MDT", "1 days"))
    grant = chain.call("MDT", "grant_minter", minter)
    assert warnings(chain.suite, operation_of([grant])) == ["call 1 to MDT would be refused now: mdt: proposal still waiting"]
    operation = operation_of([grant])
    chain.timelock.schedule(operation, None, chain.proposer.address).send(chain.proposer)
    chain.wait()
    with pytest.raises(RevertError, match="mdt: proposal still waiting"):
        chain.timelock.execute(operation, chain.anybody.address).send(chain.anybody)
    chain.wait(13 * DAY)
    chain.timelock.execute(operation, chain.anybody.address).send(chain.anybody)
    assert token.call("minter", minter).is_active
    transaction_of(chain.book, "MDT", "suspend_minter", [minter, "3 days"], lambda text: text).send(chain.guardian)
    assert token.call("minter", minter).is_active
    assert token.call("mintable", minter) == 0


def test_as_operation__owners_calls__are_what_the_timelock_makes(chain):
    treasury = chain.suite["Treasury"]
    calls = [Call(treasury, "set_budget", (chain.suite["MDT"].address, amount * WAD), "") for amount in (1, 2)]
    made = as_operation(calls, b"\1" * 32, b"\2" * 32)
    assert (made.is_batch, made.predecessor, made.salt) == (True, b"\1" * 32, b"\2" * 32)
    assert [read_call(one, chain.book).words for one in made.calls] == [f"Treasury.set_budget(token=MDT, amount={amount} MDT)" for amount in (1, 2)]

"""A contract among the reporters of a deployment: its approval on a chain, its file, and what the keeper counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.signers import LocalSigner
from mdt.errors import AttestationError, KeeperError
from mdt.keeper.cycle import Action, Keeper, local_signer, named_by
from mdt.oracle import attest as attestation
from mdt.oracle.bundle import read_report, signatures_path, voids_path
from mdt.oracle.collect import Dataset
from tests.support.chains import accounts, anchored, local_chain
from tests.support.harness import harness
from tests.support.suite import FAST, QUORUM, deploy, to_block, write_data

MINER = "0x" + "77" * 20


class Beside:
    """A deployment whose reporters are four accounts and a contract; two of the accounts sign, and three are a quorum."""

    def __init__(self, folder: Path) -> None:
        self.w3 = local_chain()
        chain = chain_of(self.w3, int(self.w3.eth.chain_id), FAST)
        self.signer = LocalSigner(accounts(self.w3)[8])
        compiled = harness("ContractReporter").compiler_data
        made = chain.send(self.signer, None, compiled.bytecode, "deploy a contract that reports")
        self.multisig = Contract(chain, made.contract_address, compiled_abi(), "multisig")
        keys = [one.address for one in accounts(self.w3)[2:6]]
        reporters = tuple(sorted([*keys, self.multisig.address], key=lambda one: int(one, 16)))
        self.suite, self.actors = deploy(self.w3, folder / "deployments", reporters=reporters)
        self.keeper = Keeper(self.suite, folder / "bundles")
        self.sources = write_data(folder / "data", {0: ({MINER: (8_000, "0.7", "0.9")}, 9, 10)})

    def report(self) -> Path:
        to_block(self.w3, self.keeper.snapshot().end_block)
        with Dataset.open(self.sources) as dataset:
            return self.keeper.report(dataset)[0]

    def sign(self) -> None:
        for reporter in self.actors.reporters[: QUORUM - 1]:
            self.keeper.attest(None, local_signer(reporter))

    def approve(self, digest: bytes) -> None:
        self.multisig.send(self.signer, "approve", digest)

    def attest(self, address: str | None = None) -> Path:
        return self.keeper.attest(None, named_by(address or self.multisig.address))


def compiled_abi() -> list[dict]:
    from vyper.compiler.output import build_abi_output

    return build_abi_output(harness("ContractReporter").compiler_data)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return Beside(tmp_path_factory.mktemp("beside"))


@pytest.fixture
def beside(base, tmp_path):
    with anchored(base.w3):
        base.keeper.bundles = tmp_path / "bundles"
        yield base


def test_attest__contract__not_filed_until_it_approved_then_submitted(beside):
    path = beside.report()
    beside.sign()
    report = read_report(path)
    digest = attestation.digest(report, beside.keeper.domain)
    with pytest.raises(AttestationError, match=f"{beside.multisig.address} has not approved 0x{digest.hex()}: have it approve this digest"):
        beside.attest()
    assert len(list(signatures_path(path, 0).iterdir())) == QUORUM - 1
    beside.approve(digest)
    filed = beside.attest()
    assert filed == signatures_path(path, 0) / f"{beside.multisig.address.lower()}.json"
    assert beside.keeper.next_step().action is Action.SUBMIT
    receipt = beside.keeper.submit(beside.signer)
    (event,) = beside.keeper.controller.events(receipt, "ReportSubmitted")
    assert event.digest == digest


def test_attest__no_reporter_or_no_contract__refused(beside):
    """One that reports for nobody is told so before it approves anything."""
    beside.report()
    with pytest.raises(KeeperError, match="is not a reporter"):
        beside.attest(beside.suite["MDT"].address)
    with pytest.raises(AttestationError, match="is no contract on chain"):
        beside.attest(beside.actors.reporters[0].address)


def test_submit__file_of_a_contract_that_has_not_approved__set_aside_with_its_reason(beside):
    """Anybody can write the file; the chain is asked before it counts."""
    path = beside.report()
    beside.sign()
    beside.approve(attestation.digest(read_report(path), beside.keeper.domain))
    beside.attest()
    beside.multisig.send(beside.signer, "refuse", b"")
    step = beside.keeper.next_step()
    assert (step.action, ["has not approved" in line for line in step.set_aside]) == (Action.ATTEST, [True])
    with pytest.raises(AttestationError, match=rf"2 of 3 signatures; .*set aside: {beside.multisig.address} has not approved"):
        beside.keeper.submit(beside.signer)
    beside.keeper.attest(None, local_signer(beside.actors.reporters[2]))
    assert len(beside.keeper.prepare_submit().set_aside) == 1
    beside.keeper.submit(beside.signer)


def test_submit__contract_uses_up_its_gas__set_aside_as_the_controller_refuses_it(beside):
    """The node is asked with the controller's gas, so nothing is sent that would revert."""
    path = beside.report()
    beside.sign()
    beside.approve(attestation.digest(read_report(path), beside.keeper.domain))
    beside.attest()
    beside.multisig.send(beside.signer, "burn", 1_000)
    with pytest.raises(AttestationError, match=rf"set aside: {beside.multisig.address} has not approved"):
        beside.keeper.submit(beside.signer)


def test_void__contract__approves_the_void_and_counts(beside):
    void = attestation.Void(0, 0)
    for reporter in beside.actors.reporters[: QUORUM - 1]:
        beside.keeper.attest_void(local_signer(reporter))
    digest = attestation.digest(void, beside.keeper.domain)
    with pytest.raises(AttestationError, match=f"has not approved 0x{digest.hex()}"):
        beside.keeper.attest_void(named_by(beside.multisig.address))
    beside.approve(digest)
    filed = beside.keeper.attest_void(named_by(beside.multisig.address))
    assert filed.parent == voids_path(beside.keeper.bundles, 0, 0)
    receipt = beside.keeper.void(beside.signer)
    assert [event.epoch for event in beside.keeper.controller.events(receipt, "AttemptVoided")] == [0]

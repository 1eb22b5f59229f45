"""A contract among the reporters of a deployment: its approval on a chain, its file, and what the keeper counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.signers import LocalSigner
from mdt.errors import AttestationError, KeeperError
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer, named_by
from mdt.keeper.situation import Action
from mdt.oracle import attest as attestation
from mdt.oracle.bundle import read_report, signatures_path, voids_path
from mdt.oracle.collect import Dataset
from tests.luxtensor.proxy import CHAIN_ID, LuxtensorProxy
from tests.support.chains import accounts, anchored, local_chain
from tests.support.commands import QuickCommands
from tests.support.harness import harness
from tests.support.suite import FAST, QUORUM, deploy, to_block, write_data

MINER = "0x" + "77" * 20


class Beside:
    """A deployment whose reporters are four accounts and a contract; two of the accounts sign, and three are a quorum."""

    def __init__(self, folder: Path) -> None:
        self.home, self.w3 = folder, local_chain(chain_id=CHAIN_ID)
        chain = chain_of(self.w3, int(self.w3.eth.chain_id), FAST)
        self.signer = LocalSigner(accounts(self.w3)[8])
        compiled = harness("ContractReporter").compiler_data
        made = chain.send(self.signer, None, compiled.bytecode, "deploy a contract that reports")
        self.multisig = Contract(chain, made.contract_address, compiled_abi(), "multisig")
        keys = [one.address for one in accounts(self.w3)[2:6]]
        reporters = tuple(sorted([*keys, self.multisig.address], key=lambda one: int(one, 16)))
        self.suite, self.actors = deploy(self.w3, folder / "records", reporters=reporters)
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


def test_attest__by_command_on_luxtensor__says_the_digest_then_files(beside):
    """A node that hides reverts: its empty answer is no approval, and is told apart from an address without code."""
    path, other = beside.report(), beside.actors.reporters[0].address
    bundles = ["--bundles", str(beside.keeper.bundles)]
    digest = attestation.digest(read_report(path), beside.keeper.domain)
    void = attestation.digest(attestation.Void(0, 0), beside.keeper.domain)
    address = beside.multisig.address
    with LuxtensorProxy(beside.w3) as proxy:
        commands = QuickCommands(proxy, beside.home)
        beside.multisig.send(beside.signer, "refuse", b"")
        assert f"{address} has not approved 0x{digest.hex()}" in commands.error("epoch", "attest", "--contract", address, *bundles)
        assert f"{address} has not approved 0x{void.hex()}" in commands.error("epoch", "attest", "--void", "--contract", address, *bundles)
        assert f"{other} is no contract on chain {CHAIN_ID}" in commands.error("epoch", "attest", "--contract", other, *bundles)
        assert "is not a reporter" in commands.error("epoch", "attest", "--contract", "MDT", *bundles)
        both = commands.run("epoch", "attest", "--contract", address, "--account", "TEST::1", *bundles, fails=True)
        assert "--contract stands without --account" in both.stderr
    assert not signatures_path(path, 0).exists()


def test_attest__by_command_on_luxtensor_once_approved__filed(beside):
    path = beside.report()
    bundles = ["--bundles", str(beside.keeper.bundles)]
    beside.approve(attestation.digest(read_report(path), beside.keeper.domain))
    beside.approve(attestation.digest(attestation.Void(0, 0), beside.keeper.domain))
    address = beside.multisig.address
    with LuxtensorProxy(beside.w3) as proxy:
        commands = QuickCommands(proxy, beside.home)
        filed = commands.json("epoch", "attest", "--contract", address, *bundles)
        assert filed == {"signer": address, "signature": str(signatures_path(path, 0) / f"{address.lower()}.json"), "set_aside": []}
        told = commands.run("epoch", "attest", "--void", "--contract", address, *bundles).stdout
        assert f"{address} approved the void: " in told
    assert list(voids_path(beside.keeper.bundles, 0, 0).iterdir()) == [voids_path(beside.keeper.bundles, 0, 0) / f"{address.lower()}.json"]

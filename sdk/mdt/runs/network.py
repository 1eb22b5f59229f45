"""An embedded chain with the suite on it, and everybody who takes part: what the demo and the real-data run share.

THE KEYS ARE PUBLIC: the key of `role i` is keccak256("mdt demo <role> <i>"). They exist so that a run on a local chain needs nobody's wallet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.deploy.compiled import Artifact
from mdt.deploy.options import Options
from mdt.deploy.run import Deployment
from mdt.errors import ChainError, KeeperError
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer
from mdt.model.reasons import Miners
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import EpochResult
from mdt.preset.genesis import Allocation
from mdt.preset.settings import Settings
from mdt.runs.accounting import Settled
from mdt.runs.offences import Offences
from mdt.runs.stakers import Stakers
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import Folder

GAS_MONEY = 10**20
"""Wei of the native coin that each acting account gets on the embedded chain."""
NETWORK_NAME = "local"

Say = Callable[[str], None]


def public_key(role: str, number: int) -> bytes:
    """The PUBLIC private key of an actor."""
    return bytes(keccak(f"mdt demo {role} {number}".encode("ascii")))


def actors(role: str, count: int) -> list[LocalSigner]:
    """Signers of a role, numbered from 0."""
    return [LocalSigner(Account.from_key(public_key(role, number))) for number in range(count)]


class Network:
    """The suite on a local chain, with reporters, a guardian, an arbiter, a proposer and a keeper."""

    def __init__(self, chain: Chain, settings: Settings, folder: Path, *, reporters: int, quorum: int, say: Say) -> None:
        """Prepare the actors; nothing is sent yet.

        Raises:
            ChainError: the chain is not a local one; a run moves its clock and prints keys.
        """
        if not chain.is_local:
            raise ChainError(f"chain {chain.chain_id} is not an embedded chain or anvil: a run moves the chain's clock; use --network ethereum:local:test")
        # a line per transaction would bury what the run itself says
        self.chain, self.settings, self.folder, self.say = replace(chain, progress=lambda _line: None), settings, folder, say
        self.quorum = quorum
        self.reporters = sorted(actors("reporter", reporters), key=lambda one: int(one.address, 16))
        (self.deployer,), (self.guardian,), (self.keeper_account,) = actors("deployer", 1), actors("guardian", 1), actors("keeper", 1)
        (self.arbiter,), (self.proposer,) = actors("arbiter", 1), actors("proposer", 1)
        self.fund([one.address for one in (self.deployer, self.guardian, self.keeper_account, self.arbiter, self.proposer)])
        self.settled: list[Settled] = []

    @property
    def suite(self) -> Suite:
        """The deployed contracts."""
        return self._suite

    def show(self, wei: int) -> str:
        """An amount of the preset's token: `12.5 MDT`."""
        return self.settings.denomination.format(wei)

    def fund(self, accounts: Sequence[str]) -> None:
        """Give accounts native coins for gas, out of the chain's own rich account."""
        w3 = self.chain.w3
        for account in accounts:
            w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": account, "value": GAS_MONEY}))  # type: ignore[typeddict-item]

    def deploy(self, artifacts: Mapping[str, Artifact], genesis: Sequence[Allocation]) -> None:
        """Deploy the suite with all its wiring, mint the genesis, hand everything over to the timelock, and verify it on the chain."""
        options = Options(
            settings=self.settings,
            network=NETWORK_NAME,
            guardian=self.guardian.address,
            arbiter=self.arbiter.address,
            reporters=tuple(one.address for one in self.reporters),
            quorum=self.quorum,
            proposers=(self.proposer.address,),
            genesis=tuple(genesis),
        )
        deployment = Deployment.prepare(self.chain, self.deployer, Folder(self.folder / "deployments"), artifacts, options)
        for step in deployment.run():
            self.say(f"  {step.step}: {step.action}, {step.gas_used:,} gas")
        compared = deployment.verify()
        self.say(f"  code, constructor values, roles and genesis on the chain are what was asked for: {len(compared)} comparisons")
        self.say(
            f"  the timelock owns the suite; the deployer has no role and no token; paid {sum(one['gas'] for one in deployment.record.steps.values()):,} gas"
        )
        self._suite = deployment.suite()
        self.keeper = Keeper(self._suite, self.folder / "bundles")
        self.stakers = Stakers(self._suite)
        self.offences = Offences(self._suite, self.stakers.book)

    def reopen(self) -> None:
        """Look at the records again: something was made beside the suite."""
        self._suite = open_suite(self.chain, Folder(self.folder / "deployments"))

    # --- time ---

    def advance_to(self, block: int) -> None:
        """Move the chain's head to a block, if it is not there yet."""
        missing = block - self.chain.head()
        if missing > 0:
            localchain.advance(self.chain.w3, missing, self.settings.halving.block_time)

    def wait(self, seconds: int) -> None:
        """Let at least so many seconds pass."""
        localchain.advance(self.chain.w3, -(-seconds // self.settings.halving.block_time) + 1, self.settings.halving.block_time)

    def bounds(self, epoch: int) -> tuple[int, int, int]:
        """First block, end block and deadline block of an epoch."""
        first, end, deadline = self.suite["EmissionController"].call("epoch_bounds", epoch)
        return first, end, deadline

    # --- an epoch ---

    def report(self, epoch: int, dataset: Dataset) -> EpochResult:
        """Wait for the end of an epoch, compute it and write its bundle."""
        self.advance_to(self.bounds(epoch)[1])
        return self.keeper.report(dataset, epoch)[1]

    def submit(self, epoch: int, dataset: Dataset | None = None) -> None:
        """A quorum recomputes and signs; the keeper submits."""
        for reporter in self.reporters[: self.quorum]:
            self.keeper.attest(epoch, local_signer(reporter.account), dataset)
        self.keeper.submit(self.keeper_account, epoch)

    def settle(self, epoch: int) -> Settled:
        """Wait for the delay, settle, and have block rewards streamed."""
        self.wait(self.settings.emission.report_delay)
        receipt = self.keeper.settle(self.keeper_account)
        self.suite["Staking"].send(self.keeper_account, "pull_block_rewards")
        event = self.suite["EmissionController"].events(receipt, "EpochSettled")[0]
        if event.epoch != epoch:
            raise KeeperError(f"settled epoch {event.epoch}, expected {epoch}")
        row = Settled(
            epoch=event.epoch,
            utility=event.utility,
            emission=event.emission,
            recycled=event.recycled,
            minted=event.minted,
            miner_share=event.miner_share,
            validator_share=event.validator_share,
            dao_share=event.dao_share,
            is_clamped=event.is_clamped,
            miner_outcome=Miners(event.miner_outcome).name.lower(),
        )
        self.settled.append(row)
        return row

    def skip(self, last_epoch: int) -> tuple[int, int]:
        """Wait until nobody can report an epoch any more, and pass over it and those before it; first and last that were skipped."""
        self.advance_to(max(self.bounds(last_epoch)[2], self.suite["EmissionController"].call("status").deadline_block) + 1)
        receipt = self.keeper.skip(self.keeper_account)
        event = self.suite["EmissionController"].events(receipt, "EpochsSkipped")[0]
        return event.first_epoch, event.last_epoch

    # --- claims ---

    def claim(self, miner: str, signer: LocalSigner) -> int:
        """One claim with its proof from the newest ledger, paid to the miner whoever signs; wei."""
        ledger = self.keeper.ledger()
        tree = ledger.tree
        if tree is None:
            return 0
        distributor = self.suite["RewardDistributor"]
        receipt = distributor.send(signer, "claim", miner, ledger[miner.lower()], tree.proof(miner))
        return int(distributor.events(receipt, "Claimed")[0].amount)

    def claim_many(self, miners: Sequence[str], signer: LocalSigner, batch: int = 32) -> int:
        """Claims for many accounts in batches; wei paid in all."""
        ledger, distributor, paid = self.keeper.ledger(), self.suite["RewardDistributor"], 0
        tree = ledger.tree
        if tree is None:
            return 0
        for start in range(0, len(miners), batch):
            part = miners[start : start + batch]
            arguments: list[Any] = [list(part), [ledger[one.lower()] for one in part], [tree.proof(one) for one in part]]
            receipt = distributor.send(signer, "claim_many", *arguments)
            paid += sum(int(event.amount) for event in distributor.events(receipt, "Claimed"))
        return paid


def local_account(key: bytes) -> LocalAccount:
    """The account of a public key of the run."""
    account: LocalAccount = Account.from_key(key)
    return account

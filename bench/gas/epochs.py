"""Epochs for gas rows: the emission side of the suite, and reports whose inputs, lists and totals differ in every epoch.

Repeated inputs make a report look cheap: a word that is written as it was costs 2,200 instead of 5,000. So tasks, difficulty and
participation are drawn anew for every epoch, from a seed, and the list gets a miner more.
"""

from __future__ import annotations

import random
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from bench.gas.chain import PRESET, Chain
from bench.gas.rows_staking import deploy_staking
from bench.gas.rows_token import allow, fill_rings
from mdt.crypto.keccak import checksum
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.model.reasons import Mint
from mdt.preset.terms import emission_parameters
from mdt.units import DAY, WAD

EPOCH_BLOCKS = 10
DEADLINE_BLOCKS = 20
DELAY = 60
GRACE = 2 * DAY  # more than what a veto leaves for the next attempt
MINERS = 5
GIVEN = "root", "audit_root"


class Epochs:
    """The preset's suite with epochs of 10 blocks, so that a chain can be mined through 1,000 of them; five reporters, of whom three sign.

    Attributes:
        paid: What the settled roots give each miner.
    """

    def __init__(self, chain: Chain, seed: int = 1) -> None:
        self.chain, self.rng = chain, random.Random(seed)
        self.owner, self.minter, self.keeper = (chain.account() for _ in range(3))
        self.reporters = sorted((chain.account() for _ in range(5)), key=lambda account: int(account.address, 16))
        self.paid: dict[str, int] = {self._miner(): 0 for _ in range(MINERS)}
        self._pending = self.paid
        self._inputs = self._draw()
        self._deploy()

    def next_share(self) -> int:
        """The miner share of the report that comes next."""
        read = self.controller.functions
        return int(read.preview(read.next_epoch().call(), *self._inputs).call()[3])

    def next_total(self) -> int:
        """The cumulative total that the next report has to declare."""
        return int(self.distributor.functions.total_funded().call()) + self.next_share()

    def _draw(self) -> tuple[int, int, int]:
        """Tasks, difficulty and participation of an epoch unlike any other's."""
        return self.rng.randrange(5_000, 9_000), self.rng.randrange(WAD // 2, WAD), self.rng.randrange(WAD // 2, WAD)

    def submit(self, pays_miners: bool = True, **given: bytes) -> int:
        """End the epoch and report it, with a list that grew or, if nobody earned, with the root there is; the gas of it.

        Args:
            pays_miners: Whether there is a miner share.
            given: `root` and `audit_root` in the place of those of the list.
        """
        read = self.controller.functions
        self.chain.travel(GRACE)
        epoch = read.next_epoch().call()
        self.chain.mine(max(0, read.epoch_bounds(epoch).call()[1] - self.chain.block_number))
        roots, total = (self.distributor.functions.root().call(), bytes(32)), self.distributor.functions.total_funded().call()
        if pays_miners:
            roots, total = self._listed(self.next_share()), self.next_total()
        root, audit_root = (given.get(name, listed) for name, listed in zip(GIVEN, roots, strict=True))
        report = (epoch, read.attempt().call(), *self._inputs, root, audit_root, total, keccak(text=f"bundle {epoch}"))
        digest = read.report_digest(report).call()
        self._inputs = self._draw()
        signatures = [bytes(reporter.unsafe_sign_hash(digest).signature) for reporter in self.reporters[:3]]
        return self.chain.send(read.submit_report(report, signatures), self.keeper)

    def settle(self) -> int:
        """Wait for the delay and settle; the gas of it."""
        self.wait()
        self.paid = self._pending
        return self.chain.send(self.controller.functions.settle(), self.keeper)

    def wait(self) -> None:
        """Let the delay pass."""
        self.chain.travel(DELAY)
        self.chain.mine()

    def skip(self, epochs: int) -> int:
        """Let epochs pass unreported, and skip them; the gas of it.

        Raises:
            RuntimeError: it skipped another number.
        """
        read = self.controller.functions
        self.chain.travel(GRACE)
        epoch = read.next_epoch().call()
        self.chain.mine(max(0, read.epoch_bounds(epoch + epochs - 1).call()[2] - self.chain.block_number))
        gas = self.chain.send(read.skip(), self.keeper)
        skipped = read.next_epoch().call() - epoch
        if skipped != epochs:
            raise RuntimeError(f"skipped {skipped} epochs instead of {epochs}")
        return gas

    def grow_old(self) -> None:
        """Fill the token's rings of records; the epochs that this takes are skipped, those after it settled until reports are in time again."""
        fill_rings(self.chain, self.token, self.minter)
        self.chain.send(self.controller.functions.skip(), self.keeper)
        read = self.controller.functions
        while self.chain.block_number > read.epoch_bounds(read.next_epoch().call()).call()[1]:
            self.submit()
            self.settle()

    def _miner(self) -> str:
        return checksum("0x" + self.rng.randbytes(20).hex())

    def _listed(self, share: int) -> tuple[bytes, bytes]:
        """Both roots of the list after an epoch: everybody on it earned, and somebody new."""
        listed = self.paid | {self._miner(): 0}
        weights = [self.rng.randrange(1, 1_000) for _ in listed]
        self._pending = {miner: amount + share * weight // sum(weights) for (miner, amount), weight in zip(listed.items(), weights, strict=True)}
        tree = MerkleTree.build(self._pending.items())
        return tree.root, AuditTree(tree).root

    def _deploy(self) -> None:
        chain, owner, suite = self.chain, self.owner, deploy_staking(self.chain, self.owner, self.minter)
        self.token, self.staking = suite.token, suite.staking
        self.pool = chain.deploy("RecyclingPool", token=self.token, owner=owner)
        self.distributor = chain.deploy("RewardDistributor", token=self.token, owner=owner)
        treasury = chain.deploy("Treasury", token=self.token, budget=0, owner=owner)
        self.audit: Any = chain.deploy("RootAudit", token=self.token)
        around = {"MDT": self.token, "RewardDistributor": self.distributor, "Staking": self.staking, "RecyclingPool": self.pool}
        self.controller: Any = chain.deploy(
            "EmissionController",
            around | {"Treasury": treasury, "RootAudit": self.audit},
            start_block=chain.block_number + 10,
            epoch_blocks=EPOCH_BLOCKS,
            parameters=emission_parameters(PRESET) | {"deadline_blocks": DEADLINE_BLOCKS},
            delay=DELAY,
            reporters=self.reporters,
            quorum=3,
            owner=owner,
            guardian=owner,
        )
        allow(chain, self.token, owner, self.controller.address, 1, Mint.EPOCH_EMISSION, PRESET.emission.channel_cap)
        for contract, setter in ((self.distributor, "set_funder"), (self.pool, "set_drawer"), (self.staking, "set_notifier")):
            chain.send(getattr(contract.functions, setter)(self.controller.address), owner)

    def funded(self, amount: int, spender: Any) -> LocalAccount:
        """An account with tokens that another may take."""
        account = self.chain.account()
        self.chain.send(self.token.functions.mint(account.address, amount, Mint.GENESIS), self.minter)
        self.chain.send(self.token.functions.approve(spender.address, amount), account)
        return account

"""Gas rows of the emission controller on the whole suite: reports, settlements, skips and vetoes of ordinary epochs."""

from __future__ import annotations

from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from bench.gas.chain import Chain
from bench.gas.rows_staking import deploy_staking
from mdt.crypto.merkle import MerkleTree
from mdt.model.reasons import Mint, mask
from mdt.preset.settings import load
from mdt.preset.terms import emission_parameters
from mdt.units import WAD

INPUTS = (8_000, 7 * WAD // 10, 9 * WAD // 10)
DAY = 86_400


def measure(chain: Chain) -> dict[str, int]:
    """Rows of EmissionController: five reporters, three signatures, short epochs so that a chain can be mined through 1,000 of them."""
    owner, minter, keeper = chain.account(), chain.account(), chain.account()
    reporters = sorted((chain.account() for _ in range(5)), key=lambda account: int(account.address, 16))
    controller, distributor, token, pool = _deploy(chain, owner, minter, reporters)
    entries: dict[str, int] = {}
    rows: dict[str, int] = {}

    def submit(pays_miners: bool = True) -> int:
        epoch = controller.functions.next_epoch().call()
        chain.mine(max(0, controller.functions.epoch_bounds(epoch).call()[1] - chain.block_number))
        root, total = distributor.functions.root().call(), distributor.functions.total_funded().call()
        if pays_miners:
            share = controller.functions.preview(epoch, *INPUTS).call()[3]
            for miner in reporters:
                entries[miner.address] = entries.get(miner.address, 0) + share // len(reporters)
            root, total = MerkleTree.build(entries.items()).root, total + share
        report = (epoch, controller.functions.attempt().call(), *INPUTS, root, total, keccak(text=f"bundle {epoch}"))
        digest = controller.functions.report_digest(report).call()
        signatures = [bytes(reporter.unsafe_sign_hash(digest).signature) for reporter in reporters[:3]]
        return chain.send(controller.functions.submit_report(report, signatures), keeper)

    def settle() -> int:
        chain.travel(60)
        chain.mine()
        return chain.send(controller.functions.settle(), keeper)

    def skip(epochs: int) -> int:
        epoch = controller.functions.next_epoch().call()
        chain.mine(max(0, controller.functions.epoch_bounds(epoch + epochs - 1).call()[2] - chain.block_number))
        gas = chain.send(controller.functions.skip(), keeper)
        skipped = controller.functions.next_epoch().call() - epoch
        if skipped != epochs:
            raise RuntimeError(f"skipped {skipped} epochs instead of {epochs}")
        return gas

    rows["submit a report, 3 of 5, first"] = submit()
    rows["settle an epoch, first"] = settle()
    rows["submit a report, 3 of 5"] = submit()
    rows["cancel a report"] = chain.send(controller.functions.cancel_report(), owner)
    rows["submit a report again, 3 of 5"] = submit()
    rows["settle an epoch, all minted"] = settle()
    submit(pays_miners=False)
    rows["settle an epoch without miners"] = settle()
    submit()
    rows["settle an epoch, part recycled"] = settle()
    chain.send(token.functions.mint(pool.address, 10_000 * 10**18, Mint.GENESIS), minter)
    submit()
    rows["settle an epoch, all recycled"] = settle()
    rows["skip 1 epoch"] = skip(1)
    rows["skip 1000 epochs"] = skip(1_000)
    rows["pause"] = chain.send(controller.functions.pause(1), owner)
    return rows


def _deploy(chain: Chain, owner: LocalAccount, minter: LocalAccount, reporters: list[LocalAccount]) -> tuple[Any, Any, Any, Any]:
    """The preset's suite with epochs of 10 blocks, wired; (controller, distributor, token, pool)."""
    preset = load("adr-literal")
    suite = deploy_staking(chain, owner, minter)
    token, staking = suite.token, suite.staking
    pool = chain.deploy("RecyclingPool", token=token, owner=owner)
    distributor = chain.deploy("RewardDistributor", token=token, owner=owner)
    treasury = chain.deploy("Treasury", token=token, budget=0, owner=owner)
    controller = chain.deploy(
        "EmissionController",
        {"MDT": token, "RewardDistributor": distributor, "Staking": staking, "RecyclingPool": pool, "Treasury": treasury},
        start_block=chain.block_number + 10,
        epoch_blocks=10,
        parameters=emission_parameters(preset) | {"deadline_blocks": 20},
        delay=60,
        reporters=reporters,
        quorum=3,
        owner=owner,
        guardian=owner,
    )
    cap = preset.emission.channel_cap
    chain.send(token.functions.propose_minter(controller.address, 1, mask(Mint.EPOCH_EMISSION), cap, cap, DAY), owner)
    chain.send(token.functions.grant_minter(controller.address), owner)
    for contract, setter in ((distributor, "set_funder"), (pool, "set_drawer"), (staking, "set_notifier")):
        chain.send(getattr(contract.functions, setter)(controller.address), owner)
    return controller, distributor, token, pool

"""Gas rows of the emission controller on the whole suite: reports, settlements, skips and vetoes of ordinary epochs."""

from __future__ import annotations

import random
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from bench.gas.chain import Chain
from bench.gas.rows_staking import deploy_staking
from mdt.crypto.keccak import checksum
from mdt.crypto.merkle import AuditTree, MerkleTree, leaf_hash, process_proof
from mdt.crypto.merkle.audit import NO_HASH, Summary, above, climb, root_of
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

    def submit(pays_miners: bool = True, **changed: bytes) -> int:
        epoch = controller.functions.next_epoch().call()
        chain.mine(max(0, controller.functions.epoch_bounds(epoch).call()[1] - chain.block_number))
        root, audit_root, total = distributor.functions.root().call(), bytes(32), distributor.functions.total_funded().call()
        if pays_miners:
            share = controller.functions.preview(epoch, *INPUTS).call()[3]
            for miner in reporters:
                entries[miner.address] = entries.get(miner.address, 0) + share // len(reporters)
            tree = MerkleTree.build(entries.items())
            root, audit_root, total = tree.root, AuditTree(tree).root, total + share
        root, audit_root = changed.get("root", root), changed.get("audit_root", audit_root)
        report = (epoch, controller.functions.attempt().call(), *INPUTS, root, audit_root, total, keccak(text=f"bundle {epoch}"))
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
    audit = chain.contract_at("RootAudit", controller.functions.ROOT_AUDIT().call())
    rng = random.Random(1)

    def refute(function: str, proof: tuple[Summary, list[Summary], list[Summary]], *before: Any) -> int:
        node, path, children = proof
        submit(audit_root=root_of(climb(node, 0, path)), root=rng.randbytes(32))
        said = (node.argument, 0, [one.argument for one in path], [one.argument for one in children])
        return chain.send(getattr(audit.functions, function)(controller.address, *before, *said), keeper)

    def settled(account: bytes, amount: int, depth: int) -> tuple[Any, ...]:
        """An epoch whose root gives an account an amount, in a tree as deep."""
        proof = [rng.randbytes(32) for _ in range(depth)]
        submit(audit_root=rng.randbytes(32), root=process_proof(leaf_hash(account, amount), proof))
        settle()
        return controller.functions.next_epoch().call() - 1, checksum("0x" + account.hex()), amount, proof

    for depth in (10, 20):
        left, right, path = _neighbours(rng, depth)
        both, missing = above(left, right), (int.from_bytes(left.last, "big") + 1).to_bytes(20, "big")
        wrong = both._replace(sum=both.sum + 1)
        rows[f"refute an inconsistent list, 2^{depth} leaves"] = refute("refute_inconsistent", (wrong, path, [left, right]))
        left_out = settled(missing, left.sum, depth)
        rows[f"refute a list that leaves out, 2^{depth} leaves"] = refute("refute_loss", (both, path, [left, right]), *left_out)
        had_more = settled(left.first, left.sum + 1, depth)
        rows[f"refute a list that lowers, 2^{depth} leaves"] = refute("refute_loss", (left, [right, *path], []), *had_more)
    rows["pause"] = chain.send(controller.functions.pause(1), owner)
    return rows


def _neighbours(rng: random.Random, depth: int) -> tuple[Summary, Summary, list[Summary]]:
    """Two leaves that stand side by side at some depth, and what stands beside the nodes above them, as full of digits as in a tree of that many leaves."""
    step = 2**159 // (depth + 2)
    bounds = [sorted(rng.randrange(2**158 + at * step, 2**158 + (at + 1) * step) for _ in range(2)) for at in range(depth + 1)]
    spans = [(first.to_bytes(20, "big"), last.to_bytes(20, "big")) for first, last in bounds]
    amounts = [10**20 + rng.randrange(10**20) for _ in spans]
    leaves = [Summary(NO_HASH, leaf_hash(account, amount), amount, account, account) for (account, _), amount in zip(spans[:2], amounts[:2], strict=True)]
    path = [Summary(rng.randbytes(32), rng.randbytes(32), amount, *span) for span, amount in zip(spans[2:], amounts[2:], strict=True)]
    return leaves[0], leaves[1], path


def _deploy(chain: Chain, owner: LocalAccount, minter: LocalAccount, reporters: list[LocalAccount]) -> tuple[Any, Any, Any, Any]:
    """The preset's suite with epochs of 10 blocks, wired; (controller, distributor, token, pool)."""
    preset = load("adr-literal")
    suite = deploy_staking(chain, owner, minter)
    token, staking = suite.token, suite.staking
    pool = chain.deploy("RecyclingPool", token=token, owner=owner)
    distributor = chain.deploy("RewardDistributor", token=token, owner=owner)
    treasury = chain.deploy("Treasury", token=token, budget=0, owner=owner)
    audit = chain.deploy("RootAudit")
    controller = chain.deploy(
        "EmissionController",
        {"MDT": token, "RewardDistributor": distributor, "Staking": staking, "RecyclingPool": pool, "Treasury": treasury, "RootAudit": audit},
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

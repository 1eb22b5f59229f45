"""The suite deployed by the tools themselves on an embedded chain, and a network of miners to report on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eth_account.signers.local import LocalAccount
from web3 import Web3

from mdt.chain import localchain
from mdt.chain.connecting import chain_of
from mdt.chain.policy import Policy
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.deploy.compiled import Artifact, from_vyper
from mdt.deploy.options import Options
from mdt.deploy.run import Deployment
from mdt.oracle.read import Sources
from mdt.preset.genesis import Allocation
from mdt.preset.settings import Settings, load
from mdt.suite.opened import Suite
from mdt.suite.records import Folder
from tests.support.chains import accounts
from tests.support.written import written

FAST = Policy(poll_seconds=0.02, timeout_seconds=5)
REPORTERS = range(2, 7)
QUORUM = 3
GENESIS = (
    {"bucket": "dao_treasury", "to": "Treasury", "amount": "100 MDT"},
    {"bucket": "community", "to": "0x90F79bf6EB2c4f870365E785982E1f101E93b906", "amount": "12.5 MDT"},
    {"bucket": "initial_emission", "to": "0x90F79bf6EB2c4f870365E785982E1f101E93b906", "amount": "5_040_000 MDT"},
    {"bucket": "community", "to": "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "amount": "1 wei"},
    {"bucket": "team", "to": "0x90F79bf6EB2c4f870365E785982E1f101E93b906", "amount": "1_000 MDT", "vesting": "team"},
    {"bucket": "community", "to": "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "amount": "2 MDT", "vesting": "ido"},
)


@cache
def artifacts() -> dict[str, Artifact]:
    """The compiled suite."""
    return from_vyper()


@dataclass
class Actors:
    """Who does what on an embedded chain."""

    deployer: LocalAccount
    guardian: LocalAccount
    reporters: list[LocalAccount]
    proposer: LocalAccount
    keeper: LocalAccount
    holder: LocalAccount

    @classmethod
    def of(cls, w3: Web3) -> Actors:
        keys = accounts(w3)
        return cls(keys[0], keys[1], [keys[number] for number in REPORTERS], keys[7], keys[8], keys[9])


def options(actors: Actors, *, settings: Settings | None = None, genesis: tuple[dict[str, str], ...] | None = GENESIS, **changed) -> Options:
    """What the tests deploy; `genesis=None` is the preset's, all of it to one holder."""
    values = {
        "settings": settings or load("adr-literal"),
        "network": "local",
        "guardian": actors.guardian.address,
        "reporters": tuple(sorted((one.address for one in actors.reporters), key=lambda one: int(one, 16))),
        "quorum": QUORUM,
        "proposers": (actors.proposer.address,),
        "genesis": None if genesis is None else tuple(Allocation.parse(written(one)) for one in genesis),
        "default_holder": actors.holder.address,
    }
    return Options(**(values | changed))


def deploy(w3: Web3, folder: Path, chain: Chain | None = None, **changed) -> tuple[Suite, Actors]:
    """Deploy the whole suite and stand in epoch 0."""
    actors = Actors.of(w3)
    chain = chain or chain_of(w3, int(w3.eth.chain_id), FAST)
    deployment = Deployment.prepare(chain, LocalSigner(actors.deployer), Folder(folder), artifacts(), options(actors, **changed))
    for _ in deployment.run():
        pass
    return deployment.suite(), actors


def to_block(w3: Web3, number: int) -> None:
    """Advance to a block, if it is ahead."""
    head = w3.eth.block_number
    if number > head:
        localchain.advance(w3, number - head)


def write_data(folder: Path, rows: dict[int, tuple[dict[str, tuple[int, str, str]], int, int]]) -> Sources:
    """Tables of epochs: epoch -> ({miner: (tasks, difficulty, score)}, participants, eligible)."""
    folder.mkdir(parents=True, exist_ok=True)
    tasks, scores, participation = ["epoch,miner,tasks,difficulty"], ["epoch,miner,score"], ["epoch,participants,eligible"]
    for epoch, (miners, participants, eligible) in rows.items():
        participation.append(f"{epoch},{participants},{eligible}")
        for miner, (count, difficulty, score) in miners.items():
            tasks.append(f"{epoch},{miner.lower()},{count},{difficulty}")
            scores.append(f"{epoch},{miner.lower()},{score}")
    for name, lines in (("tasks", tasks), ("scores", scores), ("participation", participation)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Sources.from_folder(folder)

"""A deployment, opened: its contracts ready to be called, once record and chain are known to belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mdt.addresses import parse_address
from mdt.chain.contract import Contract
from mdt.chain.transactions import Chain
from mdt.errors import DeploymentError
from mdt.names import SOURCES
from mdt.suite.records import Folder, NetworkRecord
from mdt.units import MDT, Denomination


@dataclass(frozen=True)
class Suite:
    """The contracts of a finished deployment, ready to be called.

    Attributes:
        unit: How amounts of its token are written.
        earlier: Contracts that were replaced, oldest first, each called as commands write it: `Slasher@0x...`.
        coming: Contracts that an unfinished replacement has made, called in the same way.
        markets: Liquidity pools beside the suite, by what commands call them: `LiquidityPool:usdx`.
    """

    chain: Chain
    record: NetworkRecord
    contracts: Mapping[str, Contract]
    unit: Denomination = MDT
    earlier: tuple[Contract, ...] = ()
    coming: tuple[Contract, ...] = ()
    markets: Mapping[str, Contract] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Contract:
        return self.contracts[name]

    @property
    def every(self) -> dict[str, Contract]:
        """The suite's contracts and the markets beside them, by name."""
        return {**self.contracts, **self.markets}

    def first(self, name: str) -> str:
        """The address of the contract that the deployment made under a name, whatever has replaced it since."""
        return next((str(one.address) for one in self.earlier if one.name.partition("@")[0] == name), "") or str(self.every[name].address)

    def show(self, wei: int) -> str:
        """An amount of its token as people read it: `12.5 MDT`."""
        return self.unit.format(wei)


def open_suite(chain: Chain, folder: Folder, *, unfinished: bool = False) -> Suite:
    """The deployed contracts, after checking that record and chain belong together.

    Args:
        chain: Where they live.
        folder: Their records.
        unfinished: Accept a deployment that is not complete.

    Raises:
        DeploymentError: no record, an unfinished one, another chain's, or one whose contracts are not on this chain.
        WrongChainError: the node serves another chain.
    """
    record = folder.load_network()
    if record.chain_id != chain.chain_id:
        raise DeploymentError(f"{folder.path} describes chain id {record.chain_id}, the network is {chain.chain_id}: check --network and --deployments")
    chain.check()
    if not record.is_complete and not unfinished:
        done = ", ".join(record.steps) or "none"
        raise DeploymentError(f"the deployment in {folder.path} is unfinished (steps done: {done}): run the same `mdt deploy` again, it resumes")
    contracts = {}
    for name in SOURCES:
        one = folder.find(name)
        if one is None:
            if unfinished:
                continue
            raise DeploymentError(f"{folder.path / f'{name}.json'} is missing: restore it from version control or backup")
        contracts[name] = Contract(chain, parse_address(one.address), one.abi, name)
    gone = [name for name in contracts if name in ("MDT", "EmissionController") and not chain.code(contracts[name].address)]
    if gone:
        raise DeploymentError(
            f"{gone[0]} of {folder.path} has no code at {contracts[gone[0]].address} on chain {chain.chain_id}:"
            " the chain was restarted or is another one; deploy again, or check --network"
        )
    unit = folder.denomination()
    earlier, coming = tuple(_earlier(chain, folder, record)), tuple(_coming(chain, folder, record))
    return Suite(chain, record, contracts, unit or MDT, earlier, coming, dict(_markets(chain, folder)))


def _markets(chain: Chain, folder: Folder) -> Iterator[tuple[str, Contract]]:
    """The markets that are recorded."""
    for name in folder.markets():
        if (one := folder.find(name)) is not None:
            yield name, Contract(chain, parse_address(one.address), one.abi, name)


def _earlier(chain: Chain, folder: Folder, record: NetworkRecord) -> Iterator[Contract]:
    """What was replaced, by the records that were kept of it.

    Raises:
        DeploymentError: one is missing, or is not that of the address in `network.json`.
    """
    numbers: dict[str, int] = {}
    for entry in record.replaced:
        name = entry["contract"]
        numbers[name] = numbers.get(name, 0) + 1
        one = folder.find_replaced(name, numbers[name])
        if one is None or one.address != entry["address"]:
            path = folder.path / "replaced" / f"{name}.{numbers[name]}.json"
            raise DeploymentError(f"{path} is not the record of {name} at {entry['address']}: restore it from version control or backup")
        yield Contract(chain, parse_address(one.address), one.abi, f"{name}@{one.address}")


def _coming(chain: Chain, folder: Folder, record: NetworkRecord) -> Iterator[Contract]:
    """What an unfinished replacement has made, in the order of deployment."""
    for name in SOURCES if record.replacing else ():
        one = folder.made.find(name)
        if one is not None:
            yield Contract(chain, parse_address(one.address), one.abi, f"{name}@{one.address}")

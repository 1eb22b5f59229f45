"""Which chain, and where its deployment is recorded: by the name of a record, by a node's address, or as ape names networks.

Ape is imported for the last only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from mdt.chain.connecting import chain_of, connect, web3_of
from mdt.chain.node_errors import translated
from mdt.chain.policy import policy_of
from mdt.chain.transactions import Chain
from mdt.cli.ape_log import quiet
from mdt.cli.output import say, set_aside
from mdt.errors import ConfigError, DeploymentError, NodeError
from mdt.suite.records import Folder

ECOSYSTEM = "luxtensor"
CHAIN_IDS = {"mainnet": 8898, "testnet": 9999, "devnet": 88980}
"""Luxtensor's networks."""
LOCAL_CHAIN_IDS = (1337, 31337)
"""Of embedded chains, and of anvil and hardhat: nobody's real network has one of these."""
LOCAL = "local"
OWN_NODE = "http://127.0.0.1:8545"
"""Where a node listens on one's own machine, unless another address is given."""


@dataclass(frozen=True)
class Network:
    """A chain that answers, what it is called, and where its records are.

    Attributes:
        name: `local`, `luxtensor-devnet`, ..., as the folder of its records.
        is_local: Whether it is for tests, and everybody's keys may sign on it.
    """

    chain: Chain
    name: str
    folder: Folder
    is_local: bool

    @property
    def is_devnet(self) -> bool:
        """Whether it is the network for development, which everybody may break."""
        return self.name == f"{ECOSYSTEM}-devnet" and self.chain.chain_id == CHAIN_IDS["devnet"]


@contextmanager
def opened(network: str | None, rpc: str | None, deployments: Path | None) -> Iterator[Network]:
    """The network that was asked for.

    Args:
        network: The name of a record, `luxtensor-devnet`; or, as ape writes it, `ecosystem:network[:provider]`, a provider being an address as well.
        rpc: A node's address. Without a network, the record is found by the chain that answers there.
        deployments: The folder of the records, instead of that of the network's name.

    Raises:
        ConfigError: no such network, or none named.
        NodeError: nobody answers.
        WrongChainError: another chain answers.
    """
    named, address = _parts(network)
    if rpc is not None and address is not None and rpc != address:
        raise ConfigError(f"--rpc {rpc} and --network {network} name two nodes: name one")
    address = rpc or address
    if address is not None and "://" not in address:
        raise ConfigError(f"{address} is no address of a node: write it whole, http://{address}")
    if address is not None or _is_record(named):
        yield _direct(named, address or OWN_NODE, deployments)
    elif named is None and not _is_under_ape():
        raise ConfigError(f"say which chain: --rpc URL, or --network NAME (or MDT_RPC, MDT_NETWORK). Records are kept of: {_known()}")
    elif named is None or ":" in named:
        with _through_ape(named, deployments) as found:
            yield found
    elif _chain_id_of(named) is not None:
        launch = "the record of a public network comes with its launch"
        way = "or name a folder of records with --deployments and a node with --rpc URL"
        raise ConfigError(f"no deployment is recorded for {named}: {launch}, {way}. Recorded: {_known()}")
    else:
        raise ConfigError(f"there is no network {named!r}: name a record ({_known()}), or ecosystem:network as ape does, or a node with --rpc URL")


# --- internal ---


def _parts(network: str | None) -> tuple[str | None, str | None]:
    """What a network is called, and the address of its node if it names one."""
    if network is None:
        return None, None
    if network.startswith(("http://", "https://")):
        return None, network
    name, separator, rest = network.partition(":http")
    return name, f"http{rest}" if separator else None


def _is_record(name: str | None) -> bool:
    return name is not None and any(folder.path.name == name for folder in Folder.recorded())


def _is_under_ape() -> bool:
    """Whether this is `ape run`, which has a network of its own when none is named."""
    context = click.get_current_context(silent=True)
    return context is not None and type(context.find_root().command).__module__.partition(".")[0].startswith("ape")


def _known() -> str:
    return ", ".join(folder.path.name for folder in Folder.recorded()) or "none"


def _direct(name: str | None, url: str, deployments: Path | None) -> Network:
    """A node by its address; nothing but web3 is needed."""
    folder = Folder(deployments) if deployments else None
    if name is not None and ":" in name:
        ecosystem, _, network = name.partition(":")
        if network == LOCAL:
            return _local(_chain(url, None), folder)
        if ecosystem != ECOSYSTEM or network not in CHAIN_IDS:
            raise ConfigError(f"there is no network {name}: with a node's address there are {ECOSYSTEM}:{'|'.join(CHAIN_IDS)} and ethereum:{LOCAL}")
        name = f"{ecosystem}-{network}"
        return Network(_chain(url, CHAIN_IDS[network]), name, folder or Folder.of(name), is_local=False)
    if name == LOCAL:
        return _local(_chain(url, None), folder)
    chain_id = _chain_id_of(name)
    if name is not None and chain_id is not None:
        return Network(_chain(url, chain_id), name, folder or Folder.of(name), is_local=False)
    if name is not None and not _is_record(name):
        raise ConfigError(f"there is no network {name!r}: name a record ({_known()}), {ECOSYSTEM}-{'|'.join(CHAIN_IDS)}, or leave --network out")
    if name is not None or folder is not None:
        folder = folder or Folder.of(str(name))
        record = folder.find_network()
        if record is not None:
            chain = _chain(url, record.chain_id)
            return Network(chain, record.network, folder, is_local=chain.chain_id in LOCAL_CHAIN_IDS)
    return _by_chain(_chain(url, None), folder)


def _chain_id_of(name: str | None) -> int | None:
    """The chain id of a network of ours, `luxtensor-testnet`, or None."""
    ecosystem, _, network = (name or "").partition("-")
    return CHAIN_IDS.get(network) if ecosystem == ECOSYSTEM else None


def _by_chain(chain: Chain, folder: Folder | None) -> Network:
    """The network of a chain id: one of ours, a local one, or the only one that a record is kept of."""
    if chain.chain_id in LOCAL_CHAIN_IDS:
        return _local(chain, folder)
    name = next((f"{ECOSYSTEM}-{network}" for network, number in CHAIN_IDS.items() if number == chain.chain_id), None)
    if name is not None:
        return Network(chain, name, folder or Folder.of(name), is_local=False)
    found = [folder for folder in Folder.recorded() if _chain_id_in(folder) == chain.chain_id]
    if len(found) != 1:
        what = f"{len(found)} records are kept of it ({', '.join(folder.path.name for folder in found)})" if found else "no record is kept of it"
        raise ConfigError(f"the node serves chain id {chain.chain_id}, and {what}: name the folder of the right one with --deployments")
    return Network(chain, found[0].path.name, found[0], is_local=False)


def _chain_id_in(folder: Folder) -> int | None:
    """The chain of a record; one that cannot be read is named, and hides no other."""
    try:
        record = folder.find_network()
    except DeploymentError as error:
        set_aside([str(error)])
        return None
    return record.chain_id if record else None


def _require_local(chain_id: int) -> None:
    """Refuse to take a chain for a local one, on which test keys sign and nobody is asked, when its id says that others use it."""
    if chain_id not in LOCAL_CHAIN_IDS:
        known = " or ".join(str(one) for one in LOCAL_CHAIN_IDS)
        raise ConfigError(
            f"the node serves chain id {chain_id}, a local network has {known}: name the network ({ECOSYSTEM}:devnet:URL), or start the node anew"
        )


def _local(chain: Chain, folder: Folder | None) -> Network:
    _require_local(chain.chain_id)
    return Network(chain, LOCAL, folder or Folder.of(LOCAL), is_local=True)


def _chain(url: str, chain_id: int | None) -> Chain:
    if chain_id is None:
        with translated(f"asking {url} for the chain id"):
            chain_id = int(web3_of(url).eth.chain_id)
    return connect(url, chain_id, policy_of(os.environ), _progress)


def _progress(line: str) -> None:
    say(line, err=True)


@contextmanager
def _through_ape(choice: str | None, deployments: Path | None) -> Iterator[Network]:
    """A network of ape's configuration, or the one it takes when none is named."""
    try:
        from ape import networks
    except ImportError as error:
        raise NodeError(f"{choice} is a network of ape, which is not installed: name the node with --rpc URL, or install `mdt[ape]`") from error
    quiet()
    with networks.parse_network_choice(choice or networks.default_ecosystem.default_network.choice) as provider:
        network = provider.network
        is_local = bool(network.is_dev)
        if is_local:
            _require_local(int(provider.chain_id))
        name = LOCAL if is_local else f"{network.ecosystem.name}-{network.name}"
        chain = chain_of(provider.web3, int(provider.chain_id if is_local else network.chain_id), policy_of(os.environ), _progress)
        yield Network(chain, name, Folder(deployments) if deployments else Folder.of(name), is_local)

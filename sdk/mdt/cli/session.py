"""One command at work: the chain it talks to, the deployment recorded for it, who signs, and how it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mdt.addresses import is_meant_as_address, parse_address, require_somebody
from mdt.chain.transactions import Chain
from mdt.cli import accounts
from mdt.cli.network import Network, opened
from mdt.errors import AccountError, UnitError
from mdt.names import MARKET, SOURCES
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import Folder
from mdt.units import Denomination
from mdt.written.characters import nearest

if TYPE_CHECKING:
    from mdt.chain.signers import Signer


@dataclass(frozen=True)
class Session:
    """What a command is given first."""

    found: Network
    as_json: bool

    @property
    def chain(self) -> Chain:
        """The chain."""
        return self.found.chain

    @property
    def folder(self) -> Folder:
        """The records of its deployment."""
        return self.found.folder

    @property
    def network(self) -> str:
        """What it is called."""
        return self.found.name

    @property
    def is_local(self) -> bool:
        """Whether it is for tests."""
        return self.found.is_local

    @cached_property
    def suite(self) -> Suite:
        """The contracts of the finished deployment.

        Raises:
            DeploymentError: there is none, or it is another chain's.
        """
        return open_suite(self.chain, self.folder)

    @property
    def unit(self) -> Denomination:
        """How amounts of the deployment's token are written."""
        return self.suite.unit

    def signer(self, account: str | None) -> Signer:
        """An account by alias or address of ape, `file:PATH` of a keystore, or `TEST::n` on local networks and the devnet.

        What became of its earlier transactions is told first, where somebody still has to be told.

        Raises:
            AccountError: no such account, or none named where one is needed.
            ChainError: what it signed earlier is in doubt, and the node does not say what became of it.
        """
        signer = self._account(account)
        self.chain.look_back(signer.address)
        return signer

    def address(self, text: str) -> str:
        """An address, the alias of an account, `TEST::n`, or the name of a contract of the suite."""
        if text in SOURCES:
            return str(self.suite[text].address)
        if text.startswith(f"{MARKET}:") and text in self.suite.markets:
            return str(self.suite.markets[text].address)
        if is_meant_as_address(text):
            return str(parse_address(text))
        if text.startswith(accounts.TEST_PREFIX) and not (self.is_local or self.found.is_devnet):
            raise AccountError(f"{text} has a key that everybody knows: on {self.network} it gets no tokens and no role; name an account by its address")
        try:
            return accounts.address_of(text)
        except AccountError as error:
            raise AccountError(f"{error}{nearest(text, SOURCES)}") from error

    def payee(self, text: str) -> str:
        """The address of somebody who gets tokens or a role: as `address`, and somebody can have its key.

        Raises:
            AccountError, ChainError: as `address`; nobody has the key, or it is the token's own contract, out of which nothing returns.
        """
        found = str(require_somebody(parse_address(self.address(text))))
        token = self.folder.find("MDT")
        if token is not None and found.lower() == token.address.lower():
            raise AccountError(f"{text} is the contract of the token itself: what it gets is lost. Name somebody else")
        return found

    def who(self, named: str | None, account: str | None = None) -> str:
        """The address of an account that is named; of the one that signs otherwise."""
        return self.address(named) if named else str(self._account(account).address)

    def _account(self, account: str | None) -> Signer:
        return accounts.signer_of(account, self.network, is_local=self.is_local, is_devnet=self.found.is_devnet)

    def wei(self, text: str) -> int:
        """Wei of `12.5 MDT`, in the unit of the deployment; refused when zero.

        Raises:
            UnitError: not an amount, or nothing.
        """
        amount = self.unit.parse(text)
        if amount == 0:
            raise UnitError(f"{text!r} is nothing: give an amount above zero")
        return amount

    def bundles(self, folder: Path | None) -> Path:
        """The folder of the epochs' bundles."""
        return folder or Path("out") / "bundles" / self.network


@contextmanager
def session(network: str | None, rpc: str | None, deployments: Path | None, as_json: bool) -> Iterator[Session]:
    """The session on a network that is open until the end. Accounts that send are held meanwhile."""
    with opened(network, rpc, deployments) as found, found.chain.keeping_turns():
        yield Session(found, as_json)

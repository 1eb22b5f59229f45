"""A market that is made beside a deployment that runs: by anybody, since it belongs to the timelock from its constructor on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from mdt.chain.signers import Signer
from mdt.chain.transactions import Receipt
from mdt.deploy.check import check_contract
from mdt.deploy.compiled import Artifact
from mdt.deploy.markets import require_token
from mdt.deploy.parts.liquidity import changed
from mdt.deploy.steps import Site, Step
from mdt.deploy.words import Naming, all_in_words
from mdt.errors import ConfigError, DeploymentError
from mdt.names import MARKET
from mdt.preset.markets import Market, check_markets
from mdt.preset.settings import load
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite
from mdt.suite.records import Folder

ANY = "luxtensor"
"""The preset of the site: a market's constructor takes nothing of one, and that of the deployment may lie anywhere."""


def market_of(suite: Suite, **terms: Any) -> Market:
    """A market as a command states it.

    Raises:
        ConfigError: a value that no market can have.
    """
    try:
        market = Market.model_validate(terms, context=suite.unit)
        check_markets([market], [], suite.unit)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{'.'.join(map(str, first['loc']))} {first.get('ctx', {}).get('error') or first['msg']}") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return market


@dataclass(frozen=True)
class Opening:
    """A market that is to be made.

    Attributes:
        folder: The records, to which it is added.
    """

    suite: Suite
    signer: Signer
    folder: Folder
    artifacts: Mapping[str, Artifact]
    market: Market

    def require_new(self) -> None:
        """Refuse a name that is taken, and a paired token that is not what was said of it.

        Raises:
            ConfigError: one of them.
        """
        there = self.folder.find(self.market.contract)
        if there is not None:
            raise ConfigError(f"there is a market {self.market.name} already, at {there.address}: choose another name")
        require_token(self.suite.chain, self.market.name, self.market.paired)

    @property
    def step(self) -> Step:
        """The transaction that makes it."""
        record = self.suite.record
        values = {key: {**one} for key, one in changed(self.market, self.suite.unit.symbol, record.owner, record.deployer).items()}
        any_preset = load(ANY)
        return Site(self.suite.chain, self.signer, self.folder, self.artifacts, any_preset, record, values).creation(self.market.contract)

    @property
    def words(self) -> str:
        """What it does, in words that follow 'would'."""
        step = self.step
        told = all_in_words(step.inputs, [value for _, value in step.arguments()], "", self.suite.unit, Naming(names_of(self.suite)))
        return f"create {self.market.contract}({told})"

    def make(self) -> Receipt:
        """Send it, and note the contract. What an earlier run had sent is found by the journal, and noted now.

        Raises:
            ChainError: it could not be sent, or was refused.
        """
        step = self.step
        receipt = step.send(lambda _signed: None)
        step.record(receipt)
        return receipt

    def require_made(self, suite: Suite) -> None:
        """Compare what is there with what was asked for.

        Args:
            suite: Opened anew, so that the market is in it.

        Raises:
            DeploymentError: names every difference.
        """
        made = [(f"_{key}", value) for key, value in self._terms() if not str(value).startswith("@")]
        findings = check_contract(suite.markets[self.market.contract], self.artifacts[MARKET], made, set(), suite.unit)
        if wrong := [one.text for one in findings if not one.is_as_deployed]:
            raise DeploymentError("; ".join(wrong))

    def _terms(self) -> Sequence[tuple[str, Any]]:
        record = self.suite.record
        return list(changed(self.market, self.suite.unit.symbol, record.owner, record.deployer)[self.market.contract].items())

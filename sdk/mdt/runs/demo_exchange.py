"""A market in the demo: for MDT and a dollar that exists here only.

A provider makes it on one day of the silence, with as much of both as gives the price it wants. A trader buys MDT and sells half of it again; the
provider adds dollars alone, and later leaves with all its shares. What the swaps cost stays with whoever has shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mdt.chain.signers import LocalSigner
from mdt.deploy.compiled import Artifact
from mdt.deploy.market_steps import market_creations, opening_steps
from mdt.deploy.parts.liquidity import changed, test_supply
from mdt.deploy.steps import Site
from mdt.market.exchange import Market as Traded
from mdt.market.exchange import Markets
from mdt.market.liquidity import Provider
from mdt.market.swaps import Trader
from mdt.preset.genesis import Allocation
from mdt.preset.markets import Market, Paired, Seed
from mdt.runs.accounting import Line
from mdt.runs.network import Network, Say, actors
from mdt.suite.calls import Call
from mdt.suite.records import Folder

OPENED_DAY, LEFT_DAY = 4, 10
MDT, DOLLAR = 10**18, 10**6
SEED, SEED_DOLLARS, BOUGHT_FOR, ALONE = 4_000 * MDT, 1_000 * DOLLAR, 40 * DOLLAR, 20 * DOLLAR


class ExchangeStory:
    """The demo's market, who provides it and who trades."""

    def __init__(self, network: Network, artifacts: Mapping[str, Artifact], say: Say) -> None:
        """Prepare the actors; nothing is sent yet."""
        self.network, self.artifacts, self.say = network, artifacts, say
        (self.provider,), (self.trader,) = actors("provider", 1), actors("trader", 1)
        self.terms = Market(
            name="dollar",
            paired=Paired(token="test", symbol="DOLLAR", decimals=6),  # noqa: S106
            fee_bps=30,
            protocol_bps=0,
            protocol_to="treasury",
            fee_delay="7 days",  # type: ignore[arg-type]
            seed=Seed(tokens=f"{SEED} wei", paired=f"{SEED_DOLLARS} wei", shares_to=self.provider.address),  # type: ignore[arg-type]
        )

    @property
    def people(self) -> list[LocalSigner]:
        """Who holds tokens here."""
        return [self.provider, self.trader]

    def genesis(self) -> list[Allocation]:
        """What the provider has from the start."""
        return [Allocation(4, self.provider.address, SEED)]

    def on_day(self, day: int) -> None:
        """What happens so many days into the silence."""
        happens = {OPENED_DAY: self._open, LEFT_DAY: self._leave}
        if day in happens:
            happens[day]()

    def _open(self) -> None:
        """The steps are those of a deployment, sent by whoever brings both sides."""
        network, terms, record = self.network, self.terms, self.network.suite.record
        settings = network.settings.model_copy(update={"markets": [terms]})
        values = changed(terms, settings.token.symbol, record.owner, self.provider.address)
        site = Site(network.chain, self.provider, Folder(network.folder / "deployments"), self.artifacts, settings, record, values)
        for step in (*market_creations(site), *opening_steps(site)):
            step.record(step.send(lambda _signed: None))
        network.reopen()
        market = self.market
        self.say(f"  a market is opened with {market.both(SEED, SEED_DOLLARS)}: {market.price_words(market.price(market.state()))[0]}")
        dollars = site.contract(f"MDT:{terms.name}")
        dollars.send(self.provider, "transfer", self.trader.address, test_supply(terms) // 2)
        bought, calls = Trader(market, self.trader.address).swap(1, BOUGHT_FOR, self.trader.address, is_bought=False)
        self._send(self.trader, calls)
        sold, calls = Trader(market, self.trader.address).swap(0, bought.bought // 2, self.trader.address, is_bought=False)
        self._send(self.trader, calls)
        self.say(f"  a trader buys {market.show(0, bought.bought)} for {market.show(1, BOUGHT_FOR)}, and sells half of it for {market.show(1, sold.bought)}")
        added, calls = Provider(market, self.provider.address).add_one(1, ALONE, self.provider.address)
        self._send(self.provider, calls)
        self.say(f"  the provider adds {market.show(1, ALONE)} alone: {market.show(1, added.swapped)} of it are swapped at the market's own price")

    def _leave(self) -> None:
        market, provider = self.market, Provider(self.market, self.provider.address)
        (tokens, paired), calls = provider.remove(provider.shares(), self.provider.address)
        self._send(self.provider, calls)
        self.say(f"  the provider leaves with {market.both(tokens, paired)}; shares worth {market.both(*market.state().reserves)} are locked for good")

    @property
    def market(self) -> Traded:
        """As it is."""
        return Markets(self.network.suite).get(self.terms.name)

    def _send(self, signer: LocalSigner, calls: Sequence[Call]) -> None:
        for one in calls:
            one.send(signer)

    def lines(self, held: Mapping[str, int]) -> list[Line]:
        """The market's part of the balance sheet."""
        return [Line("the market holds its reserve", held[self.terms.contract], self.market.state().reserves[0])]

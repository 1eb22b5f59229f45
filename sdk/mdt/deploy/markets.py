"""Markets of a deployment: what has to be so before one is made, and what is compared afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mdt.chain.contract import Contract
from mdt.chain.transactions import Chain
from mdt.deploy.check import check_contract
from mdt.deploy.compiled import Artifact
from mdt.deploy.findings import Area, Finding, other, same
from mdt.deploy.parts import OPTIONAL_PARTS, At
from mdt.deploy.parts.liquidity import changed
from mdt.deploy.words import Naming
from mdt.errors import ChainError, ConfigError
from mdt.escapes import quoted
from mdt.names import MARKET
from mdt.preset.markets import Market, Paired
from mdt.preset.settings import Settings
from mdt.suite.opened import Suite
from mdt.suite.records import NetworkRecord
from mdt.suite.tokens import ERC20_ABI


def constructors(settings: Settings, record: NetworkRecord) -> dict[str, Mapping[str, Any]]:
    """What the constructors of a preset's markets are given, by contract."""
    found: dict[str, Mapping[str, Any]] = {}
    for market in settings.markets:
        found |= changed(market, settings.token.symbol, record.owner, record.deployer)
    return found


# --- beforehand ---


def require_ready(chain: Chain, deployer: str, settings: Settings, record: NetworkRecord | None) -> None:
    """Refuse markets whose paired token is not what the preset says, or that nobody could open: nothing has been sent yet.

    Args:
        chain: Where to.
        deployer: Who brings the paired side of each seed.
        settings: The preset.
        record: Of the deployment as far as it got, if any: a market that is open needs nothing any more.

    Raises:
        ConfigError: names the market, and what is there instead.
    """
    needed: dict[str, int] = {}
    for market in settings.markets:
        if market.paired.is_test:
            if not chain.is_local:
                raise ConfigError(f"market {market.name} is to have a token made for tests, which only local networks get: name a token by its address")
            continue
        require_token(chain, market.name, market.paired)
        if record is None or f"market {market.name}: open" not in record.steps:
            needed[market.paired.token] = needed.get(market.paired.token, 0) + market.seed_paired
            _require_held(chain, deployer, market, needed[market.paired.token])


def require_token(chain: Chain, name: str, paired: Paired) -> None:
    """Refuse a paired token that is not what was said of it.

    Raises:
        ConfigError: nothing there, another symbol, or other decimals.
    """
    token = Contract(chain, paired.token, ERC20_ABI, "the paired token")  # type: ignore[arg-type]
    try:
        symbol, decimals = str(token.call("symbol")), int(token.call("decimals"))
    except ChainError as error:
        raise ConfigError(f"market {name}: there is no token at {paired.token} ({error}): name the address of an ERC-20 on this network") from error
    if (symbol, decimals) != (paired.symbol, paired.decimals):
        raise ConfigError(
            f"market {name}: the token at {paired.token} says that it is {quoted(symbol)} with {decimals} decimals,"
            f" here it is {paired.symbol} with {paired.decimals}: look at the address"
        )


def _require_held(chain: Chain, deployer: str, market: Market, needed: int) -> None:
    held = int(Contract(chain, market.paired.token, ERC20_ABI, "the paired token").call("balanceOf", deployer))  # type: ignore[arg-type]
    if held < needed:
        amount = market.paired.unit.format
        raise ConfigError(
            f"market {market.name} is opened with tokens of the deployer: {deployer} holds {amount(held)}, it takes {amount(needed)}; send it more"
        )


# --- afterwards ---


def bound_to(suite: Suite, contract: Contract) -> dict[str, str]:
    """Getters of one address of a market, and whose it is to be: a treasury that was replaced since is as good, it has that one for good."""
    found = {}
    for argument, value in OPTIONAL_PARTS[MARKET].values.items():
        if isinstance(value, At):
            getter = argument.strip("_").upper()
            there, ever = str(contract.call(getter)), {str(suite[value.name].address), *(str(one.address) for one in suite.earlier)}
            found[getter] = there if there in ever else str(suite[value.name].address)
    return found


def compared(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings, owners: set[str], names: Naming) -> list[Finding]:
    """Code, terms and opening of every market of the preset, and the code of those that were made since; the roles say whose they all are."""
    stated, found = constructors(settings, suite.record), list[Finding]()
    opened = {one.contract: one for one in settings.markets}
    found += other(Area.MARKET, [f"{name} has no record: restore it from version control or backup" for name in opened if name not in suite.markets])
    for name, contract in suite.markets.items():
        values = _stated(stated[name]) if name in opened else []
        found += check_contract(contract, artifacts[MARKET], values, owners, suite.unit, names)
        if name in opened:
            found += _opening(contract, opened[name], suite)
    return found


def _stated(terms: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What the constructor of a preset's market was given, where it can be read back; roles say the rest."""
    return [(f"_{key}", value) for key, value in terms.items() if key not in ("owner", "paired") or not str(value).startswith("@")]


def _opening(contract: Contract, market: Market, suite: Suite) -> Sequence[Finding]:
    if market.seed is None:
        return same(Area.MARKET, [f"market {market.name}: opened by whoever deposits first"])
    both = f"{suite.unit.format(market.seed.tokens)} and {market.paired.unit.format(market.seed_paired)}"
    if contract.call("totalSupply") == 0:
        return other(Area.MARKET, [f"market {market.name} is empty, it was to be opened with {both}"])
    return same(Area.MARKET, [f"market {market.name}: opened with {both}"])

"""ModernTensor tokenomics: read a deployment, and build, sign and send what a user sends.

    import mdt

    client = mdt.connect("demo-devnet", rpc="http://127.0.0.1:8545")
    print(client.unit.format(client.supply().circulating))

`mdt.client.Client` is what `connect` returns; amounts are ints of wei. `mdt.units` parses and formats them, and every error raised on purpose
is an `mdt.errors.MDTError`. Names are imported when they are first used, so that `import mdt` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mdt import errors, units
    from mdt.client import Client, Epoch, Position, Transactions, Validator, connect
    from mdt.errors import MDTError
    from mdt.market.face import MarketState, SwapQuote
    from mdt.market.supply import Supply
    from mdt.market.swaps import Limits
    from mdt.oracle.claims import Claim
    from mdt.units import Denomination, format_amount, parse_amount

_HOMES = {
    "Claim": "mdt.oracle.claims",
    "Client": "mdt.client",
    "Denomination": "mdt.units",
    "Epoch": "mdt.client",
    "Limits": "mdt.market.swaps",
    "MDTError": "mdt.errors",
    "MarketState": "mdt.market.face",
    "Position": "mdt.client",
    "Supply": "mdt.market.supply",
    "SwapQuote": "mdt.market.face",
    "Transactions": "mdt.client",
    "Validator": "mdt.client",
    "connect": "mdt.client",
    "format_amount": "mdt.units",
    "parse_amount": "mdt.units",
}
_ROOMS = ("errors", "units")

__all__ = [
    "Claim",
    "Client",
    "Denomination",
    "Epoch",
    "Limits",
    "MDTError",
    "MarketState",
    "Position",
    "Supply",
    "SwapQuote",
    "Transactions",
    "Validator",
    "connect",
    "errors",
    "format_amount",
    "parse_amount",
    "units",
]


def __getattr__(name: str) -> Any:
    """A public name, imported now (PEP 562); `__version__` is the installed distribution's."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _ROOMS:
        return import_module(f"mdt.{name}")
    if name == "__version__":
        try:
            return version("mdt")
        except PackageNotFoundError:  # a checkout on PYTHONPATH, not installed
            return "0+unknown"
    raise AttributeError(f"module 'mdt' has no attribute {name!r}; public are {', '.join(__all__)}")


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]

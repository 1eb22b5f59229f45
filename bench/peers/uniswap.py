"""`python -m bench.peers.uniswap`: what Uniswap v2's published bytecode answers, written down for our pool to be compared with, and what it costs.

`npm pack @uniswap/v2-core@1.0.1 @uniswap/v2-periphery@1.1.0-beta.0` fetches them; the folder that holds both unpacked, as `@uniswap/v2-core`, is given.
Router, factory and pair are as shipped; both tokens are MDT, as in our own rows. `tests/differential/test_uniswap_v2.py` reads the vectors.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from web3.contract import Contract

from bench.gas.chain import ROOT, Chain, full
from bench.gas.rows_token import UNIT, deploy_token
from bench.peers.compiled import NoPackages
from mdt.model.reasons import Mint

VECTORS = ROOT / "tests" / "vectors" / "uniswap_v2.json"
CORE, PERIPHERY = "@uniswap/v2-core", "@uniswap/v2-periphery"
PURSE = 1_000_000 * UNIT
NEVER = 2**256 - 1
PART = full(1_234 * UNIT // 1_000)
ROUNDS = 60


def code(packages: Path, package: str, name: str) -> tuple[list[dict[str, Any]], str]:
    """ABI and creation code out of a package.

    Raises:
        NoPackages: it is not there.
    """
    path = packages / package / "build" / f"{name}.json"
    if not path.is_file():
        raise NoPackages(f"{path} is missing: npm pack {CORE}@1.0.1 {PERIPHERY}@1.1.0-beta.0, and unpack both")
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["abi"], "0x" + found["bytecode"].removeprefix("0x")


class Peer:
    """A pair of two MDT with its router; one account that holds and allows everything."""

    def __init__(self, packages: Path) -> None:
        self.chain = chain = Chain()
        self.owner, self.minter, self.user = (chain.account() for _ in range(3))
        factory = chain.deploy_code("factory", *code(packages, CORE, "UniswapV2Factory"), self.owner)
        self.router = chain.deploy_code("router", *code(packages, PERIPHERY, "UniswapV2Router02"), factory, self.owner)
        self.tokens = [deploy_token(chain, self.owner, self.minter) for _ in range(2)]
        chain.send(factory.functions.createPair(*(token.address for token in self.tokens)), self.owner)
        pair = factory.functions.getPair(*(token.address for token in self.tokens)).call()
        self.pair: Contract = chain.web3.eth.contract(address=pair, abi=code(packages, CORE, "UniswapV2Pair")[0])
        if self.pair.functions.token0().call() != self.tokens[0].address:
            self.tokens.reverse()
        for token in self.tokens:
            chain.send(token.functions.mint(self.user.address, PURSE, Mint.GENESIS), self.minter)
        for token in (*self.tokens, self.pair):
            chain.send(token.functions.approve(self.router.address, NEVER), self.user)

    def state(self) -> list[int]:
        """Both reserves, and all shares."""
        return [*self.pair.functions.getReserves().call()[:2], self.pair.functions.totalSupply().call()]

    def held(self) -> list[int]:
        """What the user has of both, and of the shares."""
        return [token.functions.balanceOf(self.user.address).call() for token in (*self.tokens, self.pair)]

    def call(self, name: str, *arguments: Any) -> int:
        """A call of the router for the user; its gas."""
        return self.chain.send(getattr(self.router.functions, name)(*arguments, self.user.address, NEVER), self.user)

    def add(self, first: int, second: int) -> int:
        """Deposit at most so much of both; its gas."""
        return self.call("addLiquidity", *(token.address for token in self.tokens), first, second, 0, 0)

    def remove(self, shares: int) -> int:
        """Withdraw; its gas."""
        return self.call("removeLiquidity", *(token.address for token in self.tokens), shares, 0, 0)

    def swap(self, side: int, amount: int) -> int:
        """Pay exactly so much of a side; its gas."""
        return self.call("swapExactTokensForTokens", amount, 0, [self.tokens[side].address, self.tokens[1 - side].address])

    def swap_out(self, side: int, amount: int) -> int:
        """Buy exactly so much with a side; its gas."""
        return self.call("swapTokensForExactTokens", amount, PURSE, [self.tokens[side].address, self.tokens[1 - side].address])


def vectors(packages: Path) -> list[dict[str, Any]]:
    """Each action: the state before, what was asked, and how the user's holdings changed."""
    rng, found = random.Random(2), []
    for first, second in ((100 * UNIT, 150 * UNIT), (1_001, 1_001), (5 * 10**6, 7_777 * UNIT + 1)):
        peer = Peer(packages)
        wanted: list[tuple[str, list[int]]] = [("add", [first, second])]
        for _ in range(ROUNDS):
            amount = rng.choice([1, 2, 3, 997, 1_000, rng.randrange(1, 10**6), rng.randrange(1, UNIT), rng.randrange(1, 40 * UNIT)])
            side = rng.randrange(2)
            wanted.append(rng.choice([("swap", [side, amount]), ("swap_out", [side, amount]), ("add", [amount, amount * 3]), ("remove", [amount])]))
        for action, arguments in wanted:
            before, held = peer.state(), peer.held()
            try:
                getattr(peer, action)(*arguments)
            except RuntimeError:
                continue  # Uniswap refuses what is too little or too much
            changed = [new - old for new, old in zip(peer.held(), held, strict=True)]
            found.append({"action": action, "arguments": arguments, "before": before, "changed": changed})
    return found


def gas(packages: Path) -> dict[str, int]:
    """Rows as in `bench.gas.rows_liquidity`."""
    peer = Peer(packages)
    rows = {"first deposit": peer.add(full(100 * UNIT), full(150 * UNIT)), "first swap": peer.swap(0, PART)}
    for _ in range(2):
        rows["swap exact in, MDT sold"] = peer.swap(0, PART)
        rows["swap exact in, MDT bought"] = peer.swap(1, PART)
        rows["swap exact out, MDT sold"] = peer.swap_out(0, PART)
        rows["swap exact out, MDT bought"] = peer.swap_out(1, PART)
        rows["deposit"] = peer.add(full(100 * UNIT), full(150 * UNIT))
        rows["withdrawal of a part"] = peer.remove(PART)
    rows["withdrawal of all"] = peer.remove(peer.held()[2])
    return rows


def main(arguments: list[str] | None = None) -> int:
    """1 if the packages are not there."""
    given = sys.argv[1:] if arguments is None else arguments
    packages = Path(given[0] if given else ".")
    try:
        found, rows = vectors(packages), gas(packages)
    except NoPackages as error:
        print(f"bench.peers.uniswap: {error}", file=sys.stderr)
        return 1
    VECTORS.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(one) for one in found)
    whose = f"{CORE} 1.0.1, {PERIPHERY} 1.1.0-beta.0, as shipped"
    VECTORS.write_text(f'{{"of": "{whose}",\n"gas": {json.dumps(rows)},\n"vectors": [\n{lines}\n]}}\n', encoding="utf-8")
    for row, used in rows.items():
        print(f"{row}: {used}")
    print(f"written: {VECTORS.relative_to(ROOT)}, {len(found)} actions")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

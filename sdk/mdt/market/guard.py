"""What no contract can refuse: an operation that names a pool before it is there, when another pool has got that number."""

from __future__ import annotations

from mdt.errors import MarketError
from mdt.governance.operations import Operation
from mdt.market.pools import CONTRACT, Pools
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.suite.readable import read_call


def check_numbers(suite: Suite, operation: Operation) -> None:
    """Refuse an operation that creates a pool and fills it, where another pool has got its number since it was scheduled.

    No contract can refuse that: the number is known before the pool is there, and the money would go to the other pool.

    Raises:
        MarketError: there is a pool of that number already.
    """
    if CONTRACT not in suite.contracts:
        return
    book, is_created = Directory(suite), False
    for call in operation.calls:
        read = read_call(call, book)
        if (read.contract, read.function) == (CONTRACT, "create_pool"):
            is_created = True
        elif is_created and (read.contract, read.function) == (CONTRACT, "absorb"):
            pools, pool_id = Pools(suite), int(read.arguments["pool_id"])
            if pool_id <= pools.count():
                raise MarketError(
                    f"the operation creates a pool and fills pool {pool_id}, but {pools.get(pool_id).words} is there already: another was created since it"
                    " was scheduled. Cancel it (`mdt governance cancel`) and schedule anew"
                )

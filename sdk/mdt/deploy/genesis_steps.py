"""The steps of a deployment that make the tokens of the genesis: minted bucket by bucket, and locked where they vest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mdt.chain import block_time
from mdt.chain.transactions import OnSigned, Receipt
from mdt.deploy.market_steps import opening_steps
from mdt.deploy.steps import NotDeployedError, Site, Step, at
from mdt.errors import DeploymentError
from mdt.model.reasons import Mint
from mdt.names import MARKET
from mdt.preset.genesis import Allocation, batches, terms, vested
from mdt.preset.settings import Buckets
from mdt.units import when

GENESIS_WINDOW = 86_400
FOR_MARKETS = "mint what opens markets"
CREATE = "vesting: create"
"""How the steps that make schedules are called, before their number."""


def genesis_steps(site: Site) -> Iterator[Step]:
    """All buckets, the one that opens markets first; then the schedules."""
    opening = {one.bucket for one in site.record.allocations() if one.recipient == MARKET}
    for bucket in sorted(range(len(Buckets.names())), key=lambda bucket: bucket not in opening):
        yield from _minting(site, bucket)
    if not opening:
        yield from opening_steps(site)
    yield from _vesting(site)


def is_set_up(site: Site) -> bool:
    """Whether the token's set-up is over: for good, and after all of the genesis."""
    return bool(site.contract("MDT").call("is_setup_finished"))


def _minting(site: Site, bucket: int) -> Iterator[Step]:
    """Mint a bucket's allocations through a grant of the deployer's own that is revoked afterwards.

    What vests goes to the deployer first: the vesting contract takes it from there as it makes the schedules.
    """
    allocations = _of(site.record.allocations(), bucket)
    if not allocations:
        return
    name = Buckets.names()[bucket]
    deployer, total = site.signer.address, sum(one.amount for one in allocations)

    def minted() -> int:
        return int(site.contract("MDT").call("minted_by_bucket", bucket))

    def rules() -> Any:
        return site.contract("MDT").call("minter", deployer)

    def is_over() -> bool:
        return minted() >= total

    def is_active() -> bool:
        now = rules()
        return bool(now.is_active and now.bucket == bucket)

    def is_proposed() -> bool:
        waiting = site.contract("MDT").call("proposal", deployer)
        return is_over() or is_active() or (waiting.effective_at > 0 and waiting.bucket == bucket)

    def rest() -> int:
        return total - minted()

    def reached(amount: int) -> bool:
        return minted() >= amount

    def lifetime_cap() -> int:
        return int(rules().minted) + rest()

    rules_asked: list[Any] = [deployer, bucket, 1 << Mint.GENESIS, lifetime_cap, rest, GENESIS_WINDOW]
    yield site.call_step(f"genesis {name}: propose", "MDT", "propose_minter", rules_asked, is_proposed)
    yield site.call_step(f"genesis {name}: grant", "MDT", "grant_minter", [deployer], lambda: is_over() or is_active())
    through = 0
    for what, recipient, amount in _mints(allocations, deployer):
        through += amount
        yield site.call_step(f"genesis {name}: {what}", "MDT", "mint", [recipient, amount, int(Mint.GENESIS)], partial(reached, through))
        if what == FOR_MARKETS:
            yield from opening_steps(site)
    yield site.call_step(f"genesis {name}: revoke", "MDT", "revoke_minter", [deployer], lambda: is_over() and not is_active())


def _of(allocations: Sequence[Allocation], bucket: int) -> list[Allocation]:
    return [allocation for allocation in allocations if allocation.bucket == bucket]


def _mints(allocations: Sequence[Allocation], deployer: str) -> list[tuple[str, str, int]]:
    """What is minted to whom: one mint for all markets, before anybody else has tokens; one for each allocation at once, one for all that vests."""
    opening = sum(allocation.amount for allocation in allocations if allocation.recipient == MARKET)
    at_once = [allocation for allocation in allocations if allocation.vesting is None and allocation.recipient != MARKET]
    mints = [(FOR_MARKETS, deployer, opening)] if opening else []
    mints += [(f"mint {number}", at(allocation.recipient), allocation.amount) for number, allocation in enumerate(at_once, 1)]
    held = sum(allocation.amount for allocation in vested(allocations))
    return [*mints, ("mint what vests", deployer, held)] if held else mints


def _vesting(site: Site) -> Iterator[Step]:
    """Lock what vests: one approval of the exact sum, and schedules in batches that take it all."""
    made = batches(site.record.allocations())
    if not made:
        return
    amounts, deployer = [allocation.amount for batch in made for allocation in batch], site.signer.address

    def there() -> int:
        """Schedules made so far. Until the hand-over the deployer alone makes any: whatever is sent to whom, the count is what the plan has done."""
        return int(site.contract("Vesting").call("schedule_count"))

    def rest() -> int:
        """What the schedules that are still to be made take; all of it before the first, and when nothing is left to approve."""
        try:
            return sum(amounts[there() :]) or sum(amounts)
        except NotDeployedError:
            return sum(amounts)

    def is_allowed() -> bool:
        return there() >= len(amounts) or int(site.contract("MDT").call("allowance", deployer, site.address("Vesting"))) == rest()

    def is_made(count: int) -> bool:
        return there() >= count

    yield site.call_step("vesting: approve", "MDT", "approve", ["@Vesting", rest], is_allowed)
    count = 0
    for number, batch in enumerate(made, 1):
        count += len(batch)
        step = site.call_step(f"{CREATE} {number}", "Vesting", "create_batch", [partial(_terms, site, batch)], partial(is_made, count), weight=len(batch))
        yield replace(step, send=partial(_before_the_start, site, step.send))


def _before_the_start(site: Site, send: Callable[[OnSigned], Receipt], on_signed: OnSigned) -> Receipt:
    start, now = site.record.vesting_starts[-1], block_time.now(site.chain)
    if start <= now:
        raise DeploymentError(
            f"vesting was to start at {when(start)}, which has passed before its schedules were created: run the same command again with"
            " --tge and a later date; schedules that are there keep their start"
        )
    return send(on_signed)


def _terms(site: Site, batch: list[Allocation]) -> list[dict[str, Any]]:
    start = site.record.vesting_starts[-1]
    return [terms(site.settings, allocation, start) | {"beneficiary": at(allocation.recipient)} for allocation in batch]

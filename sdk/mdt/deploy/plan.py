"""The plan of a deployment: all steps in order, each of which knows its arguments and reads on the chain whether it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from mdt.deploy.genesis_steps import genesis_steps, is_set_up
from mdt.deploy.market_steps import market_creations, market_steps
from mdt.deploy.parts import OPTIONAL_PARTS, OWNED, PARTS, Part, Wire, channels, wiring
from mdt.deploy.steps import NotDeployedError, Site, Step
from mdt.model.reasons import mask
from mdt.names import MARKET, TIMELOCK
from mdt.preset.channel import Channel
from mdt.preset.genesis import BLOCK_EMISSION


def plan(site: Site) -> Iterator[Step]:
    """Contracts, who is told of whom, who may burn and mint, the genesis, the market, and the hand-over."""
    for name in PARTS:
        yield site.creation(name)
    yield from market_creations(site)
    for part, wire in wiring():
        yield _wired(site, part, wire)
    for part in PARTS.values():
        if part.burns:
            yield _burner(site, part.name, part)
    for market in site.settings.markets:
        if market.burns:
            yield _burner(site, market.contract, OPTIONAL_PARTS[MARKET])
    for part, channel in channels(site.settings):
        yield from _minter(site, part, channel)
    yield from genesis_steps(site)
    yield from market_steps(site)
    yield site.call_step("finish set-up", "MDT", "finish_setup", [], partial(is_set_up, site))
    if site.record.owner == TIMELOCK:
        yield from _hand_over(site)


def _wired(site: Site, part: Part, wire: Wire) -> Step:
    def is_told() -> bool:
        contract, target = site.contract(part.name), site.address(wire.to)
        return bool(contract.call(wire.getter, target)) if wire.is_flag else bool(contract.call(wire.getter) == target)

    return site.call_step(wire.step, part.name, wire.function, [f"@{wire.to}", *([True] if wire.is_flag else [])], is_told)


def _burner(site: Site, name: str, part: Part) -> Step:
    reasons = mask(*part.burns)

    def is_entitled() -> bool:
        return bool(site.contract("MDT").call("burner_reasons", site.address(name)) == reasons)

    return site.call_step(f"entitle {name} to burn", "MDT", "set_burner", [f"@{name}", reasons], is_entitled)


def _minter(site: Site, part: Part, channel: Channel) -> Iterator[Step]:
    rules = (BLOCK_EMISSION, mask(*part.mints), channel.channel_cap, channel.window_cap, channel.window)

    def are_in(view: str) -> bool:
        """Whether exactly these rules are in force (`minter`) or wait (`proposal`); an account without any has a lifetime cap of zero."""
        found = site.contract("MDT").call(view, site.address(part.name))
        return (found.bucket, found.reasons, found.lifetime_cap, found.window_cap, found.window_seconds) == rules

    arguments = [f"@{part.name}", *rules]
    yield site.call_step(f"propose minter {part.name}", "MDT", "propose_minter", arguments, lambda: are_in("minter") or are_in("proposal"))
    yield site.call_step(f"grant minter {part.name}", "MDT", "grant_minter", [f"@{part.name}"], lambda: are_in("minter"))


def _hand_over(site: Site) -> Iterator[Step]:
    """The timelock is offered everything, and takes in one transaction what it does not own yet: anybody may have made it accept some of it."""

    def is_owner(name: str) -> bool:
        return bool(site.contract(name).call("owner") == site.address(TIMELOCK))

    def is_offered(name: str) -> bool:
        return is_owner(name) or bool(site.contract(name).call("pending_owner") == site.address(TIMELOCK))

    def still_open() -> list[str]:
        """What is to be accepted; all of it where nothing is there to ask, and where nothing is left."""
        try:
            found = [name for name in OWNED if not is_owner(name)]
        except NotDeployedError:
            found = []
        return [f"@{name}" for name in found or OWNED]

    for name in OWNED:
        yield site.call_step(f"hand over {name}", name, "transfer_ownership", [f"@{TIMELOCK}"], partial(is_offered, name))
    accepted = site.call_step("accept ownership", TIMELOCK, "accept_ownership", [still_open], lambda: all(map(is_owner, OWNED)), weight=len(OWNED))
    yield replace(accepted, is_anybodys=True)

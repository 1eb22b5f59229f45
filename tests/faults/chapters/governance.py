"""The timelock, the treasury and vesting."""

from __future__ import annotations

from tests.faults.rows import Life, row
from tests.faults.world import World
from tests.support.presets import write_with_deposit

DAY = 86_400
DELAY = DAY


def governance(world: World) -> Life:
    """An operation from its announcement to its execution; what needs no timelock; an ownership that comes back; a mint that was granted."""
    made = yield row("governance schedule", "EmissionController", "set_delay", "15 minutes", by=6)
    offer = world.do("governance", "schedule", "Treasury", "transfer_ownership", "TEST::5", "--account", "TEST::6")
    propose = ["MDT", "propose_minter", "TEST::10", "block_emission", "airdrop", "1_000 MDT", "700 MDT", "1 day"]
    proposal = world.do("governance", "schedule", *propose, "--account", "TEST::6")
    with world.aside():
        yield row("governance cancel", made["operation"]["id"], by=7)
    yield row("governance call", "EmissionController", "pause", "6 hours", by=7)
    with world.aside():
        yield row("deploy replace", "FeeDesk", "--preset", str(write_with_deposit(world.home)), by=6)
    world.wait(DELAY)
    yield row("governance execute", made["operation"]["id"], by=5)
    world.execute(offer)
    for function, *arguments in (("accept_ownership",), ("transfer_ownership", "Timelock")):
        world.do("governance", "call", "Treasury", function, *arguments, "--account", "TEST::5")
    yield row("governance accept", "Treasury", by=5)
    world.execute(proposal)
    world.wait(14 * DAY)
    grant = world.do("governance", "schedule", "MDT", "grant_minter", "TEST::10", "--account", "TEST::6")
    world.wait(DELAY)
    world.execute(grant)
    yield row("token mint", "--amount", "6", "--reason", "airdrop", by=10)


def treasury(world: World) -> Life:
    """What is spent at once, streamed and granted; the schedules that come of it, moved and ended."""
    spent = [
        (yield row("treasury spend", "TEST::10", "100 MDT", "--purpose", "audit", by=6)),
        (yield row("treasury budget", "200_000 MDT", by=6)),
        (yield row("treasury stream", "TEST::10", "1_000 MDT", "--over", "100 days", "--purpose", "work", by=6)),
        (yield row("treasury grant", "TEST::10", "500 MDT", "--purpose", "adviser", "--linear", "730 days", "--at-start", "10%", "--revocable", by=6)),
        (yield row("vesting set-creator", "TEST::9", "on", by=6)),
    ]
    world.wait(DELAY)
    for one in spent:
        world.execute(one)
    yield row("vesting create", "TEST::5", "10 MDT", "--linear", "100 days", by=9)
    world.wait(40 * DAY)
    yield row("vesting claim", "--for", "TEST::10", by=5)
    with world.aside():
        yield row("vesting revoke", "TEST::10", "1", by=6)
    with world.aside():
        yield row("vesting renounce-revocation", "TEST::10", "1", by=6)
    yield row("vesting propose", "0", "TEST::11", by=10)
    yield row("vesting accept", "TEST::10", "0", by=11)
    yield row("vesting renounce", "0", by=11)

"""Vesting, the treasury's budget and grants, and the timelock."""

from __future__ import annotations

from typing import Any

from bench.gas.lives.life import DAY, FOR_EVER, UNIT, Life

PURPOSE = b"grant".ljust(32, b"\x01")
SALT = b"salt".ljust(32, b"\x01")


def vest(life: Life) -> None:
    """Schedules made alone and in a batch, claims, a new beneficiary, every end."""
    holder, other = life.holder, life.other
    life.call("Vesting", "set_creator", life.keeper.address, True)
    life.call("MDT", "approve", life.address("Vesting"), FOR_EVER, sender=life.keeper)
    fields = (100 * UNIT, life.chain.timestamp + DAY, 30 * DAY, 120 * DAY, 1_000, True, True)
    for beneficiary in (holder, other, holder):
        life.call("Vesting", "create", (beneficiary.address, *fields), sender=life.keeper)
    life.call("Vesting", "create_batch", [(holder.address, *fields), (other.address, *fields)], sender=life.keeper)
    life.chain.travel(60 * DAY)
    life.call("Vesting", "claim", holder.address, 0, sender=life.keeper)
    life.call("Vesting", "claim", holder.address, 0, UNIT // 100, sender=life.keeper)
    life.call("Vesting", "propose_beneficiary", 1, other.address, sender=holder)
    life.call("Vesting", "renounce_revocation", holder.address, 1)
    life.call("Vesting", "accept_beneficiary", holder.address, 1, sender=other)
    life.call("Vesting", "revoke", holder.address, 2)
    life.call("Vesting", "renounce", 0, sender=other)


def govern(life: Life) -> None:
    """A budget, a grant; operations of the timelock announced, made and cancelled, alone and together."""
    life.call("Vesting", "set_creator", life.address("Treasury"), True)
    life.call("Treasury", "set_vesting", life.address("Vesting"))
    terms = (life.holder.address, 100 * UNIT, life.chain.timestamp + DAY, 30 * DAY, 120 * DAY, 0, True, True)
    life.call("Treasury", "vest", terms, PURPOSE)
    life.call("Treasury", "set_budget", life.address("MDT"), 600 * UNIT)
    _use_timelock(life)


def _use_timelock(life: Life) -> None:
    """A pool of its own for a while: a change of the drawer, twice in one operation, the way back, and one that is cancelled."""
    timelock, pool, owner = life.contracts["Timelock"], life.contracts["RecyclingPool"], life.owner.address
    life.call("RecyclingPool", "transfer_ownership", timelock.address)
    life.call("Timelock", "accept_ownership", [pool.address], sender=life.keeper)
    admin = timelock.encode_abi("grantRole", [bytes(32), owner])
    delay = timelock.encode_abi("update_delay", [2 * DAY])
    trial = timelock.encode_abi("try_batch", [[pool.address], [pool.encode_abi("set_drawer", [life.keeper.address])]])
    whole = {delay: "update_delay(uint256)", trial: "try_batch(address[],bytes[])"}  # only the timelock itself can call them: the whole execution
    operations = [
        (timelock.address, 0, trial),
        (timelock.address, 0, admin),
        (timelock.address, 0, delay),
        (pool.address, 0, pool.encode_abi("transfer_ownership", [owner])),
    ]
    for operation in operations:
        life.call("Timelock", "schedule", *operation, bytes(32), SALT, DAY)
    batch = ([pool.address] * 2, [0] * 2, [pool.encode_abi("set_drawer", [one.address]) for one in (life.keeper, life.contracts["EmissionController"])])
    for salt in (bytes(32), SALT):
        life.call("Timelock", "schedule_batch", *batch, bytes(32), salt, DAY)
    life.call("Timelock", "cancel", life.view("Timelock", "hash_operation_batch", *batch, bytes(32), bytes(32)), sender=life.guardian)
    life.chain.travel(DAY)
    life.chain.mine()
    life.call("Timelock", "execute_batch", *batch, bytes(32), SALT, sender=life.keeper)
    for operation in operations:
        gas = life.call("Timelock", "execute", *operation, bytes(32), SALT, sender=life.keeper)
        if operation[2] in whole:
            life.rows["Timelock"][whole[operation[2]]] = gas
    life.call("RecyclingPool", "accept_ownership")
    executor = life.view("Timelock", "EXECUTOR_ROLE")
    for function in ("grantRole", "revokeRole"):
        life.call("Timelock", function, executor, life.keeper.address)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What their views are given: of an operation that is two plain calls."""
    account = life.validator.address
    operation = {"bytes32": bytes(32), "bytes": bytes(68), "address[]": ["0x" + "11" * 20] * 2, "uint256[]": [0] * 2, "bytes[]": [bytes(68)] * 2}
    return {
        "Treasury": {"address": account},
        "Vesting": {"_beneficiary": life.holder.address, "_index": 0, "_first": 0, "_limit": 10, "_time": 0, "_account": account},
        "Timelock": {**operation, "address": account, "uint256": 0},
    }

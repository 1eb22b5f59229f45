"""Which votes explain that a role is held by others than planned, or with other limits."""

from __future__ import annotations

from mdt.deploy.members import LIMITS
from mdt.deploy.roles.table import Role, burner_limits, minter_limits
from mdt.deploy.votes import Vote
from mdt.units import Denomination


def sets_role(role: Role, accounts: frozenset[str], is_there: bool, unit: Denomination, vote: Vote) -> int:
    """How many of the accounts that differ a vote gave the role to, or took it from.

    Args:
        role: What differs.
        accounts: Those that came to it or went; none where only its limits differ.
        is_there: Whether it is on the chain, and not in the plan: then it must have the limits that the vote set.
        unit: Of the token.
        vote: A call that was executed.
    """
    if vote.function == "set_reporters" and vote.sets(role.contract, role.role):
        return max(len(accounts), 1)  # it names everybody anew
    if role.role == "operator":
        return max(len(accounts), 1) if _is_about_pool(role, is_there, vote) else 0
    named = vote.named(accounts or role.holders)
    if is_there and (said := _limits(role, vote, unit)) is not None:
        return named * (said == role.limits)
    return named if vote.sets(role.contract, role.role) and not (is_there and role.role == "minter") else 0


def _is_about_pool(role: Role, is_there: bool, vote: Vote) -> bool:
    """Whether a vote made, changed or ended the operator of this very pool, which the limits name: `pool 1: Marketplace`."""
    if not vote.sets(role.contract, role.role) or vote.is_earlier:
        return False
    number, _, name = role.limits.removeprefix("pool ").partition(": ")
    is_named = vote.named(role.holders) > 0
    if vote.function == "create_pool":
        return is_there and is_named and vote.arguments["name"] == name
    return str(vote.arguments["pool_id"]) == number and (not is_there or is_named)


def _limits(role: Role, vote: Vote, unit: Denomination) -> str | None:
    """The limits that a vote set, in words; None where it set none for this role."""
    call = (vote.contract, role.role, vote.function)
    if call == ("MDT", "burner_reasons", "set_burner"):
        return burner_limits(vote.arguments["reasons"])
    if call == ("MDT", "minter", "propose_minter"):
        bucket, reasons, lifetime, window_cap, window = (vote.arguments[name] for name in LIMITS)
        return minter_limits(unit, bucket, reasons, lifetime, window_cap, window)
    return None

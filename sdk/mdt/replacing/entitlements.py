"""What the token lets a contract do, moved from the old one to the new one: burning in one call each, minting after the token's own wait."""

from __future__ import annotations

from mdt.model.token import GRANT_PERIOD
from mdt.replacing.stages import Move, Voting, now
from mdt.suite.calls import Call

PROPOSAL = "propose minter"
"""How the names of stages begin that only propose: until a proposal is granted, the old contract is what it was."""
RULES = ("bucket", "reasons", "lifetime_cap", "window_cap", "window_seconds")


def burner_calls(move: Move, name: str) -> list[Call]:
    """The old contract's reasons to burn go to the new one, those it has now: governance may have taken some."""
    old, new = move.old(name).address, move.new(name).address
    reasons = int(move.token.call("burner_reasons", old))
    if not reasons:
        return []
    return [move.call(move.token, "set_burner", old, 0), move.call(move.token, "set_burner", new, reasons)]


def has_moved_burning(move: Move, name: str) -> bool:
    """Whether the old contract burns no more, and the new one does."""
    old, new = move.old(name).address, move.find_new(name)
    return new is not None and not move.token.call("burner_reasons", old) and bool(move.token.call("burner_reasons", new.address))


def is_minter(move: Move, name: str) -> bool:
    """Whether the contract in force mints."""
    return bool(move.token.call("minter", move.old(name).address).is_active)


def is_minting(move: Move, name: str) -> bool:
    """Whether minting is to move: the contract in force mints, or the new one is on its way to."""
    new = move.find_new(name)
    is_coming = new is not None and bool(granted_at(move, name) or move.token.call("minter", new.address).is_active)
    return is_coming or is_minter(move, name)


def proposal(move: Move, name: str) -> Voting:
    """The new contract is proposed with what is left of the old one's rules, and then waits as every minter does.

    What the old one mints until it is revoked comes on top of the cap that is proposed here. The bucket's cap holds all the same, and so does the
    schedule that both follow.
    """

    def is_proposed() -> bool:
        new = move.find_new(name)
        if new is None:
            return False
        waits = int(move.token.call("proposal", new.address).effective_at)
        is_fresh = waits and now(move) <= waits + GRANT_PERIOD
        return bool(is_fresh or move.token.call("minter", new.address).is_active)

    def calls() -> list[Call]:
        rules = move.token.call("minter", move.old(name).address)
        values = [getattr(rules, one) for one in RULES]
        left = int(rules.lifetime_cap - rules.minted)
        values[RULES.index("lifetime_cap")], values[RULES.index("window_cap")] = left, min(left, rules.window_cap)
        return [move.call(move.token, "propose_minter", move.new(name).address, *values)]

    return Voting(f"{PROPOSAL} {name}", f"the token is told that the new {name} is to mint, after its own wait", is_proposed, calls)


def grant_calls(move: Move, name: str) -> list[Call]:
    """The new contract becomes a minter."""
    return [move.call(move.token, "grant_minter", move.new(name).address)]


def revoke_calls(move: Move, name: str) -> list[Call]:
    """The old contract mints no more."""
    return [move.call(move.token, "revoke_minter", move.old(name).address)]


def granted_at(move: Move, name: str) -> int:
    """From when the proposal of the new contract can be granted; 0 where nothing waits."""
    new = move.find_new(name)
    return int(move.token.call("proposal", new.address).effective_at) if new is not None else 0

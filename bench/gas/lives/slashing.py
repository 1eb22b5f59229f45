"""Slashes with each kind of evidence and with each end."""

from __future__ import annotations

from typing import Any

from web3 import Web3

from bench.gas.lives.life import DATA_HASH, UNIT, Life, signed

EVIDENCE, REASONS = Web3.keccak(text="evidence"), Web3.keccak(text="reasons")
OFFLINE, NO_REVEAL = 1, 2
JAILED = 4


def live(life: Life) -> None:
    """One slash of each kind of evidence and with each end, an answer, a restitution, a way back."""
    life.call("Slasher", "set_slasher_role", life.keeper.address, True)
    life.call("Slasher", "set_arbiter", life.owner.address)
    life.call("Slasher", "set_slash_bps", NO_REVEAL, life.settings.slashing.no_reveal_bps - 1)
    _overturn(life)
    _report_liveness(life)
    life.call("Slasher", "void_slash", _announce(life))
    life.call("Slasher", "appeal", _slash(life), REASONS, sender=life.validator)
    life.call("Slasher", "uphold", _last_slash(life))
    life.chain.travel(life.settings.slashing.jail)
    life.chain.mine()
    life.call("Slasher", "unjail", 2, sender=life.validator)
    height = life.chain.block_number - 1
    for back in (2, 1):
        _prove(life, height - back)
    life.call("Slasher", "overturn", _last_slash(life) - 1)
    life.call("Slasher", "slash_registered", int(life.view("Validators", "key", life.other.address)[0]), sender=life.keeper)
    life.call("Slasher", "overturn", _last_slash(life))
    _prove(life, height)
    life.chain.travel(life.settings.slashing.appeal)
    life.chain.mine()
    life.chain.send(life.contracts["Slasher"].functions.execute(_last_slash(life)), life.keeper)
    life.call("Validators", "forfeit_deposit", int(life.view("Validators", "key", life.other.address)[0]), sender=life.keeper)


def _prove(life: Life, height: int) -> None:
    """The third validator signed twice; registered while another is in escrow."""
    votes = [(height, Web3.keccak(text=name)) for name in ("one block", "another block")]
    signatures = [bytes(life.other.unsafe_sign_hash(life.view("Slasher", "vote_digest", vote)).signature) for vote in votes]
    life.call("Slasher", "prove_double_signing", votes[0], signatures[0], votes[1], signatures[1], sender=life.keeper)


def _announce(life: Life, height: int | None = None) -> int:
    """The second validator, by the word of an account; returns the slash's number. It will be the first of a jail window."""
    life.chain.travel(life.settings.slashing.appeal)
    life.chain.mine()
    life.call("Slasher", "announce_slash", 2, NO_REVEAL, life.chain.block_number - 1 if height is None else height, EVIDENCE, sender=life.keeper)
    return _last_slash(life)


def _open(life: Life) -> int:
    """The slash announced last; returns its number."""
    life.chain.travel(life.settings.slashing.warning)
    life.chain.mine()
    life.call("Slasher", "open_slash", _last_slash(life), sender=life.keeper)
    return _last_slash(life)


def _slash(life: Life) -> int:
    """Announced and opened; returns its number."""
    _announce(life)
    return _open(life)


def _last_slash(life: Life) -> int:
    return int(life.view("Slasher", "slash_count")) - 1


def _overturn(life: Life) -> None:
    """A delegation leaves during the slash, another answers for it elsewhere; both get it back."""
    holder, height = life.holder, life.chain.block_number
    life.call("Staking", "redelegate", 2, 1, 1, 1, UNIT, sender=holder)
    life.call("Staking", "unstake", 2, 1, UNIT, sender=holder)
    _announce(life, height)
    slash_id = _open(life)
    life.call("Slasher", "answer", 1, holder.address, 1, sender=life.keeper)
    life.call("Slasher", "answer", 2, holder.address, 1, 0, sender=life.keeper)
    life.call("Slasher", "overturn", slash_id)
    life.call("Slasher", "claim_restitution", slash_id, holder.address, sender=life.keeper)
    if life.view("Staking", "validator", 2)[7] & JAILED:
        life.chain.travel(life.settings.slashing.jail)
        life.chain.mine()
        life.call("Slasher", "unjail", 2, sender=life.validator)


def _report_liveness(life: Life) -> None:
    """A page of an epoch, and the slash it is enough for, executed."""
    life.chain.travel(life.settings.slashing.appeal)
    epoch = life.view("EmissionController", "next_epoch") - 1
    entries = [(2, life.settings.slashing.offline_missed_blocks, 1), (3, 1, 0)]
    digest = life.view("Slasher", "liveness_digest", epoch, entries)
    life.call("Slasher", "report_liveness", epoch, entries, signed(digest), sender=life.keeper)
    life.call("Slasher", "announce_for_liveness", 2, OFFLINE, sender=life.keeper)
    _open(life)
    life.chain.travel(life.settings.slashing.appeal)
    life.chain.mine()
    life.call("Slasher", "execute", _last_slash(life), sender=life.keeper)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given."""
    numbers = {"_validator_id": 1, "_epoch": 0, "_slash_id": 0, "_offset": 0, "_limit": 10, "uint256": 0}
    return {"Slasher": {**numbers, "address": life.validator.address, "_vote": lambda: (life.chain.block_number, DATA_HASH), "_entries": [(1, 1, 0)]}}

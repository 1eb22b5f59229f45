"""Reasons and recipients as people write them on a command line."""

from __future__ import annotations

from enum import IntEnum

from mdt.model.offences import Offence
from mdt.model.reasons import Burn, Mint
from mdt.model.schedules import Kind

MINT = {
    "genesis": Mint.GENESIS,
    "block-reward": Mint.BLOCK_REWARD,
    "relay-reward": Mint.RELAY_REWARD,
    "inflation": Mint.INFLATION,
    "marketplace": Mint.MARKETPLACE_LIQUIDITY,
    "airdrop": Mint.AIRDROP,
    "governance": Mint.GOVERNANCE_REWARD,
}
BURN = {
    "fee": Burn.TRANSACTION_FEE,
    "transaction-fee": Burn.TRANSACTION_FEE,
    "deflation": Burn.DEFLATION,
    "slash": Burn.SLASH,
    "voluntary": Burn.VOLUNTARY,
    "registration": Burn.REGISTRATION,
}
RECIPIENTS = {
    "validators": Kind.VALIDATORS,
    "relays": Kind.RELAYS,
    "marketplace": Kind.POOL,
    "marketplace-liquidity": Kind.POOL,
    "treasury": Kind.TREASURY,
    "dev-fund": Kind.DEVELOPMENT,
}
KINDS = {Kind.VALIDATORS: "validators", Kind.RELAYS: "relays", Kind.POOL: "marketplace", Kind.TREASURY: "treasury", Kind.DEVELOPMENT: "dev-fund"}
"""What a schedule's recipient is called."""
CAUSES: dict[int, str] = {Offence.DOUBLE_SIGNING: "double signing", Offence.OFFLINE: "being offline", Offence.NO_REVEAL: "not revealing"}
"""What a validator is slashed for, by the number of the offence."""
STATUS = {1: "active", 2: "exited", 4: "jailed", 8: "tombstoned"}
"""Bits of a validator's status."""


def plain_name(reason: IntEnum) -> str:
    """`BLOCK_REWARD` as `block reward`."""
    return reason.name.lower().replace("_", " ")


def names_in(mask: int, kind: type[IntEnum]) -> str:
    """The reasons of a bit mask in words."""
    return ", ".join(plain_name(one) for one in kind if mask >> int(one) & 1) or "none"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 account`, `2 accounts`; `plural` where it is not the noun and an s."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def every(interval_blocks: int) -> str:
    """An interval in words."""
    return "every block" if interval_blocks == 1 else f"every {interval_blocks:,} blocks"


def status_words(bits: int) -> str:
    """A validator's status: `active`, or why not; none of them: less own stake than the minimum, or than its part of what is delegated."""
    return ", ".join(word for bit, word in STATUS.items() if bits & bit) or "short of own stake"

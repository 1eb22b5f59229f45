"""A token of the `adr-literal` preset for tests, and a minter for it."""

from __future__ import annotations

from typing import Any

import boa
from eth_utils import keccak

from mdt.preset.settings import load
from mdt.units import DAY
from tests.support.deployers import deploy

TOKEN = load("adr-literal").token
BUCKETS = TOKEN.buckets.as_list()
ALL_REASONS = 0xFF


def deploy_token(owner: str, guardian: str, **changed: Any) -> Any:
    """MDT as the preset has it; `changed` replaces constructor arguments by name."""
    return deploy("MDT", owner=owner, guardian=guardian, **changed)


def grant(
    token: Any, minter: str, bucket: int = 0, reasons: int = ALL_REASONS, cap: int | None = None, window_cap: int | None = None, window: int = DAY
) -> None:
    """Propose and grant a minter, waiting if the set-up is finished; without caps it may mint its whole bucket at once."""
    lifetime_cap = token.bucket_cap(bucket) if cap is None else cap
    with boa.env.prank(token.owner()):
        token.propose_minter(minter, bucket, reasons, lifetime_cap, lifetime_cap if window_cap is None else window_cap, window)
        boa.env.timestamp = max(boa.env.timestamp, token.proposal(minter)[5])
        token.grant_minter(minter)


def issue(token: Any, holder: str, amount: int, minter: str | None = None) -> None:
    """Give a holder freshly minted tokens, through a minter made for the purpose unless one is named."""
    if minter is None:
        minter = boa.env.generate_address("issuer")
        grant(token, minter)
    token.mint(holder, amount, 0, sender=minter)


def suspend(token: Any, minter: Any, seconds: int) -> None:
    """The minter can mint nothing for these seconds."""
    if hasattr(token, "suspend_minter"):
        token.suspend_minter(minter, seconds, sender=token.guardian())
        return
    set_suspension(token, minter, boa.env.timestamp + seconds)


def set_suspension(token: Any, minter: Any, until: int) -> None:
    """Write down until when (timestamp) a minter can mint nothing, whatever the rules of suspending are."""
    layout = token.compiler_data.storage_layout["storage_layout"]
    slot = (layout.get("suspensions") or layout["mint_budget"])["suspended_until"]["slot"]
    key = keccak(slot.to_bytes(32, "big") + bytes.fromhex(str(getattr(minter, "address", minter))[2:]).rjust(32, bytes(1)))
    boa.env.set_storage(token.address, int.from_bytes(key, "big"), until)

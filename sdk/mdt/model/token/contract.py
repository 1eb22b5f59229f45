"""The MDT token: `contracts/token/MDT.vy` and its modules, with the same checks in the same order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.ownable import Ownable
from mdt.model.reasons import Burn, Mint
from mdt.model.refusals import refusals
from mdt.model.token.minters import (
    BUCKET_COUNT,
    GRANT_PERIOD,
    MAX_AMOUNT,
    MAX_GRANT_DELAY,
    MAX_SUSPENSION,
    MAX_WINDOW,
    MIN_GRANT_DELAY,
    MIN_WINDOW,
    Minter,
    Proposal,
    Rules,
    Usage,
)
from mdt.model.token.supply import RING_SIZE, SupplyRecord, SupplySide

require = refusals("mdt")

MIN_DECIMALS, MAX_DECIMALS = 6, 18  # what the contract allows to be shown; no rule depends on it
UNLIMITED = 2**256 - 1  # an allowance that is never counted down


class MDT(Ownable):
    """The token. Calls take the caller first, amounts in wei; permits are `approve` by their owner here."""

    def __init__(self, bucket_caps: Sequence[int], grant_delay: int, owner: str, guardian: str, clock: Clock, decimals: int = MAX_DECIMALS) -> None:
        require(owner != ZERO_ADDRESS and guardian != ZERO_ADDRESS, "zero address")
        require(MIN_DECIMALS <= decimals <= MAX_DECIMALS, "decimals out of bounds")
        require(MIN_GRANT_DELAY <= grant_delay <= MAX_GRANT_DELAY, "grant delay out of bounds")
        require(all(cap <= MAX_AMOUNT for cap in bucket_caps) and 0 < sum(bucket_caps) <= MAX_AMOUNT, "cap out of bounds")
        super().__init__(owner)
        self.guardian = guardian
        self.clock = clock
        self.bucket_caps = tuple(bucket_caps)
        self.cap = sum(bucket_caps)
        self.grant_delay = grant_delay
        self.is_setup_finished = False
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.allowances: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.minted_by_bucket = [0] * BUCKET_COUNT
        self.burner_reasons: defaultdict[str, int] = defaultdict(int)
        self._rules: dict[str, Rules] = {}
        self._usage: defaultdict[str, Usage] = defaultdict(Usage)
        self._proposals: dict[str, tuple[Rules, int]] = {}
        self._suspended_until: defaultdict[str, int] = defaultdict(int)
        self._mints = SupplySide(len(Mint))
        self._burns = SupplySide(len(Burn))

    # --- ERC-20 ---

    def transfer(self, caller: str, to: str, amount: int) -> bool:
        """Move tokens of the caller; always True, as ERC-20 wants it."""
        self._move(caller, to, amount)
        return True

    def approve(self, caller: str, spender: str, amount: int) -> bool:
        """Set what `spender` may move of the caller's tokens; always True."""
        require(spender != ZERO_ADDRESS, "zero address")
        self.allowances[caller, spender] = amount
        return True

    def transfer_from(self, caller: str, holder: str, to: str, amount: int) -> bool:
        """Move tokens of `holder` by its allowance to the caller (`transferFrom`); always True."""
        allowance = self._checked_allowance(holder, caller, amount)
        require(holder != ZERO_ADDRESS, "zero address")
        self._move(holder, to, amount)
        self.allowances[holder, caller] = allowance
        return True

    # --- mint and burn ---

    def mint(self, caller: str, to: str, amount: int, reason: int) -> None:
        """Create tokens inside the caller's budget."""
        rules = require.found(self._rules.get(caller), "not a minter")
        require(not self._is_suspended(caller), "minter suspended")
        require(reason < len(Mint) and bool(rules.reasons >> reason & 1), "reason not allowed")
        require(amount > 0, "zero amount")
        usage = self._usage[caller]
        require(amount <= rules.lifetime_cap - usage.minted, "over lifetime cap")
        require(amount <= self._bucket_room(rules.bucket), "over bucket cap")
        window_start, used = self._window(usage, rules)
        require(amount <= rules.window_cap - used, "over window cap")
        require(to != ZERO_ADDRESS, "zero address")

        self._usage[caller] = Usage(usage.minted + amount, window_start, used + amount)
        self.minted_by_bucket[rules.bucket] += amount
        self.balances[to] += amount
        self._mints.add(self._record(to, reason, amount))

    def burn(self, caller: str, amount: int, reason: int = Burn.VOLUNTARY) -> None:
        """Destroy tokens of the caller."""
        self._burn(caller, caller, amount, reason)

    def burn_from(self, caller: str, holder: str, amount: int, reason: int = Burn.VOLUNTARY) -> None:
        """Destroy tokens of `holder` by its allowance to the caller (`burnFrom`)."""
        allowance = self._checked_allowance(holder, caller, amount)
        self._burn(caller, holder, amount, reason)
        self.allowances[holder, caller] = allowance

    # --- the guardian ---

    def suspend_minter(self, caller: str, minter: str, seconds: int) -> None:
        """Stop a minter for at most MAX_SUSPENSION, and not sooner than MAX_SUSPENSION after the last time ended."""
        require(caller == self.guardian, "not the guardian")
        require(minter in self._rules, "not a minter")
        require(1 <= seconds <= MAX_SUSPENSION, "suspension out of range")
        ended = self._suspended_until[minter]
        require(self.clock.timestamp >= ended, "already suspended")
        require(self.clock.timestamp >= ended + MAX_SUSPENSION, "suspended too recently")
        self._suspended_until[minter] = self.clock.timestamp + seconds

    def resume_minter(self, caller: str, minter: str) -> None:
        """End a suspension now."""
        require(caller in (self.owner, self.guardian), "not owner or guardian")
        require(self._is_suspended(minter), "not suspended")
        self._suspended_until[minter] = self.clock.timestamp

    def withdraw_proposal(self, caller: str, minter: str) -> None:
        """End a waiting proposal, and leave the rules in force."""
        require(caller in (self.owner, self.guardian), "not owner or guardian")
        require(minter in self._proposals, "no proposal")
        del self._proposals[minter]

    # --- governance ---

    def propose_minter(self, caller: str, minter: str, bucket: int, reasons: int, lifetime_cap: int, window_cap: int, window_seconds: int) -> None:
        """Announce a minter, or new rules for one; replaces a waiting proposal."""
        self.check_owner(caller)
        require(minter != ZERO_ADDRESS, "zero address")
        require(bucket < BUCKET_COUNT, "bad bucket")
        # `minted` counts all grants of an account, also those of other buckets (genesis): the rest fits its bucket
        rest = lifetime_cap - self._usage[minter].minted
        require(0 < lifetime_cap <= self.cap and 0 <= rest <= self.bucket_caps[bucket], "bad lifetime cap")
        require(0 < reasons < 1 << len(Mint), "bad reasons")
        require(0 < window_cap <= lifetime_cap, "bad window cap")
        require(MIN_WINDOW <= window_seconds <= MAX_WINDOW, "bad window length")
        self._proposals[minter] = Rules(bucket, reasons, lifetime_cap, window_cap, window_seconds), self.clock.timestamp

    def grant_minter(self, caller: str, minter: str) -> None:
        """Put a proposal into force once it has waited; `minted` is kept, the first window starts now.

        An active minter has what it minted in its window in the new one too, and a suspension goes on.
        """
        self.check_owner(caller)
        require(minter in self._proposals, "no proposal")
        rules, proposed_at = self._proposals[minter]
        effective_at = proposed_at + self._wait()
        require(self.clock.timestamp >= effective_at, "proposal still waiting")
        require(self.clock.timestamp <= effective_at + GRANT_PERIOD, "proposal expired")
        usage = self._usage[minter]
        require(usage.minted <= rules.lifetime_cap, "bad lifetime cap")
        used = self._window(usage, self._rules[minter])[1] if minter in self._rules else 0
        del self._proposals[minter]
        self._rules[minter] = rules
        self._usage[minter] = Usage(usage.minted, self.clock.timestamp, min(used, rules.window_cap))

    def revoke_minter(self, caller: str, minter: str) -> None:
        """End a minter and its proposal at once."""
        self.check_owner(caller)
        require(minter in self._rules or minter in self._proposals, "nothing to revoke")
        self._rules.pop(minter, None)
        self._proposals.pop(minter, None)

    def set_burner(self, caller: str, burner: str, reasons: int) -> None:
        """Set which burn reasons besides VOLUNTARY an account may give."""
        self.check_owner(caller)
        require(burner != ZERO_ADDRESS, "zero address")
        require(reasons < 1 << len(Burn), "bad reasons")
        require(reasons != self.burner_reasons[burner], "nothing changes")
        self.burner_reasons[burner] = reasons

    def set_guardian(self, caller: str, guardian: str) -> None:
        """Replace the guardian."""
        self.check_owner(caller)
        require(guardian != ZERO_ADDRESS, "zero address")
        require(guardian != self.guardian, "nothing changes")
        self.guardian = guardian

    def finish_setup(self, caller: str) -> None:
        """From now on every grant waits `grant_delay` seconds."""
        self.check_owner(caller)
        require(not self.is_setup_finished, "set-up is finished")
        self.is_setup_finished = True

    # --- views ---

    @property
    def total_supply(self) -> int:
        """Wei in existence: minted - burned."""
        return self.total_minted - self.total_burned

    @property
    def total_minted(self) -> int:
        """Wei ever minted."""
        return self._mints.total

    @property
    def total_burned(self) -> int:
        """Wei ever burned."""
        return self._burns.total

    @property
    def mint_record_count(self) -> int:
        """Mints ever made."""
        return self._mints.count

    @property
    def burn_record_count(self) -> int:
        """Burns ever made."""
        return self._burns.count

    @property
    def mint_digest(self) -> bytes:
        """Running hash over all mint records; see `digest_of`."""
        return self._mints.digest

    @property
    def burn_digest(self) -> bytes:
        """Running hash over all burn records."""
        return self._burns.digest

    def minted_by_reason(self, reason: int) -> int:
        """Wei ever minted with a reason."""
        require(reason < len(Mint), "unknown reason")
        return self._mints.by_reason[reason]

    def burned_by_reason(self, reason: int) -> int:
        """Wei ever burned with a reason."""
        require(reason < len(Burn), "unknown reason")
        return self._burns.by_reason[reason]

    def mint_records(self, offset: int = 0, limit: int = RING_SIZE) -> list[SupplyRecord]:
        """Recent mints, newest first."""
        return self._mints.page(offset, limit)

    def burn_records(self, offset: int = 0, limit: int = RING_SIZE) -> list[SupplyRecord]:
        """Recent burns, newest first."""
        return self._burns.page(offset, limit)

    @property
    def minter_count(self) -> int:
        """Accounts with rules."""
        return len(self._rules)

    @property
    def proposal_count(self) -> int:
        """Accounts with a proposal, one that expired included."""
        return len(self._proposals)

    @property
    def burner_count(self) -> int:
        """Accounts that may give any burn reason besides VOLUNTARY."""
        return sum(reasons > 0 for reasons in self.burner_reasons.values())

    def is_minter(self, account: str) -> bool:
        """Whether an account has rules, suspended or not."""
        return account in self._rules

    def suspended_until(self, minter: str) -> int:
        """Timestamp at which a suspension ends; in the past: not suspended."""
        return self._suspended_until[minter]

    def minter(self, minter: str) -> Minter:
        """Rules and counters of a minter."""
        usage, rules = self._usage[minter], self._rules.get(minter)
        if rules is None:
            return Minter(minted=usage.minted)
        window_start, used = self._window(usage, rules)
        return Minter(
            is_active=True,
            bucket=rules.bucket,
            reasons=rules.reasons,
            lifetime_cap=rules.lifetime_cap,
            minted=usage.minted,
            window_cap=rules.window_cap,
            window_seconds=rules.window_seconds,
            window_start=window_start,
            minted_in_window=used,
        )

    def proposal(self, minter: str) -> Proposal:
        """The waiting proposal of an account."""
        if minter not in self._proposals:
            return Proposal()
        rules, proposed_at = self._proposals[minter]
        return replace(Proposal(**vars(rules)), effective_at=proposed_at + self._wait())

    def lifetime_room(self, minter: str) -> int:
        """Wei a minter may still mint in its life."""
        rules = self._rules.get(minter)
        return 0 if rules is None else min(rules.lifetime_cap - self._usage[minter].minted, self._bucket_room(rules.bucket))

    def mintable(self, minter: str) -> int:
        """Wei a minter may mint in this block."""
        rules = self._rules.get(minter)
        if rules is None or self._is_suspended(minter):
            return 0
        _, used = self._window(self._usage[minter], rules)
        return min(self.lifetime_room(minter), rules.window_cap - used)

    # --- internals ---

    def _move(self, holder: str, to: str, amount: int) -> None:
        require(to != ZERO_ADDRESS, "zero address")
        require(self.balances[holder] >= amount, "balance too low")
        self.balances[holder] -= amount
        self.balances[to] += amount

    def _checked_allowance(self, holder: str, spender: str, amount: int) -> int:
        """The allowance after spending `amount`."""
        allowance = self.allowances[holder, spender]
        if allowance == UNLIMITED:
            return allowance
        require(allowance >= amount, "allowance too low")
        return allowance - amount

    def _burn(self, caller: str, holder: str, amount: int, reason: int) -> None:
        if reason != Burn.VOLUNTARY:
            require(bool(self.burner_reasons[caller] >> reason & 1), "reason not allowed")
        require(amount > 0, "zero amount")
        require(self.balances[holder] >= amount, "balance too low")
        self.balances[holder] -= amount
        self._burns.add(self._record(holder, reason, amount))

    def _record(self, account: str, reason: int, amount: int) -> SupplyRecord:
        return SupplyRecord(account, int(reason), amount, self.clock.block_number, self.clock.timestamp)

    def _bucket_room(self, bucket: int) -> int:
        return self.bucket_caps[bucket] - self.minted_by_bucket[bucket]

    def _window(self, usage: Usage, rules: Rules) -> tuple[int, int]:
        """Start of the running window and what was minted in it."""
        elapsed = self.clock.timestamp - usage.window_start
        if elapsed < rules.window_seconds:
            return usage.window_start, usage.minted_in_window
        return self.clock.timestamp - elapsed % rules.window_seconds, 0

    def _is_suspended(self, minter: str) -> bool:
        return self.clock.timestamp < self._suspended_until[minter]

    def _wait(self) -> int:
        return self.grant_delay if self.is_setup_finished else 0

"""Staking: validators' pools, positions, unbonding, slashes and rewards (`contracts/staking/Staking.vy` and the modules it is made of).

Like the contract, the model settles a validator only in calls that change it: a claim computes. What both come to, to the wei, is
what the differential tests compare; that no order of calls pays more than was streamed is what the state machine shows.
"""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.refusals import refusals
from mdt.model.stake_weight import DecayTable
from mdt.model.staking.books import Registry
from mdt.model.staking.pool import ANY_AMOUNT, ValidatorPool
from mdt.model.staking.position import OWN_SLOT, PositionKey
from mdt.model.staking.rewards import Rewards
from mdt.model.staking.slashes import Slashes
from mdt.model.staking.terms import MIN_TABLE_SECONDS, Status

require = refusals("staking")
require_table = refusals("table")


class Staking(Rewards, Slashes):
    """The contract's calls in integers; the tokens' balances are kept by the token.

    What a call would read from other contracts is handed in: the cap, the start block, what BlockReward has released to this
    contract and what one of its blocks pays.
    """

    # --- role: the registry ---

    def open(self, caller: str, validator_id: int, amount: int, commission_bps: int) -> None:
        """Open the pool of a new validator with its operator's first stake, in slot 8."""
        self._check_registry(caller)
        require(validator_id not in self.pools, "validator exists")
        require(amount >= self.terms.min_validator_stake, "below the minimum")
        require(commission_bps <= self.terms.max_commission_bps, "commission too high")
        self.pools[validator_id] = ValidatorPool(commission_bps)
        try:
            self._add(PositionKey(validator_id, ZERO_ADDRESS, OWN_SLOT), amount, 0)
        except Refusal:
            del self.pools[validator_id]
            raise

    def set_commission(self, caller: str, validator_id: int, commission_bps: int) -> None:
        """Change a validator's commission from this block on."""
        self._check_registry(caller)
        require(commission_bps <= self.terms.max_commission_bps, "commission too high")
        pool = self._settled(validator_id)
        require(commission_bps != pool.commission_bps, "same commission")
        pool.commission_bps = commission_bps
        self._store(validator_id, pool)

    def set_limit(self, caller: str, validator_id: int, limit: int) -> None:
        """Say how much may be delegated to a validator from this block on."""
        self._check_registry(caller)
        limit, pool = min(limit, ANY_AMOUNT), self._settled(validator_id)
        require(limit != pool.limit, "same limit")
        pool.limit = limit
        self._store(validator_id, pool)

    def set_bars(self, caller: str, validator_id: int, bars: int, is_barred: bool) -> None:
        """Keep a validator from earning, or stop keeping it: the registry (exited) or the slasher (jailed, tombstoned)."""
        if bars == Status.EXITED:
            self._check_registry(caller)
        else:
            self._check_slasher(caller)
            bars &= Status.JAILED | Status.TOMBSTONED
        pool = self._settled(validator_id)
        status = pool.status & ~bars | (bars if is_barred else 0)
        require(status != pool.status, "no change")
        self._store(validator_id, pool, status)

    # --- governance ---

    def set_registry(self, caller: str, registry: str, model: Registry) -> None:
        """Name the registry of validators, once."""
        self.check_owner(caller)
        self._check_successor(ZERO_ADDRESS, registry)
        require(self.registry is None, "registry already set")
        self.registry_address, self.registry = registry, model

    def set_decay_table(self, caller: str, values: list[int]) -> None:
        """Change what stake weighs, for everybody from this block on."""
        self.check_owner(caller)
        self.ledger.settle()
        require_table(self.clock.timestamp >= self.table_set_at + MIN_TABLE_SECONDS, "changed too recently")
        table = DecayTable(self.tables[-1].stakes, values, self.terms.min_validator_stake)
        self.tables.append(table)
        self.table_acc.append(self.ledger.acc)
        self.table_set_at = self.clock.timestamp
        self.ledger.weight = table.total_weight(self.sums())

    # --- internal ---

    def _check_registry(self, caller: str) -> None:
        require(caller == self.registry_address, "not the registry")

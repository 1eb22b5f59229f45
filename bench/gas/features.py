"""What each feature of mint and burn, and of staking, costs: the contract is compiled without it, and the difference is measured.

A feature is taken out by replacing lines of its module in a copy of the sources, so the figures are those of real transactions. The
results are not contracts to use: without a bucket or a window there is no limit, without shares a slash takes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bench.gas import rows_staking, rows_token
from bench.gas.chain import ROOT, Chain

LEDGER, BUDGET = "contracts/token/modules/supply_ledger.vy", "contracts/token/modules/mint_budget.vy"
TOKEN, BURNS = "contracts/token/MDT.vy", "contracts/token/modules/burns.vy"

# feature: (what to replace: file, lines as they are, lines instead)
FEATURES: dict[str, list[tuple[str, str, str]]] = {
    "record in the ring": [
        (LEDGER, "    self.mint_ring[index] = record\n", ""),
        (LEDGER, "    self.burn_ring[index] = record\n", ""),
    ],
    "digest of all records": [
        (LEDGER, "    self.mint_digest = self._digest(self.mint_digest, record)\n", ""),
        (LEDGER, "    self.burn_digest = self._digest(self.burn_digest, record)\n", ""),
    ],
    "total by reason": [
        (LEDGER, "    self._minted_by_reason[_reason] = unsafe_add(self._minted_by_reason[_reason], _amount)\n", ""),
        (LEDGER, "    self._burned_by_reason[_reason] = unsafe_add(self._burned_by_reason[_reason], _amount)\n", ""),
    ],
    "bucket": [
        (
            BUDGET,
            '    taken: uint256 = self._minted_by_bucket[bucket]\n    assert _amount <= unsafe_sub(BUCKET_CAPS[bucket], taken), "mdt: over bucket cap"\n',
            "",
        ),
        (BUDGET, "    self._minted_by_bucket[bucket] = unsafe_add(taken, _amount)\n", ""),
    ],
    "rate window (shares a word with the life)": [
        (
            BUDGET,
            "    window_start, used = layout._window(\n        usage, (rules >> layout.SECONDS_SHIFT) & layout.SECONDS_MASK\n    )\n"
            "    assert (\n        _amount <= unsafe_sub((rules >> layout.AMOUNT_BITS) & layout.AMOUNT_MASK, used)\n"
            '    ), "mdt: over window cap"\n',
            "",
        )
    ],
    "minter: right, reasons, life and window": [
        (
            TOKEN,
            "    bucket: uint256 = mint_budget._charge(msg.sender, _amount, _reason)\n",
            "    bucket: uint256 = 0\n    mint_budget._minted_by_bucket[bucket] += _amount\n",
        )
    ],
    "Minted and Burned events": [
        (TOKEN, "    log IMDT.Minted(minter=msg.sender, recipient=_to, reason=_reason, bucket=bucket, amount=_amount)\n", ""),
        (BURNS, "    log IMDT.Burned(operator=msg.sender, holder=_holder, reason=_reason, amount=_amount)\n", ""),
    ],
    "reentrancy lock": [(path, "# pragma nonreentrancy on\n", "") for path in (TOKEN, BURNS)],
}

CORE, POOLS, POOL = "contracts/staking/modules/staking_core.vy", "contracts/staking/modules/validator_pools.vy", "contracts/staking/modules/stake_pool.vy"
POSITIONS, STAKING = "contracts/staking/modules/positions.vy", "contracts/staking/Staking.vy"
UNBONDING, PARTS = "contracts/staking/modules/unbonding.vy", "contracts/staking/modules/staking_parts.vy"
WEIGHED = "        weight = stake_weight._weight(_pool.network.version, segment, boosted, boost)\n"
MOVED = "    weight_segments._move(_pool.segment, _pool.old_sum, segment, new_sum)\n"

STAKING_FEATURES: dict[str, list[tuple[str, str, str]]] = {
    "commission, and its remainder": [
        (POOLS, "        commission: uint256 = self._commission(gross, pool.commission_bps)\n", "        commission: uint256 = 0\n"),
        (POOLS, "        commission += (net % pool.boosted_shares) >> (ACC_SHIFT + OWED_SHIFT)\n", ""),
        (POOLS, "        pool.commission_owed = unsafe_add(pool.commission_owed, commission)\n", ""),
        (POOLS, "    commission: uint256 = self._commission(gross, bps) << OWED_SHIFT\n", "    commission: uint256 = 0\n"),
    ],
    "lock bonus": [
        (CORE, "        position.bonus_bps = self._bonus_with(position, _slot, shares)\n", "        position.bonus_bps = 0\n"),
        (POSITIONS, "unsafe_mul(_position.shares, unsafe_add(BPS, _position.bonus_bps))", "unsafe_mul(_position.shares, BPS)"),
        (POSITIONS, "unsafe_mul(shares, unsafe_add(BPS, bonus))", "unsafe_mul(shares, BPS)"),
    ],
    "cap, limit and own part": [
        (CORE, "            amount = stake_room._fitting(_id, pool, _slot, amount, _at_most)\n", "            pass\n"),
        (CORE, "uses: stake_room\n", ""),
        (PARTS, "    slash_escrow := slash_escrow,\n    stake_room := stake_room,\n", "    slash_escrow := slash_escrow,\n"),
    ],
    "decay table: weight by segment": [(POOLS, WEIGHED, "        weight = boosted // (BPS << stake_weight.UNIT_BITS)\n")],
    "decay table: sums to weigh all anew": [(POOLS, MOVED, "    weight_segments._move(segment, 0, segment, 0)\n")],
    "slashing: shares that are not wei": [(POOL, "    return unsafe_div(unsafe_mul(_held, _tokens), _shares)\n", "    return _held\n")],
    "slashing: closed while in escrow": [
        (POOL, '    if _pending != 0:\n        checks._refuse("staking: slash pending")\n', ""),
        (CORE, "    if _pool.pending != 0:\n", "    if False:\n"),
    ],
    "redelegation: answerable stake stays": [
        (CORE, "        self._check_answered(_key, _flags)\n", ""),
        (CORE, "    self._check_answered(_key, _position.flags)\n", ""),
    ],
    "reentrancy lock": [*((path, "# pragma nonreentrancy on\n", "") for path in (STAKING, UNBONDING)), (STAKING, "@reentrant\n", "")],
}
STAKING_ROWS = ("stake, first of an account", "stake, later", "claim staking reward, later", "unstake, later request", "withdraw part")


def measure() -> dict[str, dict[str, int]]:
    """Gas of each feature in a mint to a holder and in a burn, default pipeline, rings full."""
    whole = _mint_and_burn(ROOT)
    costs = {}
    for feature, changes in FEATURES.items():
        with tempfile.TemporaryDirectory() as folder:
            without = _mint_and_burn(_copy_without(changes, Path(folder)))
        costs[feature] = {row: whole[row] - without[row] for row in whole}
    return costs


def measure_staking() -> dict[str, dict[str, int]]:
    """Gas of each feature in the steps of a delegation, default pipeline."""
    whole = _delegation(ROOT)
    costs = {}
    for feature, changes in STAKING_FEATURES.items():
        with tempfile.TemporaryDirectory() as folder:
            without = _delegation(_copy_without(changes, Path(folder)))
        costs[feature] = {row: whole[row] - without[row] for row in whole}
    return costs


def _delegation(root: Path) -> dict[str, int]:
    rows = rows_staking.measure_delegations(Chain(root=root))
    return {row: rows[row] for row in STAKING_ROWS}


def _mint_and_burn(root: Path) -> dict[str, int]:
    rows = rows_token.measure_mint_and_burn(Chain(root=root))
    return {row: rows[row] for row in ("mint, holder", "burn")}


def outdated() -> list[str]:
    """What is to be taken out and is no longer there, as `file: lines`."""
    changes = [change for table in (FEATURES, STAKING_FEATURES) for changes in table.values() for change in changes]
    return [f"{name}: {present}" for name, present, _ in changes if present not in (ROOT / name).read_text(encoding="utf-8")]


def _copy_without(changes: list[tuple[str, str, str]], root: Path) -> Path:
    for folder in ("contracts", "interfaces"):
        shutil.copytree(ROOT / folder, root / folder)
    for name, present, instead in changes:
        file = root / name
        text = file.read_text(encoding="utf-8")
        if present not in text:
            raise ValueError(f"{name} has changed: bring FEATURES in {Path(__file__).name} up to date; it no longer contains\n{present}")
        file.write_text(text.replace(present, instead), encoding="utf-8")
    return root

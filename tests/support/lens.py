"""The lens on the real staking contracts and a real slasher, and what its rows should say, read call by call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boa

from mdt.units import DAY, HOUR
from tests.support.boa_clock import mine
from tests.support.deployers import deploy
from tests.support.revm import switch
from tests.support.slashing import deploy_controller
from tests.support.staking import PRESET, UNBONDING_BLOCKS, StakingSuite, deploy_suite

WARNING, APPEAL, JAIL, EVIDENCE_BLOCKS = HOUR, 3 * DAY, 7 * DAY, UNBONDING_BLOCKS - 1
SLASH_BPS = (PRESET.slashing.double_signing_bps, PRESET.slashing.offline_bps, PRESET.slashing.no_reveal_bps)
EVIDENCE = b"evidence".ljust(32, b"\x01")
CALL_GAS = 1_000_000 - 21_000  # what Luxtensor gives an eth_call, without what a transaction costs


@dataclass
class LensSuite:
    """Staking, its slasher and the lens."""

    staking: StakingSuite
    slasher: Any
    lens: Any
    accuser: str  # has the slasher role
    arbiter: str

    def slash(self, validator_id: int, offence: int = 1, height: int | None = None) -> int:
        """Slash by word of the role, for an offence of the block before unless told; in this block, a warning later."""
        slash_id = self.announce(validator_id, offence, height)
        mine(0, WARNING)
        self.slasher.open_slash(slash_id)
        return slash_id

    def announce(self, validator_id: int, offence: int = 1, height: int | None = None) -> int:
        """Announce a slash."""
        height = int(boa.env.evm.patch.block_number) - 1 if height is None else height
        return int(self.slasher.announce_slash(validator_id, offence, height, EVIDENCE, sender=self.accuser))

    def row(self, validator_id: int) -> tuple[Any, ...]:
        """A row of `validators`, read from its sources."""
        pool = self.staking.staking.validator(validator_id)
        operator = self.staking.validators.operator_of(validator_id)
        return (validator_id, operator, pool.tokens, pool.own_staked, pool.weight, pool.commission_bps, pool.status)

    def position_row(self, validator_id: int, owner: str, slot: int) -> tuple[Any, ...]:
        """A row of `positions_of`, read from its sources."""
        staking = self.staking.staking
        position, debt = staking.position(validator_id, owner, slot), staking.debt(validator_id, owner, slot)
        unanswered = staking.validator(debt.source_id).slash_count - debt.next_slash if debt.source_id else 0
        whose = (validator_id, owner, slot)
        return (
            *whose,
            position.shares,
            position.tokens,
            position.bonus_bps,
            position.unlocks_at,
            position.accepted_commission_bps,
            position.pending_reward,
            position.request_count,
            debt.source_id,
            debt.until,
            unanswered,
        )

    def all_positions(self, owner: str, limit: int = 40) -> list[tuple[Any, ...]]:
        """Every page."""
        rows, at = [], 1
        while at:
            page, at = self.lens.positions_of(owner, at, limit)
            rows += [tuple(row) for row in page]
        return rows

    def gas_of(self, function: str, *arguments: Any) -> tuple[int, Any]:
        """Gas of a call that may not spend more than Luxtensor's nodes allow, calldata included, every slot cold."""
        method = getattr(self.lens, function)
        calldata = method.prepare_calldata(*arguments)
        extra = sum(16 if byte else 4 for byte in calldata)
        with cold():
            answer = method(*arguments, gas=CALL_GAS - extra)
        return int(self.lens._computation.get_gas_used()) + 21_000 + extra, answer


@contextmanager
def cold() -> Iterator[None]:
    """Nothing was accessed yet, as at the start of a transaction; afterwards what was is put back, which open anchors rely on.

    Where tests run on revm, this is a py-evm with the same contents: gas is measured there, and what is written is lost.
    """
    if switch.is_revm():
        with switch.on(boa.env.evm.revm.copied()):
            yield
        return
    accounts = boa.env.evm.vm.state._account_db
    accessed = accounts._journal_accessed_state
    accounts._reset_access_counters()
    try:
        yield
    finally:
        accounts._journal_accessed_state = accessed


def deploy_lens(**changed: Any) -> LensSuite:
    """The suite with a slasher in force; `changed` is Staking's."""
    suite = deploy_suite(**changed)
    mine(1)
    accuser, arbiter, treasury = (str(boa.env.generate_address(name)) for name in ("accuser", "arbiter", "treasury"))
    controller, _ = deploy_controller(suite.token, suite.owner)
    slasher = deploy(
        "Slasher",
        token=suite.token,
        staking=suite.staking,
        validators=suite.validators,
        controller=controller,
        treasury=treasury,
        arbiter=arbiter,
        slash_bps=SLASH_BPS,
        offline_missed_blocks=PRESET.slashing.offline_missed_blocks,
        window_epochs=PRESET.slashing.window_epochs,
        warning_seconds=WARNING,
        appeal_seconds=APPEAL,
        jail_seconds=JAIL,
        evidence_blocks=EVIDENCE_BLOCKS,
        max_jailed_bps=PRESET.slashing.max_jailed_bps,
        burn_bps=PRESET.slashing.burn_bps,
        owner=suite.owner,
    )
    slasher.set_slasher_role(accuser, True, sender=suite.owner)
    suite.staking.set_slasher(slasher, sender=suite.owner)
    suite.slasher = str(slasher.address)
    lens = deploy("StakingLens", staking=suite.staking, validators=suite.validators, slasher=slasher)
    return LensSuite(suite, slasher, lens, accuser, arbiter)

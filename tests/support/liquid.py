"""Liquid staking on the real Staking and the real token, with a slasher of anybody's word; and the models of all three, moved together."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from typing import Any

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.liquid_staking import LOCKED_HOLDER, Asked, Held, LiquidStaking, LiquidTerms, Pool
from mdt.model.refusals import refusals
from mdt.model.staking import ALL, PositionKey, Staking, Status
from mdt.model.token import MDT, UNLIMITED
from mdt.units import DAY
from tests.support.boa_clock import BoaClock, block_number, mine
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.pools import BUCKETS
from tests.support.staking import UNBONDING, UNBONDING_BLOCKS, UNIT, deploy_suite
from tests.support.token import TOKEN
from tests.support.twins import Outcome, Twin, outcome, plain

TERMS = LiquidTerms(flow_seconds=7 * DAY, cycle_seconds=DAY, wait_seconds=28 * DAY, fee_bps=1_000, commission_limit_bps=2_000, deposit_limit=1_000_000)
OWN = 1_000 * UNIT  # what each validator of a scene has of its own
WEIGHTS = (5_000, 3_000, 2_000)
NAMES = {
    "transferFrom": "transfer_from",
    "requestRedeem": "request_redeem",
    "setOperator": "set_operator",
    "previewDeposit": "preview_deposit",
    "previewMint": "preview_mint",
    "convertToShares": "convert_to_shares",
    "convertToAssets": "convert_to_assets",
}
require = refusals("slasher")


@dataclass
class LooseSlash:
    """A slash of the harness."""

    validator_id: int
    offence: int
    bps: int
    height: int
    amount: int
    status: int = 1
    answered: int = 0


@dataclass
class LooseSlasher:
    """The model of `tests/harness/LooseSlasher.vy`."""

    address: str
    staking: Staking
    staking_address: str
    token: MDT
    slashes: list[LooseSlash] = field(default_factory=list)
    is_silent: bool = False
    upheld: int = 0
    given_back: int = 0
    slashed: int = 0

    def totals(self) -> object | None:
        return None if self.is_silent else (self.slashed, 0, self.upheld, self.given_back)

    def slash(self, validator_id: int, offence: int, bps: int, height: int, bars: int) -> int:
        amount = self.staking.slash(self.address, validator_id, offence, len(self.slashes), bps)
        self.token.transfer(self.staking_address, self.address, amount)
        self.slashes.append(LooseSlash(validator_id, offence, bps, height, amount))
        self.slashed += amount
        if bars:
            self.staking.set_bars(self.address, validator_id, bars, True)
        return len(self.slashes) - 1

    def decide(self, slash_id: int, is_overturned: bool) -> None:
        slash = self.slashes[slash_id]
        slash.status = 3 if is_overturned else 2
        back = self.staking.end_slash(self.address, slash.validator_id, slash.offence, is_overturned)
        if is_overturned:
            self.given_back += slash.amount + slash.answered
            self.token.transfer(self.address, self.staking_address, back)
        else:
            self.upheld += slash.amount + slash.answered

    def answer(self, validator_id: int, owner: str, slot: int, request_id: int) -> int:
        request = self.staking.positions[PositionKey(validator_id, owner, slot)].requests.get(request_id)
        mine = [number for number, slash in enumerate(self.slashes) if slash.validator_id == validator_id]
        next_slash = request.next_slash if request else 0
        require(next_slash < len(mine), "nothing to answer")
        slash_id = mine[next_slash]
        slash = self.slashes[slash_id]
        bps = 0 if slash.status == 3 else slash.bps
        amount = self.staking.answer_slash(self.address, validator_id, owner, slot, request_id, slash_id, bps, slash.height)
        self.token.transfer(self.staking_address, self.address, amount)
        slash.answered += amount
        self.slashed += amount
        if slash.status == 2:
            self.upheld += amount
        return amount

    def claim_restitution(self, slash_id: int, owner: str) -> int:
        require(slash_id < len(self.slashes) and self.slashes[slash_id].status == 3, "not overturned")
        amount = self.staking.take_restitution(self.address, slash_id, owner)
        require(amount > 0, "nothing owed")
        self.token.transfer(self.address, owner, amount)
        return amount


class MovingStaking:
    """What the model of liquid staking asks of Staking: its model, which moves no tokens, and the token's, which does."""

    def __init__(self, address: str, staking: Staking, token: MDT, slasher: LooseSlasher) -> None:
        self.address, self.staking, self.token, self.slasher = address, staking, token, slasher
        self.unbonding_seconds, self.unbonding_blocks = staking.terms.unbonding_seconds, staking.terms.unbonding_blocks

    def pool(self, validator_id: int) -> Pool:
        found = self.staking.validator(validator_id)
        escrow = sum(self.staking.escrows[validator_id, offence].tokens for offence in range(3) if found.pending >> offence & 1)
        room = self.staking.room(validator_id)
        return Pool(int(found.status), found.commission_bps, found.pending, found.slash_count, room, found.tokens, found.shares, escrow)

    def held(self, owner: str, validator_id: int) -> Held:
        pool, position = self.staking.validator(validator_id), self.staking.positions[PositionKey(validator_id, owner, 0)]
        return Held(pool.worth(position.shares), position.shares, self.staking.pending_reward(validator_id, owner, 0))

    def asked(self, owner: str, validator_id: int, request_id: int) -> Asked:
        request = self.staking.positions[PositionKey(validator_id, owner, 0)].requests[request_id]
        return Asked(request.tokens, request.unlocks_at, request.next_slash)

    def stake(self, owner: str, validator_id: int, amount: int, max_commission_bps: int) -> int | None:
        try:
            staked = self.staking.stake(owner, validator_id, 0, amount, 0, None, max_commission_bps, True)
        except Refusal:
            return None
        self.token.transfer_from(self.address, owner, self.address, staked)
        return staked

    def unstake(self, owner: str, validator_id: int, amount: int) -> int:
        return self.staking.unstake(owner, validator_id, 0, amount)

    def withdraw(self, owner: str, validator_id: int, request_id: int) -> int | None:
        try:
            amount = self.staking.withdraw(owner, validator_id, 0, request_id)
        except Refusal:
            return None
        self.token.transfer(self.address, owner, amount)
        return amount

    def claim(self, owner: str, validator_id: int) -> int:
        amount = self.staking.claim(validator_id, owner, 0)
        self.token.transfer(self.address, owner, amount)
        return amount

    def digest(self) -> object | None:
        return self.slasher.totals()

    def claim_restitution(self, slash_id: int, owner: str) -> int:
        return self.slasher.claim_restitution(slash_id, owner)


class LiquidScene:
    """Validators, holders, and the liquid share over them; the vault is `self.vault` and its model `self.model`."""

    def __init__(self, validators: int = 3, terms: LiquidTerms = TERMS, weights: tuple[int, ...] = WEIGHTS, *, build: Any = None) -> None:
        self.suite = suite = deploy_suite()
        self.staking, self.token, self.owner = suite.staking, suite.token, suite.owner
        self.staking_model = suite.model()
        self.ids = [self.open(f"validator {number}") for number in range(validators)]
        self.holder, self.other, self.attacker, self.anyone = (suite.actor(name) for name in ("holder", "other", "attacker", "anyone"))
        self.treasury = str(boa.env.generate_address("treasury"))
        self.holders = [self.holder, self.other, self.attacker]
        self.slasher = harness("LooseSlasher").deploy(self.staking, self.token)
        self.staking.set_slasher(self.slasher, sender=self.owner)
        self.staking_model.set_slasher(self.owner, str(self.slasher.address))
        around = {"MDT": self.token, "Staking": self.staking, "Treasury": self.treasury}
        self.vault = deploy("LiquidStaking", around, build=build, terms=terms, owner=self.owner)
        self.address = str(self.vault.address)
        self.token_twin = MDT(BUCKETS, TOKEN.grant_delay, self.owner, self.owner, BoaClock())
        self.accounts = [*self.holders, self.anyone, self.treasury, self.address, str(self.staking.address), str(self.slasher.address), suite.notifier]
        for account in self.accounts:
            self.token_twin.balances[account] = self.token.balanceOf(account)
        self.slasher_twin = LooseSlasher(str(self.slasher.address), self.staking_model, str(self.staking.address), self.token_twin)
        side = MovingStaking(str(self.staking.address), self.staking_model, self.token_twin, self.slasher_twin)
        self.model = LiquidStaking(self.address, self.token_twin, str(self.token.address), side, self.treasury, terms, self.owner, BoaClock())
        for holder in self.holders:
            self.token.approve(self.vault, UNLIMITED, sender=holder)
            self.token_twin.approve(holder, self.address, UNLIMITED)
        self.twin = Twin(self.vault, self.model, names=NAMES, silent={"permit"})
        self.weigh(weights)

    # --- the world around it ---

    def open(self, name: str, own: int = OWN, commission: int = 500) -> int:
        """A validator with own stake; before there are holders."""
        validator_id, operator = self.suite.validator(name, own, commission)
        self.staking_model.open(str(self.suite.validators.address), validator_id, own, commission)
        setattr(self, f"operator_{validator_id}", operator)
        return int(validator_id)

    def weigh(self, weights: tuple[int, ...]) -> None:
        """Give the first validators these weights."""
        for validator_id, weight in zip(self.ids, weights, strict=False):
            self.twin.call("set_weight", self.owner, validator_id, weight)

    def reward(self, amount: int) -> None:
        """An epoch's rewards, streamed from now on."""
        self.staking.notify_reward(amount, sender=self.suite.notifier)
        self.staking_model.notify_reward(self.suite.notifier, amount)
        self.token_twin.transfer(self.suite.notifier, str(self.staking.address), amount)

    def slash(self, validator_id: int, bps: int = 1_000, offence: int = 1, height: int | None = None, bars: int = 0) -> int:
        """A slash takes effect, for an offence of this block unless told."""
        height = block_number() if height is None else height
        slash_id = self.slasher_twin.slash(validator_id, offence, bps, height, bars)
        assert self.slasher.slash(validator_id, offence, bps, height, bars) == slash_id
        return slash_id

    def decide(self, slash_id: int, is_overturned: bool) -> None:
        """It is upheld or overturned."""
        self.slasher_twin.decide(slash_id, is_overturned)
        self.slasher.decide(slash_id, is_overturned)

    def answer(self, validator_id: int, request_id: int) -> int:
        """A request of the vault's answers for the next slash."""
        amount = self.slasher_twin.answer(validator_id, self.address, 0, request_id)
        assert self.slasher.answer(validator_id, self.address, 0, request_id) == amount
        return amount

    def answer_all(self) -> None:
        """Whatever has to."""
        for validator_id, request_id, _, _ in self.model.waiting():
            while outcome(lambda v=validator_id, r=request_id: self.answer(v, r)).is_done:  # type: ignore[misc]
                pass

    def set_bars(self, validator_id: int, bars: int, is_barred: bool) -> None:
        """Exited (the registry's), jailed or banned (the slasher's)."""
        caller = str(self.suite.validators.address) if bars == Status.EXITED else str(self.slasher.address)
        self.staking_model.set_bars(caller, validator_id, bars, is_barred)
        self.staking.set_bars(validator_id, bars, is_barred, sender=caller)

    def set_commission(self, validator_id: int, bps: int) -> None:
        """A validator takes another commission."""
        registry = str(self.suite.validators.address)
        self.staking_model.set_commission(registry, validator_id, bps)
        self.staking.set_commission(validator_id, bps, sender=registry)

    def set_limit(self, validator_id: int, limit: int) -> None:
        """An operator lets in no more than that."""
        registry = str(self.suite.validators.address)
        self.staking_model.set_limit(registry, validator_id, limit)
        self.staking.set_limit(validator_id, limit, sender=registry)

    def claim_for(self, validator_id: int) -> int:
        """A stranger claims the vault's rewards."""
        amount = self.model.staking.claim(self.address, validator_id)
        assert self.staking.claim(validator_id, self.address, 0, sender=self.anyone) == amount
        return amount

    def give(self, amount: int, giver: str | None = None) -> None:
        """A gift."""
        self.token.transfer(self.vault, amount, sender=giver or self.attacker)
        self.token_twin.transfer(giver or self.attacker, self.address, amount)

    # --- the vault ---

    def deposit(self, amount: int, holder: str | None = None, receiver: str | None = None) -> int:
        """MDT for shares."""
        holder = holder or self.holder
        return int(self.twin.call("deposit", holder, amount, receiver or holder))

    def ask(self, shares: int, holder: str | None = None) -> int:
        """A request to leave."""
        holder = holder or self.holder
        return int(self.twin.call("requestRedeem", holder, shares, holder, holder))

    def redeem(self, shares: int, holder: str | None = None) -> int:
        """A claim."""
        holder = holder or self.holder
        return int(self.twin.call("redeem", holder, shares, holder, holder))

    def do(self, function: str) -> int:
        """What anyone may do."""
        return int(self.twin.call(function, None) or 0)

    def attempt(self, function: str, caller: str | None, *arguments: Any) -> Outcome:
        """A call that both may refuse."""
        return self.twin.attempt(function, caller, *arguments)

    def leave(self, shares: int, holder: str | None = None) -> int:
        """All the way out; returns wei."""
        self.ask(shares, holder)
        self.next_cycle()
        self.do("close_cycle")
        self.unbond()
        self.attempt("collect", None)
        self.do("price_batch")
        return self.redeem(shares, holder)

    def next_cycle(self) -> None:
        """A cycle passes."""
        mine(1, self.model.terms.cycle_seconds)

    def unbond(self) -> None:
        """An unbonding passes, in seconds and blocks."""
        mine(UNBONDING_BLOCKS, seconds=UNBONDING)

    def flow(self) -> None:
        """All that came in has flowed."""
        mine(1, self.model.terms.flow_seconds + 1)

    def events(self, name: str) -> list[Any]:
        """The vault's events of a kind in its last call."""
        return [event for event in self.vault.get_logs() if type(event).__name__ == name and str(event.address) == self.address]

    # --- agreement ---

    def agree(self) -> None:
        """Contract, token and models show the same."""
        vault, model = self.vault, self.model
        state = model.state()
        assert vault.totalSupply() == model.total_supply == sum(model.balances.values())
        assert vault.totalAssets() == state.priced
        assert plain(vault.books()) == self.books()
        assert plain(vault.backing()) == model.backing()
        assert plain(vault.pieces()) == model.waiting()
        assert (vault.maxDeposit(self.holder), vault.maxMint(self.holder)) == model.most()
        for batch in range(1, model.open_batch + 2):
            found = model.batches.get(batch)
            expected = astuple(found) if found else (0, 0, 0, 0)
            assert plain(vault.batch(batch)) == (*expected, model.is_priced(batch))
        for account in (*self.accounts, LOCKED_HOLDER):
            assert vault.balanceOf(account) == model.balances[account]
            assert self.token.balanceOf(account) == self.token_twin.balances[account]
        for holder in self.holders:
            assert (vault.maxRedeem(holder), vault.maxWithdraw(holder)) == model.claimable(holder)
            for batch in range(1, model.open_batch + 1):
                shares = model.requests[holder].get(batch, 0)
                is_priced = model.is_priced(batch)
                assert vault.pendingRedeemRequest(batch, holder) == (0 if is_priced else shares)
                assert vault.claimableRedeemRequest(batch, holder) == (shares if is_priced else 0)
        assert all(vault.allowance(*pair) == allowed for pair, allowed in model.allowances.items())
        assert (vault.fee_bps(), vault.commission_limit_bps(), vault.cycle_closed_at()) == (model.fee_bps, model.commission_limit_bps, model.cycle_closed_at)

    def books(self) -> tuple[Any, ...]:
        """The model's, as the contract shows them."""
        model = self.model
        return (
            model.total_supply,
            model.pooled,
            model.liquid,
            model.staked,
            model.unbonding,
            model.locked,
            model.flow.until,
            model.reserved,
            model.owed,
            model.next_priced,
            model.open_batch,
            model.escrow,
            model.unanswered,
            model.is_undecided,
            model.deposit_limit,
        )


__all__ = ["ALL", "OWN", "TERMS", "UNIT", "WEIGHTS", "ZERO_ADDRESS", "LiquidScene"]

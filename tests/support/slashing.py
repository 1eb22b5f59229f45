"""The slasher on a real token and a real emission controller, what tests need to accuse with, and its model beside it.

Pools and keys are `tests/harness/SlashableStaking.vy`, with `StakingBooks` as its twin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any

import boa
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import keccak

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.controller import Books, EmissionController
from mdt.model.reasons import Burn, mask
from mdt.model.slasher import Liveness, Slasher, SlashTerms, Vote
from mdt.model.staking import ALL, StakingTerms, Status
from mdt.model.staking.terms import BARS
from mdt.preset.settings import load
from mdt.preset.terms import parameters_of, schedule_of
from mdt.units import BPS, DAY, HOUR
from tests.support.boa_clock import BoaClock, block_number, mine, now
from tests.support.deployers import deploy
from tests.support.emission import QUORUM, REPORTERS, addresses, as_tuple, sign
from tests.support.harness import harness
from tests.support.staking import TERMS as STAKING_TERMS
from tests.support.token import deploy_token, issue
from tests.support.twins import Twin, outcome

PRESET = load("adr-literal")
UNIT = 10**18
EPOCH = 40
STAKE = 1_000 * UNIT
TERMS = SlashTerms(
    (PRESET.slashing.double_signing_bps, PRESET.slashing.offline_bps, PRESET.slashing.no_reveal_bps),
    PRESET.slashing.offline_missed_blocks,
    window_epochs=4,
    warning_seconds=6 * HOUR,
    appeal_seconds=2 * DAY,
    jail_seconds=3 * DAY,
    evidence_blocks=1_000,
    max_jailed_bps=3_333,
    burn_bps=PRESET.slashing.burn_bps,
)
BOOKS_TERMS = replace(STAKING_TERMS, unbonding_blocks=4_000_000)
"""Whatever a slasher of a test may have as `evidence_blocks`, it fits into this unbonding."""
ELSEWHERE = 10**24
"""Wei staked with validators that are in no test, so that slashes fit into a jail window."""
BLOCKS = [keccak(text=f"block {index}") for index in range(3)]
EVIDENCE, APPEAL = keccak(text="evidence"), keccak(text="appeal")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def key(name: str) -> LocalAccount:
    """An account whose key the test has."""
    return Account.from_key(keccak(text=name))


def high_s(signature: bytes) -> bytes:
    """The other form of a signature (EIP-2)."""
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def short(signature: bytes) -> bytes:
    """The 64-byte form of a signature (EIP-2098)."""
    s = int.from_bytes(signature[32:64], "big") | (signature[64] - 27) << 255
    return signature[:32] + s.to_bytes(32, "big")


# --- the twin of the harness ---


@dataclass
class Pool:
    """A validator's pool."""

    tokens: int = 0
    status: int = 0
    pending: int = 0
    slash_count: int = 0

    @property
    def staked(self) -> int:
        return self.tokens


@dataclass
class Held:
    """What a pool may get back."""

    tokens: int = 0
    slash_id: int = 0


@dataclass
class Debt:
    """Whose slashes a position answers for."""

    source: int
    until: int
    left_at: int
    next_slash: int


@dataclass
class Request:
    """Wei on their way out."""

    tokens: int
    unlocks_at: int
    left_at: int
    next_slash: int


@dataclass
class Position:
    """A redelegated position, and what was asked back of it."""

    tokens: int = 0
    debt: Debt | None = None
    requests: dict[int, Request] = field(default_factory=dict)


@dataclass
class Key:
    """When a key was a validator's."""

    validator_id: int = 0
    since: int = 0
    until: int = 0


@dataclass
class StakingBooks:
    """`SlashableStaking.vy` in Python: staking and registry at once."""

    clock: BoaClock
    terms: StakingTerms
    pools: defaultdict[int, Pool] = field(default_factory=lambda: defaultdict(Pool))
    escrows: defaultdict[tuple[int, int], Held] = field(default_factory=lambda: defaultdict(Held))
    restitution: defaultdict[tuple[str, int, str], int] = field(default_factory=lambda: defaultdict(int))
    positions: defaultdict[tuple[int, str, int], Position] = field(default_factory=lambda: defaultdict(Position))
    keys: defaultdict[str, Key] = field(default_factory=lambda: defaultdict(Key))
    owners: dict[int, str] = field(default_factory=dict)
    operators: dict[int, str] = field(default_factory=dict)
    vote_keys: dict[int, str] = field(default_factory=dict)
    exits: dict[int, int] = field(default_factory=dict)
    elsewhere: int = ELSEWHERE
    slasher: str = ZERO_ADDRESS

    @property
    def staked(self) -> int:
        return self.elsewhere + sum(pool.tokens for pool in self.pools.values() if not pool.status & BARS)

    @property
    def validator_count(self) -> int:
        return len(self.operators)

    def key(self, account: str) -> Key:
        return self.keys[account]

    def owner_of(self, validator_id: int) -> str:
        return self.owners.get(validator_id, ZERO_ADDRESS)

    def may_operate(self, validator_id: int, account: str) -> bool:
        return account in (self.owners.get(validator_id), self.operators.get(validator_id))

    def exited_at(self, validator_id: int) -> int:
        return self.exits.get(validator_id, 0)

    def validator(self, validator_id: int) -> Pool:
        """Whoever is not barred is active."""
        pool = self.pools[validator_id]
        return pool if pool.status & BARS else replace(pool, status=Status.ACTIVE)

    def open(self, operator: str, tokens: int) -> int:
        validator_id = self.validator_count + 1
        self.owners[validator_id] = self.operators[validator_id] = self.vote_keys[validator_id] = operator
        self.keys[operator] = Key(validator_id, self.clock.block_number)
        self.pools[validator_id].tokens = tokens
        return validator_id

    def rotate(self, validator_id: int, account: str) -> None:
        self.keys[self.vote_keys[validator_id]].until = self.clock.block_number
        self.vote_keys[validator_id] = account
        self.keys[account] = Key(validator_id, self.clock.block_number)

    def leave(self, validator_id: int, owner: str, bps: int) -> None:
        self.pools[validator_id].tokens -= self.pools[validator_id].tokens * bps // BPS
        for offence in range(3):
            held = self.escrows[validator_id, offence]
            note = held.tokens * bps // BPS
            held.tokens -= note
            self.restitution[self.slasher, held.slash_id, owner] += note

    def slash(self, caller: str, validator_id: int, offence: int, slash_id: int, bps: int) -> int:
        pool = self.pools[validator_id]
        amount = pool.tokens * bps // BPS
        self.escrows[validator_id, offence] = Held(amount, slash_id)
        pool.tokens -= amount
        pool.pending |= 1 << offence
        pool.slash_count += 1
        pool.status |= Status.JAILED
        return amount

    def set_bars(self, caller: str, validator_id: int, bars: int, is_barred: bool) -> None:
        status = self.pools[validator_id].status & ~bars | (bars if is_barred else 0)
        assert status != self.pools[validator_id].status
        self.pools[validator_id].status = status

    def end_slash(self, caller: str, validator_id: int, offence: int, is_overturned: bool) -> int:
        pool, held = self.pools[validator_id], self.escrows.pop((validator_id, offence))
        pool.pending ^= 1 << offence
        if is_overturned:
            pool.tokens += held.tokens
        return held.tokens

    def answer_slash(self, caller: str, validator_id: int, owner: str, slot: int, request_id: int, slash_id: int, bps: int, height: int) -> int:
        position = self.positions[validator_id, owner, slot]
        held = position if request_id == ALL else position.requests.get(request_id)
        if held is None:
            raise Refusal("staking: nothing to answer")
        debt = position.debt if request_id == ALL else held
        amount = held.tokens * bps // BPS if height <= debt.left_at else 0
        held.tokens -= amount
        debt.next_slash += 1
        self.restitution[caller, slash_id, owner] += amount
        return amount

    def take_restitution(self, caller: str, slash_id: int, owner: str) -> int:
        return self.restitution.pop((caller, slash_id, owner), 0)


# --- contracts and model ---


@dataclass
class SlasherSuite:
    """The contracts, who runs them, and the model of the slasher on books of its own."""

    token: Any
    staking: Any
    controller: Any
    slasher: Any
    model: Slasher
    books: StakingBooks
    owner: str
    slashers: list[str]
    arbiter: str
    guardian: str
    treasury: str
    operators: list[LocalAccount]
    stake: int

    def __post_init__(self) -> None:
        # an answer of nothing is noted on the position, and in no event
        self.twin = Twin(self.slasher, self.model, silent={"answer", "unjail"})  # staking logs the rest

    @property
    def block(self) -> int:
        return block_number()

    @property
    def now(self) -> int:
        return now()

    def advance(self, blocks: int = 0, seconds: int | None = None) -> None:
        """Let blocks pass, three seconds each unless told."""
        mine(blocks, seconds)

    # --- what can be done, to contract and model at once ---

    def announce(self, validator_id: int = 1, offence: int = 1, height: int | None = None, evidence: bytes = EVIDENCE, sender: str | None = None) -> Any:
        """Announce a slash, as the slasher role."""
        height = self.block - 1 if height is None else height
        caller = self.slashers[0] if sender is None else sender
        return self.call("announce_slash", caller, validator_id, offence, height, evidence)

    def slash(self, validator_id: int = 1, offence: int = 1, height: int | None = None) -> Any:
        """Announce a slash, wait, and open it: in this block, so that only the clock has moved. None if it is not even announced."""
        slash_id = self.announce(validator_id, offence, height)
        if slash_id is not None:
            self.open(slash_id)
        return slash_id

    def open(self, slash_id: int) -> None:
        """Wait until an announced slash can be opened, and open it."""
        self.advance(seconds=max(0, self.model.slash_record(slash_id).opens_at - self.now))
        self.twin.call("open_slash", None, slash_id)

    def call(self, name: str, caller: str, *arguments: Any) -> Any:
        """A call by a role; None if both refused."""
        return self.twin.attempt(name, caller, *arguments).answer

    def anyone(self, name: str, *arguments: Any) -> Any:
        """A call by anyone; None if both refused."""
        return self.call(name, None, *arguments)

    def both(self, of_model: Callable[[], Any], of_contract: Callable[[], Any], *, is_silent: bool = False) -> Any:
        """A call that the two take in different words; None if both refused."""
        return outcome(lambda: self.twin.both(of_model, of_contract, is_silent=is_silent)).answer

    def claim(self, slash_id: int, owner: str) -> Any:
        """Who was paid and how much; None if both refused. The contract answers how much."""
        paid: list[Any] = []

        def of_model() -> int:
            paid.extend(self.model.claim_restitution(slash_id, owner))
            return paid[1]

        self.both(of_model, lambda: self.slasher.claim_restitution(slash_id, owner))
        return tuple(paid) or None

    def accuse(self, a: tuple[Vote, LocalAccount], b: tuple[Vote, LocalAccount]) -> Any:
        """Hand in two votes with real signatures."""
        return self.both(lambda: self.model.prove_double_signing(*self.for_model(a, b)), lambda: self.slasher.prove_double_signing(*self.for_contract(a, b)))

    def for_model(self, *votes: tuple[Vote, LocalAccount]) -> list[Any]:
        return [part for vote, signer in votes for part in (vote, signer.address)]

    def for_contract(self, *votes: tuple[Vote, LocalAccount]) -> list[Any]:
        return [part for vote, signer in votes for part in (as_tuple(vote), self.sign_vote(vote, signer))]

    def sign_vote(self, vote: Vote, signer: LocalAccount) -> bytes:
        return bytes(signer.unsafe_sign_hash(self.slasher.vote_digest(as_tuple(vote))).signature)

    def conflict(self, validator_id: int = 1, height: int | None = None) -> list[tuple[Vote, LocalAccount]]:
        """Two votes of a validator's first operator at a height (of the block before)."""
        height = self.block - 1 if height is None else height
        return [(Vote(height, block), self.operators[validator_id - 1]) for block in BLOCKS[:2]]

    def report(self, epoch: int, entries: Sequence[tuple[int, int, int]], signers: Sequence[LocalAccount] = REPORTERS[:QUORUM], ordered: bool = True) -> Any:
        """Hand in a page with real signatures, sorted unless told otherwise."""
        digest = self.slasher.liveness_digest(epoch, list(entries))
        signatures = sign(digest, list(signers)) if ordered else [bytes(signer.unsafe_sign_hash(digest).signature) for signer in signers]
        names = addresses(sorted(signers, key=lambda signer: int(signer.address, 16)) if ordered else list(signers))
        return self.both(
            lambda: self.model.report_liveness(epoch, [Liveness(*entry) for entry in entries], names),
            lambda: self.slasher.report_liveness(epoch, list(entries), signatures),
            is_silent=True,  # of validators in jail nothing is counted
        )

    def end_epoch(self, epoch: int) -> None:
        """Go to the first block in which an epoch can be reported."""
        self.advance(max(0, self.controller.epoch_bounds(epoch)[1] - self.block))

    def leave(self, validator_id: int, owner: str, bps: int) -> None:
        """Somebody leaves with a part of a pool."""
        self.books.leave(validator_id, owner, bps)
        self.staking.leave(validator_id, owner, bps)

    def redelegate(
        self, owner: str, source_id: int = 1, validator_id: int = 2, slot: int = 0, tokens: int = STAKE, until: int | None = None, left_at: int | None = None
    ) -> None:
        """A position that has just come from `source_id` and answers for its slashes to come."""
        until = self.now + self.books.terms.unbonding_seconds if until is None else until
        debt = Debt(source_id, until, self.block if left_at is None else left_at, self.books.pools[source_id].slash_count)
        self.books.positions[validator_id, owner, slot] = Position(tokens, debt)
        if tokens:
            issue(self.token, self.staking.address, tokens)
        self.staking.set_position(validator_id, owner, slot, tokens, astuple(debt))

    def unstake(self, owner: str, validator_id: int = 1, slot: int = 0, request_id: int = 0, tokens: int = STAKE) -> None:
        """An unbonding request that was made in this block."""
        request = Request(tokens, self.now + self.books.terms.unbonding_seconds, self.block, self.books.pools[validator_id].slash_count)
        self.books.positions[validator_id, owner, slot].requests[request_id] = request
        issue(self.token, self.staking.address, tokens)
        self.staking.set_request(validator_id, owner, slot, request_id, astuple(request))

    def set_elsewhere(self, staked: int) -> None:
        """Another stake of the rest of the network."""
        self.books.elsewhere = staked
        self.staking.set_elsewhere(staked)

    def exit(self, validator_id: int) -> None:
        """A validator exits in this block."""
        self.books.exits[validator_id] = self.block
        self.books.pools[validator_id].status |= Status.EXITED
        self.staking.set_exit(validator_id, self.block)

    def rejoin(self, validator_id: int) -> None:
        """A validator that had exited comes back."""
        self.books.exits.pop(validator_id)
        self.books.pools[validator_id].status &= ~Status.EXITED
        self.staking.set_exit(validator_id, 0)

    def rotate(self, validator_id: int, account: str) -> None:
        """Another vote key takes over."""
        self.books.rotate(validator_id, account)
        self.staking.rotate(validator_id, account)

    def set_owner(self, validator_id: int, account: str) -> None:
        """Another account owns it."""
        self.books.owners[validator_id] = account
        self.staking.set_owner(validator_id, account)

    def set_operator(self, validator_id: int, account: str) -> None:
        """Another account operates it."""
        self.books.operators[validator_id] = account
        self.staking.set_operator(validator_id, account)

    def set_standing(self, validator_id: int, is_jailed: bool, slash_count: int = 0) -> None:
        """In jail or not; slashes by earlier slashers."""
        pool = self.books.pools[validator_id]
        pool.status, pool.slash_count = Status.JAILED if is_jailed else 0, slash_count
        self.staking.set_standing(validator_id, is_jailed, slash_count)

    # --- comparison ---

    def assert_same(self) -> None:
        """Every view of the slasher, every balance and every pool against the model."""
        slasher, model, books = self.slasher, self.model, self.books
        assert slasher.slash_count() == model.slash_count
        for slash_id in range(model.first_slash_id, model.slash_count + 1):
            assert tuple(slasher.slash_record(slash_id)) == astuple(model.slash_record(slash_id))
        for validator_id, operator in books.operators.items():
            assert slasher.slashes_of(validator_id, 0, 50) == model.slashes_of(validator_id)
            assert slasher.announced_of(validator_id) == model.announced_of(validator_id)
            assert slasher.registered_of(validator_id) == model.registered_of(validator_id)
            assert tuple(slasher.counters(validator_id)) == astuple(model.counters(validator_id))
            pool, found = books.validator(validator_id), self.staking.validator(validator_id)
            assert (found.tokens, found.status, found.pending_slashes, found.slash_count) == (pool.tokens, pool.status, pool.pending, pool.slash_count)
            assert slasher.jailed_until(validator_id) == model.jailed_until(validator_id)
            assert (self.staking.owner_of(validator_id), self.staking.operator_of(validator_id)) == (books.owners[validator_id], operator)
        assert tuple(slasher.totals()) == astuple(model.totals)
        assert slasher.jail_window() == astuple(model.jail_window)
        assert self.token.balanceOf(slasher) == model.held
        assert self.token.balanceOf(self.treasury) == model.totals.to_treasury
        assert self.token.burned_by_reason(Burn.SLASH) == model.totals.burned
        assert terms_of(slasher.terms()) == model.terms
        assert slasher.slasher_count() == model.slasher_count


def terms_of(found: Any) -> SlashTerms:
    """The contract's Terms as the model's."""
    (double_signing, offline, no_reveal), *rest = found
    return SlashTerms((double_signing, offline, no_reveal), *rest)


def deploy_controller(token: Any, owner: str, guardian: str | None = None) -> tuple[Any, EmissionController]:
    """A real emission controller, whose suite nobody asks, and its model."""
    nobody = {name: boa.env.generate_address(name) for name in ("distributor", "staking", "recycling_pool", "treasury", "root_audit")}
    schedule = replace(schedule_of(PRESET), epoch_blocks=EPOCH)
    parameters = parameters_of(PRESET)
    start = boa.env.evm.patch.block_number
    people = {"reporters": addresses(REPORTERS), "quorum": QUORUM, "owner": owner, "guardian": guardian or owner}
    controller = deploy("EmissionController", token=token, **nobody, start_block=start, **vars(schedule), parameters=parameters, delay=60, **people)
    model = EmissionController(Books(0), BoaClock(), start, schedule, parameters, 60, addresses(REPORTERS), QUORUM, owner, guardian or owner, owner)
    return controller, model


def arguments_of(terms: SlashTerms) -> dict[str, Any]:
    """Terms as `deploy` takes them."""
    return vars(terms) | {"slash_bps": list(terms.slash_bps)}


def deploy_suite(validators: int = 3, stake: int = STAKE, terms: SlashTerms = TERMS) -> SlasherSuite:
    """A slasher with a slasher role and an arbiter over some validators."""
    owner, slasher_role, arbiter, guardian = (str(boa.env.generate_address(name)) for name in ("owner", "slasher", "arbiter", "guardian"))
    token = deploy_token(owner, owner)
    treasury = deploy("Treasury", token=token, period_seconds=30 * DAY, budget=0, owner=owner)
    controller, twin = deploy_controller(token, owner, guardian)
    books = StakingBooks(BoaClock(), BOOKS_TERMS)
    staking = harness("SlashableStaking").deploy(token, BOOKS_TERMS.unbonding_seconds, BOOKS_TERMS.unbonding_blocks)
    staking.set_elsewhere(ELSEWHERE)
    around = {"MDT": token, "Staking": staking, "Validators": staking, "EmissionController": controller, "Treasury": treasury}
    slasher = deploy("Slasher", around, arbiter=arbiter, **arguments_of(terms), owner=owner)
    model = Slasher(str(slasher.address), BoaClock(), books, books, twin, str(treasury.address), arbiter, terms, owner, boa.env.evm.patch.chain_id)
    token.set_burner(slasher, mask(Burn.SLASH), sender=owner)
    staking.set_slasher(slasher)
    books.slasher = str(slasher.address)
    slasher.set_slasher_role(slasher_role, True, sender=owner)
    model.set_slasher_role(owner, slasher_role, True)
    operators = [key(f"operator {index}") for index in range(validators)]
    if stake * validators:
        issue(token, staking.address, stake * validators)
    for operator in operators:
        assert staking.open(operator.address, stake) == books.open(operator.address, stake)
    mine(1)
    return SlasherSuite(token, staking, controller, slasher, model, books, owner, [slasher_role], arbiter, guardian, str(treasury.address), operators, stake)

"""Staking of validators and their rewards (`contracts/staking/Staking.vy` and the modules it is made of).

The model settles all it touches in every call. The contract settles only what a call has to write, and computes the rest from
the block number; that both come to the same wei is what the differential tests show.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.model.stream import SCALE, Stream

PAGE_SIZE = 100
MAX_TOKEN_CAP = 2**85 - 1
MIN_MIN_STAKE = 10**18
MAX_MIN_STAKE = 10**6 * 10**18
MIN_UNBONDING = 86_400
MAX_UNBONDING = 60 * 86_400
MIN_STREAM_BLOCKS = 32
MAX_STREAM_BLOCKS = 1_000_000


@dataclass
class Request:
    """Stake on its way out: wei, the timestamp from which it can be withdrawn, and whether it was."""

    tokens: int
    unlocks_at: int
    is_withdrawn: bool = False


@dataclass
class Validator:
    """A registered validator with its own position; accumulators in scaled wei per wei, `owed` in scaled wei."""

    registered_at: int
    seen_network: int
    tokens: int = 0
    acc: int = 0
    seen_validator: int = 0
    owed: int = 0
    requests: list[Request] = field(default_factory=list)

    def settle(self, network_acc: int) -> None:
        """Let the validator's accumulator rise with the network's while it has tokens, and the position with the validator's."""
        if self.tokens > 0:
            self.acc += network_acc - self.seen_network
        self.seen_network = network_acc
        self.owed += self.tokens * (self.acc - self.seen_validator)
        self.seen_validator = self.acc

    @property
    def unbonding(self) -> int:
        """Wei in requests that are not withdrawn."""
        return sum(request.tokens for request in self.requests if not request.is_withdrawn)


class RewardLedger:
    """Two streams shared by weight at every block; every division carries what it leaves."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.epoch_stream = Stream()
        self.block_stream = Stream()
        self.acc = 0  # scaled wei per wei of weight
        self.weight = 0  # wei
        self.carry = 0  # scaled wei
        self.idle = 0  # scaled wei
        self.settled_at = 0
        self.validators: dict[str, Validator] = {}

    def settle(self) -> None:
        """Bring the network to this block."""
        now = self.clock.block_number
        flow = self.carry + self.epoch_stream.flow(self.settled_at, now) + self.block_stream.flow(self.settled_at, now)
        self.settled_at = now
        if self.weight == 0:
            self.idle += flow
            self.carry = 0
        else:
            rise, self.carry = divmod(flow, self.weight)
            self.acc += rise

    def settled(self, validator: str) -> Validator:
        """A registered validator, brought to this block."""
        self.settle()
        account = self.validators[validator]
        account.settle(self.acc)
        return account

    def add_rewards(self, stream: Stream, amount: int, blocks: int) -> None:
        """Top up one of the two streams by `amount` wei over `blocks` blocks."""
        self.settle()
        self.carry += stream.top_up(self.clock.block_number, amount, blocks)

    def open(self, validator: str, tokens: int) -> None:
        """Enter a new validator with its first stake, in wei."""
        self.settle()
        self.weight += tokens
        self.validators[validator] = Validator(registered_at=self.clock.block_number, seen_network=self.acc, tokens=tokens)

    def set_tokens(self, validator: str, tokens: int) -> None:
        """Change a validator's stake, in wei; what it earned so far was earned with the old one."""
        account = self.settled(validator)
        self.weight += tokens - account.tokens
        account.tokens = tokens

    def take_owed(self, validator: str) -> int:
        """Take the whole wei a position is owed; the fraction stays. An unknown validator is owed nothing."""
        if validator not in self.validators:
            return 0
        account = self.settled(validator)
        amount, account.owed = divmod(account.owed, SCALE)
        return amount

    def idle_wei(self) -> int:
        """Whole wei that flowed to nobody."""
        self.settle()
        return self.idle // SCALE

    def take_idle(self) -> int:
        """Take the whole wei that flowed to nobody; the fraction stays."""
        self.settle()
        amount, self.idle = divmod(self.idle, SCALE)
        return amount

    def scaled_total(self) -> int:
        """Everything put in and not taken out, in scaled wei."""
        self.settle()
        for account in self.validators.values():
            account.settle(self.acc)
        now = self.clock.block_number
        streams = self.epoch_stream.left(now) + self.block_stream.left(now)
        return streams + self.carry + self.idle + sum(account.owed for account in self.validators.values())


class Staking(Ownable):
    """The contract's calls in integers; the tokens' balances are kept by the token.

    What a call would read from other contracts is handed in: the cap, the start block, what BlockReward has released to this
    contract and what one of its blocks pays.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        min_validator_stake: int,
        unbonding_seconds: int,
        stream_blocks: int,
        owner: str,
        token_cap: int,
        start_block: int,
    ) -> None:
        """Deploy.

        Args:
            clock: the chain's clock.
            min_validator_stake: wei a validator has staked, or else nothing.
            unbonding_seconds: from a request to its withdrawal.
            stream_blocks: blocks an epoch's rewards are streamed over.
            owner: may name the notifier.
            token_cap: the token's cap in wei.
            start_block: the first block that earns a block reward.

        Raises:
            Refusal: as the contract's constructor, in the same order.
        """
        if owner == ZERO_ADDRESS:
            raise Refusal("staking: zero owner")
        if min_validator_stake < MIN_MIN_STAKE:
            raise Refusal("staking: minimum too small")
        if min_validator_stake > MAX_MIN_STAKE:
            raise Refusal("staking: minimum too large")
        if unbonding_seconds < MIN_UNBONDING:
            raise Refusal("staking: unbonding too short")
        if unbonding_seconds > MAX_UNBONDING:
            raise Refusal("staking: unbonding too long")
        if stream_blocks < MIN_STREAM_BLOCKS:
            raise Refusal("staking: stream too short")
        if stream_blocks > MAX_STREAM_BLOCKS:
            raise Refusal("staking: stream too long")
        if token_cap > MAX_TOKEN_CAP:
            raise Refusal("staking: token cap too large")
        super().__init__(owner)
        self.clock = clock
        self.min_validator_stake = min_validator_stake
        self.unbonding_seconds = unbonding_seconds
        self.stream_blocks = stream_blocks
        self.ledger = RewardLedger(clock)
        self.notifier = ZERO_ADDRESS
        self.rewards_received = 0
        self.rewards_paid = 0
        self.rewards_recycled = 0
        self.block_rewards_received = 0
        self.pulled_through = max(start_block, clock.block_number)

    # --- permissionless ---

    def pull_block_rewards(self, released_to_self: int, reward_at_last_pull: int) -> int:
        """Stream what BlockReward has released and was not counted yet.

        Args:
            released_to_self: wei BlockReward ever released to this contract, after a `release()` in this block.
            reward_at_last_pull: wei the schedule pays for block `pulled_through`.

        Returns:
            Wei added to the stream.
        """
        now = self.clock.block_number
        amount, since = released_to_self - self.block_rewards_received, self.pulled_through
        self.pulled_through = max(since, now)
        if amount == 0:
            return 0
        self.block_rewards_received = released_to_self
        self.rewards_received += amount
        enough = -(-amount // reward_at_last_pull) if reward_at_last_pull else self.stream_blocks
        self.ledger.add_rewards(self.ledger.block_stream, amount, max(now - since, enough))
        return amount

    def recycle_idle_rewards(self) -> int:
        """Hand what was streamed while nobody was staked to the recycling pool; returns wei."""
        if self.ledger.idle_wei() == 0:
            raise Refusal("staking: nothing idle")
        amount = self.ledger.take_idle()
        self.rewards_recycled += amount
        return amount

    def claim(self, owner: str) -> int:
        """Pay an owner's rewards; returns wei, rounded down, and keeps the fraction."""
        if self.pending_reward(owner) == 0:
            raise Refusal("staking: nothing to claim")
        amount = self.ledger.take_owed(owner)
        self.rewards_paid += amount
        return amount

    # --- user ---

    def register(self, caller: str, amount: int) -> None:
        """Become a validator with a first stake of `amount` wei."""
        if caller in self.ledger.validators:
            raise Refusal("staking: already registered")
        if amount < self.min_validator_stake:
            raise Refusal("staking: below the minimum")
        self.ledger.open(caller, amount)

    def stake(self, caller: str, amount: int) -> int:
        """Add `amount` wei to one's own stake; returns the stake."""
        if amount == 0:
            raise Refusal("staking: zero amount")
        if caller not in self.ledger.validators:
            raise Refusal("staking: not registered")
        tokens = self.tokens(caller) + amount
        if tokens < self.min_validator_stake:
            raise Refusal("staking: below the minimum")
        self.ledger.set_tokens(caller, tokens)
        return tokens

    def unstake(self, caller: str, amount: int) -> int:
        """Ask for `amount` wei back; returns the request's id."""
        if amount == 0:
            raise Refusal("staking: zero amount")
        staked = self.tokens(caller)
        if amount > staked:
            raise Refusal("staking: exceeds the stake")
        if 0 < staked - amount < self.min_validator_stake:
            raise Refusal("staking: below the minimum")
        self.ledger.set_tokens(caller, staked - amount)
        requests = self.ledger.validators[caller].requests
        requests.append(Request(amount, self.clock.timestamp + self.unbonding_seconds))
        return len(requests) - 1

    def withdraw(self, caller: str, request_id: int) -> int:
        """Take out an unlocked request; returns wei."""
        account = self.ledger.validators.get(caller)
        if account is None or request_id >= len(account.requests):
            raise Refusal("staking: unknown request")
        request = account.requests[request_id]
        if request.is_withdrawn:
            raise Refusal("staking: already withdrawn")
        if self.clock.timestamp < request.unlocks_at:
            raise Refusal("staking: still unbonding")
        request.is_withdrawn = True
        return request.tokens

    # --- role and governance ---

    def notify_reward(self, caller: str, amount: int) -> None:
        """Stream an epoch's rewards, `amount` wei, over `stream_blocks` more blocks."""
        if caller != self.notifier:
            raise Refusal("staking: not the notifier")
        if amount == 0:
            raise Refusal("staking: zero amount")
        self.rewards_received += amount
        self.ledger.add_rewards(self.ledger.epoch_stream, amount, self.stream_blocks)

    def set_notifier(self, caller: str, notifier: str) -> None:
        """Name the one account that may notify epoch rewards."""
        self.check_owner(caller)
        if notifier == ZERO_ADDRESS:
            raise Refusal("staking: zero notifier")
        if notifier == self.notifier:
            raise Refusal("staking: same notifier")
        self.notifier = notifier

    # --- views ---

    def tokens(self, owner: str) -> int:
        """Wei an owner has staked."""
        account = self.ledger.validators.get(owner)
        return account.tokens if account else 0

    def pending_reward(self, owner: str) -> int:
        """Wei `claim` would pay in this block."""
        if owner not in self.ledger.validators:
            return 0
        return self.ledger.settled(owner).owed // SCALE

    def page_of_validators(self, offset: int, limit: int) -> list[str]:
        """Up to `limit` (at most 100) validators from `offset` on, in order of registration."""
        return list(self.ledger.validators)[offset : offset + min(limit, PAGE_SIZE)]

    @property
    def total_staked(self) -> int:
        """Wei staked by all validators."""
        return sum(account.tokens for account in self.ledger.validators.values())

    @property
    def total_unbonding(self) -> int:
        """Wei in requests that are not withdrawn."""
        return sum(account.unbonding for account in self.ledger.validators.values())

    @property
    def holdings(self) -> int:
        """Wei the contract must hold, plain transfers apart: principal, and rewards received and not sent on."""
        return self.total_staked + self.total_unbonding + self.rewards_received - self.rewards_paid - self.rewards_recycled

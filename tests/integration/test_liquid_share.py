"""The liquid share beside the whole suite: real rewards, the real slasher with its warning, its window and its arbiter; seen coming, in and out."""

from __future__ import annotations

import boa
import pytest

from mdt.model.liquid_staking import LOCKED_SHARES
from mdt.units import DAY, HOUR
from tests.support.boa_clock import block_number, mine
from tests.support.deployers import deploy
from tests.support.liquid import TERMS
from tests.support.whole import MDT, UNBONDING_BLOCKS, UNLIMITED, World

OFFLINE = 1
EVIDENCE = b"\x11" * 32
BEGINNING = 1_800_000_000
VALIDATORS = 4


class Share:
    """A vault over four validators of the suite; two holders of 1,000 MDT each, the second of whom reads the chain closely."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.holder, self.watcher = world.people[:2]
        self.vault = deploy("LiquidStaking", world.contracts, terms=TERMS, owner=world.owner)
        world["MDT"].approve(self.vault, UNLIMITED, sender=self.holder)
        world["MDT"].approve(self.vault, UNLIMITED, sender=self.watcher)
        self.ids = []
        for operator in world.operators[:VALIDATORS]:
            self.ids.append(world["Validators"].register(1_000 * MDT, 500, "v", sender=operator))
            self.vault.set_weight(self.ids[-1], 1_000, sender=world.owner)
        for account in (self.holder, self.watcher):
            self.vault.deposit(1_000 * MDT, account, sender=account)
        self.vault.allocate()
        mine(5)

    def purse(self, account: str) -> int:
        """MDT somebody has."""
        return int(self.world["MDT"].balanceOf(account))

    def announce(self, index: int = 0) -> int:
        """By the slasher's role, for an offence of the block before."""
        slasher = self.world["Slasher"]
        number: int = slasher.announce_slash(self.ids[index], OFFLINE, block_number() - 1, EVIDENCE, sender=self.world.slasher_role)
        return number

    def open(self, number: int) -> None:
        """Its warning is over."""
        mine(1, HOUR)
        self.world["Slasher"].open_slash(number)

    def answer_all(self) -> None:
        """What was asked back answers."""
        for piece in self.vault.pieces():
            for _ in range(3):
                try:
                    self.world["Slasher"].answer(piece.validator_id, self.vault, 0, piece.request_id)
                except boa.BoaError:  # it has
                    break

    def unbond(self) -> None:
        """An unbonding passes."""
        mine(UNBONDING_BLOCKS, 7 * DAY)

    def leave(self, account: str, batch: int) -> int:
        """What is due for a batch is priced and claimed; what is missing is asked back first. Returns wei."""
        for _ in range(3):
            self.unbond()
            self.answer_all()
            self.vault.sync()
            for call in (self.vault.collect, self.vault.price_batch, self.vault.close_cycle):
                try:
                    call()
                except boa.BoaError:  # nothing to do now
                    continue
            if self.vault.claimableRedeemRequest(batch, account):
                break
        return int(self.vault.redeem(self.vault.maxRedeem(account), account, account, sender=account))


@pytest.fixture(scope="module")
def world():
    with boa.env.anchor():
        boa.env.evm.patch.timestamp = BEGINNING
        yield World()


@pytest.fixture
def share(world):
    with boa.env.anchor():
        yield Share(world)


@pytest.mark.parametrize("is_asked_at", ["the warning", "the escrow"])
def test_slash_upheld__seen_coming__costs_the_watcher_what_it_costs_others(share, is_asked_at):
    """Out of the vault: announced a warning before, in escrow for an appeal's time; nobody gains by knowing."""
    number = share.announce()
    shares = share.vault.balanceOf(share.watcher)
    if is_asked_at == "the escrow":
        share.open(number)
    batch = share.vault.requestRedeem(shares, share.watcher, share.watcher, sender=share.watcher)
    share.vault.close_cycle()
    if is_asked_at == "the warning":
        share.open(number)
    mine(1, 2 * DAY)
    share.world["Slasher"].execute(number)
    share.vault.sync()
    paid = share.leave(share.watcher, batch)
    left = share.vault.convertToAssets(share.vault.balanceOf(share.holder) + LOCKED_SHARES)
    assert paid < 1_000 * MDT
    assert abs(paid - left) <= paid // 10**5  # rewards of those who stay apart


def test_slash_overturned__during_an_exit__is_given_back_to_who_leaves(share):
    number = share.announce()
    share.open(number)
    batch = share.vault.requestRedeem(500 * MDT, share.watcher, share.watcher, sender=share.watcher)
    share.vault.close_cycle()
    with boa.reverts("lst: slash undecided"):
        share.vault.deposit(MDT, share.holder, sender=share.holder)
    share.world["Slasher"].overturn(number, sender=share.world.arbiter)
    share.vault.take_restitution(number) if share.world["Staking"].restitution(share.world["Slasher"], number, share.vault) else None
    assert abs(share.leave(share.watcher, batch) - 500 * MDT) <= 4
    share.vault.deposit(MDT, share.holder, sender=share.holder)


def test_slash_seen_coming__entering_before_it_ends__gains_nothing(share):
    """Into the vault: in the warning at the price of before, in escrow not at all, afterwards at the price of after."""
    before = share.purse(share.watcher)
    number = share.announce()
    share.open(number)
    with boa.reverts("lst: slash undecided"):
        share.vault.deposit(1_000 * MDT, share.watcher, sender=share.watcher)
    share.world["Slasher"].overturn(number, sender=share.world.arbiter)
    shares = share.vault.deposit(1_000 * MDT, share.watcher, sender=share.watcher)
    batch = share.vault.requestRedeem(shares, share.watcher, share.watcher, sender=share.watcher)
    share.vault.close_cycle()
    share.leave(share.watcher, batch)
    assert share.purse(share.watcher) <= before


def test_rewards__of_the_suite__reach_the_holders(share):
    """Block rewards, pulled in by anyone, claimed by anyone's harvest, flowing over a week, a tenth to the treasury."""
    mine(60)
    share.world["Staking"].pull_block_rewards()
    mine(60)
    treasury = share.purse(share.world.address("Treasury"))
    came = share.vault.harvest()
    assert came > 0
    assert (came + share.purse(share.world.address("Treasury")) - treasury) // 10 == share.purse(share.world.address("Treasury")) - treasury
    assert share.vault.totalAssets() == 2_000 * MDT
    mine(1, TERMS.flow_seconds)
    assert share.vault.totalAssets() == 2_000 * MDT + came


def test_double_signing__of_one_of_the_set__is_left_by_rule(share):
    """A proof: the validator is banned at once; its stake is asked back with the next cycle, and what leaves pays."""
    votes = [(block_number() - 1, block) for block in (b"\x01" * 32, b"\x02" * 32)]
    signer = share.world.signers[0]
    slasher = share.world["Slasher"]
    signatures = [bytes(signer.unsafe_sign_hash(slasher.vote_digest(vote)).signature) for vote in votes]
    slasher.prove_double_signing(votes[0], signatures[0], votes[1], signatures[1])
    assert share.vault.totalAssets() == 1_500 * MDT + 500 * MDT - 500 * MDT * slasher.slash_record(slasher.slash_count() - 1).bps // 10_000
    assert [one.is_fit for one in share.vault.backing()] == [False, True, True, True]
    share.vault.close_cycle()
    assert share.vault.backing()[0].staked == 0
    mine(1, 2 * DAY)
    slasher.execute(slasher.slash_count() - 1)
    share.unbond()
    share.answer_all()
    share.vault.collect()
    share.vault.allocate()
    assert share.vault.books().liquid <= 4

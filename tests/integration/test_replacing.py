"""`deploy replace`: contracts of a living deployment are replaced one after the other, nothing is lost or paid twice, and `verify` finds no difference."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from mdt.chain import localchain
from mdt.chain.connecting import chain_of
from mdt.chain.signers import LocalSigner
from mdt.cli.votes import votes
from mdt.deploy.parts import PARTS
from mdt.deploy.run import Deployment
from mdt.deploy.verify import compare
from mdt.errors import ConfigError, DeploymentError, GovernanceError, RevertError, StakingError
from mdt.governance.operations import hex_id, operation_of
from mdt.governance.store import Kept, Store
from mdt.governance.timelock import Timelock
from mdt.model.reasons import mask
from mdt.model.schedules import Kind
from mdt.names import EVERY_SOURCE, SOURCES
from mdt.preset.genesis import Allocation
from mdt.preset.settings import load
from mdt.replacing import run
from mdt.replacing.run import Replacing
from mdt.replacing.table import CANNOT, REPLACEMENTS
from mdt.staking.slashes import Slashes
from mdt.suite.calls import Payload
from mdt.suite.directory import names_of
from mdt.suite.opened import open_suite
from mdt.suite.records import Folder
from mdt.units import DAY
from tests.integration.test_deploy import DeathError, mortal
from tests.support.chains import anchored, local_chain
from tests.support.suite import FAST, Actors, artifacts, options

# Everything that can be replaced holds something here: a pool that is filled, a schedule that mints every block, vesting.
SETTINGS = load("dchat").model_copy(update={"vesting": load("adr-literal").vesting})
COIN = 10**12
LIQUID, VESTS = 20_000_000_000 * COIN, 1_000_000 * COIN
STRANGER = "0x" + "5e" * 20


def allocations(actors: Actors) -> tuple[Allocation, ...]:
    return (
        Allocation(0, actors.holder.address, LIQUID),
        Allocation(0, "ReservePools", SETTINGS.pools[0].amount),
        Allocation(2, "Treasury", 25 * COIN),
        Allocation(3, actors.keeper.address, VESTS, "team"),
    )


@pytest.fixture(scope="module")
def living(tmp_path_factory):
    """A deployment, once for this file; whoever changes it puts the chain back."""
    w3, folder = local_chain(), tmp_path_factory.mktemp("living")
    actors = Actors.of(w3)
    asked = replace(options(actors, settings=SETTINGS, genesis=(), start_margin=120), genesis=allocations(actors))
    chain = chain_of(w3, int(w3.eth.chain_id), FAST)
    for _ in Deployment.prepare(chain, LocalSigner(actors.deployer), Folder(folder), artifacts(), asked).run():
        pass
    localchain.advance(w3, 200, 3)
    return w3, folder, actors


@dataclass
class Life:
    """A deployment in use, and whoever replaces something of it."""

    w3: object
    folder: Folder
    actors: Actors
    chain: object
    waited: list[str] = field(default_factory=list)

    @property
    def suite(self):
        return open_suite(self.chain, self.folder)

    @property
    def proposer(self):
        return LocalSigner(self.actors.proposer)

    def replacing(self, contract, signer=None, **named):
        return Replacing.prepare(self.chain, signer or self.proposer, self.folder, artifacts(), SETTINGS, contract, **named)

    def run(self, contract, signer=None, **named):
        """One run of the command; what became of each stage."""
        replacing = self.replacing(contract, signer, **named)
        outcomes = list(replacing.run())
        replacing.told()
        return outcomes

    def replace(self, contract, between=lambda: None, days=3, most=40, **named):
        """The command again and again, days apart, until it is done; what the last run said, and all that ever was sent."""
        said = []
        for _ in range(most):
            between()
            outcomes = self.run(contract, **named)
            self.waited += [one.words for one in outcomes if one.state == "waiting"]
            said += [(one.stage, one.state) for one in outcomes if one.state not in ("done", "waiting")]
            if outcomes[-1].state == "replaced":
                return said
            self.wait(days * DAY)
        raise AssertionError(outcomes)

    def wait(self, seconds, blocks=1):
        localchain.advance(self.w3, blocks, -(-seconds // blocks))

    def vote(self, contract, function, *arguments):
        """An operation of the timelock, executed and kept as any other; its id."""
        return self.vote_all((self.suite[contract], function, *arguments))

    def vote_all(self, *calls):
        """The same of several calls together."""
        operation = operation_of([Payload(target.address, target.encode(function, *arguments)) for target, function, *arguments in calls])
        timelock = Timelock(self.suite)
        receipt = timelock.schedule(operation, None, self.actors.proposer.address).send(self.proposer)
        Store.of(self.folder).save(Kept(operation, receipt.tx_hash, receipt.block_number))
        self.wait(2 * DAY)
        timelock.execute(operation, self.actors.proposer.address).send(self.proposer)
        return hex_id(operation.id)

    def found(self):
        """What `deploy verify` finds."""
        suite = self.suite
        kept, uncounted = votes(SimpleNamespace(suite=suite, folder=self.folder, chain=self.chain))
        assert uncounted == []
        return compare(suite, artifacts(), SETTINGS).explained(kept)

    def differences(self):
        """What it calls a difference."""
        return self.found().differences

    def call(self, contract, function, *arguments):
        return self.suite[contract].call(function, *arguments)

    def balance(self, account):
        return int(self.call("MDT", "balanceOf", account))

    def known_supply(self):
        """Held by all that exist here, old and new contracts and accounts."""
        return sum(self.balance(account) for account in names_of(self.suite))


@pytest.fixture
def life(living, tmp_path):
    w3, folder, actors = living
    shutil.copytree(folder, tmp_path / "records")
    with anchored(w3):
        yield Life(w3, Folder(tmp_path / "records"), actors, chain_of(w3, int(w3.eth.chain_id), FAST))


def test_table__every_contract__is_replaced_or_is_said_not_to_be():
    assert set(REPLACEMENTS) | set(CANNOT) == set(EVERY_SOURCE)
    assert not set(REPLACEMENTS) & set(CANNOT)
    beside = {name for row in REPLACEMENTS.values() for name in row.beside}
    assert beside <= set(SOURCES)


@pytest.mark.parametrize("contract", CANNOT)
def test_replace__what_cannot_be_replaced__refused_with_the_way_on(life, contract):
    with pytest.raises(ConfigError, match=f"{contract} cannot be replaced: "):
        life.replacing(contract)


def test_replace__fee_desk__burns_from_one_block_on_and_verify_is_clean(life):
    old = life.suite["FeeDesk"]
    said = life.replace("FeeDesk")
    new = life.suite["FeeDesk"]
    assert said == [("make FeeDesk", "made"), ("entitle FeeDesk", "scheduled"), ("entitle FeeDesk", "executed"), ("records", "replaced")]
    assert new.address != old.address
    assert new.call("owner") == life.suite["Timelock"].address
    assert (life.call("MDT", "burner_reasons", old.address), life.call("MDT", "burner_reasons", new.address)) == (0, mask(*PARTS["FeeDesk"].burns))
    assert [one.address for one in life.suite.earlier] == [old.address]
    assert life.differences() == []


# --- the slasher ---


def validator_with_delegator(life):
    """The keeper operates validator 1, and the holder delegates to it."""
    suite, keeper, holder = life.suite, LocalSigner(life.actors.keeper), LocalSigner(life.actors.holder)
    least = SETTINGS.staking.min_validator_stake
    suite["MDT"].send(holder, "transfer", life.actors.keeper.address, 2 * least)
    for signer in (keeper, holder):
        suite["MDT"].send(signer, "approve", suite["Staking"].address, least)
    suite["Validators"].send(keeper, "register", least, 500, "")
    suite["Staking"].send(holder, "stake", 1, 0, least // 20, 0)


def slashed(life, offence=1, leaver=None):
    """The keeper slashes validator 1 by its own word, and opens it a day later; who leaves when it hears of it answers."""
    slasher, keeper = life.suite["Slasher"], LocalSigner(life.actors.keeper)
    receipt = slasher.send(keeper, "announce_slash", 1, offence, life.w3.eth.block_number - 1, b"evidence".ljust(32))
    if leaver:
        life.suite["Staking"].send(leaver, "unstake", 1, 0, 2**256 - 1)
    life.wait(DAY)
    slasher.send(keeper, "open_slash", slasher.events(receipt, "SlashAnnounced")[0].slash_id)
    if leaver:
        slasher.send(keeper, "answer", 1, leaver.address, 0, 0)


def test_replace__slasher__waits_for_escrow_pays_what_is_owed_and_carries_roles_and_terms(life):
    """Y10: nothing that a slash took or owes is stranded with the old one."""
    old, holder = life.suite["Slasher"], LocalSigner(life.actors.holder)
    validator_with_delegator(life)
    life.vote("Slasher", "set_slasher_role", life.actors.keeper.address, True)
    life.vote("Slasher", "set_slash_bps", 1, 1_234)
    slashed(life, leaver=holder)
    said = [(one.stage, one.state) for one in life.run("Slasher")]
    assert said == [("make Slasher", "made"), ("make StakingLens", "made"), ("nothing in escrow", "waiting")]
    life.vote("Slasher", "overturn", 0)
    owed = life.call("Staking", "restitution", old.address, 0, life.actors.holder.address)
    assert owed > 0
    before = life.balance(life.actors.holder.address)
    said = life.replace("Slasher")
    assert said == [("nothing owed", "sent"), ("name Slasher", "scheduled"), ("name Slasher", "executed"), ("records", "replaced")]
    assert life.balance(life.actors.holder.address) == before + owed
    suite = life.suite
    new = suite["Slasher"]
    assert (suite["Staking"].call("slasher"), suite["StakingLens"].call("SLASHER"), suite["FeeDesk"].call("terms", 2).taken_at) == (new.address,) * 3
    assert new.call("is_slasher", life.actors.keeper.address)
    assert new.call("terms") == old.call("terms")
    assert new.call("terms").slash_bps[1] == 1_234
    assert new.call("FIRST_SLASH_ID") == 1 << 32
    assert life.balance(old.address) == 0
    assert life.differences() == []
    slashed(life)
    assert life.call("MDT", "balanceOf", new.address) > 0


def test_replace__slasher_with_a_slash_after_scheduling__does_not_strand_it(life):
    """Anybody may execute, so that the vote itself refuses while something is in escrow; the run says what it waits for."""
    validator_with_delegator(life)
    life.vote("Slasher", "set_slasher_role", life.actors.keeper.address, True)
    life.run("Slasher")
    slashed(life)
    life.wait(2 * DAY)
    (operation,) = [Store.of(life.folder).load(one["id"]).operation for one in life.replacing("Slasher").state["operations"]["name Slasher"]]
    timelock = Timelock(life.suite)
    with pytest.raises(RevertError, match="staking: slash pending"):
        timelock.execute(operation, life.actors.holder.address).simulate(life.actors.holder.address)
    (waiting,) = [one for one in life.run("Slasher") if one.state == "waiting"]
    assert "slash 0 is in escrow" in waiting.words
    said = life.replace("Slasher", days=2)
    assert said[:1] == [("nothing in escrow", "sent")]
    assert life.differences() == []


def test_replace__slasher_holds_what_nobody_claims__waits_until_told_to_leave_it(life):
    life.suite["MDT"].send(LocalSigner(life.actors.holder), "transfer", life.suite["Slasher"].address, 7)
    outcomes = life.run("Slasher")
    assert (outcomes[-1].stage, outcomes[-1].state) == ("nothing owed", "waiting")
    assert "--leave-behind" in outcomes[-1].words
    life.replace("Slasher", may_leave=True)
    assert life.differences() == []


def test_replace__slasher_with_an_announced_slash__waits_until_it_has_ended(life):
    """It would die with the old one."""
    validator_with_delegator(life)
    life.vote("Slasher", "set_slasher_role", life.actors.keeper.address, True)
    keeper = LocalSigner(life.actors.keeper)
    life.suite["Slasher"].send(keeper, "announce_slash", 1, 1, life.w3.eth.block_number - 1, b"evidence".ljust(32))
    (waiting,) = [one for one in life.run("Slasher") if one.state == "waiting"]
    assert "slash 0 is announced" in waiting.words
    life.suite["Slasher"].send(LocalSigner(life.actors.guardian), "void_slash", 0)
    assert life.replace("Slasher")[-1] == ("records", "replaced")
    assert life.differences() == []


def test_replaced_slasher__somebody_is_owed_after_all__it_pays_by_itself(life):
    """Y10: it holds the tokens, and Staking keeps its notes for it."""
    holder = LocalSigner(life.actors.holder)
    validator_with_delegator(life)
    life.vote("Slasher", "set_slasher_role", life.actors.keeper.address, True)
    life.run("Slasher")
    slashed(life, leaver=holder)
    life.vote("Slasher", "overturn", 0)
    (operation,) = [Store.of(life.folder).load(one["id"]).operation for one in life.replacing("Slasher").state["operations"]["name Slasher"]]
    Timelock(life.suite).execute(operation, life.actors.keeper.address).send(LocalSigner(life.actors.keeper))  # before anybody has claimed
    life.replace("Slasher")
    suite = life.suite
    (old,), new, before = suite.earlier[:1], suite["Slasher"], life.balance(life.actors.holder.address)
    owed = life.call("Staking", "restitution", old.address, 0, life.actors.holder.address)
    assert owed == life.balance(old.address) > 0
    slashes = Slashes(suite, life.actors.keeper.address)
    (call,) = slashes.restitution(0, life.actors.holder.address)
    call.send(LocalSigner(life.actors.keeper))
    assert [number for number, _ in slashes.history(1)] == [0]
    assert "it was given back" in slashes.next_step(0, slashes.record(0))
    with pytest.raises(StakingError, match="owes nothing to .*: it was paid already"):
        slashes.restitution(0, life.actors.holder.address)
    assert life.balance(life.actors.holder.address) == before + owed
    assert life.call("Staking", "slasher") == new.address
    assert life.differences() == []


# --- the market ---


def test_replace__schedules__every_interval_is_paid_once(life):
    """A schedule of one block an interval: what all its payments come to is what its blocks come to, whenever the votes are executed."""
    old, pool = life.suite["DistributionSchedules"], life.suite["RecyclingPool"].address
    first, amount = old.call("schedule", 1).terms.from_block, SETTINGS.schedules[0].amount
    life.vote("MDT", "set_guardian", STRANGER)

    def anybody():
        if not life.call("DistributionSchedules", "schedule", 1).paused_at and life.call("DistributionSchedules", "due", 1).payable_amount:
            life.suite["DistributionSchedules"].send(LocalSigner(life.actors.keeper), "process", 1)

    assert life.balance(pool) == 0
    said = life.replace("DistributionSchedules", between=anybody)
    assert [stage for stage, state in said if state == "executed"] == ["propose minter DistributionSchedules", "pause schedules", "move schedules"]
    suite = life.suite
    new = suite["DistributionSchedules"]
    assert not suite["MDT"].call("minter", old.address).is_active
    numbers = range(1, new.call("schedule_count") + 1)
    turn = new.call("schedule", numbers[-1]).terms.from_block
    localchain.advance(life.w3, turn - life.w3.eth.block_number + 1_000, 3)
    for number in numbers:
        due = new.call("due", number)
        assert due.payable_amount == due.amount > 0
        new.send(LocalSigner(life.actors.keeper), "process", number)
    done = new.call("schedule", numbers[-1]).terms
    assert life.balance(pool) == (done.from_block + done.done - first) * amount
    assert life.differences() == []


def test_replace__schedule_that_pays_stakers__goes_on_and_staking_takes_it(life):
    suite = life.suite
    staking, old = suite["Staking"].address, suite["DistributionSchedules"]
    number = old.call("schedule_count") + 1
    life.vote("DistributionSchedules", "create", Kind.VALIDATORS, staking, 0, False, 10, 100, life.w3.eth.block_number + 100_000, 0)
    holder = LocalSigner(life.actors.holder)
    suite["MDT"].send(holder, "approve", old.address, 500)
    old.send(holder, "fund", number, 500)
    assert life.call("Staking", "schedules") == old.address
    life.replace("DistributionSchedules")
    new = life.suite["DistributionSchedules"]
    assert life.call("Staking", "schedules") == new.address
    assert life.differences() == []
    made = {one: new.call("schedule", one) for one in range(1, new.call("schedule_count") + 1)}
    moved = next(one for one, row in made.items() if row.kind == Kind.VALIDATORS)
    assert (made[moved].recipient, made[moved].funded) == (staking, 500)
    localchain.advance(life.w3, made[moved].terms.from_block - life.w3.eth.block_number + 100, 3)
    before = life.balance(staking)
    new.send(LocalSigner(life.actors.keeper), "process", moved)
    assert life.balance(staking) == before + 10 * new.call("schedule", moved).intervals_paid


def test_replace__schedule_of_a_closed_pool__ends_and_what_was_handed_in_is_the_treasurys(life):
    """No contract takes a schedule that pays into a closed pool: the vote that moved it could never be executed."""
    suite = life.suite
    pools, old = suite["ReservePools"], suite["DistributionSchedules"]
    number = old.call("schedule_count") + 1
    pool = pools.call("pool_count") + 1
    life.vote("ReservePools", "create_pool", "for a while", life.actors.keeper.address, 0)
    life.vote("DistributionSchedules", "create", Kind.POOL, pools.address, pool, False, 10, 1, life.w3.eth.block_number + 100_000, 0)
    holder = LocalSigner(life.actors.holder)
    suite["MDT"].send(holder, "approve", old.address, 500)
    old.send(holder, "fund", number, 500)
    life.vote("ReservePools", "close_pool", pool)
    before = life.balance(suite["Treasury"].address)
    life.replace("DistributionSchedules")
    assert old.call("schedule", number).is_cancelled
    new = life.suite["DistributionSchedules"]
    made = [new.call("schedule", one) for one in range(1, new.call("schedule_count") + 1)]
    assert Kind.POOL not in [one.kind for one in made]
    assert life.balance(suite["Treasury"].address) == before + 500
    assert life.differences() == []


def test_replace__reserve_pools__the_tokens_go_round_by_the_treasury(life):
    old = life.suite["ReservePools"]
    treasury, held = life.suite["Treasury"].address, life.balance(old.address)
    before, budget = life.balance(treasury), life.call("Treasury", "budget", life.suite["MDT"].address).amount
    life.replace("ReservePools", days=10)
    new = life.suite["ReservePools"]
    pool = new.call("pool", 1)
    assert (pool.name, pool.available, pool.operator) == (SETTINGS.pools[0].name, held, old.call("pool", 1).operator)
    assert (life.balance(old.address), life.balance(new.address), life.balance(treasury)) == (0, held, before)
    assert life.call("Treasury", "budget", life.suite["MDT"].address).amount == budget
    assert life.differences() == []


def test_replace__reserve_pools_on_sale_and_with_an_allocation__waits_and_offers_them_as_before(life):
    suite, operator = life.suite, life.actors.keeper
    price = {"payment_token": suite["Treasury"].address, "min_price": 5, "max_price": 50, "max_per_purchase": 100, "max_per_day": 200}
    life.vote("ReservePools", "set_operator", 1, operator.address)
    life.vote("ReservePools", "set_sale", 1, price, 7)
    suite["ReservePools"].send(LocalSigner(operator), "allocate", 1, life.actors.holder.address, 1_000, 20 * DAY)
    life.replace("ReservePools", days=10)
    new = life.suite["ReservePools"]
    assert any(words.startswith("allocation 1 of") for words in life.waited)
    assert new.call("sale", 1).price == 7
    assert {name: getattr(new.call("sale", 1).terms, name) for name in price} == price
    assert new.call("pool", 1).operator == operator.address
    assert life.differences() == []


def test_replace__treasury__everything_moves_and_grants_come_out_of_the_new_one(life):
    old = life.suite["Treasury"]
    held = life.balance(old.address)
    life.replace("Treasury", days=10)
    suite = life.suite
    new = suite["Treasury"]
    assert (life.balance(old.address), life.balance(new.address)) == (0, held)
    assert suite["Vesting"].call("is_creator", new.address)
    assert not suite["Vesting"].call("is_creator", old.address)
    assert new.call("vesting") == suite["Vesting"].address
    assert life.differences() == []


def test_replace__each_in_turn__the_suite_still_adds_up(life):
    """The new contracts name each other as the order of replacing has it, and verify knows which names what."""
    supply = life.call("MDT", "totalSupply")
    for contract in ("Treasury", "ReservePools", "Slasher", "FeeDesk"):
        life.replace(contract, days=10)
        assert life.differences() == []
    suite = life.suite
    assert suite["FeeDesk"].call("RESERVE_POOLS") == suite["ReservePools"].address
    assert suite["FeeDesk"].call("TREASURY") == suite["Slasher"].call("TREASURY") == suite["ReservePools"].call("TREASURY") == suite["Treasury"].address
    assert suite["DistributionSchedules"].call("TREASURY") == suite.first("Treasury")
    assert life.call("MDT", "totalSupply") == supply == life.known_supply()


# --- interruptions, and what is refused ---


KILLED = {"FeeDesk": 3, "RecyclingPool": 7, "RewardDistributor": 6, "EmissionController": 5}
"""Transactions of a replacement: contracts, operations and their executions, and what a pool holds fetched from the old one."""


@pytest.mark.parametrize("point", ["signed", "sent", "mined"])
@pytest.mark.parametrize("contract", KILLED)
def test_replace__killed_around_every_transaction__nothing_is_sent_twice(life, contract, point):
    """Each run dies around the first transaction that is new; the next one finds what became of it. The last one has nothing to send."""
    recycled, holder, pool = 7 * COIN, LocalSigner(life.actors.holder), life.suite["RecyclingPool"]
    life.suite["MDT"].send(holder, "approve", pool.address, recycled)
    pool.send(holder, "recycle", recycled, 1)
    counts, deaths, number = life.w3.eth.get_transaction_count, 0, 1
    before = counts(life.actors.proposer.address)
    for _ in range(20):
        chain = mortal(life.w3, point, number)
        number = 1
        try:
            replacing = Replacing.prepare(chain, life.proposer, life.folder, artifacts(), SETTINGS, contract)
            outcomes = list(replacing.run())
        except DeathError:
            deaths, number = deaths + 1, 2 if point == "signed" else 1  # what was never sent is handed over first
            continue
        if outcomes[-1].state == "replaced":
            replacing.told()
            break
        life.wait(2 * DAY)
    assert deaths == counts(life.actors.proposer.address) - before == KILLED[contract]
    assert life.differences() == []
    assert life.known_supply() == life.call("MDT", "totalSupply")
    assert life.call("RecyclingPool", "available") == recycled
    assert not life.folder.made.path.exists()


def test_replace__somebody_else_executes__the_next_run_sees_it(life):
    life.run("FeeDesk")
    life.wait(2 * DAY)
    (entry,) = life.replacing("FeeDesk").state["operations"]["entitle FeeDesk"]
    Timelock(life.suite).execute(Store.of(life.folder).load(entry["id"]).operation, life.actors.holder.address).send(LocalSigner(life.actors.holder))
    outcomes = life.run("FeeDesk")
    assert [one.state for one in outcomes] == ["done", "done", "done", "replaced"]
    assert life.differences() == []


def test_replace__cancelled_or_expired__is_scheduled_again_on_the_next_run(life):
    life.run("FeeDesk")
    (entry,) = life.replacing("FeeDesk").state["operations"]["entitle FeeDesk"]
    guardian = LocalSigner(life.actors.guardian)
    Timelock(life.suite).cancel(bytes.fromhex(entry["id"][2:]), guardian.address).send(guardian)
    assert life.run("FeeDesk")[-1].state == "scheduled"
    life.wait(40 * DAY)
    assert life.run("FeeDesk")[-1].state == "scheduled"
    life.wait(2 * DAY)
    assert life.run("FeeDesk")[-1].state == "replaced"
    assert life.differences() == []


def test_replace__terms_voted_meanwhile__refused_until_it_is_made_anew(life):
    outcomes = life.run("Slasher")
    assert outcomes[-1].state == "scheduled"
    life.vote("Slasher", "set_slash_bps", 1, 777)
    with pytest.raises(DeploymentError, match="was made with other values than are in force by now"):
        life.run("Slasher")
    with pytest.raises(DeploymentError, match="is scheduled: cancel it first"):
        life.replacing("Slasher", anew=True)
    (entry,) = life.replacing("Slasher").state["operations"]["name Slasher"]
    guardian = LocalSigner(life.actors.guardian)
    Timelock(life.suite).cancel(bytes.fromhex(entry["id"][2:]), guardian.address).send(guardian)
    said = [(one.stage, one.state) for one in life.run("Slasher", anew=True)]
    assert said[:2] == [("make Slasher", "made"), ("make StakingLens", "made")]
    assert (life.folder.path / "abandoned" / "replacing.1").is_dir()
    life.replace("Slasher")
    assert life.call("Slasher", "terms").slash_bps[1] == 777
    assert life.differences() == []


def test_replace__two_at_a_time_or_by_nobody__refused(life):
    with pytest.raises(ConfigError, match="there is no contract Nothing"):
        life.replacing("Nothing")
    with pytest.raises(GovernanceError, match="may not propose"):
        life.run("FeeDesk", signer=LocalSigner(life.actors.holder))
    with pytest.raises(DeploymentError, match="the replacement of FeeDesk is not over"):
        life.run("Slasher")
    assert life.run("FeeDesk")[-1].state == "scheduled"  # what the holder made is taken up by the proposer


def test_replace__dry_run__says_every_stage_and_changes_nothing(life):
    before = sorted((path.name, path.read_text()) for path in life.folder.path.glob("*.json"))
    height = life.w3.eth.block_number
    with life.folder.copied() as copy:
        made = Replacing.prepare(life.chain, life.proposer, copy, artifacts(), SETTINGS, "ReservePools")
        outcomes = list(made.run(dry_run=True))
    assert {one.state for one in outcomes} <= {"planned", "done"}
    assert outcomes[0].stage == "make ReservePools"
    assert life.w3.eth.block_number == height
    assert sorted((path.name, path.read_text()) for path in life.folder.path.glob("*.json")) == before


def test_verify__pool_of_the_preset_changed_by_a_vote__governed_and_not_by_a_vote_on_another(life):
    """A closed pool has no operator any more: the vote that closed it names only its number."""
    life.vote("ReservePools", "create_pool", "another", life.actors.keeper.address, 0)
    life.vote("ReservePools", "set_operator", 2, life.actors.holder.address)
    life.vote("ReservePools", "set_operator", 1, life.actors.keeper.address)
    assert life.differences() == []
    life.vote("ReservePools", "close_pool", 2)
    held = life.suite.show(life.call("ReservePools", "pool", 1).available)
    closing = life.vote("ReservePools", "close_pool", 1)
    assert life.differences() == []
    changed = [line for line in life.found().changed if "Marketplace" in line]
    assert [line.partition(" (operation ")[0] for line in changed] == [
        "ReservePools.operator = Timelock (pool 1: Marketplace): not on the chain",
        f"pool 1: Marketplace is closed, {held} went to the treasury",
    ]
    (Store.of(life.folder).path / f"{closing}.json").unlink()
    assert life.differences() == [f"pool 1: Marketplace is closed, {held} went to the treasury"]


def test_verify__record_of_a_replacement_that_nobody_voted__is_a_difference(life):
    """Whoever writes records cannot pass a contract of its own off as a replacement: an executed operation has to name it."""
    life.replace("FeeDesk")
    assert life.differences() == []
    record = life.folder.load_network()
    record.replaced[0]["operations"] = []
    record.replaced[0]["nonce"] += 1
    life.folder.save_network(record)
    assert any("was not created by transaction" in line for line in life.differences())
    record.replaced[0]["nonce"] -= 1
    record.replaced[0]["operations"] = ["0x" + "00" * 32]
    life.folder.save_network(record)
    assert [line.partition(" in the place")[0] for line in life.differences()] == [f"FeeDesk is {record.replaced[0]['by']}"]


def test_open__record_of_what_was_replaced_is_lost__says_where_to_get_it(life):
    life.replace("FeeDesk")
    (life.folder.path / "replaced" / "FeeDesk.1.json").unlink()
    with pytest.raises(DeploymentError, match=r"FeeDesk\.1\.json is not the record of FeeDesk"):
        _ = life.suite


def test_replace__killed_while_records_are_moved__the_next_run_finishes(life, monkeypatch):
    old = life.suite["FeeDesk"].address
    with monkeypatch.context() as patch:
        patch.setattr(run, "finish", lambda *_: (_ for _ in ()).throw(DeathError))
        with pytest.raises(DeathError):
            life.replace("FeeDesk")
    assert life.suite["FeeDesk"].address == old  # noted as replaced, and its record not moved yet
    assert [one.state for one in life.replacing("FeeDesk").run(dry_run=True)] == ["planned"]
    assert life.suite["FeeDesk"].address == old
    assert [one.state for one in life.run("FeeDesk")] == ["replaced"]
    assert life.suite["FeeDesk"].address != old
    assert len(life.suite.record.replaced) == 1
    assert life.differences() == []

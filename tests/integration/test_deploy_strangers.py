"""Strangers act between any two steps of a deployment: it is completed all the same, and what it made is what was planned."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from eth_tester.exceptions import TransactionFailed

from mdt.chain.connecting import chain_of
from mdt.chain.signers import LocalSigner
from mdt.deploy.audit import audit
from mdt.deploy.parts import OWNED
from mdt.deploy.run import Deployment, Outcome
from mdt.errors import RevertError
from mdt.model.reasons import Mint
from mdt.names import SOURCES
from mdt.preset.genesis import Allocation
from mdt.preset.settings import load
from mdt.suite.opened import open_suite
from mdt.suite.records import Folder
from tests.integration.test_deploy import DeathError
from tests.support.chains import anchored, local_chain
from tests.support.suite import FAST, Actors, artifacts, options

# An economy with everything a deployment can make: schedules of vesting, a pool that genesis fills, a schedule that mints.
SETTINGS = load("dchat").model_copy(update={"vesting": load("adr-literal").vesting})
COIN = 10**12
POOL = SETTINGS.pools[0].amount
LIQUID, VESTS = 20_000_000_000 * COIN, 1_000_000 * COIN
GAS = 1_500_000


def allocations(actors: Actors) -> tuple[Allocation, ...]:
    """Out of one bucket what is liquid comes before what vests, so that its holder can send as much to the deployer."""
    return (
        Allocation(0, actors.holder.address, LIQUID),
        Allocation(0, "ReservePools", POOL),
        Allocation(2, "Treasury", 25 * COIN),
        Allocation(3, actors.holder.address, VESTS, "team"),
        Allocation(4, actors.keeper.address, VESTS, "team"),
    )


def prepare(w3, folder, chain=None) -> Deployment:
    actors = Actors.of(w3)
    asked = replace(options(actors, settings=SETTINGS, genesis=(), start_margin=120), genesis=allocations(actors))
    return Deployment.prepare(chain or chain_of(w3, int(w3.eth.chain_id), FAST), LocalSigner(actors.deployer), Folder(folder), artifacts(), asked)


class Strangers:
    """Everything that anybody may do with contracts that are being deployed, by somebody who holds tokens and coin."""

    def __init__(self, made: Deployment, actors: Actors) -> None:
        self.made, self.w3, self.actors = made, made.chain.w3, actors
        self.happened: set[str] = set()
        self.turn, self.is_ready = 0, False

    def act(self) -> None:
        """Try an act of each kind; what is refused is no act."""
        self.turn += 1
        for name, to, data, value in self._acts():
            request = {"from": self.actors.holder.address, "to": to, "data": "0x" + data.hex(), "value": value, "gas": GAS, "gasPrice": 10**9}
            with suppress(TransactionFailed):
                if self.w3.eth.wait_for_transaction_receipt(self.w3.eth.send_transaction(request), poll_latency=0.005)["status"]:
                    self.happened.add(name)

    def _acts(self) -> Iterator[tuple[str, str, bytes, int]]:
        deployer = self.actors.deployer.address
        there = {name: self.made.site.contract(name) for name in SOURCES if self.made.folder.find(name) is not None}

        def call(name, contract, function, *arguments):
            return name, there[contract].address, there[contract].encode(function, *arguments), 0

        def next_of(names):
            return names[self.turn % len(names)]

        yield "coin to the deployer", deployer, b"", 1
        yield "coin to a contract", there[next_of(list(there))].address, b"", 1
        offered = [name for name in OWNED if f"hand over {name}" in self.made.record.steps and f"accept {name}" not in self.happened]
        for name in [*offered, next_of(OWNED)]:
            if name in there:
                yield call(f"accept {name}", "Timelock", "accept_ownership", [there[name].address])
        if len(there) < len(SOURCES):
            return
        if not self.is_ready:
            self.is_ready = True
            for spender in ("ReservePools", "RecyclingPool", "DistributionSchedules", "FeeDesk"):
                yield call("approve", "MDT", "approve", there[spender].address, 2**255)
        yield call("as much as vests to the deployer", "MDT", "transfer", deployer, VESTS)
        yield call("burn", "MDT", "burn", 1)
        yield call("tokens to a contract", "MDT", "transfer", there[next_of([name for name in SOURCES if name != "MDT"])].address, 1)
        yield call("fill the pool", "ReservePools", "replenish", 1, POOL if "fill the pool" not in self.happened else 1)
        yield call("fund a schedule", "DistributionSchedules", "fund", 1, 1)
        yield call("process a schedule", "DistributionSchedules", "process", 1)
        yield call("donate", "RecyclingPool", "recycle", 1, 0)
        yield call("pay", "FeeDesk", "pay", self.actors.keeper.address, 10**6, 0)
        yield call("release", "BlockReward", "release")
        yield call("pull", "Staking", "pull_block_rewards")
        yield call("skip", "EmissionController", "skip")
        yield call("settle", "EmissionController", "settle")
        yield call("claim", "Vesting", "claim", self.actors.holder.address, 0)


@pytest.fixture(scope="module")
def harassed(tmp_path_factory):
    """A deployment up to its hand-over, between any two of whose steps strangers acted."""
    w3, folder = local_chain(), tmp_path_factory.mktemp("harassed")
    made = prepare(w3, folder)
    strangers = Strangers(made, Actors.of(w3))
    for outcome in made.run():
        assert outcome.state == "sent", outcome
        if outcome.step == "finish set-up":
            break
        strangers.act()
    return w3, folder, strangers.happened


@pytest.fixture
def ready(harassed, tmp_path):
    """The same, put back afterwards, with a copy of its folder."""
    w3, folder, happened = harassed
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with anchored(w3):
        yield w3, happened


def test_deploy__strangers_act_between_any_two_steps__completes_and_verifies(ready, tmp_path):
    """Z1, Z4, Z5: every kind of act at every boundary, and the process begins anew before the hand-over."""
    w3, happened = ready
    made = prepare(w3, tmp_path)
    strangers = Strangers(made, Actors.of(w3))
    strangers.is_ready, strangers.happened = True, set(happened)
    for outcome in made.run():
        if outcome.step.startswith("hand over"):
            assert outcome.state == "sent"
            strangers.act()
    assert outcome.step == "accept ownership"
    assert outcome.state == "done"
    kinds = {name.split(" ")[0] for name in strangers.happened}
    assert kinds == {"coin", "accept", "approve", "as", "burn", "tokens", "fill", "process", "donate", "pay", "release", "pull"}
    assert {name for name in strangers.happened if name.startswith("accept")} == {f"accept {name}" for name in OWNED}
    assert made.record.is_complete
    assert made.found.differences == []
    suite = made.suite()
    assert owners(made) == {str(suite["Timelock"].address)}
    assert suite["Vesting"].call("schedule_count") == 2
    assert suite["MDT"].call("minted_by_reason", Mint.GENESIS) == sum(one.amount for one in made.record.allocations())
    # a stranger's tokens filled the pool first, and those of the genesis went into it all the same
    assert suite["ReservePools"].call("pool", 1).put_in >= 2 * POOL
    assert suite["MDT"].call("balanceOf", made.signer.address) >= VESTS
    assert any("which somebody sent it" in line for line in made.found.notes)
    assert {one.state for one in prepare(w3, tmp_path).run()} == {"done"}


# --- the hand-over ---


def owners(made: Deployment) -> set[str]:
    return {str(made.site.contract(name).call("owner")) for name in OWNED}


def until(made: Deployment, step: str) -> Outcome:
    """Run up to a step, and die there."""
    return next(outcome for outcome in made.run() if outcome.step == step)


def accept(made: Deployment, names) -> None:
    targets = [made.site.address(name) for name in names]
    made.site.contract("Timelock").send(LocalSigner(Actors.of(made.chain.w3).keeper), "accept_ownership", targets)


def check(made: Deployment) -> None:
    """The timelock owns everything, and the records account for every transaction of the deployer."""
    assert owners(made) == {str(made.site.address("Timelock"))}
    found = audit(open_suite(made.chain, made.folder, unfinished=True))
    assert all(one.is_as_deployed for one in found), found


SOME = {"the first": OWNED[:1], "all": OWNED}


@pytest.mark.parametrize("names", SOME.values(), ids=SOME)
def test_hand_over__a_stranger_accepted_some__the_rest_is_accepted(ready, tmp_path, names):
    """Z1: one call by anybody used to make the batch of twelve revert for ever."""
    w3, _ = ready
    until(prepare(w3, tmp_path), f"hand over {OWNED[-1]}")
    made = prepare(w3, tmp_path)
    accept(made, names)
    outcome = until(made, "accept ownership")
    rest = [made.site.address(name) for name in OWNED if name not in names]
    assert outcome.state == ("sent" if rest else "done")
    assert not rest or dict(outcome.arguments)["_targets"] == rest
    check(made)


class Overtaken:
    """What makes a chain one where a stranger's transaction lands before ours, after ours was tried and signed."""

    overtake = staticmethod(lambda: None)

    def broadcast(self, signed, what):
        if "accept_ownership" in what:
            overtake, self.overtake = self.overtake, lambda: None
            overtake()
        super().broadcast(signed, what)


def overtaken(w3):
    kind = type(chain_of(w3, int(w3.eth.chain_id), FAST))
    return type("OvertakenChain", (Overtaken, kind), {})(w3, int(w3.eth.chain_id), FAST)


@pytest.mark.parametrize("names", [OWNED[3:4], OWNED], ids=["one", "all"])
def test_hand_over__a_stranger_is_quicker__what_was_refused_is_noted_and_the_rest_sent_again(ready, tmp_path, names):
    w3, _ = ready
    chain = overtaken(w3)
    made = prepare(w3, tmp_path, chain)
    chain.overtake = lambda: accept(made, names)
    assert until(made, "accept ownership").state == ("done" if names == OWNED else "sent")
    assert [one["what"] for one in made.record.others] == ["accept ownership: refused"]
    check(made)


def test_hand_over__died_with_a_batch_that_a_stranger_then_broke__goes_on(ready, tmp_path):
    """The signed batch is mined and refused while nobody watches; the next run notes it and accepts what is left."""
    w3, _ = ready
    chain = overtaken(w3)

    def die():
        raise DeathError

    chain.overtake = die
    with pytest.raises(DeathError):
        until(prepare(w3, tmp_path, chain), "accept ownership")
    assert Folder(tmp_path).load_network().pending["step"] == "accept ownership"
    made = prepare(w3, tmp_path)
    accept(made, OWNED[:1])
    assert until(made, "accept ownership").state == "sent"
    assert [one["what"] for one in made.record.others] == ["accept ownership: refused"]
    check(made)


def test_hand_over__the_offer_was_taken_back__offered_again_and_the_deployers_own_act_is_named(ready, tmp_path):
    w3, _ = ready
    made = prepare(w3, tmp_path)
    until(made, f"hand over {OWNED[-1]}")
    made.site.contract("MDT").send(made.signer, "transfer_ownership", Actors.of(w3).keeper.address)
    with pytest.raises(RevertError):
        made._do(made.steps[-1])
    assert until(made, "hand over MDT").state == "sent"
    until(made, "accept ownership")
    wrong = [one.text for one in audit(open_suite(made.chain, made.folder, unfinished=True)) if not one.is_as_deployed]
    assert wrong == [
        f"the deployer {made.signer.address} sent 1 transaction that is not recorded while it owned the contracts"
        f" (1 after 'hand over {OWNED[-1]}'): look at what it did"
    ]

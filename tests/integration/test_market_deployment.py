"""Markets of a preset: deployed with the suite, opened before anybody else has tokens, verified, and taken up again after any death."""

from __future__ import annotations

import shutil
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.signers import LocalSigner
from mdt.deploy.check import check_contract
from mdt.deploy.compiled import from_vyper
from mdt.deploy.findings import Area
from mdt.deploy.opening import Opening, market_of
from mdt.deploy.roles import read as read_roles
from mdt.deploy.run import Deployment
from mdt.deploy.verify import compare
from mdt.deploy.votes import Vote
from mdt.errors import ConfigError, DeploymentError, RevertError
from mdt.market.exchange import Markets
from mdt.market.swaps import Limits, Trader
from mdt.model.liquidity_pool import LOCKED_HOLDER, Fees
from mdt.model.reasons import Burn
from mdt.names import EVERY_SOURCE
from mdt.preset.settings import load
from mdt.replacing.run import Replacing
from mdt.suite.opened import open_suite
from mdt.suite.records import Folder
from mdt.suite.tokens import ERC20_ABI
from mdt.units import DAY
from tests.integration.test_deploy import DeathError, mortal
from tests.support.chains import anchored, local_chain
from tests.support.presets import write_with_market
from tests.support.suite import FAST, Actors, options

MDT, USDX = 10**18, 10**6
NAME = "LiquidityPool:usdx"
SHARES = 5 * 10**16 - 1_000
MARKET_STEPS = (
    *("deploy MDT:usdx", "deploy LiquidityPool:usdx", "entitle LiquidityPool:usdx to burn", "genesis initial_emission: mint what opens markets"),
    *("test token usdx: propose", "test token usdx: grant", "test token usdx: mint"),
    *("market usdx: approve MDT", "market usdx: approve USDX", "market usdx: open"),
)


@pytest.fixture(scope="module")
def artifacts():
    """The suite and what stands beside it."""
    return from_vyper(tuple(EVERY_SOURCE))


@pytest.fixture(scope="module")
def w3():
    return local_chain()


@pytest.fixture(autouse=True)
def _anchor(w3):
    with anchored(w3):
        yield


class Made:
    """A deployment of a preset with a market."""

    def __init__(self, w3, home: Path, artifacts, *, token: str = "test", protocol_to: str = "burn", chain=None, **changed) -> None:
        self.w3, self.artifacts, self.actors = w3, artifacts, Actors.of(w3)
        self.settings = load(write_with_market(home, token, protocol_to))
        self.folder = Folder(home / "records")
        self.chain = chain or chain_of(w3, int(w3.eth.chain_id), FAST)
        self.signer = LocalSigner(self.actors.deployer)
        self.deployment = Deployment.prepare(
            self.chain, self.signer, self.folder, artifacts, options(self.actors, settings=self.settings, genesis=None, **changed)
        )

    def run(self):
        """All steps; the suite."""
        self.outcomes = list(self.deployment.run())
        return self.deployment.suite()


@pytest.fixture(scope="module")
def made_once(tmp_path_factory, artifacts):
    """Finished, on a chain of its own."""
    found = Made(local_chain(), tmp_path_factory.mktemp("made"), artifacts)
    found.run()
    return found


@pytest.fixture
def made(made_once, tmp_path):
    """The same, put back afterwards: the chain, and a copy of the records."""
    found = copy(made_once)
    found.folder = Folder(tmp_path / "copied")
    shutil.copytree(made_once.folder.path, found.folder.path)
    found.suite = open_suite(found.chain, found.folder)
    with anchored(found.w3):
        yield found


def test_deploy__market__open_at_the_stated_price_with_the_shares_in_the_treasury(made):
    suite, market = made.suite, made.suite.markets[NAME]
    reserves = market.call("reserves")
    assert (reserves.tokens, reserves.paired) == (100_000 * MDT, 25_000 * USDX)
    assert [market.call("balanceOf", one) for one in (suite["Treasury"].address, LOCKED_HOLDER)] == [SHARES, 1_000]
    assert market.call("totalSupply") == SHARES + 1_000
    assert (market.call("owner"), market.call("TREASURY")) == (suite["Timelock"].address, suite["Treasury"].address)
    fees = market.call("fees")
    assert (fees.fee_bps, fees.protocol_bps, fees.is_burned, market.call("FEE_DELAY")) == (30, 1_000, True, 7 * DAY)
    assert (market.call("name"), market.call("symbol")) == ("MDT/USDX liquidity", "MDT-USDX-LP")
    assert suite["MDT"].call("burner_reasons", market.address) == 1 << Burn.TRANSACTION_FEE


def test_deploy__deployer__keeps_no_token_no_allowance_and_no_role(made):
    suite, deployer = made.suite, made.actors.deployer.address
    market = suite.markets[NAME]
    paired = Contract(suite.chain, market.call("PAIRED"), ERC20_ABI)
    assert suite["MDT"].call("balanceOf", deployer) == 0
    assert [one.call("allowance", deployer, market.address) for one in (suite["MDT"], paired)] == [0, 0]
    assert paired.call("balanceOf", deployer) == (1_000_000 - 25_000) * USDX, "the rest of the test token, to try things with"
    assert all(deployer not in role.holders for role in read_roles(suite))


def test_deploy__order__open_before_genesis_mints_for_anybody_else(made):
    names = [one.step for one in made.outcomes]
    to_others = [name for name in names if name.startswith("genesis") and ": mint" in name and "markets" not in name]
    assert to_others
    assert names.index("market usdx: open") < min(map(names.index, to_others))
    assert set(MARKET_STEPS) <= set(names)


def test_deploy__deposit__asks_for_all_shares_and_approves_exactly(made):
    steps = {one.step: dict(one.arguments) for one in made.outcomes}
    assert (steps["market usdx: approve MDT"]["_amount"], steps["market usdx: approve USDX"]["_amount"]) == (100_000 * MDT, 25_000 * USDX)
    deposit = steps["market usdx: open"]
    assert (deposit["_max_tokens"], deposit["_max_paired"], deposit["_min_shares"]) == (100_000 * MDT, 25_000 * USDX, SHARES)
    assert deposit["_receiver"] == made.suite["Treasury"].address


def test_words__of_a_step__each_amount_in_the_unit_of_its_token(made):
    told = {one.step: made.deployment.words(one) for one in made.outcomes}
    assert told["market usdx: open"].startswith("max_tokens=100,000 MDT, max_paired=25,000 USDX, min_shares=0.049999999999999 shares, receiver=Treasury, ")
    assert told["market usdx: approve USDX"].endswith("amount=25,000 USDX")
    assert "amount=1,000,000 USDX" in told["test token usdx: mint"]


def test_deploy__nobody_else_has_tokens_until_the_market_is_open(w3, tmp_path, artifacts):
    """Whoever has MDT before could open it at another price: then the deposit, which asks for all shares, would be refused."""
    found = Made(w3, tmp_path, artifacts)
    for outcome in found.deployment.run():
        if outcome.step == "market usdx: open":
            break
        token = found.folder.find("MDT")
        if token is not None:
            mdt = found.deployment.site.contract("MDT")
            assert mdt.call("totalSupply") == mdt.call("balanceOf", found.actors.deployer.address)


def test_verify__market__compared_and_nothing_differs(made):
    found = compare(made.suite, made.artifacts, made.settings)
    assert found.differences == []
    lines = "\n".join(found.compared)
    for said in (
        "LiquidityPool:usdx: code",
        "LiquidityPool:usdx.fees",
        "market usdx: opened with 100,000 MDT and 25,000 USDX",
        "LiquidityPool:usdx.owner = Timelock",
    ):
        assert said in lines
    assert "18 contracts: created by the recorded transactions of the deployer" in lines


def test_verify__fees_that_a_vote_changed__explained_by_it_and_by_no_other(made):
    vote = Vote(NAME, "announce_fees", {"fees": Fees(50, 1_000, True)}, operation="0x" + "ab" * 32)
    artifact, market = made.artifacts["LiquidityPool"], made.suite.markets[NAME]
    expected = [("_fees", {"fee_bps": 50, "protocol_bps": 1_000, "is_burned": True})]
    (finding,) = [one for one in check_contract(market, artifact, expected, set()) if not one.is_as_deployed]
    assert "LiquidityPool:usdx.fees.fee_bps is 0.3% on the chain, expected 0.5%" in finding.text
    assert not finding.explained([vote]).votes, "the chain has other fees than this vote announced"
    fitting = replace(vote, arguments={"fees": Fees(30, 1_000, True)})
    assert finding.explained([fitting]).votes == (fitting,)
    assert not finding.explained([replace(fitting, contract="LiquidityPool:other")]).votes


def test_verify__record_of_a_market_gone__named(made):
    (made.folder.path / "markets" / "usdx.json").unlink()
    suite = open_suite(made.chain, made.folder)
    differences = compare(suite, made.artifacts, made.settings).differences
    assert "LiquidityPool:usdx has no record: restore it from version control or backup" in differences


@pytest.mark.parametrize(
    ("step", "point"),
    [*((step, "sent") for step in MARKET_STEPS), ("deploy LiquidityPool:usdx", "mined"), ("market usdx: open", "signed"), ("market usdx: open", "mined")],
)
def test_deploy__dies_at_a_step_of_a_market__resumed_to_the_same_end(w3, tmp_path, artifacts, step, point):
    names = [one.name for one in Made(w3, tmp_path, artifacts).deployment.steps]
    with pytest.raises(DeathError):
        Made(w3, tmp_path, artifacts, chain=mortal(w3, point, names.index(step) + 1)).run()
    found = Made(w3, tmp_path, artifacts)
    market = found.run().markets[NAME]
    assert (market.call("totalSupply"), market.call("reserves").tokens) == (SHARES + 1_000, 100_000 * MDT)
    assert found.deployment.found.differences == []


def test_deploy__nothing_handed_over__the_deployer_owns_the_market_too(w3, tmp_path, artifacts):
    found = Made(w3, tmp_path, artifacts, hand_over=False)
    market = found.run().markets[NAME]
    assert market.call("owner") == found.actors.deployer.address
    assert found.deployment.found.differences == []


def test_deploy__shares_for_the_deployer__refused(w3, tmp_path, artifacts):
    path, deployer = write_with_market(tmp_path), Actors.of(w3).deployer.address
    path.write_text(path.read_text().replace("shares_to: Treasury", f"shares_to: '{deployer}'"))
    with pytest.raises(ConfigError, match="the deployer keeps nothing after the hand-over, and is named as holder of the shares of market usdx: name another"):
        options(Actors.of(w3), settings=load(path), genesis=None).check(deployer)


def test_deploy__without_markets__has_no_folder_of_them_and_no_word(deployed_once):
    _w3, folder, suite, _actors = deployed_once
    assert not (folder / "markets").exists()
    assert suite.markets == {}
    assert "market" not in (folder / "network.json").read_text().lower()


# --- a paired token that is there already ---


def dollars(w3, artifacts, holder: str, amount: int = 50_000 * USDX, symbol: str = "USDX", decimals: int = 6) -> str:
    """A token of somebody else's, of which one account has some."""
    maker, artifact = w3.eth.accounts[0], artifacts["MDT"]
    made = w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
    sent = made.constructor("Dollar", symbol, decimals, [10**30, 0, 0, 0, 0], 14 * DAY, maker, maker).transact({"from": maker})
    token = w3.eth.contract(w3.eth.wait_for_transaction_receipt(sent)["contractAddress"], abi=artifact.abi)
    token.functions.propose_minter(maker, 0, 1, 10**30, 10**30, DAY).transact({"from": maker})
    token.functions.grant_minter(maker).transact({"from": maker})
    if amount:
        token.functions.mint(holder, amount, 0).transact({"from": maker})
    return str(token.address)


def test_deploy__paired_token_by_its_address__brought_by_the_deployer(w3, tmp_path, artifacts):
    deployer = Actors.of(w3).deployer.address
    token = dollars(w3, artifacts, deployer)
    found = Made(w3, tmp_path, artifacts, token=f"'{token}'", protocol_to="treasury")
    suite = found.run()
    assert suite.markets[NAME].call("PAIRED") == token
    assert Contract(suite.chain, token, ERC20_ABI).call("balanceOf", deployer) == 25_000 * USDX
    assert suite["MDT"].call("burner_reasons", suite.markets[NAME].address) == 0, "nothing is burned, so nothing may be"
    assert not any("MDT:usdx" in one.step for one in found.outcomes)


@pytest.mark.parametrize(
    ("holds", "symbol", "decimals", "said"),
    [
        (24_999 * USDX, "USDX", 6, "market usdx is opened with tokens of the deployer: 0x.* holds 24,999 USDX, it takes 25,000 USDX; send it more"),
        (50_000 * USDX, "USDT", 6, "market usdx: the token at 0x.* says that it is 'USDT' with 6 decimals, here it is USDX with 6: look at the address"),
        (50_000 * USDX, "USDX", 18, "market usdx: the token at 0x.* says that it is 'USDX' with 18 decimals, here it is USDX with 6: look at the address"),
    ],
)
def test_deploy__paired_token_that_is_not_as_stated__refused_before_anything_is_sent(w3, tmp_path, artifacts, holds, symbol, decimals, said):
    deployer = Actors.of(w3).deployer.address
    token = dollars(w3, artifacts, deployer, holds, symbol, decimals)
    before = w3.eth.get_transaction_count(deployer)
    with pytest.raises(ConfigError, match=said):
        Made(w3, tmp_path, artifacts, token=f"'{token}'")
    assert w3.eth.get_transaction_count(deployer) == before
    assert not (tmp_path / "records").exists()


def test_deploy__no_token_at_the_address__refused(w3, tmp_path, artifacts):
    with pytest.raises(ConfigError, match="market usdx: there is no token at 0x1111"):
        Made(w3, tmp_path, artifacts, token=f"'0x{'11' * 20}'")


def test_deploy__test_token_on_a_public_network__refused(w3, tmp_path, artifacts):
    class Public(type(chain_of(w3, int(w3.eth.chain_id), FAST))):
        is_local = False

    with pytest.raises(ConfigError, match="market usdx is to have a token made for tests, which only local networks get"):
        Made(w3, tmp_path, artifacts, chain=Public(w3, int(w3.eth.chain_id), FAST))


# --- a market that is made later ---


def opening(made: Made, token: str, name: str = "dai", **terms) -> Opening:
    values = {"paired": {"token": token, "symbol": "USDX", "decimals": 6}, "fee_bps": 30, "protocol_bps": 0, "protocol_to": "treasury", "fee_delay": "7 days"}
    market = market_of(open_suite(made.chain, made.folder), name=name, **(values | terms))
    return Opening(made.suite, LocalSigner(made.actors.keeper), made.folder, made.artifacts, market)


def test_open__beside_a_deployment__owned_by_the_timelock_and_verified(made, artifacts):
    one = opening(made, dollars(made.w3, artifacts, made.actors.keeper.address))
    one.require_new()
    one.make()
    suite = open_suite(made.chain, made.folder)
    one.require_made(suite)
    assert list(suite.markets) == ["LiquidityPool:dai", NAME]
    assert suite.markets["LiquidityPool:dai"].call("owner") == suite["Timelock"].address
    found = compare(suite, artifacts, made.settings)
    assert found.differences == []
    assert any(line.startswith("LiquidityPool:dai: code") for line in found.compared)
    assert not [one for one in found.all if one.area == Area.ROLES and not one.is_as_deployed]


def test_open__name_that_is_taken__refused(made, artifacts):
    with pytest.raises(ConfigError, match="there is a market usdx already, at 0x.*: choose another name"):
        opening(made, dollars(made.w3, artifacts, made.actors.keeper.address), "usdx").require_new()


@pytest.mark.parametrize(
    ("terms", "said"), [({"fee_bps": 500}, "fee_bps is 500 bps, allowed 1 bps to 100 bps"), ({"name": "Big"}, "name is 'Big', must be a short name")]
)
def test_open__terms_that_no_market_can_have__refused(made, terms, said):
    with pytest.raises(ConfigError, match=said):
        opening(made, "0x" + "11" * 20, **terms)


def test_open__another_contract_than_was_asked_for__named(made, artifacts):
    one = opening(made, dollars(made.w3, artifacts, made.actors.keeper.address))
    one.make()
    other = replace(one, market=one.market.model_copy(update={"fee_bps": 31}))
    with pytest.raises(DeploymentError, match="LiquidityPool:dai.fees.fee_bps is 0.3% on the chain, expected 0.31%"):
        other.require_made(open_suite(made.chain, made.folder))


def test_open__stranger_deposits_first_at_another_price__a_seed_is_refused(made, artifacts):
    """What a deployment's seed asks for: all shares that its price gives. At any other price there are fewer."""
    keeper = LocalSigner(made.actors.keeper)
    one = opening(made, dollars(made.w3, artifacts, keeper.address))
    one.make()
    suite = open_suite(made.chain, made.folder)
    market = suite.markets["LiquidityPool:dai"]
    holder, paired = LocalSigner(made.actors.holder), Contract(suite.chain, market.call("PAIRED"), ERC20_ABI)
    suite["MDT"].send(holder, "transfer", keeper.address, 10_000 * MDT)
    for coin in (suite["MDT"], paired):
        coin.send(keeper, "approve", market.address, 10**30)
    now = Markets(suite).get("dai").now()
    market.send(keeper, "add", MDT, USDX, 0, keeper.address, now + DAY)
    with pytest.raises(RevertError, match="market: below the minimum"):
        market.simulate(keeper.address, "add", 4_000 * MDT, 1_000 * USDX, 2 * 10**15 - 1_000, keeper.address, now + DAY)


def test_replace__market__refused_with_what_holds_instead(made):
    for name in ("LiquidityPool", NAME):
        with pytest.raises(ConfigError, match=f"{name} cannot be replaced: its shares are their holders', who can always leave"):
            Replacing.prepare(made.chain, made.signer, made.folder, made.artifacts, made.settings, name)


def test_swap__after_the_hand_over__works_for_anybody(made):
    suite = made.suite
    market, deployer = Markets(suite).get("usdx"), LocalSigner(made.actors.deployer)
    swap, calls = Trader(market, deployer.address, Limits()).swap(1, 100 * USDX, deployer.address, is_bought=False)
    for call in calls:
        call.send(deployer)
    assert suite["MDT"].call("balanceOf", deployer.address) == swap.bought > 0

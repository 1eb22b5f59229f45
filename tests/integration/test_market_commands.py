"""The commands of markets: figures in units, limits, what is refused and why, and liquidity of the treasury by votes."""

from __future__ import annotations

import shlex
from fractions import Fraction

import pytest
from eth_utils.crypto import keccak

import mdt
from mdt.chain.connecting import chain_of
from mdt.chain.signers import LocalSigner
from mdt.client import open_client
from mdt.errors import MarketError
from mdt.market.exchange import Markets, significant
from mdt.market.market_fees import fee_words
from mdt.market.swaps import STEP, Limits
from mdt.model.liquidity_pool import Fees
from mdt.model.liquidity_pool.curve import amount_in, amount_out
from mdt.suite.opened import open_suite
from mdt.suite.records import Folder
from mdt.suite.tokens import PAIRED
from tests.support.chains import accounts
from tests.support.sending_commands import ANYBODY, MOVER, PROPOSER, begin, executed
from tests.support.suite import FAST

MDT, USDX = 10**18, 10**6
DAY = 86_400
TOKENS, DOLLARS = 1_000 * MDT, 250 * USDX


@pytest.fixture(scope="module")
def opened(proxy, tmp_path_factory):
    """A deployment with a market of 1,000 MDT and 250 dollars, of which the mover has all shares and 750 dollars more."""
    home = tmp_path_factory.mktemp("markets") / "home"
    home.mkdir()
    world = begin(proxy, home)
    world.do(f"market open usdx --token {world.dollar} --symbol USDX --decimals 6 --protocol 25% --account TEST::{ANYBODY}")
    world.do(f"market add usdx '1_000 MDT' '250 USDX' --account TEST::{MOVER}")
    return world


@pytest.fixture
def world(opened):
    with opened.anchored():
        yield opened


@pytest.fixture
def suite(world):
    w3 = world.proxy.w3
    return open_suite(chain_of(w3, int(w3.eth.chain_id), FAST), Folder(world.home / "records"))


def said(world, text: str) -> str:
    """What a command prints, without the frames of tables."""
    out = world.commands.run(*shlex.split(text)).stdout
    return "\n".join(" ".join(line.translate(str.maketrans("│┃", "  ")).split()) for line in out.splitlines())


def refused(world, text: str) -> str:
    return world.commands.error(*shlex.split(text)).removeprefix("error: ")


# --- reading ---


def test_show__market__reserves_price_both_ways_fees_shares_and_what_they_are_worth(world):
    shown = said(world, f"market show usdx --for TEST::{MOVER}")
    for line in (
        "Reserve of MDT 1,000 MDT",
        "Reserve of USDX 250 USDX",
        "Price 1 MDT = 0.25 USDX",
        "1 USDX = 4 MDT",
        "Liquidity Value 2,000 MDT or 500 USDX",
        "Fee a fee of 0.3%, 25% of it is the protocol's, of which MDT goes to the treasury",
        "Shares 0.0005 shares",
        "To Collect 0 shares",
        f"Of {world.people[MOVER]} 0.000499999999999 shares, worth 999.999999998 MDT and 249.999999 USDX",
        "Owner Timelock",
    ):
        assert line in shown
    assert "usdx 1,000 MDT and 250 USDX 1 MDT = 0.25 USDX 0.3%" in said(world, "market list")


def test_show__since_an_earlier_reading__the_mean_price(world):
    first = world.do("market show usdx")
    since = f"--since {first['cumulative']} {first['timestamp']}"
    assert refused(world, f"market show usdx {since}").startswith("a mean is of 30 minutes or more: the reading of ")
    world.wait(1_800)
    assert Fraction(world.do(f"market show usdx {since}")["mean_price"]) == pytest.approx(Fraction(1, 4), rel=1e-9)
    assert "Mean Price 1 MDT = 0.25 USDX" in said(world, f"market show usdx {since}").replace("0.2500000000", "0.25").replace("0.2499999999", "0.25")
    assert refused(world, "market show usdx --since x 1").startswith("--since takes the sum and the time that `mdt market show` printed, not 'x'")


@pytest.mark.parametrize(
    ("asked", "side", "is_bought", "units"),
    [
        ("--pay '10 MDT'", 0, False, 10 * MDT),
        ("--pay '10 USDX'", 1, False, 10 * USDX),
        ("--buy '10 MDT'", 1, True, 10 * MDT),
        ("--buy '10 paired'", 0, True, 10 * USDX),
    ],
)
def test_quote__either_way__is_the_models_to_the_unit(world, asked, side, is_bought, units):
    reserves = (TOKENS, DOLLARS)
    found = world.do(f"market quote usdx {asked}")
    paid = amount_in(units, reserves[side], reserves[1 - side], 30) if is_bought else units
    bought = units if is_bought else amount_out(units, reserves[side], reserves[1 - side], 30)
    assert (found["paid"], found["bought"]) == (str(paid), str(bought))
    ideal = Fraction(paid * 9_970 * reserves[1 - side], 10_000 * reserves[side])
    assert found["impact_bps"] == -(-(1 - bought / ideal) * 10_000 // 1)
    assert found["token_in"] == (world.contract("MDT").address, world.dollar)[side]


def test_quote__in_words__each_amount_in_its_unit_and_what_it_costs(world):
    assert said(world, "market quote usdx --pay '10 USDX'") == (
        "10 USDX buy 38.350578912951494403 MDT: 1 USDX brings 3.835057891 MDT; the fee is 0.3%, the price impact 3.84%"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("market quote usdx --pay '1 EUR'", "'1 EUR' is an amount of neither token of market usdx: write '10 MDT' or '10 USDX'"),
        ("market quote usdx --pay 10", "'10' is an amount of neither token of market usdx"),
        ("market quote usdx --pay '0 MDT'", "'0 MDT' is nothing: give an amount above zero"),
        ("market quote usdx --pay '0.0000001 USDX'", "'0.0000001 USDX' has more than 6 decimals"),
        ("market quote usdx --pay '0.000000000000000001 MDT'", "0.000000000000000001 MDT are too little to buy anything in market usdx"),
        ("market quote usdx --buy '250 USDX'", "market usdx has 250 USDX: buy less than that, not 250 USDX"),
        ("market quote usdx", "say what to pay or what to buy: --pay '10 MDT', or --buy '10 USDX'"),
        ("market quote usdx --pay '1 MDT' --buy '1 MDT'", "say what to pay or what to buy: --pay '10 MDT', or --buy '10 USDX'"),
        ("market quote usd --pay '1 MDT'", "there is no market 'usd': there are usdx (did you mean 'usdx'?)"),
    ],
)
def test_quote__that_cannot_be__refused_with_what_to_write(world, text, words):
    assert refused(world, text).startswith(words)


# --- swaps ---


def swap_arguments(document: dict) -> list:
    return document["calls"][-1]["arguments"]


def test_swap__limits__half_a_percent_and_twenty_minutes_unless_said(world):
    quote = world.do("market quote usdx --pay '10 USDX'")
    document = world.do(f"market swap usdx --pay '10 USDX' --account TEST::{MOVER} --dry-run")
    token, amount, least, receiver, until = swap_arguments(document)
    assert (token, amount, receiver) == (world.dollar, str(10 * USDX), world.people[MOVER])
    assert int(least) == int(quote["bought"]) * 9_950 // 10_000
    now = world.do("market show usdx")["timestamp"]
    assert until % STEP == 0
    assert now + 1_200 <= until < now + 1_200 + STEP
    assert document["quote"] == quote


def test_swap__exactly_bought__approves_the_most_it_may_cost(world):
    quote = world.do("market quote usdx --buy '10 MDT'")
    most = -(-int(quote["paid"]) * 10_100 // 10_000)
    approve, buy = world.do(f"market swap usdx --buy '10 MDT' --slippage 1% --account TEST::{MOVER} --dry-run")["calls"]
    assert approve["arguments"][1] == str(most)
    assert buy["arguments"][:3] == [world.dollar, str(10 * MDT), str(most)]


def test_swap__sent__the_receiver_has_what_was_quoted(world):
    quote, payee = world.do("market quote usdx --pay '10 USDX'"), world.people[ANYBODY]
    before = world.contract("MDT").functions.balanceOf(payee).call()
    world.do(f"market swap usdx --pay '10 USDX' --to TEST::{ANYBODY} --account TEST::{MOVER}")
    assert world.contract("MDT").functions.balanceOf(payee).call() - before == int(quote["bought"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            "--pay '100 MDT'",
            "100 MDT would be traded 9.07% worse than the price of market usdx, more than 5%: trade less at once, or allow more (--max-impact)",
        ),
        ("--pay '10 MDT' --min-received '3 USDX'", "10 MDT buy 2.467895 USDX, below --min-received 3 USDX"),
        ("--buy '1 USDX' --max-paid '3 MDT'", "1 USDX cost 4.028"),
        ("--pay '10 MDT' --max-paid '3 MDT'", "--min-received belongs to --pay, --max-paid to --buy"),
        ("--pay '10 MDT' --min-received '3 MDT'", "'3 MDT' is an amount of the other token: this one is counted in USDX"),
        ("--pay '10 MDT' --slippage 51%", "a slippage of 51% gives away half of what is traded: at most 50%"),
        ("--pay '10 MDT' --deadline '30 seconds'", "a deadline is 1 minute to 30 days from now, not 30 seconds"),
        ("--pay '10 MDT' --deadline 2026-01-01", "the deadline 2026-01-01 00:00:00 UTC must lie after "),
        ("--pay '10 MDT' --deadline soon", "'soon' is not a duration"),
        ("--pay '10 MDT' --to LiquidityPool:usdx", "LiquidityPool:usdx cannot receive what comes out of market usdx: name an account (--to)"),
    ],
)
def test_swap__beyond_a_limit__refused_before_anything_is_signed(world, more, words):
    before = len(world.proxy.raw_sent)
    assert refused(world, f"market swap usdx {more} --account TEST::{MOVER}").startswith(words)
    assert len(world.proxy.raw_sent) == before


def test_swap__without_the_tokens__says_what_the_account_holds(world):
    assert refused(world, f"market swap usdx --pay '10 USDX' --account TEST::{ANYBODY}") == (
        f"{world.people[ANYBODY]} holds 0 USDX, not 10 USDX: take less, or send it some first"
    )


def test_swap__price_turned_meanwhile__refused_by_the_contract(world, suite):
    """The limit is what protects: somebody else trades between the quote and the transaction."""
    client = open_client(suite.chain, Folder(world.home / "records"))
    mine = client.swap(world.people[MOVER], "usdx", world.dollar, 5 * USDX)
    world.do(f"market swap usdx --pay '10 USDX' --account TEST::{MOVER}")
    with pytest.raises(mdt.MDTError, match="market: below the minimum"):
        mine.send(LocalSigner(accounts(world.proxy.w3)[MOVER]))


# --- liquidity ---


def test_add__one_amount__the_other_follows_from_the_reserves(world):
    document = world.do(f"market add usdx '20 MDT' --account TEST::{MOVER}")
    assert document["quote"] | {"market": "usdx"} == document["quote"]
    assert (document["quote"]["tokens"], document["quote"]["paired"]) == (str(20 * MDT), str(5 * USDX))
    left = [
        coin.functions.allowance(world.people[MOVER], world.contract("markets/usdx").address).call()
        for coin in (world.contract("MDT"), world.proxy.w3.eth.contract(world.dollar, abi=world.contract("MDT").abi))
    ]
    assert left == [0, 0], "approved exactly"


def test_add_and_remove__at_once__no_more_than_was_put_in(world):
    added = world.do(f"market add usdx '40 MDT' '10 USDX' --account TEST::{MOVER}")["quote"]
    removed = world.do(f"market remove usdx '{int(added['shares'])} wei' --account TEST::{MOVER}")["quote"]
    assert int(removed["tokens"]) <= int(added["tokens"])
    assert int(removed["paired"]) <= int(added["paired"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("add usdx '20 MDT' '1 MDT'", "two amounts of MDT: a deposit has one of each token"),
        ("add usdx '20 MDT' '5 USDX' --one-sided", "--one-sided takes one amount, of the token that is deposited alone"),
        ("add usdx '200 MDT' --one-sided", "200 MDT of one token move the price of market usdx by 16.67%, above 5%: deposit less at once or both tokens"),
        ("add usdx '20 MDT' --salt x", "nothing is scheduled where the account acts itself"),
        ("remove usdx '1 shares'", "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955 holds 0.000499999999999 shares of market usdx, not 1 shares: withdraw less"),
        ("remove usdx 0%", "'0%' of 0.000499999999999 shares is nothing"),
        ("remove usdx half", "'half' is not an amount"),
        ("remove usdx all --from-treasury --to TEST::1", "what the treasury's shares bring goes to the treasury: leave out --to"),
        ("add usdx '20 MDT' --one-sided --from-treasury", "the treasury deposits both tokens and gets the shares: leave out --one-sided and --to"),
        ("collect usdx", "market usdx has nothing to collect: the protocol's part of its fees is 25%"),
        ("apply-fees usdx", "nothing is announced for market usdx"),
        ("withdraw-fees usdx", "nothing is announced for market usdx"),
        ("announce-fees usdx --fee 2%", "the fee of a swap is 0.01% to 1%, not 2% (--fee)"),
        ("announce-fees usdx --protocol 26%", "the protocol's part is at most 25% of the fee, not 26% (--protocol)"),
        ("announce-fees usdx --fee 0.3%", "market usdx: these fees are in force already"),
        ("sweep usdx --token MDT", "market usdx holds no MDT beyond its reserve: there is nothing to sweep"),
        ("sweep usdx --token EUR", "'EUR' is neither token of market usdx: write MDT or USDX (--token)"),
    ],
)
def test_market__call_that_would_be_refused__said_beforehand(world, text, words):
    assert refused(world, f"market {text} --account TEST::{MOVER}").startswith(words)


def test_market__empty__says_who_makes_the_price(world):
    world.do(f"market open other --token {world.dollar} --symbol USDX --decimals 6 --account TEST::{ANYBODY}")
    empty = "market other is empty: whoever deposits first makes its price (`mdt market add other`)"
    for text in ("quote other --pay '1 MDT'", f"add other '1 MDT' --account TEST::{MOVER}", f"swap other --pay '1 MDT' --account TEST::{MOVER}"):
        assert refused(world, f"market {text}") == empty
    dust = refused(world, f"market add other '1_000 wei' '1 USDX' --account TEST::{MOVER}")
    assert dust.startswith("'1_000 wei' is an amount of neither token")
    small = refused(world, f"market add other '0.000000000000000001 MDT' '0.000001 USDX' --account TEST::{MOVER}")
    assert small.startswith("0.000000000000000001 MDT and 0.000001 USDX are too little to open market other with: 1,000 of its smallest shares stay in it")
    assert "none yet" in said(world, "market list")


def test_open__address_looked_at_twice__another_token_refused(world):
    said_otherwise = refused(world, f"market open x --token {world.dollar} --symbol USDC --decimals 6 --account TEST::{ANYBODY}")
    assert said_otherwise.endswith("says that it is 'USDX' with 6 decimals, here it is USDC with 6: look at the address")
    assert refused(world, f"market open usdx --token {world.dollar} --symbol USDX --decimals 6 --account TEST::{ANYBODY}").startswith(
        "there is a market usdx already"
    )


# --- fees, and the treasury, by votes ---


def test_announce_fees__that_burn__the_token_lets_the_market_in_the_same_operation(world):
    made = world.do(f"market announce-fees usdx --fee 0.5% --protocol-to burn --account TEST::{PROPOSER}")
    assert [call["words"].partition("(")[0] for call in made["operation"]["calls"]] == ["MDT.set_burner", "LiquidityPool:usdx.announce_fees"]
    executed(world, made)
    waiting = world.do("market show usdx")["announced"]
    assert refused(world, f"market apply-fees usdx --account TEST::{ANYBODY}").startswith("the fees of market usdx can be applied from ")
    world.wait(7 * DAY)
    assert waiting["fees"] == {"fee_bps": 50, "protocol_bps": 2_500, "is_burned": True}
    world.do(f"market swap usdx --pay '10 USDX' --account TEST::{MOVER}")
    world.do(f"market apply-fees usdx --account TEST::{ANYBODY}")
    burned = world.contract("MDT").functions.total_burned().call()
    done = world.do(f"market collect usdx --account TEST::{ANYBODY}")
    (collected,) = [event for event in done["transactions"][0]["events"] if event["name"] == "Collected"]
    assert world.contract("MDT").functions.total_burned().call() - burned == int(collected["tokens"]) > 0
    found = world.do(f"deploy verify --preset {world.home / 'deposits.yaml'}")
    assert (found["ok"], found["differences"]) == (True, []), "whom the operation lets burn is explained by it"
    assert any("MDT.burner_reasons = LiquidityPool:usdx (transaction_fee)" in line and "operation 0x" in line for line in found["changed"])


def test_collect__burning_not_allowed__says_which_vote_it_takes(world):
    operation = world.do(
        f"governance schedule LiquidityPool:usdx announce_fees '{{fee_bps: 50 bps, protocol_bps: 25%, is_burned: true}}' --account TEST::{PROPOSER}"
    )
    executed(world, operation)
    world.wait(7 * DAY)
    world.do(f"market swap usdx --pay '10 USDX' --account TEST::{MOVER}")
    world.do(f"market apply-fees usdx --account TEST::{ANYBODY}")
    words = refused(world, f"market collect usdx --account TEST::{ANYBODY}")
    assert words.startswith("the token does not let market usdx burn, and its fees say so: a vote lets it (`mdt governance schedule MDT set_burner")
    executed(world, world.do(f"governance schedule MDT set_burner LiquidityPool:usdx transaction_fee --account TEST::{PROPOSER}"))
    world.do(f"market collect usdx --account TEST::{ANYBODY}")


def test_treasury__by_votes__deposits_and_takes_its_liquidity_out_again(world, suite):
    """Two votes that raise budgets, then one each: its tokens go in, its shares come back as both tokens."""
    treasury, mdt_, market = suite["Treasury"].address, world.contract("MDT"), world.contract("markets/usdx")
    dollar = world.proxy.w3.eth.contract(world.dollar, abi=mdt_.abi)
    dollar.functions.transfer(treasury, 50 * USDX).transact({"from": world.people[MOVER]})
    assert "a vote sets its budget of this token first (`mdt treasury budget 25 --token " in refused(
        world, f"market add usdx '100 MDT' '25 USDX' --from-treasury --account TEST::{PROPOSER}"
    )
    budgets = [f"treasury budget 100 --token {world.dollar}", f"treasury budget 1 --token {market.address}"]
    executed(world, *(world.do(f"{text} --account TEST::{PROPOSER}") for text in budgets))
    world.wait(61 * DAY)
    made = world.do(f"market add usdx '100 MDT' '25 USDX' --from-treasury --account TEST::{PROPOSER}")
    assert [call["words"].partition("(")[0] for call in made["operation"]["calls"]][-1] == "LiquidityPool:usdx.add"
    before = mdt_.functions.balanceOf(treasury).call()
    executed(world, made)
    shares = market.functions.balanceOf(treasury).call()
    assert shares == 5 * 10**13
    assert before - mdt_.functions.balanceOf(treasury).call() == 100 * MDT
    executed(world, world.do(f"market remove usdx all --from-treasury --account TEST::{PROPOSER}"))
    assert market.functions.balanceOf(treasury).call() == 0
    assert before - mdt_.functions.balanceOf(treasury).call() <= 1
    assert 50 * USDX - dollar.functions.balanceOf(treasury).call() <= 1


def test_verify__after_a_market_was_opened__nothing_differs(world):
    found = world.do(f"deploy verify --preset {world.home / 'deposits.yaml'}")
    assert found["ok"]
    assert any(line.startswith("LiquidityPool:usdx: code") for line in found["compared"])


# --- what strangers chose ---


@pytest.mark.parametrize("symbol", ["MDT", "US DX", "\x1b[2J", "USD.X", "wei", "shares", ""])
def test_paired_token__with_a_symbol_that_misleads__is_written_as_paired(suite, monkeypatch, symbol):
    """A stranger's token that calls itself MDT never stands beside our amounts as MDT."""
    market = Markets(suite).get("usdx")
    real = suite.chain.raw_call

    def raw_call(to, data, *more, **named):
        from eth_abi.abi import encode

        return encode(["string"], [symbol]) if data[:4] == keccak(text="symbol()")[:4] and to != suite["MDT"].address else real(to, data, *more, **named)

    monkeypatch.setattr(suite.chain, "raw_call", raw_call)
    assert market.unit == PAIRED
    assert market.show(1, 25 * USDX) == "25 paired"
    assert market.amount("25 paired") == (1, 25 * USDX)
    assert market.amount("25 MDT") == (0, 25 * MDT)


# --- the public face ---


def test_client__markets__figures_quotes_and_transactions(world, suite):
    client = open_client(suite.chain, Folder(world.home / "records"))
    (market,) = client.markets()
    assert (market.name, market.tokens, market.paired_reserve, market.price, market.fee_bps) == ("usdx", TOKENS, DOLLARS, Fraction(1, 4), 30)
    assert (market.paired, market.paired_unit.format(DOLLARS)) == (world.dollar, "250 USDX")
    quote = client.quote_swap("usdx", world.dollar, 5 * USDX)
    assert quote == mdt.SwapQuote(5 * USDX, amount_out(5 * USDX, DOLLARS, TOKENS, 30), 196)
    account, key = world.people[MOVER], LocalSigner(accounts(world.proxy.w3)[MOVER])
    before = client.balance(account)
    client.swap(account, "usdx", market.paired, 5 * USDX).send(key)
    assert client.balance(account) - before == quote.bought
    shares = client.suite.markets["LiquidityPool:usdx"].call("balanceOf", account)
    client.add_liquidity(account, "usdx", 10 * MDT, None).send(key)
    client.remove_liquidity(account, "usdx", shares).send(key)
    with pytest.raises(MarketError, match=f"{account} is no token of market usdx"):
        client.quote_swap("usdx", account, 1)
    with pytest.raises(MarketError, match="more than 1%"):
        client.swap(account, "usdx", market.paired, 5 * USDX, limits=mdt.Limits(impact_bps=100))


@pytest.mark.parametrize(
    ("fees", "words"),
    [
        (Fees(30, 0, True), "a fee of 0.3%, all of it goes to the holders of the shares"),
        (Fees(5, 2_500, True), "a fee of 0.05%, 25% of it is the protocol's, of which DCHAT is burned"),
        (Fees(5, 2_500, False), "a fee of 0.05%, 25% of it is the protocol's, of which DCHAT goes to the treasury"),
    ],
)
def test_fee_words__another_token__called_by_its_own_symbol(fees, words):
    assert fee_words(fees, "DCHAT") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(1, 4), "0.25"),
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(10**9), "1,000,000,000"),
        (Fraction(1, 10**9), "0.000000001"),
        (Fraction(123456789012345), "123,456,789,000,000"),
    ],
)
def test_significant__price__ten_digits(value, words):
    assert significant(value) == words


def test_limits__rounding__against_the_trader_never():
    limits = Limits(slippage_bps=50)
    assert (limits.least(1_001), limits.most(1_001)) == (995, 1_007), "at least is rounded down, at most up"

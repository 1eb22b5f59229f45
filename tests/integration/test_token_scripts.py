"""The token's life as people run it, `ape run token`, on the second economy of the presets, against a node that behaves as Luxtensor's does.

Pools, schedules and fees belong to the timelock there; a part of every payment burns.
"""

from __future__ import annotations

import json

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.chain import localchain
from tests.support.commands import QuickCommands
from tests.support.suite import to_block

DAY = 86_400
DELAY = 2 * DAY
ONE = 10**12
"""One DCHAT in its smallest unit."""
CENT = 10**4
"""Of the token that is paid with: six decimals."""
ANYBODY, GUARDIAN, PROPOSER, HOLDER, BUYER, OPERATOR = "TEST::5", "TEST::4", "TEST::6", "TEST::9", "TEST::7", "TEST::8"
PROPOSE, OPERATE, BUYS, HOLDS = (["--account", one] for one in (PROPOSER, OPERATOR, BUYER, HOLDER))
POOL = ["--pool-id", "2"]


@pytest.fixture(scope="module")
def commands(proxy, tmp_path_factory):
    """The suite is deployed and handed over to the timelock; one account holds the genesis."""
    commands = QuickCommands(proxy, tmp_path_factory.mktemp("commands"))
    named = [part for number in (1, 2, 3) for part in ("--reporter", f"TEST::{number}")]
    named += [part for name in ("validators", "relays", "development", "airdrop") for part in ("--holder", f"{name}={HOLDER}")]
    named += ["--proposer", PROPOSER, "--guardian", GUARDIAN, "--arbiter", OPERATOR, "--preset", "dchat", "--block-time", "6 seconds"]
    commands.json("deploy", "--account", "TEST::0", *named)
    return commands


@pytest.fixture(scope="module")
def dollar(commands, proxy, people):
    """A token to pay with, six decimals, of which the buyer has 1,000: made of the very code that the suite's own was deployed with."""
    w3, record = proxy.w3, json.loads((commands.home / "records" / "MDT.json").read_text())
    initcode = w3.eth.get_transaction(record["tx_hash"])["input"].hex().removesuffix(record["constructor_encoded"].removeprefix("0x"))
    made = w3.eth.contract(abi=record["abi"], bytecode=initcode)
    mine = {"from": people[3]}
    created = made.constructor("Dollar", "USDX", 6, [10**12, 0, 0, 0, 0], 14 * DAY, people[3], people[3]).transact(mine)
    token = w3.eth.contract(w3.eth.wait_for_transaction_receipt(created)["contractAddress"], abi=record["abi"])
    token.functions.propose_minter(people[3], 0, 1, 10**12, 10**12, DAY).transact(mine)
    token.functions.grant_minter(people[3]).transact(mine)
    token.functions.mint(people[7], 100_000 * CENT, 0).transact(mine)
    return token


@pytest.fixture(scope="module")
def pool(commands):
    """Pool 2 of the documents' own figures: 10,000 out of the treasury."""
    name = ["--name", "Digital Goods", "--operator", OPERATOR]
    executed(commands, commands.json("token", "create-pool", *name, "--initial-amount", "10_000", *PROPOSE))
    return commands


def wait(commands, seconds: int = DELAY) -> None:
    """Time without blocks."""
    localchain.advance(commands.proxy.w3, 1, seconds)


def executed(commands, scheduled: dict) -> list[dict]:
    """Wait until an operation is ready, have anybody execute it; the events."""
    wait(commands)
    done = commands.json("governance", "execute", scheduled["operation"]["id"], "--account", ANYBODY)
    return done["transactions"][0]["events"]


def functions(document: dict) -> list[str]:
    """What is called, in order: of an operation, of a dry run, of transactions."""
    rows = document["operation"]["calls"] if "operation" in document else document.get("calls", document.get("transactions"))
    return [one["function"] for one in rows]


def named(document: dict, name: str) -> dict:
    (found,) = [event for one in document["transactions"] for event in one["events"] if event["name"] == name]
    return found


def balance(commands, account: str) -> int:
    return int(commands.json("token", "balance", account)["balance"])


def books(commands, number: str = "2") -> tuple[int, int]:
    """Available and reserved, in whole tokens."""
    found = commands.json("token", "pool-info", "--pool-id", number)
    return int(found["available"]) // ONE, int(found["reserved"]) // ONE


# --- supply ---


def test_stats__the_documents_economy__their_lines_and_numbers(commands):
    stats = commands.json("token", "stats")
    assert (stats["symbol"], stats["cap"], stats["total_supply"]) == ("DCHAT", str(10**12 * ONE), str(10**11 * ONE))
    assert (stats["total_minted"], stats["total_burned"], stats["issued_bps"]) == (str(10**11 * ONE), "0", 1_000)
    assert stats["circulating_supply"] == str(65 * 10**9 * ONE)  # less treasury and pools
    assert sum(int(held) for held in stats["set_aside"].values()) == 35 * 10**9 * ONE
    economics = stats["economics"]
    assert (economics["inflation_per_block"], economics["inflation_bps"], economics["blocks_per_year"]) == (str(951 * ONE), 500, 5_256_000)
    assert economics["inflation_per_year"] == str(951 * 5_256_000 * ONE)
    assert economics["burn_bps"] == {"gas": 5_000, "sale": 0, "slash": 10_000, "registration": 10_000, "unmet_quota": 10_000, "transfer": 100}
    assert stats["marketplace"] == {"total": str(10**10 * ONE), "available": str(10**10 * ONE), "reserved": "0", "active_pools": 1}
    lines = [" ".join(line.replace("│", " ").split()) for line in commands.run("token", "stats").stdout.splitlines()]
    for line in (
        "Circulating Supply 65,000,000,000 DCHAT the total less what treasury, vesting, pools, schedules and the token itself hold",
        "Total Supply 100,000,000,000 DCHAT minted less burned",
        "Total Burned 0 DCHAT",
        "Max Supply 1,000,000,000,000 DCHAT 10.00% issued",
        "Total Pool Liquidity 10,000,000,000 DCHAT",
        "Active Pools 1",
        "Burn Rate, transfer 1.00% as transaction fee",
    ):
        assert line in lines
    (inflation,) = [line for line in lines if line.startswith("Inflation Rate")]
    assert inflation.startswith("Inflation Rate 5.00% 951 DCHAT a block by schedules, 4,998,456,000 DCHAT a year, from block ")


def test_balance__all_that_an_account_has__by_argument_or_user_id(commands, people):
    found = commands.json("token", "balance", "--user-id", people[9])
    assert found == commands.json("token", "balance", HOLDER)
    nothing = {"staked": "0", "unbonding": "0", "pending_rewards": "0", "vested": "0", "vesting": "0"}
    whole = str(65 * 10**9 * ONE)
    assert found == {"account": people[9], "balance": whole, **nothing, "total_assets": whole}
    shown = commands.run("token", "balance", HOLDER).stdout
    assert [word for word in ("Wallet Balance", people[9], "Staked", "Pending Rewards", "Vested, To Claim", "Total Assets") if word not in shown] == []
    assert shown.count("65,000,000,000 DCHAT") == 2
    assert "give ACCOUNT once" in commands.error("token", "balance", HOLDER, "--user-id", people[9])


def test_mint__without_a_grant_then_with_one__refused_in_words_then_minted(commands, people):
    mint = ["token", "mint", "--amount", "600", "--reason", "airdrop", "--recipient", BUYER]
    refused = commands.error(*mint, *BUYS)
    assert f"propose_minter {people[7]} BUCKET REASON LIFETIME_CAP WINDOW_CAP WINDOW" in refused
    assert "after 14 days in public" in refused
    propose = ["governance", "schedule", "MDT", "propose_minter", BUYER, "block_emission", "airdrop+inflation", "1_000 DCHAT", "700 DCHAT", "1 day", *PROPOSE]
    executed(commands, commands.json(*propose))
    assert "it is proposed, and can be granted from" in commands.error(*mint, *BUYS)
    wait(commands, 14 * DAY)
    executed(commands, commands.json("governance", "schedule", "MDT", "grant_minter", BUYER, *PROPOSE))
    assert "may mint for inflation, airdrop, not for genesis" in commands.error("token", "mint", "--amount", "1", "--reason", "genesis", *BUYS)
    assert "may mint 700 DCHAT until" in commands.error("token", "mint", "--amount", "701", "--reason", "inflation", *BUYS)
    assert "and 1,000 DCHAT in all, out of block_emission" in commands.error("token", "mint", "--amount", "701", "--reason", "inflation", *BUYS)
    assert "nobody has its key" in commands.error("token", "mint", "--amount", "1", "--reason", "airdrop", "--recipient", ZERO_ADDRESS, *BUYS)
    assert "'-1' is not an amount" in commands.error("token", "mint", "--amount", "-1", "--reason", "airdrop", *BUYS)
    dry = commands.json(*mint, *BUYS, "--dry-run")
    assert (functions(dry), dry["calls"][0]["arguments"], balance(commands, BUYER)) == (["mint"], [people[7], str(600 * ONE), 5], 0)
    assert named(commands.json(*mint, *BUYS), "Minted")["amount"] == str(600 * ONE)
    wait(commands, DAY)
    assert "400 DCHAT more in all, out of block_emission" in commands.error(*mint, *BUYS)
    assert "400 DCHAT minted to" in commands.run("token", "mint", "--amount", "400", "--reason", "inflation", "--recipient", BUYER, *BUYS).stdout
    history = commands.json("token", "mint-history", "--limit", "2")["records"]
    assert [(one["reason"], one["amount"]) for one in history] == [("inflation", str(400 * ONE)), ("airdrop", str(600 * ONE))]


def test_burn__voluntary_for_all__other_reasons_for_who_is_entitled(commands, people):
    burn = ["token", "burn", "--amount", "100"]
    assert "no other reason to burn than voluntary, not deflation" in commands.error(*burn, "--reason", "deflation", *HOLDS)
    assert "not transaction fee" in commands.error(*burn, "--reason", "fee", *HOLDS)
    assert "holds 0 DCHAT, not 100 DCHAT: burn less" in commands.error(*burn, "--account", ANYBODY)
    assert "are two accounts" in commands.error(*burn, "--user-id", people[9], "--account", ANYBODY)
    assert "no account with the address" in commands.error(*burn, "--user-id", commands.json("treasury", "show")["treasury"])
    assert functions(commands.json(*burn, *HOLDS, "--dry-run")) == ["burn"]
    burned = named(commands.json(*burn, "--user-id", people[9]), "Burned")
    assert (burned["holder"], burned["reason"], burned["amount"]) == (people[9], 3, str(100 * ONE))
    executed(commands, commands.json("governance", "schedule", "MDT", "set_burner", HOLDER, "deflation", *PROPOSE))
    assert "100 DCHAT of" in commands.run(*burn, "--reason", "deflation", *HOLDS).stdout
    history = commands.json("token", "burn-history")["records"]
    assert [(one["reason"], one["amount"]) for one in history] == [("deflation", str(100 * ONE)), ("voluntary", str(100 * ONE))]


# --- payments ---


def test_transfer__through_the_desk__the_documents_figures(commands, people):
    pay = ["token", "transfer", "--from", people[9], "--to", people[1], "--amount"]
    dry = commands.json(*pay, "1_000", "--dry-run")
    assert (functions(dry), dry["burned"], dry["received"], dry["through"]) == (["approve", "pay"], str(10 * ONE), str(990 * ONE), "FeeDesk")
    assert dry["calls"][0]["arguments"][1] == str(1_000 * ONE)
    assert "990 DCHAT received, 10 DCHAT burned" in commands.run(*pay, "1_000", "--dry-run").stdout
    for amount, received in (("1_000 DCHAT", 990 * ONE), ("500", 495 * ONE), ("99 wei", 99)):
        before = balance(commands, people[1])
        done = commands.json(*pay, amount)
        assert functions(done) == ["approve", "pay"]
        assert (balance(commands, people[1]) - before, done["received"]) == (received, str(received))
    assert "990 DCHAT received by" in commands.run("token", "transfer", people[1], "1_000", *HOLDS).stdout
    records = commands.json("token", "burn-history", "--limit", "2")["records"]
    assert [(one["reason"], one["amount"]) for one in records] == [("transaction_fee", str(10 * ONE)), ("transaction_fee", str(5 * ONE))]


def test_transfer__plain__burns_nothing(commands, people):
    before = balance(commands, people[1])
    sent = commands.json("token", "transfer", people[1], "1_000", "--plain", *HOLDS)
    assert {"from", "to", "amount", "dry_run", "transactions"} == set(sent)
    assert functions(sent) == ["transfer"]
    assert balance(commands, people[1]) - before == 1_000 * ONE
    assert "would send 1 DCHAT from" in commands.run("token", "transfer", people[1], "1", "--plain", "--dry-run", *HOLDS).stdout


def test_transfer__bad_input__refused_before_anything_is_signed(commands, people):
    height = commands.proxy.w3.eth.block_number
    assert "give AMOUNT once" in commands.error("token", "transfer", people[1], "1", "--amount", "1", *HOLDS)
    assert "give TO once" in commands.error("token", "transfer", "--amount", "1", *HOLDS)
    assert "has the unit 'MDT'; write an amount such as '12.5 DCHAT'" in commands.error("token", "transfer", people[1], "1 MDT", *HOLDS)
    assert "is nothing" in commands.error("token", "transfer", people[1], "0", *HOLDS)
    assert "holds 0 DCHAT, not 1 DCHAT: send less" in commands.error("token", "transfer", people[1], "1", "--account", ANYBODY)
    assert "nobody has its key" in commands.error("token", "transfer", ZERO_ADDRESS, "1", *HOLDS)
    assert "FeeDesk cannot be paid" in commands.error("token", "transfer", "FeeDesk", "1", *HOLDS)
    for lost in ("Staking", "Slasher", "Vesting"):
        assert f"{lost} counts no plain transfers" in commands.error("token", "transfer", lost, "1", *HOLDS)
    assert commands.proxy.w3.eth.block_number == height


def test_fees__table_deposits_and_terms__what_burns_and_where_the_rest_goes(commands, people):
    rows = {one["fee"]: one for one in commands.json("token", "fees")["fees"]}
    assert [(name, one["burn_bps"]) for name, one in rows.items()][-3:] == [("registration", 10_000), ("unmet_quota", 10_000), ("transfer", 100)]
    assert (rows["transfer"]["totals"]["burned"], rows["gas"]["totals"]) == (str(25 * ONE), None)  # 10 + 5 + 0 + 10
    deposit = ["token", "deposit-fee", "--kind", "registration", *HOLDS, "--amount"]
    assert "a registration is at least 1 DCHAT here, not 0.5 DCHAT" in commands.error(*deposit, "0.5")
    assert "not for nobody" in commands.error(*deposit, "1", "--for", ZERO_ADDRESS)
    assert "holds 0 DCHAT" in commands.error("token", "deposit-fee", "--kind", "unmet-quota", "--amount", "1", "--account", ANYBODY)
    change = ["token", "set-fee", "--kind", "registration", *PROPOSE]
    assert "are these already" in commands.error(*change, "--burn", "100%")
    assert "at most 100,000,000 DCHAT" in commands.error(*change, "--least", "100_000_001")
    assert "at most 10% burns, not 11%" in commands.error("token", "set-fee", "--kind", "transfer", "--burn", "11%", *PROPOSE)
    assert "is the payee's" in commands.error("token", "set-fee", "--kind", "transfer", "--rest", "treasury", *PROPOSE)
    executed(commands, commands.json(*change, "--burn", "25%", "--rest", "treasury"))
    paid = commands.json(*deposit, "10", "--for", BUYER)
    assert (paid["burned"], paid["passed_on"], named(paid, "Deposited")["account"]) == (str(25 * ONE // 10), str(75 * ONE // 10), people[7])
    shown = commands.run("token", "fees").stdout
    assert [word for word in ("unmet quota", "the payee", "the buyer", "25%", "RecyclingPool", "Treasury") if word not in shown] == []


# --- pools ---


def test_create_pool__out_of_the_treasury__one_operation(pool):
    assert [(one["pool_id"], one["name"], one["total"]) for one in pool.json("token", "list-pools")["pools"]] == [
        (1, "Marketplace", str(10**10 * ONE)),
        (2, "Digital Goods", str(10_000 * ONE)),
    ]
    shown = [" ".join(line.replace("│", " ").split()) for line in pool.run("token", "list-pools").stdout.splitlines()]
    assert "Marketplace Liquidity Pools (2)" in shown
    assert "2 Digital Goods 10,000 DCHAT 10,000 DCHAT 0 DCHAT" in shown
    assert "Total 10,000,010,000 DCHAT 10,000,010,000 DCHAT 0 DCHAT" in shown


def test_create_pool__bad_input__refused(pool):
    assert "Invalid value for '--name': it is empty" in pool.run("token", "create-pool", "--name", "", *PROPOSE, fails=True).stderr
    assert "has 65 bytes" in pool.error("token", "create-pool", "--name", "x" * 65, *PROPOSE)
    assert "nobody has its key" in pool.error("token", "create-pool", "--name", "x", "--operator", ZERO_ADDRESS, *PROPOSE)
    assert "may not propose" in pool.error("token", "create-pool", "--name", "x", "--account", ANYBODY)
    dry = pool.json("token", "create-pool", "--name", "x", "--initial-amount", "5", *PROPOSE, "--dry-run")
    assert (functions(dry), dry["dry_run"], dry["warnings"]) == (["spend", "create_pool"], True, [])  # tried in order


def test_create_pool__another_came_in_between__the_filling_is_its_own(pool):
    """No operation names the number of a pool that is not there yet: the money would go to whoever has that number."""
    planned = pool.json("token", "create-pool", "--name", "Stickers", "--initial-amount", "100", *PROPOSE)
    executed(pool, pool.json("token", "create-pool", "--name", "[/b] Features", *PROPOSE))
    executed(pool, planned)
    found = {one["name"]: (one["pool_id"], int(one["total"]) // ONE) for one in pool.json("token", "list-pools")["pools"]}
    assert (found["[/b] Features"], found["Stickers"]) == ((3, 0), (4, 100))
    assert "│ [/b] Features │" in pool.run("token", "list-pools").stdout


def test_replenish_pool__by_account_and_treasury__approved_exactly(pool):
    replenish = ["token", "replenish-pool", *POOL, "--amount"]
    assert "there is no pool 9: numbers go from 1 to 4" in pool.error("token", "replenish-pool", "--pool-id", "9", "--amount", "1", *HOLDS)
    below = pool.run("token", "replenish-pool", "--pool-id", "-1", "--amount", "1", *HOLDS, fails=True)
    assert "'--pool-id': '-1' is not a plain whole number" in below.stderr
    assert "holds 0 DCHAT" in pool.error(*replenish, "1", "--account", ANYBODY)
    assert "or add --from-treasury" in pool.error(*replenish, "1", "--salt", "x", *HOLDS)
    assert functions(pool.json(*replenish, "7", *HOLDS, "--dry-run")) == ["approve", "replenish"]
    assert named(pool.json(*replenish, "7", *HOLDS), "Replenished")["amount"] == str(7 * ONE)
    scheduled = pool.json(*replenish, "3", "--from-treasury", *PROPOSE)
    assert functions(scheduled) == ["spend", "absorb"]
    executed(pool, scheduled)
    assert books(pool) == (10_010, 0)


def test_allocations__released_cancelled_expired__and_every_refusal(pool, people):
    allocate = ["token", "allocate", *POOL, "--buyer", BUYER, "--amount"]
    assert "may not propose" in pool.error("token", "allocate", "--pool-id", "1", "--buyer", BUYER, "--amount", "1", *OPERATE)
    assert "nothing is scheduled" in pool.error(*allocate, "1", "--salt", "x", *OPERATE)
    assert f"not by {people[7]}: use that account" in pool.error(*allocate, "1", *BUYS)
    assert "has 10,010 DCHAT available, not 10,011 DCHAT" in pool.error(*allocate, "10_011", *OPERATE)
    assert "runs 1 hour to 90 days, not 59 minutes" in pool.error(*allocate, "1", "--expires", "59 minutes", *OPERATE)
    assert "nobody has its key" in pool.error("token", "allocate", *POOL, "--buyer", ZERO_ADDRESS, "--amount", "1", *OPERATE)
    assert "nothing was ever allocated" in pool.error("token", "release", "1", *OPERATE)
    assert "would set 500 DCHAT of pool 2 (Digital Goods) aside" in pool.run(*allocate, "500", *OPERATE, "--dry-run").stdout
    assert named(pool.json(*allocate, "500", *OPERATE), "Allocated")["allocation_id"] == 1
    assert books(pool) == (9_510, 500)
    pool.json(*allocate, "10", "--expires", "1 hour", *OPERATE)
    assert "allocation 3: 20 DCHAT of pool 2 for" in pool.run(*allocate, "20", *OPERATE).stdout
    shown = pool.run("token", "pool-info", *POOL).stdout
    assert "Open Allocations (3)" in shown
    assert [one["allocation_id"] for one in pool.json("token", "pool-info", *POOL)["open_allocations"]] == [1, 2, 3]
    # the buyer gets all of it: nothing of a sale burns here
    before = balance(pool, BUYER)
    assert "is operated by" in pool.error("token", "release", "1", *BUYS)
    assert named(pool.json("token", "release", "1", *OPERATE), "Released")["received"] == str(500 * ONE)
    assert balance(pool, BUYER) - before == 500 * ONE
    assert "allocation 1 is released already" in pool.error("token", "release", "1", *OPERATE)
    assert "allocation 1 is released already" in pool.error("token", "cancel", "1", *OPERATE)
    # an hour later
    assert "runs until" in pool.error("token", "expire", "2", "--account", ANYBODY)
    wait(pool, 3_600)
    assert "allocation 2 expired at" in pool.error("token", "release", "2", *OPERATE)
    assert functions(pool.json("token", "expire", "2", "--account", ANYBODY, "--dry-run")) == ["expire"]
    assert named(pool.json("token", "expire", "2", "--account", ANYBODY), "Expired")["amount"] == str(10 * ONE)
    assert "is operated by" in pool.error("token", "cancel", "3", "--account", ANYBODY)
    assert "allocation 3: 20 DCHAT available again in pool 2" in pool.run("token", "cancel", "3", *OPERATE).stdout
    assert books(pool) == (9_510, 0)
    assert "there is no allocation 4: numbers go from 1 to 3" in pool.error("token", "expire", "4", "--account", ANYBODY)


def test_operator__is_the_timelock__its_calls_are_scheduled(pool, people):
    """Pool 1 is operated by the timelock since the deployment: allocating, releasing and cancelling are operations."""
    buyer, first = ["--buyer", BUYER], ["--pool-id", "1"]
    made = pool.json("token", "allocate", *first, *buyer, "--amount", "50", "--expires", "3 days", *PROPOSE)
    assert (functions(made), made["warnings"]) == (["allocate"], [])
    assert named({"transactions": [{"events": executed(pool, made)}]}, "Allocated")["allocation_id"] == 4
    release = pool.json("token", "release", "4", *PROPOSE)
    assert (functions(release), release["warnings"]) == (["release"], [])
    late = pool.error("token", "release", "4", "--delay", "3 days", *PROPOSE)
    assert "before the timelock can release it at" in late
    before = balance(pool, BUYER)
    executed(pool, release)
    assert balance(pool, BUYER) - before == 50 * ONE
    executed(pool, pool.json("token", "allocate", *first, *buyer, "--amount", "7", "--expires", "3 days", *PROPOSE))
    cancel = pool.json("token", "cancel", "5", *PROPOSE)
    executed(pool, cancel)
    assert books(pool, "1")[1] == 0
    assert "has no terms of sale" in pool.error("token", "set-price", *first, "--price", "1", *PROPOSE)


def test_sale__bought_with_another_token__in_its_own_units(pool, dollar, people):
    buy = ["token", "buy", *POOL, *BUYS, "--amount"]
    assert "is not for sale: the owner has set no terms" in pool.error(*buy, "1")
    assert "has no terms of sale" in pool.error("token", "set-price", *POOL, "--price", "1", *OPERATE)
    terms = ["token", "set-sale", *POOL, "--payment-token", dollar.address, *PROPOSE]
    assert "needs --payment-token and --price" in pool.error(*terms)
    assert "'1 DCHAT' has the unit 'DCHAT'" in pool.error(*terms, "--price", "1 DCHAT")
    assert "got 0.3 USDX <= 0.25 USDX <= 0.5 USDX" in pool.error(*terms, "--price", "0.25", "--min-price", "0.3", "--max-price", "0.5")
    assert "DCHAT is what is sold" in pool.error("token", "set-sale", *POOL, "--payment-token", "MDT", "--price", "1", *PROPOSE)
    assert "leave them out" in pool.error(*terms, "--price", "1", "--end")
    limits = ["--min-price", "0.2", "--max-price", "0.5", "--max-per-purchase", "1_000", "--max-per-day", "1_500"]
    executed(pool, pool.json(*terms, "--price", "0.25 USDX", *limits))
    assert "these terms are in force already" in pool.error(*terms, "--price", "0.25", *limits)
    shown = pool.run("token", "pool-info", *POOL).stdout
    assert "0.25 USDX (0.2 USDX to 0.5 USDX)" in shown
    quote = pool.json("token", "quote", *POOL, "--amount", "100")
    assert (quote["payment"], quote["payment_symbol"], quote["received"], quote["burned"]) == (str(2_500 * CENT), "USDX", str(100 * ONE), "0")
    assert "100 DCHAT of pool 2 (Digital Goods) cost 25 USDX: 100 DCHAT received" in pool.run("token", "quote", *POOL, "--amount", "100").stdout
    assert "sells at most 1,000 DCHAT at once" in pool.error(*buy, "1_001")
    assert "above --max-payment 24 USDX" in pool.error(*buy, "100", "--max-payment", "24 USDX")
    assert "holds 0 USDX, not 25 USDX" in pool.error("token", "buy", *POOL, "--amount", "100", "--account", ANYBODY)
    dry = pool.json(*buy, "100", "--max-payment", "30", "--dry-run")
    assert (functions(dry), dry["calls"][0]["arguments"][1], dry["quote"]["payment"]) == (["approve", "buy"], str(3_000 * CENT), str(2_500 * CENT))
    before = balance(pool, BUYER)
    bought = pool.json(*buy, "600")
    assert (named(bought, "Bought")["payment"], named(bought, "Bought")["received"]) == (str(15_000 * CENT), str(600 * ONE))
    assert balance(pool, BUYER) - before == 600 * ONE
    assert dollar.functions.balanceOf(people[7]).call() == 85_000 * CENT
    assert f"900 DCHAT bought from pool 2 for {people[7]}: 225 USDX paid to the treasury" in pool.run(*buy, "900").stdout
    assert "may buy 0 DCHAT more of pool 2 (Digital Goods) today" in pool.error(*buy, "1")
    # the operator moves the price
    price = ["token", "set-price", *POOL, "--price"]
    assert "is operated by" in pool.error(*price, "0.3", *BUYS)
    assert "is 0.2 USDX to 0.5 USDX, or 0 to stop selling; not 0.6 USDX" in pool.error(*price, "0.6", *OPERATE)
    assert "is 0.25 USDX already" in pool.error(*price, "0.25", *OPERATE)
    pool.json(*price, "0.3", *OPERATE)
    assert pool.json("token", "quote", *POOL, "--amount", "10")["payment"] == str(300 * CENT)
    pool.json(*price, "0", *OPERATE)
    assert "its operator has stopped selling" in pool.error("token", "quote", *POOL, "--amount", "10")
    executed(pool, pool.json("token", "set-sale", *POOL, "--end", *PROPOSE))
    assert "is not for sale anyway" in pool.error("token", "set-sale", *POOL, "--end", *PROPOSE)


def test_sale__payment_token_that_does_not_say_how_it_is_counted__hides_no_books_and_can_be_stopped(pool, tmp_path):
    """A token can break after it was voted for: its pool is still shown, and its operator still stops selling."""
    treasury = json.loads((pool.home / "records" / "Treasury.json").read_text())["address"]
    terms = {"payment_token": treasury, "min_price": "5", "max_price": "50", "max_per_purchase": "100 wei", "max_per_day": "200 wei"}
    calls = tmp_path / "calls.yaml"
    calls.write_text(json.dumps([{"contract": "ReservePools", "function": "set_sale", "arguments": {"pool_id": "2", "terms": terms, "price": "7"}}]))
    executed(pool, pool.json("governance", "schedule", "--file", str(calls), *PROPOSE))
    shown = " ".join(pool.run("token", "pool-info", *POOL).stdout.split())
    assert "7 (5 to 50) of the payment token's smallest unit for 10^18 wei: there is no token at" in shown
    assert pool.json("token", "pool-info", *POOL)["sale"]["price"] == "7"
    pool.json("token", "set-price", *POOL, "--price", "0", *OPERATE)
    assert pool.json("token", "pool-info", *POOL)["sale"]["price"] == "0"
    executed(pool, pool.json("token", "set-sale", *POOL, "--end", "--salt", "broken", *PROPOSE))


# --- schedules ---


def test_create_schedule__bad_input__refused(pool):
    create = ["token", "create-schedule", *PROPOSE, "--amount", "10"]
    relays = [*create, "--recipient-type", "relays"]
    assert "give --recipient" in pool.error(*relays, "--interval-blocks", "10")
    paid = [*relays, "--recipient", BUYER]
    assert "0 blocks are no interval" in pool.error(*paid, "--interval-blocks", "0")
    assert "9 blocks are no duration: at least one interval of 10" in pool.error(*paid, "--interval-blocks", "10", "--duration-blocks", "9")
    assert "block 1 will have passed" in pool.error(*paid, "--interval-blocks", "10", "--start-block", "1")
    assert "is too far off" in pool.error(*paid, "--interval-blocks", "10", "--start-block", "20_000_000".replace("_", ""))
    assert "relays have no pool" in pool.error(*paid, "--interval-blocks", "10", "--pool-id", "1")
    assert "nobody has its key" in pool.error(*relays, "--recipient", ZERO_ADDRESS, "--interval-blocks", "10")
    market = [*create, "--recipient-type", "marketplace", "--interval-blocks", "10"]
    assert "give --pool-id, not --recipient" in pool.error(*market, "--recipient", BUYER)
    assert "say which pool is paid: give --pool-id, one of 1, 2, 3" in pool.error(*market)
    assert "there is no pool 9" in pool.error(*market, "--pool-id", "9")
    dry = pool.json(*create, "--recipient-type", "validators", "--interval-blocks", "10", "--dry-run")
    assert "recipient=Staking" in dry["operation"]["calls"][0]["words"]
    assert "too long an interval for Staking" in pool.error(*create, "--recipient-type", "validators", "--interval-blocks", "10000000")
    assert "Staking is paid for validators only" in pool.error(*relays, "--recipient", "Staking", "--interval-blocks", "10")


def test_process_inflation__pays_what_is_due__and_says_what_is_not_paid_and_why(pool, people):
    head = pool.proxy.w3.eth.block_number
    begin = head + 50_000
    common = ["--interval-blocks", "100", "--start-block", str(begin), *PROPOSE]
    funded = ["token", "create-schedule", "--recipient-type", "relays", "--recipient", people[1], "--amount", "10", "--funded", "--duration-blocks", "1000"]
    minted = ["token", "create-schedule", "--recipient-type", "marketplace-liquidity", *POOL, "--amount", "5", *common]
    first, second = pool.json(*funded, *common), pool.json(*minted)
    executed(pool, first)
    executed(pool, second)
    assert "schedule 3 is paid by minting" in pool.error("token", "fund-schedule", "--schedule-id", "3", "--amount", "1", *HOLDS)
    assert "there is no schedule 4: numbers go from 1 to 3" in pool.error("token", "fund-schedule", "--schedule-id", "4", "--amount", "1", *HOLDS)
    assert "holds 0 DCHAT" in pool.error("token", "fund-schedule", "--schedule-id", "2", "--amount", "1", "--account", ANYBODY)
    fund = pool.json("token", "fund-schedule", "--schedule-id", "2", "--amount", "20", *HOLDS)
    assert (functions(fund), named(fund, "Funded")["amount"]) == (["approve", "fund"], str(20 * ONE))
    grant = pool.json("token", "fund-schedule", "--schedule-id", "2", "--amount", "15", "--from-treasury", *PROPOSE)
    assert (functions(grant), grant["warnings"]) == (["spend", "approve", "fund"], [])
    assert "is paid by minting" in pool.error("token", "fund-schedule", "--schedule-id", "3", "--amount", "1", "--from-treasury", *PROPOSE)
    executed(pool, grant)
    assert pool.json("token", "schedule-info", "--schedule-id", "2")["funds"] == str(35 * ONE)
    assert pool.json("governance", "read", "MDT", "allowance", "Timelock", "DistributionSchedules")["answer"] in (0, "0")
    to_block(pool.proxy.w3, begin + 500)
    process = ["token", "process-inflation", "--account", ANYBODY]
    dry = pool.json(*process, "--dry-run")
    assert [one["paid"] for one in dry["schedules"]][1:] == [str(30 * ONE), str(25 * ONE)]
    before = balance(pool, people[1]), books(pool)[0]
    done = pool.json(*process)
    rows = {one["schedule_id"]: one for one in done["schedules"]}
    assert (rows[2]["paid"], rows[2]["intervals"], rows[2]["unpaid"]) == (str(30 * ONE), 3, str(20 * ONE))
    assert rows[2]["why"] == "out of funds: 5 DCHAT left (`mdt token fund-schedule`)"
    assert (rows[3]["paid"], rows[3]["unpaid"], rows[3]["why"]) == (str(25 * ONE), "0", "")
    assert rows[1]["paid"] == str(951 * rows[1]["intervals"] * ONE)
    assert (balance(pool, people[1]) - before[0], books(pool)[0] - before[1]) == (30 * ONE, 25)
    assert done["paid"] == str(sum(int(one["paid"]) for one in rows.values()))
    shown = [" ".join(line.replace("│", " ").split()) for line in pool.run(*process, "--schedule-id", "3").stdout.splitlines()]
    assert f"nothing is due at block {pool.proxy.w3.eth.block_number:,}" in shown
    assert f"3 marketplace, pool 2 0 0 DCHAT 0 DCHAT nothing is due before block {begin + 600:,}" in shown
    again = {one["schedule_id"]: one for one in pool.json(*process)["schedules"]}
    assert (again[2]["paid"], again[2]["unpaid"]) == ("0", str(20 * ONE))
    listed = pool.run("token", "list-schedules").stdout
    assert [
        word for word in ("treasury: RecyclingPool", "951 DCHAT every block", "5 DCHAT every 100 blocks", "20 DCHAT", "minted", "running") if word not in listed
    ] == []
    info = pool.run("token", "schedule-info", "--schedule-id", "2").stdout
    assert [word for word in ("20 DCHAT (2 intervals)", "5 DCHAT of 35 DCHAT handed in", f"block {begin + 1_000:,}", "out of funds") if word not in info] == []


def test_schedules__changed_paused_resumed_cancelled__by_the_owner(pool):
    third = ["--schedule-id", "3", *PROPOSE]
    assert "pays 5 DCHAT every 100 blocks already" in pool.error("token", "change-schedule", "--amount", "5", "--interval-blocks", "100", *third)
    executed(pool, pool.json("token", "change-schedule", "--amount", "8", "--interval-blocks", "200", *third))
    assert "8 DCHAT every 200 blocks, from block" in pool.run("token", "schedule-info", "--schedule-id", "3").stdout
    assert "is not paused" in pool.error("token", "resume-schedule", *third)
    executed(pool, pool.json("token", "pause-schedule", *third))
    assert "is paused already" in pool.error("token", "pause-schedule", *third)
    to_block(pool.proxy.w3, pool.proxy.w3.eth.block_number + 300)
    (row,) = pool.json("token", "process-inflation", "--schedule-id", "3", *PROPOSE)["schedules"]
    assert (row["paid"], row["why"]) == ("0", "paused")
    executed(pool, pool.json("token", "resume-schedule", *third))
    cancel = pool.json("token", "cancel-schedule", "--schedule-id", "2", *PROPOSE)
    executed(pool, cancel)
    assert "schedule 2 is cancelled for good" in pool.error("token", "fund-schedule", "--schedule-id", "2", "--amount", "1", *HOLDS)
    (row,) = pool.json("token", "process-inflation", "--schedule-id", "2", *PROPOSE)["schedules"]
    assert row["why"] == "cancelled"


# --- who owns the pools itself ---


def test_owner__is_an_account__sends_at_once_and_fills_from_its_own(pool, people):
    executed(pool, pool.json("governance", "schedule", "ReservePools", "transfer_ownership", HOLDER, *PROPOSE))
    pool.json("governance", "call", "ReservePools", "accept_ownership", *HOLDS)
    made = pool.json("token", "create-pool", "--name", "Own", "--initial-amount", "40", *HOLDS)
    assert functions(made) == ["transfer", "create_pool"]
    created = named(made, "PoolCreated")
    assert (created["pool_id"], created["name_"], books(pool, "5")) == (5, "Own", (40, 0))
    assert "which is neither" in pool.error("token", "create-pool", "--name", "Other", *PROPOSE)
    own = ["--pool-id", "5"]
    assert "name another account" in pool.error("token", "set-operator", *own, "--operator", HOLDER, *HOLDS)
    pool.json("token", "set-operator", *own, "--operator", OPERATOR, *HOLDS)
    pool.json("token", "allocate", *own, "--buyer", BUYER, "--amount", "15", *OPERATE)
    assert "has 15 DCHAT reserved: first release, cancel or expire allocations 6" in pool.error("token", "close-pool", *own, *HOLDS)
    pool.json("token", "cancel", "6", *OPERATE)
    assert "  pool 5 is closed, 40 DCHAT sent to the treasury" in pool.run("token", "close-pool", *own, *HOLDS).stdout
    assert "pool 5 (Own) is closed for good" in pool.error("token", "replenish-pool", *own, "--amount", "1", *HOLDS)
    assert "is closed for good" in pool.error("token", "allocate", *own, "--buyer", BUYER, "--amount", "1", *OPERATE)
    assert pool.json("token", "stats")["marketplace"]["active_pools"] == 4


def test_top_up__below_the_threshold__by_the_schedule(pool):
    refill = ["token", "set-refill", *POOL, *HOLDS]
    assert "has no refill" in pool.error("token", "top-up", *POOL, "--account", ANYBODY)
    assert "give --threshold and --schedule-id" in pool.error(*refill, "--threshold", "1")
    assert "schedule 1 does not pay into pool 2" in pool.error(*refill, "--threshold", "1", "--schedule-id", "1")
    pool.json(*refill, "--threshold", "1", "--schedule-id", "3")
    assert "and is topped up below 1 DCHAT only" in pool.error("token", "top-up", *POOL, "--account", ANYBODY)
    pool.json(*refill, "--threshold", "1_000_000", "--schedule-id", "3")
    assert "nothing would change" in pool.error(*refill, "--threshold", "1_000_000", "--schedule-id", "3")
    to_block(pool.proxy.w3, pool.proxy.w3.eth.block_number + 400)
    before = books(pool)[0]
    assert int(named(pool.json("token", "top-up", *POOL, "--account", ANYBODY), "ToppedUp")["amount"]) // ONE == books(pool)[0] - before > 0
    pool.json(*refill)
    assert "has no refill" in pool.error("token", "top-up", *POOL, "--account", ANYBODY)


def test_records__token_and_operations__are_the_files_people_keep(pool):
    """Every operation of this life is kept, and done or cancelled."""
    kept = pool.json("governance", "pending")
    assert (kept["operations"], kept["set_aside"]) == ([], [])
    names = [json.loads(path.read_text()) for path in (pool.home / "records" / "operations").iterdir()]
    assert len(names) > 10

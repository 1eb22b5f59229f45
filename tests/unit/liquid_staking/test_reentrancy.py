"""C37: the lock is on everywhere, and the order of things protects without it: books are final before the token is called."""

from __future__ import annotations

import re

import pytest

from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.liquid import TERMS, UNIT, LiquidScene
from tests.support.unlocked import unlocked
from tools import contracts

FIXED = {"asset", "share", "STAKING", "TREASURY", "FLOW_SECONDS", "CYCLE_SECONDS", "WAIT_SECONDS", "name", "symbol", "decimals", "supportsInterface"}
"""Never change: the compiler locks getters of storage only."""
BORROWED = {"owner", "pending_owner", "transfer_ownership", "accept_ownership", "eip712Domain"}
"""Of snekmate's files, which have no lock: they show and move nothing of the vault's."""


def test_files__with_external_functions__are_locked():
    for path in (contracts.CONTRACTS / "staking/liquid/modules").glob("*.vy"):
        text = path.read_text(encoding="utf-8")
        assert "@external" not in text or "# pragma nonreentrancy on" in text
        assert "@reentrant" not in text


def test_vault__without_its_locks__does_all_the_same():
    """Nothing here leans on the lock."""
    scene = LiquidScene(build=unlocked("LiquidStaking"))
    scene.deposit(1_000 * UNIT)
    scene.do("allocate")
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    assert scene.redeem(100 * UNIT) == 100 * UNIT
    scene.agree()


class Stage:
    """The vault on a token that calls whatever it is told from within its transfer, and on the real Staking."""

    def __init__(self, is_locked: bool) -> None:
        scene = LiquidScene()
        self.token = harness("MarketToken").deploy(18)
        self.me = str(self.token.address)
        build = None if is_locked else unlocked("LiquidStaking")
        around = {"MDT": self.token, "Staking": scene.staking, "Treasury": scene.treasury}
        self.vault = deploy("LiquidStaking", around, build=build, terms=TERMS, owner=scene.owner)
        self.holder = scene.holder
        for account in (self.holder, self.me):
            self.token.mint(account, 1_000 * UNIT)
        self.token.approve(self.vault, 2**256 - 1, sender=self.holder)
        self.vault.deposit(100 * UNIT, self.holder, sender=self.holder)
        self.vault.transfer(self.me, 10 * UNIT, sender=self.holder)
        self.vault.requestRedeem(40 * UNIT, self.holder, self.holder, sender=self.holder)
        self.vault.close_cycle()
        scene.unbond()
        self.vault.price_batch()


def calldata(contract, function, *arguments):
    return getattr(contract, function).prepare_calldata(*arguments)


WITHIN = {
    "transfer": lambda stage: ("transfer", stage.holder, UNIT),
    "requestRedeem": lambda stage: ("requestRedeem", UNIT, stage.me, stage.me),
    "sync": lambda stage: ("sync",),
    "totalAssets": lambda stage: ("totalAssets",),
    "books": lambda stage: ("books",),
    "harvest": lambda stage: ("harvest",),
    "convertToAssets": lambda stage: ("convertToAssets", UNIT),
}


@pytest.mark.parametrize("inner", WITHIN)
def test_call_from_within_a_transfer__with_the_lock__finds_it_closed(inner):
    stage = Stage(is_locked=True)
    stage.token.arm(stage.vault, calldata(stage.vault, *WITHIN[inner](stage)))
    stage.vault.redeem(UNIT, stage.holder, stage.holder, sender=stage.holder)
    assert stage.token.call_backs() == 1
    assert not stage.token.has_succeeded()
    stage.token.execute(stage.vault, calldata(stage.vault, *WITHIN[inner](stage))) if inner != "harvest" else None


@pytest.mark.parametrize(("outer", "inner", "succeeds"), [(40 * UNIT, 40 * UNIT, False), (25 * UNIT, 15 * UNIT, True)])
def test_claim_within_a_claim__without_the_lock__is_paid_once(outer, inner, succeeds):
    """By the token itself, an operator: out of what was set aside, and not once more."""
    stage = Stage(is_locked=False)
    stage.vault.setOperator(stage.me, True, sender=stage.holder)
    stage.token.arm(stage.vault, calldata(stage.vault, "redeem", inner, stage.me, stage.holder))
    before = stage.token.balanceOf(stage.holder), stage.token.balanceOf(stage.me)
    stage.vault.redeem(outer, stage.holder, stage.holder, sender=stage.holder)
    assert (stage.token.call_backs(), stage.token.has_succeeded()) == (1, succeeds)
    assert stage.token.balanceOf(stage.holder) - before[0] == outer
    assert stage.token.balanceOf(stage.me) - before[1] == (inner if succeeds else 0)
    assert stage.vault.books().reserved == stage.vault.batch(1).tokens == 0


def test_deposit_within_a_deposit__without_the_lock__pays_for_both():
    stage = Stage(is_locked=False)
    supply = stage.vault.totalSupply()
    stage.token.arm(stage.vault, calldata(stage.vault, "deposit", 5 * UNIT, stage.me))
    stage.vault.deposit(7 * UNIT, stage.holder, sender=stage.holder)
    assert stage.token.has_succeeded(), stage.token.eval("self.answered")
    assert stage.vault.totalSupply() - supply == 12 * UNIT
    books = stage.vault.books()
    assert stage.token.balanceOf(stage.vault) == books.liquid + books.reserved


def test_fixed_and_borrowed__are_functions_of_it():
    names = {entry["name"] for entry in contracts.abi("staking/LiquidStaking") if entry["type"] == "function"}
    assert names >= FIXED | BORROWED
    assert re.fullmatch(r"[a-zA-Z_0-9]+", "".join(names))

"""Gas rows of the liquid share: ten validators, rewards that run, unlimited allowances, the real slasher; each call a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.contract import Contract

from bench.gas.chain import PRESET, Chain, full
from bench.gas.lives.life import QUORUM, REPORTERS
from bench.gas.rows_staking import FOR_EVER, REWARDS, UNIT, Suite, deploy_staking
from mdt.chain.localchain import advance

VALIDATORS = 10
PART = full(1_234 * UNIT // 1_000)
CYCLE = 86_400
OFFLINE, JAILED = 1, 4
EVIDENCE = Web3.keccak(text="evidence")


@dataclass
class Site:
    """A vault on a Staking of its own, with its validators."""

    suite: Suite
    slasher: Contract
    vault: Contract
    owner: LocalAccount
    holder: LocalAccount
    notifier: LocalAccount

    @property
    def chain(self) -> Chain:
        """Where it stands."""
        return self.suite.chain

    def send(self, name: str, *arguments: object, sender: LocalAccount | None = None) -> int:
        """A call of the vault's."""
        return self.chain.send(self.vault.functions[name](*arguments), sender or self.holder)

    def account(self) -> LocalAccount:
        """With tokens and an allowance for the vault."""
        account = self.suite.funded()
        self.chain.send(self.suite.token.functions.approve(self.vault.address, FOR_EVER), account)
        return account

    def slash(self) -> int:
        """The slasher's account says that the last validator was offline; returns the number."""
        chain, calls = self.chain, self.slasher.functions
        number: int = calls.slash_count().call()
        chain.send(calls.announce_slash(VALIDATORS, OFFLINE, chain.block_number - 1, EVIDENCE), self.owner)
        chain.travel(PRESET.slashing.warning)
        chain.mine()
        chain.send(calls.open_slash(number), self.owner)
        return number

    def overturn(self, number: int) -> None:
        """It is given back."""
        self.chain.send(self.slasher.functions.overturn(number), self.owner)


def build(chain: Chain) -> Site:
    """Ten validators with the same weight, and nobody who has deposited."""
    owner = chain.account()
    suite = deploy_staking(chain, owner, chain.account())
    notifier = suite.funded()
    chain.send(suite.staking.functions.set_notifier(notifier.address), owner)
    asked: dict[str, Any] = dict.fromkeys(("distributor", "staking", "recycling_pool", "treasury", "root_audit", "owner", "guardian"), owner)
    asked |= {"token": suite.token, "start_block": chain.block_number + 10, "reporters": REPORTERS, "quorum": QUORUM}
    controller = chain.deploy("EmissionController", **asked)
    around = {"MDT": suite.token, "Staking": suite.staking, "Validators": suite.validators, "Treasury": suite.pool, "EmissionController": controller}
    slasher = chain.deploy("Slasher", around, arbiter=owner, evidence_blocks=10, owner=owner)
    chain.send(suite.staking.functions.set_slasher(slasher.address), owner)
    chain.send(slasher.functions.set_slasher_role(owner.address, True), owner)
    for _ in range(VALIDATORS):
        suite.register()
    vault = chain.deploy("LiquidStaking", around, treasury=chain.account(), owner=owner)
    for number in range(1, VALIDATORS + 1):
        chain.send(vault.functions.set_weight(number, 1_000), owner)
    site = Site(suite, slasher, vault, owner, owner, notifier)
    site.holder = site.account()
    return site


def measure(chain: Chain) -> dict[str, int]:
    """What holders and keepers pay."""
    site = build(chain)
    other, to = site.account(), site.holder.address
    rows = {"first deposit": site.send("deposit", full(100 * UNIT), to)}
    rows["allocate to ten validators, first"] = site.send("allocate")
    site.suite.send(site.notifier, "notify_reward", REWARDS[0])
    advance(chain.web3, 20)
    rows["harvest from ten validators, first"] = site.send("harvest")
    chain.travel(8 * CYCLE)
    rows["deposit, first of an account"] = site.send("deposit", PART, other.address, sender=other)
    for _ in range(2):
        rows["deposit"] = site.send("deposit", PART, to)
        rows["mint"] = site.send("mint", PART, to)
    advance(chain.web3, 5)
    rows["harvest from ten validators"] = site.send("harvest")
    rows["allocate to ten validators"] = site.send("allocate")
    rows["look at ten validators"] = site.send("sync")
    rows["transfer of shares"] = site.send("transfer", other.address, PART)
    rows["request, first of an account"] = site.send("requestRedeem", PART, to, to)
    rows["request, later in the batch"] = site.send("requestRedeem", PART, to, to)
    rows["close a cycle"] = site.send("close_cycle")
    site.suite.unbond()
    rows["collect two pieces"] = site.send("collect")
    rows["price a batch"] = site.send("price_batch")
    rows["redeem a part"] = site.send("redeem", PART, to, to)
    rows["withdraw a part"] = site.send("withdraw", PART // 3, to, to)
    shares: int = site.vault.functions.maxRedeem(to).call()
    rows["redeem all"] = site.send("redeem", shares, to, to)
    site.overturn(site.slash())
    rows["deposit, the first after a slash"] = site.send("deposit", PART, to)
    rows["deploy the vault"] = chain.deploy_gas["LiquidStaking"]
    return rows

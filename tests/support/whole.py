"""The whole suite on one chain: deployed in the plan's order from the plan's own values, wired, with a genesis and people who use everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boa
from eth_utils.crypto import keccak

from mdt.deploy.parts import PARTS, wiring
from mdt.model.reasons import Burn, Mint, mask
from mdt.model.schedules import REASONS, Kind
from mdt.names import SOURCES, TIMELOCK
from mdt.preset.settings import Settings
from mdt.preset.terms import staking_terms
from mdt.units import DAY, HOUR, WAD
from tests.support.deployers import deploy, plain
from tests.support.emission import QUORUM, REPORTERS, addresses
from tests.support.harness import harness
from tests.support.presets import preset_of
from tests.support.revm import switch
from tests.support.slashing import key
from tests.support.token import deploy_token, issue

MDT = WAD
UNLIMITED = 2**256 - 1
EMISSION, BLOCKS, DAO, TEAM, COMMUNITY = range(5)  # buckets
EPOCH_BLOCKS = 40
START_DELAY = 5
PURSE = 30_000 * MDT
SALE_BURN_BPS = 100
DESK_TERMS = [(7_500, MDT, True), (5_000, 0, False), (100, 0, False)]  # registration, unmet quota, transfer: burned bps, least, to the treasury
REFUSAL = re.compile(r"[a-z0-9_ ]+: [a-z0-9][^A-Z]*")
SUPPLY_TOPICS = [int.from_bytes(keccak(text=event)) for event in ("Minted(address,address,uint256,uint256,uint256)", "Burned(address,address,uint256,uint256)")]
IN_THE_SHEET = ("MDT", "Vesting", "Staking", "ReservePools")
COUNTED_WITH_THE_OLD = ("RecyclingPool", "BlockReward", "RewardDistributor", "EmissionController", "Slasher")
# What is there when a life begins: every kind, minted and handed in.
SCHEDULES = ((Kind.VALIDATORS, True), (Kind.RELAYS, True), (Kind.POOL, False), (Kind.POOL, True), (Kind.TREASURY, False), (Kind.DEVELOPMENT, True))
# Grants: bucket, reasons, life, window, seconds. Windows are narrow enough that lives run into them.
BUDGETS = {
    "BlockReward": (BLOCKS, mask(Mint.BLOCK_REWARD), 3_000 * MDT, 250 * MDT, HOUR),
    "EmissionController": (BLOCKS, mask(Mint.EPOCH_EMISSION), 12_000 * MDT, 2_500 * MDT, HOUR),
    "DistributionSchedules": (BLOCKS, mask(*REASONS), 2_000 * MDT, 150 * MDT, HOUR),
}


def settings() -> Settings:
    """The preset with eras, epochs and limits short enough for lives of some thousand blocks."""
    preset = preset_of("adr-literal")
    halving = preset.halving.model_copy(update={"initial_reward": 2 * MDT, "interval_blocks": 400, "halvings": 3})
    emission = preset.emission.model_copy(update={"epoch_blocks": EPOCH_BLOCKS, "report_delay": 60, "deadline_blocks": 120})
    slashing = preset.slashing.model_copy(update={"offline_missed_blocks": 30, "warning": HOUR, "appeal": DAY, "jail": 2 * DAY, "evidence_blocks": 100})
    treasury = preset.treasury.model_copy(update={"budget": 5_000 * MDT})
    staking = preset.staking.model_copy(update={"validator_deposit": 250 * MDT})
    changed = {"halving": halving, "emission": emission, "staking": staking, "slashing": slashing, "treasury": treasury}
    return preset.model_copy(update=changed)


# Other terms than a preset has, so that lives reach more of them: what leaves waits for few blocks, and longer than evidence counts.
UNBONDING_BLOCKS = 105
STAKING_TERMS = {"terms": tuple({**staking_terms(settings()), "unbonding_blocks": UNBONDING_BLOCKS}.values())}
OTHER_TERMS = {
    "ReservePools": {"sale_burn_bps": SALE_BURN_BPS},
    "FeeDesk": {"terms": DESK_TERMS},
    "Staking": STAKING_TERMS,
    "StakingExtension": STAKING_TERMS,
}


class World:
    """All contracts by name and everybody who uses them. Built once; lives are rolled back."""

    def __init__(self) -> None:
        roles = ("owner", "guardian", "arbiter", "slasher role", "market", "fund")
        self.owner, self.guardian, self.arbiter, self.slasher_role, self.market, self.fund = (str(boa.env.generate_address(role)) for role in roles)
        self.signers = [key(f"operator {index}") for index in range(5)]
        self.operators = addresses(self.signers)
        self.people = [str(boa.env.generate_address(f"person {index}")) for index in range(4)]
        self.thief = str(boa.env.generate_address("thief"))
        self.contracts: dict[str, Any] = {}
        self.names: dict[bytes, str] = {}  # canonical address => contract
        self.settings = settings()
        self._deploy()
        self._wire()
        self._genesis()
        self._open_for_business()
        self.sheet = harness("BalanceSheet").deploy(*self._in_the_sheet)
        self._first = dict(self.contracts)

    def __getitem__(self, name: str) -> Any:
        return self.contracts[name]

    @property
    def accounts(self) -> list[str]:
        """Everybody who can hold a token and is no contract of the suite."""
        return [*self.people, *self.operators, self.market, self.fund, self.owner, self.thief]

    @property
    def bucket_caps(self) -> list[int]:
        """Wei by bucket."""
        return self.settings.token.buckets.as_list()

    def address(self, name: str) -> str:
        """Where a contract stands."""
        return str(self.contracts[name].address)

    @property
    def _in_the_sheet(self) -> tuple[tuple[Any, ...], list[str]]:
        """What the balance sheet asks, and whose balances it reads."""
        asked = (*(self.address(name) for name in IN_THE_SHEET), *([self.address(one) for one in self.versions(name)] for name in COUNTED_WITH_THE_OLD))
        return asked, [self.address(name) for name in self.contracts] + self.accounts

    # --- what was replaced ---

    def begin_life(self) -> None:
        """Nothing was replaced yet."""
        self.contracts = dict(self._first)

    def versions(self, name: str) -> list[str]:
        """The names of a contract and of those that it replaced, the oldest first."""
        old = [one for one in self.contracts if one.startswith(f"{name}@")]
        return [*old, name]

    def replace(self, name: str, new: Any) -> str:
        """Another contract takes a name. Returns the name under which the old one is still counted, and can be called."""
        before = f"{name}@{len(self.versions(name))}"
        self.contracts[before] = self.contracts[name]
        self.contracts[name] = new
        self.names[new.address.canonical_address] = name
        self.sheet.follow(*self._in_the_sheet)
        return before

    def made_like(self, name: str, around: dict[str, Any], **changed: Any) -> Any:
        """A contract that could take another's place: of the same values, told of these contracts and of those in force."""
        return deploy(name, self.contracts | around, settings=self.settings, people=self._terms, **OTHER_TERMS.get(name, {}) | changed)

    # --- deployment ---

    def _deploy(self) -> None:
        self._terms = SimpleNamespace(
            deployer=self.owner,
            guardian=self.guardian,
            arbiter=self.arbiter,
            start_block=boa.env.evm.patch.block_number + START_DELAY,
            reporters=addresses(REPORTERS),
            quorum=QUORUM,
        )
        for name in SOURCES:
            if name != TIMELOCK:
                self.contracts[name] = deploy(name, self.contracts, settings=self.settings, people=self._terms, **OTHER_TERMS.get(name, {}))
                self.names[self.contracts[name].address.canonical_address] = name

    def _wire(self) -> None:
        with boa.env.prank(self.owner):
            for part, wire in wiring():
                getattr(self[part.name], wire.function)(self[wire.to], *([True] if wire.is_flag else []))
            self["Slasher"].set_slasher_role(self.slasher_role, True)
            for name, part in PARTS.items():
                if part.burns:
                    self["MDT"].set_burner(self[name], mask(*part.burns))
            for name, budget in BUDGETS.items():
                self["MDT"].propose_minter(self[name], *budget)
                self["MDT"].grant_minter(self[name])

    def _genesis(self) -> None:
        """Purses, the treasury's stock and two grants of the team, minted by the deployer; then the set-up is over."""
        token, vesting = self["MDT"], self["Vesting"]
        holders = [*self.people, *self.operators, self.market, self.fund]
        with boa.env.prank(self.owner):
            for bucket, recipients, amount in ((COMMUNITY, holders, PURSE), (DAO, [self.address("Treasury")], 50_000 * MDT), (TEAM, [self.owner], 2_000 * MDT)):
                total = len(recipients) * amount
                minted = token.minter(self.owner).minted
                token.propose_minter(self.owner, bucket, mask(Mint.GENESIS), minted + total, total, DAY)
                token.grant_minter(self.owner)
                for recipient in recipients:
                    token.mint(recipient, amount, Mint.GENESIS)
                token.revoke_minter(self.owner)
            token.approve(vesting, 2_000 * MDT)
            start = boa.env.evm.patch.timestamp
            terms = [(person, 1_000 * MDT, start, 10 * DAY, 100 * DAY, 0, True, True) for person in self.people[:2]]
            vesting.create_batch(terms)
            token.finish_setup()
            # an account that may burn by its own word for reasons that no contract of the suite gives
            token.set_burner(self.fund, mask(Burn.DEFLATION, Burn.REGISTRATION))
        for holder in holders:
            for name in ("Staking", "Validators", "RecyclingPool", "ReservePools", "DistributionSchedules", "FeeDesk", "RootAudit"):
                token.approve(self[name], UNLIMITED, sender=holder)

    def _open_for_business(self) -> None:
        """Two pools that are for sale for cash and topped up by schedules, and a schedule of each kind."""
        self.cash = deploy_token(self.owner, self.owner)
        for person in self.people:
            issue(self.cash, person, PURSE)
            self.cash.approve(self["ReservePools"], UNLIMITED, sender=person)
        pools, schedules = self["ReservePools"], self["DistributionSchedules"]
        terms = (str(self.cash.address), MDT // 2, 2 * MDT, 500 * MDT, 1_000 * MDT)
        for number, name in enumerate(("market", "liquidity"), 1):
            pools.create_pool(name, self.market, sender=self.owner)
            pools.replenish(number, 1_000 * MDT, sender=self.market)
            pools.set_sale(number, terms, MDT, sender=self.owner)
        block = boa.env.evm.patch.block_number
        for kind, is_minted in SCHEDULES:
            pool_id = (1 if is_minted else 2) if kind == Kind.POOL else 0
            schedule_id = schedules.create(kind, self.recipient(kind), pool_id, is_minted, 3 * MDT + kind, 7 + kind, block, 0, sender=self.owner)
            if not is_minted:
                schedules.fund(schedule_id, 100 * MDT, sender=self.market)
            if pool_id:
                pools.set_refill(pool_id, (2_000 * MDT, self.address("DistributionSchedules"), schedule_id), sender=self.owner)

    def recipient(self, kind: int) -> str:
        """Who a schedule of a kind pays: the treasury that schedules were told of first."""
        return (self.address("Staking"), self.market, self.address("ReservePools"), self.address(self.versions("Treasury")[0]), self.fund)[kind]

    # --- calls ---

    def call(self, name: str, function: str, *arguments: Any, sender: str | None = None) -> tuple[int | None, set[str]]:
        """Make a call.

        Returns:
            What it returned as a number (0 for nothing), or None if it was refused, for a reason of ours; and the contracts that logged anything.
        """
        contract = self.contracts[name]
        data = getattr(contract, function).prepare_calldata(*map(plain, arguments))
        computation = boa.env.execute_code(to_address=contract.address, sender=sender or self.people[0], data=data, contract=contract)
        if computation.is_error:
            reason = reason_of(computation.output)
            assert REFUSAL.fullmatch(reason), f"{name}.{function}{arguments} refuses with {reason!r}"
            self.refusals[name, function, reason] = self.refusals.get((name, function, reason), 0) + 1
            return None, set()
        if switch.is_revm():  # which shows no inner calls: any contract may have been called
            return int.from_bytes(computation.output[:32]), {*self.names.values(), "supply"}
        touched = {self.names[address] for address in called(computation) if address in self.names}
        if any(topics[0] in SUPPLY_TOPICS for _, _, topics, _ in computation.get_raw_log_entries()):
            touched.add("supply")
        return int.from_bytes(computation.output[:32]), touched

    refusals: dict[tuple[str, str, str], int] = {}  # noqa: RUF012 - counted over all lives, to be looked at


def called(computation: Any) -> Iterator[bytes]:
    """Whose code ran and could write."""
    if not computation.msg.is_static:
        yield computation.msg.storage_address
        for child in computation.children:
            yield from called(child)


def reason_of(output: bytes) -> str:
    """The text of an Error(string); empty for a bare revert or a panic."""
    if output[:4] != bytes.fromhex("08c379a0"):
        return output.hex()
    length = int.from_bytes(output[36:68])
    return output[68 : 68 + length].decode()


__all__ = ["Kind", "World"]

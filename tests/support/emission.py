"""The whole suite around an EmissionController, wired as a deploy wires it, and what tests need to report to it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any

import boa
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import keccak

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.model.controller import Books, EmissionController, Report
from mdt.model.emission import Amounts, EmissionSchedule, Parameters
from mdt.model.reasons import Burn, Mint, mask
from mdt.preset.settings import Settings
from mdt.preset.terms import parameters_of, schedule_of, staking_terms
from mdt.units import WAD
from tests.support.boa_clock import BoaClock, block_number, mine, now
from tests.support.deployers import deploy
from tests.support.presets import preset_of
from tests.support.token import deploy_token, grant, issue

BLOCK_BUCKET = 1
START_DELAY = 7
EMPTY = bytes(32)
INPUTS = (8_000, 7 * WAD // 10, 9 * WAD // 10)  # the documents' epoch 1000: U = .79
FULL = (10_000, WAD, WAD)
NOTHING = (0, 0, 0)

REPORTERS: list[LocalAccount] = sorted((Account.from_key(keccak(text=f"reporter {index}")) for index in range(5)), key=lambda account: int(account.address, 16))
STRANGER: LocalAccount = Account.from_key(keccak(text="not a reporter"))
QUORUM = 3
DATA_HASH = keccak(text="bundle")


def addresses(accounts: list[LocalAccount]) -> list[str]:
    """Their addresses."""
    return [account.address for account in accounts]


def as_tuple(struct: Any) -> tuple[Any, ...]:
    """A dataclass of the model as boa takes and gives structs."""
    return tuple(list(value) if isinstance(value, tuple) else value for value in (getattr(struct, field.name) for field in fields(struct)))


def amounts_of(found: Any) -> Amounts:
    """The contract's Amounts as the model's."""
    return Amounts(*found)


def parameters_read(found: Any) -> Parameters:
    """The contract's Parameters as the model's."""
    weights, shares, *rest = found
    return Parameters(tuple(weights), tuple(shares), *rest)


UNKNOWN = "attestations: not (ascending|a reporter)"
"""Why signatures over something else are refused: they recover to accounts that nobody knows, in any order."""


def sign(digest: bytes, signers: list[LocalAccount]) -> list[bytes]:
    """65 bytes r, s, v of each, in ascending order of the signers."""
    ordered = sorted(signers, key=lambda account: int(account.address, 16))
    return [bytes(account.unsafe_sign_hash(digest).signature) for account in ordered]


def entry(reporter: str) -> bytes:
    """What stands for a contract among signatures: its address, 0 and 0."""
    return bytes(12) + bytes.fromhex(reporter[2:]) + bytes(33)


def merged(digest: bytes, accounts: list[LocalAccount], contracts: list[str]) -> list[bytes]:
    """Signatures of accounts and entries of contracts, in ascending order of both."""
    entries = {int(one.address, 16): sign(digest, [one])[0] for one in accounts} | {int(one, 16): entry(one) for one in contracts}
    return [each for _, each in sorted(entries.items())]


@dataclass
class EmissionSuite:
    """All contracts of the suite and their actors; `earned` is the miners' ledger behind the current tree."""

    owner: str
    guardian: str
    token: Any
    pool: Any
    distributor: Any
    block_reward: Any
    staking: Any
    treasury: Any
    root_audit: Any
    controller: Any
    settings: Settings
    schedule: EmissionSchedule
    parameters: Parameters
    delay: int
    deployed_at: int = 0

    @property
    def block(self) -> int:
        """The chain's block number."""
        return block_number()

    @property
    def now(self) -> int:
        """The chain's timestamp."""
        return now()

    def advance(self, blocks: int = 0, seconds: int | None = None) -> None:
        """Let blocks pass, three seconds each unless told."""
        mine(blocks, seconds)

    def advance_to(self, block: int) -> None:
        """Let blocks pass until this one."""
        assert block >= self.block
        self.advance(block - self.block)

    def end_epoch(self, epoch: int | None = None) -> None:
        """Go on to the first block in which an epoch (the next one) can be reported."""
        epoch = self.controller.next_epoch() if epoch is None else epoch
        self.advance_to(max(self.block, self.controller.epoch_bounds(epoch)[1]))

    def report(self, inputs: tuple[int, int, int] = FULL, entries: dict[str, int] | None = None, **changed: Any) -> Report:
        """A good report for the next epoch: with `entries` (account => cumulative) a new root, without an unchanged one."""
        epoch = self.controller.next_epoch()
        root, total = self.distributor.root(), self.distributor.total_funded()
        audit_root = EMPTY
        if entries is not None:
            tree = MerkleTree.build(entries.items())
            root, audit_root = tree.root, AuditTree(tree).root
            total += amounts_of(self.controller.preview(epoch, *inputs)).miner_share
        report = Report(epoch, self.controller.attempt(), *inputs, root, audit_root, total, DATA_HASH)
        return replace(report, **changed)

    def sign(self, report: Report, signers: list[LocalAccount] | None = None) -> list[bytes]:
        """Signatures of a quorum, or of the signers given, over the contract's own digest."""
        return sign(self.controller.report_digest(as_tuple(report)), REPORTERS[:QUORUM] if signers is None else signers)

    def submit(self, report: Report, signers: list[LocalAccount] | None = None, sender: str | None = None) -> Report:
        """Sign and submit."""
        self.controller.submit_report(as_tuple(report), self.sign(report, signers), sender=sender or boa.env.eoa)
        return report

    def submit_merged(self, report: Report, accounts: list[LocalAccount], contracts: list[str]) -> None:
        """Submit what these accounts sign and these contracts are named for."""
        self.controller.submit_report(as_tuple(report), merged(self.controller.report_digest(as_tuple(report)), accounts, contracts))

    def wait(self) -> None:
        """Let the delay of the pending report pass, to the second."""
        settles_at = self.controller.status()[7]
        boa.env.evm.patch.timestamp = max(self.now, settles_at)

    def settle_epoch(self, inputs: tuple[int, int, int] = FULL, entries: dict[str, int] | None = None) -> Report:
        """End, report and settle the next epoch."""
        self.end_epoch()
        report = self.submit(self.report(inputs, entries))
        self.wait()
        self.controller.settle()
        return report

    def donate(self, amount: int) -> None:
        """Tokens to the recycling pool."""
        issue(self.token, self.pool.address, amount)

    def model(self) -> EmissionController:
        """A fresh model with this controller's constructor values, on books of its own."""
        return EmissionController(
            Books(self.token.lifetime_room(self.controller)),
            BoaClock(),
            self.controller.START_BLOCK(),
            self.schedule,
            self.parameters,
            self.delay,
            addresses(REPORTERS),
            QUORUM,
            self.owner,
            self.guardian,
            self.root_audit.address,
        )


def deploy_suite(preset: str = "adr-literal", channel_cap: int | None = None, window_cap: int | None = None, **changed: Any) -> EmissionSuite:
    """Deploy and wire everything; `changed` replaces fields of Schedule or Parameters, `delay`, or `start_delay`."""
    settings = preset_of(preset)
    owner, guardian = boa.env.generate_address("owner"), boa.env.generate_address("guardian")
    delay = changed.pop("delay", settings.emission.report_delay)
    start = boa.env.evm.patch.block_number + changed.pop("start_delay", START_DELAY)
    schedule = schedule_of(settings)
    schedule = replace(schedule, **{key: changed.pop(key) for key in list(changed) if hasattr(schedule, key)})
    parameters = replace(parameters_of(settings), **changed)

    people = SimpleNamespace(deployer=owner, guardian=guardian, start_block=start, reporters=addresses(REPORTERS), quorum=QUORUM)
    around: dict[str, Any] = {"MDT": deploy_token(owner, guardian)}

    def add(name: str, **arguments: Any) -> Any:
        around[name] = deploy(name, around, settings=settings, people=people, **arguments)
        return around[name]

    token, pool, distributor, block_reward = around["MDT"], add("RecyclingPool"), add("RewardDistributor"), add("BlockReward")
    staking = add("Staking", terms=staking_terms(settings) | {"stream_blocks": max(32, schedule.epoch_blocks)})
    treasury = add("Treasury", budget=0)
    root_audit = add("RootAudit")
    controller = add("EmissionController", **vars(schedule), parameters=parameters, delay=delay)
    deployed_at = block_number()
    emission = settings.emission
    cap = emission.channel_cap if channel_cap is None else channel_cap
    window = min(cap, emission.window_cap if window_cap is None else window_cap)
    grant(token, controller.address, BLOCK_BUCKET, mask(Mint.EPOCH_EMISSION), cap=cap, window_cap=window, window=emission.window)
    token.set_burner(pool, mask(Burn.TRANSACTION_FEE, Burn.DEFLATION), sender=owner)
    distributor.set_funder(controller, sender=owner)
    pool.set_drawer(controller, sender=owner)
    staking.set_notifier(controller, sender=owner)
    return EmissionSuite(
        owner, guardian, token, pool, distributor, block_reward, staking, treasury, root_audit, controller, settings, schedule, parameters, delay, deployed_at
    )


def deploy_successor(suite: EmissionSuite, **changed: Any) -> Any:
    """A controller with the suite's as its predecessor, wired to the same contracts; `changed` replaces arguments of its constructor."""
    arguments = {
        "token": suite.token.address,
        "distributor": suite.distributor.address,
        "staking": suite.staking.address,
        "recycling_pool": suite.pool.address,
        "treasury": suite.treasury.address,
        "root_audit": suite.root_audit.address,
        "start_block": suite.controller.START_BLOCK(),
        **vars(suite.schedule),
        "parameters": as_tuple(suite.parameters),
        "delay": suite.delay,
        "reporters": addresses(REPORTERS),
        "quorum": QUORUM,
        "owner": suite.owner,
        "guardian": suite.guardian,
        "predecessor": suite.controller.address,
    }
    return deploy("EmissionController", **(arguments | changed))


def hand_over(suite: EmissionSuite, new: Any) -> EmissionSuite:
    """The batch of the runbook, in one block: the controller ends, its successor is granted and wired, and takes over; the suite around it."""
    suite.token.revoke_minter(suite.controller, sender=suite.owner)
    after = replace(suite, controller=new)
    grant_again(after)
    suite.distributor.set_funder(new, sender=suite.owner)
    suite.pool.set_drawer(new, sender=suite.owner)
    suite.staking.set_notifier(new, sender=suite.owner)
    new.take_over(sender=suite.owner)
    return after


def grant_again(suite: EmissionSuite, **changed: Any) -> None:
    """The controller's grant once more, as the preset has it."""
    emission = suite.settings.emission
    rules = {"cap": emission.channel_cap, "window_cap": emission.window_cap, "window": emission.window} | changed
    grant(suite.token, suite.controller.address, BLOCK_BUCKET, mask(Mint.EPOCH_EMISSION), **rules)


def events(contract: Any, name: str) -> list[Any]:
    """The events of this name in the contract's last call: read them before any view."""
    return [log for log in contract.get_logs() if type(log).__name__ == name]


def event(contract: Any, name: str) -> dict[str, Any]:
    """The fields of the one event of this name in the contract's last call."""
    (found,) = events(contract, name)
    return {key: value for key, value in found._asdict().items() if key != "address"}


def typed_data(report: Report, contract: str, **changed: Any) -> dict[str, Any]:
    """The report as a wallet signs it (eth_signTypedData_v4), written out from the documentation; `changed` replaces domain fields."""
    names = ("epoch", "attempt", "tasks", "difficulty", "participation", "root", "auditRoot", "cumulativeTotal", "dataHash")
    return _signed_data("Report", dict(zip(names, as_tuple(report), strict=True)), contract, **changed)


def void_data(epoch: int, attempt: int, contract: str, **changed: Any) -> dict[str, Any]:
    """The same of a void of an epoch's attempt."""
    return _signed_data("Void", {"epoch": epoch, "attempt": attempt}, contract, **changed)


def _signed_data(kind: str, values: dict[str, Any], contract: str, **changed: Any) -> dict[str, Any]:
    domain = {"name": "ModernTensor EmissionController", "version": "1", "chainId": boa.env.evm.patch.chain_id, "verifyingContract": contract}
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            kind: [{"name": name, "type": "bytes32" if name in ("root", "auditRoot", "dataHash") else "uint256"} for name in values],
        },
        "primaryType": kind,
        "domain": domain | changed,
        "message": values,
    }


def travel(seconds: int) -> None:
    """Let time pass without blocks."""
    mine(0, seconds)

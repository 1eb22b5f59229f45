"""Gas of every external function, from receipts of one scripted life of the whole suite on an embedded chain.

`make snapshots` writes the result to `snapshots/gas.json`; a test runs the life again and compares. Each figure is the receipt's
gasUsed of a transaction of its own, 21,000 and calldata included, also for views: a view's cost matters where nodes limit `eth_call`.
The states are ordinary ones (balances not empty, streams running, a second report), not worst cases; those are benchmark rows.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.contract import Contract

from bench.gas import functions_desk, functions_pools
from bench.gas.chain import Chain
from bench.gas.rows_staking import staking_numbers
from bench.gas.rows_token import permit_call
from mdt.chain.localchain import advance
from mdt.crypto.merkle import MerkleTree
from mdt.model.controller import Report
from mdt.model.reasons import Burn, Mint, Recycle, mask
from mdt.preset.settings import load
from mdt.preset.terms import parameters_of, schedule_of
from mdt.units import WAD
from tools import contracts

UNIT = 10**18
DAY = 86_400
FOR_EVER = 2**256 - 1
DATA_HASH = Web3.keccak(text="bundle")
INPUTS = (8_000, 7 * WAD // 10, 9 * WAD // 10)  # the documents' epoch 1000
REPORTERS = sorted((Account.from_key(Web3.keccak(text=f"mdt gas reporter {index}")) for index in range(5)), key=lambda account: account.address.lower())
QUORUM = 3
PURPOSE = b"grant".ljust(32, b"\x01")
SALT = b"salt".ljust(32, b"\x01")
EVIDENCE, REASONS = Web3.keccak(text="evidence"), Web3.keccak(text="reasons")
OFFLINE, NO_REVEAL = 1, 2
JAILED = 4

# Arguments of views by their name; everything else that is a number is an index or an epoch, and 0.
ARGUMENTS: dict[str, Any] = {
    "_validator_id": 1,
    "_first_validator_id": 1,
    "_limit": 10,
    "_bucket": 1,
    "_tasks": INPUTS[0],
    "_difficulty": INPUTS[1],
    "_participation": INPUTS[2],
}

# Arguments of the timelock's views by their type.
OPERATION: dict[str, Any] = {
    "bytes32": bytes(32),
    "bytes": bytes(68),
    "address[]": ["0x" + "11" * 20] * 2,
    "uint256[]": [0] * 2,
    "bytes[]": [bytes(68)] * 2,
}


class Life:
    """The suite, its actors, and the gas of what they do."""

    def __init__(self) -> None:
        self.chain = Chain()
        self.settings = load("adr-literal")
        self.rows: dict[str, dict[str, int]] = {}
        self.owner, self.guardian, self.minter, self.keeper, self.holder, self.other, self.validator = (self.chain.account() for _ in range(7))
        self.contracts = self._deploy()

    def _deploy(self) -> dict[str, Contract]:
        settings, chain = self.settings, self.chain
        owner, guardian, token_settings, halving = self.owner.address, self.guardian.address, settings.token, settings.halving
        start = chain.block_number + 60
        numbers = (token_settings.buckets.as_list(), token_settings.grant_delay)
        token = chain.deploy("token/MDT", token_settings.name, token_settings.symbol, token_settings.decimals, *numbers, owner, guardian)
        pool = chain.deploy("distribution/RecyclingPool", token.address, settings.recycling.fee_burn_bps, owner)
        distributor = chain.deploy("distribution/RewardDistributor", token.address, owner)
        reward = chain.deploy("emission/BlockReward", token.address, start, halving.initial_reward, halving.interval_blocks, halving.halvings, owner)
        staking = chain.deploy("staking/Staking", token.address, reward.address, pool.address, *staking_numbers(settings), owner)
        validators = chain.deploy("staking/Validators", staking.address)
        treasury = chain.deploy("governance/Treasury", token.address, 30 * DAY, 500 * UNIT, owner)
        addresses = [account.address for account in REPORTERS]
        wiring = [one.address for one in (token, distributor, staking, pool, treasury)]
        governed = (astuple(parameters_of(settings)), settings.emission.report_delay, addresses, QUORUM, owner, guardian)
        controller = chain.deploy("emission/EmissionController", *wiring, start, *astuple(schedule_of(settings)), *governed)
        slashing = settings.slashing
        judged = (slashing.as_list(), slashing.offline_missed_blocks, slashing.burn_bps, slashing.appeal, slashing.jail, slashing.evidence_blocks)
        asked = [one.address for one in (token, staking, validators, controller, treasury)]
        slasher = chain.deploy("slashing/Slasher", *asked, guardian, *judged, owner)
        lens = chain.deploy("staking/StakingLens", staking.address, validators.address, slasher.address)
        vesting = chain.deploy("vesting/Vesting", token.address, treasury.address, owner)
        timelock = chain.deploy("governance/Timelock", DAY, [owner], [], guardian)
        suite = (token, pool, distributor, reward, staking, validators, slasher, lens, treasury, controller, vesting, timelock)
        names = ("MDT", "RecyclingPool", "RewardDistributor", "BlockReward", "Staking", "Validators", "Slasher", "StakingLens")
        names += ("Treasury", "EmissionController", "Vesting", "Timelock")
        found = dict(zip(names, suite, strict=True))
        for path in contracts.deployables():
            name = path.split("/")[-1]
            if name in found:
                self.rows[name] = {"__init__": chain.deploy_gas[path] - contracts.footer_gas(path)}
        return found

    def call(self, name: str, function: str, *arguments: Any, sender: LocalAccount | None = None) -> int:
        """Do it, and keep its gas under the function's signature; a later call replaces an earlier one."""
        contract = self.contracts[name]
        matching = [one for one in contract.all_functions() if one.abi["name"] == function and len(one.abi.get("inputs", [])) == len(arguments)]
        (found,) = matching
        gas = self.chain.send(found(*arguments), sender or self.owner)
        self.rows[name][_signature(found.abi)] = gas
        return gas

    def view(self, name: str, function: str, *arguments: Any) -> Any:
        """Read, without a row."""
        return self.contracts[name].functions[function](*arguments).call()

    def address(self, name: str) -> str:
        """Of a contract of the suite."""
        return str(self.contracts[name].address)

    def end_epoch(self) -> int:
        """Go on until the next epoch can be reported."""
        epoch: int = self.view("EmissionController", "next_epoch")
        missing = self.view("EmissionController", "epoch_bounds", epoch)[1] - self.chain.block_number
        if missing > 0:
            advance(self.chain.web3, missing)
        return epoch

    def submit(self, entries: dict[str, int] | None = None) -> None:
        """End the epoch and report it; with entries (account, cumulative) a new root."""
        epoch = self.end_epoch()
        root, total = self.view("RewardDistributor", "root"), self.view("RewardDistributor", "total_funded")
        if entries is not None:
            root = MerkleTree.build(entries.items()).root
            total += self.miner_share(epoch)
        report = astuple(Report(epoch, self.view("EmissionController", "attempt"), *INPUTS, root, total, DATA_HASH))
        digest = self.view("EmissionController", "report_digest", report)
        signatures = [bytes(account.unsafe_sign_hash(digest).signature) for account in REPORTERS[:QUORUM]]
        self.call("EmissionController", "submit_report", report, signatures, sender=self.keeper)

    def miner_share(self, epoch: int) -> int:
        """What the miners of an epoch with the usual inputs get."""
        amounts = self.view("EmissionController", "preview", epoch, *INPUTS)
        names = [item["name"] for item in _entry(self.contracts["EmissionController"], "preview")["outputs"][0]["components"]]
        return int(amounts[names.index("miner_share")])

    def settle(self) -> None:
        """Wait for the delay and settle."""
        self.chain.travel(self.settings.emission.report_delay)
        self.chain.mine()
        self.call("EmissionController", "settle", sender=self.keeper)

    # --- the life, in its order ---

    def found(self) -> None:
        """Wire, grant, mint, finish the set-up."""
        settings = self.settings
        caps, halving, emission = settings.token.buckets.as_list(), settings.halving, settings.emission
        grants = (
            (self.minter.address, 0, mask(Mint.GENESIS), caps[0], caps[0], 86_400),
            (self.address("BlockReward"), 1, mask(Mint.BLOCK_REWARD), halving.channel_cap, halving.window_cap, halving.window),
            (
                self.address("EmissionController"),
                1,
                mask(Mint.EPOCH_EMISSION),
                emission.channel_cap,
                emission.window_cap,
                emission.window,
            ),
            (self.keeper.address, 2, mask(Mint.GENESIS), caps[2], caps[2], 86_400),
        )
        for one in grants:
            self.call("MDT", "propose_minter", *one)
            self.call("MDT", "grant_minter", one[0])
        self.call("MDT", "revoke_minter", self.keeper.address, sender=self.guardian)
        self.call("MDT", "set_burner", self.address("RecyclingPool"), mask(Burn.TRANSACTION_FEE, Burn.DEFLATION))
        self.call("MDT", "set_burner", self.keeper.address, mask(Burn.DEFLATION))
        self.call("MDT", "set_burner", self.address("Slasher"), mask(Burn.SLASH))
        for account in (self.holder, self.other, self.validator, self.owner, self.keeper):
            self.call("MDT", "mint", account.address, 100_000 * UNIT, Mint.GENESIS, sender=self.minter)
        self.call("MDT", "mint", self.address("Treasury"), 1_000 * UNIT, Mint.GENESIS, sender=self.minter)
        self.call("BlockReward", "set_recipient", self.address("Staking"))
        self.call("MDT", "finish_setup")

    def use_token(self) -> None:
        """Transfers, allowances, burns."""
        self.call("MDT", "transfer", self.other.address, UNIT, sender=self.holder)
        self.call("MDT", "approve", self.keeper.address, 10 * UNIT, sender=self.holder)
        self.call("MDT", "transferFrom", self.holder.address, self.other.address, UNIT, sender=self.keeper)
        self.call("MDT", "burn", UNIT, sender=self.holder)
        self.call("MDT", "burn", UNIT, Burn.VOLUNTARY, sender=self.holder)
        self.call("MDT", "burnFrom", self.holder.address, UNIT, sender=self.keeper)
        self.call("MDT", "burnFrom", self.holder.address, UNIT, Burn.DEFLATION, sender=self.keeper)
        permit = permit_call(self.chain, self.contracts["MDT"], self.holder, self.other.address, UNIT)
        self.rows["MDT"][_signature(permit.abi)] = self.chain.send(permit, self.keeper)
        self.call("Treasury", "spend", self.address("MDT"), self.other.address, UNIT, PURPOSE)

    def use_pool(self) -> None:
        """Fees, gifts, a drawer for a day, burning what is too much."""
        for account in (self.holder, self.owner):
            self.call("MDT", "approve", self.address("RecyclingPool"), FOR_EVER, sender=account)
        self.call("RecyclingPool", "deposit_fees", 10 * UNIT, sender=self.holder)
        self.call("RecyclingPool", "recycle", 10 * UNIT, Recycle.DONATION, sender=self.holder)
        self.call("RecyclingPool", "burn_surplus", UNIT)
        self.call("RecyclingPool", "set_drawer", self.owner.address)
        self.call("RecyclingPool", "draw", UNIT)
        self.call("RecyclingPool", "set_drawer", self.address("EmissionController"))

    def use_distributor(self) -> dict[str, int]:
        """A first root from the owner, claims alone and in a batch; returns what every account earned so far."""
        miners = [self.holder, self.other, *(self.chain.account() for _ in range(6))]
        entries = {account.address: 10 * UNIT for account in miners}
        tree = MerkleTree.build(entries.items())
        self.call("RewardDistributor", "set_funder", self.owner.address)
        self.call("MDT", "approve", self.address("RewardDistributor"), FOR_EVER)
        self.call("RewardDistributor", "fund", tree.root, 80 * UNIT)
        self.call("RewardDistributor", "claim", self.holder.address, 10 * UNIT, tree.proof(self.holder.address), sender=self.keeper)
        batch = [account.address for account in miners[2:6]]
        self.call("RewardDistributor", "claim_many", batch, [10 * UNIT] * 4, [tree.proof(one) for one in batch], sender=self.keeper)
        self.call("RewardDistributor", "set_recipient", self.keeper.address, sender=self.other)
        self.call("RewardDistributor", "set_funder", self.address("EmissionController"))
        return entries

    def use_staking(self) -> None:
        """Rewards while nobody is staked, the life of a validator and of a delegation, a notified reward."""
        for account in (self.validator, self.owner, self.other, self.holder, self.keeper):
            self.call("MDT", "approve", self.address("Staking"), FOR_EVER, sender=account)
        self._use_roles()
        missing = self.view("BlockReward", "START_BLOCK") + 10 - self.chain.block_number
        if missing > 0:
            advance(self.chain.web3, missing)
        for setter, contract in (("set_notifier", self.owner.address), ("set_registry", self.address("Validators")), ("set_slasher", self.address("Slasher"))):
            self.call("Staking", setter, contract)
        self.call("BlockReward", "release", sender=self.keeper)
        self.call("Staking", "pull_block_rewards", sender=self.keeper)
        self.call("Staking", "notify_reward", 400 * UNIT)
        advance(self.chain.web3, 20)
        self.call("Staking", "pull_block_rewards", sender=self.keeper)
        self.call("Staking", "recycle_idle_rewards", sender=self.keeper)
        self._use_validators()
        self._use_delegations()
        self.call("Staking", "set_decay_table", [point[1] - 1 for point in self.settings.staking.decay_table])
        self.call("Staking", "set_notifier", self.address("EmissionController"))
        self.call("BlockReward", "release", sender=self.keeper)

    def _use_roles(self) -> None:
        """What only registry and slasher may call, on a Staking whose registry and slasher an account is."""
        suite, role = self.contracts["Staking"], self.keeper
        addresses = [self.address(name) for name in ("MDT", "BlockReward", "RecyclingPool")]
        self.contracts["Staking"] = self.chain.deploy("staking/Staking", *addresses, *staking_numbers(self.settings), self.owner.address)
        stake = 4 * self.settings.staking.min_validator_stake
        for account in (role, self.holder):
            self.chain.send(self.contracts["MDT"].functions.approve(self.address("Staking"), FOR_EVER), account)
        for setter in ("set_registry", "set_slasher"):
            self.call("Staking", setter, role.address)
        for number in (1, 2, 3):
            self.call("Staking", "open", number, role.address, stake, 1_000, sender=role)
        self.call("Staking", "set_commission", 1, 900, sender=role)
        self.call("Staking", "stake", 1, 0, stake, 0, sender=self.holder)
        self.call("Staking", "unstake", 1, 0, stake // 4, sender=self.holder)
        self.call("Staking", "redelegate", 1, 0, 2, 0, stake // 4, sender=self.holder)
        for slash_id in (0, 1):
            self.call("Staking", "slash", 1, OFFLINE, slash_id, 1_000, sender=role)
            self.call("Staking", "answer_slash", 2, self.holder.address, 0, slash_id, 1_000, False, sender=role)
            self.call("Staking", "end_slash", 1, OFFLINE, False, sender=role)
        self.call("Staking", "take_restitution", 1, self.holder.address, sender=role)
        self.call("Staking", "set_bars", 1, JAILED, False, sender=role)
        self.contracts["Staking"] = suite

    def _use_validators(self) -> None:
        """Three validators; one changes its commission, leaves, comes back and changes its key."""
        minimum, unbonding = self.settings.staking.min_validator_stake, self.settings.staking.unbonding
        for account in (self.other, self.validator, self.owner):
            self.call("Validators", "register", 4 * minimum, 1_000, "https://example.org", sender=account)
        advance(self.chain.web3, 5)
        for bps in (900, 1_000):
            self.call("Validators", "set_commission", bps, sender=self.owner)
        self.chain.travel(unbonding)
        self.call("Validators", "apply_commission", 3, sender=self.keeper)
        self.call("Validators", "set_metadata", "https://example.com", sender=self.owner)
        self.call("Validators", "exit", sender=self.owner)
        self.call("Validators", "rejoin", sender=self.owner)
        self.call("Validators", "propose_operator", self.minter.address, sender=self.owner)
        self.call("Validators", "accept_operator", 3, sender=self.minter)
        self.call("Staking", "claim_commission", 3, sender=self.keeper)
        advance(self.chain.web3, 5)
        self.call("Staking", "claim_commission", 3, sender=self.keeper)

    def _use_delegations(self) -> None:
        """Every step of a delegation, a lock that ends included."""
        part, holder = self.settings.staking.min_validator_stake // 4, self.holder
        for _ in range(2):
            self.call("Staking", "stake", 2, 0, part, 0, sender=holder)
            advance(self.chain.web3, 5)
            self.call("Staking", "claim", 2, holder.address, 0, sender=self.keeper)
            advance(self.chain.web3, 5)
        self.call("Staking", "restake", 2, 0, sender=holder)
        self.call("Staking", "set_recipient", self.keeper.address, sender=holder)
        for _ in range(2):
            self.call("Staking", "unstake", 2, 0, part // 4, sender=holder)
        self.call("Staking", "cancel_unstake", 2, 0, 0, sender=holder)
        self.call("Staking", "redelegate", 2, 0, 1, 0, part // 4, sender=holder)
        self.chain.travel(self.settings.staking.unbonding)
        self.call("Staking", "withdraw", 2, 0, 1, sender=holder)
        self.call("Staking", "stake", 2, 1, part, 1, sender=holder)
        self.chain.travel(31 * 86_400)
        self.call("Staking", "end_lock", 2, holder.address, 1, sender=self.keeper)

    def use_slasher(self) -> None:
        """One slash of each kind of evidence and with each end, an answer, a restitution, a way back."""
        self.call("Slasher", "set_slasher_role", self.keeper.address, True)
        self.call("Slasher", "set_arbiter", self.owner.address)
        self.call("Slasher", "set_slash_bps", NO_REVEAL, self.settings.slashing.no_reveal_bps - 1)
        self._overturn()
        self._report_liveness()
        self.call("Slasher", "appeal", self._slash(), REASONS, sender=self.validator)
        self.call("Slasher", "uphold", self._last_slash())
        self.chain.travel(self.settings.slashing.jail)
        self.chain.mine()
        self.call("Slasher", "unjail", 2, sender=self.validator)
        height = self.chain.block_number - 1
        votes = [(height, Web3.keccak(text=name)) for name in ("one block", "another block")]
        signatures = [bytes(self.other.unsafe_sign_hash(self.view("Slasher", "vote_digest", vote)).signature) for vote in votes]
        self.call("Slasher", "prove_double_signing", votes[0], signatures[0], votes[1], signatures[1], sender=self.keeper)

    def _slash(self) -> int:
        """The second validator, by the word of an account; returns the slash's number."""
        self.chain.mine()
        self.call("Slasher", "slash", 2, NO_REVEAL, self.chain.block_number - 1, EVIDENCE, sender=self.keeper)
        return self._last_slash()

    def _last_slash(self) -> int:
        return int(self.view("Slasher", "slash_count")) - 1

    def _overturn(self) -> None:
        """A delegation leaves during the slash, another answers for it elsewhere; both get it back."""
        holder = self.holder
        self.call("Staking", "redelegate", 2, 1, 1, 1, UNIT, sender=holder)
        self.call("Staking", "unstake", 2, 1, UNIT, sender=holder)
        self.chain.travel(self.settings.staking.unbonding - 3_600)
        slash_id = self._slash()
        self.call("Slasher", "answer", 1, holder.address, 1, sender=self.keeper)
        self.chain.travel(7_200)
        self.call("Staking", "withdraw", 2, 1, 0, sender=holder)
        self.call("Slasher", "overturn", slash_id)
        self.call("Slasher", "claim_restitution", slash_id, holder.address, sender=self.keeper)
        if self.view("Staking", "validator", 2)[9] & JAILED:
            self.chain.travel(self.settings.slashing.jail)
            self.chain.mine()
            self.call("Slasher", "unjail", 2, sender=self.validator)

    def _report_liveness(self) -> None:
        """A page of an epoch, and the slash it is enough for, executed."""
        epoch = self.view("EmissionController", "next_epoch") - 1
        entries = [(2, self.settings.slashing.offline_missed_blocks, 1), (3, 1, 0)]
        digest = self.view("Slasher", "liveness_digest", epoch, entries)
        signatures = [bytes(account.unsafe_sign_hash(digest).signature) for account in REPORTERS[:QUORUM]]
        self.call("Slasher", "report_liveness", epoch, entries, signatures, sender=self.keeper)
        self.call("Slasher", "slash_for_liveness", 2, OFFLINE, sender=self.keeper)
        self.chain.travel(self.settings.slashing.appeal)
        self.chain.mine()
        self.call("Slasher", "execute", self._last_slash(), sender=self.keeper)

    def use_vesting(self) -> None:
        """Schedules made alone and in a batch, claims, a new beneficiary, every end."""
        holder, other = self.holder, self.other
        self.call("Vesting", "set_creator", self.keeper.address, True)
        self.call("MDT", "approve", self.address("Vesting"), FOR_EVER, sender=self.keeper)
        fields = (100 * UNIT, self.chain.timestamp + DAY, 30 * DAY, 120 * DAY, 1_000, True, True)
        for beneficiary in (holder, other, holder):
            self.call("Vesting", "create", (beneficiary.address, *fields), sender=self.keeper)
        self.call("Vesting", "create_batch", [(holder.address, *fields), (other.address, *fields)], sender=self.keeper)
        self.chain.travel(60 * DAY)
        self.call("Vesting", "claim", holder.address, 0, sender=self.keeper)
        self.call("Vesting", "claim", holder.address, 0, UNIT // 100, sender=self.keeper)
        self.call("Vesting", "propose_beneficiary", 1, other.address, sender=holder)
        self.call("Vesting", "renounce_revocation", holder.address, 1)
        self.call("Vesting", "accept_beneficiary", holder.address, 1, sender=other)
        self.call("Vesting", "revoke", holder.address, 2)
        self.call("Vesting", "renounce", 0, sender=other)

    def use_governance(self) -> None:
        """A budget, a grant; operations of the timelock announced, made and cancelled, alone and together."""
        self.call("Vesting", "set_creator", self.address("Treasury"), True)
        self.call("Treasury", "set_vesting", self.address("Vesting"))
        terms = (self.holder.address, 100 * UNIT, self.chain.timestamp + DAY, 30 * DAY, 120 * DAY, 0, True, True)
        self.call("Treasury", "vest", terms, PURPOSE)
        self.call("Treasury", "set_budget", self.address("MDT"), 600 * UNIT)
        self._use_timelock()

    def _use_timelock(self) -> None:
        """A pool of its own for a while: a change of the drawer, twice in one operation, the way back, and one that is cancelled."""
        timelock, pool, owner = self.contracts["Timelock"], self.contracts["RecyclingPool"], self.owner.address
        self.call("RecyclingPool", "transfer_ownership", timelock.address)
        self.call("Timelock", "accept_ownership", [pool.address], sender=self.keeper)
        admin = timelock.encode_abi("grantRole", [bytes(32), owner])
        delay = timelock.encode_abi("update_delay", [2 * DAY])
        operations = [(timelock.address, 0, admin), (timelock.address, 0, delay), (pool.address, 0, pool.encode_abi("transfer_ownership", [owner]))]
        for operation in operations:
            self.call("Timelock", "schedule", *operation, bytes(32), SALT, DAY)
        batch = ([pool.address] * 2, [0] * 2, [pool.encode_abi("set_drawer", [one.address]) for one in (self.keeper, self.contracts["EmissionController"])])
        for salt in (bytes(32), SALT):
            self.call("Timelock", "schedule_batch", *batch, bytes(32), salt, DAY)
        self.call("Timelock", "cancel", self.view("Timelock", "hash_operation_batch", *batch, bytes(32), bytes(32)), sender=self.guardian)
        self.chain.travel(DAY)
        self.chain.mine()
        self.call("Timelock", "execute_batch", *batch, bytes(32), SALT, sender=self.keeper)
        for operation in operations:
            gas = self.call("Timelock", "execute", *operation, bytes(32), SALT, sender=self.keeper)
            if operation[2] == delay:  # only the timelock itself can call it: the whole execution
                self.rows["Timelock"]["update_delay(uint256)"] = gas
        self.call("RecyclingPool", "accept_ownership")
        executor = self.view("Timelock", "EXECUTOR_ROLE")
        for function in ("grantRole", "revokeRole"):
            self.call("Timelock", function, executor, self.keeper.address)

    def use_controller(self, entries: dict[str, int]) -> None:
        """Two settled epochs, a cancelled, a refuted and a skipped one, and every setter; ends with a report pending."""
        for _ in range(2):
            share = self.miner_share(self.view("EmissionController", "next_epoch"))
            entries = {**entries, self.other.address: entries[self.other.address] + share}
            self.submit(entries)
            self.settle()
        tree = MerkleTree.build(entries.items())

        self.submit({**entries, self.holder.address: 20 * UNIT})
        self.call("EmissionController", "cancel_report", sender=self.guardian)

        lowered = {**entries, self.holder.address: 1}
        self.submit(lowered)
        proofs = (tree.proof(self.holder.address), MerkleTree.build(lowered.items()).proof(self.holder.address))
        self.call("EmissionController", "refute_regression", self.holder.address, entries[self.holder.address], proofs[0], 1, proofs[1], sender=self.keeper)

        self._refute_duplicate(entries)
        self.call("EmissionController", "pause", 86_400, sender=self.guardian)
        self.call("EmissionController", "unpause")

        deadline = self.view("EmissionController", "parameters_at", self.end_epoch())[-1]
        advance(self.chain.web3, deadline + 1)
        self.call("EmissionController", "skip", sender=self.keeper)

        changed = astuple(parameters_of(self.settings))
        self.call("EmissionController", "set_parameters", (*changed[:2], changed[2] + 1, *changed[3:]))
        self.call("EmissionController", "set_delay", self.settings.emission.report_delay + 60)
        self.call("EmissionController", "set_guardian", self.keeper.address)
        self.call("EmissionController", "set_reporters", [account.address for account in REPORTERS[:4]], QUORUM)
        self.submit()

    def _refute_duplicate(self, entries: dict[str, int]) -> None:
        """A pending root that holds two leaves of one account: two leaves are the whole tree."""
        account, one, other = self.holder.address, 100 * UNIT, 200 * UNIT
        first, second = (MerkleTree.build([(account, amount)]).root for amount in (one, other))
        root = Web3.keccak(b"".join(sorted((first, second))))
        epoch = self.end_epoch()
        total = self.view("RewardDistributor", "total_funded") + self.miner_share(epoch)
        report = astuple(Report(epoch, self.view("EmissionController", "attempt"), *INPUTS, bytes(root), total, DATA_HASH))
        digest = self.view("EmissionController", "report_digest", report)
        signatures = [bytes(signer.unsafe_sign_hash(digest).signature) for signer in REPORTERS[:QUORUM]]
        self.call("EmissionController", "submit_report", report, signatures, sender=self.keeper)
        self.call("EmissionController", "refute_duplicate", account, one, [second], other, [first], sender=self.keeper)

    def look(self) -> None:
        """Every view, in the state the life has led to."""
        report = astuple(Report(self.view("EmissionController", "next_epoch"), 1, *INPUTS, bytes(32), 1, DATA_HASH))
        for name, contract in self.contracts.items():
            for found in contract.all_functions():
                if found.abi["stateMutability"] not in ("view", "pure"):
                    continue
                arguments = [report if item["name"] == "_report" else self._argument(name, item) for item in found.abi["inputs"]]
                if found.abi["name"] in ("preview", "parameters_at"):
                    arguments[0] = report[0]
                self.rows[name][_signature(found.abi)] = self.chain.send(found(*arguments), self.keeper)

    def _argument(self, name: str, item: Any) -> Any:
        if item["type"] == "address":
            staker = self.holder.address if item["name"] == "_owner" and name.startswith("Staking") else self.validator.address
            return {"_minter": self.minter.address, "_beneficiary": self.holder.address}.get(item["name"], staker)
        if item["name"] == "_block":
            return self.chain.block_number
        if item["type"] in OPERATION:
            return OPERATION[item["type"]]
        if item["name"] == "_vote":
            return (self.chain.block_number, DATA_HASH)
        if item["name"] == "_entries":
            return [(1, 1, 0)]
        if name.startswith("Staking") and item["name"] == "_amount":
            return UNIT
        return ARGUMENTS.get(item["name"], 0)

    def hand_over(self) -> None:
        """Every ownership changes hands, and the token's guardian with it."""
        self.call("MDT", "set_guardian", self.keeper.address)
        for name, contract in self.contracts.items():
            if not any(one.abi["name"] == "owner" for one in contract.all_functions()):
                continue
            self.call(name, "transfer_ownership", self.other.address)
            self.call(name, "accept_ownership", sender=self.other)


def _signature(entry: Any) -> str:
    return contracts.signature(entry)


def _entry(contract: Contract, name: str) -> Any:
    return next(entry for entry in contract.abi if entry.get("name") == name)


def measure() -> dict[str, dict[str, int]]:
    """Contract -> signature -> gas, both in alphabetical order. `__init__` is the deployment, without the compiler's footer: a hash of the sources."""
    life = Life()
    life.found()
    life.use_token()
    life.use_pool()
    entries = life.use_distributor()
    life.use_staking()
    life.use_controller(entries)
    life.use_slasher()
    life.use_vesting()
    life.use_governance()
    life.look()
    life.hand_over()
    functions_pools.live(life)
    functions_desk.live(life)
    return {name: dict(sorted(life.rows[name].items())) for name in sorted(life.rows)}

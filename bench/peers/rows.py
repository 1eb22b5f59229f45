"""Gas rows of others' contracts, the same operations in the same states as ours in `bench/gas`: one function a kind, one entry of `KINDS` a peer.

What moves a token moves the reference token. Whatever ours has and theirs lacks is said in the peer's note.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3.contract import Contract

from bench.gas.chain import Chain, full
from bench.gas.rows_governance import deploy_target, operate
from bench.gas.rows_staking import FOR_EVER, MINIMUM, PART, QUARTER, REWARDS
from bench.gas.rows_token import AMOUNT, UNIT, transfers
from bench.gas.rows_vesting import AMOUNT as VESTED
from bench.peers import compiled
from bench.peers.compiled import Code
from bench.peers.sablier import LOCKUP, lockup
from mdt.crypto.merkle import node_hash
from mdt.units import DAY, YEAR

Rows = dict[str, int]
SNEKMATE = metadata.version("snekmate")
INDEX = 0x1F1F1  # of a leaf, its neighbour's is one more and in the same word of the bitmap
DEPTHS = {10: 0x1F1, 20: INDEX}


@dataclass(frozen=True)
class Peer:
    """Somebody's contract, and what is to be known of it.

    Attributes:
        who: Its name, with how it was compiled.
        version: Of the package.
        measure: Its rows, on a chain of their own.
        notes: What a row of it leaves out, by row; "" for all.
    """

    who: str
    version: str
    measure: Callable[[Chain], Rows]
    notes: dict[str, str]

    def note(self, row: str) -> str:
        """What is to be known of a row."""
        return self.notes.get(row, self.notes.get("", ""))


def peers() -> Iterator[Peer]:
    """Everybody who can be measured here.

    Raises:
        NoPackages: they are not installed.
    """
    zeppelin, solady = (compiled.version(package) for package in ("@openzeppelin/contracts", "solady"))
    plain = {"mint, holder": "without cap, bucket, reason or record", "burn": "without reason or record"}
    for how, settings in (("", compiled.LIBRARIES), (" (IR)", compiled.IR)):
        yield Peer(f"OpenZeppelin{how}", zeppelin, _token("OpenZeppelinToken", settings), plain)
        yield Peer(f"OpenZeppelin VestingWallet{how}", zeppelin, _wallet(settings), {"": "a contract for each beneficiary"})
        yield Peer(f"OpenZeppelin TimelockController{how}", zeppelin, _timelock(settings), {})
    for how, settings in (("", compiled.SOLADY), (" (IR)", compiled.IR)):
        yield Peer(f"Solady{how}", solady, _token("SoladyToken", settings, "1"), plain)
    for how, venom in (("", False), (" (Venom)", True)):
        yield Peer(f"snekmate{how}", SNEKMATE, _snekmate_token(venom), plain)
        yield Peer(f"snekmate timelock_controller{how}", SNEKMATE, _snekmate_timelock(venom), {})
    package = "@uniswap/merkle-distributor"
    yield Peer("Uniswap MerkleDistributor", compiled.version(package), claims, {"": "one root for ever, an amount can be claimed once"})
    yield Peer("Sablier Lockup", compiled.version(LOCKUP), lockup, {"": "a stream that is an NFT"})
    package = "@uniswap/liquidity-staker"
    sent = "is sent the tokens beforehand by a transfer of its own; ours moves them"
    plain_pool = "one pool, no delegation, lock or slashing"
    yield Peer("Synthetix StakingRewards, as Uniswap's liquidity-staker", compiled.version(package), rewards, {"": plain_pool, "notify a reward": sent})
    package = "@sushiswap/core"
    one_step = {"": "no delegation, lock or slashing", "withdraw part": "in one step; ours is the step after unbonding"}
    yield Peer("Sushi MiniChefV2", compiled.version(package), mini_chef, one_step)


def _token(name: str, settings: dict[str, Any], version: str = "") -> Callable[[Chain], Rows]:
    return lambda chain: _tokens(chain, compiled.solidity("Tokens.sol", **settings)[name], version)


def _snekmate_token(venom: bool) -> Callable[[Chain], Rows]:
    return lambda chain: _tokens(chain, compiled.vyper("SnekmateToken", venom))


def _tokens(chain: Chain, code: Code, version: str = "") -> Rows:
    """The rows of a token; of one that does not describe its domain, with the version that permits are signed for."""
    owner = chain.account()
    token = chain.deploy_code("token", *code, sender=owner)
    holders = [chain.account() for _ in range(2)]
    for holder in holders:
        chain.send(token.functions.mint(holder.address, 1_000 * UNIT), owner)
    domain = {"name": "Token", "version": version, "chainId": chain.web3.eth.chain_id, "verifyingContract": token.address} if version else None
    rows = transfers(chain, token, holders, domain)
    rows["mint, holder"] = chain.send(token.functions.mint(holders[0].address, AMOUNT), owner)
    rows["burn"] = chain.send(token.functions.burn(AMOUNT), holders[0])
    return rows


def _timelock(settings: dict[str, Any]) -> Callable[[Chain], Rows]:
    return lambda chain: _operations(chain, compiled.solidity(compiled.TIMELOCK, **settings)["TimelockController"], "0x" + 40 * "0")


def _snekmate_timelock(venom: bool) -> Callable[[Chain], Rows]:
    return lambda chain: _operations(chain, compiled.vyper("SnekmateTimelock", venom))


def _operations(chain: Chain, code: Code, *admin: str) -> Rows:
    """Anybody executes, as with ours: the role is given to nobody's address."""
    proposer, keeper = chain.account(), chain.account()
    timelock = chain.deploy_code("timelock", *code, DAY, [proposer.address], ["0x" + 40 * "0"], *admin)
    return operate(chain, timelock, deploy_target(chain), proposer, keeper)


def claims(chain: Chain) -> Rows:
    """Two neighbours claim in turn: the second finds the word that keeps who claimed written already, which is the later claim's advantage of ours."""
    rows: Rows = {}
    rng = random.Random(2**20)
    for depth, index in DEPTHS.items():
        token, miners = _reference(chain), [chain.account() for _ in range(2)]
        amounts = [full(10 * UNIT + rng.randrange(UNIT)) for _ in miners]
        leaves = [
            keccak((index + at).to_bytes(32, "big") + bytes.fromhex(miner.address[2:]) + amount.to_bytes(32, "big"))
            for at, (miner, amount) in enumerate(zip(miners, amounts, strict=True))
        ]
        path = [rng.randbytes(32) for _ in range(depth - 1)]
        root = node_hash(*leaves)
        for sibling in path:
            root = node_hash(root, sibling)
        distributor = chain.deploy_code("distributor", *compiled.shipped("@uniswap/merkle-distributor", "build/MerkleDistributor.json"), token, root)
        _mint(chain, token, distributor.address, 1_000 * UNIT)
        for at, (row, miner) in enumerate(zip(("first, holder", "later"), miners, strict=True)):
            _mint(chain, token, miner.address, UNIT)
            call = distributor.functions.claim(index + at, miner.address, amounts[at], [leaves[1 - at], *path])
            rows[f"claim, 2^{depth} leaves, {row}"] = chain.send(call, miner)
    return rows


def rewards(chain: Chain) -> Rows:
    """StakingRewards: rewards in the token that is staked."""
    owner, token = chain.account(), _reference(chain)
    pool = chain.deploy_code("rewards", *compiled.shipped("@uniswap/liquidity-staker", "build/StakingRewards.json"), owner.address, token, token)
    rows: Rows = {}
    for amount in REWARDS:
        _mint(chain, token, pool.address, amount)
        rows["notify a reward"] = _later(chain, pool.functions.notifyRewardAmount(amount), owner)
    account, other, calls = _staker(chain, token, pool), _staker(chain, token, pool), pool.functions
    for _ in range(2):  # the first one to come finds nothing that accrued
        _later(chain, calls.stake(PART), other)
    for row in ("stake, first of an account", "stake, later", "stake, later"):
        rows[row] = _later(chain, calls.stake(PART), account)
    for _ in range(2):
        rows["claim staking reward, later"] = _later(chain, calls.getReward(), account)
    _later(chain, calls.stake(PART), account)  # something is owed again, in a word that is there
    rows["withdraw part"] = _later(chain, calls.withdraw(QUARTER), account)
    return rows


def mini_chef(chain: Chain) -> Rows:
    """MiniChefV2: rewards in the token that is staked; the second of two pools, without a contract for more rewards."""
    owner, token = chain.account(), _reference(chain)
    code = compiled.shipped("@sushiswap/core", "artifacts/contracts/MiniChefV2.sol/MiniChefV2.json")
    chef = chain.deploy_code("chef", *code, token, sender=owner)
    _mint(chain, token, chef.address, 1_000 * UNIT)
    for staked in (_reference(chain), token):
        chain.send(chef.functions.add(100, staked.address, "0x" + 40 * "0"), owner)
    chain.send(chef.functions.setSushiPerSecond(full(UNIT // 1_000)), owner)
    account, other = _staker(chain, token, chef), _staker(chain, token, chef)
    for _ in range(2):
        _later(chain, chef.functions.deposit(1, PART, other.address), other)
    rows: Rows = {}
    for row in ("stake, first of an account", "stake, later", "stake, later"):
        rows[row] = _later(chain, chef.functions.deposit(1, PART, account.address), account)
    for _ in range(2):
        rows["claim staking reward, later"] = _later(chain, chef.functions.harvest(1, account.address), account)
    rows["withdraw part"] = _later(chain, chef.functions.withdraw(1, QUARTER, account.address), account)
    return rows


def _wallet(settings: dict[str, Any]) -> Callable[[Chain], Rows]:
    return lambda chain: _vesting(chain, compiled.solidity(compiled.WALLET, **settings)["VestingWallet"])


def _vesting(chain: Chain, code: Code) -> Rows:
    """A wallet is deployed, which is a transaction, and paid into, which is another."""
    creator, member, token = chain.account(), chain.account(), _reference(chain)
    for account, amount in ((creator, 10 * VESTED), (member, UNIT)):
        _mint(chain, token, account.address, amount)
    wallet = chain.deploy_code("wallet", *code, member.address, chain.timestamp + 2 * DAY, 5 * YEAR)
    paid = chain.send(token.functions.transfer(wallet.address, VESTED), creator)
    rows = {"vesting: create and fund one schedule": chain.deploy_gas["wallet"] + paid}
    release = wallet.get_function_by_signature("release(address)")
    chain.travel(2 * YEAR)
    for row in ("vesting: first claim, holder", "vesting: later claim"):
        chain.mine()
        rows[row] = chain.send(release(token.address), member)
        chain.travel(30 * DAY)
    return rows


def _reference(chain: Chain) -> Contract:
    return chain.deploy_code("reference token", *compiled.reference())


def _mint(chain: Chain, token: Contract, account: str, amount: int) -> None:
    chain.send(token.functions.mint(account, amount, 0), chain.account(0))


def _staker(chain: Chain, token: Contract, pool: Contract) -> LocalAccount:
    account = chain.account()
    _mint(chain, token, account.address, 100 * MINIMUM)
    chain.send(token.functions.approve(pool.address, FOR_EVER), account)
    return account


def _later(chain: Chain, call: Any, sender: LocalAccount) -> int:
    """Five blocks after the call before, as ours."""
    chain.mine(5)
    return chain.send(call, sender)

"""The public face: a deployment, opened, with what an integrator reads and what a user sends. It holds no rules of its own.

Every amount is an int of wei, the smallest unit; `Client.unit` writes and reads it as people do. Every account is a checksummed address.
Times are Unix seconds. Whatever goes wrong on purpose is an `mdt.errors.MDTError` that says what was wrong and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from mdt.addresses import parse_address, parse_recipient
from mdt.chain.connecting import connect as connect_chain
from mdt.chain.contract import Contract
from mdt.chain.policy import Policy
from mdt.chain.signers import LocalSigner, Signer
from mdt.chain.transactions import Chain, Receipt
from mdt.errors import AccountError, KeeperError, MarketError
from mdt.market.exchange import Markets
from mdt.market.face import MarketState, SwapQuote, quote_of, side_of, state_of
from mdt.market.liquidity import Provider
from mdt.market.payments import Desk, require_held
from mdt.market.supply import Supply, supply_of
from mdt.market.swaps import Limits, Trader
from mdt.oracle.claims import Claim, claims_of
from mdt.staking.reader import Reader
from mdt.staking.stakes import EVERYTHING, Stakes
from mdt.suite.calls import Call
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import Folder
from mdt.units import Denomination


@dataclass(frozen=True)
class Epoch:
    """What the controller recorded of an epoch.

    Attributes:
        is_settled: False for an epoch that was skipped, or is not settled yet; everything else is zero then.
        utility: U of the network, WAD: 10**18 is 1.
        emission: Wei that the epoch emitted, of which `recycled` came out of the recycling pool instead of being minted.
        miner_share: Wei that miners got.
        cumulative_total: Wei promised to miners up to this epoch.
        root: Merkle root of all miners' cumulative rewards, 32 bytes.
        data_hash: keccak256 of the manifest of the published bundle, 32 bytes.
    """

    number: int
    is_settled: bool
    utility: int
    emission: int
    recycled: int
    miner_share: int
    cumulative_total: int
    root: bytes
    data_hash: bytes


@dataclass(frozen=True)
class Position:
    """A stake of one account with one validator, in one of its slots.

    Attributes:
        staked: Wei it is worth.
        pending_reward: Wei of rewards that `claim_stake` would pay.
        bonus_bps: What its lock adds to its weight, in basis points.
        unlocks_at: When its lock ends; 0 without a lock.
    """

    validator_id: int
    slot: int
    staked: int
    pending_reward: int
    bonus_bps: int
    unlocks_at: int


@dataclass(frozen=True)
class Validator:
    """A validator and its pool.

    Attributes:
        staked: Wei staked with it, its own included.
        commission_bps: Its part of its delegators' rewards, in basis points.
        is_active: Whether it earns and accepts stake.
    """

    validator_id: int
    operator: str
    staked: int
    commission_bps: int
    is_active: bool


@dataclass(frozen=True)
class Transactions:
    """Calls that are ready: to be read, handed to a wallet, tried, or sent. Nothing has been sent.

    Attributes:
        calls: In the order in which they must be sent; an approval, where one is needed, comes first.
    """

    calls: list[Call]

    @property
    def words(self) -> list[str]:
        """What each does, in words that follow 'would'."""
        return [one.words for one in self.calls]

    @property
    def calldata(self) -> list[tuple[str, bytes]]:
        """(contract, data) of each, for a wallet of your own; all carry no value. Luxtensor takes transactions of type 0 only."""
        return [(str(one.contract.address), one.contract.encode(one.function, *one.arguments)) for one in self.calls]

    def send(self, key: str | LocalAccount | Signer) -> list[Receipt]:
        """Sign and send one after the other, and wait until each is mined. What is signed is written to the journal first (`docs/reference/transactions.md`).

        Args:
            key: A private key (0x and 64 hex digits), an account of eth-account, or a signer of `mdt.chain.signers`.

        Raises:
            AccountError: the key is none, or the account cannot pay for the gas.
            RevertError: a contract refused.
            UnconfirmedError: sent, but not mined in time, or an earlier transaction of the account is in doubt; carries the hash. Sending the same again
                looks it up and finishes it, and never sends it twice.
        """
        signer = signer_of(key)
        return [one.send(signer) for one in self.calls]


@dataclass(frozen=True)
class Client:
    """A deployment that one reads and sends to. Made by `connect`.

    Attributes:
        suite: The opened deployment, for all that is not here: `client.suite["MDT"].call("balanceOf", account)`.
    """

    suite: Suite

    @property
    def unit(self) -> Denomination:
        """How the token's amounts are written: `unit.format(wei)`, `unit.parse("12.5 MDT")`."""
        return self.suite.unit

    def contract(self, name: str) -> Contract:
        """A contract of the suite by name, such as "MDT" or "Staking", with its ABI.

        Raises:
            KeyError: there is none of that name.
        """
        return self.suite[name]

    # --- supply and balances ---

    def supply(self) -> Supply:
        """How much there is, and how much of it circulates (`docs/concepts/supply.md`)."""
        return supply_of(self.suite)

    def balance(self, account: str) -> int:
        """Wei in an account's wallet; what it has staked or can claim is not in it.

        Raises:
            ChainError: not an address.
        """
        return int(self.suite["MDT"].call("balanceOf", parse_address(account)))

    # --- epochs ---

    def epoch(self, number: int) -> Epoch:
        """What was recorded of an epoch, counted from 0."""
        one = self.suite["EmissionController"].call("epoch_record", number)
        figures = {name: int(getattr(one, name)) for name in ("utility", "emission", "recycled", "miner_share", "cumulative_total")}
        return Epoch(number, bool(one.is_settled), root=bytes(one.root), data_hash=bytes(one.data_hash), **figures)

    def last_settled(self) -> Epoch | None:
        """The newest settled epoch, or None before the first. Skipped epochs are passed over."""
        for number in range(int(self.suite["EmissionController"].call("next_epoch")) - 1, -1, -1):
            found = self.epoch(number)
            if found.is_settled:
                return found
        return None

    # --- staking ---

    def validators(self) -> list[Validator]:
        """All validators, by number from 1."""
        return [
            Validator(int(one.validator_id), str(one.operator), int(one.staked), int(one.commission_bps), bool(int(one.status) & 1))
            for one in Reader(self.suite).validators()
        ]

    def positions(self, account: str) -> list[Position]:
        """All positions of an account, the own stake of the validator that it operates included.

        Raises:
            ChainError: not an address.
        """
        return [
            Position(int(one.validator_id), int(one.slot), int(one.tokens), int(one.pending_reward), int(one.bonus_bps), int(one.unlocks_at))
            for one in Reader(self.suite).positions(parse_address(account))
        ]

    def pending_rewards(self, account: str) -> int:
        """Wei that staking owes an account over all its positions. Miners' rewards are not in it: see `claimable`."""
        return sum(one.pending_reward for one in self.positions(account))

    def stake(self, account: str, validator_id: int, amount: int, *, slot: int = 0, months: int = 0) -> Transactions:
        """Stake `amount` wei with a validator, locked for `months` if not 0; approves exactly the amount first where the allowance is short.

        Raises:
            StakingError: staking would refuse it; says why, and what to do.
        """
        return Transactions(self._stakes(account).add(validator_id, slot, amount, months))

    def unstake(self, account: str, validator_id: int, amount: int = EVERYTHING, *, slot: int = 0) -> Transactions:
        """Ask for `amount` wei of a position back, or for all of it; it unbonds first, then `withdraw` takes it out.

        Raises:
            StakingError: staking would refuse it.
        """
        return Transactions(self._stakes(account).unstake(validator_id, slot, amount))

    def withdraw(self, account: str, validator_id: int, *, slot: int = 0) -> Transactions:
        """Take out every unbonding request of a position that is over.

        Raises:
            StakingError: none is over; says when the first one is.
        """
        return Transactions(self._stakes(account).withdraw(validator_id, slot))

    def claim_stake(self, account: str) -> Transactions:
        """Have the staking rewards of all positions of an account paid.

        Raises:
            StakingError: nothing to claim.
        """
        return Transactions(self._stakes(account).claim())

    # --- miners' rewards ---

    def claimable(self, account: str, bundles: str | Path) -> Claim:
        """What a miner can claim, with the Merkle proof, from a folder of published bundles (`epoch-000007/` and so on).

        Raises:
            KeeperError: the bundle of the root in force is not in the folder.
            ChainError: not an address.
        """
        return claims_of(self.suite, Path(bundles), [parse_address(account)])[0]

    def claim(self, account: str, bundles: str | Path) -> Transactions:
        """Claim for a miner. Anyone may send it; the tokens go to the miner, or to the recipient it named.

        Raises:
            KeeperError: nothing to claim, or the bundle of the root in force is not in the folder.
        """
        found = self.claimable(account, bundles)
        if found.claimable == 0:
            raise KeeperError(f"nothing to claim for {found.account}: {self.unit.format(found.claimed)} were granted, and all of it is paid")
        words = f"claim {self.unit.format(found.claimable)} for {found.account}"
        return Transactions([Call(self.suite["RewardDistributor"], "claim", (found.account, found.cumulative, found.proof), words)])

    # --- payments ---

    def transfer(self, sender: str, recipient: str, amount: int) -> Transactions:
        """Send `amount` wei. Where a part of every payment burns, it goes through the fee desk, and the recipient gets the rest.

        Raises:
            AccountError: the sender does not hold that much.
            ChainError: not an address, or one that nobody has the key of.
            MarketError: the token's own contract, out of which nothing returns.
        """
        payer, payee = parse_address(sender), parse_recipient(recipient)
        desk = Desk(self.suite)
        if desk.takes_transfers:
            return Transactions(desk.pay(payer, payee, amount)[1])
        if payee == self.suite["MDT"].address:
            raise MarketError(f"{payee} is the contract of the token itself: what it gets is lost")
        require_held(self.suite, payer, amount)
        return Transactions([Call(self.suite["MDT"], "transfer", (payee, amount), f"send {self.unit.format(amount)} to {payee}")])

    # --- markets ---

    def markets(self) -> list[MarketState]:
        """The markets of the deployment, by name."""
        return [state_of(one) for one in Markets(self.suite).all()]

    def quote_swap(self, market: str, token_in: str, amount: int, *, buy: bool = False) -> SwapQuote:
        """What paying `amount` of the token at the address `token_in` brings, or with `buy` what buying `amount` of the other token costs.

        Raises:
            MarketError: no such market, an empty one, a token that is not of it, or more than there is.
        """
        found = Markets(self.suite).get(market)
        return quote_of(found.quote(side_of(found, token_in), amount, is_bought=buy))

    def swap(
        self, account: str, market: str, token_in: str, amount: int, *, buy: bool = False, limit: int | None = None, limits: Limits | None = None
    ) -> Transactions:
        """Swap: pay exactly `amount` of `token_in`, or with `buy` buy exactly so much of the other token. What may be paid is approved exactly.

        Args:
            account: Who pays, and gets what comes out.
            market: Its name.
            token_in: Address of the token that is paid.
            amount: Of its smallest unit; with `buy` of the other's.
            buy: Whether `amount` is what comes out.
            limit: The least that must come out, or with `buy` the most that may be paid; what the slippage leaves of the quote when None.
            limits: Slippage, deadline and largest price impact: 0.5%, 20 minutes and 5% when None.

        Raises:
            MarketError: as `quote_swap`; the price would move too far, the quote is beyond the limit, or the account does not hold that much.
        """
        found, payer = Markets(self.suite).get(market), parse_address(account)
        trader = Trader(found, payer, limits or Limits())
        return Transactions(trader.swap(side_of(found, token_in), amount, payer, is_bought=buy, limit=limit)[1])

    def add_liquidity(self, account: str, market: str, tokens: int | None, paired: int | None, *, limits: Limits | None = None) -> Transactions:
        """Deposit at most so much of both tokens for shares; one that is None follows from the reserves.

        Raises:
            MarketError: no such market, too little, or the account does not hold that much.
        """
        return Transactions(self._provider(account, market, limits).add(tokens, paired, parse_address(account))[1])

    def remove_liquidity(self, account: str, market: str, shares: int, *, limits: Limits | None = None) -> Transactions:
        """Give shares back for their part of both reserves.

        Raises:
            MarketError: no such market, or more shares than the account has.
        """
        return Transactions(self._provider(account, market, limits).remove(shares, parse_address(account))[1])

    def _provider(self, account: str, market: str, limits: Limits | None) -> Provider:
        return Provider(Markets(self.suite).get(market), parse_address(account), limits or Limits())

    def _stakes(self, account: str) -> Stakes:
        return Stakes(self.suite, parse_address(account))


def connect(network: str | Path, rpc: str, policy: Policy | None = None) -> Client:
    """Open a deployment over a node.

    Args:
        network: A network whose record comes with the package or stands in `deployments/`, such as "demo-devnet", or a folder of records.
        rpc: The node's address, such as "http://127.0.0.1:8545".
        policy: Prices and time-outs; the defaults suit Luxtensor.

    Raises:
        DeploymentError: no record, an unfinished one, or one whose contracts are not on this chain.
        NodeError: the node does not answer.
        WrongChainError: the node serves another chain than the record is of.
    """
    folder = Folder(Path(network)) if Path(network).is_dir() else Folder.of(str(network))
    return open_client(connect_chain(rpc, folder.load_network().chain_id, policy), folder)


def open_client(chain: Chain, folder: Folder) -> Client:
    """Open a deployment on a chain that is connected already; raises as `connect`."""
    return Client(open_suite(chain, folder))


def signer_of(key: str | LocalAccount | Signer) -> Signer:
    """A signer from a private key or an account of eth-account.

    Raises:
        AccountError: the text is no private key; it is not repeated.
    """
    if isinstance(key, LocalAccount):
        return LocalSigner(key)
    if not isinstance(key, str):
        return key
    try:
        account: Any = Account.from_key(key)
    except Exception as error:  # eth-keys and eth-account raise several unrelated kinds
        raise AccountError("that is no private key: give 0x and 64 hex digits") from error
    return LocalSigner(account)

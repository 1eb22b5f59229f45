"""What is signed: the chain is checked, and nonce, price and gas limit are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from eth_typing import HexStr
from eth_utils.address import to_checksum_address
from web3.types import TxParams

from mdt.chain.node import Node
from mdt.chain.policy import BASE_GAS, GAS_PER_CALLDATA_BYTE, deploy_gas
from mdt.chain.signers import Signer
from mdt.errors import AccountError, ChainError, PendingError


@dataclass
class Preparing(Node):
    """A node for which transactions are put together."""

    # --- what another kind of chain does differently ---

    def _enough_gas(self, request: TxParams, floor: int, cap: int, what: str) -> int:
        """The gas limit of a transaction: the node's estimate with a margin, at least `floor` and at most a block's `cap`."""
        with self.asking(what):
            estimate = int(self.w3.eth.estimate_gas(request))
        limit = max(estimate * self.policy.gas_margin_percent // 100, floor)
        if min(estimate, floor) > cap or ("to" in request and floor > cap):
            raise ChainError(f"{what}: needs {max(estimate, floor)} gas, a block holds {cap}: make the batch smaller")
        return min(limit, cap)

    def free_nonce(self, account: str, what: str) -> int:
        """The nonce of the next transaction.

        Raises:
            PendingError: transactions of the account wait in the node's mempool that were not sent from here; one of ours would replace the first.
        """
        mined, waiting = self.nonce(account), self.pending_nonce(account)
        if waiting > mined:
            count = "a transaction waits" if waiting == mined + 1 else f"{waiting - mined} transactions wait"
            raise PendingError(
                f"{what}: {count} in the mempool of {account}, from nonce {mined} on, sent from elsewhere (a wallet, another machine): nothing was signed;"
                f" wait until mined, or give up on the first with `mdt tx cancel {mined}`"
            )
        return mined

    # --- the same for all ---

    def prepare(self, signer: Signer, to: str | None, data: bytes, what: str, gas: int | None = None) -> TxParams:
        """The transaction that `send` would sign: checked chain, nonce, price and limit.

        Raises:
            WrongChainError: another chain.
            RevertError: the estimate shows that the transaction would be refused.
            AccountError: the account cannot pay for the gas.
            PendingError: transactions of the account are pending that were sent from elsewhere.
        """
        self.check()
        price, balance = self.gas_price(), self.balance(signer.address)
        self.require_funds(signer.address, balance, gas or BASE_GAS + GAS_PER_CALLDATA_BYTE * len(data), price, what)
        limit = self._gas_limit(signer.address, to, data, what) if gas is None else gas
        self.require_funds(signer.address, balance, limit, price, what)
        return self.assembled(to, data, nonce=self.free_nonce(signer.address, what), price=price, gas=limit)

    def assembled(self, to: str | None, data: bytes, *, nonce: int, price: int, gas: int, value: int = 0) -> TxParams:
        """A transaction of type 0 of these values; none of ours carries native coin, which is `value` in wei."""
        transaction: TxParams = {
            "chainId": self.chain_id,
            "nonce": cast(Any, nonce),
            "gasPrice": cast(Any, price),
            "gas": gas,
            "value": cast(Any, value),
            "data": HexStr("0x" + data.hex()),
        }
        if to is not None:
            transaction["to"] = to_checksum_address(to)
        return transaction

    @staticmethod
    def require_funds(account: str, balance: int, gas: int, price: int, what: str) -> None:
        """Refuse what the account cannot pay for: `gas` at `price` wei out of `balance` wei.

        Raises:
            AccountError: says how much it needs.
        """
        if balance < gas * price:
            raise AccountError(
                f"{what}: {account} holds {balance} wei of the native coin, {gas} gas at {price} wei needs {gas * price}: send it some, or use another account"
            )

    # --- internal ---

    def _gas_limit(self, sender: str, to: str | None, data: bytes, what: str) -> int:
        floor = BASE_GAS + GAS_PER_CALLDATA_BYTE * len(data)
        if to is None:
            floor = max(floor, deploy_gas(data, self.policy))
        request: TxParams = {"from": to_checksum_address(sender), "data": HexStr("0x" + data.hex())}
        if to is not None:
            request["to"] = to_checksum_address(to)
        return self._enough_gas(request, floor, self.block_gas_limit(), what)

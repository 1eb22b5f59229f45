"""The treasury: one owner, spending of any ERC-20, a running total per token."""

from __future__ import annotations

from collections import defaultdict

from mdt.errors import Refusal
from mdt.model.ownable import ZERO_ADDRESS, Ownable


class Treasury(Ownable):
    """`contracts/governance/Treasury.vy`; the tokens' balances are kept by the tokens."""

    def __init__(self, address: str, owner: str) -> None:
        if owner == ZERO_ADDRESS:
            raise Refusal("treasury: zero owner")
        super().__init__(owner)
        self.address = address
        self.total_spent: defaultdict[str, int] = defaultdict(int)

    def spend(self, caller: str, token: str, to: str, amount: int, *, has_code: bool = True, is_sent: bool = True) -> None:
        """Send `amount` of `token` to `to`.

        Args:
            caller: must be the owner.
            token: the ERC-20's address.
            to: who gets it.
            amount: in the token's smallest unit.
            has_code: whether there is a contract at `token`.
            is_sent: what the token answers to the transfer (nothing counts as yes).

        Raises:
            Refusal: as the contract, in the same order.
        """
        self.check_owner(caller)
        if not has_code:
            raise Refusal("treasury: token has no code")
        if to == ZERO_ADDRESS:
            raise Refusal("treasury: zero recipient")
        if to in (self.address, token):
            raise Refusal("treasury: bad recipient")
        if amount == 0:
            raise Refusal("treasury: zero amount")
        if not is_sent:
            raise Refusal("treasury: transfer failed")
        self.total_spent[token] += amount

"""The reward distributor: cumulative Merkle claims of the miner share, paid to the account or to the recipient it chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.merkle import leaf_hash, process_proof
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals

require = refusals("distributor")
require_token = refusals("mdt")

EMPTY_ROOT = bytes(32)
MAX_PAYMENT = 2**128 - 1  # wei; bounds one payment and the total
MAX_BATCH = 64


class RewardDistributor(Ownable):
    """`contracts/distribution/RewardDistributor.vy`; whether the funder has the tokens is the token's business.

    Addresses are compared as strings: give them in one spelling. A call that is refused changes nothing.
    """

    def __init__(self, address: str, token: str, owner: str) -> None:
        require(owner != ZERO_ADDRESS, "zero address")
        super().__init__(owner)
        self.address = address
        self.token = token
        self.funder = ZERO_ADDRESS
        self.root = EMPTY_ROOT
        self.total_funded = 0
        self.unclaimed = 0
        self._claimed: defaultdict[str, int] = defaultdict(int)
        self._recipients: dict[str, str] = {}

    # --- permissionless ---

    def claim(self, account: str, cumulative: int, proof: Sequence[bytes]) -> int:
        """Pay an account what it earned and did not claim yet.

        Args:
            account: who earned; the payment goes to `recipient_of(account)`.
            cumulative: wei it ever earned, as in its leaf.
            proof: siblings of its leaf, from the leaf up.

        Returns:
            Wei paid.

        Raises:
            Refusal: as the contract, in the same order, the token's own refusals included.
        """
        amount = self._due(self._claimed[account], cumulative)
        require(amount > 0, "nothing to claim")
        self._check_proof(account, cumulative, proof)
        require_token(self.recipient_of(account) != ZERO_ADDRESS, "zero address")
        require_token(amount <= self.unclaimed, "balance too low")
        self._claimed[account] += amount
        self._move(self.recipient_of(account), amount)
        return amount

    def claim_many(self, accounts: Sequence[str], cumulatives: Sequence[int], proofs: Sequence[Sequence[bytes]]) -> int:
        """Claim for many: what is paid already or cannot be paid is skipped, an invalid proof refuses the whole batch.

        Returns:
            Wei paid in all.
        """
        require(len(accounts) == len(cumulatives) == len(proofs), "length mismatch")
        claimed, left, total = self._claimed.copy(), self.unclaimed, 0
        for account, cumulative, proof in zip(accounts, cumulatives, proofs, strict=True):
            amount = self._due(claimed[account], cumulative)
            if amount == 0:
                continue
            self._check_proof(account, cumulative, proof)
            recipient = self.recipient_of(account)
            if recipient == ZERO_ADDRESS or amount > left:
                continue
            claimed[account] += amount
            left -= amount if recipient != self.address else 0
            total += amount
        self._claimed, self.unclaimed = claimed, left
        return total

    # --- user ---

    def claim_and_stake(self, caller: str, cumulative: int, proof: Sequence[bytes], stake: Callable[[int], object] | None) -> int:
        """The caller has what it earned staked in a position of its own, whatever recipient it chose.

        Args:
            caller: who earned.
            cumulative: wei it ever earned, as in its leaf.
            proof: siblings of its leaf, from the leaf up.
            stake: adds that many wei to the position, as the staking contract does for its distributor, or refuses; none if the funder is no contract.

        Returns:
            Wei paid and staked.
        """
        amount = self._due(self._claimed[caller], cumulative)
        require(amount > 0, "nothing to claim")
        self._check_proof(caller, cumulative, proof)
        add = require.found(stake, "no staking")
        require_token(amount <= self.unclaimed, "balance too low")
        add(amount)
        self._claimed[caller] += amount
        self.unclaimed -= amount
        return amount

    def set_recipient(self, caller: str, recipient: str) -> None:
        """The caller chooses where its claims go; zero or itself undoes it."""
        require(recipient not in (self.token, self.address), "bad recipient")
        new = caller if recipient == ZERO_ADDRESS else recipient
        require(new != self.recipient_of(caller), "no change")
        self._recipients[caller] = new

    # --- role ---

    def fund(self, caller: str, root: bytes, cumulative_total: int) -> int:
        """The funder brings the next root and the tokens by which the total grows.

        Returns:
            Wei pulled from the funder.
        """
        require(caller == self.funder, "not funder")
        require(root != EMPTY_ROOT, "empty root")
        require(root != self.root, "no change")
        require(cumulative_total > self.total_funded, "nothing to fund")
        require(cumulative_total <= MAX_PAYMENT, "total too large")
        amount = cumulative_total - self.total_funded
        self.root, self.total_funded = root, cumulative_total
        self.unclaimed += amount
        return amount

    def receive(self, amount: int) -> None:
        """A plain token transfer to the distributor: held like the rest, and in no total."""
        self.unclaimed += amount

    # --- governance ---

    def set_funder(self, caller: str, funder: str) -> None:
        """The owner names the contract that brings roots."""
        self.check_owner(caller)
        require(funder != ZERO_ADDRESS, "zero address")
        require(funder != self.funder, "no change")
        self.funder = funder

    # --- views ---

    def claimed(self, account: str) -> int:
        """Wei paid for an account so far."""
        return self._claimed.get(account, 0)

    def recipient_of(self, account: str) -> str:
        """Where the claims of an account go."""
        return self._recipients.get(account, account)

    # --- internals ---

    @staticmethod
    def _due(claimed: int, cumulative: int) -> int:
        """Wei to pay; 0 when it is no more than was claimed, or absurdly more."""
        amount = cumulative - claimed
        return amount if 0 < amount <= MAX_PAYMENT else 0

    def _check_proof(self, account: str, cumulative: int, proof: Sequence[bytes]) -> None:
        require(process_proof(leaf_hash(account, cumulative), proof) == self.root, "invalid proof")

    def _move(self, recipient: str, amount: int) -> None:
        if recipient != self.address:
            self.unclaimed -= amount

"""Offences of a run: the evidence that is signed for them, the slashes that follow, and how each of them ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from eth_utils.crypto import keccak

from mdt.chain.signers import LocalSigner
from mdt.model.slasher import SlashStatus
from mdt.runs.stakers import StakeBook
from mdt.suite.opened import Suite

DOUBLE_SIGNING, OFFLINE, NO_REVEAL = range(3)
OFFENCES = ("double signing", "offline", "no reveal")
ESCROWED, OVERTURNED = SlashStatus.ESCROWED, SlashStatus.OVERTURNED
STATUSES = tuple(status.name.lower() for status in SlashStatus)


@dataclass(frozen=True)
class Ended:
    """What became of a slash, wei: either burned and to the treasury, or back to its pool and owed to those who had left it."""

    burned: int = 0
    to_treasury: int = 0
    restored: int = 0
    owed: int = 0


class Offences:
    """Calls on the Slasher in people's names; what comes back to pools is counted in the stakers' book."""

    def __init__(self, suite: Suite, book: StakeBook) -> None:
        """Take the contracts of a finished deployment."""
        self.slasher, self.book = suite["Slasher"], book

    # --- evidence ---

    def vote(self, account: LocalAccount, height: int, block_hash: bytes) -> tuple[dict[str, Any], bytes]:
        """A validator's signed vote for a block."""
        vote = {"height": height, "block_hash": block_hash}
        return vote, _sign(account, self.slasher.call("vote_digest", vote))

    def prove_double_signing(self, signer: LocalSigner, account: LocalAccount, height: int) -> int:
        """Hand in two votes of one key for different blocks of one height; the slash's number."""
        votes = [self.vote(account, height, keccak(text=name)) for name in ("one block", "another block")]
        receipt = self.slasher.send(signer, "prove_double_signing", *[part for vote in votes for part in vote])
        return self._slashed(receipt)

    def report_liveness(self, signer: LocalSigner, epoch: int, missed: dict[int, tuple[int, int]], reporters: Sequence[LocalSigner]) -> None:
        """Hand in what validators missed in an epoch (number: blocks, reveals), signed by reporters in ascending order."""
        entries = [{"validator_id": number, "missed_blocks": blocks, "missed_reveals": reveals} for number, (blocks, reveals) in sorted(missed.items())]
        digest = self.slasher.call("liveness_digest", epoch, entries)
        ordered = sorted(reporters, key=lambda one: int(one.address, 16))
        self.slasher.send(signer, "report_liveness", epoch, entries, [_sign(one.account, digest) for one in ordered])

    def announce_for_liveness(self, signer: LocalSigner, validator_id: int, offence: int) -> int:
        """Announce a slash for what the reports add up to; the slash's number."""
        receipt = self.slasher.send(signer, "announce_for_liveness", validator_id, offence)
        return int(self.slasher.events(receipt, "SlashAnnounced")[0].slash_id)

    def void(self, signer: LocalSigner, slash_id: int) -> None:
        """End an announced slash, as the guardian or the arbiter."""
        self.slasher.send(signer, "void_slash", slash_id)

    def open(self, signer: LocalSigner, slash_id: int) -> None:
        """Let an announced slash take effect; anyone may."""
        self.slasher.send(signer, "open_slash", slash_id)

    # --- what follows ---

    def record(self, slash_id: int) -> Any:
        """A slash as the contract keeps it."""
        return self.slasher.call("slash_record", slash_id)

    def records(self) -> dict[int, Any]:
        """All slashes of this slasher, by number; a later slasher counts on from the earlier one's last."""
        first, following = int(self.slasher.call("FIRST_SLASH_ID")), int(self.slasher.call("slash_count"))
        return {number: self.record(number) for number in range(first, following)}

    def appeal(self, operator: LocalSigner, slash_id: int, reasons: str) -> None:
        """Ask the arbiter; the published reasons are named by their hash."""
        self.slasher.send(operator, "appeal", slash_id, keccak(text=reasons))

    def answer(self, signer: LocalSigner, validator_id: int, owner: str, slot: int) -> int:
        """Have a redelegated position answer for the next slash of the validator it left; wei."""
        receipt = self.slasher.send(signer, "answer", validator_id, owner, slot)
        return sum(int(event.amount) for event in self.slasher.events(receipt, "Answered"))

    def overturn(self, arbiter: LocalSigner, slash_id: int) -> Ended:
        """Give a slash back."""
        event = self.slasher.events(self.slasher.send(arbiter, "overturn", slash_id), "Overturned")[0]
        self.book.restored += int(event.restored)
        return Ended(restored=int(event.restored), owed=int(event.owed))

    def uphold(self, arbiter: LocalSigner, slash_id: int) -> Ended:
        """Turn an appeal down."""
        return self._upheld(self.slasher.send(arbiter, "uphold", slash_id))

    def execute(self, signer: LocalSigner, slash_id: int) -> Ended:
        """Uphold a slash whose window is over; anyone may."""
        return self._upheld(self.slasher.send(signer, "execute", slash_id))

    def claim_restitution(self, signer: LocalSigner, slash_id: int, owner: str) -> int:
        """Have an owner paid what an overturned slash owes it; wei."""
        receipt = self.slasher.send(signer, "claim_restitution", slash_id, owner)
        amount = int(self.slasher.events(receipt, "RestitutionPaid")[0].amount)
        self.book.restituted += amount
        return amount

    def unjail(self, operator: LocalSigner, validator_id: int) -> None:
        """Let a validator earn again."""
        self.slasher.send(operator, "unjail", validator_id)

    def _slashed(self, receipt: Any) -> int:
        return int(self.slasher.events(receipt, "Slashed")[0].slash_id)

    def _upheld(self, receipt: Any) -> Ended:
        event = self.slasher.events(receipt, "Upheld")[0]
        return Ended(burned=int(event.burned), to_treasury=int(event.to_treasury))


def _sign(account: LocalAccount, digest: bytes) -> bytes:
    """65 bytes r, s, v."""
    return bytes(account.unsafe_sign_hash(Hash32(digest)).signature)

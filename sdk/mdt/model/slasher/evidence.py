"""What is signed and accused with: votes, liveness reports, and the EIP-712 digests of both.

This is a second opinion, written by hand: `mdt.crypto` computes the same digests with a library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mdt.crypto.keccak import keccak256

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
NAME, VERSION = "ModernTensor Slasher", "1"
VOTE_TYPE = "Vote(uint256 height,bytes32 blockHash)"
ENTRY_TYPE = "Liveness(uint256 validatorId,uint256 missedBlocks,uint256 missedReveals)"
REPORT_TYPE = "LivenessReport(uint256 epoch,Liveness[] entries)" + ENTRY_TYPE


@dataclass(frozen=True)
class Vote:
    """A vote for a block at a height."""

    height: int
    block_hash: bytes


@dataclass(frozen=True)
class Liveness:
    """What a validator missed in an epoch."""

    validator_id: int
    missed_blocks: int
    missed_reveals: int


def word(number: int) -> bytes:
    """A number as one word of 32 bytes."""
    return number.to_bytes(32, "big")


@dataclass
class Domain:
    """EIP-712: where signatures count."""

    chain_id: int
    contract: str

    @property
    def separator(self) -> bytes:
        """The domain separator."""
        texts = b"".join(keccak256(text.encode()) for text in (DOMAIN_TYPE, NAME, VERSION))
        return keccak256(texts + word(self.chain_id) + word(int(self.contract, 16)))

    def vote_digest(self, vote: Vote) -> bytes:
        """What a validator signs."""
        return self._digest(keccak256(VOTE_TYPE.encode()) + word(vote.height) + vote.block_hash)

    def liveness_digest(self, epoch: int, entries: Sequence[Liveness]) -> bytes:
        """What reporters sign."""
        kind = keccak256(ENTRY_TYPE.encode())
        hashes = [keccak256(kind + word(entry.validator_id) + word(entry.missed_blocks) + word(entry.missed_reveals)) for entry in entries]
        return self._digest(keccak256(REPORT_TYPE.encode()) + word(epoch) + keccak256(b"".join(hashes)))

    def _digest(self, struct: bytes) -> bytes:
        return keccak256(b"\x19\x01" + self.separator + keccak256(struct))

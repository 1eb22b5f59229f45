"""Reporters that are contracts: whether one has approved a digest on chain, asked as the controller asks (EIP-1271).

The call is the controller's own: `isValidSignature(digest, "")` with as much gas, and 32 bytes that say yes. So what counts here counts there. Bytes in
the signature are not served: a contract that needs them, as wallets of ERC-4337 do, approves nothing beforehand.
"""

from __future__ import annotations

from web3.exceptions import Web3RPCError

from mdt.chain.node import Node
from mdt.chain.policy import BASE_GAS
from mdt.crypto.keccak import checksum
from mdt.errors import AttestationError, NodeError, RevertError

MAGIC = bytes.fromhex("1626ba7e")
"""The selector of `isValidSignature(bytes32,bytes)`, and the answer of approval."""
APPROVED = MAGIC + bytes(28)
APPROVAL_GAS = 100_000
"""What the controller lets a contract use."""
_BYTE_GAS, _ZERO_GAS = 16, 4
"""What a byte of calldata costs, and one that is zero."""


def asking(digest: bytes) -> bytes:
    """The calldata that asks: selector, digest, where the signature begins, and its length of 0."""
    return MAGIC + digest + (64).to_bytes(32, "big") + bytes(32)


def gas_of(data: bytes) -> int:
    """The gas of a call that leaves the contract what the controller leaves it."""
    return BASE_GAS + sum(_BYTE_GAS if byte else _ZERO_GAS for byte in data) + APPROVAL_GAS


def require_approved(chain: Node, reporter: str, digest: bytes) -> None:
    """Refuse unless a contract has approved a digest.

    It is asked by nobody in particular: not every node lets a contract ask, as the controller does.

    Args:
        chain: Where it lives.
        reporter: Its address.
        digest: The controller's `report_digest` or `void_digest`.

    Raises:
        AttestationError: it has not, or is none, or fails when it is asked: says what it has to approve.
        NodeError: the node does not answer.
    """
    named, data = checksum(reporter), asking(digest)
    words = f"{named} has not approved 0x{digest.hex()}"
    try:
        answer = chain.raw_call(reporter, data, f"asking {named}", may_be_empty=True, gas=gas_of(data))
    except RevertError:
        answer = b""  # most contracts say no by reverting
    except NodeError as error:
        # a node's own answer is about this call, such as one that ran out of gas: no reporter can stop the others by it
        if not isinstance(error.__cause__, Web3RPCError):
            raise
        raise AttestationError(f"{words}, or cannot be asked within {APPROVAL_GAS:,} gas ({error})") from error
    if answer[:32] == APPROVED:
        return
    if not answer and not chain.code(reporter):
        raise AttestationError(f"{named} is no contract on chain {chain.chain_id}: an account signs with its key (`--account`)")
    raise AttestationError(f"{words}: have it approve this digest on chain (a Safe: signMessage), then ask again")

"""Permits signed by eth_account: a signer that shares no code with the contract or the model."""

from __future__ import annotations

from typing import Any

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount

N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # order of secp256k1
FIELDS = {"owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256", "deadline": "uint256"}
NEVER = 2**256 - 1


def sign_permit(
    token: Any, signer: LocalAccount, spender: Any, value: int, deadline: int = NEVER, changed: dict[str, Any] | None = None
) -> tuple[int, bytes, bytes]:
    """(v, r, s) over the domain the token describes (EIP-5267); `changed` overrides fields of the message or the domain."""
    _, name, version, chain_id, contract, _, _ = token.eip712Domain()
    domain = {"name": name, "version": version, "chainId": chain_id, "verifyingContract": str(contract)}
    message = {"owner": signer.address, "spender": str(spender), "value": value, "nonce": token.nonces(signer.address), "deadline": deadline}
    for key, changed_value in (changed or {}).items():
        (domain if key in domain else message)[key] = changed_value
    signature = signer.sign_message(encode_typed_data(domain, {"Permit": [{"name": key, "type": kind} for key, kind in FIELDS.items()]}, message))
    return signature.v, signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")


def give_permit(token: Any, signer: LocalAccount, spender: Any, value: int, deadline: int = NEVER) -> None:
    """Sign a permit and hand it in."""
    token.permit(signer.address, spender, value, deadline, *sign_permit(token, signer, spender, value, deadline))

"""How a reporter attests: with a key, with an account that signs transactions, or as a contract that has approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdt.chain.signers import Signer
from mdt.crypto.signatures import Signature
from mdt.oracle import attest as attestation
from mdt.oracle.attest import Domain


def local_signer(account: Any) -> Callable[[attestation.Signed, Domain], Signature]:
    """Sign with an eth-account account or a private key."""
    return lambda report, domain: attestation.sign(report, domain, account)


def signed_by(signer: Signer) -> Callable[[attestation.Signed, Domain], Signature]:
    """Sign as an account that signs transactions does."""
    return lambda report, domain: attestation.recovered(report, domain, signer.sign_message(attestation.signable(report, domain)))


def named_by(reporter: str) -> Callable[[attestation.Signed, Domain], Signature]:
    """Name a reporter that is a contract, by its address, instead of signing."""
    return lambda report, domain: attestation.named(report, domain, reporter)

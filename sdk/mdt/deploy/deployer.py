"""What the deployer's account may not be and may not leave: code that lets others act as it, and an allowance."""

from __future__ import annotations

from mdt.chain.transactions import Chain
from mdt.deploy.findings import Area, Finding, other, same
from mdt.errors import DeploymentError
from mdt.names import TIMELOCK
from mdt.suite.opened import Suite

DELEGATION = bytes.fromhex("ef0100")
"""How the code of an account begins that lets a contract act for it (EIP-7702); the contract's address follows."""


def acts_by_code(chain: Chain, account: str) -> str | None:
    """How code acts for an account, in words; None where it has none.

    Such calls come from the account's address and use none of its numbers, so that the audit of its transactions cannot see them.
    """
    code = chain.code(account)
    if not code:
        return None
    is_delegated = code.startswith(DELEGATION) and len(code) == len(DELEGATION) + 20
    what = f"lets the contract 0x{code[len(DELEGATION) :].hex()} act for it (EIP-7702)" if is_delegated else f"has {len(code):,} bytes of code"
    return f"the deployer {account} {what}: others may act through it, and use none of its transaction numbers"


def require_no_code(chain: Chain, account: str) -> None:
    """Refuse a deployer whose account is not its key's alone.

    Raises:
        DeploymentError: it has code.
    """
    if found := acts_by_code(chain, account):
        raise DeploymentError(f"{found}; deploy from an account without code, or take the delegation back first")


def left_by_deployer(suite: Suite) -> list[Finding]:
    """Whether code acts for the deployer. Once it has handed over, it also allows `Vesting` nothing; the roles say the rest.

    What it holds, anybody may have sent it.
    """
    record, token = suite.record, suite["MDT"]
    code = acts_by_code(suite.chain, record.deployer)
    found = other(Area.DEPLOYER, [code]) if code else same(Area.DEPLOYER, [f"deployer {record.deployer}: no code"])
    if record.owner != TIMELOCK:
        return found
    allowance = int(token.call("allowance", record.deployer, suite["Vesting"].address))
    if allowance:
        return [*found, *other(Area.DEPLOYER, [f"the deployer {record.deployer} allows Vesting {suite.unit.format(allowance)}: approve 0"])]
    return [*found, *same(Area.DEPLOYER, [f"deployer {record.deployer}: no allowance for Vesting, the only account it was asked for"])]

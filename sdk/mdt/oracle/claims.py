"""What miners can claim, with the proofs, from published bundles: no database and no report is needed for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mdt.errors import KeeperError, MDTError
from mdt.oracle.bundle import bundle_path, read_ledger, read_report
from mdt.oracle.ledger import EMPTY_ROOT, Ledger
from mdt.suite.opened import Suite

DISTRIBUTOR = "RewardDistributor"
SHOWN = 3
"""As many bundles that cannot be read are named in an error."""


@dataclass(frozen=True)
class Claim:
    """What one account can claim now.

    Attributes:
        account: Whose reward it is.
        recipient: Who receives the tokens: the account, or whom it named.
        cumulative: Wei that the root in force grants it in all.
        claimed: Wei of that which it was paid already.
        proof: Sibling hashes from the leaf up, 32 bytes each; empty when nothing was ever granted.
        root: The root in force, 32 bytes.
    """

    account: str
    recipient: str
    cumulative: int
    claimed: int
    proof: list[bytes]
    root: bytes

    @property
    def claimable(self) -> int:
        """Wei that a claim would pay."""
        return self.cumulative - self.claimed


def with_distributor(suite: Suite, address: str | None) -> Suite:
    """The deployment as a distributor sees it that was replaced: what it owes stays claimable there. As it is where none is named.

    Raises:
        KeeperError: there is no distributor of the deployment at that address.
    """
    if address is None:
        return suite
    known = [suite[DISTRIBUTOR], *(one for one in suite.earlier if one.name.partition("@")[0] == DISTRIBUTOR)]
    found = next((one for one in known if one.address.lower() == address.lower()), None)
    if found is None:
        raise KeeperError(f"{address} is no distributor of this deployment; there are {', '.join(str(one.address) for one in known)}")
    return replace(suite, contracts={**suite.contracts, DISTRIBUTOR: replace(found, name=DISTRIBUTOR)})


def claims_of(suite: Suite, bundles: Path, accounts: Sequence[str], aside: list[str] | None = None) -> list[Claim]:
    """What accounts can claim from the root in force.

    Args:
        suite: The deployment.
        bundles: A folder of published bundles, `epoch-000007/` and so on; only `report.json` and `leaves.csv` are read.
        accounts: Checksummed addresses.
        aside: Takes a line for each bundle that was set aside, since it cannot be read.

    Raises:
        KeeperError: the bundle of the root in force is not in the folder, or holds other leaves.
    """
    distributor = suite[DISTRIBUTOR]
    root = bytes(distributor.call("root"))
    ledger = ledger_in_force(suite, bundles, aside)
    tree = ledger.tree
    return [
        Claim(
            account,
            str(distributor.call("recipient_of", account)),
            ledger[account],
            int(distributor.call("claimed", account)),
            tree.proof(account) if tree is not None and ledger[account] else [],
            root,
        )
        for account in accounts
    ]


def claimable(suite: Suite, bundles: Path, accounts: Sequence[str], aside: list[str] | None = None) -> list[dict[str, Any]]:
    """The same as mappings, `claimable` among them; raises as `claims_of`."""
    return [{**vars(one), "claimable": one.claimable} for one in claims_of(suite, bundles, accounts, aside)]


def ledger_in_force(suite: Suite, bundles: Path, aside: list[str] | None = None) -> Ledger:
    """The ledger whose root the distributor pays from; `aside` takes a line for each bundle that was set aside.

    Raises:
        KeeperError: no bundle has it.
    """
    distributor = suite[DISTRIBUTOR]
    root, total = bytes(distributor.call("root")), int(distributor.call("total_funded"))
    return ledger_with_root(bundles, root, total, int(suite["EmissionController"].call("next_epoch")), aside)


def ledger_with_root(bundles: Path, root: bytes, total: int, below: int, aside: list[str] | None = None) -> Ledger:
    """The ledger with a root and a total in wei, from the newest bundle below an epoch that has them.

    A bundle that cannot be read, or holds other leaves than its report says, is set aside: an older one may have the same root.

    Args:
        bundles: The folder.
        root: 32 bytes.
        total: Wei.
        below: The epoch that follows.
        aside: Takes a line for each bundle that was set aside.

    Raises:
        KeeperError: no bundle has them; names those that were set aside.
    """
    if root == EMPTY_ROOT and total == 0:
        return Ledger()
    passed = [] if aside is None else aside
    for epoch in range(below - 1, -1, -1):
        bundle = bundle_path(bundles, epoch)
        if bundle.is_dir():
            try:
                report = read_report(bundle)
                if (report.root, report.cumulative_total) == (root, total):
                    return ledger_of_bundle(bundle, root)
            except (MDTError, OSError) as error:
                passed.append(f"{bundle}: {error}")
    besides = f"; set aside: {'; '.join(passed[:SHOWN])}{f' and {len(passed) - SHOWN:,} more' if len(passed) > SHOWN else ''}" if passed else ""
    raise KeeperError(f"no bundle below epoch {below} in {bundles} has the root 0x{root.hex()} that the chain pays from: fetch the published bundles{besides}")


def ledger_of_bundle(bundle: Path, root: bytes) -> Ledger:
    """The ledger a bundle holds, if it gives the root that the chain knows.

    Raises:
        KeeperError: it gives another one.
    """
    ledger = read_ledger(bundle)
    if ledger.root != root:
        raise KeeperError(f"{bundle / 'leaves.csv'} gives the root 0x{ledger.root.hex()}, its report says 0x{root.hex()}: fetch the published bundle again")
    return ledger

"""Who is who: the contracts of a deployment by name and by address, and the accounts its record names."""

from __future__ import annotations

from dataclasses import dataclass

from eth_typing import ChecksumAddress

from mdt.addresses import ZERO_ADDRESS, parse_address
from mdt.chain.abi import Event, decode_logs
from mdt.chain.contract import Contract
from mdt.chain.transactions import Receipt
from mdt.errors import GovernanceError
from mdt.names import EVERY_SOURCE
from mdt.suite.opened import Suite
from mdt.written.characters import nearest, shown


def names_of(suite: Suite) -> dict[str, str]:
    """Every account the deployment knows, by address: contracts, people and holders by what they are called."""
    record = suite.record
    names = {str(contract.address): [name] for name, contract in suite.every.items()}
    names |= {
        str(one.address): [f"{when} {one.name.partition('@')[0]}"] for when, found in (("new", suite.coming), ("earlier", suite.earlier)) for one in found
    }
    people = [(record.deployer, "deployer"), (record.guardian, "guardian"), (record.arbiter, "arbiter")]
    people += [(account, name) for account, name in ((record.token_guardian, "token guardian"), (record.report_guardian, "report guardian")) if account]
    for what, accounts in (("reporter", record.reporters), ("proposer", record.proposers), ("executor", record.executors)):
        people += [(account, f"{what} {number}") for number, account in enumerate(accounts, 1)]
    people += [(one.recipient, f"holder {one.name}" if one.holder else "a holder") for one in record.allocations()]
    for account, name in people:
        if account not in EVERY_SOURCE and name not in names.setdefault(account, []):
            names[account].append(name)
    return {account: ", ".join(called) for account, called in names.items()}


@dataclass(frozen=True)
class Directory:
    """Names of a deployment."""

    suite: Suite

    def contract(self, text: str) -> Contract:
        """A contract by its name, `Treasury`, or another one with the same functions, `Treasury@0x...`.

        Raises:
            GovernanceError: no such contract.
        """
        name, _, address = text.partition("@")
        if name not in self.suite.every:
            known = ", ".join(self.suite.every)
            near = nearest(name, self.suite.every)
            raise GovernanceError(
                f"there is no contract {shown(name)}{near}; there are {known}. One with the same functions elsewhere is written Treasury@0x..."
            )
        known_one = self.suite.every[name]
        return Contract(known_one.chain, parse_address(address), known_one.abi, text) if address else known_one

    def at(self, address: str) -> Contract | None:
        """The contract of the suite at an address, or one that was replaced or is to replace another, or None."""
        known = (*self.suite.every.values(), *self.suite.earlier, *self.suite.coming)
        return next((one for one in known if one.address.lower() == address.lower()), None)

    def events(self, receipt: Receipt) -> list[tuple[Contract, Event]]:
        """The events of the suite's contracts in a receipt, in order, each with its contract."""
        found: list[tuple[Contract, Event]] = []
        for log in receipt.logs:
            contract = self.at(str(log["address"]))
            if contract is not None:
                found += [(contract, event) for event in decode_logs(contract.abi, contract.address, [log])]
        return found

    def name(self, address: str) -> str:
        """A contract's name; an account's address, with what the deployment's record calls it; `nobody` for the zero address."""
        if address == ZERO_ADDRESS:
            return "nobody"
        contract = self.at(address)
        if contract is not None:
            return contract.name
        role = names_of(self.suite).get(address)
        return f"{address} ({role} at deploy)" if role else address

    def address(self, text: str) -> ChecksumAddress:
        """An address, the name of a contract, or `nobody`.

        Raises:
            ChainError: none of them.
        """
        if text == "nobody":
            return parse_address(ZERO_ADDRESS)
        every = self.suite.every
        return every[text].address if text in every else parse_address(text)

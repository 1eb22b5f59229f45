"""Gas rows of the governor: each action a transaction of its own; votes by accounts with one position, and by one with eight.

A *first* vote is an account's first in 128 proposals, the others find its word there. Operations are of one call that writes one word, which is there.
"""

from __future__ import annotations

from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3

from bench.gas.chain import Chain, full
from bench.gas.rows_governance import STORE, deploy_target
from bench.gas.rows_staking import OWN_SLOT, PART, Suite, deploy_streaming
from mdt.model.governor import VoteTerms
from mdt.units import DAY

TERMS = VoteTerms(delay_seconds=2 * DAY, period_seconds=2 * DAY, extension_seconds=DAY, quorum_bps=400, threshold_bps=10)
TEXT = "Raise the budget for audits to 120,000 MDT per quarter; see the forum thread 57 for figures and alternatives that were weighed."
AGAINST, FOR = 0, 1


class _Votes:
    """A governor that is a timelock's proposer, on staking with streams running, and who votes."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.suite: Suite = deploy_streaming(chain)
        deployer, self.keeper, guardian = (chain.account() for _ in range(3))
        timelock = chain.deploy("Timelock", minimum_delay=DAY, proposers=[deployer], executors=[], guardian=guardian)
        around = {"Staking": self.suite.staking, "Timelock": timelock}
        self.governor = chain.deploy("Governor", around, terms=TERMS)
        self.target = deploy_target(chain)
        chain.web3.eth.send_transaction({"from": chain.web3.eth.accounts[0], "to": self.target, "data": STORE + (2**200).to_bytes(32, "big"), "gas": 100_000})
        grant = (timelock.address, 0, timelock.encode_abi("grantRole", [timelock.functions.PROPOSER_ROLE().call(), self.governor.address]))
        chain.send(timelock.functions.schedule(*grant, bytes(32), bytes(32), DAY), deployer)
        chain.travel(DAY)
        chain.send(timelock.functions.execute(*grant, bytes(32), bytes(32)), self.keeper)
        self.proposer, _ = self.suite.register()
        self.validator = int(self.suite.validators.functions.validator_count().call())
        self.voters = [self._delegator() for _ in range(4)]
        self.number = 0

    def _delegator(self) -> LocalAccount:
        account = self.suite.funded()
        self.suite.stake(account, self.validator)
        return account

    def send(self, name: str, *arguments: Any, sender: LocalAccount | None = None) -> int:
        """A call of the governor."""
        return self.chain.send(self.governor.functions[name](*arguments), sender or self.keeper)

    def calls(self, count: int) -> tuple[list[str], list[int], list[bytes]]:
        """So many calls of one contract."""
        return [self.target] * count, [0] * count, [STORE + (self.number * 8 + index + 1).to_bytes(32, "big") for index in range(count)]

    def enroll(self, account: LocalAccount, places: list[tuple[int, int]]) -> int:
        """Enrol, in a block of its own."""
        return self.send("enroll", places, sender=account)

    def propose(self, count: int = 1) -> int:
        """The gas of a proposal."""
        self.number += 1
        return self.send("propose", *self.calls(count), TEXT, sender=self.proposer)

    def end(self) -> None:
        """Let the vote go by."""
        self.chain.travel(TERMS.period_seconds + 1)

    def finish(self, count: int = 1) -> tuple[int, int]:
        """The gas of queueing and executing the latest proposal."""
        self.end()
        arguments = (*self.calls(count), Web3.keccak(text=TEXT), self.number)
        queued = self.send("queue", *arguments)
        self.chain.travel(DAY)
        return queued, self.send("execute", *arguments)


def measure(chain: Chain) -> dict[str, int]:
    """Rows of a governor."""
    votes = _Votes(chain)
    place, own = [(votes.validator, 0)], [(votes.validator, OWN_SLOT)]
    rows = {"enroll, first": votes.enroll(votes.voters[0], place)}
    rows["enroll, a ring not full"] = votes.enroll(votes.voters[0], place)
    chain.travel(7 * DAY + 1)
    for _ in range(6):
        votes.enroll(votes.voters[0], place)
    chain.travel(7 * DAY + 1)
    rows["enroll, later"] = votes.enroll(votes.voters[0], place)
    for voter in votes.voters[1:]:
        votes.enroll(voter, place)
    rows["enroll own stake, first"] = votes.enroll(votes.proposer, own)
    many = votes.suite.funded()
    for slot in range(8):
        votes.suite.stake(many, votes.validator, full(PART // 8), slot=slot)
    rows["enroll, eight positions, first"] = votes.enroll(many, [(votes.validator, slot) for slot in range(8)])

    rows["propose, first of an account"] = votes.propose()
    chain.travel(TERMS.delay_seconds + 1)
    rows["vote, first of a proposal and of an account"] = votes.send("castVote", 1, FOR, sender=votes.voters[0])
    rows["vote, first of an account"] = votes.send("castVote", 1, FOR, sender=votes.voters[1])
    votes.send("castVote", 1, FOR, sender=votes.proposer)
    rows["vote, eight positions"] = votes.send("castVote", 1, FOR, sender=many)
    rows["queue, 1 call"], rows["execute, 1 call"] = votes.finish()

    for account, places in ((votes.proposer, own), *((voter, place) for voter in votes.voters)):
        votes.enroll(account, places)
    rows["propose, 1 call"] = votes.propose()
    chain.travel(TERMS.delay_seconds + 1)
    votes.send("castVote", 2, FOR, sender=votes.voters[3])
    rows["vote"] = votes.send("castVote", 2, FOR, sender=votes.voters[0])
    rows["vote with a reason of 32 bytes"] = votes.send("castVoteWithReason", 2, AGAINST, "x" * 32, sender=votes.voters[1])
    rows["vote by signature, first of an account"] = _by_signature(votes, 2, votes.voters[2])
    rows["vote with own stake"] = votes.send("castVote", 2, FOR, sender=votes.proposer)
    votes.finish()

    for account, places in ((votes.proposer, own), *((voter, place) for voter in votes.voters)):
        votes.enroll(account, places)
    rows["propose, 3 calls"] = votes.propose(3)
    chain.travel(TERMS.delay_seconds + 1)
    votes.send("castVote", 3, FOR, sender=votes.proposer)
    rows["vote by signature"] = _by_signature(votes, 3, votes.voters[2])
    rows["queue, 3 calls"], rows["execute, 3 calls"] = votes.finish(3)
    votes.enroll(votes.proposer, own)
    votes.propose()
    rows["cancel"] = votes.send("cancel", 4, sender=votes.proposer)
    rows["deploy the governor"] = chain.deploy_gas["Governor"]
    return rows


def _by_signature(votes: _Votes, proposal_id: int, voter: LocalAccount) -> int:
    """A vote that somebody else hands in."""
    domain = {"name": "MDT Governor", "version": "1", "chainId": votes.chain.web3.eth.chain_id, "verifyingContract": votes.governor.address}
    fields = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
    types = {"Ballot": [{"name": name, "type": kind} for name, kind in fields.items()]}
    message = {"proposalId": proposal_id, "support": FOR, "voter": voter.address, "nonce": 0}
    signature = voter.sign_typed_data(domain, types, message).signature
    return votes.send("castVoteBySig", proposal_id, FOR, voter.address, bytes(signature))


if __name__ == "__main__":
    for row, gas in measure(Chain()).items():
        print(row, gas)

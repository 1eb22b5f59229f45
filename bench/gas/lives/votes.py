"""A governor: after everything else, so that no other figure knows of it."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3

from bench.gas.lives.life import Life
from mdt.model.governor import VoteTerms
from mdt.units import DAY

NAME = "Governor"
TERMS = VoteTerms(delay_seconds=2 * DAY, period_seconds=2 * DAY, extension_seconds=DAY, quorum_bps=400, threshold_bps=10)
OTHER_TERMS = VoteTerms(delay_seconds=2 * DAY, period_seconds=2 * DAY, extension_seconds=DAY, quorum_bps=500, threshold_bps=20)
TEXT = "Ask for more of those who take part, and of those who propose."
PLACES = [(2, 0), (2, 1)]
FOR = 1


def live(life: Life) -> None:
    """Three proposals voted through, each in another way, and one taken back."""
    life.deploy(NAME, terms=TERMS)
    _become_proposer(life)
    for _ in range(2):
        life.call(NAME, "enroll", PLACES, sender=life.holder)
        life.chain.mine()
    _carry(life, _calls(life), "castVote")
    _carry(life, _no_calls(life), "castVoteBySig")
    _carry(life, _no_calls(life), "castVoteWithReason")
    _propose(life, _calls(life))
    life.call(NAME, "cancel", 4, sender=life.holder)
    life.look([NAME], views(life))


def _become_proposer(life: Life) -> None:
    timelock = life.contracts["Timelock"]
    grant = (timelock.address, 0, timelock.encode_abi("grantRole", [life.view("Timelock", "PROPOSER_ROLE"), life.address(NAME)]), bytes(32), bytes(32))
    life.chain.send(timelock.functions.schedule(*grant, life.view("Timelock", "get_minimum_delay")), life.owner)
    life.chain.travel(life.view("Timelock", "get_minimum_delay"))
    life.chain.send(timelock.functions.execute(*grant), life.keeper)


def _calls(life: Life) -> tuple[list[str], list[int], list[bytes]]:
    """A change of the governor's own terms."""
    return [life.address(NAME)], [0], [bytes.fromhex(life.contracts[NAME].encode_abi("set_terms", [astuple(OTHER_TERMS)])[2:])]


def _no_calls(life: Life) -> tuple[list[str], list[int], list[bytes]]:
    """A call that changes nothing: a question."""
    return [life.address(NAME)], [0], [bytes.fromhex(life.contracts[NAME].encode_abi("terms", [])[2:])]


def _propose(life: Life, calls: Any) -> None:
    life.call(NAME, "enroll", PLACES, sender=life.holder)
    life.chain.mine()
    life.call(NAME, "propose", *calls, TEXT, sender=life.holder)


def _carry(life: Life, calls: Any, way: str) -> None:
    """From the proposal to its execution; after the first by who proposed, without a number."""
    _propose(life, calls)
    number = life.view(NAME, "proposal_count")
    life.chain.travel(TERMS.delay_seconds + 1)
    if way == "castVoteBySig":
        life.call(NAME, way, number, FOR, life.holder.address, _ballot(life, number, life.holder), sender=life.keeper)
    else:
        life.call(NAME, way, number, FOR, *(["It is time."] if way == "castVoteWithReason" else []), sender=life.holder)
    life.chain.travel(TERMS.period_seconds + TERMS.extension_seconds + 1)
    steps = (*calls, Web3.keccak(text=TEXT), *([number] if number == 1 else []))
    life.call(NAME, "queue", *steps, sender=life.holder)
    life.chain.travel(life.view("Timelock", "get_minimum_delay"))
    gas = life.call(NAME, "execute", *steps, sender=life.holder)
    if number == 1:
        life.rows[NAME]["set_terms((uint256,uint256,uint256,uint256,uint256))"] = gas  # only the timelock can call it: the whole execution


def _ballot(life: Life, number: int, voter: LocalAccount) -> bytes:
    domain = {"name": "MDT Governor", "version": "1", "chainId": life.chain.web3.eth.chain_id, "verifyingContract": life.address(NAME)}
    fields = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
    types = {"Ballot": [{"name": name, "type": kind} for name, kind in fields.items()]}
    message = {"proposalId": number, "support": FOR, "voter": voter.address, "nonce": 0}
    return bytes(voter.sign_typed_data(domain, types, message).signature)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given: the first proposal, who voted for it, and the code of the governor itself."""
    targets, values, calldatas = _calls(life)
    code = bytes(life.chain.web3.eth.get_code(life.contracts[NAME].address))
    return {
        NAME: {
            "_proposal_id": 1,
            "_account": life.holder.address,
            "_timepoint": life.view(NAME, "proposalSnapshot", 1),
            "_owner": life.holder.address,
            "address": life.holder.address,
            "_targets": targets,
            "_values": values,
            "_calldatas": calldatas,
            "_description_hash": Web3.keccak(text=TEXT),
            "_code_digest": Web3.keccak(bytes(32) + Web3.keccak(code)),
        }
    }

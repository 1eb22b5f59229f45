"""A transaction that waits, sped up or given up on: another one with its nonce, at a higher price. Only where somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address
from web3.types import TxParams

from mdt.chain.journal import Book, Entry, State
from mdt.chain.policy import BASE_GAS
from mdt.chain.receipts import Receipt
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain
from mdt.errors import AccountError, ChainError, ReplacedError
from mdt.units import Denomination

GAS_PRICE = Denomination("gwei", 9)
"""How prices of gas are written; in wei it is an integer."""
LEAST_PERCENT = 110
"""Of the price before: geth refuses less."""
USUAL_PER_MILLE = 1_125


@dataclass(frozen=True)
class Waiting:
    """A nonce of an account that is not used yet, and what is known to wait with it.

    Attributes:
        entries: What was signed with it, here or elsewhere, oldest first; empty where only the node knows that something waits.
    """

    sender: str
    nonce: int
    entries: list[Entry]

    @property
    def newest(self) -> Entry:
        """The last that was signed with it."""
        return self.entries[-1]

    def price(self, chain: Chain, stated: int | None) -> int:
        """The price of a replacement in wei: as stated, or an eighth above the one before, and the node's at least.

        Raises:
            ChainError: the stated one is less than a tenth above the one before, which nodes refuse.
        """
        before = max((one.gas_price for one in self.entries), default=0)
        least = -(-before * LEAST_PERCENT // 100)
        if stated is None:
            return max(-(-(before or chain.gas_price()) * USUAL_PER_MILLE // 1_000), chain.gas_price())
        if stated < least:
            small, old, enough = (GAS_PRICE.format(wei) for wei in (stated, before, least))
            raise ChainError(f"{small} is too little to replace a transaction at {old}: nodes want {enough} at least")
        return stated


def find(chain: Chain, text: str) -> Entry:
    """A transaction by its hash: as it is in the journal, or as the node knows it; it is noted nowhere.

    Args:
        chain: Where.
        text: 0x and 64 hex digits.

    Raises:
        ChainError: nobody knows it.
    """
    wanted = text.lower()
    found = next((one for one in chain.signed() if one.tx_hash == wanted), None)
    if found is not None:
        return found
    known = chain.find_transaction(wanted)
    if known is None:
        raise ChainError(f"{wanted} is neither in the journal nor known to the node: compare it with `mdt tx list`, or ask the node it was sent to")
    return _foreign(chain, wanted, known)


def waiting(chain: Chain, book: Book, text: str) -> Waiting:
    """What waits under a hash or a nonce of an account.

    Raises:
        ChainError: it is over, nothing waits with that nonce, or nobody knows the hash.
        AccountError: another account's.
    """
    named = find(chain, text) if text.startswith("0x") else None
    if named is not None and named.sender != book.sender:
        raise AccountError(f"{named.tx_hash} is of {named.sender}, not of {book.sender}: name its account with --account")
    nonce, used = named.nonce if named is not None else int(text), chain.nonce(book.sender)
    if nonce < used:
        raise ChainError(f"nonce {nonce} of {book.sender} is used, {used} comes next: nothing to replace; `mdt tx show` says what became of it")
    entries = [one for one in book.entries(State.OPEN, State.MINED, State.REVERTED, from_nonce=nonce) if one.nonce == nonce]
    if named is not None and named.tx_hash not in {one.tx_hash for one in entries}:
        entries.insert(0, named)
    if not entries and chain.pending_nonce(book.sender) <= nonce:
        raise ChainError(f"nothing waits with nonce {nonce} of {book.sender}: the next one is {used}")
    missing = first_missing(chain, book.sender, used, nonce)
    if missing is not None:
        raise ChainError(f"nonce {nonce} of {book.sender} cannot be mined, at no price: {gap_words(missing)}")
    return Waiting(book.sender, nonce, entries)


def first_missing(chain: Chain, sender: str, used: int, nonce: int) -> int | None:
    """The first nonce below another that is neither used nor waits, here or at the node; None where there is no such gap."""
    if used >= nonce:
        return None
    known = {one.nonce for one in chain.signed(sender) if one.state is State.OPEN}
    return next((one for one in range(max(used, chain.pending_nonce(sender)), nonce) if one not in known), None)


def gap_words(missing: int) -> str:
    """Why a transaction waits that no price helps, and the way on."""
    return f"nonce {missing} comes first, and the node knows nothing that waits with it. The next transaction that is sent from the account takes it"


def earlier_run(found: Waiting, name: str, named: str, stated: int | None) -> Entry | None:
    """What the same command has signed before and nobody has seen mined: it is finished, so that a rerun does not pay more each time.

    Args:
        found: What waits.
        name: `replace` or `cancel`.
        named: What the command names. Who names the newest by its hash, or states another price, wants to pay more.
        stated: The price that is asked for, in wei.
    """
    if not found.entries or found.newest.tx_hash == named.lower() or not is_made_by(found.newest, name):
        return None
    return found.newest if stated in (None, found.newest.gas_price) else None


def mined_run(chain: Chain, book: Book, name: str, named: str) -> Entry | None:
    """What the same command has signed before, if that was mined without anybody being told; else None."""
    nonce = find(chain, named).nonce if named.startswith("0x") else int(named)
    done = [one for one in book.entries(State.MINED, from_nonce=nonce, is_told=False) if one.nonce == nonce and is_made_by(one, name)]
    return done[-1] if done else None


def is_made_by(entry: Entry, name: str) -> bool:
    """Whether `mdt tx replace` or `mdt tx cancel` has signed it."""
    return entry.what.startswith(f"{name} ") and entry.what.endswith(f" with nonce {entry.nonce}")


def faster(chain: Chain, found: Waiting, stated: int | None) -> TxParams:
    """The same transaction at a higher price.

    Raises:
        ChainError: nobody knows what waits, or the price is too low.
    """
    if not found.entries:
        raise ChainError(f"only the node knows what waits with nonce {found.nonce}: name it by its hash, or give up on it with `mdt tx cancel {found.nonce}`")
    was, price = found.newest, found.price(chain, stated)
    return chain.assembled(was.intent.to, was.intent.data, nonce=found.nonce, price=price, gas=was.gas, value=was.intent.value)


def nothing(chain: Chain, found: Waiting, stated: int | None) -> TxParams:
    """A transaction that does nothing, to the account itself, in the place of what waits."""
    return chain.assembled(found.sender, b"", nonce=found.nonce, price=found.price(chain, stated), gas=BASE_GAS)


def send(chain: Chain, signer: Signer, found: Waiting, transaction: TxParams, what: str) -> Receipt:
    """Sign a replacement, write it down, send it, and wait for whichever is mined.

    Raises:
        ReplacedError: what was to be replaced was mined first, and does something else.
        ChainError: as `Chain.send`.
    """
    chain.check()
    chain.require_funds(signer.address, chain.balance(signer.address), int(transaction["gas"]), int(transaction["gasPrice"]), what)
    with chain.turn(signer.address) as turn:
        return chain.sign_and_send(turn, signer, transaction, what, beside=found.entries)


def finish(chain: Chain, entry: Entry) -> Receipt:
    """Wait for a replacement that an earlier run has signed; the same bytes are sent again.

    Raises:
        ReplacedError: what was to be replaced was mined first, and does something else.
        ChainError: as `Chain.send`.
    """
    with chain.turn(entry.sender) as turn:
        receipt = chain.resume(entry.signed, entry.what)
        if receipt is None:
            mined = [one.tx_hash for one in turn.book.entries(State.MINED, State.REVERTED, from_nonce=entry.nonce) if one.nonce == entry.nonce]
            raise ReplacedError(f"{entry.what}: it was not done, because its nonce went to another transaction", *(mined[-1:] or [entry.tx_hash]))
        return receipt


def forget(chain: Chain, entry: Entry) -> None:
    """Put a transaction aside.

    One in doubt is neither waited for nor in the way any more, which is for a chain that began anew. What was mined without its command saying so counts
    as said.

    Raises:
        ChainError: it is neither, or it is in doubt and the node knows it.
    """
    if entry.state is State.MINED and not entry.is_told and chain.journal is not None:
        chain.journal.tell([entry.tx_hash])
        return
    if entry.state is not State.OPEN or chain.journal is None:
        raise ChainError(f"{entry.tx_hash} is not in doubt: it is {entry.state}, and in nobody's way")
    if chain.find_mined(entry.tx_hash) is not None or chain.find_transaction(entry.tx_hash) is not None:
        raise ChainError(f"the node knows {entry.tx_hash}: run its command again to finish it, or `mdt tx cancel {entry.tx_hash}` to give up on it")
    chain.journal.settle([entry.tx_hash], State.FORGOTTEN)


def _foreign(chain: Chain, tx_hash: str, known: dict[str, Any]) -> Entry:
    """A transaction of a wallet, as the node has it."""
    data = bytes(known.get("input") or b"")
    return Entry(
        tx_hash=tx_hash,
        raw="",
        chain_id=chain.chain_id,
        genesis="",
        sender=to_checksum_address(str(known["from"])),
        nonce=int(known["nonce"]),
        recipient=to_checksum_address(str(known["to"])) if known.get("to") else "",
        data="0x" + data.hex(),
        value=str(int(known.get("value") or 0)),
        gas=int(known["gas"]),
        gas_price=int(known.get("gasPrice") or known.get("maxFeePerGas") or 0),
        what="sent from elsewhere",
        signed_at=0,
        state=State.MINED if chain.find_mined(tx_hash) is not None else State.OPEN,
    )

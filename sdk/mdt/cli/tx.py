"""Transactions that were signed here: `mdt tx list|show|replace|cancel|forget`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.command import command, dry_run_option
from mdt.cli.output import emit, receipt_document, say, table
from mdt.errors import ChainError, ReplacedError
from mdt.units import when
from mdt.written.characters import shown

if TYPE_CHECKING:
    from web3.types import TxParams

    from mdt.chain.journal import Entry
    from mdt.chain.replacing import Waiting
    from mdt.chain.transactions import Chain
    from mdt.cli.session import Session

HASH = re.compile(r"0x[0-9a-fA-F]{64}")
RECENT = 20
LONGEST_NONCE = 18
"""Digits. No account comes near it, and it fits into the journal."""
price_option = click.option("--gas-price", metavar="PRICE", help="Such as '2.5 gwei'. [default: an eighth more than before, and the node's at least]")


@click.group("tx")
def cli() -> None:
    """Transactions that were signed here: what became of them, paying more for one that waits, and giving up on one."""


def _hash_or_nonce(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    if not HASH.fullmatch(text) and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NONCE):
        raise click.BadParameter(f"{shown(text)} is neither a hash, 0x and 64 hex digits, nor a nonce")
    return text


def _hash(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    if not HASH.fullmatch(text):
        raise click.BadParameter(f"{text!r} is no hash: give 0x and 64 hex digits, as `mdt tx list` shows them")
    return text.lower()


hash_argument = click.argument("tx_hash", metavar="HASH", callback=_hash)
waiting_argument = click.argument("waiting", metavar="HASH|NONCE", callback=_hash_or_nonce)


# --- looking ---


@command(
    cli,
    "list",
    click.option("--for", "owner", help="Whose; an address or alias. [default: every account's]"),
    click.option("--all", "everything", is_flag=True, help=f"Not only what is in doubt and the last {RECENT}."),
)
def list_(session: Session, owner: str | None, everything: bool) -> None:
    """What was signed here for this chain, the newest last, as the journal has it; `show` asks the node."""
    journal = session.chain.journal
    kept = session.chain.signed(session.address(owner) if owner else None)
    late = len(kept) - RECENT
    shown = [one for place, one in enumerate(kept) if everything or place >= late or one.state == "open"]

    def show() -> None:
        say(f"signed here for {session.network}:")
        for one in shown:  # not a table: it would break hashes, which are there to be pasted
            place = f" in block {one.block_number:,}" if one.block_number else ""
            say(one.tx_hash, f"  {STATES[one.state]}{place}, signed {when(one.signed_at)} by {one.sender}, nonce {one.nonce}: {one.what}")
        if len(shown) < len(kept):
            say(f"{len(kept) - len(shown):,} older ones: --all shows them")
        if journal is not None:
            say(f"journal: {journal.path}")

    emit(session.as_json, {"journal": str(journal.path) if journal else None, "transactions": [entry_document(one) for one in shown]}, show)


@command(cli, "show", hash_argument)
def show_(session: Session, tx_hash: str) -> None:
    """What the node says of the transaction HASH, and what to do about it."""
    from mdt.chain.replacing import find, first_missing, gap_words

    found = find(session.chain, tx_hash)
    state, number = _state_now(session.chain, found)
    missing = first_missing(session.chain, found.sender, session.chain.nonce(found.sender), found.nonce) if state == "waiting" else None
    successor = _successor(session.chain, found) if state == "replaced" else None
    words = f"Its nonce went to {successor}: it can never be mined." if successor else WORDS[state]
    words = f"The node has it, but {gap_words(missing)}." if missing is not None else words
    document = entry_document(found) | {"state": state, "block_number": number, "words": words, "replaced_by": successor}

    def show() -> None:
        rows = [
            ("hash", found.tx_hash),
            ("account", found.sender),
            ("nonce", str(found.nonce)),
            ("what", found.what),
            ("to", found.recipient or "(a new contract)"),
        ]
        rows += [("gas price", _price_words(found.gas_price)), ("signed", when(found.signed_at) if found.signed_at else "elsewhere")]
        rows += [("state", state + (f" in block {number:,}" if number else "")), ("", words)]
        table("", ("", ""), rows)

    emit(session.as_json, document, show)


# --- acting ---


@command(cli, "replace", waiting_argument, price_option, account_option, dry_run_option)
def replace(session: Session, waiting: str, gas_price: str | None, account: str | None, dry_run: bool) -> None:
    """Send the transaction that waits once more at a higher price. Whichever of the two is mined, it happens once."""
    from mdt.chain.replacing import faster

    _act(session, waiting, gas_price, account, dry_run, faster, "replace")


@command(cli, "cancel", waiting_argument, price_option, account_option, dry_run_option)
def cancel(session: Session, waiting: str, gas_price: str | None, account: str | None, dry_run: bool) -> None:
    """Give up on the transaction that waits: its nonce is used by one that does nothing. Too late if it is mined first, which is said."""
    from mdt.chain.replacing import nothing

    _act(session, waiting, gas_price, account, dry_run, nothing, "cancel")


@command(cli, "forget", hash_argument, dry_run_option)
def forget(session: Session, tx_hash: str, dry_run: bool) -> None:
    """Put a transaction aside, so that it is in nobody's way.

    One in doubt: only for a chain that began anew, since elsewhere it may still be mined. One that was mined without its command saying so: its command
    sends again then, instead of saying so.
    """
    from mdt.chain import replacing

    entry = replacing.find(session.chain, tx_hash)
    if not dry_run:
        replacing.forget(session.chain, entry)
    words = f"{'would put' if dry_run else 'put'} aside {entry.tx_hash} ({entry.what}, nonce {entry.nonce})"
    emit(session.as_json, {"dry_run": dry_run, "tx_hash": entry.tx_hash}, lambda: say(words))


def _act(
    session: Session,
    named: str,
    gas_price: str | None,
    account: str | None,
    dry_run: bool,
    made_of: Callable[[Chain, Waiting, int | None], TxParams],
    name: str,
) -> None:
    """Find what waits, and send what takes its place."""
    from mdt.chain import replacing

    signer, chain = session.signer(account), session.chain
    stated = None if gas_price is None else replacing.GAS_PRICE.parse_with_unit(gas_price)
    with chain.turn(signer.address) as turn:
        done = replacing.mined_run(chain, turn.book, name, named)
        if done is not None:
            if not dry_run:  # else it would count as told, and its own command would send once more
                turn.mine.add(done.tx_hash)
            document: dict[str, Any] = {"dry_run": dry_run, "action": name, "nonce": done.nonce, "tx_hash": done.tx_hash, "block_number": done.block_number}
            words = f"{done.what}: {done.tx_hash} of an earlier run was mined in block {done.block_number:,}; nothing was sent now"
            emit(session.as_json, document | {"is_replacement": True}, lambda: say(words))
            return
        found = replacing.waiting(chain, turn.book, named)
        again = replacing.earlier_run(found, name, named, stated)
        transaction = {} if again else made_of(chain, found, stated)
        price, was = again.gas_price if again else int(transaction["gasPrice"]), found.newest if found.entries else None
        what = again.what if again else f"{name} {_subject(was.what, name) if was else 'what waits'} with nonce {found.nonce}"
        document = {
            "dry_run": dry_run,
            "action": name,
            "nonce": found.nonce,
            "gas_price": str(price),
            "replaced": [one.tx_hash for one in found.entries if one is not again],
        }
        if dry_run:
            would = f"finish {again.tx_hash}, which an earlier run has signed" if again else what
            emit(session.as_json, document, lambda: say(f"would {would}, at {_price_words(price)}"))
            return
        try:
            receipt = replacing.finish(chain, again) if again else replacing.send(chain, signer, found, transaction, what)
        except ReplacedError as error:
            if error.tx_hash not in document["replaced"]:
                raise
            raise ChainError(f"too late to {what}: {error.tx_hash} was mined. It was not undone") from error
    is_old = receipt.tx_hash in document["replaced"]
    ending = " (it was mined before it could be replaced)" if is_old else f" at {_price_words(price)}"
    document |= receipt_document(receipt) | {"is_replacement": not is_old}
    emit(session.as_json, document, lambda: say(f"{what}: {receipt.tx_hash} in block {receipt.block_number:,}{ending}"))


# --- words ---

STATES = {
    "open": "in doubt",
    "mined": "mined",
    "reverted": "reverted",
    "replaced": "replaced",
    "refused": "not taken",
    "forgotten": "put aside",
}
WORDS = {
    "mined": "It is done.",
    "reverted": "It was mined and changed nothing; the gas is spent.",
    "waiting": "The node has it and has not mined it. Wait, or `mdt tx replace` to pay more, or `mdt tx cancel` to give up on it.",
    "unknown": "The node does not know it, and its nonce is not used: it may have been dropped or never been sent. Run its command again to finish it, or"
    " `mdt tx cancel` to give up on it.",
    "beyond": "The node does not know it, and earlier nonces of the account are not used either. If the chain began anew, `mdt tx forget` puts it aside.",
    "replaced": "Its nonce went to another transaction: it can never be mined.",
    "refused": "The node did not take it, and its nonce is not used. It is in nobody's way.",
    "forgotten": "It is of a chain that began anew, or was put aside.",
}
"""What each state means, and the way on."""


def _state_now(chain: Chain, entry: Entry) -> tuple[str, int]:
    """What the node says of a transaction, and the block."""
    from mdt.chain.receipts import is_success

    receipt = chain.find_mined(entry.tx_hash)
    if receipt is not None:
        return "mined" if is_success(receipt) else "reverted", int(receipt["blockNumber"])
    if chain.find_transaction(entry.tx_hash) is not None:
        return "waiting", 0
    used = chain.nonce(entry.sender)
    if entry.state in ("refused", "forgotten"):
        return str(entry.state), 0
    if used > entry.nonce:
        return "replaced", 0
    return "unknown" if used == entry.nonce else "beyond", 0


def _successor(chain: Chain, entry: Entry) -> str | None:
    """What was mined with the nonce of a transaction instead of it, if it was signed here."""
    rivals = [one for one in chain.signed(entry.sender) if one.nonce == entry.nonce and one.tx_hash != entry.tx_hash]
    return next((one.tx_hash for one in rivals if chain.find_mined(one.tx_hash) is not None), None)


def _subject(words: str, name: str) -> str:
    """What a transaction was about that is sped up or given up on, where it may be a replacement itself: said once, whatever came before."""
    bare = re.sub(r"^(?:replace )+|(?: with nonce [0-9]+)+$", "", words)
    cancelled = re.sub(r"^(?:cancel |the cancelling of )+", "", bare)
    return cancelled if name == "cancel" or bare == cancelled else f"the cancelling of {cancelled}"


def entry_document(entry: Entry) -> dict[str, Any]:
    """A signed transaction for JSON, without the signed bytes."""
    return {
        "tx_hash": entry.tx_hash,
        "account": entry.sender,
        "nonce": entry.nonce,
        "to": entry.recipient or None,
        "data": entry.data,
        "value": entry.value,
        "gas": entry.gas,
        "gas_price": str(entry.gas_price),
        "what": entry.what,
        "signed_at": entry.signed_at,
        "state": str(entry.state),
        "block_number": entry.block_number,
    }


def _price_words(wei: int) -> str:
    from mdt.chain.replacing import GAS_PRICE

    return GAS_PRICE.format(wei)

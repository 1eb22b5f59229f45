"""What nodes say when something goes wrong, in the words of `mdt.errors`: requests and web3 each say it their own way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests
from eth_utils.exceptions import ValidationError
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3Exception, Web3RPCError

from mdt.chain import abi as abilib
from mdt.errors import NodeError, RevertError
from mdt.escapes import reason_in_words

_CONNECTION = (
    ("Connection refused", "connection refused"),
    ("Name or service not known", "no such host"),
    ("Temporary failure in name resolution", "no such host"),
    ("nodename nor servname", "no such host"),
    ("No route to host", "no route to it"),
    ("timed out", "no answer in time"),
)
"""Signs in what requests says, and what they mean."""


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the errors of requests and web3 into ours."""
    try:
        yield
    except TransactionNotFound:
        raise
    except (requests.exceptions.RequestException, ConnectionError, TimeoutError) as error:
        raise NodeError(
            f"{what}: the node does not answer ({_of_connection(error)}): start it, or check its address (--network ecosystem:network:URL)"
        ) from error
    except ContractLogicError as error:
        reason = _reason_of(error)
        words = f"refused: {reason_in_words(reason)}" if reason else "refused without a reason"
        raise RevertError(f"{what}: {words}", reason) from error
    except (Web3RPCError, Web3Exception) as error:
        reason = _reason_of(error)
        if reason is not None or "revert" in str(error).lower():
            raise RevertError(f"{what}: refused: {reason_in_words(reason) if reason else 'no reason given'}", reason) from error
        raise NodeError(f"{what}: the node answered with an error ({_short(error)})") from error
    except (TypeError, KeyError, AttributeError) as error:
        # web3 takes an answer apart before it looks whether it is one: null where a number or bytes should be
        raise NodeError(f"{what}: the node answered with nothing that can be used, such as null ({_short(error)}): ask again, or name another node") from error
    except (ValueError, ValidationError) as error:
        raise NodeError(f"{what}: the node answered with an error ({_short(error)})") from error


def _reason_of(error: Exception) -> str | None:
    """The contract's own words inside an error of web3."""
    data = getattr(error, "data", None)
    if isinstance(data, dict):
        data = data.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        reason = abilib.decode_revert(bytes.fromhex(data[2:]))
        if reason is not None:
            return reason
    for part in _flatten(error.args):
        if isinstance(part, bytes):
            reason = abilib.decode_revert(part)
            if reason is not None:
                return reason
    text = str(getattr(error, "message", None) or (error.args[0] if error.args else ""))
    for prefix in ("execution reverted: ", "VM Exception while processing transaction: revert "):
        if prefix in text:
            words = text.split(prefix, 1)[1].strip()
            return None if words in ("", "0x", "b''") else words
    return None


def _flatten(parts: Sequence[Any]) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, list | tuple):
            yield from _flatten(part)
        else:
            yield part


def _of_connection(error: BaseException) -> str:
    """Why a node was not reached, in words: what requests says of it is a nest of the names of its own parts."""
    text = str(error)
    host = re.search(r"host='([^']*)', port=(\d+)", text)
    known = (words for sign, words in _CONNECTION if sign in text)
    why = next(known, _short(error))
    return f"{host[1]}:{host[2]}: {why}" if host and why != _short(error) else why


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text[:200] + ("..." if len(text) > 200 else "")

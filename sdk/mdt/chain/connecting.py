"""The chain behind a provider: an ordinary node, or the embedded chain, which is told apart once and here."""

from __future__ import annotations

from web3 import Web3
from web3.middleware import ExtraDataToPOAMiddleware

from mdt.chain.http import NodeSession
from mdt.chain.journal import Journal, state_folder
from mdt.chain.localchain import is_embedded
from mdt.chain.policy import Policy
from mdt.chain.transactions import Chain, Progress, silent

TIMEOUT_SECONDS = 30


def chain_of(w3: Web3, chain_id: int, policy: Policy | None = None, progress: Progress = silent, journal: Journal | None = None) -> Chain:
    """The chain that a web3 provider serves; nothing is asked yet.

    Args:
        w3: HTTP, ape's `provider.web3`, or the embedded chain of eth-tester.
        chain_id: The chain that is expected there.
        policy: Prices and time-outs.
        progress: Called with a line whenever something slow happens.
        journal: Where signed transactions are written down. The user's own when None; the embedded chain, which ends with its process, has none.

    Raises:
        JournalError: the folder that the environment names for it is a relative path.
    """
    if is_embedded(w3):
        from mdt.chain.embedded import EmbeddedChain

        return EmbeddedChain(w3, chain_id, policy or Policy(), progress)
    return Chain(w3, chain_id, policy or Policy(), progress, journal or Journal(state_folder()))


def web3_of(url: str) -> Web3:
    """A provider for a node's address; nothing is asked yet.

    Of web3's middleware only that for blocks with longer extra data is kept. The rest asks for the chain id twice before every call, which makes three
    requests of one; `Chain` checks the id itself.
    """
    asking = {"timeout": TIMEOUT_SECONDS, "headers": Web3.HTTPProvider.get_request_headers()}
    return Web3(Web3.HTTPProvider(url, request_kwargs=asking, session=NodeSession()), middleware=[ExtraDataToPOAMiddleware])


def connect(url: str, chain_id: int, policy: Policy | None = None, progress: Progress = silent) -> Chain:
    """A chain behind an HTTP node, checked.

    Raises:
        NodeError: nobody answers.
        WrongChainError: another chain answers.
    """
    chain = chain_of(web3_of(url), chain_id, policy, progress)
    chain.check()
    return chain

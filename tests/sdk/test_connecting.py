"""What a node's answers need of web3's middleware, of which we keep one."""

from __future__ import annotations

from web3.providers import BaseProvider

from mdt.chain.connecting import chain_of, web3_of

BLOCK = {
    "number": "0x7",
    "hash": "0x" + "11" * 32,
    "parentHash": "0x" + "22" * 32,
    "timestamp": "0x6553f100",
    "gasLimit": "0x1c9c380",
    "gasUsed": "0x0",
    "extraData": "0x" + "ab" * 97,
    "transactions": [],
}


class Signed(BaseProvider):
    """A node whose blocks carry their validators' signatures in the extra data, 97 bytes of it."""

    def make_request(self, method, _parameters):
        return {"jsonrpc": "2.0", "id": 1, "result": {"eth_getBlockByNumber": BLOCK, "eth_blockNumber": "0x7"}[method]}


def test_header__longer_extra_data__is_read():
    w3 = web3_of("http://127.0.0.1:1")
    w3.provider = Signed()
    chain = chain_of(w3, 8_898)
    assert (chain.head(), chain.header(7)) == (7, 0x6553F100)
    assert chain.block_gas_limit() == 30_000_000

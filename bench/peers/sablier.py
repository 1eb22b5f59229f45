"""Sablier Lockup's row of vesting: the code as published, linked with its two libraries, under a comptroller that asks for no fee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from web3.contract import Contract

from bench.gas.chain import Chain
from bench.gas.rows_staking import FOR_EVER
from bench.gas.rows_token import UNIT
from bench.gas.rows_vesting import AMOUNT
from bench.peers import compiled
from bench.peers.compiled import Code
from mdt.units import DAY, YEAR

LOCKUP, UTILS = "@sablier/lockup", "@sablier/evm-utils"
NOBODY = "0x" + 40 * "0"
LIBRARIES = ("LockupHelpers", "LockupMath")
INITIALIZE = keccak(text="initialize(address,uint256,uint256,uint256,uint256,address)")[:4]


def linked(code: str, links: dict[str, dict[str, list[dict[str, int]]]], addresses: Mapping[str, str]) -> str:
    """Creation code with libraries' addresses where they belong; places count bytes.

    Args:
        code: With 0x, and placeholders.
        links: File -> library -> places, as the compiler says them.
        addresses: By library.
    """
    for libraries in links.values():
        for name, places in libraries.items():
            for place in places:
                begin = 2 + 2 * place["start"]
                code = code[:begin] + addresses[name][2:].lower() + code[begin + 2 * place["length"] :]
    return code


def lockup(chain: Chain) -> dict[str, int]:
    """The team's terms, as ours: a cliff of a year, four years after it, revocable; the beneficiary holds some of the token."""
    creator, member, token = chain.account(), chain.account(), chain.deploy_code("reference token", *compiled.reference())
    for account, amount in ((creator, 10 * AMOUNT), (member, UNIT)):
        chain.send(token.functions.mint(account.address, amount, 0), creator)
    streams = _deploy(chain, creator.address)
    chain.send(token.functions.approve(streams.address, FOR_EVER), creator)

    def create(beneficiary: str) -> int:
        start = chain.timestamp + 2 * DAY
        terms = (creator.address, beneficiary, AMOUNT, token.address, True, True, (start, start + 5 * YEAR), "")
        return chain.send(streams.functions.createWithTimestampsLL(terms, (0, 0), 0, start + YEAR), creator)

    create(chain.account().address)
    rows = {"vesting: create and fund one schedule": create(member.address)}
    chain.travel(2 * YEAR)
    for row in ("vesting: first claim, holder", "vesting: later claim"):
        chain.mine()
        rows[row] = chain.send(streams.functions.withdrawMax(2, member.address), member)
        chain.travel(30 * DAY)
    return rows


def _deploy(chain: Chain, admin: str) -> Contract:
    comptroller = chain.deploy_code("comptroller", *_artifact(UTILS, "SablierComptroller"), admin)
    begun = INITIALIZE + encode(["address", "uint256", "uint256", "uint256", "uint256", "address"], [admin, 0, 0, 0, 0, NOBODY])
    proxy = chain.deploy_code("proxy", *_artifact(UTILS, "ERC1967Proxy"), comptroller, begun)
    addresses = {name: chain.deploy_code(name, *_artifact(LOCKUP, f"libraries/{name}")).address for name in LIBRARIES}
    built = compiled.built(LOCKUP, "artifacts/SablierLockup.json")
    code = linked(built["bytecode"]["object"], built["bytecode"]["linkReferences"], addresses)
    descriptor = chain.deploy_code("descriptor", *_artifact(LOCKUP, "LockupNFTDescriptor"))
    return chain.deploy_code("lockup", built["abi"], code, proxy, descriptor)


def _artifact(package: str, name: str) -> Code:
    built: dict[str, Any] = compiled.built(package, f"artifacts/{name}.json")
    return built["abi"], built["bytecode"]["object"]

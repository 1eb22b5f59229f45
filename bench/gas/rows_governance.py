"""Gas rows of the timelock: operations alone and together, a removal of a guardian, a hand-over. The target of the compared rows is the least there is."""

from __future__ import annotations

from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.contract import Contract

from bench.gas.chain import Chain
from bench.gas.rows_token import UNIT, deploy_token
from mdt.model.reasons import Mint
from mdt.model.timelock import NONE
from mdt.units import DAY

SALT = b"\x01" * 32
STORE = Web3.keccak(text="store(uint256)")[:4]
# a contract that writes the first word after the selector to slot 0, and the code that makes it
STORING = bytes.fromhex("6004355f5500")
MAKES_IT = bytes.fromhex("65") + STORING + bytes.fromhex("5f526006601af3")
COMPARED = 4
PURPOSE = b"grant".ljust(32, b"\x01")


def measure(chain: Chain) -> dict[str, int]:
    """Rows of the timelock, and of the treasury it owns."""
    owner, proposer, guardian, keeper = (chain.account() for _ in range(4))
    timelock = chain.deploy("Timelock", minimum_delay=DAY, proposers=[proposer], executors=[], guardian=guardian)
    target = deploy_target(chain)

    def schedule(*operation: Any, salt: bytes = SALT) -> int:
        return chain.send(timelock.functions.schedule(*operation, NONE, salt, DAY), proposer)

    def execute(*operation: Any, salt: bytes = SALT) -> int:
        return chain.send(timelock.functions.execute(*operation, NONE, salt), keeper)

    rows = operate(chain, timelock, target, proposer, keeper)
    stores = ([target] * COMPARED, [0] * COMPARED, [STORE + number.to_bytes(32, "big") for number in range(3, 3 + COMPARED)])
    rows["schedule_batch, 4 calls"] = chain.send(timelock.functions.schedule_batch(*stores, NONE, SALT, DAY), proposer)
    chain.travel(DAY)
    rows["execute_batch, 4 calls"] = chain.send(timelock.functions.execute_batch(*stores, NONE, SALT), keeper)
    schedule(target, 0, b"", salt=NONE)
    cancelled = timelock.functions.hash_operation(target, 0, b"", NONE, NONE).call()
    rows["cancel"] = chain.send(timelock.functions.cancel(cancelled), guardian)

    token = deploy_token(chain, owner, owner)
    treasury = chain.deploy("Treasury", token=token, budget=1_000 * UNIT, owner=owner)
    pool = chain.deploy("RecyclingPool", token=token, owner=owner)
    for contract in (token, treasury, pool):
        chain.send(contract.functions.transfer_ownership(timelock.address), owner)
    owned = [contract.address for contract in (token, treasury, pool)]
    rows["accept_ownership, 3 contracts"] = chain.send(timelock.functions.accept_ownership(owned), keeper)
    chain.send(token.functions.mint(treasury.address, 10_000 * UNIT, Mint.GENESIS), owner)
    for salt in (NONE, SALT):
        spend = (treasury.address, 0, treasury.encode_abi("spend", [token.address, keeper.address, UNIT, PURPOSE]))
        rows["schedule a spending"] = schedule(*spend, salt=salt)
        chain.travel(DAY)
        rows["execute a spending"] = execute(*spend, salt=salt)
    removal = (timelock.address, 0, timelock.functions.removal_payload(guardian.address).call())
    rows["schedule a guardian's removal"] = schedule(*removal, salt=NONE)
    chain.travel(DAY)
    rows["execute a guardian's removal"] = execute(*removal, salt=NONE)
    rows["deploy the timelock"] = chain.deploy_gas["Timelock"]
    return rows


def operate(chain: Chain, timelock: Contract, target: str, proposer: LocalAccount, keeper: LocalAccount) -> dict[str, int]:
    """The compared rows, of any timelock with OpenZeppelin's functions: the second operation overwrites what the first stored."""
    rows: dict[str, int] = {}
    for number in (1, 2):
        operation = (target, 0, STORE + number.to_bytes(32, "big"), NONE, SALT)
        rows["timelock: schedule"] = chain.send(timelock.functions.schedule(*operation, DAY), proposer)
        chain.travel(DAY)
        rows["timelock: execute"] = chain.send(timelock.functions.execute(*operation), keeper)
    return rows


def deploy_target(chain: Chain) -> str:
    """The address of a contract that stores a number."""
    maker = chain.account()
    made: dict[str, Any] = {"nonce": 0, "gas": 200_000, "gasPrice": 10**9, "chainId": chain.web3.eth.chain_id, "data": MAKES_IT, "value": 0}
    sent = chain.web3.eth.send_raw_transaction(maker.sign_transaction(made).raw_transaction)
    receipt = chain.web3.eth.wait_for_transaction_receipt(sent)
    address = str(receipt["contractAddress"])
    assert bytes(chain.web3.eth.get_code(Web3.to_checksum_address(address))) == STORING
    return address

"""A fresh embedded chain for gas rows: compile, deploy, send one type-0 transaction each, read gasUsed off the receipt.

chain = Chain(venom=False)
token = chain.deploy("MDT", owner=owner, guardian=guardian)
gas = chain.send(token.functions.transfer(chain.fresh(), 1), sender=holder)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, is_dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import snekmate
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from vyper.compiler import compile_from_file_input
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.settings import Settings
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.types import Wei

from mdt.deploy.compiled import from_vyper, interface
from mdt.deploy.parts import EVERY_PART, Given
from mdt.names import EVERY_SOURCE, EXTENSIONS
from mdt.preset.settings import load

ROOT = Path(__file__).resolve().parents[2]
SITE_PACKAGES = Path(next(iter(snekmate.__path__))).resolve().parent
GAS_PRICE = 10**10
GAS_LIMIT = 25_000_000
PRESET = load("adr-literal")
NOBODY: Any = SimpleNamespace()
"""Rows name the people they need."""
GENESIS_TIME = 4_000_000_001
"""Ahead of every clock, so that each block is a second after the one before: times in calldata, and what their zero bytes cost, are the same in every run."""


@cache
def compiled(name: str, venom: bool, root: Path = ROOT) -> tuple[list[dict[str, Any]], str]:
    """ABI and creation code of a contract of the suite, under the default or the Venom pipeline; the project's own as they are deployed."""
    if not venom and root == ROOT:
        artifact = from_vyper((name,))[name]
        return artifact.abi, "0x" + artifact.bytecode.hex()
    abi, bytecode = _made(name, venom, root)
    return interface(name, abi, lambda other: _made(other, venom, root)[0]), bytecode


@cache
def _made(name: str, venom: bool, root: Path) -> tuple[list[dict[str, Any]], str]:
    """What the compiler makes of one source."""
    source = root / "contracts" / f"{EVERY_SOURCE[name]}.vy"
    bundle = FilesystemInputBundle([root, SITE_PACKAGES])
    output = compile_from_file_input(
        bundle.load_file(source.relative_to(root)),
        input_bundle=bundle,
        output_formats=["abi", "bytecode"],
        settings=Settings(experimental_codegen=venom),
    )
    return output["abi"], output["bytecode"]


def plain(value: Any) -> Any:
    """A value as web3 takes it: addresses of contracts and accounts, structs as tuples."""
    if isinstance(value, Contract | LocalAccount):
        return value.address
    if isinstance(value, dict):
        return tuple(value.values())
    if is_dataclass(value) and not isinstance(value, type):
        return astuple(value)
    return [plain(item) for item in value] if isinstance(value, list) else value


def full(value: int) -> int:
    """A number about as large, of as many bytes, none of them zero: a zero byte of calldata costs 12 less, and amounts in use have few."""
    return int.from_bytes(bytes(byte or 1 for byte in value.to_bytes((value.bit_length() + 7) // 8, "big")), "big")


class Chain:
    """One chain of its own: state never leaks between benchmarks."""

    def __init__(self, venom: bool = False, root: Path = ROOT, reference: tuple[list[dict[str, Any]], str] | None = None):
        """An empty chain.

        Args:
            venom: Compile with the Venom pipeline.
            root: Where the sources are.
            reference: ABI and creation code of the token that rows use in the place of MDT, which everybody can mint.
        """
        self.venom = venom
        self.root = root
        self.reference = reference
        parameters = PyEVMBackend.generate_genesis_params(overrides={"timestamp": GENESIS_TIME})
        self._tester = EthereumTester(PyEVMBackend(genesis_parameters=parameters))
        self.web3 = Web3(EthereumTesterProvider(self._tester))
        # by index, made from fixed keys: addresses, and so calldata, are the same in every run
        self._bank = self.web3.eth.accounts[0]
        self._made = 0
        self.deploy_gas: dict[str, int] = {}

    def account(self, index: int | None = None) -> LocalAccount:
        """A funded account with a key; its address has no zero byte, so calldata costs do not vary."""
        while True:
            self._made += 1
            key = index if index is not None else self._made
            account: LocalAccount = Account.from_key(Web3.keccak(text=f"mdt gas account {key}"))
            if b"\0" not in bytes.fromhex(account.address[2:]) or index is not None:
                break
        self.web3.eth.wait_for_transaction_receipt(
            self.web3.eth.send_transaction({"from": self._bank, "to": account.address, "value": Wei(10**20), "gas": 21_000, "gasPrice": Wei(GAS_PRICE)})
        )
        return account

    def deploy(self, name: str, around: Mapping[str, Contract] | None = None, **changed: Any) -> Contract:
        """Deploy a contract of the suite as the preset `adr-literal` has it; what it cost is in `deploy_gas[name]`.

        Args:
            name: The contract.
            around: Contracts that it is told of, by their names in the suite.
            changed: Arguments of its constructor in the place of the preset's, named without the underscore.
        """
        extension = EXTENSIONS.get(name)
        if extension and extension not in (around or {}) and "extension" not in changed:
            asked = {argument.strip("_") for argument in EVERY_PART[extension].values}
            changed["extension"] = self.deploy(extension, around, **{key: value for key, value in changed.items() if key in asked})
        abi, bytecode = compiled(name, self.venom, self.root)
        given = Given(PRESET, NOBODY, lambda other: (around or {})[other])
        return self.deploy_code(name, abi, bytecode, *EVERY_PART[name].arguments(given, **changed).values())

    def deploy_code(self, name: str, abi: list[dict[str, Any]], bytecode: str, *arguments: Any, sender: LocalAccount | None = None) -> Contract:
        """Deploy any contract, one of others too; what it cost is in `deploy_gas[name]`."""
        factory = self.web3.eth.contract(abi=abi, bytecode=bytecode)
        receipt = self._transact(factory.constructor(*map(plain, arguments)), sender or self.account())
        self.deploy_gas[name] = int(receipt["gasUsed"])
        return self.web3.eth.contract(address=receipt["contractAddress"], abi=abi)

    def contract_at(self, name: str, address: str) -> Contract:
        """A contract of the suite that is deployed already."""
        return self.web3.eth.contract(address=Web3.to_checksum_address(address), abi=compiled(name, self.venom, self.root)[0])

    def send(self, call: ContractFunction, sender: LocalAccount) -> int:
        """Send one call as its own transaction and return the receipt's gasUsed.

        Raises:
            RuntimeError: the transaction reverted; its reason is in the message.
        """
        return int(self._transact(call, sender)["gasUsed"])

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        self._tester.mine_blocks(blocks)

    def travel(self, seconds: int) -> None:
        """Let the next block come this much later."""
        self._tester.time_travel(self.timestamp + seconds)

    @property
    def evm_state(self) -> Any:
        """The state that py-evm runs the next transaction on."""
        return self._tester.backend.chain.get_vm().state

    @property
    def timestamp(self) -> int:
        """Timestamp of the newest block."""
        return int(self.web3.eth.get_block("latest")["timestamp"])

    @property
    def block_number(self) -> int:
        """Number of the newest block."""
        return int(self.web3.eth.block_number)

    def _transact(self, call: Any, sender: LocalAccount) -> Any:
        transaction = call.build_transaction(
            {
                "from": sender.address,
                "nonce": self.web3.eth.get_transaction_count(sender.address),
                "gas": GAS_LIMIT,
                "gasPrice": GAS_PRICE,
                "chainId": self.web3.eth.chain_id,
            }
        )
        signed = sender.sign_transaction(transaction)
        receipt = self.web3.eth.wait_for_transaction_receipt(self.web3.eth.send_raw_transaction(signed.raw_transaction))
        if receipt["status"] != 1:
            transaction.pop("nonce")
            try:
                self.web3.eth.call(transaction)
            except Exception as error:
                raise RuntimeError(f"the transaction reverted: {error}") from error
            raise RuntimeError("the transaction reverted")
        return receipt

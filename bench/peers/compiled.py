"""Code of others' contracts: compiled by npm's solc and by our Vyper out of the packages as published, or the bytecode that a package ships.

`npm ci --prefix bench/peers` installs what `package-lock.json` names; nothing of it is in this repository.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from vyper.compiler import compile_from_file_input
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.settings import Settings

from bench.gas.chain import SITE_PACKAGES

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
CONTRACTS = HERE / "contracts"
EVM = "cancun"
LIBRARIES = {"runs": 200, "ir": False}
"""OpenZeppelin's own settings."""
SOLADY = {"runs": 1_000, "ir": False}
"""Solady's own settings."""
IR = {"runs": 1_000_000, "ir": True}
TIMELOCK = "@openzeppelin/contracts/governance/TimelockController.sol"
WALLET = "@openzeppelin/contracts/finance/VestingWallet.sol"

Code = tuple[list[dict[str, Any]], str]
"""ABI and creation code."""


class NoPackages(LookupError):
    """The peers' packages are not installed."""


def version(package: str) -> str:
    """Of an installed package.

    Raises:
        NoPackages: it is not installed.
    """
    path = PACKAGES / package / "package.json"
    if not path.is_file():
        raise NoPackages(f"{package} is not installed: npm ci --ignore-scripts --prefix bench/peers")
    return str(json.loads(path.read_text(encoding="utf-8"))["version"])


@cache
def solidity(source: str, runs: int, ir: bool) -> dict[str, Code]:
    """The contracts of a file of ours in `contracts/`, or of a package, by name.

    Raises:
        NoPackages: solc is not installed.
        ValueError: it does not compile.
    """
    version("solc")
    path = CONTRACTS / source if (CONTRACTS / source).is_file() else PACKAGES / source
    request = {
        "language": "Solidity",
        "sources": {source: {"content": path.read_text(encoding="utf-8")}},
        "settings": {
            "optimizer": {"enabled": True, "runs": runs},
            "viaIR": ir,
            "evmVersion": EVM,
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    command = ["node", str(PACKAGES / "solc" / "solc.js"), "--standard-json", "--base-path", str(CONTRACTS), "--include-path", str(PACKAGES)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:  # through a pipe it prints the first 64 KiB only
        subprocess.run(command, input=json.dumps(request), stdout=said, text=True, check=True)
        said.seek(0)
        return parsed(said.read(), source)


def parsed(output: str, source: str) -> dict[str, Code]:
    """What the compiler says of one file: standard JSON, after a line that names a checker it could not find.

    Raises:
        ValueError: there are errors, or nothing of that file.
    """
    answer = json.loads(output[output.index("{") :])
    errors = [error["formattedMessage"] for error in answer.get("errors", []) if error["severity"] == "error"]
    if errors:
        raise ValueError("\n".join(errors))
    if source not in answer.get("contracts", {}):
        raise ValueError(f"the compiler says nothing of {source}")
    found = answer["contracts"][source]
    return {name: (contract["abi"], "0x" + contract["evm"]["bytecode"]["object"]) for name, contract in found.items()}


@cache
def vyper(name: str, venom: bool) -> Code:
    """One of `contracts/*.vy`, which is a module of snekmate's made a contract."""
    bundle = FilesystemInputBundle([CONTRACTS, SITE_PACKAGES])
    source = bundle.load_file(Path(f"{name}.vy"))
    output = compile_from_file_input(source, input_bundle=bundle, output_formats=["abi", "bytecode"], settings=Settings(experimental_codegen=venom))
    return output["abi"], output["bytecode"]


def built(package: str, path: str) -> Any:
    """What a package was published with.

    Raises:
        NoPackages: it is not installed.
    """
    version(package)
    return json.loads((PACKAGES / package / path).read_text(encoding="utf-8"))


def shipped(package: str, path: str) -> Code:
    """The code that a package was published with.

    Raises:
        NoPackages: it is not installed.
    """
    found = built(package, path)
    return found["abi"], "0x" + str(found["bytecode"]).removeprefix("0x")


def reference() -> Code:
    """The token that everybody's contracts move."""
    return solidity("Tokens.sol", **LIBRARIES)["ReferenceToken"]

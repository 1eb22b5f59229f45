"""What the chain takes for checking a zero-knowledge proof: gas of a transaction that does a Groth16 check's work, in the bn256 precompiles."""

from __future__ import annotations

from pathlib import Path

from vyper.compiler import compile_from_file_input
from vyper.compiler.input_bundle import FilesystemInputBundle

from bench.gas.chain import Chain

HERE = Path(__file__).resolve().parent
FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583
G1, MINUS_G1 = (1, 2), (1, FIELD - 2)
# EIP-197: the imaginary part of a coordinate comes first
G2 = (
    11559732032986387107991004021392285783925812861821192530917403151452391805634,
    10857046999023057135944570762232829481370756359578518086990519993285655852781,
    4082367875863433681332203403145435568316851327593401208105741076214120093531,
    8495653923123431417604973247489272438418190587263600148770280649306958101930,
)
INPUTS = (1, 4, 16)


def pairs() -> bytes:
    """Four pairs of points whose pairings multiply to one."""
    return b"".join(number.to_bytes(32, "big") for one in (G1, MINUS_G1, G1, MINUS_G1) for number in (*one, *G2))


def measure() -> dict[int, int]:
    """Gas of a check by the number of its public inputs, which have 31 bytes each."""
    bundle = FilesystemInputBundle([HERE])
    made = compile_from_file_input(bundle.load_file("PairingProbe.vy"), input_bundle=bundle, output_formats=["abi", "bytecode"])
    chain = Chain()
    probe, sender = chain.deploy_code("PairingProbe", made["abi"], made["bytecode"]), chain.account()
    chain.send(probe.functions.check(pairs(), []), sender)  # opens the word that counts
    return {count: chain.send(probe.functions.check(pairs(), [2**248 - 1 - index for index in range(count)]), sender) for count in INPUTS}

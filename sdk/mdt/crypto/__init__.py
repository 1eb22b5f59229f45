"""What is hashed and signed: keccak, Merkle trees, typed data, signatures."""

"""A node and the chain it serves: calls, transactions, signers, and what nodes say when something goes wrong."""

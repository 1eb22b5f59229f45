"""What the off-chain side costs, against the tools others use, in the same run."""

"""Rewards: `ape run rewards` is `mdt rewards`."""

"""Stake: `ape run stake` is `mdt stake`."""

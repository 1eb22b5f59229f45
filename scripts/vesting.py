"""Vesting: `ape run vesting` is `mdt vesting`."""

"""Vesting: `ape run vesting` is `mdt vesting`."""

from mdt.cli.vesting import cli as cli

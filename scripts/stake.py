"""Stake: `ape run stake` is `mdt stake`."""

from mdt.cli.stake import cli as cli

"""Rewards: `ape run rewards` is `mdt rewards`."""

from mdt.cli.rewards import cli as cli

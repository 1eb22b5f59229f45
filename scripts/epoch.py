"""The epoch cycle: `ape run epoch` is `mdt epoch`."""

from mdt.cli.epoch import cli as cli

"""The treasury: `ape run treasury` is `mdt treasury`."""

from mdt.cli.treasury import cli as cli

"""Markets: `ape run market` is `mdt market`."""

from mdt.cli.market import cli as cli

"""The timelock: `ape run governance` is `mdt governance`."""

from mdt.cli.governance import cli as cli

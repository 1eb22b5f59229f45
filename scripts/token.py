"""The token's life: `ape run token` is `mdt token`."""

from mdt.cli.token import cli as cli

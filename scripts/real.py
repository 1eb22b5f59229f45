"""The same job on real data: `ape run real` is `mdt real`."""

from mdt.cli.real import cli as cli

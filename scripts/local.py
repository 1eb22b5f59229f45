"""A chain of one's own, moved forward: `ape run local` is `mdt local`."""

from mdt.cli.local import cli as cli

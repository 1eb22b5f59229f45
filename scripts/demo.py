"""The whole system on an embedded chain: `ape run demo` is `mdt demo`."""

from mdt.cli.demo import cli as cli

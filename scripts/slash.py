"""Offences, and what follows from a slash: `ape run slash` is `mdt slash`."""

from mdt.cli.slash import cli as cli

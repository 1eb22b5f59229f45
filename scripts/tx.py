"""Transactions that were signed here: `ape run tx` is `mdt tx`."""

from mdt.cli.tx import cli as cli

"""Validators: `ape run validator` is `mdt validator`."""

from mdt.cli.validator import cli as cli

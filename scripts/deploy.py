"""Deploy the suite, or verify a deployment: `ape run deploy` is `mdt deploy`."""

from mdt.cli.deploy import cli as cli

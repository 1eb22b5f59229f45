"""`python -m mdt` is `mdt`."""

from mdt.cli.main import main

main(prog_name="mdt")

"""Validators: `ape run validator` is `mdt validator`."""

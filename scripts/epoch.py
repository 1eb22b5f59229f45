"""The epoch cycle: `ape run epoch` is `mdt epoch`."""

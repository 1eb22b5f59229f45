"""The treasury: `ape run treasury` is `mdt treasury`."""

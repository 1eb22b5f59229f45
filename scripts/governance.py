"""The timelock: `ape run governance` is `mdt governance`."""

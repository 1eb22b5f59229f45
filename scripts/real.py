"""The same job on real data: `ape run real` is `mdt real`."""

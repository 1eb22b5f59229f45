"""The token's life: `ape run token` is `mdt token`."""

"""The whole system on an embedded chain: `ape run demo` is `mdt demo`."""

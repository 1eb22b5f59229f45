"""Offences, and what follows from a slash: `ape run slash` is `mdt slash`."""

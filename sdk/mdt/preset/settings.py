"""Presets: every number of the system, read from `config/<preset>.yaml` and checked before anything uses it.

Each field says in its type how it is written and what range is allowed (`mdt.preset.quantities`); errors and the page of parameters are made
from the same statement. The sections stand in `mdt.preset.sections`, what must hold between them in `mdt.preset.rules`, the reading in
`mdt.preset.load`; everybody else takes them from here.
"""

from __future__ import annotations

from mdt.preset.load import CONFIG_DIR, load
from mdt.preset.rules import Settings
from mdt.preset.sections import DECIMALS, Buckets, Halving, Token

__all__ = ["CONFIG_DIR", "DECIMALS", "Buckets", "Halving", "Settings", "Token", "load"]

"""Values as if a person had written them in a file."""

from __future__ import annotations

import json
from typing import Any

from mdt.errors import ConfigError, MDTError
from mdt.written.item import Item, Source
from mdt.written.json import parse_json


def written(value: Any, error: type[MDTError] = ConfigError, name: str = "file") -> Item:
    """A value as the strict reader finds it in a file of JSON."""
    return parse_json(json.dumps(value), Source(name, error))

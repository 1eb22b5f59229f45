"""A model's refusal, by its exact reason: `with refuses("scope: reason"): ...`."""

from __future__ import annotations

import re

import pytest

from mdt.errors import Refusal


def refuses(reason: str):
    """The model must refuse what runs inside, for this reason word for word."""
    return pytest.raises(Refusal, match=f"^{re.escape(reason)}$")

"""Sizes of the randomised tests by profile: MDT_PROFILE = quick | ci | deep."""

import os

PROFILE = os.environ.get("MDT_PROFILE", "ci")


def examples(quick: int, ci: int, deep: int) -> int:
    """The number of examples for the profile in force."""
    return {"quick": quick, "ci": ci, "deep": deep}[PROFILE]

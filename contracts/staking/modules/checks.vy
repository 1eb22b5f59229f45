# pragma version ~=0.4.3
"""
@title Checks: a refusal with its reason, through one place
@license AGPL-3.0-only
@notice For contracts with many refusals: each costs 124 bytes of code written out as an assertion,
        and 70 bytes through here. `_require` costs some 60 gas where it does not refuse, since its
        reason is put into memory first; `_refuse` under an `if` costs nothing.
"""

# --- internal ---

@internal
@pure
def _require(_is_allowed: bool, _reason: String[32]):
    """
    @dev Reverts with `_reason` unless `_is_allowed`.
    """
    assert _is_allowed, _reason


@internal
@pure
def _refuse(_reason: String[32]):
    """
    @dev Reverts with `_reason`, which is not empty: the condition is for the Venom pipeline, which
         cannot compile a function that never returns.
    """
    assert len(_reason) == 0, _reason

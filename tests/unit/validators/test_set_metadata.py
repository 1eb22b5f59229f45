"""Validators.set_metadata: what a validator says about itself."""

from __future__ import annotations

from dataclasses import replace

from tests.support.validators import METADATA, events


def test_set_metadata__changes__stored_and_logged(registry, contract, operator):
    before = registry.profile(1)
    for metadata in ("z" * 256, "", "Bärenhöhle ✓, https://validator.example/?a=1&b=2", METADATA):
        registry.call("set_metadata", operator, metadata)
        assert events(contract) == [("MetadataSet", {"validator_id": 1, "metadata": metadata})]
        assert registry.profile(1) == replace(before, metadata=metadata)
        registry.agree()


def test_set_metadata__same__refused(registry, operator, successor):
    registry.refuses("validators: same metadata", "set_metadata", operator, METADATA)
    registry.register(successor, metadata="")
    registry.refuses("validators: same metadata", "set_metadata", successor, "")


def test_set_metadata__same_but_for_the_end__is_a_change(registry, operator):
    for metadata in (METADATA + "x", METADATA, METADATA[:-1]):
        registry.call("set_metadata", operator, metadata)
        assert registry.profile(1).metadata == metadata


def test_set_metadata__anybody_else__refused(registry, operator, successor, attacker):
    registry.refuses("validators: not an operator", "set_metadata", attacker, "mine")
    registry.rotate(operator, successor)
    registry.refuses("validators: not an operator", "set_metadata", operator, "mine")
    registry.call("set_metadata", successor, "mine")

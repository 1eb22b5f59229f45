"""Validators.set_metadata: what a validator says about itself."""

from __future__ import annotations

from dataclasses import replace

from tests.support.validators import METADATA, events


def test_set_metadata__changes__stored_and_logged(registry, contract, operator):
    before = registry.profile(1)
    for metadata in ("z" * 256, "", "Bärenhöhle ✓, https://validator.example/?a=1&b=2", METADATA):
        registry.call("set_metadata", operator, 1, metadata)
        assert events(contract) == [("MetadataSet", {"validator_id": 1, "metadata": metadata})]
        assert registry.profile(1) == replace(before, metadata=metadata)
        registry.agree()


def test_set_metadata__same__refused(registry, operator, successor):
    registry.refuses("validators: same metadata", "set_metadata", operator, 1, METADATA)
    registry.register(successor, metadata="")
    registry.refuses("validators: same metadata", "set_metadata", successor, 2, "")


def test_set_metadata__same_but_for_the_end__is_a_change(registry, operator):
    for metadata in (METADATA + "x", METADATA, METADATA[:-1]):
        registry.call("set_metadata", operator, 1, metadata)
        assert registry.profile(1).metadata == metadata


def test_set_metadata__owner__as_the_operator(registry, owner):
    registry.call("set_metadata", owner, 1, "mine")
    assert registry.profile(1).metadata == "mine"


def test_set_metadata__anybody_else__refused(registry, owner, operator, successor, attacker):
    registry.register(attacker)
    registry.call("set_operator", owner, 1, successor)
    for caller in (attacker, operator):
        registry.refuses("validators: not the operator", "set_metadata", caller, 1, "mine")
    registry.refuses("validators: not the operator", "set_metadata", owner, 2, "mine")
    registry.call("set_metadata", successor, 1, "mine")

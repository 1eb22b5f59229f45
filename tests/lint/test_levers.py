"""The page of parameters says truly who changes what: every lever names keys that exist and a function of its contract, and no key twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mdt.names import SOURCES
from mdt.preset.quantities import Section
from mdt.preset.settings import Settings
from tools import contracts
from tools.docs_parameters import parameters_page, sections_of
from tools.levers import LEVERS, Lever, lever_of


def keys(section: type[Section] = Settings, prefix: str = "") -> Iterator[str]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from keys(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.keys[0])
def test_lever__its_keys_and_its_function__exist(lever: Lever) -> None:
    for name in lever.keys:
        assert any(lever_of(key) is lever and key.startswith(name) for key in keys()), name
    functions = {one.partition("(")[0] for one in contracts.external_functions(SOURCES[lever.contract])}
    assert lever.function in functions


def test_page__every_key__is_changed_by_a_function_or_fixed_for_good() -> None:
    page = parameters_page()
    table, _, fixed = page.partition("## Who changes what")[2].partition("## token")[0].partition("No function changes")
    for key in keys():
        if key.split(".")[0] in sections_of():
            assert (f"`{key}`" in table) is (lever_of(key) is not None), key
            assert (f"`{key}`" in fixed) is (lever_of(key) is None), key

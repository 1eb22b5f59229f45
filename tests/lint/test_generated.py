"""Pages and pictures that are made from presets and contracts are current, and say what they are made from."""

from __future__ import annotations

from xml.etree import ElementTree

import click
import pytest

from mdt.preset.settings import load
from tools import command_pages, contract_pages, contracts, pages, pictures

README = (contracts.ROOT / "README.md").read_text(encoding="utf-8")


def test_contract_pages__are_current() -> None:
    assert contract_pages.differences() == [], "run `make docs`"


def test_contract_pages__list_every_function_and_event() -> None:
    for name in contracts.deployables():
        text = contract_pages.page(name)
        for entry in contracts.abi(name):
            if entry["type"] in ("function", "event"):
                assert f"{entry['name']}" in text, f"{name} says nothing of {entry['name']}"


def test_contract_page__changed__is_noticed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(contract_pages, "pages", lambda: {contract_pages.FOLDER / "index.md": "another text"})
    assert contract_pages.main([]) == 1
    assert "index.md is not current; run `make docs`" in capsys.readouterr().err


def test_tags__natspec__parted_with_lines_kept() -> None:
    text = '\n    @notice One law:\n\n            a = b\n\n        and words.\n    @param _x What x is.\n    @custom:error "a: b"\n    '
    found = contract_pages.tags(text)
    assert [tag for tag, _ in found] == ["notice", "param", "custom:error"]
    assert list(contract_pages.paragraphs(found[0][1])) == ["One law:", "```text\na = b\n```", "and words."]


def test_error_list__each_reason__with_its_words() -> None:
    value = 'As `_slash`, or "a: zero amount", "a: not over" Until the\n   window ends. "b: unknown", or "c: closed"'
    found = [("", "As `_slash`, or"), ("a: zero amount", ""), ("a: not over", "Until the window ends"), ("b: unknown", ""), ("c: closed", "")]
    assert list(contract_pages.error_list(value)) == found


def test_prose__names_and_signs__are_shown_as_they_are() -> None:
    assert pages.prose("`a_b` and _x of MAX_BPS * 2 < 3 | 4") == "`a_b` and `_x` of `MAX_BPS` \\* 2 &lt; 3 \\| 4"


def test_prose__options_and_variables__are_code() -> None:
    assert pages.prose("by --dry-run, or $MDT_NETWORK") == "by `--dry-run`, or `$MDT_NETWORK`"


def test_command_pages__are_current() -> None:
    assert command_pages.differences() == [], "run `make docs`"


def test_command_pages__list_every_command_and_option() -> None:
    made = command_pages.pages()
    index = made[command_pages.FOLDER / "index.md"]
    assert len(command_pages.everything()) > 100
    for one in command_pages.everything():
        text = index if one.group == "completion" else made[command_pages.FOLDER / f"{one.group}.md"]
        assert one.usage in text or isinstance(one.command, click.Group), f"nothing says how {one.path} is used"
        for option, words in one.options():
            flag = option.split()[0]
            assert f"`{option}`: {pages.prose(words)}" in text + index, f"nothing is said of {flag} of {one.path}"
            assert f"`{flag}" in text, f"{one.path} does not name {flag}"


def test_command_pages__whatever_the_terminal__are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = command_pages.page("token")
    monkeypatch.setenv("COLUMNS", "20")
    command_pages.everything.cache_clear()
    command_pages.common.cache_clear()
    assert command_pages.page("token") == wide


def test_command_page__changed__is_noticed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command_pages, "pages", lambda: {command_pages.FOLDER / "stake.md": "another text"})
    assert command_pages.main([]) == 1
    said = capsys.readouterr().err
    assert "stake.md is not current; run `make docs`" in said
    assert "token.md is not current" in said, "a page of a group that is gone"


def test_picture__is_what_the_presets_say() -> None:
    assert pictures.PICTURE.read_text(encoding="utf-8") == pictures.picture(), "run `make docs`"


def test_picture__is_read_by_anybody__on_light_and_dark() -> None:
    tree = ElementTree.fromstring(pictures.picture())
    title = tree.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert "stakers 78.0%, miners 14.7%, DAO 7.3%" in str(title.text)
    assert "prefers-color-scheme: dark" in pictures.STYLE


@pytest.mark.parametrize(("preset", "shares"), [("luxtensor", ("78.0%", "14.7%", "7.3%")), ("adr-literal", ("69.4%", "20.4%", "10.2%"))])
def test_lifetime__all_eras_at_full_utility__shares_of_both_channels(preset: str, shares: tuple[str, str, str]) -> None:
    lifetime = pictures.Lifetime.of(load(preset))
    assert (lifetime.percent("stakers"), lifetime.percent("miners"), lifetime.percent("dao")) == shares
    assert lifetime.stakers + lifetime.miners + lifetime.dao == lifetime.block_rewards + lifetime.emission


def test_readme__words_for_the_picture__are_those_of_the_preset() -> None:
    lifetime = pictures.Lifetime.of(load("luxtensor"))
    words = f"stakers {lifetime.percent('stakers')}, miners {lifetime.percent('miners')}, DAO {lifetime.percent('dao')}"
    assert f"with preset luxtensor: {words}.](docs/assets/channels.svg)" in README

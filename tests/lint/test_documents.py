"""Links and anchors of all Markdown lead somewhere, code in it parses, and the glossary's words are used as it says."""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.node import requires_npm
from tools.site import DRAWS, SCRIPT, outside_links_as_names, with_script

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")), *sorted(DOCS.rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# What pages said once and must not say again: not true, not testable, or a word with two meanings.
RETIRED = {
    "Every wei is accounted for": "no test shows it; say what the balance sheet compares",
    "ceilings that nobody": "name them: the cap, the buckets",
    "refuted by anyone": "only a fallen total or a duplicate can be",
    "Owns all of this": "twelve contracts have an owner",
    "by a vote": "decisions of the DAO are governance operations; a vote is a validator's",
    "could reasonably": "nobody can test it",
}


def prose(text: str) -> str:
    """A page without its code blocks and inline code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as viewers of Markdown make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.+)$", FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def dead_links(path: Path, text: str) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            yield f"{target}: there is no such file"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{target}: the page has no such heading"


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_page__links_and_anchors__lead_somewhere(path: Path) -> None:
    assert list(dead_links(path, path.read_text(encoding="utf-8"))) == []


def test_dead_links__sample__are_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# One `two` three\n", encoding="utf-8")
    page = tmp_path / "page.md"
    good = "[a](other.md) [b](other.md#one-two-three) [c](https://example.org/x) `[d](gone.md)`\n```\n[e](gone.md)\n```\n"
    assert list(dead_links(page, good.replace("`[d](gone.md)`", ""))) == []
    assert len(list(dead_links(page, "[a](gone.md) [b](other.md#four)"))) == 2


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_page__code_blocks__parse(path: Path) -> None:
    for language, block in FENCE.findall(path.read_text(encoding="utf-8")):
        if language == "python":
            for node in ast.walk(ast.parse(block)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mdt":
                    module = importlib.import_module(str(node.module))
                    assert [one.name for one in node.names if not hasattr(module, one.name)] == [], f"{node.module} has no such name"
        elif language == "json":
            json.loads(block)
        elif language == "yaml":
            yaml.safe_load(block)


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_page__retired_words__are_not_used(path: Path) -> None:
    text = prose(path.read_text(encoding="utf-8"))
    assert {words: why for words, why in RETIRED.items() if words.lower() in text.lower()} == {}


@pytest.mark.parametrize("path", [path for path in PAGES if DOCS in path.parents], ids=_name)
def test_page__title__is_one_and_first(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


def test_concepts__hold_ideas__no_commands() -> None:
    for path in sorted((DOCS / "concepts").glob("*.md")):
        blocks = [block for language, block in FENCE.findall(path.read_text(encoding="utf-8")) if language != "mermaid"]
        assert not any(re.search(r"^(?:\$ )?(?:mdt|ape run) ", block, re.MULTILINE) for block in blocks), path.name


def test_glossary__entries__are_sorted_and_stand_once() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)[2:]
    words = [word for word, _ in rows]
    assert words == sorted(set(words), key=str.casefold)
    assert len(words) > 100


@pytest.mark.parametrize(
    "word",
    [
        *(
            "recycled",
            "pool",
            "schedule",
            "vote",
            "operator",
            "report",
            "weight",
            "share",
            "window",
            "budget",
            "slot",
            "page",
            "response",
            "documents, the",
            "wei",
        ),
        *("vesting schedule", "staker", "DAO", "oracle", "release", "pull", "stream", "cap", "ceiling", "room", "bucket", "channel", "U (utility)", "ADR-004"),
        *("preset", "registration", "unmet quota", "reveal", "bars", "TGE", "WAD", "attempt", "drawer", "notifier", "funder", "largest remainder", "keeper"),
    ],
)
def test_glossary__word_that_readers_stumbled_over__is_there(word: str) -> None:
    assert f"\n| {word} | " in (DOCS / "glossary.md").read_text(encoding="utf-8")


def test_decisions__index__lists_every_file_and_each_has_its_three_parts() -> None:
    folder = DOCS / "decisions"
    files = sorted(path.name for path in folder.glob("0*.md"))
    assert re.findall(r"\]\((0\d+-[\w-]+\.md)\)", (folder / "index.md").read_text(encoding="utf-8")) == files
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    for name in files:
        text = (folder / name).read_text(encoding="utf-8")
        title = text.split("\n", 1)[0].removeprefix(f"# {int(name[:4])}. ")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert f"[{title}]({name})" in (folder / "index.md").read_text(encoding="utf-8")


def test_architecture__is_a_map() -> None:
    assert len((DOCS / "architecture.md").read_text(encoding="utf-8").splitlines()) <= 150


class _AnyTag(yaml.SafeLoader):
    """Reads what mkdocs writes with tags of its own as nothing."""


_AnyTag.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def test_site__every_page__has_its_place() -> None:
    site = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=_AnyTag)
    named = set(re.findall(r"[\w/-]+\.md", str(site["nav"])))
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if not re.match(r"\d{4}-", path.name)}
    assert named == there


def test_site__links_out_of_the_documents__become_names() -> None:
    page = DOCS / "guides" / "page.md"
    text = "[a](../index.md) [bench/x.md](../../bench/x.md) [c](../../bench/x.md#d) [e](https://example.org)"
    assert outside_links_as_names(text, page, DOCS) == "[a](../index.md) bench/x.md c (`bench/x.md`) [e](https://example.org)"


def test_site__page_with_a_diagram__loads_the_script_first_and_from_the_site() -> None:
    page = '<head><script>one</script></head><pre class="mermaid"><code>a</code></pre><script>two</script>'
    assert with_script(page, f"../{SCRIPT}").startswith(f'<head><script src="../{SCRIPT}"></script><script>one</script>')
    assert with_script("<script>one</script><pre>a</pre>", SCRIPT) == "<script>one</script><pre>a</pre>"


@requires_npm("@mermaid-js/tiny")
def test_site__script_of_diagrams__is_in_the_package_and_sets_what_the_theme_looks_for() -> None:
    assert all(path.is_file() for path in DRAWS.values())
    assert 'globalThis["mermaid"]' in DRAWS[SCRIPT].read_text(encoding="utf-8")[-200:]


NAMED_FILE = re.compile(r"`((?:sdk|tests|tools|contracts|interfaces|config|scripts|bench|snapshots|docs|data|examples)/[\w./-]+\.[a-z]+)`")


@pytest.mark.parametrize("path", [path for path in PAGES if path.name != "CHANGELOG.md"], ids=_name)
def test_page__files_it_names__are_there(path: Path) -> None:
    assert [name for name in NAMED_FILE.findall(path.read_text(encoding="utf-8")) if not (ROOT / name).exists()] == []

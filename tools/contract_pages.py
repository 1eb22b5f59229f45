"""A page per contract, from its NatSpec and ABI: `python -m tools.contract_pages` says what is not current, `--write` makes it so."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import contracts, refusals

FOLDER = contracts.ROOT / "docs" / "reference" / "contracts"
TAG = re.compile(r"(?:^|\n)[ \t]*@(\S+)[ \t]*([\s\S]*?)(?=\n[ \t]*@\S|\s*$)")
REFUSAL = re.compile(r'"([a-z][a-z0-9_ ]*: [^"]+)"')
CODE = re.compile(r"(`[^`]*`)|\b[\w/]+\.vyi?\b|\b[A-Z][A-Z_]*_[A-Z_]+\b|(?<![\w`])_?[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|(?<![\w`])_[a-z]\w*\b")


def tags(text: str) -> list[tuple[str, str]]:
    """(tag, value) of a NatSpec text; a value keeps its lines, dedented."""
    found = []
    for name, value in TAG.findall(text):
        first, _, rest = value.partition("\n")
        found.append((name, f"{first}\n{textwrap.dedent(rest)}".strip()))
    return found


def prose(text: str) -> str:
    """A text as Markdown: names as code, signs of formulas escaped."""
    joined = " ".join(text.split()).replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace(">", "&gt;")
    return CODE.sub(lambda match: match[1] or f"`{match[0]}`", joined)


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a header: what is indented is a block of code."""
    for part in re.split(r"\n[ \t]*\n", text):
        inner = [line for line in part.splitlines() if line.strip()]
        cut = next((at for at, line in enumerate(inner) if line.startswith("    ")), len(inner))
        if inner[:cut]:
            yield prose(" ".join(inner[:cut]))
        if inner[cut:]:
            yield "```text\n" + textwrap.dedent("\n".join(inner[cut:])) + "\n```"


def _arguments(items: list[dict[str, Any]]) -> str:
    return ", ".join(f"{item['name']}: {_shown_type(item)}".removeprefix(": ") for item in items)


def _shown_type(item: dict[str, Any]) -> str:
    if not item["type"].startswith("tuple"):
        return str(item["type"])
    return f"({_arguments(item['components'])}){item['type'].removeprefix('tuple')}"


def documented(name: str) -> dict[str, list[tuple[str, str]]]:
    """NatSpec of every exposed function, by its name; getters of variables have none."""
    exposed = contracts.compiled(name).annotated_vyper_module._metadata["type"].exposed_functions
    commented = [one for one in exposed if hasattr(one.decl_node, "doc_string")]
    return {one.name: tags(one.decl_node.doc_string.value) + _inherited(one) if one.decl_node.doc_string else [] for one in commented}


def _inherited(declared: Any) -> list[tuple[str, str]]:
    """The refusals of a function of ours that its NatSpec lists by naming another function, under a tag that is shown nowhere else."""
    path = Path(declared.decl_node.module_node.resolved_path)
    if not path.is_relative_to(contracts.CONTRACTS):
        return []
    listed = refusals.documented(refusals.Function(path, declared.name))
    return [("refuses", " ".join(f'"{reason}"' for reason in sorted(listed)))]


def _function(entry: dict[str, Any], natspec: list[tuple[str, str]]) -> Iterator[str]:
    yield f"### `{entry['name']}`\n"
    returned = f" -> {_arguments(entry['outputs'])}" if entry["outputs"] else ""
    yield f"```text\n{entry['name']}({_arguments(entry['inputs'])}){returned}\n```\n"
    refused: list[str] = []
    for tag, value in natspec:
        refused += REFUSAL.findall(" ".join(value.split()))
        if tag in ("notice", "dev"):
            yield prose(value) + "\n"
    described = {value.split(maxsplit=1)[0]: value.split(maxsplit=1)[1] for tag, value in natspec if tag == "param"}
    if described:
        yield "| argument | meaning |\n|---|---|\n" + "".join(f"| `{key}` | {prose(value)} |\n" for key, value in described.items())
    for tag, value in natspec:
        if tag == "return":
            yield f"Returns: {prose(value)}\n"
        elif tag.startswith("custom:error"):
            yield f"Errors: {prose(value)}\n"
    if refused:
        yield "Refusals: " + ", ".join(f"`{one}`" for one in dict.fromkeys(refused)) + "\n"


def page(name: str) -> str:
    """The page of a deployable (`token/MDT`)."""
    entries, natspec = contracts.abi(name), documented(name)
    header = dict(tags(contracts.compiled(name).annotated_vyper_module.doc_string.value))
    short = Path(name).name
    lines = [f"# {short}\n", f"Generated from `contracts/{name}.vy` by `make docs`; a test fails when it is not current.\n"]
    title = prose(header["title"].partition(": ")[2] or header["title"])
    lines.append(f"{title[0].upper()}{title[1:]}.\n")
    for tag, heading in (("notice", ""), ("dev", "## Details\n"), ("custom:security", "## Security\n"), ("custom:kill", "## How it is stopped\n")):
        if tag in header:
            lines += [heading] if heading else []
            lines += [f"{part}\n" for part in paragraphs(header[tag])]
    functions = [entry for entry in entries if entry["type"] == "function"]
    for heading, views in (("## Calls\n", False), ("## Views\n", True)):
        chosen = [entry for entry in functions if (entry["stateMutability"] in ("view", "pure")) is views]
        if not chosen:
            continue
        lines.append(heading)
        bare = [entry for entry in chosen if not natspec.get(entry["name"])]
        shown: set[str] = set()
        for entry in chosen:
            if entry in bare or entry["name"] in shown:
                continue
            shown.add(entry["name"])
            same = [one for one in chosen if one["name"] == entry["name"]]
            lines += _function(max(same, key=lambda one: len(one["inputs"])), natspec[entry["name"]])
        if bare:
            rows = "".join(f"| `{one['name']}({_arguments(one['inputs'])})` | `{_arguments(one['outputs'])}` |\n" for one in bare)
            lines.append(f"| {'getter' if views else 'function'} | returns |\n|---|---|\n{rows}")
    for entry in entries:
        if entry["type"] == "constructor":
            lines += ["## Constructor\n", f"```text\n{_arguments(entry['inputs'])}\n```\n"]
    events = [entry for entry in entries if entry["type"] == "event"]
    if events:
        lines += ["## Events\n", "| event | indexed | other fields |\n|---|---|---|\n" + "".join(_event(entry) for entry in events)]
    return "\n".join(lines).rstrip() + "\n"


def _event(entry: dict[str, Any]) -> str:
    sides = (", ".join(f"`{_arguments([one])}`" for one in entry["inputs"] if bool(one.get("indexed")) is indexed) for indexed in (True, False))
    return f"| `{entry['name']}` | {' | '.join(sides)} |\n"


def index() -> str:
    """The list of all contracts."""
    lines = ["# Contracts\n", "Generated by `make docs` from NatSpec and ABI. [Architecture](../../architecture.md) draws how they depend on each other.\n"]
    lines += ["| contract | what it is |", "|---|---|"]
    for name in contracts.deployables():
        title = dict(tags(contracts.compiled(name).annotated_vyper_module.doc_string.value))["title"]
        lines.append(f"| [{Path(name).name}]({Path(name).name}.md) | {prose(title.partition(': ')[2] or title)} |")
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Every page with the text it should have."""
    found = {FOLDER / "index.md": index()}
    return found | {FOLDER / f"{Path(name).name}.md": page(name) for name in contracts.deployables()}


def differences() -> list[str]:
    """Names of pages that are not current, missing, or of contracts that are gone."""
    wanted = pages()
    stale = [path.name for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return stale + [path.name for path in FOLDER.glob("*.md") if path not in wanted]


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not current."""
    if "--write" in arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        wanted = pages()
        for path in FOLDER.glob("*.md"):
            if path not in wanted:
                path.unlink()
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = differences()
    for name in stale:
        print(f"contract pages: {name} is not current; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

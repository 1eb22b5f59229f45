"""A page per contract, from its NatSpec and ABI: `python -m tools.contract_pages` says what is not current, `--write` makes it so."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import contracts, refusals
from tools import pages as generated
from tools.pages import prose

FOLDER = contracts.ROOT / "docs" / "reference" / "contracts"
TAG = re.compile(r"(?:^|\n)[ \t]*@(\S+)[ \t]*([\s\S]*?)(?=\n[ \t]*@\S|\s*$)")
QUOTED = re.compile(r'"([^"]+)"')


def tags(text: str) -> list[tuple[str, str]]:
    """(tag, value) of a NatSpec text; a value keeps its lines, dedented."""
    found = []
    for name, value in TAG.findall(text):
        first, _, rest = value.partition("\n")
        found.append((name, f"{first}\n{textwrap.dedent(rest)}".strip()))
    return found


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


def error_list(value: str) -> Iterator[tuple[str, str]]:
    """(reason, what the source says of it) of an error list; what it says before the first reason stands under no reason."""
    lead, *rest = QUOTED.split(" ".join(value.split()))
    if lead.strip(" ,"):
        yield "", lead.strip()
    for reason, words in zip(rest[::2], rest[1::2], strict=True):
        words = words.strip(" ,.;")
        yield reason, "" if words in ("or", "and") else words


def _errors(natspec: list[tuple[str, str]]) -> list[str]:
    """The lines of a function's refusals: those it explains, then those it has of others."""
    listed = dict(pair for tag, value in natspec if tag == "custom:error" for pair in error_list(value))
    more = [reason for tag, value in natspec if tag == "refuses" for reason, _ in error_list(value) if reason not in listed]
    lead = listed.pop("", "")
    if not listed and not more:
        return [f"Refuses: {prose(lead)}\n"] if lead else []
    lines = [f"- `{reason}`" + (f": {prose(words)}" if words else "") for reason, words in listed.items()]
    return [f"Refuses: {prose(lead)}\n" if lead else "Refuses:\n", *lines, *(f"- `{reason}`" for reason in more), ""]


def _function(entry: dict[str, Any], natspec: list[tuple[str, str]]) -> Iterator[str]:
    yield f"### `{entry['name']}`\n"
    returned = f" -> {_arguments(entry['outputs'])}" if entry["outputs"] else ""
    yield f"```text\n{entry['name']}({_arguments(entry['inputs'])}){returned}\n```\n"
    yield from (prose(value) + "\n" for tag, value in natspec if tag in ("notice", "dev"))
    described = [value.split(maxsplit=1) for tag, value in natspec if tag == "param"]
    if described:
        yield "| argument | meaning |\n|---|---|\n" + "".join(f"| `{key}` | {prose(meaning)} |\n" for key, meaning in described)
    yield from (f"Returns: {prose(value)}\n" for tag, value in natspec if tag == "return")
    yield from _errors(natspec)


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
    return generated.differences(FOLDER, pages())


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not current."""
    return generated.run("contract pages", FOLDER, pages(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

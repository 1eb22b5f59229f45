"""Every `mdt ...` and `ape run ...` in the documents is a command that exists, with those options and that many arguments; calls of governance encode by the contracts' ABIs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from mdt.addresses import parse_address
from mdt.cli.main import main
from mdt.governance.calls import call_of, entry_of, read_calls, transaction_of
from mdt.governance.store import SHORTEST
from mdt.units import parse_seconds
from tests.support.governance import address_of, paper_book

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")))
RUNBOOK = ROOT / "docs" / "guides" / "runbook.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(?:mdt|ape run) ([a-z][^`]*)`")
PARTS = re.compile(r"&&|;(?: do)?(?= )")
TOOL = re.compile(r"(?:mdt|ape run) (?=\S)")
REDIRECTED = re.compile(r" [>|] .*")
LEFT_OUT = re.compile(r"\.\.\.same options\.\.\.")


def commands_of(text: str) -> list[list[str]]:
    """The words of every command in a text's code blocks: comments, prompts, line ends and `$NET` aside. Blocks of `text` are what commands print, or usage."""
    found = []
    for language, block in FENCE.findall(text):
        if language == "text":
            continue
        for line in block.replace("\\\n", " ").splitlines():
            for part in PARTS.split(line):
                bare = REDIRECTED.sub("", part.strip().removeprefix("$ ").replace("$NET", ""))
                if tool := TOOL.match(bare):
                    found.append(shlex.split(LEFT_OUT.sub("", bare[tool.end() :]), comments=True))
    return found


def walked(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The command that words begin with, its path, and the words after it."""
    command: click.Command = main
    path: list[str] = []
    rest = words
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), rest[0]) if rest else None
        if not rest or (found is None and (command.invoke_without_command or rest[:1] == ["--help"])):
            break  # `mdt deploy` alone deploys
        assert found is not None, f"{' '.join(['mdt', *path])} has no command {rest[0]}"
        command, path, rest = found, [*path, rest[0]], rest[1:]
    return command, path, rest


def parsed(words: list[str]) -> tuple[list[str], dict[str, object]]:
    """The path of a command and what its options and arguments are; choices are checked, other values may be placeholders."""
    command, path, rest = walked(words)
    assert rest or not isinstance(command, click.Group) or command.invoke_without_command, f"{path} needs a command"
    context = click.Context(command)
    values, extra, _ = command.make_parser(context).parse_args(list(rest))
    assert not extra, f"{words}: {extra} is too much"
    for param in command.get_params(context):
        value = values.get(param.name)
        missing = value is None or value == () or type(value).__name__ == "Sentinel"
        assert not (param.required and missing), f"{words}: {param.name} is missing"
        if isinstance(param.type, click.Choice) and not missing:
            param.type.convert(value, param, context)
    return path, values


def resolve(text: str) -> str:
    """An address; any word in capitals stands for one."""
    return address_of(text) if text.isupper() else str(parse_address(text))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents__every_command__exists(name):
    for words in commands_of((ROOT / name).read_text(encoding="utf-8")):
        try:
            parsed(words)
        except (click.ClickException, AssertionError) as error:
            pytest.fail(f"{name}: mdt {' '.join(words)}: {error}")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents__every_command_in_a_sentence__exists(name):
    for words in INLINE.findall((ROOT / name).read_text(encoding="utf-8")):
        try:
            walked(words.split())
        except AssertionError as error:
            pytest.fail(f"{name}: mdt {words}: {error}")


@pytest.mark.parametrize("words", [one for one in commands_of(RUNBOOK.read_text(encoding="utf-8")) if one[0] == "governance"], ids=" ".join)
def test_runbook__calls_of_governance__are_those_of_the_contracts(words):
    path, values = parsed(words)
    if values.get("function"):
        named = (values["contract"], values["function"], values.get("arguments") or ())
        {"schedule": call_of, "call": transaction_of, "read": entry_of}[path[1]](paper_book(), *named, resolve)
    for contract in values.get("contracts") or ():
        paper_book().contract(contract)
    if isinstance(values.get("delay"), str):
        assert parse_seconds(values["delay"]) <= 30 * 86_400
    if isinstance(values.get("id_"), str):
        assert values["id_"] == "ID" or len(values["id_"]) >= SHORTEST


@pytest.mark.parametrize(("page", "count"), [(RUNBOOK, 2)], ids=["runbook"])
def test_pages__files_of_calls__are_read(tmp_path, page, count):
    blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == sum("--file" in one for one in commands_of(page.read_text(encoding="utf-8"))) == count
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.yaml"
        path.write_text(block)
        assert len(read_calls(path, paper_book(), resolve)) == len(yaml.safe_load(block))


def test_runbook__table_of_contents__leads_to_its_pages():
    text = RUNBOOK.read_text(encoding="utf-8")
    titles = {re.sub(r"[^\w -]", "", line.removeprefix("## ")).lower().replace(" ", "-") for line in text.splitlines() if line.startswith("## ")}
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= titles


def test_commands_of__several_on_a_line__all_are_found() -> None:
    text = "```sh\nmine 600 && ape run epoch status $NET\nfor n in 1 2; do mdt epoch skip --account TEST::$n $NET; done\nmdt token stats --json > x\nmdt --help\n```\n```text\nmdt token stats [OPTIONS]\n```\n"
    assert commands_of(text) == [["epoch", "status"], ["epoch", "skip", "--account", "TEST::$n"], ["token", "stats", "--json"], ["--help"]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mdt governance schedulex MDT finish_setup", "has no command schedulex"),
        ("mdt governance", "needs a command"),
        ("mdt governance execute", "id_ is missing"),
        ("mdt governance execute ID ID", "too much"),
        ("mdt treasury spend A '1 MDT'", "purpose is missing"),
        ("mdt govern pending", "mdt has no command govern"),
        ("mdt vesting set-creator A maybe", "maybe"),
        ("mdt governance pending --everything", "everything"),
    ],
)
def test_parsed__command_that_does_not_exist__is_found_out(line, words):
    (found,) = commands_of(f"```\n{line}\n```\n")
    with pytest.raises((AssertionError, click.ClickException)) as error:
        parsed(found)
    assert words in (error.value.format_message() if isinstance(error.value, click.ClickException) else str(error.value))

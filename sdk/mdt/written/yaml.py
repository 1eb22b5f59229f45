"""YAML with its places, and without its surprises: a key stands once; no anchors, no tags; 010, 1:30, `yes` and 0x12 are text.

PyYAML's composer is used because the package needs it anyway and its nodes know line and column; nothing of its types is: every leaf stays text.
"""

from __future__ import annotations

from typing import Any

import yaml

from mdt.errors import MDTError
from mdt.written.characters import shown
from mdt.written.item import Item, Keys, Source

DEPTH = 32
"""Levels of lists and mappings: no file of ours needs ten, and Python's stack ends somewhere."""


class _Composer(yaml.SafeLoader):
    """Makes nodes of YAML; refuses what one place says for another."""

    def __init__(self, text: str, source: Source) -> None:
        super().__init__(text)
        self.source, self.depth = source, 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise self._fault(event.start_mark, f"*{event.anchor} repeats what stands elsewhere: write the value itself")
        if event.anchor is not None:
            raise self._fault(event.start_mark, f"&{event.anchor} names a value for use elsewhere: write each value where it belongs")
        if event.tag is not None:
            raise self._fault(event.start_mark, f"the tag {shown(event.tag)} gives a value a type: leave it out")
        self.depth += 1
        if self.depth > DEPTH:
            raise self._fault(event.start_mark, f"is nested more than {DEPTH} levels deep")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def _fault(self, mark: Any, words: str) -> Exception:
        return self.source.fault(mark.line + 1, mark.column + 1, words)


def parse_yaml(text: str, source: Source) -> Item:
    """The content of a text in YAML; JSON is YAML as well.

    Raises:
        MDTError: of the source's kind, with line and column: no YAML, a key twice, an anchor, an alias, a tag, or several documents.
    """
    loader = _Composer(text, source)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = f"{error.context or ''} {error.problem or ''}".strip()
        raise source.fault(*((mark.line + 1, mark.column + 1) if mark else (1, 1)), f"neither JSON nor YAML: {words}{_hint(text, mark)}") from error
    except MDTError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise source.fault(1, 1, f"neither JSON nor YAML: {' '.join(str(error).split())}") from error
    finally:
        loader.dispose()
    if node is None or (isinstance(node, yaml.ScalarNode) and node.style is None and not node.value):
        raise source.fault(1, 1, "is empty")
    return _item(node, source, ())


def _hint(text: str, mark: Any) -> str:
    """What to do about the character that YAML cannot take, where that is known."""
    lines = text.splitlines()
    found = lines[mark.line][mark.column : mark.column + 1] if mark and mark.line < len(lines) else ""
    return {"\t": "; write spaces instead of tabs", "%": "; put the text in quotes", "@": "; put the text in quotes", "`": "; put the text in quotes"}.get(
        found, ""
    )


def _item(node: Any, source: Source, keys: Keys) -> Item:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.SequenceNode):
        entries = [_item(one, source, (*keys, number)) for number, one in enumerate(node.value)]
        return Item(entries, False, source, line, column, keys)
    if isinstance(node, yaml.MappingNode):
        return Item(_fields(node, source, keys), False, source, line, column, keys)
    if any("\ud800" <= one <= "\udfff" for one in node.value):
        raise source.fault(line, column, f"{shown(node.value)} has half a character: write the character itself")
    return Item(node.value, node.style is None, source, line, column, keys)


def _fields(node: Any, source: Source, keys: Keys) -> dict[str, Item]:
    found: dict[str, Item] = {}
    places: dict[str, Any] = {}
    for key, value in node.value:
        mark = key.start_mark
        if not isinstance(key, yaml.ScalarNode):
            raise source.fault(mark.line + 1, mark.column + 1, "a key is text, not a list or a mapping")
        name = str(key.value)
        if name in found:
            first = places[name]
            raise source.fault(
                mark.line + 1, mark.column + 1, f"the key {shown(name)} stands twice, first at {source.name}:{first.line + 1}:{first.column + 1}"
            )
        found[name], places[name] = _item(value, source, (*keys, name)), mark
    return found

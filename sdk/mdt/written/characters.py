"""Characters that people do not see, or take for others: named, so that an error can be understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Categories of what cannot be seen: controls, marks that turn the direction of text, halves of characters, separators of lines."""
_LINES = "\t\n\r"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def hidden(text: str) -> int | None:
    """Where the first character stands that cannot be seen, or None; tabs and ends of lines are seen."""
    if text.isascii():
        found = _CONTROL.search(text)
        return found.start() if found else None
    return next((at for at, one in enumerate(text) if one not in _LINES and unicodedata.category(one) in _INVISIBLE), None)


def called(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'a control character')}"


def foreign(text: str) -> str:
    """`; '３' is U+FF13 FULLWIDTH DIGIT THREE` where a text has a character outside ASCII, for the end of an error; else nothing."""
    found = next((one for one in text if not one.isascii()), None)
    return "" if found is None else f"; {found!r} is {called(found)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'amount'?)` where one of the known words is near, for an error; else nothing."""
    found = get_close_matches(word, list(known), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def shown(text: object, most: int = 60) -> str:
    """A value for an error: quoted, with escapes, and cut where it is long."""
    written = repr(text)
    return written if len(written) <= most else f"{written[: most - 3]}..."

r"""What strangers wrote, in a form that a terminal shows and does not obey: names, reasons, tokens' symbols, files.

Whoever registers a validator, deploys a token or leaves a file chooses its text. A terminal obeys some characters instead of showing them (escape
sequences clear the screen, U+202E turns the line around), others take no room or look like nothing. All of these are written as escapes, as Python
writes them: `\x1b`, `\u202e`. So are letters that run from right to left: a terminal that knows how to show them moves the amounts beside them as well.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
"""As many characters of a name are shown; `--json` has all of it."""
MARKS = 2
"""As many accents may stand on one letter; more of them reach into the lines above and below."""

_REASON = re.compile(r"[a-z0-9_]+: [a-z0-9_%'` ()-]{1,64}")
_HALVES = re.compile(r"[\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_BLANK = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
"""Letters and marks that look like nothing, though Unicode calls them printable."""


def escaped(text: object) -> str:
    """A text in one line, with an escape for everything that a terminal would not simply show.

    Args:
        text: Anything; what is no text is shown as `str` gives it.
    """
    found = text if isinstance(text, str) else str(text)
    if found.isascii() and found.isprintable():
        return found
    marks, parts = 0, []
    for character in found:
        marks = marks + 1 if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me") else 0
        is_plain = character.isprintable() and ord(character) not in _BLANK and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
        parts.append(character if is_plain and marks <= MARKS else _escape(character))
    return "".join(parts)


def short(text: object, most: int = LONGEST) -> str:
    """The same, cut where it is long: the beginning, and how many characters are left out.

    Args:
        text: Anything.
        most: How many characters of it are shown at most, before escapes.
    """
    found = text if isinstance(text, str) else str(text)
    return escaped(found) if len(found) <= most else f"{escaped(found[:most])}... ({len(found) - most:,} more)"


def quoted(text: object, most: int | None = LONGEST) -> str:
    """A stranger's text inside a sentence, in quotes that it cannot close: what comes after the quotes is ours.

    Args:
        text: Anything.
        most: How many characters of it are shown at most; None for all of them.
    """
    shown = escaped(text) if most is None else short(text, most)
    return "'" + shown.replace("'", "\\x27") + "'"


def reason_in_words(reason: str) -> str:
    """Why a contract refused, inside a sentence: as it is where it is written as this suite's reasons are, which cannot look like a sentence of ours.

    Args:
        reason: The contract's own words. A token, a reporter or a beneficiary may be a stranger's contract, and the others pass its words on.
    """
    return reason if _REASON.fullmatch(reason) else quoted(reason)


def sound(text: str) -> str:
    """A text that every encoding of Unicode takes: halves of characters, as JSON and names of files may hold, as escapes. All else stays as it is."""
    return _HALVES.sub(lambda found: _escape(found[0]), text)


def of_bytes(data: bytes) -> str:
    r"""The text that bytes hold; what is no UTF-8 in them becomes `\xff`, and then a backslash is doubled, so that two texts never look the same."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")


def _escape(character: str) -> str:
    r"""`\x1b`. A byte of a file's name that is no UTF-8 is that byte again."""
    code = ord(character)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else character.encode("unicode_escape").decode("ascii")

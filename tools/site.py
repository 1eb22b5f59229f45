"""What `make site` does to a page: a link to a file of the repository that is no document becomes its name, since the site has no such page."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\[([^\]]+)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def outside_links_as_names(markdown: str, page: Path, documents: Path) -> str:
    """Replace links of `page` (inside `documents`) that lead out of `documents` by the text and the file's name."""

    def named(match: re.Match[str]) -> str:
        text, target = match[1], match[2]
        if "://" in target:
            return match[0]
        path = Path(os.path.normpath(page.parent / target))
        if path.is_relative_to(documents):
            return match[0]
        name = path.relative_to(documents.parent).as_posix()
        return text if name in text else f"{text} (`{name}`)"

    return LINK.sub(named, markdown)


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """The hook that mkdocs calls for every page."""
    return outside_links_as_names(markdown, Path(page.file.abs_src_path), Path(config["docs_dir"]))

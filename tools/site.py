"""What `make site` does to pages: what they need is on the site itself.

A link to a file of the repository that is no document becomes its name, since the site has no such page. The script that draws diagrams comes from
the locked npm package and goes to pages with a diagram only; the theme would have it loaded from elsewhere by whoever looks at the page.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MERMAID = ROOT / "node_modules" / "@mermaid-js" / "tiny"
DRAWS = {"assets/mermaid/mermaid.js": MERMAID / "dist" / "mermaid.tiny.js", "assets/mermaid/LICENSE": MERMAID / "LICENSE"}
"""Where files of the package are on the site."""
SCRIPT = next(iter(DRAWS))
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


def with_script(output: str, script: str) -> str:
    """A page that loads the script at that relative address before all others, if it has a diagram."""
    return output.replace("<script", f'<script src="{script}"></script><script', 1) if '<pre class="mermaid">' in output else output


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """The hook that mkdocs calls once it knows the site's files."""
    from mkdocs.structure.files import File

    if not MERMAID.is_dir():
        print("site: no npm package draws diagrams (`make npm`); pages with one load a script from elsewhere", file=sys.stderr)
        return files
    for name, path in DRAWS.items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """The hook that mkdocs calls for every page that is written."""
    from mkdocs.utils import get_relative_url

    return with_script(output, get_relative_url(SCRIPT, page.url)) if MERMAID.is_dir() else output

"""What the documentation site adds to docs/: the examples, and links that leave docs/.

MkDocs reads this file (``hooks:`` in mkdocs.yml).
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
_DOCS = "docs/"
_EXAMPLES = "examples/"
_KINDS = {".md", ".svg", ".yaml", ".csv", ".json", ".geojson", ".py"}
_CHINESE = "zh/"
_CHINESE_BOOST = 4
"""Who searches Chinese words wants the pages in Chinese; nothing else holds many of them."""
_PRE = re.compile(r"(<pre.*?</pre>)", re.DOTALL)
_WIDE = "\u2018-\u201d\u3000-\u9fff\uff00-\uffef"
_BREAK = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_LINK = re.compile(r"\]\((?P<target>\.{1,2}/[^)\s]*)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files of the examples, so that pages may link to them."""
    for path in sorted((ROOT / _EXAMPLES).glob("*/*")):
        if path.suffix in _KINDS:
            source = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, source, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the text of a page with links as they are on the site; Chinese pages come first."""
    del config, files
    if page.file.src_uri.startswith(_CHINESE):
        page.meta.setdefault("search", {"boost": _CHINESE_BOOST})
    return _LINK.sub(lambda link: f"]({link_on_site(link['target'], page.file.src_uri)})", markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Join the lines of Chinese paragraphs, between which a browser would show a space."""
    del config, files
    if not page.file.src_uri.startswith(_CHINESE):
        return html
    return "".join(
        part if part.startswith("<pre") else _BREAK.sub("", part) for part in _PRE.split(html)
    )


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Say that a Chinese page is Chinese: browsers choose fonts by it."""
    del config
    is_chinese = page.file.src_uri.startswith(_CHINESE)
    return output.replace('<html lang="en"', '<html lang="zh"', 1) if is_chinese else output


def link_on_site(target: str, page: str) -> str:
    """Return a link of a page as it is on the site, where docs/ is the top.

    Parameters
    ----------
    target
        The link as it stands in the repository, with an anchor or without.
    page
        Place of the page on the site.

    Examples
    --------
    >>> link_on_site("../../examples/route-ningxia/README.md", "method/routes.md")
    '../examples/route-ningxia/README.md'
    >>> link_on_site("../../docs/method/city.md#files", "examples/changji-city/README.md")
    '../../method/city.md#files'
    """
    path, hash_sign, anchor = target.partition("#")
    folder = posixpath.dirname(page if page.startswith(_EXAMPLES) else _DOCS + page)
    there = posixpath.normpath(posixpath.join(folder, path))
    if (ROOT / there / "README.md").is_file():
        there = f"{there}/README.md"
    place = there.removeprefix(_DOCS)
    return posixpath.relpath(place, posixpath.dirname(page) or ".") + hash_sign + anchor

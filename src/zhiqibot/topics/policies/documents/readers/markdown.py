"""Markdown: goes through HTML, so that tables and lists are read in one place."""

from markdown_it import MarkdownIt

from zhiqibot.topics.policies.documents.blocks import Opened
from zhiqibot.topics.policies.documents.readers.html import read_page
from zhiqibot.topics.policies.documents.readers.text import decode


def read(data: bytes) -> Opened:
    """Read Markdown: lists keep the numbers that were written, tables stay tables, line ends stay line ends."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("code")
    tokens = parser.parse(decode(data))
    for token in tokens:
        if token.type == "list_item_open" and token.info:
            token.attrSet("value", token.info)
    page = parser.renderer.render(tokens, parser.options, {})
    return read_page(page, "md", whole=True)

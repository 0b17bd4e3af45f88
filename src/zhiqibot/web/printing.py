"""Printable pages: plain data written as HTML, every word escaped, no script, one style sheet."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from html import escape

from aiohttp import web

from zhiqibot.core.pages import Entry, Page, Section
from zhiqibot.web.answers import Problem
from zhiqibot.web.limits import Window
from zhiqibot.web.sources import source_of

PATH = "/print/policies/{token:[A-Za-z0-9_-]{40,400}}"
PER_MINUTE = 60
"""Pages one source may open in a minute: enough for an office, too few to try links out."""
GONE = Page(
    title="这个链接打不开了",
    notes=("链接可能已经过期，或者没有复制完整。", "请在对话里再发一次“我们能享受哪些政策”，会给您新的链接。"),
)

Find = Callable[[str], Page | None]
"""Returns the page a link's token was made for, or None. Blocking; called in a thread. May raise Problem."""


@dataclass(frozen=True)
class Printing:
    """Shows a page to whoever has its link; there is no other way to one."""

    find: Find
    trusted_proxies: frozenset[str] = frozenset()
    _opened: Window = field(default_factory=lambda: Window(PER_MINUTE))

    async def show(self, request: web.Request) -> web.Response:
        """Answer the page, or 404 with what to do."""
        wait_s = self._opened.wait_s(source_of(request, self.trusted_proxies))
        if wait_s:
            raise Problem(429, retry_after_s=wait_s)
        page = await asyncio.to_thread(self.find, request.match_info["token"])
        response = web.Response(
            text=as_html(page or GONE), content_type="text/html", charset="utf-8", status=200 if page else 404
        )
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def print_routes(find: Find, trusted_proxies: Collection[str] = ()) -> list[web.RouteDef]:
    """Return the routes of printable pages."""
    return [web.get(PATH, Printing(find, frozenset(trusted_proxies)).show)]


def as_html(page: Page) -> str:
    """Write a page as an HTML document."""
    body = [f"<h1>{escape(page.title)}</h1>"]
    if page.subtitle:
        body.append(f'<p class="subtitle">{escape(page.subtitle)}</p>')
    if page.facts:
        rows = "".join(
            f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td><td>{escape(source)}</td></tr>"
            for name, value, source in page.facts
        )
        head = "<tr><th scope=col>所用资料</th><th scope=col>内容</th><th scope=col>来源</th></tr>"
        body.append(f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>")
    body += [_section(section) for section in page.sections]
    if page.notes:
        body.append("<footer>" + "".join(f"<p>{escape(note)}</p>" for note in page.notes) + "</footer>")
    return (
        "<!doctype html><html lang=zh-CN><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1"><meta name=robots content=noindex>'
        f"<title>{escape(page.title)}</title><link rel=stylesheet href=/static/print.css></head>"
        f"<body><main>{''.join(body)}</main></body></html>"
    )


def _section(section: Section) -> str:
    return f"<section><h2>{escape(section.title)}</h2>{''.join(_entry(one) for one in section.entries)}</section>"


def _entry(entry: Entry) -> str:
    mark = f' <span class="mark">{escape(entry.mark)}</span>' if entry.mark else ""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in entry.lines)
    source = f'<p class="source">{escape(entry.source)}</p>' if entry.source else ""
    return f"<article><h3>{escape(entry.title)}{mark}</h3><dl>{lines}</dl>{source}</article>"

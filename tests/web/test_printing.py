"""The printable page as a browser gets it: plain text made safe, no script, a strict policy, gone links explained."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.web.browser import Window, find_browser
from tests.web.world import new_world
from zhiqibot.core.pages import Entry, Page, Section
from zhiqibot.web.printing import PER_MINUTE, as_html, print_routes

GOOD, GONE = "g" * 60, "x" * 60
NASTY = "<script>alert('疼')</script>&<b>"
REPORT = Page(
    title="惠企政策匹配报告",
    subtitle=f"德润机械有限公司{NASTY}　2026年11月23日",
    facts=(("行业", f"装备制造{NASTY}", "企业登记资料"),),
    sections=(
        Section(
            "符合（1 项）",
            (
                Entry(
                    "生活补贴",
                    "免申即享",
                    (("内容", f"每年18000元{NASTY}"),),
                    "依据：《实施方案》（方助企联席办〔2022〕4号）（一）7",
                ),
            ),
        ),
    ),
    notes=("最终以承办单位审核为准。",),
)


def find(token: str) -> Page | None:
    return REPORT if token == GOOD else None


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[str]:
    """A server with printable pages."""
    async with new_world(tmp_path, extra={"routes": print_routes(find)}).running() as serving:
        yield f"http://127.0.0.1:{serving.port}"


async def test_a_report_is_plain_text_under_a_strict_policy(base: str, http: aiohttp.ClientSession) -> None:
    """别人写的字都按字显示；没有脚本；不许缓存、不许嵌进别的页面、不带来源地址。"""
    async with http.get(f"{base}/print/policies/{GOOD}") as response:
        text, headers = await response.text(), response.headers

    assert response.status == 200
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 3
    assert "每年18000元" in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]


@pytest.mark.parametrize("token", [GONE, GOOD[:-1] + "h"])
async def test_a_gone_link_says_what_to_do(base: str, http: aiohttp.ClientSession, token: str) -> None:
    """打不开的链接给一页中文说明，看不出有没有这家企业。"""
    async with http.get(f"{base}/print/policies/{token}") as response:
        text = await response.text()

    assert response.status == 404
    assert "请在对话里再发一次" in text


@pytest.mark.parametrize("token", ["short", "../../etc/passwd", "%2e%2e%2f" + "a" * 50, "<b>" + "a" * 50])
async def test_what_is_no_token_is_no_page(base: str, http: aiohttp.ClientSession, token: str) -> None:
    """不像链接的地址，直接没有。"""
    async with http.get(f"{base}/print/policies/{token}") as response:
        assert response.status == 404


async def test_links_cannot_be_tried_out(base: str, http: aiohttp.ClientSession) -> None:
    """一个来源一分钟内打开太多页，就请它等一等。"""
    statuses = []
    for _ in range(PER_MINUTE + 1):
        async with http.get(f"{base}/print/policies/{GONE}") as response:
            statuses.append(response.status)

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {404}


def test_an_empty_page_is_still_a_page() -> None:
    """只有标题也成一页。"""
    assert "<h1>空</h1>" in as_html(Page("空"))


@pytest.mark.slow
async def test_a_browser_shows_and_prints_it(base: str) -> None:
    """真浏览器里：样式生效，不报错，什么脚本也没跑；窄屏不用左右滑。"""
    import asyncio

    paths = find_browser()
    if paths is None:
        pytest.skip("没有浏览器")

    def look() -> None:
        window = Window(paths)
        try:
            window.open(base)
            for address in (
                f"http://elsewhere.test/print/policies/{GOOD}",
                "https://elsewhere.test/print/",
                "javascript:alert(1)",
            ):
                window.put(address)
                window.hears(f"收到：{address}")
            links = [link.get_attribute("href") for link in window.all(".bubble a")]
            assert links == [f"{base}/print/policies/{GOOD}"]
            for width in (1180, 390):
                window.resize(width, 800)
                window.driver.get(f"{base}/print/policies/{GOOD}")
                assert "装备制造<script>" in window.text("table")
                assert (
                    window.script("return getComputedStyle(document.querySelector('table')).borderCollapse")
                    == "collapse"
                )
                assert window.script("return document.documentElement.scrollWidth <= window.innerWidth")
                assert window.complaints() == []
        finally:
            window.close()

    await asyncio.to_thread(look)

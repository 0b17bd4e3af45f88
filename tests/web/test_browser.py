"""The page in a real browser: talking, pressing, reloading, breaking connections, and 30 attempts at script."""

import asyncio
import struct
import warnings
import zlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="NO BROWSER TEST: selenium is not installed")

from selenium.webdriver.common.keys import Keys

from tests.web import browser
from tests.web.world import World
from zhiqibot.core.messages import Attachment, Button, InboundMessage, OutboundMessage, card
from zhiqibot.inbox.intake import IntakeUnavailable

Story = Callable[[browser.Window, str], None]
Play = Callable[[Story], Awaitable[None]]

XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>点我</a>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=javascript:alert(1)//>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "<scr\u0131pt>alert(1)</scr\u0131pt>&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.fixture(scope="module")
def opened() -> Iterator[browser.Window]:
    """One browser for all tests of this file; a machine without one says so loudly."""
    paths = browser.find_browser()
    if paths is None:
        message = "NO BROWSER TEST: install chromium and chromium-driver, the page was not tried"
        warnings.warn(pytest.PytestWarning(message), stacklevel=1)
        pytest.skip(message)
    window = browser.Window(paths)
    yield window
    window.close()


@pytest.fixture
def window(opened: browser.Window) -> Iterator[browser.Window]:
    yield opened
    opened.resize(1180, 800)
    opened.forget()


@pytest.fixture
async def play(base: str, window: browser.Window) -> Play:
    """Plays a blocking story beside the running server."""

    async def tell(story: Story) -> None:
        await asyncio.to_thread(story, window, base)

    return tell


async def test_talking_pressing_and_reloading(play: Play) -> None:
    """打字、按按钮、刷新：对话都在，用过的按钮变灰并标出选了哪个。"""

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.until(lambda: page.text("#who-name") == "我是周德明")
        page.say("卡片")
        page.hears("请核对：")
        assert "国网方城县供电公司" in page.text(".card")
        page.press("确认提交")
        page.hears("按下：yes")

        page.open(f"{base}/?as=owner")
        page.hears("按下：yes")

        assert page.bubbles("me") == ["卡片", "确认提交"]
        assert page.bubbles("bot") == ["请核对：", "按下：yes"]
        assert [button.text for button in page.all(".buttons button:disabled")] == ["确认提交", "修改", "取消"]
        assert [button.text for button in page.all(".buttons button.chosen")] == ["确认提交"]
        assert page.complaints() == []

    await play(story)


async def test_thirty_attempts_at_script_stay_text(world: World, play: Play) -> None:
    """三十种脚本写法经文字、卡片、列表、按钮、文件名显示出来，全是原样文字，什么都没执行。"""

    def everywhere(message: InboundMessage) -> list[OutboundMessage]:
        text = message.text
        file = Attachment(kind="file", name=text, reference="")
        buttons = (Button(label=text[:20], value=text[:60]),)
        shown = card(text, [(text, text)], text)
        return [OutboundMessage(text=f"收到：{text}", card=shown, items=(text,), buttons=buttons, file=file)]

    def story(page: browser.Window, base: str) -> None:
        page.open(base)
        for text in XSS[:15]:
            page.put(text)
        page.hears(f"收到：{XSS[14]}")
        page.open(f"{base}/?as=owner")  # another visitor: 20 messages a minute each
        for text in XSS[15:]:
            page.put(text)
        page.hears(f"收到：{XSS[-1]}")
        page.open(f"{base}/?as=owner")
        page.hears(f"收到：{XSS[-1]}")

        assert page.bubbles("me") == XSS[15:]
        assert page.bubbles("bot") == [f"收到：{text}" for text in XSS[15:]]
        planted = (
            "script, iframe, object, embed, style, link, base, form, video, audio, details, input, [onerror], [onload]"
        )
        assert page.script("return document.querySelectorAll(arguments[0]).length", f"#messages :is({planted})") == 0
        assert page.complaints() == []

    world.answer = everywhere
    await play(story)


async def test_what_could_not_be_stored_is_kept_and_sent_later(world: World, play: Play) -> None:
    """服务端一时收不下：消息留在页面上，刷新也不丢，恢复后自动发出，只处理一次。"""

    async def refuse(message: InboundMessage) -> None:
        raise IntakeUnavailable

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.say("先存着")
        page.until(lambda: "还没有收到" in page.text("#messages"))
        page.open(f"{base}/?as=owner")
        assert page.bubbles("me") == ["先存着"]
        world.accept = world.intake.accept
        page.hears("收到：先存着", seconds=15)
        assert page.bubbles("me") == ["先存着"]

    world.accept = refuse
    await play(story)
    assert [message.text for message in world.handled] == ["先存着"]


async def test_without_websockets_the_page_still_talks(play: Play) -> None:
    """WebSocket 被挡住的网络：页面自动换成普通网页方式，照常对话。"""

    def story(page: browser.Window, base: str) -> None:
        page.before_page(browser.WITHOUT_SOCKETS)
        page.open(f"{base}/?as=owner")
        page.say("走普通网页")
        page.hears("收到：走普通网页")
        assert page.bubbles("me") == ["走普通网页"]

    await play(story)


async def test_two_slots_are_two_people(play: Play) -> None:
    """地址里写不同的人，就是不同的访客，各有各的对话。"""

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.say("企业说的话")
        page.hears("收到：企业说的话")

        page.open(f"{base}/?as=cadre")
        page.until(lambda: page.text("#who-name") == "我是许志远")

        assert page.bubbles("bot") == []
        assert "我的任务" in page.text("#side-menu")

    await play(story)


async def test_enter_sends_but_not_while_composing(world: World, play: Play) -> None:
    """输入法选词时按回车不发送；Shift+回车换行；回车发送。"""

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.type("第一行")
        composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})"
        page.script(f"document.getElementById('text').dispatchEvent({composing})")
        assert page.bubbles("me") == []
        page.type(Keys.SHIFT + Keys.ENTER + Keys.NULL)
        page.say("第二行")
        page.hears("收到：第一行\n第二行")

    await play(story)


async def test_a_picture_is_sent_and_shown(world: World, play: Play, tmp_path: Path) -> None:
    """选一张图片发出去：自己和刷新后的历史里都显示缩略图，可以点开。"""
    path = tmp_path / "现场照片.png"
    path.write_bytes(small_png())

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.one("#picker").send_keys(str(path))
        page.until(lambda: page.one("#send").is_enabled())
        page.one("#send").click()
        page.hears("收到：现场照片.png")
        wide = "return document.querySelector('.me .thumb img')?.naturalWidth"
        page.until(lambda: page.script(wide) == 8)
        page.open(f"{base}/?as=owner")
        page.until(lambda: page.script(wide) == 8)
        page.one(".me .thumb").click()
        assert page.one("#viewer").is_displayed()
        assert page.complaints() == []

    await play(story)


async def test_an_image_that_is_none_is_refused_with_words(play: Play, tmp_path: Path) -> None:
    """改了扩展名的文件：页面上说明为什么不能发。"""
    path = tmp_path / "报表.png"
    path.write_bytes(b"MZ\x90\0")

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.one("#picker").send_keys(str(path))
        page.until(lambda: "对不上" in page.text("#tray"))
        assert not page.one("#send").is_enabled()

    await play(story)


async def test_earlier_messages_are_loaded_on_request(play: Play) -> None:
    """消息很多时先显示最近的，点一下往前翻。"""

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        for number in range(17):
            page.put(f"第{number}句")
        page.hears("收到：第16句")
        page.open(f"{base}/?as=owner")
        page.hears("收到：第16句")
        assert "第0句" not in page.bubbles("me")
        page.one("#earlier").click()
        page.until(lambda: "第0句" in page.bubbles("me"))
        assert page.bubbles("me") == [f"第{number}句" for number in range(17)]
        assert not page.one("#earlier").is_displayed()

    await play(story)


@pytest.mark.parametrize("width", [360, 768, 1180])
async def test_nothing_sticks_out_at_any_width(play: Play, width: int) -> None:
    """手机、平板、电脑的宽度下都没有横向滚动，输入框和发送按钮看得见。"""

    def story(page: browser.Window, base: str) -> None:
        page.resize(width, 720)
        page.open(f"{base}/?as=owner")
        page.say("卡片")
        page.hears("请核对：")
        page.put("一个很长而且没有空格的词" * 20)
        page.hears("收到：" + "一个很长而且没有空格的词" * 20)
        page.put("https://example.test/" + "a" * 300)
        page.hears("收到：https://example.test/" + "a" * 300)
        sticks_out = "return document.documentElement.scrollWidth > innerWidth || document.getElementById('log').scrollWidth > document.getElementById('log').clientWidth"
        assert page.script(sticks_out) is False
        box = page.script(
            "const r = document.getElementById('send').getBoundingClientRect(); return [r.right, r.bottom]"
        )
        assert box[0] <= width
        assert box[1] <= 720

    await play(story)


async def test_everything_pressable_has_a_name_and_is_reached_by_keyboard(play: Play) -> None:
    """每个按钮和输入框都有名称，键盘能走到；新消息在朗读区里。"""

    def story(page: browser.Window, base: str) -> None:
        page.open(f"{base}/?as=owner")
        page.say("卡片")
        page.hears("请核对：")
        nameless = page.script(
            "return [...document.querySelectorAll('button, textarea')].filter((node) => node.offsetParent &&"
            " !(node.textContent.trim() || node.getAttribute('aria-label') || node.labels?.length)).length"
        )
        assert nameless == 0
        assert page.one("#messages").get_attribute("role") == "log"
        page.one("#text").send_keys(Keys.SHIFT + Keys.TAB + Keys.TAB + Keys.NULL)
        for _ in range(12):
            page.driver.switch_to.active_element.send_keys(Keys.SHIFT + Keys.TAB)
            if page.driver.switch_to.active_element.text == "确认提交":
                break
        page.driver.switch_to.active_element.send_keys(Keys.ENTER)
        page.hears("按下：yes")

    await play(story)


def small_png() -> bytes:
    """Return a valid picture of 8 by 8 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + b"\x0e\x66\x55" * 8) * 8)
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

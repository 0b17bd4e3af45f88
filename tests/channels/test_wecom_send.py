"""企业微信 sending, against a server with the platform's habits."""

import json
from collections.abc import AsyncIterator

import pytest
from fake_wecom import FakeWeCom, settings
from serving import FILES, Inbox, read_file, served

from zhiqibot.channels.text import without_marks
from zhiqibot.channels.wecom import WeComChannel
from zhiqibot.core.errors import ContentError, DeliveryFailed, DeliveryRefused
from zhiqibot.core.messages import Attachment, Button, ButtonStyle, OutboundMessage, card

HOSTILE = '@所有人 <@all> <a href="http://evil">点</a> [x](http://evil) **粗** `代码` <font color="info">'
TICKET = card("工单 ZQ261122-0001", [("事项", "车间停电"), ("承办单位", "方城县供电公司")], "预计两天内答复")
CONFIRM = (Button(label="确认提交", value="confirm", style=ButtonStyle.PRIMARY), Button(label="修改", value="edit"))


@pytest.fixture
async def server() -> AsyncIterator[tuple[FakeWeCom, str]]:
    fake = FakeWeCom()
    async with served(fake.routes()) as base:
        yield fake, base


@pytest.fixture
async def wecom(server: tuple[FakeWeCom, str]) -> AsyncIterator[tuple[WeComChannel, FakeWeCom]]:
    fake, base = server
    channel = WeComChannel(settings(base), Inbox().accept, read_file)
    yield channel, fake
    await channel.stop()


Wired = tuple[WeComChannel, FakeWeCom]


def texts(fake: FakeWeCom) -> list[str]:
    return [without_marks(body["text"]["content"]) for body in fake.delivered if body["msgtype"] == "text"]


async def test_a_text_arrives_and_the_receipt_comes_back(wecom: Wired) -> None:
    """文本送达，回执是平台的消息号。"""
    channel, fake = wecom
    assert await channel.send("WangQiang", OutboundMessage(text="已收到"), "k1") == "msg-1"
    assert texts(fake) == ["已收到"]
    assert "已收到".encode() in fake.bodies[0]


async def test_a_long_text_is_cut_by_bytes_in_order(wecom: Wired) -> None:
    """长文按 2048 字节切开，顺序不乱。"""
    channel, fake = wecom
    text = "".join(f"第{n}条说明，请您留意。" for n in range(300))
    await channel.send("WangQiang", OutboundMessage(text=text), "k1")
    assert "".join(texts(fake)) == text
    assert len(fake.delivered) == 5


async def test_hostile_text_stays_text(wecom: Wired) -> None:
    """提及、链接、标签都只是文字。"""
    channel, fake = wecom
    await channel.send("WangQiang", OutboundMessage(text=HOSTILE), "k1")
    await channel.send("WangQiang", OutboundMessage(text=HOSTILE, buttons=CONFIRM), "k2")
    assert fake.delivered[0]["touser"] == "WangQiang"
    assert fake.delivered[0]["msgtype"] == "text"
    assert "<" not in texts(fake)[0]
    assert "@所有人" in texts(fake)[0]
    assert "<" not in json.dumps(fake.delivered[1]["template_card"])


@pytest.mark.parametrize("address", ["@all", "@ALL", "WangQiang|LiNa", "", "a b", "王强"])
async def test_no_address_reaches_more_than_one_member(wecom: Wired, address: str) -> None:
    """地址只能是一个成员，不能是全员或名单。"""
    channel, fake = wecom
    with pytest.raises(DeliveryRefused):
        await channel.send(address, OutboundMessage(text="x"), "k")
    assert fake.calls["send"] == 0


async def test_buttons_and_card_are_one_template_card(wecom: Wired) -> None:
    """带按钮的卡片是一张可点的模板卡片，标题、字段、按钮都在。"""
    channel, fake = wecom
    await channel.send("WangQiang", OutboundMessage(text="请核对：", card=TICKET, buttons=CONFIRM), "k1")
    (body,) = fake.delivered
    shown = body["template_card"]
    assert shown["card_type"] == "button_interaction"
    assert shown["main_title"]["title"] == TICKET.title
    assert shown["sub_title_text"] == "请核对：\n预计两天内答复"
    assert shown["horizontal_content_list"][1] == {"keyname": "承办单位", "value": "方城县供电公司"}
    assert [button["key"] for button in shown["button_list"]] == ["confirm", "edit"]


async def test_what_does_not_fit_a_card_goes_before_it_as_text(wecom: Wired) -> None:
    """放不进卡片的内容先用文字发出，按钮随后。"""
    channel, fake = wecom
    long = card("工单", [("诉求内容", "很长" * 60)])
    await channel.send("WangQiang", OutboundMessage(card=long, items=("甲", "乙"), buttons=CONFIRM), "k1")
    assert texts(fake) == ["【工单】\n诉求内容：" + "很长" * 60 + "\n1. 甲\n2. 乙"]
    assert fake.delivered[1]["template_card"]["main_title"]["title"] == "请选择"


async def test_more_than_six_buttons_become_words(wecom: Wired) -> None:
    """超过六个按钮改为文字选项。"""
    channel, fake = wecom
    many = tuple(Button(label=f"选项{n}", value=f"v{n}") for n in range(7))
    await channel.send("WangQiang", OutboundMessage(text="请选一项", buttons=many), "k1")
    assert texts(fake) == ["请选一项\n可回复：" + " / ".join(f"选项{n}" for n in range(7))]


async def test_a_card_without_buttons_needs_a_link(server: tuple[FakeWeCom, str]) -> None:
    """无按钮的卡片：设置了链接就发通知卡片，没有就发文字。"""
    fake, base = server
    for link in ("https://zhiqi.example.gov.cn", ""):
        channel = WeComChannel(settings(base, card_link=link), Inbox().accept)
        await channel.send("LiNa", OutboundMessage(card=TICKET), f"k{link}")
        await channel.stop()
    assert fake.delivered[0]["template_card"]["card_type"] == "text_notice"
    assert texts(fake) == ["【工单 ZQ261122-0001】\n事项：车间停电\n承办单位：方城县供电公司\n预计两天内答复"]


async def test_a_refused_card_is_said_in_words(wecom: Wired) -> None:
    """旧版私有部署不认模板卡片时，用文字把同样的话说完。"""
    channel, fake = wecom
    fake.no_cards = True
    await channel.send("WangQiang", OutboundMessage(text="提交吗？", card=TICKET, buttons=CONFIRM), "k1")
    assert texts(fake) == [
        "提交吗？\n【工单 ZQ261122-0001】\n事项：车间停电\n承办单位：方城县供电公司\n预计两天内答复\n可回复：确认提交 / 修改"
    ]


async def test_image_and_file_are_uploaded_with_their_chinese_names(wecom: Wired) -> None:
    """图片和文件先上传再发送，中文文件名不变。"""
    channel, fake = wecom
    image = Attachment(kind="image", name="现场.png", reference="png")
    file = Attachment(kind="file", name='平面图 "一".txt', reference="k1")
    await channel.send("WangQiang", OutboundMessage(text="见附件", image=image, file=file), "k1")
    assert [body["msgtype"] for body in fake.delivered] == ["text", "image", "file"]
    assert list(fake.uploads.values()) == [("image", "现场.png", FILES["png"]), ("file", "平面图 一.txt", FILES["k1"])]
    received = Attachment(kind="file", reference="platform:media-2")
    assert await channel.fetch(received) == FILES["k1"]


async def test_a_file_too_big_is_named_in_a_text(wecom: Wired) -> None:
    """发不了的文件用文字说明。"""
    channel, fake = wecom
    big = Attachment(kind="file", name="全套图纸.zip", reference="big")
    await channel.send("WangQiang", OutboundMessage(file=big), "k1")
    assert "全套图纸.zip" in texts(fake)[0]


async def test_unknown_members_are_never_tried_again(wecom: Wired) -> None:
    """成员不存在：平台以小写回报，判为永久失败。"""
    channel, fake = wecom
    with pytest.raises(DeliveryRefused):
        await channel.send("ZhaoLiu", OutboundMessage(text="x"), "k1")
    fake.next_codes = [60111]
    with pytest.raises(DeliveryRefused):
        await channel.send("WangQiang", OutboundMessage(text="x", buttons=CONFIRM), "k2")


@pytest.mark.parametrize(("code", "pause"), [(45009, 60.0), (45033, 60.0), (-1, None), (99999, None), (60020, 600.0)])
async def test_passing_faults_are_to_be_tried_again(wecom: Wired, code: int, pause: float | None) -> None:
    """限频、系统繁忙、未知错误、可信 IP 未配置：稍后再试，按平台建议的间隔。"""
    channel, fake = wecom
    fake.next_codes = [code]
    with pytest.raises(DeliveryFailed) as caught:
        await channel.send("WangQiang", OutboundMessage(text="x"), "k1")
    assert caught.value.retry_after_s == pause
    await channel.send("WangQiang", OutboundMessage(text="x"), "k1")
    assert texts(fake) == ["x"]


async def test_a_retry_after_a_lost_answer_is_seen_once_but_equal_replies_are_all_seen(wecom: Wired) -> None:
    """答复丢失后的重试不会让人看到两遍；内容相同的另一条照常送达。"""
    channel, fake = wecom
    fake.lose_answers = 1
    with pytest.raises(DeliveryFailed):
        await channel.send("LiNa", OutboundMessage(text="好的"), "k1")
    await channel.send("LiNa", OutboundMessage(text="好的"), "k1")
    await channel.send("LiNa", OutboundMessage(text="好的"), "k2")
    assert texts(fake) == ["好的", "好的"]


async def test_a_retry_sends_only_the_missing_parts(wecom: Wired) -> None:
    """多段消息中途失败，重试只补没发的。"""
    channel, fake = wecom
    fake.next_codes = [0, 45009]
    image = Attachment(kind="image", name="a.png", reference="png")
    message = OutboundMessage(text="一", image=image)
    with pytest.raises(DeliveryFailed):
        await channel.send("LiNa", message, "k1")
    await channel.send("LiNa", message, "k1")
    assert [body["msgtype"] for body in fake.delivered] == ["text", "image"]
    assert fake.calls["upload"] == 1


async def test_nobody_loses_a_message_to_the_silent_limit(wecom: Wired) -> None:
    """每人每分钟 30 条以内，多的由我方推迟，不让平台悄悄丢掉。"""
    channel, fake = wecom
    for n in range(30):
        await channel.send("LiNa", OutboundMessage(text=f"{n}"), f"k{n}")
    for n in range(30, 40):
        with pytest.raises(DeliveryFailed) as caught:
            await channel.send("LiNa", OutboundMessage(text=f"{n}"), f"k{n}")
        assert 0 < (caught.value.retry_after_s or 0) <= 60
    assert (len(fake.delivered), fake.calls["send"]) == (30, 30)


async def test_an_unreachable_server_is_a_passing_fault() -> None:
    """连不上服务器：稍后再试，错误里没有密钥。"""
    channel = WeComChannel(settings("http://127.0.0.1:9"), Inbox().accept)
    with pytest.raises(DeliveryFailed) as caught:
        await channel.send("LiNa", OutboundMessage(text="x"), "k")
    assert "secret" not in str(caught.value)
    await channel.stop()


def test_settings_name_every_mistake_and_hide_their_secrets() -> None:
    """设置有错一次说全；打印不露密钥。"""
    with pytest.raises(ContentError, match=r"secret[\s\S]*base_url"):
        settings("ftp://x", secret="")
    assert "app-secret" not in repr(settings("http://x"))

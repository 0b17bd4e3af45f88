"""Delivery: in order for each conversation, patient with platforms, with a receipt for each recipient."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.outbox.conftest import Platform, Post, notice
from zhiqibot.core.channel import Limits
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.outbox.delivery import BATCH, LEASE
from zhiqibot.outbox.model import OutboxState
from zhiqibot.outbox.retry import MAX_ATTEMPTS

DUE, SENT, GIVEN_UP, REFUSED = OutboxState.DUE, OutboxState.SENT, OutboxState.GIVEN_UP, OutboxState.REFUSED


def failed(retry_after_s: float | None = None) -> DeliveryFailed:
    return DeliveryFailed(channel="test", reason="503", retry_after_s=retry_after_s)


async def test_replies_arrive_in_order_with_a_receipt(post: Post) -> None:
    """回复按说的先后送达，每条记下平台回执和时间。"""
    post.reply("一", "二", "三")

    assert await post.delivery.deliver_due() == 3
    assert post.platform.texts == ["一", "二", "三"]
    assert [(row.state, row.receipt) for row in post.rows()] == [(SENT, f"receipt-{n}") for n in (1, 2, 3)]


async def test_what_was_sent_is_not_sent_again(post: Post) -> None:
    """送达的不再送。"""
    post.reply("一")
    await post.delivery.deliver_due()

    assert await post.process().deliver_due() == 0
    assert post.platform.texts == ["一"]


async def test_while_one_message_is_retried_the_later_ones_of_its_thread_wait(post: Post) -> None:
    """前一条没送出去，同会话后面的（包括新来的）都等着；别的会话不受影响。"""
    post.reply("一", "二")
    post.platform.errors = [failed()]
    await post.delivery.deliver_due()
    post.reply("三")
    post.reply("别处", conversation="c2")

    await post.delivery.deliver_due()
    assert post.platform.texts == ["别处"]

    post.pass_time(10)
    await post.deliver_all()
    assert post.platform.texts == ["别处", "一", "二", "三"]


async def test_a_failed_try_is_made_again_with_the_same_key(post: Post) -> None:
    """重试用同一个幂等键，次数如实记录。"""
    post.reply("一")
    post.platform.errors = [failed(), TimeoutError()]
    for _ in range(3):
        await post.delivery.deliver_due()
        post.pass_time(30)

    assert len(set(post.platform.keys)) == 1
    assert (post.rows()[0].attempts, post.states(), post.platform.texts) == (3, [SENT], ["一"])


async def test_the_platforms_own_advice_when_to_come_back_is_followed(post: Post) -> None:
    """平台说 90 秒后再来，就 90 秒后再来。"""
    post.reply("一")
    post.platform.errors = [failed(retry_after_s=90)]
    await post.delivery.deliver_due()

    post.pass_time(89)
    assert await post.delivery.deliver_due() == 0
    post.pass_time(2)
    assert await post.delivery.deliver_due() == 1


async def test_a_refused_message_is_never_tried_again_and_holds_up_nobody(post: Post) -> None:
    """平台拒收的不再试，后面的照送。"""
    post.reply("一", "二")
    post.platform.errors = [DeliveryRefused(channel="test", reason="left")]
    await post.delivery.deliver_due()

    assert post.states() == [REFUSED, SENT]
    assert post.rows()[0].error


async def test_after_the_last_try_a_message_is_given_up_and_the_next_goes(post: Post) -> None:
    """试满次数就放弃，后面的照送。"""
    post.reply("一", "二")
    post.platform.errors = [failed() for _ in range(MAX_ATTEMPTS)]
    for _ in range(MAX_ATTEMPTS):
        await post.delivery.deliver_due()
        post.pass_time(5000)

    assert (post.states(), post.platform.texts) == ([GIVEN_UP, SENT], ["二"])


async def test_a_channel_not_configured_here_is_waited_for(post: Post) -> None:
    """本进程没配这个渠道，先留着，不算放弃。"""
    post.reply("一")
    elsewhere = post.process()
    elsewhere.channels = {}

    await elsewhere.deliver_due()
    assert post.states() == [DUE]
    post.pass_time(61)
    await post.delivery.deliver_due()
    assert post.states() == [SENT]


async def test_replies_go_ahead_of_campaigns(post: Post) -> None:
    """群发积压再多，对话回复先送。"""
    post.notify(*(notice(f"camp:{n}", campaign_id="c" * 26) for n in range(BATCH + 20)))
    post.notify(notice("提醒"))
    post.pass_time(60)
    post.reply("回复", conversation="c2")

    await post.delivery.deliver_due()
    rows = {row.priority for row in post.rows() if row.state == SENT}
    assert rows == {0, 5, 9}
    assert {"回复", "提醒"} <= set(post.platform.texts)
    assert len(post.platform.taken) == BATCH


async def test_a_campaign_that_is_retried_does_not_hold_up_a_reply(post: Post) -> None:
    """群发在重试，不耽误同一个人的对话回复。"""
    post.notify(notice("camp:1", campaign_id="c" * 26))
    post.platform.errors = [failed()]
    await post.delivery.deliver_due()
    post.reply("回复", conversation="p1")

    await post.delivery.deliver_due()
    assert post.platform.texts == ["回复"]


async def test_a_notice_for_tomorrow_holds_nothing_up(post: Post) -> None:
    """明天的提醒明天送，今天的照送。"""
    post.notify(notice("明天", due_at=post.now + timedelta(days=1)))
    post.reply("今天", conversation="p1")
    await post.delivery.deliver_due()
    assert post.platform.texts == ["今天"]

    post.pass_time(86_400)
    await post.delivery.deliver_due()
    assert post.platform.texts == ["今天", "明天"]


async def test_without_an_address_a_notice_waits_for_the_binding(post: Post) -> None:
    """没绑定账号的先存着，绑定后补发；过了时效的不再补。"""
    post.notify(
        notice("有效", person="p2"),
        notice("过期", person="p2", expires_at=post.now + timedelta(hours=1)),
        notice("别人"),
    )
    await post.delivery.deliver_due()
    assert post.states() == [OutboxState.NO_ADDRESS, OutboxState.NO_ADDRESS, SENT]

    post.pass_time(7200)
    post.reachable.add("p2")
    with post.database.write() as session:
        assert post.outbox.revive(session, "p2", post.now) == 1
    await post.delivery.deliver_due()
    assert post.platform.taken == [("p1", "别人"), ("p2", "有效")]


async def test_what_expired_is_withdrawn_not_sent(post: Post) -> None:
    """过时的提醒不送，记为撤回。"""
    post.notify(notice("昨天的", expires_at=post.now + timedelta(minutes=1)))
    post.pass_time(60)
    await post.delivery.deliver_due()

    assert (post.states(), post.platform.taken) == ([OutboxState.WITHDRAWN], [])


async def test_too_fast_is_paced_and_counts_as_no_try(post: Post) -> None:
    """超过平台限速就放慢，不算失败次数，顺序不乱，一条不少。"""
    texts = [str(n) for n in range(12)]
    post.platform.limits = Limits(per_recipient_per_minute=6)
    post.reply(*texts[:10])
    await post.delivery.deliver_due()
    sent = len(post.platform.taken)
    assert 0 < sent < 10

    post.reply(*texts[10:])
    assert [row.attempts for row in post.rows()] == [1] * sent + [0] * (12 - sent)
    assert await post.delivery.deliver_due() == 0
    post.platform.limits = Limits()
    post.pass_time(60)
    await post.deliver_all()
    assert post.platform.texts == texts


async def test_killed_between_claim_and_send_is_sent_after_the_lease(post: Post) -> None:
    """领取之后、发送之前进程没了：租期一过由别人发出，期间同会话后来的不插队。"""
    post.reply("一")
    assert len(post.delivery._claim()) == 1
    post.reply("二")

    other = post.process()
    assert await other.deliver_due() == 0
    post.pass_time(LEASE.total_seconds() + 1)
    await post.deliver_all()
    assert (post.platform.texts, post.states()) == (["一", "二"], [SENT, SENT])


async def test_killed_between_send_and_receipt_is_sent_again_with_the_same_key(post: Post) -> None:
    """发出之后、记账之前进程没了：会再发一次，但幂等键不变，平台可以去重。"""
    post.reply("一")
    dying = post.process()
    dying._record = lambda outcomes: None  # type: ignore[method-assign]
    await dying.deliver_due()

    post.pass_time(LEASE.total_seconds() + 1)
    await post.delivery.deliver_due()
    assert len(post.platform.keys) == 2
    assert len(set(post.platform.keys)) == 1


async def test_two_processes_never_split_up_a_thread(post: Post) -> None:
    """两个进程同时领取，一个会话的消息不会分到两边，一条也不重复。"""
    for number in range(30):
        post.reply(*(f"{number}-{n}" for n in range(5)), conversation=f"c{number % 10}")
    processes = [post.process(), post.process()]

    with ThreadPoolExecutor(2) as pool:
        claims = list(pool.map(lambda process: process._claim(), processes))

    threads = [{row.thread for row in claim} for claim in claims]
    assert threads[0].isdisjoint(threads[1])
    assert sum(map(len, claims)) <= 150


async def test_a_broken_message_is_given_up_alone(post: Post) -> None:
    """一条内容坏掉的消息不影响同批别的。"""
    post.reply("坏", conversation="c1")
    post.reply("好", conversation="c2")
    bad = post.rows()[0]
    with post.database.write() as session:
        (await asyncio.to_thread(session.get_one, type(bad), bad.id)).body = b"\x01\x01broken"

    await post.delivery.deliver_due()
    assert post.platform.texts == ["好"]
    assert post.states()[1] == SENT


async def test_a_running_delivery_wakes_up_and_stops(post: Post) -> None:
    """投递循环一叫就醒，叫停就停。"""
    stop = asyncio.Event()
    running = asyncio.create_task(post.delivery.run(stop))
    await asyncio.sleep(0.05)
    await asyncio.to_thread(post.reply, "一")
    post.delivery.wake()

    for _ in range(100):
        if post.platform.taken:
            break
        await asyncio.sleep(0.02)
    stop.set()
    post.delivery.wake()
    await asyncio.wait_for(running, 5)
    assert post.platform.texts == ["一"]


def test_the_fake_platform_is_a_channel() -> None:
    """测试用的平台符合渠道接口。"""
    from zhiqibot.core.channel import Channel

    channel: Channel = Platform()
    assert channel.name == "test"

"""Adding to the outbox: once for each key, only with its unit of work, and revocable while it waits."""

from sqlalchemy.orm import Session

from tests.outbox.conftest import Post, notice
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.outbox.model import OutboxState, Priority

WITHDRAWN, DUE = OutboxState.WITHDRAWN, OutboxState.DUE


def test_the_same_key_is_added_once(post: Post) -> None:
    """同一个键只加一次：同批、重跑、另一个单元都一样，内容以第一次为准。"""
    post.notify(notice("due:1", "先"), notice("due:1", "同批"))
    post.notify(notice("due:1", "后"), notice("due:2"))

    assert [row.key for row in post.rows()] == ["due:1", "due:2"]
    assert post.outbox.read(post.rows()[0]).text == "先"


def test_an_undone_unit_of_work_leaves_no_notice(post: Post) -> None:
    """业务回滚，通知也没有。"""

    def work(session: Session) -> None:
        post.outbox.notify(session, [notice("k")], post.now)
        raise RuntimeError

    try:
        with post.database.write() as session:
            work(session)
    except RuntimeError:
        pass
    assert post.rows() == []


def test_a_prefix_takes_back_what_has_not_been_sent_and_nothing_else(post: Post) -> None:
    """按前缀撤回未发的；% 和 _ 只是普通字符，不会误伤别的。"""
    post.notify(*(notice(key) for key in ("remind:a_b:1", "remind:a_b:2", "remind:axb:1", "remind:a%:1", "other")))

    with post.database.write() as session:
        post.outbox.withdraw(session, "remind:a_b:")
        post.outbox.withdraw(session, "remind:%")

    states = {row.key: row.state for row in post.rows()}
    assert {key for key, state in states.items() if state == WITHDRAWN} == {"remind:a_b:1", "remind:a_b:2"}


async def test_what_was_sent_cannot_be_taken_back(post: Post) -> None:
    """已送达的撤不回，等地址的撤得回。"""
    post.notify(notice("k:sent"), notice("k:waiting", person="p2"))
    await post.delivery.deliver_due()

    with post.database.write() as session:
        post.outbox.withdraw(session, "k:")
    assert [row.state for row in post.rows()] == [OutboxState.SENT, WITHDRAWN]


def test_a_notice_added_in_the_same_unit_can_be_taken_back(post: Post) -> None:
    """同一单元里先加后撤，也撤得掉。"""
    with post.database.write() as session:
        post.outbox.notify(session, [notice("k:1")], post.now)
        post.outbox.withdraw(session, "k:")

    assert post.states() == [WITHDRAWN]


def test_campaigns_notices_and_replies_have_their_own_priority(post: Post) -> None:
    """回复、通知、群发三个优先级。"""
    post.notify(notice("a"), notice("b", campaign_id="c" * 26))
    post.reply("r")

    assert sorted(row.priority for row in post.rows()) == [Priority.REPLY, Priority.NOTICE, Priority.CAMPAIGN]


def test_adding_nothing_is_fine(post: Post) -> None:
    """没有内容就什么也不加。"""
    post.notify()
    post.reply()

    assert post.rows() == []


def test_the_body_is_sealed_for_its_own_row(post: Post) -> None:
    """正文封存在本行，原样读得回。"""
    post.reply("车间停电")
    row = post.rows()[0]

    assert "停电".encode() not in row.body
    assert post.outbox.read(row) == OutboundMessage(text="车间停电")

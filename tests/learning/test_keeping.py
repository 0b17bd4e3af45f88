"""Which messages are kept for review, and which never are; on both engines."""

from datetime import timedelta

from sqlalchemy import select

from tests.learning.conftest import CLERK, OFFICE, OTHER, OWNER, Town
from zhiqibot.app import build
from zhiqibot.directory.model import Person
from zhiqibot.joints import Rerouting
from zhiqibot.learning.model import Reason, State
from zhiqibot.settings import ReviewLimits
from zhiqibot.timetable import jobs
from zhiqibot.topics.tickets.model import Kind, Ticket

UNCLEAR = "那个表咋填嘞"
"""Read as a question about progress or as a booking, of which neither is likely."""
OUTAGE = "集聚区三号车间今早停电了，机器全停了，没人来修"


def limited(town: Town, **limits: float) -> None:
    """Put other limits in force."""
    one = town.product
    settings = one.settings.model_copy(update={"review": ReviewLimits.model_validate(limits)})
    town.product = build(settings, one.content, one.understander, one.desk, one.database, one.vault, town.clock)


def test_asking_back_is_kept_with_what_the_person_chose(town: Town) -> None:
    """拿不准就问：留下原话、当时的理解和问话；本人选了另一个意思，记成被更正。"""
    owner = town.person(OWNER)
    asked = owner.says(UNCLEAR)
    assert "您是想" in asked
    (row,) = town.rows()
    assert (row.reason, row.intent, row.role, row.state) == (Reason.UNSURE, "ticket_status", "enterprise", State.OPEN)
    assert row.runner_up == row.ranking[1]
    assert row.confidence is not None
    assert row.confidence < 0.36

    owner.presses("报名活动")
    (kept,) = town.kept()
    assert (kept.row.reason, kept.row.became) == (Reason.CORRECTED, "book_event")
    assert kept.text == UNCLEAR
    assert "您是想" in kept.asked
    assert kept.proposals[0] == "book_event"


def test_choosing_the_likeliest_reading_is_no_correction(town: Town) -> None:
    """问了以后选的正是排第一的意思：留存，但不算更正。"""
    owner = town.person(OWNER)
    owner.says(UNCLEAR)
    owner.presses("查询办理进度")

    (row,) = town.rows()
    assert (row.reason, row.became) == (Reason.UNSURE, "ticket_status")


def test_what_is_understood_is_not_kept(town: Town) -> None:
    """听懂了、照办了的消息不留。"""
    owner = town.person(OWNER)
    owner.says("我的诉求办到哪一步了")
    owner.says("招硕士一年补多少")
    owner.says("谢谢")
    assert town.kept() == []


def test_no_i_meant_is_taken_and_kept(town: Town) -> None:
    """“不是，我是问……”：按新的意思办，原来那句记成被更正。"""
    owner = town.person(OWNER)
    owner.says("帮我报名早餐会")
    answer = owner.says("不是，我是问最近有什么活动")

    assert "近期还没有安排活动" in answer
    (kept,) = town.kept()
    assert (kept.text, kept.row.intent) == ("帮我报名早餐会", "book_event")
    assert (kept.row.reason, kept.row.became) == (Reason.CORRECTED, "list_events")


def test_cancelling_at_once_and_asking_for_something_else_is_a_correction(town: Town) -> None:
    """表单刚打开就取消、接着说了别的事，说明前一句听错了。"""
    owner = town.person(OWNER)
    owner.says("厂房的地证办不下来")
    owner.says("取消")
    assert town.kept() == []
    owner.says("招硕士一年补多少")

    (row,) = town.rows()
    assert (row.intent, row.became, row.reason) == ("report_issue", "ask_policy", Reason.CORRECTED)


def test_not_understood_is_kept(town: Town) -> None:
    """当作无关的话推掉的，把握够大就不留，不够大就留下备查；线由设置定。"""
    owner = town.person(OWNER)
    limited(town, outside_below=0.0)
    owner.says("今天天气怎么样")
    assert town.kept() == []

    limited(town, outside_below=1.0)
    owner.says("今天天气怎么样")
    (row,) = town.rows()
    assert (row.reason, row.intent) == (Reason.NOT_UNDERSTOOD, "out_of_scope")


def test_phone_and_name_never_reach_the_table(town: Town) -> None:
    """号码和本人姓名不进库：解开密文也看不到。"""
    owner = town.person(OWNER)
    with town.database.read() as session:
        name = town.product.directory.name(session.get_one(Person, OWNER))
    owner.says(f"那个表咋填嘞，{name}，13812345678")
    kept = town.kept()
    assert len(kept) == 1
    assert "13812345678" not in kept[0].text
    assert name not in kept[0].text
    assert "那个表咋填嘞" in kept[0].text


def test_the_same_message_twice_is_one_row(town: Town) -> None:
    """同一条消息处理两遍、不同的人说同一句话，都只留一条。"""
    owner, other = town.person(OWNER), town.person(OTHER)
    before = owner.memory
    owner.says(UNCLEAR, message_id="m-1")
    owner.memory = before
    owner.says(UNCLEAR, message_id="m-1")
    other.says(f"{UNCLEAR}？")
    assert len(town.kept()) == 1


def test_caps(town: Town) -> None:
    """一天留几条、最多等几条都有上限；到了就不再留，回答照常。"""
    limited(town, per_day=1)
    owner = town.person(OWNER)
    owner.says(UNCLEAR)
    assert "您是想" in owner.says("那个表到底咋填嘞呀")
    assert len(town.kept()) == 1
    town.now += timedelta(days=1, minutes=1)
    owner.says("那个表到底咋填嘞呀")
    assert len(town.kept()) == 2

    limited(town, most_open=2)
    town.now += timedelta(days=2)
    owner.says("恁那个表咋填嘞")
    assert len(town.kept()) == 2
    limited(town, per_day=0)
    owner.says("恁那个表咋填嘞呀")
    assert len(town.kept()) == 2


def test_kept_messages_age_out(town: Town) -> None:
    """留够天数就删，由定时任务每天做一次。"""
    town.person(OWNER).says(UNCLEAR)
    for days, left in ((89, 1), (2, 0)):
        town.now += timedelta(days=days)
        for job in jobs(town.product):
            if (job.period(town.now) or "").startswith("kept-messages:"):
                with town.database.write() as session:
                    job.run(session, town.now)
        assert len(town.kept()) == left


def test_complaints_about_officials_are_never_kept(town: Town) -> None:
    """反映干部作风的话走保密通道，不进复核。"""
    word = town.product.content.county.confidential_words[0]
    owner = town.person(OWNER)
    owner.says(f"那个表咋填嘞，{word}")
    assert town.kept() == []


# -- re-routing ----------------------------------------------------------------------------------------------------


def reported(town: Town, text: str) -> str:
    """Have the owner report something; return the ticket's number."""
    owner = town.person(OWNER)
    owner.says(text, button="intent:report_issue")
    owner.says("", button="yes")
    with town.database.read() as session:
        return session.scalars(select(Ticket.number)).one()


def test_a_ticket_given_to_another_unit_is_kept_once(town: Town) -> None:
    """诉求被退回、再交给别的单位：留下最初的话和后来的承办单位，只有一条。"""
    number = reported(town, f"{OUTAGE}，电话13812345678")
    clerk = town.person(CLERK)
    asked = clerk.says(f"退回 {number}，属于厂房手续，不归供电", button="intent:transfer_ticket")
    assert "理由：属于厂房手续，不归供电" in asked
    assert "建议转交：供电" not in asked
    assert "已退回" in clerk.says("", button="yes")
    (row,) = town.rows()
    assert (row.reason, row.topic, row.unit) == (Reason.REROUTED, "energy", "")

    office = town.person(OFFICE)
    office.says(f"把 {number} 交办给自然资源局", button="intent:assign_ticket")
    assert "已交办" in office.says("", button="yes")
    (kept,) = town.kept()
    assert "自然资源" in kept.row.unit
    assert "land" in kept.row.unit_topics
    assert "停电" in kept.text
    assert "13812345678" not in kept.text


def test_giving_it_to_the_same_unit_again_is_no_rerouting(town: Town) -> None:
    """重新交办给原来的单位，不算改派。"""
    number = reported(town, OUTAGE)
    office = town.person(OFFICE)
    office.says(f"把 {number} 交办给供电公司", button="intent:assign_ticket")
    assert "已交办" in office.says("", button="yes")
    assert town.kept() == []


def test_a_confidential_ticket_is_never_kept(town: Town) -> None:
    """保密件、兑现申请怎么转都不留。"""
    number = reported(town, OUTAGE)
    note = Rerouting(town.keeping, town.product.tickets).note
    with town.database.write() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        ticket.confidential = True
        note(session, ticket, None, town.now)
        ticket.confidential, ticket.kind = False, Kind.REDEMPTION
        note(session, ticket, None, town.now)
    assert town.kept() == []

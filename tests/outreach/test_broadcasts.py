"""Broadcasts, on both engines."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.events.county import DERUN, OFFICE, RUITAI, notices, speaker, text_of
from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.directory.model import Enterprise, Person
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.storage.database import Database
from zhiqibot.storage.later import write_now
from zhiqibot.topics.outreach.audience import Audience
from zhiqibot.topics.outreach.broadcasts import Draft
from zhiqibot.topics.outreach.model import CampaignRecipient
from zhiqibot.topics.outreach.receipts import told
from zhiqibot.topics.outreach.service import OutreachService

ZONE = Audience(regions=("产业集聚区",))
ALL = Audience(everybody=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("给产业集聚区的企业", Audience(regions=("产业集聚区",))),
        ("开发区全体企业", Audience(regions=("产业集聚区",))),
        ("通知全县规上企业", Audience(scales=("规上",))),
        ("向纺织行业企业推送", Audience(industries=("纺织服装",))),
        ("独树镇的小微企业", Audience(regions=("独树镇",), scales=("小微",))),
        ("专精特新企业", Audience(tags=("专精特新",))),
        ("给所有企业发一条消息", Audience(everybody=True)),
        ("给助企干部群发提醒", Audience(role="cadre")),
        ("发给全体承办单位联络员", Audience(role="clerk")),
        ("给德润机械和宏达服饰", Audience(enterprises=("ent-derun", "ent-hongda"))),
        ("推送给订阅了金融融资的企业", Audience(topics=("finance",))),
        ("发个通知", Audience()),
    ],
)
def test_an_audience_is_read_from_the_sentence(
    county: Database, outreach: OutreachService, said: str, expected: Audience
) -> None:
    """地方、行业、规模、标签、订阅、点名，怎么说都认得；没说就不猜。"""
    with county.read() as session:
        found = outreach.broadcasts.audiences.read(session, said)

    assert (found.role, found.everybody, found.regions) == (expected.role, expected.everybody, expected.regions)
    assert (found.industries, found.scales, found.tags) == (expected.industries, expected.scales, expected.tags)
    assert (found.topics, set(found.enterprises)) == (expected.topics, set(expected.enterprises))


def test_the_audience_is_frozen_at_the_confirmation(
    county: Database, outreach: OutreachService, vault: Vault, now: datetime
) -> None:
    """确认时定下名单：之后企业搬走、新人加入，都不改变这次发给谁。"""
    with county.write() as session:
        campaign = outreach.broadcasts.send(session, speaker(session, OFFICE), Draft("12月2日检修停电", ZONE), now)
        session.execute(update(Enterprise).where(Enterprise.id == "ent-derun").values(region="释之街道"))
        name = vault.seal("新人", "person", "name", "late")
        session.add(Person(id="late", role="enterprise", name=name, enterprise_id="ent-hongda"))
        session.flush()

        frozen = set(session.scalars(select(CampaignRecipient.person_id)))
        queued = {row.person_id for row in notices(session, f"broadcast:{campaign.id}:")}

        assert DERUN in frozen
        assert "late" not in frozen
        assert queued == frozen
        assert len(frozen) == campaign.total == 20
        row = notices(session, f"broadcast:{campaign.id}:{DERUN}")[0]
        assert row.campaign_id == campaign.id
        assert "12月2日检修停电" in text_of(vault, row)


def test_who_left_gets_nothing_and_is_counted(county: Database, outreach: OutreachService, now: datetime) -> None:
    """全部退订的人不发，预览里说明有几个；再订阅就恢复。"""
    with county.write() as session:
        office, derun = speaker(session, OFFICE), speaker(session, DERUN)
        before = outreach.broadcasts.preview(session, office, Draft("通知内容", ZONE), now)

        outreach.subscriptions.leave(session, derun, now)
        after = outreach.broadcasts.preview(session, office, Draft("通知内容", ZONE), now)

        assert (before.opted_out, after.opted_out) == (0, 1)
        assert len(after.recipients) == len(before.recipients) - 1
        outreach.subscriptions.subscribe(session, derun, "finance", now)
        assert outreach.broadcasts.preview(session, office, Draft("通知内容", ZONE), now).opted_out == 0


def test_nobody_gets_more_than_three_a_week_but_for_urgent_ones(
    county: Database, outreach: OutreachService, now: datetime
) -> None:
    """七天内最多三条；第四条不发，紧急的照发；过了七天又可以发。"""
    with county.write() as session:
        office = speaker(session, OFFICE)
        for number in range(3):
            outreach.broadcasts.send(session, office, Draft(f"第 {number} 条通知", ZONE), now)

        fourth = outreach.broadcasts.preview(session, office, Draft("第四条", ALL), now)
        urgent = outreach.broadcasts.preview(session, office, Draft("紧急", ZONE, urgent=True), now)
        later = outreach.broadcasts.preview(session, office, Draft("下周", ZONE), now + timedelta(days=8))

        assert fourth.capped == 20
        assert (len(urgent.recipients), len(later.recipients)) == (20, 20)
        with pytest.raises(Conflict, match="没有可以发送的对象"):
            outreach.broadcasts.send(session, office, Draft("第四条", ZONE), now)


def test_quiet_hours_hold_what_can_wait(county: Database, outreach: OutreachService) -> None:
    """晚上九点确认的通知明早八点发；紧急的马上发；定时的按定时发。"""
    night = datetime(2026, 11, 23, 21, tzinfo=SHANGHAI)
    with county.write() as session:
        office = speaker(session, OFFICE)
        plain = outreach.broadcasts.send(session, office, Draft("普通通知", ZONE), night)
        urgent = outreach.broadcasts.send(session, office, Draft("紧急通知", ZONE, urgent=True), night)
        noon = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
        timed = outreach.broadcasts.send(session, office, Draft("定时通知", ZONE, send_at=noon), night)

        row = notices(session, f"broadcast:{plain.id}:{DERUN}")[0]
        assert local(row.due_at) == datetime(2026, 11, 24, 8, tzinfo=SHANGHAI)
        assert (urgent.send_at, timed.send_at) == (night, noon)


def test_receipts_are_counted_and_the_rest_can_be_stopped(
    county: Database, outreach: OutreachService, now: datetime
) -> None:
    """送达、失败、等待分开数，失败说原因；没发出的可以停发，已送达的不动。"""
    with county.write() as session:
        office = speaker(session, OFFICE)
        campaign = outreach.broadcasts.send(session, office, Draft("12月2日检修停电", ZONE), now)
        write_now(session)
        rows = notices(session, f"broadcast:{campaign.id}:")
        for row, state in zip(rows, [OutboxState.SENT] * 8 + [OutboxState.REFUSED] * 2, strict=False):
            row.state = state
        rows[-1].state = OutboxState.NO_ADDRESS
        session.flush()

        _, receipts = outreach.broadcasts.progress(session, office, campaign.id)
        text = told(campaign, receipts)
        assert "已送达 8，失败 2（对方已停用或屏蔽 2），等待 10（其中 1 人还没有绑定聊天账号）" in text

        assert outreach.broadcasts.stop(session, office, campaign.id, now) == 10
        session.expire_all()
        states = list(session.scalars(select(OutboxMessage.state).where(OutboxMessage.campaign_id == campaign.id)))
        assert (states.count(OutboxState.SENT), states.count(OutboxState.WITHDRAWN)) == (8, 10)
        with pytest.raises(Conflict):
            outreach.broadcasts.stop(session, office, campaign.id, now)


def test_only_the_office_broadcasts(county: Database, outreach: OutreachService, now: datetime) -> None:
    """企业和干部都不能群发。"""
    with county.write() as session:
        for person in (DERUN, "cadre-demo", "clerk-power-1"):
            with pytest.raises(NotAllowed):
                outreach.broadcasts.send(session, speaker(session, person), Draft("通知内容", ALL), now)


def test_the_last_broadcast_to_a_person_gives_a_reply_its_context(
    county: Database, outreach: OutreachService, now: datetime
) -> None:
    """三天之内收到的最后一条通知，就是“这个怎么申请”说的那个；停发的、没发给他的不算。"""
    with county.write() as session:
        office = speaker(session, OFFICE)
        draft = Draft("可申请返还。", ZONE, title="稳岗返还", policy_id="fc-1")
        outreach.broadcasts.send(session, office, draft, now)

        later = now + timedelta(days=2)
        assert outreach.last_broadcast_to(session, DERUN, later) == ("稳岗返还", "可申请返还。", "fc-1")
        assert outreach.last_broadcast_to(session, RUITAI, later) is None
        assert outreach.last_broadcast_to(session, DERUN, now + timedelta(days=4)) is None


def test_subscribers_of_everything_count_for_every_topic(
    county: Database, outreach: OutreachService, now: datetime
) -> None:
    """订阅全部的人也算某一主题的订阅者；只退一类，其余照旧。"""
    with county.write() as session:
        office, derun = speaker(session, OFFICE), speaker(session, DERUN)
        service = outreach.subscriptions
        service.subscribe(session, derun, "*", now)
        finance = Draft("贷款贴息开始申报", Audience(topics=("finance",)))

        reached = {one.person_id for one in outreach.broadcasts.preview(session, office, finance, now).recipients}
        service.unsubscribe(session, derun, "finance", now)
        after = {one.person_id for one in outreach.broadcasts.preview(session, office, finance, now).recipients}

        assert reached - after == {DERUN}
        assert service.of_person(session, DERUN) == {"talent", "energy", "innovation"}


def test_an_import_respects_what_people_decided(county: Database, outreach: OutreachService, now: datetime) -> None:
    """再次导入，不会把退订的人重新订上。"""
    with county.write() as session:
        outreach.subscriptions.leave(session, speaker(session, DERUN), now)

        outreach.import_topics(session, {DERUN: ["finance"]}, now)

        assert outreach.subscriptions.of_person(session, DERUN) == set()
        assert outreach.subscriptions.has_left(session, DERUN)

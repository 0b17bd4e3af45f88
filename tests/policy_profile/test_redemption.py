"""From “我要申请” to 已兑现, on both engines: the checklist, the decision, the pay month, refusal, reminders, roles."""

from datetime import date, timedelta

import pytest

from tests.policy_profile.conftest import CADRE, CLERK, OFFICE, OWNER, RIVAL, STRANGE_CLERK, Town
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.model import Kind, Status
from zhiqibot.topics.tickets.redemption import Redemptions, month_after
from zhiqibot.topics.tickets.reminders import Reminders

NUMBER = "ZQ261123-0001"


def applied(town: Town) -> None:
    town.says(OWNER, "我要申请985硕士的生活补贴")
    town.says(OWNER, "确认")


def test_an_application_is_checked_filed_decided_and_paid(town: Town) -> None:
    """申请、研判、次月兑现、办结，企业每一步都知道。"""
    town.now = town.now.replace(month=12, day=1)
    card = town.says(OWNER, "我要申请985硕士的生活补贴")
    changed = town.says(OWNER, "两个人，材料齐了")
    filed = town.says(OWNER, "确认")
    number = town.tickets()[0].number
    asked = town.says(CLERK, "研判通过，下月兑现")
    decided = town.says(CLERK, "确认")
    where = town.says(OWNER, "我的补贴到哪一步了")
    town.says(CLERK, f"办结 {number}，已打款到企业账户")
    town.says(CLERK, "确认")

    assert "您要申请的是「优秀青年人才生活补贴」" in card
    assert "条件：" in card
    assert "还差：申请人数或金额、材料齐不齐" in card
    assert "人数或金额：两个人" in changed
    assert "材料：已备齐" in changed
    assert "还差" not in changed
    assert f"编号 {number}" in filed
    assert "12月10日（周四）前研判" in filed
    assert "通过，预计2027年1月兑现" in asked
    assert "已研判，预计2027年1月兑现" in decided
    assert "已研判，预计2027年1月兑现" in where
    assert "状态：已研判 · 2027年1月兑现" in where
    ticket = town.tickets()[0]
    assert (ticket.kind, ticket.status, ticket.pay_month) == (Kind.REDEMPTION, Status.RESOLVED, "2027-01")
    assert ticket.policy_id == "fc-talent-07f"
    letters = town.told(OWNER)
    assert any("已研判通过，预计2027年1月兑现" in one for one in letters)
    assert any("已兑现，请您评价" in one for one in letters)


def test_a_refusal_says_why_and_where_to_go(town: Town) -> None:
    """研判不通过：企业看到原因、咨询电话；这件事不再催办。"""
    applied(town)
    town.says(CLERK, "研判不通过，因为招的人超过了35周岁")
    told = town.says(CLERK, "确认")

    letter = town.told(OWNER)[-1]
    assert "不予兑现" in told
    assert "招的人超过了35周岁" in letter
    assert "0377-" in letter
    assert town.tickets()[0].status == Status.DECLINED
    assert "不予兑现" in town.says(OWNER, "我的补贴到哪一步了")


def test_a_refusal_without_a_reason_is_asked_for_it(town: Town) -> None:
    """点“研判不通过”，要写原因才发出去。"""
    applied(town)
    asked = town.presses(CLERK, f"do:redeem_no:{NUMBER}")
    shown = town.says(CLERK, "合同只签了一年，文件要求三年以上")

    assert "请写明不通过的原因" in asked
    assert "合同只签了一年" in shown
    assert town.tickets()[0].status == Status.ASSIGNED


def test_a_bare_request_is_offered_what_fits(town: Town) -> None:
    """只说“我要申请”，按企业能享受的列出来选；选了再出清单。"""
    offered = town.says(OWNER, "我要申请")
    labels = town.offered(OWNER)
    card = town.presses(OWNER, next(iter(labels.values())))

    assert "您想申请哪一项" in offered
    assert len(labels) == 6
    assert "政策兑现申请" in card


def test_what_was_just_asked_about_is_what_is_applied_for(town: Town) -> None:
    """刚问过职业介绍补贴，再说“我要申请”，就是它；条件对不上的会提醒。"""
    town.says(OWNER, "职业介绍补贴怎么申请")
    card = town.says(OWNER, "我要申请")

    assert "「职业介绍补贴」" in card
    assert "“是人力资源服务机构”这一条，按现有资料还对不上" in card


def test_the_button_under_a_result_starts_the_application(town: Town) -> None:
    """结果下面的“申请……”直接出那一项的清单。"""
    town.says(OWNER, "我们能享受哪些政策")
    town.says(OWNER, "招大学生")
    card = town.says(OWNER, "申请优秀青年人才生活补贴")

    assert "您要申请的是「优秀青年人才生活补贴」" in card
    assert "按现有资料，企业条件符合" in card


def test_the_unknown_is_filed_as_said(town: Town) -> None:
    """对不上文件的申请，照原话登记，不硬套。"""
    card = town.says(OWNER, "申请扩岗补助")
    town.says(OWNER, "确认")

    assert "没有找到和您说的完全对得上的政策" in card
    assert town.tickets()[0].title == "申请兑现：扩岗补助"
    assert town.tickets()[0].policy_id is None


def test_an_automatic_benefit_needs_no_application(town: Town) -> None:
    """免申即享的不用申请，告诉企业不用交。"""
    town.rebuild(town.with_card("fc-talent-07f", automatic=True))
    reply = town.presses(OWNER, "do:apply:fc-talent-07f")

    assert "免申即享" in reply
    assert town.tickets() == []


def test_saying_no_files_nothing(town: Town) -> None:
    """到确认时说算了，什么也没登记。"""
    town.says(OWNER, "我要申请985硕士的生活补贴")
    town.says(OWNER, "算了，先不报")

    assert town.tickets() == []


def test_the_payment_must_be_decided_before_it_is_closed(town: Town) -> None:
    """没研判就办结，不行。"""
    applied(town)

    with pytest.raises(Conflict, match="还没有研判"):
        town.do(CLERK, NUMBER, Handling(town.product.tickets).resolve, "已打款")


@pytest.mark.parametrize(
    ("person", "error"),
    [(OWNER, NotAllowed), (CADRE, NotAllowed), (RIVAL, NotFound), (STRANGE_CLERK, NotFound)],
)
def test_only_the_unit_and_the_office_decide(town: Town, person: str, error: type[Exception]) -> None:
    """企业自己、包联干部不能研判；别的企业、别的单位根本看不到。"""
    applied(town)

    with pytest.raises(error):
        town.do(person, NUMBER, Redemptions(town.product.tickets).approve)

    assert town.tickets()[0].pay_month is None


def test_a_decision_is_made_once(town: Town) -> None:
    """研判过的，再研判就拦下；普通诉求不能研判。"""
    applied(town)
    redemptions = Redemptions(town.product.tickets)
    town.do(OFFICE, NUMBER, redemptions.approve)
    town.says(RIVAL, "我们厂门口路灯不亮，请登记")
    town.says(RIVAL, "确认")

    with pytest.raises(Conflict, match="不用再研判"):
        town.do(OFFICE, NUMBER, redemptions.decline, "重复")
    with pytest.raises(Conflict, match="不是政策兑现申请"):
        town.do(OFFICE, "ZQ261123-0002", redemptions.approve)


def test_both_clocks_are_watched(town: Town) -> None:
    """研判超期要催；研判后，兑现月的最后一个工作日也要催。"""
    applied(town)
    reminders = Reminders(town.product.tickets)
    with town.database.write() as session:
        reminders.run(session, town.now + timedelta(days=14))
    late = town.told(CLERK)[-1]
    town.do(CLERK, NUMBER, Redemptions(town.product.tickets).approve)
    due = town.tickets()[0].due_on

    assert "【催办单】已超期" in late
    assert due.isoformat() == "2026-12-31"
    with town.database.write() as session:
        assert reminders.run(session, town.now.replace(month=12, day=31)) == 1
    assert "今天到期" in town.told(CLERK)[-1]


def test_the_month_after_december_is_january() -> None:
    """十二月研判，次年一月兑现。"""
    assert month_after(date(2026, 12, 31)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 31)) == date(2026, 2, 1)


def test_what_a_cadre_files_the_enterprise_hears_of(town: Town) -> None:
    """干部替企业申请：企业收到通知，承办单位看得到企业联系人，研判结果干部也知道。"""
    town.says(CADRE, "帮德润机械申请优秀青年人才生活补贴")
    filed = town.says(CADRE, "确认")
    town.says(CLERK, "研判通过，下月兑现")
    town.says(CLERK, "确认")

    assert "已告诉企业是您替它登记的" in filed
    first, *later = town.told(OWNER)
    assert f"{NUMBER}（优秀青年人才生活补贴）是许志远替贵企业登记的" in first
    assert any("已研判通过" in one for one in later)
    assert "联系人：周德明" in town.told(CLERK)[0]
    assert any(f"{NUMBER}（优秀青年人才生活补贴）已研判通过" in one for one in town.told(CADRE))


def test_the_enterprise_may_ask_why_and_when(town: Town) -> None:
    """问“为什么没通过”说原因和找谁；过了期限照实说，不说“几号前”。"""
    applied(town)
    late = town.now + timedelta(days=14)
    waits, town.now = town.says(OWNER, "钱什么时候到账"), late
    overdue = town.says(OWNER, "我的补贴到哪一步了")
    town.says(CLERK, "研判不通过，因为招的人超过了35周岁")
    town.says(CLERK, "确认")
    why = town.says(OWNER, "为什么没通过")

    assert "12月2日（周三）前出研判结果" in waits
    assert "已经超期，可以点“催办”" in overdue
    assert "研判没有通过，原因：招的人超过了35周岁。有疑问请咨询" in why


def test_the_same_application_twice_is_pointed_out(town: Town) -> None:
    """同一项还没办完又申请，提醒已有一件；另一家企业的不提醒。"""
    applied(town)

    assert f"提醒：{NUMBER} 申请的也是这一项" in town.says(OWNER, "我要申请985硕士的生活补贴")
    assert NUMBER not in town.says(RIVAL, "我要申请985硕士的生活补贴")

"""The calculator and applications as people live them, on both engines: asked once, remembered, corrected, filed."""

import pytest
from sqlalchemy import select

from tests.policy_profile.conftest import CADRE, CLERK, OFFICE, OWNER, RIVAL, Town
from zhiqibot.core.errors import NotAllowed
from zhiqibot.topics.policies.profile.model import ProfileFact

ASK = "我们能享受哪些政策"
PLANS = "明年想招十来个大学生，再搞个股改"


def stored(town: Town, enterprise: str = "ent-derun") -> dict[str, ProfileFact]:
    with town.database.read() as session:
        rows = session.scalars(select(ProfileFact).where(ProfileFact.enterprise_id == enterprise))
        return {row.trait: row for row in rows}


def test_the_questions_are_asked_once(town: Town) -> None:
    """档案里有的不问，只问近期打算；下次直接出结果，换个人问、重启之后也一样。"""
    asked = town.says(OWNER, ASK)
    told = town.says(OWNER, PLANS)
    town.rebuild(town.loaded.desk)
    again = town.says(OWNER, ASK)
    colleague = town.says("contact-derun-2", ASK)

    assert "近期有这些打算吗" in asked
    assert "核对了 16 项政策：符合 1 项" in told
    assert "近期打算 招大学生、上市股改（周德明 2026年11月23日）" in again
    assert all("核对了 16 项政策" in one and "近期有这些打算吗" not in one for one in (again, colleague))


def test_each_fact_is_kept_with_who_said_it_and_when(town: Town) -> None:
    """每一项资料都记着是谁、哪天说的。"""
    town.says(OWNER, ASK)
    town.says(OWNER, PLANS)

    need = stored(town)["need"]
    assert (need.value, need.said_by, need.said_at) == (["招大学生", "上市股改"], OWNER, town.now)


def test_the_result_is_short_and_the_whole_is_a_word_away(town: Town) -> None:
    """聊天里只列对得上的几项，每项一行，其余合成一句；发“全部”看完整清单，“为什么不符合”逐项说明。"""
    town.says(OWNER, ASK)
    short = town.says(OWNER, PLANS)
    full = town.says(OWNER, "全部")
    why = town.says(OWNER, "为什么不符合")

    assert (short.count(". 【"), short.count(". 【符合】"), short.count(". 【信息不足】")) == (5, 1, 4)
    assert "另有 8 项只差一项" in short
    assert full.count(". 【") == 16
    assert "“全部”" in short
    assert "逐人核对：" in full
    assert "职业介绍补贴：要求是人力资源服务机构" in why
    assert "依据：《方城县“万人助万企”活动十大专项提升行动实施方案》（方助企联席办〔2022〕4号）" in short


def test_an_answer_that_is_not_known_is_not_asked_for_again(town: Town) -> None:
    """说“不知道”就列为信息不足，下次也不再追着问。"""
    town.says(OWNER, ASK)
    told = town.says(OWNER, "不知道")
    again = town.says(OWNER, ASK)

    assert "【信息不足】" in told
    assert "还需要知道" in told
    assert "近期打算 没有说明" in again


def test_none_at_all_is_an_answer(town: Town) -> None:
    """回“没有”是回答，不是跳过：近期打算记为无。"""
    town.says(OWNER, ASK)
    told = town.says(OWNER, "没有")

    assert "近期打算 无" in told
    assert "【信息不足】" not in told
    assert stored(town)["need"].known


def test_news_changes_the_profile_and_the_result(town: Town) -> None:
    """“刚评上”加上，“过期了”去掉，并说清新符合哪几项。"""
    town.says(OWNER, ASK)
    town.says(OWNER, PLANS)
    lost = town.says(OWNER, "今年我们高企过期了")
    gained = town.says(OWNER, "我们今年刚评上高新技术企业")

    assert "资质记为“专精特新”" in lost
    assert "符合 1 项" not in lost
    assert "现在新符合：优秀青年人才生活补贴" in gained
    assert stored(town)["tag"].value == ["专精特新", "高新技术企业"]


def test_a_wish_a_question_and_a_complaint_are_no_news(town: Town) -> None:
    """想评、问问、抱怨，都不改资料。"""
    for text in ("我们想明年申报高新技术企业", "怎么才能评上专精特新？", "评上专精特新的奖励一直没给我们兑现"):
        town.says(RIVAL, text)

    assert "tag" not in stored(town, "ent-ruitai")


def test_one_thing_can_be_said_anew(town: Town) -> None:
    """点“资料有变”，只重问那一项，其余不动。"""
    town.says(OWNER, ASK)
    town.says(OWNER, PLANS)
    shown = town.says(OWNER, "资料有变")
    asked = town.presses(OWNER, town.offered(OWNER)["近期打算"])
    told = town.says(OWNER, "今年只打算送几个人去考证")

    assert "· 近期打算：招大学生、上市股改（周德明 2026年11月23日）" in shown
    assert "近期有这些打算吗" in asked
    assert stored(town)["need"].value == ["培训取证"]
    assert "技能等级证书和职业资格证补贴" in told.split("【差一项】")[0]


def test_a_question_in_between_is_answered_and_no_answer(town: Town) -> None:
    """问到一半插一句“招个硕士补多少”，先答，再接着问，不当成打算。"""
    town.says(OWNER, ASK)
    aside = town.says(OWNER, "招个985硕士一年补多少")
    town.says(OWNER, "接收见习")

    assert "18000" in aside
    assert "接着刚才的" in aside
    assert stored(town)["need"].value == ["接收见习"]


def test_trouble_after_a_result_is_still_reported(town: Town) -> None:
    """看完结果说停电了，照样登记诉求，不当成资料。"""
    town.says(OWNER, ASK)
    town.says(OWNER, PLANS)
    reply = town.says(OWNER, "三号车间停电了，机器都停了")

    assert "反映问题" in reply


def test_a_plan_to_list_is_not_a_listing(town: Town) -> None:
    """只打算上市，不算符合上市奖：先问走到哪一步；还没启动是差一项，挂了牌才符合。"""
    town.says(OWNER, ASK)
    planned = town.says(OWNER, "打算明年上市")
    town.presses(OWNER, town.offered(OWNER)["补充上市进展"])
    waiting = town.says(OWNER, "没有")
    whole = town.says(OWNER, "全部")
    listed = town.says(OWNER, "新三板挂牌成功了")

    award = "上市、挂牌和迁入的奖金标准"
    assert "符合 " not in planned.split("所用资料")[0].replace("不符合", "")
    assert f"【信息不足】{award}，还需要知道：已在相应板块上市、挂牌或整体迁入" in planned
    assert "上市进展记为“还没启动”" in waiting
    assert f"【差一项】{award}，差的一项：已在相应板块上市、挂牌或整体迁入" in whole
    assert f"现在新符合：{award}" in listed


def test_what_is_only_planned_says_so(town: Town) -> None:
    """按打算对上的，写明办成后再申请；已经办了的不写。"""
    town.says(OWNER, ASK)
    planned = town.says(OWNER, "想招十来个大学生")
    done = town.says(OWNER, "今年已经招了三个应届大学生")

    assert "【符合】优秀青年人才生活补贴（按您的打算，办成后再申请）" in planned
    assert "【符合】优秀青年人才生活补贴：" in done


def test_a_denied_plan_is_no_plan(town: Town) -> None:
    """“不招人，不上市”什么打算也没记；“不招人但明年上市”只记上市。"""
    town.says(OWNER, ASK)
    none = town.says(OWNER, "不招人，不上市")
    town.says(RIVAL, ASK)
    told = town.says(RIVAL, "不招大学生但明年上市")

    assert "近期打算 无" in none
    assert "近期打算 上市股改" in told
    assert stored(town)["need"].value == []
    assert stored(town, "ent-ruitai")["need"].value == ["上市股改"]


def test_the_owners_word_wins_over_the_register(town: Town) -> None:
    """登记是高企，老板说没有：按老板说的算，并说明与登记不一致；别的资质还在。"""
    town.says(OWNER, "我们没有高新技术企业资质，看看能享受哪些政策")
    told = town.says(OWNER, "想招几个大学生")

    assert stored(town)["tag"].value == ["专精特新"]
    assert "资质 专精特新" in told
    assert "【差一项】优秀青年人才生活补贴" in told
    assert "登记资料里资质还有“高新技术企业”，与您说的不一致：这里按您说的算" in told
    assert "助企办" in told


def test_facts_said_after_a_result_are_taken(town: Town) -> None:
    """结果下面补一句“招了两个外县员工”，就按新资料重算。"""
    town.says(OWNER, ASK)
    town.says(OWNER, PLANS)
    reply = town.says(OWNER, "我们还招了两个外县员工，合同签一年")

    assert "用工情况记为“外县员工”" in reply
    assert "劳动合同年限记为“一年”" in reply
    assert "现在新符合：外县员工路费和接人包车费报销" in reply


# -- who may ----------------------------------------------------------------------------------------------------


def test_a_cadre_fills_for_linked_enterprises_only(town: Town) -> None:
    """包联干部可以替包联企业填，别的企业不行；记的是干部的名字。"""
    town.says(CADRE, "帮瑞泰纺织匹配一下政策，规上、员工210人")
    told = town.says(CADRE, "没有")
    refused = town.says(CADRE, "帮恒玖超硬材料匹配一下政策")

    assert "瑞泰纺织有限公司：核对了 16 项" in told
    assert stored(town, "ent-ruitai")["need"].said_by == CADRE
    assert "包联干部" in refused
    assert stored(town, "ent-hengjiu") == {}


@pytest.mark.parametrize(
    ("person", "enterprise", "allowed"),
    [
        (OWNER, "ent-derun", True),
        (OWNER, "ent-ruitai", False),
        (CADRE, "ent-derun", True),
        (CADRE, "ent-hengjiu", False),
        (CLERK, "ent-derun", False),
        (OFFICE, "ent-hengjiu", True),
    ],
)
def test_the_service_itself_keeps_to_the_roles(town: Town, person: str, enterprise: str, allowed: bool) -> None:
    """越权的写入，服务层就拦下，什么也不改。"""
    profiles, speaker = town.product.calculator.profiles, town.speaker(person)
    with town.database.write() as session:
        if allowed:
            profiles.record(session, speaker, enterprise, {"scale": ["规上"]}, town.now)
        else:
            with pytest.raises(NotAllowed):
                profiles.record(session, speaker, enterprise, {"scale": ["规上"]}, town.now)

    assert bool(stored(town, enterprise)) is allowed


def test_a_stranger_gets_an_answer_and_leaves_nothing(town: Town) -> None:
    """没绑定的人也能算，算完不留资料，也没有打印链接。"""
    replies = [town.says("visitor", text) for text in ("能享受哪些", "做轴承的", "小微", "没有", "想去外县招点工人")]

    assert "核对了 16 项" in replies[-1]
    assert "/print/" not in replies[-1]
    with town.database.read() as session:
        assert session.scalars(select(ProfileFact)).all() == []


def test_no_phone_number_is_kept_in_a_profile(town: Town) -> None:
    """回答里带了手机号，存下来的资料里没有。"""
    profiles = town.product.calculator.profiles
    with town.database.write() as session:
        profiles.record(session, town.speaker(OWNER), "ent-derun", {"industry": ["找我13912345678"]}, town.now)

    assert "13912345678" not in "".join(stored(town)["industry"].value)

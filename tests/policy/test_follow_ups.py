"""Asking on and comparing: paid in how many parts, who decides, several at once, two things side by side."""

import pytest

from tests.policy.conftest import Ask
from zhiqibot.topics.policies.comparing import compared, spelled_out


@pytest.mark.parametrize(
    ("before", "asked", "said"),
    [
        ("交易板挂牌奖多少", "分几次给", "30万元，一次性"),
        ("其他高校的研究生一年补多少", "补几年", "发3年"),
        ("职业介绍补贴给多少", "归哪个部门", "由组织部、人社局负责"),
        ("学徒制培训有补贴吗", "谁审批", "由组织部、人社局负责"),
        ("没有配套工程的低压办电要几天", "小微企业呢", "小微企业：15个工作日"),
    ],
)
def test_short_questions_go_on_with_the_card_before(ask: Ask, before: str, asked: str, said: str) -> None:
    """接着问一句短的，还是刚才那一项；换一档就按新的一档。"""
    answer = ask(asked, ask(before).question)

    assert answer.answered
    assert said in answer.text


@pytest.mark.parametrize(
    ("before", "asked", "said"),
    [
        ("职业介绍补贴给多少", "发几年", "没有写明分几次给、给多长时间"),
        ("培训合格证和叉车证各补多少", "两样都能领不", "没有写明能不能同时领"),
        ("人才公寓一个月租金多少", "在啥地方", "没有写明联系电话或地址"),
        ("企业宁静日是啥", "一个月几天", "没有写明天数"),
    ],
)
def test_what_is_not_written_is_named_as_it_was_asked(ask: Ask, before: str, asked: str, said: str) -> None:
    """文件没写的，按人家问的那一点说没写，不套“办理时间”。"""
    answer = ask(asked, ask(before).question)

    assert not answer.answered
    assert said in answer.text


def test_two_benefits_are_put_side_by_side(ask: Ask) -> None:
    """比较两项补贴：两项各说各的，并说明能不能同时领文件没有写。"""
    answer = ask("职业介绍补贴跟介绍用工一次性奖励有什么不同，能同时领吗")

    assert answer.card_ids == ("fc-talent-07a", "fc-talent-10")
    assert "这两项是分开的规定" in answer.text
    assert "能否与职业介绍补贴同时领" in answer.text


def test_a_county_without_such_a_rule_is_not_filled_in(ask: Ask) -> None:
    """两个县比：没有这项规定的县直说没找到，不拿别的目标顶替。"""
    text = ask("温县和方城的科技奖励有什么不一样").text

    assert "没有找到温县写明这件事的政策文件" in text
    assert "规改股" not in text


def test_our_county_may_be_called_ours_in_a_comparison(ask: Ask) -> None:
    """“跟咱县比”：两个县的数都给。"""
    text = ask("温县规上企业研发覆盖率定的多少，和咱县比谁高").text

    assert "75%" in text
    assert "60%" in text


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("见习补贴和学徒制补贴有啥区别", ("见习补贴", "学徒制补贴")),
        ("请问新三板跟主板哪个奖得多", ("新三板", "主板")),
        ("那个和见习补贴有啥区别", None),
        ("招硕士一年补多少", None),
    ],
)
def test_the_two_things_of_a_comparison(text: str, pair: tuple[str, str] | None) -> None:
    """拆出比较的两样；指着前面说的，不拆。"""
    assert compared(text) == pair


def test_a_comparison_with_us_names_our_county() -> None:
    """“跟咱县比”换成县名；别的话不动。"""
    assert spelled_out("温县是75%，跟咱县比谁高", "方城县") == "方城县和温县是75%"
    assert spelled_out("招硕士一年补多少", "方城县") == "招硕士一年补多少"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("商住用地今年报批不低于多少", "商住用地不少于800亩"),
        ("展示板挂牌给8万对吧", "和您说的不一样"),
        ("新三板挂牌给120万对吧", "是的，文件是这样写的"),
        ("新三板挂牌给多少", "120万元"),
        ("集中包车找谁备案", "向县开发区管委会备案"),
        ("企业满意度专项是谁牵头", "开发区党工委书记、县政府办主任"),
        ("三零三省指的是啥", "没有展开具体内容"),
        ("方助企联席办〔2022〕4号第一部分第9条写的什么", "外县员工路费和接人包车费报销"),
    ],
)
def test_what_is_written_is_found(ask: Ask, asked: str, said: str) -> None:
    """文件里有的，不说没有：表里的数、听说的数、找谁备案、哪一条写的啥。"""
    answer = ask(asked)

    assert answer.answered
    assert said in answer.text


@pytest.mark.parametrize(
    ("before", "asked", "card"),
    [
        ("电费有没有优惠 一度电便宜多少", "那燃气呢", "fc-gas-04"),
        ("职业介绍补贴多少钱", "路费呢", "fc-talent-09"),
        ("见习补贴多少", "那学徒制呢", "fc-talent-07e"),
    ],
)
def test_another_subject_is_asked_the_same(ask: Ask, before: str, asked: str, card: str) -> None:
    """“那燃气呢”换了一样东西：问的还是优惠，不拿值班抢修来答。"""
    assert ask(asked, ask(before).question).card_ids[0] == card


def test_how_long_stays_with_the_card_when_the_tier_is_not_in_its_table(ask: Ask) -> None:
    """问过大专生（文件没有这一档）再问“补几年”，说的还是那一项补贴。"""
    before = ask("要是大专生", ask("双一流硕士一年补多少").question)
    answer = ask("补几年", before.question)

    assert answer.card_ids == ("fc-talent-07f",)
    assert "发3年" in answer.text


@pytest.mark.parametrize("asked", ["省里高新企业奖多少", "省里对瞪羚企业奖多少"])
def test_a_provinces_goals_are_no_rewards(ask: Ask, asked: str) -> None:
    """问省里奖多少，省里的文件只有工作目标：直说没找到，不拿目标来套。"""
    answer = ask(asked)

    assert not answer.answered
    assert "没有找到河南省写明这件事的政策文件" in answer.text
    assert "95%" not in answer.text


def test_a_city_stands_for_its_county(ask: Ask) -> None:
    """“许昌安彩”：安彩在襄城县，襄城属许昌，照襄城的报道答。"""
    answer = ask("许昌安彩投了多少钱，几个月建成")

    assert "10.8亿元" in answer.text
    assert "11个月" in answer.text
    assert "襄城县的做法" in answer.text


def test_hearsay_of_a_place_names_no_subject(ask: Ask) -> None:
    """“听人家说温县给500万，咱县给不给”：两个县各答各的，本县的数照文件。"""
    text = ask("我听人家说温县企业上市给500万，咱方城给不给恁多").text

    assert "600万元" in text
    assert "500" not in text


@pytest.mark.parametrize(
    ("before", "asked", "said"),
    [
        ("学徒制培训有补贴吗", "分几级", "各级别的补贴金额"),
        ("双一流硕士一年多少", "我问的是三年一共", "= 54,000 元/人"),
        ("普通高校的研究生一年多少", "两个研究生三年一共多少", "= 90,000 元"),
        ("新三板挂牌奖多少", "不对，我问的是迁入的", "外地新三板企业迁入奖励：120万元"),
        ("首发上市奖多少", "境内的呢", "首发上市奖励（境内主板、创业板、科创板）：600万元"),
        ("接水要交资料不", "收费不", "不收费"),
        ("双一流硕士一年多少", "他都36了", "年龄在35周岁以下"),
    ],
)
def test_a_point_or_the_question_said_again_stays_with_the_card(ask: Ask, before: str, asked: str, said: str) -> None:
    """“分几级”“我问的是……”“他都36了”：说的还是刚才那一项。"""
    answer = ask(asked, ask(before).question)

    assert answer.card_ids[:1] == ask(before).card_ids[:1]
    assert said in answer.text


def test_a_count_takes_no_row_that_only_another_count_names(ask: Ask) -> None:
    """“6个复审2个新考的”：两个新考的不按复审算，说明没算进去。"""
    text = ask("6个复审2个新考的一共多少", ask("叉车工复审多少钱").question).text

    assert "200 元/人 × 6 人 = 1,200 元" in text
    assert "没有算进去" in text
    assert "× 2 人" not in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("用气报装要几天", "没有写明办理时间"),
        ("先等等，见习期最长几个月", "没有写明时间长短"),
        ("高企奖励20万对不对", "没有写明您说的这个数"),
    ],
)
def test_what_the_documents_leave_open_is_not_filled_in(ask: Ask, asked: str, said: str) -> None:
    """文件没写的天数、月数、金额：不拿别的数顶，也不说人家说得不对。"""
    answer = ask(asked)

    assert not answer.answered
    assert said in answer.text
    assert "和您说的不一样" not in answer.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("你们那个文件是几几年的，现在还管用不", "2022-05-30印发"),
        ("2014年省里那个方案现在还能用不", "2014-02-10印发"),
        ("温县那个方案还有效吗", "请以温县有关部门的答复为准"),
    ],
)
def test_whether_a_document_still_counts_is_not_made_up(ask: Ask, asked: str, said: str) -> None:
    """问文件还管不管用：说哪天印发、没写有效期，不替发文单位下结论。"""
    text = ask(asked).text

    assert said in text
    assert "没有写明有效期" in text


def test_papers_that_are_not_asked_for_are_no_contradiction(ask: Ask) -> None:
    """“零资料”的事，不说“要交”。"""
    text = ask("接水要交资料不").text

    assert "零资料" in text
    assert "要交：" not in text

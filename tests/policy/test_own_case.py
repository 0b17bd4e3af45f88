"""What a person says of their own case: conclusions that quote the condition, sums from cited figures and their numbers."""

from dataclasses import replace

import pytest

from tests.policy.conftest import NOW, Ask
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.topics.policies.answering import Told
from zhiqibot.topics.policies.desk import PolicyDesk, UnsupportedNumber
from zhiqibot.topics.policies.model import PolicyAnswer
from zhiqibot.topics.policies.working import Source, Term, Working, numbers_of_workings


@pytest.mark.parametrize(
    ("asked", "said", "condition"),
    [
        ("优秀青年人才生活补贴，37岁的硕士能领不", "37岁", "年龄在35周岁以下"),
        ("生活补贴，硕士刚过35岁还给不给", "35岁", "年龄在35周岁以下"),
        ("硕士合同只签一年，生活补贴能领吗", "合同只签一年", "劳动合同签3年以上"),
        ("函授的本科能领优秀青年人才生活补贴不", "函授", "全日制学历，本科或研究生"),
        ("在境外上市但没有融到钱，奖不奖", "没有融到", "境外上市须同时实现融资"),
        ("外地新三板公司光迁注册过来，给不给奖", "光迁注册", "注册地和主要生产经营地都迁来"),
        ("外县工人签了半年合同，路费能报不", "签了半年", "与企业签1年以上劳动合同"),
    ],
)
def test_what_does_not_fit_is_said_with_the_condition(ask: Ask, asked: str, said: str, condition: str) -> None:
    """和条件对不上的，第一句就说对不上，引用条件原话。"""
    first = ask(asked).text.split("\n")[0]

    assert f"“{said}”" in first
    assert "对不上" in first
    assert condition in first


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("34岁的硕士能领优秀青年人才生活补贴不", "“34岁”，“年龄在35周岁以下”这一条符合"),
        ("硕士签了五年合同，生活补贴能领吗", "“签了五年”，“劳动合同签3年以上”这一条符合"),
        ("正好35岁的硕士能领生活补贴吗", "含不含本数没有另外说明"),
    ],
)
def test_what_fits_is_confirmed_and_the_edge_is_named(ask: Ask, asked: str, said: str) -> None:
    """符合的说符合；正好卡在线上，文件没说含不含本数，就这么说。"""
    assert said in ask(asked).text


def test_one_kind_of_four_is_no_refusal(ask: Ask) -> None:
    """不是高新企业：四类里还有三类，不直接说不行。"""
    text = ask("俺厂不是高新，招的本科生能领优秀青年人才生活补贴不").text

    assert "高新技术企业只是四类企业中的一类" in text
    assert "按这一条不符合" not in text


def test_a_condition_only_asked_after_is_not_judged(ask: Ask) -> None:
    """问的就是条件本身，不当成自己的情况来判断。"""
    assert "您说的" not in ask("优秀青年人才生活补贴是不是要35岁以下").text


@pytest.mark.parametrize(
    ("asked", "sums"),
    [
        ("介绍了15个工人进厂，职业介绍补贴给多少", ["300 元/人 × 15 人 = 4,500 元"]),
        (
            "985硕士1个、普通本科4个，生活补贴一年一共多少",
            ["18,000 元/年 × 1 人 = 18,000 元/年", "9,000 元/年 × 4 人 = 36,000 元/年", "= 54,000 元/年"],
        ),
        ("双一流的本科，生活补贴三年一共多少", ["12,000 元/年 × 3 年 = 36,000 元/人"]),
        ("7个人考叉车证，能补多少", ["800 元/人 × 7 人 = 5,600 元"]),
        ("见习的10个人留用了6个，最低工资按1800算，一个月给多少", ["6 人 ÷ 10 人 = 60%", "1,800 元 × 110% = 1,980 元"]),
        ("见习的10个人留用了4个，见习补贴怎么补", ["4 人 ÷ 10 人 = 40%", "70%"]),
        ("新三板和展示板哪个奖得多", ["120 万元 − 5 万元 = 115 万元"]),
    ],
)
def test_sums_are_worked_out_before_the_persons_eyes(ask: Ask, asked: str, sums: list[str]) -> None:
    """问总数就列算式，乘的是文件的标准和企业自己说的数。"""
    text = ask(asked).text

    assert [one for one in sums if one not in text] == []


def test_an_estimate_is_called_one(ask: Ask) -> None:
    """算出来的是估算，写明以审核为准；没有要算的，不说这句。"""
    assert "这是按文件标准估算的" in ask("介绍了15个工人进厂，职业介绍补贴给多少").text
    assert "估算" not in ask("职业介绍补贴多少钱一个人").text


def test_what_cannot_be_reckoned_is_said(ask: Ask) -> None:
    """没说清哪一档、文件没有单列的，说明为什么算不了，不拿相近的凑。"""
    text = ask("一个博士、两个硕士，生活补贴一年一共多少").text

    assert "博士1个：文件没有单列这一档" in text
    assert "硕士2个：要看属于哪一档" in text
    assert "×" not in text


def test_numbers_told_before_are_kept(desk: PolicyDesk) -> None:
    """前面说过的人数接着算：改一个数、问总数、问几年，都不用从头说。"""
    first = desk.answer("985硕士2个，普通本科3个，生活补贴一年多少", NOW)
    told = "985硕士2个，普通本科3个，生活补贴一年多少"
    changed = desk.answer("本科改成4个", NOW, context=first.question, earlier=told)
    whole = desk.answer("总共多少", NOW, context=changed.question, earlier=f"{told}；本科改成4个")

    assert "= 63,000 元/年" in first.text
    assert "= 72,000 元/年" in changed.text
    assert "72,000 元/年 × 3 年 = 216,000 元" in whole.text


def test_a_number_with_no_source_does_not_pass_as_worked_out(desk: PolicyDesk, corpus: PolicyCorpus) -> None:
    """算式里的数要么在所引的卡里，要么是本人说的；都不是的，测试里报错，上线后整行去掉。"""
    times = Working("×", (Term(300, "元/人", Source.CARD), Term(8, "人", Source.PERSON)), "元")
    wrong = replace(times, terms=(Term(400, "元/人", Source.CARD), times.terms[1]))
    right = PolicyAnswer(True, times.shown, card_ids=("fc-talent-07a",), workings=(times,))

    assert desk._checked(right, "介绍了8个人", Told(NOW.date())).text == "300 元/人 × 8 人 = 2,400 元"
    with pytest.raises(UnsupportedNumber):
        desk._checked(right, "介绍了9个人", Told(NOW.date()))
    with pytest.raises(UnsupportedNumber):
        desk._checked(replace(right, text=wrong.shown, workings=(wrong,)), "介绍了8个人", Told(NOW.date()))
    assert numbers_of_workings([wrong], {"300"}, {8.0}) == set()

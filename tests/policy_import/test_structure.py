"""From lines to the clause tree: every mark, every figure, every place where the count is off."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy_import.conftest import ReadFile
from tests.policy_import.samples import NUMBER, SAMPLE, TITLE, broken, opened
from zhiqibot.core.numbers import numbers_in
from zhiqibot.topics.policies.documents.lines import tidy
from zhiqibot.topics.policies.documents.markers import han, marker_of, number_of
from zhiqibot.topics.policies.documents.structure import read_document
from zhiqibot.topics.policies.documents.tree import ReadDocument


def references(document: ReadDocument) -> list[str]:
    return [clause.reference for clause in document.clauses]


def doubts(document: ReadDocument) -> set[tuple[str, str]]:
    return {(doubt.what, doubt.reference) for doubt in document.doubts}


def text_of(document: ReadDocument, reference: str) -> str:
    return next(clause.text for clause in document.clauses if clause.reference == reference)


def test_the_head_of_a_document_is_read(read: ReadFile) -> None:
    """标题、文号、发文机关、日期、地区、有效期都从文中读出。"""
    document, _ = read(SAMPLE)

    assert (document.title, document.number, document.region) == (TITLE, NUMBER, "柳溪县")
    assert (document.issuer, document.issued_on) == ("柳溪县人民政府办公室", date(2026, 3, 9))
    assert (document.valid_from, document.valid_until) == (date(2026, 4, 1), date(2028, 3, 31))


def test_every_clause_is_found_and_cited(read: ReadFile) -> None:
    """每一条都找到，按“二、（三）一”这样引用；句中的一是、二是也是条。"""
    found = references(read(SAMPLE)[0])

    assert {
        "文头",
        "导语",
        "一、",
        "一、（一）1",
        "一、（二）2",
        "二、（三）一",
        "二、（三）三",
        "五、（四）",
        "结尾",
    } <= set(found)
    assert len(found) == len(set(found)) == 32


def test_every_figure_of_the_file_stands_in_the_clauses(read: ReadFile) -> None:
    """原文的每一个数字，一个不多一个不少，都在存下的条款里。"""
    source = Counter(numbers_in(tidy(SAMPLE.read_text(encoding="utf-8"))))

    kept = Counter(number for clause in read(SAMPLE)[0].clauses for number in numbers_in(clause.printed))

    assert kept == source
    assert sum(source.values()) == 45


def test_articles_chapters_and_annexes() -> None:
    """章、条、款、附件：条在全文连续编号，引用时不带章；附件自成一棵树。"""
    lines = [
        "柳溪县招商办法",
        "第一章 总则",
        "第一条 为招商，制定本办法。",
        "第二章 奖励",
        "第二条 奖励分两档：",
        "（一）大项目80万元；",
    ]
    lines += ["（二）小项目20万元。", "附件1", "申报表说明", "一、填写要求", "（1）用钢笔。", "①字迹清楚。"]

    found = references(read_document(opened(*lines), "a.docx"))

    assert found[1:] == [
        "第一章", "第一条", "第二章", "第二条", "第二条（一）", "第二条（二）", "附件1", "附件1 一、", "附件1 一、（1）", "附件1 一、（1）①",
    ]  # fmt: skip


def test_a_count_that_jumps_or_repeats_is_a_doubt() -> None:
    """跳号、缺号、重号都标出来，条款照样保存；跨段连续编号不算错。"""
    lines = ["柳溪县方案", "一、任务", "2.没有第一项。", "3.接着数。", "三、跳过了二。", "1.甲。", "1.又是一。"]

    document = read_document(opened(*lines), "a.docx")

    assert {("编号跳号", "一、2"), ("编号跳号", "三、"), ("编号重复", "三、1（第2处）")} <= doubts(document)
    assert ("编号跳号", "一、3") not in doubts(document)
    assert text_of(document, "三、1（第2处）") == "又是一。"


def test_a_count_that_runs_on_is_no_doubt() -> None:
    """（一）下面 1、2，（二）下面接着 3、4：这是常见写法，不报错。"""
    document = read_document(
        opened("柳溪县方案", "一、任务", "(一)甲", "1.子。", "2.丑。", "( 二)乙", "3.寅。", "4.卯。"), "a.docx"
    )

    assert not [one for one in document.doubts if one.what == "编号跳号"]
    assert "一、（二）4" in references(document)


def test_a_third_point_without_a_first_is_a_doubt() -> None:
    """“三是……”前面没有一是、二是，要提醒核对，文字不丢。"""
    document = read_document(opened("柳溪县方案", "一、减负。落实减税。三是按时兑现40万元。"), "a.docx")

    assert ("编号跳号", "一、") in doubts(document)
    assert "三是按时兑现40万元" in text_of(document, "一、")


def test_lines_broken_at_the_margin_are_joined(read: ReadFile) -> None:
    """文字被排版断行，拼回来和没断的一样；数字断成两截也能接上。"""
    lines = SAMPLE.read_text(encoding="utf-8").split("\n")
    whole = read_document(opened(*lines, kind="txt"), SAMPLE.name)

    joined = read_document(
        opened(*(piece for line in lines for piece in broken(line) or [""]), kind="txt"), SAMPLE.name
    )

    assert [(one.reference, one.text) for one in joined.clauses[2:]] == [
        (one.reference, one.text) for one in whole.clauses[2:]
    ]


def test_full_width_marks_and_figures() -> None:
    """全角编号、全角数字、㈠⑴⒈ 都认得，存成半角。"""
    document = read_document(
        opened("柳溪县办法", "㈠奖励６．５万元，占２０％。", "⒈甲。", "⑴乙。", "２．丙。"), "a.docx"
    )

    assert references(document)[1:] == ["（一）", "（一）1", "（一）1（1）", "（一）2"]
    assert text_of(document, "（一）") == "奖励6.5万元，占20%。"


def test_what_is_missing_is_named(read: ReadFile) -> None:
    """缺标题、缺文号、缺日期、缺发文机关都写明；标题暂用文件名。"""
    document = read_document(opened("一、任务", "做好工作。"), "柳溪县方案.docx")

    assert document.title == "柳溪县方案"
    assert {"缺标题", "文号未找到", "日期未找到", "发文机关未找到"} <= {doubt.what for doubt in document.doubts}


@pytest.mark.parametrize(
    "line",
    [
        "2.5万元以上的企业",
        "3、5个工作日内办结",
        "第三条规定的企业",
        "附件材料要齐全，由县工信局统一收取后转交县财政局审核。",
        "2026年",
        "一些企业",
    ],
)
def test_what_only_looks_like_a_mark(line: str) -> None:
    """2.5万元、“第三条规定的”、“附件材料”都不是编号。"""
    assert marker_of(line) is None


@given(st.integers(1, 999))
def test_chinese_numerals_come_back(number: int) -> None:
    """一到九百九十九，写出来再读回去不变。"""
    assert number_of(han(number)) == number


LETTER = [
    "柳政办〔2026〕9号",
    "关于印发柳溪县招商办法的通知",
    "各乡镇人民政府：",
    "现将《柳溪县招商办法》印发给你们，请认真执行。",
]
ANNEXES = ["附件：1.柳溪县招商办法", "2.申报表"]
SIGNED = ["柳溪县人民政府办公室", "2026年3月9日"]
RULES = ["第一条 为招商，制定本办法。", "第二条 大项目奖励80万元。"]


@pytest.mark.parametrize(
    "lines",
    [
        [*LETTER, *ANNEXES, *SIGNED, "柳溪县招商办法", *RULES],
        [
            "柳政办〔2026〕9号",
            "柳溪县招商办法",
            *RULES,
            *ANNEXES,
            *SIGNED,
            "附件1",
            "柳溪县招商办法说明",
            "一、填写要求。",
        ],
        ["柳政办〔2026〕9号", "柳溪县招商办法", *RULES, "附件：申报表", *SIGNED],
        ["柳政办〔2026〕9号", "柳溪县招商办法", *RULES, "附件1：申报表", "附件2：承诺书", *SIGNED],
    ],
)
def test_a_list_of_annexes_hides_neither_issuer_nor_date(lines: list[str]) -> None:
    """“附件：1.… 2.…”夹在正文和落款之间：发文机关、日期照样读出，清单不当成条款，文字不丢。"""
    document = read_document(opened(*lines), "a.docx")

    assert (document.issuer, document.issued_on) == ("柳溪县人民政府办公室", date(2026, 3, 9))
    assert document.title == "柳溪县招商办法"
    assert {"第一条", "第二条"} <= set(references(document))
    searched = "\n".join(clause.text for clause in document.clauses if clause.searched)
    assert "申报表" not in searched
    assert "2026年3月9日" not in searched
    kept = "".join(clause.printed for clause in document.clauses)
    assert all("".join(line.split()) in "".join(kept.split()) for line in lines)


def test_an_annex_of_its_own_is_no_list() -> None:
    """正式的附件（后面有正文、没有落款）仍是附件，逐条保存。"""
    lines = ["柳溪县招商办法", *RULES, *SIGNED, "附件：申报说明", "一、填写要求。", "二、报送时间为5月15日。"]

    document = read_document(opened(*lines), "a.docx")

    assert {"附件", "附件 一、", "附件 二、"} <= set(references(document))


WORDS = st.text("扩产提质用工奖补技术车间", min_size=4, max_size=20)
ITEM = st.lists(WORDS, min_size=0, max_size=4)
SECTIONS = st.lists(st.lists(ITEM, min_size=0, max_size=4), min_size=1, max_size=12)


@settings(max_examples=120, deadline=None)
@given(SECTIONS)
def test_any_tree_written_out_is_read_back(sections: list[list[list[str]]]) -> None:
    """随便一棵条款树，按公文格式写出来，再读回去，编号、层级、文字都一样。"""
    lines, expected = ["柳溪县办法"], []
    for first, groups in enumerate(sections, 1):
        lines.append(f"{han(first)}、第一层")
        expected.append((f"{han(first)}、", 0, "第一层"))
        for second, items in enumerate(groups, 1):
            lines.append(f"（{han(second)}）第二层")
            expected.append((f"{han(first)}、（{han(second)}）", 1, "第二层"))
            for third, words in enumerate(items, 1):
                lines.append(f"{third}.{words}。")
                expected.append((f"{han(first)}、（{han(second)}）{third}", 2, f"{words}。"))

    found = read_document(opened(*lines), "a.docx").clauses[1:]

    assert [(one.reference, one.depth, one.text) for one in found] == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("一二三12（）().、是附件第条章㈡⒊⑷④本措施自起施行\n 。a补8", max_size=24), max_size=12))
def test_any_lines_give_some_document_and_lose_no_figure(lines: list[str]) -> None:
    """任何文字都读得出一份文件，不报错，数字不丢。"""
    document = read_document(opened(*lines), "乱.txt")

    kept = "".join("".join(clause.printed.split()) for clause in document.clauses)
    assert kept == "".join("".join(tidy(line).split()) for line in lines)
    assert document.title

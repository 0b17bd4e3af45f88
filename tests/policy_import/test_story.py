"""From a file to an answer and back: draft, approval, answer, new version, repeal, on both engines."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from tests.policy_import.conftest import CLERK, GONE, HOME, OFFICE, TODAY, ReadFile
from tests.policy_import.samples import NUMBER, SAMPLE
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.numbers import numbers_in
from zhiqibot.nlu.words import Cut
from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.documents import in_force, service, wording
from zhiqibot.topics.policies.documents.model import DocumentStatus
from zhiqibot.topics.policies.documents.service import Corrections
from zhiqibot.topics.policies.documents.shelf import ClauseShelf
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.quoting import Clauses

QUESTION = "技师津贴每个月多少钱"
Put = Callable[..., str]


@pytest.fixture
def desk(staffed: Database, cut: Cut) -> PolicyDesk:
    """A desk that has only what is in the database; strict about numbers, looking at every question."""
    clauses = Clauses(ClauseShelf(staffed, cut, HOME, look_every_s=0.0), HOME)
    return PolicyDesk(PolicyCorpus({}, {}, {}), cut, HOME, strict=True, clauses=clauses)


@pytest.fixture
def put(staffed: Database, read: ReadFile, now: datetime, tmp_path: Path) -> Put:
    """Import the sample, or the sample with some words changed (then it is another file), and return its id."""

    def one(*changes: tuple[str, str], approve: bool = False) -> str:
        text = SAMPLE.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / SAMPLE.name
        path.write_text(text, encoding="utf-8")
        document, file = read(path)
        with staffed.write() as session:
            row, _ = service.store_draft(session, document, file, HOME.county, now)
            if approve:
                service.approve(session, row.id, OFFICE, now)
            return row.id

    return one


def test_a_document_answers_from_its_approval_to_its_repeal(
    desk: PolicyDesk, put: Put, staffed: Database, now: datetime
) -> None:
    """导入后是草稿，不答；审定后马上能答，按条款引用；废止后马上不答。不用重启。"""
    assert not desk.answer(QUESTION, now).answered

    document_id = put()
    assert not desk.answer(QUESTION, now).answered

    with staffed.write() as session:
        service.approve(session, document_id, OFFICE, now)
    answer = desk.answer(QUESTION, now)
    assert answer.answered
    assert "900元" in answer.text
    assert [(one.number, one.clause, one.date, one.region) for one in answer.citations] == [
        (NUMBER, "三、（二）", "2026-03-09", "柳溪县")
    ]

    with staffed.write() as session:
        service.repeal(session, document_id, OFFICE, "政策到期", now)
    assert not desk.answer(QUESTION, now).answered


def test_a_new_version_takes_the_place_of_the_old(desk: PolicyDesk, put: Put, staffed: Database, now: datetime) -> None:
    """同文号的新版本审定后，旧版本同时失效，答的是新数字；审定前答的还是旧的。"""
    first = put(approve=True)
    second = put(("每人每月津贴900元", "每人每月津贴980元"))
    assert "900元" in desk.answer(QUESTION, now).text

    with staffed.write() as session:
        service.approve(session, second, OFFICE, now)

    answer = desk.answer(QUESTION, now).text
    assert "980元" in answer
    assert "900元" not in answer
    with staffed.read() as session:
        old, new = service.find(session, first), service.find(session, second)
        assert (old.status, new.version, new.supersedes_id) == (DocumentStatus.SUPERSEDED, 2, first)


def test_another_number_replaces_only_when_the_office_says_so(
    desk: PolicyDesk, put: Put, staffed: Database, now: datetime
) -> None:
    """文号不同的新文件，由助企办指明代替哪一份。"""
    first = put(approve=True)
    second = put(("〔2026〕17号", "〔2026〕88号"), ("每人每月津贴900元", "每人每月津贴980元"), approve=True)
    with staffed.write() as session:
        service.supersede(session, first, second, OFFICE, now)

    with staffed.read() as session:
        assert service.find(session, first).status == DocumentStatus.SUPERSEDED
    answer = desk.answer(QUESTION, now)
    assert "980元" in answer.text
    assert answer.citations[0].number == "柳政办〔2026〕88号"


@pytest.mark.parametrize("person", [CLERK, GONE, "nobody", ""])
def test_only_the_office_decides(person: str, desk: PolicyDesk, put: Put, staffed: Database, now: datetime) -> None:
    """承办单位、离职的人、不存在的人都审定不了、废止不了，状态不变。"""
    draft, approved = put(("17号", "18号")), put(approve=True)
    for decide in (
        lambda session: service.approve(session, draft, person, now),
        lambda session: service.repeal(session, approved, person, "", now),
        lambda session: service.supersede(session, approved, draft, person, now),
    ):
        with pytest.raises(NotAllowed), staffed.write() as session:
            decide(session)

    with staffed.read() as session:
        assert service.find(session, draft).status == DocumentStatus.DRAFT
    assert desk.answer(QUESTION, now).answered


def test_the_same_file_is_not_taken_in_twice(put: Put, staffed: Database) -> None:
    """同一个文件导入两次，只有一份。"""
    assert put() == put()

    with staffed.read() as session:
        assert len(service.listed(session)) == 1


def test_what_is_not_there_or_not_in_the_right_state(put: Put, staffed: Database, now: datetime) -> None:
    """编号写错、已审定的再审定、已废止的再废止：说清楚，不改动。"""
    document_id = put(approve=True)
    with pytest.raises(NotFound), staffed.write() as session:
        service.approve(session, "ZC9999", OFFICE, now)
    with pytest.raises(Conflict), staffed.write() as session:
        service.approve(session, document_id.lower(), OFFICE, now)
    with staffed.write() as session:
        service.repeal(session, document_id, OFFICE, "到期", now)
    with pytest.raises(Conflict), staffed.write() as session:
        service.repeal(session, document_id, OFFICE, "到期", now)


def test_the_officer_puts_right_what_was_read_wrong(
    desk: PolicyDesk, put: Put, staffed: Database, now: datetime
) -> None:
    """审定时改正文号、日期，答复里引用的就是改正后的。"""
    corrections = Corrections(number="柳政办〔2026〕71号", issued_on=date(2026, 3, 19))
    with staffed.write() as session:
        service.approve(session, put(), OFFICE, now, corrections)

    cited = desk.answer(QUESTION, now).citations[0]

    assert (cited.number, cited.date) == ("柳政办〔2026〕71号", "2026-03-19")


def test_past_its_last_day_a_document_answers_as_expired(desk: PolicyDesk, put: Put, now: datetime) -> None:
    """有效期到 2028 年 3 月 31 日：当天照常答；第二天先说已到期、哪天到期，再说原来的规定，出处照写。"""
    put(approve=True)
    last_day = now.replace(year=2028, month=3, day=31)
    assert "到期" not in desk.answer(QUESTION, last_day).text

    after = desk.answer(QUESTION, last_day + timedelta(days=1))

    assert after.answered
    assert after.text.startswith(f"《柳溪县支持制造业高质量发展若干措施》（{NUMBER}）已于2028-03-31到期")
    assert "原来的规定：“技师津贴" in after.text
    assert after.citations[0].clause == "三、（二）"


def test_what_replaced_an_expired_document_is_named(
    desk: PolicyDesk, put: Put, staffed: Database, now: datetime
) -> None:
    """被另一文号的文件代替，新文件里没有这一条：答旧规定已被代替、哪天，并说出接替它的文件。"""
    old = put(approve=True)
    new = put(("〔2026〕17号", "〔2026〕88号"), ("（二）技师津贴。企业新聘用的技师", "（二）厨师津贴。企业新聘用的厨师"), ("高级技师", "高级厨师"), approve=True)  # fmt: skip
    with staffed.write() as session:
        service.supersede(session, old, new, OFFICE, now)

    answer = desk.answer("企业新聘用的技师津贴每个月多少钱", now)

    assert "已于2026-11-23被新文件代替" in answer.text
    assert "接替它的文件：《柳溪县支持制造业高质量发展若干措施》（柳政办〔2026〕88号）" in answer.text


@pytest.mark.parametrize(
    ("asked", "years", "said"),
    [
        ("柳溪县支持制造业高质量发展若干措施还有效吗", 0, "现行有效，有效期到2028-03-31"),
        ("柳政办〔2026〕17号过期了吗", 0, "现行有效，有效期到2028-03-31"),
        ("柳政办〔2026〕17号过期了吗", 3, "已于2028-03-31到期"),
        ("制造业高质量发展若干措施什么时候到期", 0, "有效期到2028-03-31"),
        ("技师津贴这个政策还有效吗", 0, "现行有效，有效期到2028-03-31"),
    ],
)
def test_whether_a_document_is_in_force_is_answered(
    asked: str, years: int, said: str, desk: PolicyDesk, put: Put, now: datetime
) -> None:
    """“还有效吗”“过期了吗”：按标题、文号或内容找到文件，答有效期到哪天，或哪天到的期。"""
    put(approve=True)

    answer = desk.answer(asked, now.replace(year=now.year + years))

    assert answer.answered
    assert said in answer.text
    assert answer.citations[0].number == NUMBER


def test_after_an_answer_its_document_may_be_asked_after(
    desk: PolicyDesk, put: Put, staffed: Database, now: datetime
) -> None:
    """答过津贴再问“这个文件还有效吗”，说的就是那份文件；废止以后按文号问，答哪天废止的。"""
    document_id = put(approve=True)
    first = desk.answer(QUESTION, now)
    assert "现行有效，有效期到2028-03-31" in desk.answer("这个文件还有效吗", now, context=first.question).text

    with staffed.write() as session:
        service.repeal(session, document_id, OFFICE, "", now)
    assert "已于2026-11-23废止" in desk.answer(f"{NUMBER}还有效吗", now).text


def test_every_figure_reaches_the_database(put: Put, staffed: Database) -> None:
    """存进库里的条款，数字和原文一样多。"""
    document_id = put()

    with staffed.read() as session:
        kept = [n for one in service.find(session, document_id).clauses for n in numbers_in(one.marker + one.text)]
    assert len(kept) == 45


def test_the_preview_shows_the_tree_and_marks_doubts(put: Put, staffed: Database) -> None:
    """预览：标题、文号、日期、条款树、金额、责任单位、存疑之处、下一步，一样不少。"""
    document_id = put(("2.二手设备不予补助", "4.二手设备不予补助"))

    with staffed.read() as session:
        shown = wording.preview(service.find(session, document_id), {}, TODAY)

    for part in (
        NUMBER,
        "2026-03-09",
        "二、（三）二",
        "单位：县工信局、县财政局",
        "最高160万元",
        "zhiqibot policy approve",
    ):
        assert part in shown
    assert shown.index("一、（一）4") < shown.index("？编号跳号") < shown.index("一、（二）")


def test_the_shelf_looks_again_only_after_a_while(put: Put, staffed: Database, cut: Cut, now: datetime) -> None:
    """两次查看之间不打扰数据库；到时间才发现新审定的文件。"""
    time = [0.0]
    shelf = ClauseShelf(staffed, cut, HOME, look_every_s=2.0, clock=lambda: time[0])
    assert shelf() is None
    put(approve=True)

    time[0] = 1.9
    assert shelf() is None
    time[0] = 2.0
    index = shelf()
    assert index is not None
    time[0] = 9.0
    assert shelf() is index


def test_without_the_database_the_last_index_stays(
    put: Put, staffed: Database, cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """数据库一时连不上，照旧用上次读到的条款。"""
    put(approve=True)
    shelf = ClauseShelf(staffed, cut, HOME, look_every_s=0.0)
    index = shelf()

    def down(_: object) -> int:
        raise SQLAlchemyError("down")

    monkeypatch.setattr(in_force, "revision", down)
    assert index is not None
    assert shelf() is index


def test_another_countys_document_answers_for_that_county_alone(
    put: Put, staffed: Database, cut: Cut, now: datetime
) -> None:
    """别的县的文件导入后，问那个县能答，并说明不是本县的；问本县、或没说哪个县的“能补多少”，都不拿它充数。"""
    put(approve=True)
    away = HomeRegion(county="方城县")
    clauses = Clauses(ClauseShelf(staffed, cut, away, look_every_s=0.0), away)
    desk = PolicyDesk(PolicyCorpus({}, {}, {}), cut, away, strict=True, clauses=clauses)

    asked = desk.answer("柳溪县技师津贴多少钱", now)

    assert "不是方城县的政策" in asked.text
    assert "900元" in asked.text
    for claim in ("我们县技师津贴多少钱", "技师津贴多少钱", "新园区租厂房能补多少"):
        assert not desk.answer(claim, now).answered


def test_a_follow_up_leans_on_the_clause_before(desk: PolicyDesk, put: Put, now: datetime) -> None:
    """答过之后追问“归哪个部门管”，还是说这一条。"""
    put(approve=True)
    first = desk.answer("购置生产设备补助多少", now)

    second = desk.answer("归哪个部门管", now, context=first.question)

    assert "县工信局" in second.text
    assert second.citations[0].clause == "一、（一）"


def test_what_a_document_repeals_is_flagged_and_then_repealed(
    put: Put, staffed: Database, read: ReadFile, now: datetime, tmp_path: Path
) -> None:
    """新文件写明旧文件同时废止：导入时提示核对，审定时旧文件一并废止；没写到的不动。"""
    old_id = put(approve=True)
    with staffed.read() as session:
        title = service.find(session, old_id).title
    path = tmp_path / "新办法.txt"
    body = f"第一条 对新购检测设备的企业，每台补贴1万元，用于提升质量。\n第二条 本办法自发布之日起施行，原《{title}》同时废止。"
    path.write_text(
        f"柳溪县检测设备补贴办法\n柳政〔2026〕21号\n\n{body}\n柳溪县人民政府\n2026年10月8日\n", encoding="utf-8"
    )

    with staffed.write() as session:
        row, _ = service.store_draft(session, *read(path), HOME.county, now)
        flagged = [one["detail"] for one in row.doubts if one["what"] == "要废止旧文件"]
        before = service.find(session, old_id).status
        service.approve(session, row.id, OFFICE, now)
        after = service.find(session, old_id)

    assert len(flagged) == 1
    assert title in flagged[0]
    assert before == DocumentStatus.APPROVED
    assert (after.status, after.ended_why) == (DocumentStatus.REPEALED, f"由 {row.id} 写明废止")


def test_a_draft_with_next_to_nothing_in_it_is_not_approved_by_mistake(
    staffed: Database, read: ReadFile, now: datetime, tmp_path: Path
) -> None:
    """没有条款、只有几个字的文件，不声不响地审定不了；确实要审定，说明白才行。"""
    path = tmp_path / "随手写的.txt"
    path.write_text("今天先写到这里，明天再说。", encoding="utf-8")

    with staffed.write() as session:
        row, _ = service.store_draft(session, *read(path), HOME.county, now)
        with pytest.raises(Conflict, match="没有读出条款"):
            service.approve(session, row.id, OFFICE, now)
        approved = service.approve(session, row.id, OFFICE, now, even_empty=True)

    assert approved.status == DocumentStatus.APPROVED

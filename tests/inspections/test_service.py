"""Filings and reports, on both engines."""

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.events.county import DERUN, HONGDA, OFFICE, SUPERVISOR, notices, speaker, text_of
from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import Conflict, ContentError, NotAllowed
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database
from zhiqibot.topics.inspections.quiet_days import QuietDays, load_quiet_days
from zhiqibot.topics.inspections.service import Filing, InspectionService


@pytest.mark.parametrize(
    "said", ["JC20261123-02", "jc20261123-02", "JC 20261123－02", "ＪＣ20261123-02", "jc2026112302"]
)
def test_a_number_is_found_however_it_is_written(filed: Database, inspections: InspectionService, said: str) -> None:
    """大小写、全角、横线空格都不影响。"""
    with filed.read() as session:
        found = inspections.find(session, said)

    assert found is not None
    assert found.agency == "市场监管局"


def test_a_tail_is_found_only_among_ones_own_filings(filed: Database, inspections: InspectionService) -> None:
    """只报末几位的，只在本企业的备案里找，对不上唯一一条就算没有。"""
    with filed.read() as session:
        found = inspections.find(session, "2302", "ent-derun")

        assert found is not None
        assert found.record_no == "JC20261123-02"
        assert inspections.find(session, "2303", "ent-derun") is None
        assert inspections.find(session, "2302") is None
        assert inspections.find(session, "——") is None


def test_a_report_reaches_the_office_and_supervisors_alone(
    filed: Database, inspections: InspectionService, vault: Vault, now: datetime
) -> None:
    """举报只告诉助企办和纪检监督，包联干部和承办单位都收不到；内容密封存放。"""
    with filed.write() as session:
        visit = inspections.report(session, speaker(session, DERUN), "消防大队", "来了四个人翻账本", "", now)

        told = notices(session, "unfiled:")
        assert {row.person_id for row in told} == {"office-demo", "office-2", "office-3", SUPERVISOR, "supervisor-2"}
        assert "消防大队" in text_of(vault, told[0])
        assert "翻账本".encode() not in visit.note
        assert inspections.read(session, speaker(session, SUPERVISOR), visit.id) == ("消防大队", "来了四个人翻账本")
        for person in (HONGDA, "cadre-demo", "clerk-power-1"):
            with pytest.raises(NotAllowed):
                inspections.read(session, speaker(session, person), visit.id)


def test_reports_have_their_limits(filed: Database, inspections: InspectionService, now: datetime) -> None:
    """干部不能代企业举报；一人一天太多次，先停一停。"""
    with filed.write() as session:
        with pytest.raises(NotAllowed):
            inspections.report(session, speaker(session, "cadre-demo"), "", "来人", "", now)
        for _ in range(10):
            inspections.report(session, speaker(session, DERUN), "", "来人", "", now)
        with pytest.raises(Conflict, match="很多"):
            inspections.report(session, speaker(session, DERUN), "", "来人", "", now)


def test_the_office_files_within_the_rules(filed: Database, vault: Vault, now: datetime) -> None:
    """备案由助企办登记：宁静日不排，同一单位一年一次，紧急的除外；号码自动接着编。"""
    quiet = QuietDays(first=1, last=25)
    service = InspectionService(Directory(vault), Outbox(vault), vault, quiet)
    again = Filing("应急管理局", "消防", date(2026, 11, 27), "ent-derun")
    with filed.write() as session:
        office = speaker(session, OFFICE)
        with pytest.raises(NotAllowed):
            service.file(session, speaker(session, DERUN), again, now)
        with pytest.raises(Conflict, match="宁静日"):
            service.file(session, office, Filing("气象局", "防雷", date(2026, 11, 25), "ent-derun"), now)
        with pytest.raises(Conflict, match="一年最多一次"):
            service.file(session, office, again, now)

        urgent = service.file(
            session, office, Filing("应急管理局", "事故", date(2026, 11, 27), "ent-derun", urgent=True), now
        )
        other = service.file(session, office, Filing("气象局", "防雷", date(2026, 11, 27), "ent-derun"), now)

        assert (urgent.record_no, other.record_no) == ("JC20261127-01", "JC20261127-02")
        used = Filing("统计局", "报表", date(2026, 11, 28), "ent-derun", record_no="jc20261127-01")
        with pytest.raises(Conflict, match="已经用过"):
            service.file(session, office, used, now)


def test_quiet_days_are_data(tmp_path: Path) -> None:
    """宁静日写在县里的文件里：没写就不声称有；写错了说清楚。"""
    assert not load_quiet_days(tmp_path).published

    (tmp_path / "quiet_days.yaml").write_text("first: 1\nlast: 25\nexcept: [2026-11-20]\n", encoding="utf-8")
    days = load_quiet_days(tmp_path)
    assert (days.covers(date(2026, 11, 23)), days.covers(date(2026, 11, 20))) == (True, False)
    assert not days.covers(date(2026, 11, 26))

    (tmp_path / "quiet_days.yaml").write_text("first: 40\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"quiet_days.yaml: first"):
        load_quiet_days(tmp_path)

"""The same policy as docx, pdf, html, md and txt: the same clauses come out of each."""

from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from tests.policy_import.conftest import ReadFile
from tests.policy_import.samples import NUMBER, SAMPLE, TITLE, sample_lines, write_docx, write_html, write_pdf
from zhiqibot.topics.policies.documents.opening import open_document
from zhiqibot.topics.policies.documents.tree import ReadDocument

TABLE = [["项目", "标准", "上限"], ["技师", "900元/月", "24个月"], ["高级技师", "1500元/月", "24个月"]]


def clauses_of(document: ReadDocument) -> list[tuple[str, str]]:
    return [(one.reference, one.text) for one in document.clauses if one.searched]


@pytest.fixture
def plain(read: ReadFile) -> ReadDocument:
    return read(SAMPLE)[0]


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "htm", "md", "txt"])
def test_every_kind_of_file_gives_the_same_clauses(
    kind: str, tmp_path: Path, read: ReadFile, plain: ReadDocument
) -> None:
    """docx、pdf（断行、带页码）、html、md、txt 读出的条款、标题、文号、日期完全一样。"""
    path, lines = tmp_path / f"措施.{kind}", sample_lines()
    if kind == "docx":
        write_docx(path, lines)
    elif kind == "pdf":
        write_pdf(path, lines)
    elif kind in ("html", "htm"):
        write_html(path, lines)
    else:
        path.write_text("\n".join(lines), encoding="utf-8")

    document, _ = read(path)

    assert clauses_of(document) == clauses_of(plain)
    assert (document.title, document.number, document.issued_on) == (TITLE, NUMBER, plain.issued_on)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("kind", ["txt", "md", "html"])
def test_encodings_are_found_out(kind: str, encoding: str, tmp_path: Path, read: ReadFile, plain: ReadDocument) -> None:
    """UTF-8（有无 BOM）、GB18030、UTF-16 都读得对，不出乱码。"""
    path = tmp_path / f"措施.{kind}"
    if kind == "html":
        write_html(path, sample_lines(), encoding)
    else:
        path.write_text("\n".join(sample_lines()), encoding=encoding)

    assert clauses_of(read(path)[0]) == clauses_of(plain)


def test_tables_of_word_are_kept_cell_by_cell(tmp_path: Path, read: ReadFile) -> None:
    """docx 的表格跟着它前面那一条，单元格一个不少。"""
    path = write_docx(tmp_path / "表.docx", ["柳溪县办法", "一、津贴标准如下。"], [TABLE])

    clause = read(path)[0].clauses[-1]

    assert [list(row) for row in clause.rows] == TABLE
    assert "高级技师 | 1500元/月 | 24个月" in clause.text


@pytest.mark.parametrize("kind", ["html", "md"])
def test_tables_of_pages_are_kept(kind: str, tmp_path: Path, read: ReadFile) -> None:
    """html 与 md 的表格一样保留。"""
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TABLE)
    written = {
        "html": f"<p>柳溪县办法</p><p>一、津贴标准如下。</p><table>{rows}</table>",
        "md": "# 柳溪县办法\n\n一、津贴标准如下。\n\n" + "\n".join("|" + "|".join(row) + "|" for row in [TABLE[0], ["-"] * 3, *TABLE[1:]]),
    }  # fmt: skip
    path = tmp_path / f"表.{kind}"
    path.write_text(written[kind], encoding="utf-8")

    assert [list(row) for row in read(path)[0].clauses[-1].rows] == TABLE


def test_merged_cells_are_filled_once_and_uneven_tables_are_a_doubt(tmp_path: Path, read: ReadFile) -> None:
    """合并的单元格只算一次；各行列数不同的表格提醒核对。"""
    document = Document()
    document.add_paragraph("一、标准如下。")
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并35万元"
    table.cell(1, 0).text, table.cell(1, 1).text = "甲", "乙"
    table.rows[1]._tr.append(parse_xml(f"<w:tc {nsdecls('w')}><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc>"))
    document.save(str(tmp_path / "a.docx"))

    read_back = read(tmp_path / "a.docx")[0]

    assert read_back.clauses[-1].rows == (("合并35万元", ""), ("甲", "乙", "丙"))
    assert "表格列数不齐" in {doubt.what for doubt in read_back.doubts}


def test_automatic_numbers_of_word_are_written_out(tmp_path: Path, read: ReadFile) -> None:
    """Word 自动编号（文字里没有“一、”“（一）”）也还原成条款。"""
    document = Document()
    document.add_paragraph("柳溪县办法")
    root = document.part.numbering_part.element
    levels = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    shown = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{mark}"/></w:lvl>'
        for depth, (form, mark) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{shown}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, text in ((0, "任务"), (1, "甲。"), (2, "子。"), (2, "丑。"), (1, "乙。"), (2, "寅。"), (0, "保障")):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        numbered = properties.get_or_add_numPr()
        numbered.get_or_add_ilvl().val, numbered.get_or_add_numId().val = depth, 77
    document.save(str(tmp_path / "a.docx"))

    found = [one.reference for one in read(tmp_path / "a.docx")[0].clauses[1:]]

    assert found == ["一、", "一、（一）", "一、（一）1", "一、（一）2", "一、（二）", "一、（二）1", "二、"]


def test_tracked_changes_count_as_accepted(tmp_path: Path) -> None:
    """修订稿：插入的文字算数，删除的不算。"""
    document = Document()
    paragraph = document.add_paragraph("一、奖励")._p
    for tag, inner, text in (("w:ins", "w:t", "45万元"), ("w:del", "w:delText", "30万元")):
        change, run, piece = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        piece.text = text
        run.append(piece)
        change.append(run)
        paragraph.append(change)
    document.save(str(tmp_path / "a.docx"))
    assert paragraph.findall(f".//{qn('w:delText')}")

    assert open_document(tmp_path / "a.docx").blocks[0].text == "一、奖励45万元"


def test_a_page_is_read_without_its_furniture(tmp_path: Path, read: ReadFile) -> None:
    """网页的导航、脚本、页脚不进条款，并说明没有导入。"""
    document, _ = read(write_html(tmp_path / "a.html", sample_lines()))

    text = "".join(clause.printed for clause in document.clauses)
    assert "政务公开" not in text
    assert "99871" not in text
    assert "41000123" not in text


def test_page_numbers_and_running_heads_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    """PDF 的页码不混进正文。"""
    lines = [block.text for block in open_document(write_pdf(tmp_path / "a.pdf", sample_lines())).blocks]

    assert len(lines) > 24
    assert not [line for line in lines if "—" in line]


def test_numbered_lists_of_markdown_keep_what_was_written(tmp_path: Path, read: ReadFile) -> None:
    """md 的编号写成 2、3 就是 2、3，不替它改成 1、2。"""
    (tmp_path / "a.md").write_text("# 柳溪县办法\n\n2. 甲。\n3. 乙。\n", encoding="utf-8")

    document, _ = read(tmp_path / "a.md")

    assert [one.reference for one in document.clauses[1:]] == ["2", "3"]
    assert "编号跳号" in {doubt.what for doubt in document.doubts}

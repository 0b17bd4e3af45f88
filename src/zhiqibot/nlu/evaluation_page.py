"""An evaluation as one HTML page: the figures, a table by intent, a picture of the confusions, the mistakes.

The page stands alone: no script, nothing fetched; whatever people wrote is escaped."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from zhiqibot.nlu.evaluation import KEPT_INSIDE, DatasetReport, Report

MISTAKES_SHOWN = 300
_CELL, _LABELS = 18, 120  # pixels
_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1d2733}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2rem .8rem;border-bottom:1px solid #dde3ea;text-align:right}
td:first-child,th:first-child{text-align:left}svg text{font-size:11px;fill:#1d2733}.wide{overflow-x:auto}
.bar{display:inline-block;height:.7rem;background:#2f6fb2;vertical-align:middle}
@media print{body{margin:0}}
"""


def page(title: str, reports: Mapping[str, Report]) -> str:
    """Return the page; `reports` has one report per way of understanding (without, with the semantic layer)."""
    last = list(reports.values())[-1]
    parts = [
        f"<h1>{escape(title)}</h1>",
        _figures(reports),
        "<h2>混淆图（行：应为；列：理解成；只画有混淆的意图）</h2>",
        f'<div class="wide">{confusion_picture(last.confusions)}</div>',
        "<h2>各意图</h2>",
        _by_intent(last),
        "<h2>置信度校准</h2>",
        _calibration(last),
        f"<h2>理解错的（前 {MISTAKES_SHOWN} 条）</h2>",
        _table(("原话", "应为", "理解成"), last.mistakes[:MISTAKES_SHOWN]),
    ]
    return _whole(title, parts)


def dataset_page(title: str, reports: Mapping[str, DatasetReport]) -> str:
    """Return the page of an evaluation on a labelled set of others: the figures and the confusions."""
    rows = [
        ("准确率", *(_share(one.accuracy) for one in reports.values())),
        ("宏平均 F1", *(_share(one.macro_f1) for one in reports.values())),
    ]
    last = list(reports.values())[-1]
    parts = [
        f"<h1>{escape(title)}</h1>",
        _table(("指标", *reports), rows),
        "<h2>混淆图（行：应为；列：理解成）</h2>",
        f'<div class="wide">{confusion_picture(last.confusions)}</div>',
    ]
    return _whole(title, parts)


def _whole(title: str, parts: Sequence[str]) -> str:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}<style>{_STYLE}</style></head><body>{"".join(parts)}</body></html>'


def confusion_picture(confusions: Mapping[tuple[str, str], int]) -> str:
    """Return an SVG matrix: the darker a cell, the more often its row was taken for its column."""
    if not confusions:
        return "<p>没有混淆。</p>"
    rows = sorted({wanted for wanted, _ in confusions})
    columns = sorted({got for _, got in confusions})
    most = max(confusions.values())
    shapes = [_label(name, _LABELS - 6, _LABELS + (place + 0.7) * _CELL, "end") for place, name in enumerate(rows)]
    for place, name in enumerate(columns):
        x = _LABELS + (place + 0.7) * _CELL
        shapes.append(f'<text transform="translate({x:.0f} {_LABELS - 6}) rotate(-60)">{escape(name)}</text>')
    for (wanted, got), count in confusions.items():
        x, y = _LABELS + columns.index(got) * _CELL, _LABELS + rows.index(wanted) * _CELL
        shade = 0.15 + 0.85 * count / most
        shapes.append(
            f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" fill="#b23a2f" fill-opacity="{shade:.2f}">'
            f"<title>{escape(wanted)} → {escape(got)}：{count}</title></rect>"
        )
        shapes.append(_label(str(count), x + _CELL / 2, y + 0.7 * _CELL, "middle"))
    width, height = _LABELS * 2 + len(columns) * _CELL, _LABELS + len(rows) * _CELL + 4
    return f'<svg width="{width}" height="{height}" role="img" aria-label="混淆图">{"".join(shapes)}</svg>'


def _label(text: str, x: float, y: float, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'


def _figures(reports: Mapping[str, Report]) -> str:
    names: tuple[tuple[str, Callable[[Report], str]], ...] = (
        ("消息数", lambda one: str(one.messages)),
        ("意图准确率", lambda one: _share(one.accuracy)),
        ("宏平均 F1", lambda one: _share(one.macro_f1)),
        ("反映问题的主题准确率", lambda one: _share(one.report_topic_accuracy)),
        ("主题准确率（意图对的）", lambda one: _share(one.topic_accuracy)),
        ("要素 F1", lambda one: _share(one.slot_f1)),
        ("一句两事召回", lambda one: _share(one.two_in_one_recall)),
        ("一事误拆成几事", lambda one: _share(one.split_in_vain)),
        (f"范围外召回（保留 {KEPT_INSIDE:.0%} 范围内）", lambda one: _share(one.out_of_scope_recall)),
        ("校准误差", lambda one: f"{one.calibration_error:.3f}"),
    )
    return _table(("指标", *reports), [(name, *(read(one) for one in reports.values())) for name, read in names])


def _by_intent(report: Report) -> str:
    rows = [(name, f"{p:.3f}", f"{r:.3f}", str(n)) for name, (p, r, n) in sorted(report.by_intent.items())]
    return _table(("意图", "精确率", "召回率", "条数"), rows)


def _calibration(report: Report) -> str:
    rows = "".join(
        f'<tr><td>{confidence:.2f}</td><td>{right:.2f}</td><td><span class="bar" style="width:{right * 12:.1f}rem"></span>'
        f"</td><td>{count}</td></tr>"
        for confidence, right, count in report.bands
    )
    return f"<table><tr><th>平均置信度</th><th>实际正确率</th><th></th><th>条数</th></tr>{rows}</table>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.4f}"

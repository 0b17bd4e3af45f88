"""`search`: the product's own retriever over any documents, JSONL in and out."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiqibot.commands.common import emit, json_lines, note, numbered_lines, read_file, with_now

if TYPE_CHECKING:
    from zhiqibot.topics.policies.searching import Document

SHOWS_PROGRESS_FROM = 2_000  # documents; fewer are indexed before anyone wonders


@click.command(
    help="检索：--docs 给出文档（JSONL：id、title、text），标准输入每行一个问题 {id, text}，输出最相关的文档"
)
@click.option("--docs", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="文档，JSONL")
@click.option("--jsonl", is_flag=True, required=True, help="从标准输入读 JSONL，写到标准输出")
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="每个问题给出几篇")
@click.option("--no-semantic", is_flag=True, help="只按字词检索，不用语义层")
@with_now
def search(docs: Path, jsonl: bool, top: int, no_semantic: bool, now: object) -> None:
    from zhiqibot.deployment import load_content
    from zhiqibot.nlu.semantic import load_embedder
    from zhiqibot.nlu.words import make_cutter
    from zhiqibot.settings import Settings
    from zhiqibot.topics.policies.searching import LOOKED_AT_AGAIN, MeaningRanker, TextIndex

    del now  # accepted because every command does; what is found does not depend on the time
    written = {document.id: (given, document) for given, document in _documents(docs)}
    cut = make_cutter(load_content(Settings()).intents.lexicon.words)
    documents = {key: document for key, (_, document) in written.items()}
    bar = click.progressbar(length=len(documents), label="建立索引", file=sys.stderr)
    with bar if len(documents) >= SHOWS_PROGRESS_FROM else nullcontext() as shown:
        index = TextIndex.of(documents.values(), cut, progress=(lambda _: shown.update(1)) if shown else None)
    embedder = None if no_semantic else load_embedder()
    texts = {document.id: f"{document.title} {document.text}".strip() for document in documents.values()}
    ranker = MeaningRanker(embedder, texts) if embedder else None
    note(f"已收录 {len(documents)} 篇文档，{'字词加语义' if ranker else '按字词'}检索。")
    for record in json_lines(sys.stdin):
        question = str(record.get("text") or "")
        hits = index.search(question, max(top, LOOKED_AT_AGAIN))
        hits = ranker.rank(question, hits) if ranker else hits
        found = [{"id": written[hit.id][0], "score": round(hit.score, 4)} for hit in hits[:top]]
        wrong = {"error": record["error"]} if "error" in record else {}
        emit({"id": record.get("id"), "hits": found, **wrong})


def _documents(path: Path) -> Iterator[tuple[object, "Document"]]:
    """Yield every document with its id as it was given (a number stays one).

    Raises ClickException at the first line that is none: with half the documents every answer would mislead."""
    from zhiqibot.topics.policies.searching import Document

    seen: dict[str, int] = {}
    with read_file(str(path)) as file:
        for number, record in numbered_lines(file):
            if isinstance(record, str):
                raise click.ClickException(f"文档文件第 {number} 行{record}，请改正后再试。")
            if record.get("id") in (None, ""):
                raise click.ClickException(f"文档文件第 {number} 行没有 id，请补上后再试。")
            key = str(record["id"])
            if key in seen:
                raise click.ClickException(
                    f"文档文件第 {number} 行的 id “{key}”与第 {seen[key]} 行重复，请改成不同的再试。"
                )
            seen[key] = number
            yield record["id"], Document(key, str(record.get("text") or ""), str(record.get("title") or ""))
    if not seen:
        raise click.ClickException(f"{path} 里没有文档：每行应是一个 JSON 对象，写明 id、text。")

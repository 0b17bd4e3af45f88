"""A file to a document ready to be kept: opened apart, read into clauses, proposals and doubts added."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

from zhiqibot.topics.policies.documents.opening import Limits, open_document
from zhiqibot.topics.policies.documents.proposals import TopicWords, with_proposals
from zhiqibot.topics.policies.documents.service import SourceFile
from zhiqibot.topics.policies.documents.structure import read_document
from zhiqibot.topics.policies.documents.tree import Doubt, ReadDocument


def read_file(
    path: Path, words: TopicWords, county: str, today: date, limits: Limits | None = None
) -> tuple[ReadDocument, SourceFile]:
    """Read a policy file; where it names no place it is taken for one of `county`, with a doubt.

    Raises DocumentRefused for a file that is not taken; nothing is stored here."""
    opened = open_document(path, limits)
    read = with_proposals(read_document(opened, path.name), words, today)
    if read.region is None:
        doubt = Doubt("地区未找到", f"题名和发文机关里没有地名，暂按{county}")
        read = replace(read, region=county, doubts=(*read.doubts, doubt))
    return read, SourceFile(path.name, hashlib.sha256(path.read_bytes()).hexdigest())

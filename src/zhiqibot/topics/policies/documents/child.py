"""Runs alone in a child process: reads one file from stdin within hard limits, writes what it holds to stdout as JSON.

Nothing here trusts the file: whatever a parser does with it, the parent sees an answer, a reason, or a dead child."""

import contextlib
import ctypes
import json
import os
import resource
import sys
from typing import Any

from zhiqibot.topics.policies.documents.blocks import Opened, Reason, Refused

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
OPEN_FILES = 64
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # linux/sched.h


def limit(memory_mb: int, cpu_s: int) -> None:
    """Take away what reading a file does not need: memory, time, writing files, core dumps, the network."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    with contextlib.suppress(OSError, AttributeError):  # where the kernel does not allow it, the other limits stand
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET)


def read(kind: str, data: bytes) -> Opened:
    """Read a file of a kind; raise Refused when it is not to be taken. Parsers are loaded one at a time: memory."""
    if kind == "docx":
        from zhiqibot.topics.policies.documents.readers import docx

        return docx.read(data)
    if kind == "pdf":
        from zhiqibot.topics.policies.documents.readers import pdf

        return pdf.read(data)
    if kind == "html":
        from zhiqibot.topics.policies.documents.readers import html

        return html.read(data)
    if kind == "md":
        from zhiqibot.topics.policies.documents.readers import markdown

        return markdown.read(data)
    from zhiqibot.topics.policies.documents.readers import text

    return text.read(data)


def answer(kind: str, data: bytes) -> dict[str, Any]:
    """Return what the file holds, or the reason why it is not taken."""
    try:
        return read(kind, data).as_json()
    except Refused as refused:
        return {"refused": refused.reason}
    except MemoryError:
        return {"refused": Reason.TOO_MUCH}
    except Exception:  # a parser may raise anything on a broken file
        return {"refused": Reason.BROKEN}


def main() -> None:
    """Set the limits, read, answer. What a parser prints must not be taken for the answer."""
    kind, memory_mb, cpu_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    limit(memory_mb, cpu_s)
    with os.fdopen(os.dup(1), "wb") as pipe:
        os.dup2(2, 1)
        said = answer(kind, sys.stdin.buffer.read(MAX_BYTES + 1))
        pipe.write(json.dumps(said, ensure_ascii=True).encode("ascii"))
    os._exit(0)  # no parser's clean-up can hang


if __name__ == "__main__":
    main()

"""The front door for files: looked at from outside, then opened in a child process with little memory and time."""

import json
import os
import selectors
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zhiqibot
from zhiqibot.topics.policies.documents.blocks import Opened, Reason
from zhiqibot.topics.policies.documents.refusing import MAX_MB, DocumentRefused

CHILD = "zhiqibot.topics.policies.documents.child"
KINDS = {".docx": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".txt": "txt", ".md": "md", ".markdown": "md"}
_OLD_SUFFIXES = ".doc .wps .docm .dot .dotx .dotm .rtf .xls .xlsx .xlsm .et .ppt .pptx .ofd .ceb"
OLD = frozenset(_OLD_SUFFIXES.split())
MAX_BYTES = MAX_MB * 1024 * 1024
MAX_ANSWER_BYTES = 16 * 1024 * 1024
WALL_S = 30.0
LOOKED_AT_BYTES = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (
    OLE,
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z",
)
_SOURCE = str(Path(zhiqibot.__file__).parents[1])
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Limits:
    """What one file may cost; the child sets memory and CPU on itself before it looks at the file."""

    memory_mb: int = 512
    cpu_s: int = 20
    wall_s: float = WALL_S


def open_document(path: Path, limits: Limits | None = None) -> Opened:
    """Read a file into lines and tables. Raises DocumentRefused, in words for the officer, for any that is not taken."""
    unfit = _unfit(path)
    if unfit:
        raise DocumentRefused(unfit, path.name or str(path))
    try:
        with path.open("rb") as file:
            kind = kind_of(path.name, os.fstat(file.fileno()).st_size, file.read(LOOKED_AT_BYTES))
            file.seek(0)
            if isinstance(kind, Reason):
                raise DocumentRefused(kind, path.name)
            read = _read_apart(kind, file, limits or Limits())
    except PermissionError as error:
        raise DocumentRefused(Reason.UNREADABLE, path.name) from error
    except OSError as error:
        raise DocumentRefused(Reason.BROKEN, path.name) from error
    if isinstance(read, Reason):
        raise DocumentRefused(read, path.name)
    return read


def _unfit(path: Path) -> Reason | None:
    """Tell why a path cannot even be opened: opening a pipe would wait for whoever writes into it."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return Reason.UNREADABLE
    except (OSError, ValueError):  # a name too long, a NUL in it
        return Reason.MISSING
    if stat.S_ISDIR(mode):
        return Reason.FOLDER
    return None if stat.S_ISREG(mode) else Reason.NO_FILE


def kind_of(name: str, size: int, head: bytes) -> str | Reason:
    """Tell a file's kind by its name and by how it begins, or why it is not taken."""
    suffix = Path(name).suffix.lower()
    if suffix in OLD:
        return Reason.OLD_FORMAT
    if suffix not in KINDS:
        return Reason.UNKNOWN_KIND
    if size == 0:
        return Reason.EMPTY
    if size > MAX_BYTES:
        return Reason.TOO_LARGE
    kind = KINDS[suffix]
    return kind if _fits(kind, head) else Reason.ENCRYPTED if _is_locked(kind, head) else Reason.WRONG_KIND


def _fits(kind: str, head: bytes) -> bool:
    if kind == "docx":
        return head.startswith(b"PK\x03\x04")
    if kind == "pdf":
        return b"%PDF-" in head[:1024]
    return not head.startswith(_BINARY) and (b"\0" not in head or head.startswith(_UTF16))


def _is_locked(kind: str, head: bytes) -> bool:
    """A docx with a password is an OLE container that names its encrypted stream."""
    return kind == "docx" and head.startswith(OLE)


def _read_apart(kind: str, file: IO[bytes], limits: Limits) -> Opened | Reason:
    """Let a child read the file; it gets the open file, an empty environment, and nothing else."""
    command = [sys.executable, "-P", "-s", "-m", CHILD, kind, str(limits.memory_mb), str(limits.cpu_s)]
    child = subprocess.Popen(  # noqa: S603  (our own program)
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": _SOURCE, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    try:
        answer = _listen(child, time.monotonic() + limits.wall_s)
    finally:
        child.kill()
        status = child.wait()
        if child.stdout:
            child.stdout.close()
    if isinstance(answer, Reason):
        return answer
    return _understood(answer, status)


def _listen(child: "subprocess.Popen[bytes]", deadline: float) -> bytes | Reason:
    """Return all the child writes, or the limit it ran into."""
    if child.stdout is None:
        return Reason.BROKEN
    said = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not waiting.select(left):
                break
            piece = os.read(child.stdout.fileno(), 1 << 16)
            if not piece:
                child.wait(max(left, 1.0))
                return bytes(said)
            said += piece
            if len(said) > MAX_ANSWER_BYTES:
                return Reason.TOO_MUCH
    return Reason.TOO_LONG


def _understood(answer: bytes, status: int) -> Opened | Reason:
    """Read the child's answer; a child that died without one was stopped by a limit or by the file."""
    if not answer:
        killed = status in (-signal.SIGXCPU, -signal.SIGKILL)
        return Reason.TOO_LONG if killed else Reason.BROKEN
    try:
        said = json.loads(answer)
        return Reason(said["refused"]) if "refused" in said else Opened.from_json(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Reason.BROKEN

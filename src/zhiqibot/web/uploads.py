"""Upload and download of files in the chat."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from zhiqibot.web.answers import Problem, dumps
from zhiqibot.web.files import attachment
from zhiqibot.web.filetypes import Refused, check_name, recognise, tidy_name
from zhiqibot.web.history import shown_file
from zhiqibot.web.model import StoredFile
from zhiqibot.web.reception import Reception
from zhiqibot.web.threads import Threads

MAX_FILE = 20 * 1024 * 1024
FORM_OVERHEAD = 64 * 1024
"""Bytes of a multipart body beside the file."""
CHUNK = 256 * 1024
CHUNK_DEADLINE_S = 20.0
UPLOAD_DEADLINE_S = 300.0
TOO_LARGE = "文件超过 20 MB，请压缩或分成几份后再发。"
_INLINE = ("image/jpeg", "image/png", "image/gif", "image/webp")


@dataclass(frozen=True)
class Uploads:
    """POST /chat/files and GET /chat/files/{id}."""

    reception: Reception

    async def take(self, request: web.Request) -> web.Response:
        """Store one file of the visitor; answers its id, to be named in a message."""
        visitor = self.reception.visitor(request)
        if request.content_type != "multipart/form-data":
            raise Problem(415)
        if (request.content_length or 0) > MAX_FILE + FORM_OVERHEAD:
            raise Problem(413, TOO_LARGE)
        await self.reception.threads.run(self._check_quota, visitor)
        store = self.reception.files
        draft = await self.reception.threads.run(store.draft)
        try:
            async with asyncio.timeout(UPLOAD_DEADLINE_S):
                name = await _receive(request, draft, self.reception.threads)
            stored = await self.reception.threads.run(self._keep, draft, visitor, name)
        except Refused as refused:
            raise Problem(415, str(refused), code="refused_file") from None
        except OSError:  # includes TimeoutError and a full disk
            raise Problem(503, "文件没有传完，请检查网络后重新发送。") from None
        finally:
            store.drop(draft)
        return web.json_response(text=dumps({"file": shown_file(attachment(stored))}))

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Answer a file to whoever may see it; to everybody else it does not exist."""
        visitor = self.reception.visitor(request)
        stored = await self.reception.threads.run(self._seen_by, visitor, request.match_info["id"])
        if stored is None:
            raise Problem(404)
        way = "inline" if stored.media_type in _INLINE else "attachment"
        headers = {
            "Content-Disposition": f"{way}; filename*=UTF-8''{quote(stored.name, safe='')}",
            "Content-Type": stored.media_type,
            "Cache-Control": "private, no-store",
        }
        return web.FileResponse(self.reception.files.path(stored.id), headers=headers)

    def _check_quota(self, visitor: str) -> None:
        limits = self.reception.parts.limits
        count, size = self.reception.files.used_today(visitor)
        if count >= limits.files_per_day or size >= limits.file_bytes_per_day:
            raise Problem(429, "您今天上传的文件已达上限，请明天再传，或联系助企办当面提交。", code="quota")

    def _keep(self, draft: Path, visitor: str, name: str) -> StoredFile:
        return self.reception.files.keep(draft, visitor, name, recognise(draft, name))

    def _seen_by(self, visitor: str, file_id: str) -> StoredFile | None:
        stored = self.reception.files.find(file_id)
        if stored is None or not self.reception.files.path(file_id).is_file():
            return None
        if stored.owner == visitor or self.reception.history.was_sent_file(visitor, file_id):
            return stored
        return stored if self.reception.parts.may_see(visitor, file_id) else None


async def _receive(request: web.Request, draft: Path, threads: Threads) -> str:
    """Write the form's file to `draft` as it arrives and return its tidy name; raise Refused or Problem."""
    try:
        part = await (await request.multipart()).next()
    except (ValueError, AssertionError):
        raise Problem(400, "没有收到文件，请重新选择后发送。") from None
    if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename:
        raise Problem(400, "没有收到文件，请重新选择后发送。")
    name = tidy_name(part.filename)
    check_name(name)
    size = 0
    with contextlib.closing(await threads.run(draft.open, "wb")) as file:
        while True:
            async with asyncio.timeout(CHUNK_DEADLINE_S):
                chunk = await part.read_chunk(CHUNK)
            if not chunk:
                return name
            size += len(chunk)
            if size > MAX_FILE:
                raise Problem(413, TOO_LARGE)
            await threads.run(file.write, chunk)

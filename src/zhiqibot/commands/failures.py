"""What went wrong, in one Chinese line for the operator: files, settings, databases. What is a fault of ours stays one."""

import errno
import sqlite3
from collections.abc import Mapping

from zhiqibot.core.errors import NotAllowed, NotFound, PersonError

_FILES: Mapping[int, str] = {
    errno.ENOENT: "找不到文件或文件夹：{name}",
    errno.EISDIR: "这是文件夹，不是文件：{name}",
    errno.ENOTDIR: "路径中有一段不是文件夹：{name}",
    errno.EACCES: "没有权限读写：{name}",
    errno.EPERM: "系统不允许这样操作：{name}",
    errno.ENOSPC: "磁盘满了，没有写完：{name}",
    errno.EROFS: "磁盘是只读的，不能写：{name}",
    errno.EEXIST: "已经有同名的文件：{name}",
    errno.ENAMETOOLONG: "文件名太长：{name}",
    errno.EADDRINUSE: "端口已被占用，请换一个（--port）或停掉占用它的程序",
    errno.EADDRNOTAVAIL: "这台机器没有这个监听地址（--host）",
    errno.ECONNREFUSED: "对方没有应答（连接被拒绝）",
}
_NOT_A_DATABASE = ("file is not a database", "malformed", "file is encrypted")


def line_for(error: Exception) -> str | None:
    """Return what to tell the operator; None for a fault that no operator can put right."""
    if isinstance(error, PersonError):
        return without_chat(error)
    if isinstance(error, UnicodeError):
        return "文件不是 UTF-8 编码（可能是 GBK，或者根本不是文本文件），请另存为 UTF-8 再试。"
    if isinstance(error, OSError):
        return _of_file(error)
    return _of_settings(error) or _of_database(error) or (_in_chinese(error) if isinstance(error, ValueError) else None)


def without_chat(error: PersonError) -> str:
    """Return what is wrong, without what a conversation would offer next: it is no use at a command line."""
    if not isinstance(error, NotAllowed | NotFound):
        return str(error)
    said = str(error).partition("。" if isinstance(error, NotAllowed) else "，")[0]
    return f"{said.rstrip('。')}。"


def _of_file(error: OSError) -> str:
    name = str(error.filename or "")
    known = _FILES.get(error.errno or 0)
    if known:
        return known.format(name=name).rstrip("：") + "。"
    return f"读写没有成功（系统错误 {error.errno or '不详'}）{'：' + name if name else ''}。"


def _of_settings(error: Exception) -> str | None:
    """Name the settings that cannot be read; their values may be secret and are not repeated."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    if isinstance(error, ValidationError):
        names = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False)]
        if error.title != "Settings":
            return f"内容不符合要求：{'、'.join(names)}。"
        shown = "、".join(f"ZHIQIBOT_{name.replace('.', '__').upper()}" for name in dict.fromkeys(names))
        return f"设置看不懂：{shown} 的值不对，请对照 deploy/.env.example 修改。"
    if isinstance(error, SettingsError):
        return "设置看不懂：有一项应写成 JSON 而不是，请对照 deploy/.env.example 修改。"
    return None


def _of_database(error: Exception) -> str | None:
    """Tell a wrong address from a file that is no database and a server that does not answer."""
    from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, SQLAlchemyError

    if isinstance(error, ArgumentError | NoSuchModuleError):
        return "数据库地址看不懂：ZHIQIBOT_DATABASE_URL 应写成 sqlite:///文件路径 或 postgresql://用户@主机/库名。"
    said = str(error)
    if isinstance(error, sqlite3.Error):
        return "数据库文件打不开：请核对文件夹是否存在、有没有读写权限、磁盘是否已满。"
    if isinstance(error, DatabaseError) and any(one in said for one in _NOT_A_DATABASE):
        return "数据库文件打不开：它不是数据库，或者已经损坏。请核对 ZHIQIBOT_DATABASE_URL，或用备份恢复。"
    if isinstance(error, OperationalError):
        return "数据库连不上或正忙：请核对 ZHIQIBOT_DATABASE_URL、数据库是否在运行、磁盘和权限是否正常。"
    if isinstance(error, DatabaseError):
        return "数据库没有办成这件事：结构与本版本可能不一致，请先执行 zhiqibot db upgrade；还不行请查看日志。"
    return "数据库没有办成这件事，请稍后再试。" if isinstance(error, SQLAlchemyError) else None


def _in_chinese(error: ValueError) -> str | None:
    """Our own ValueErrors are written in Chinese; a library's are not, and tell an operator nothing."""
    said = str(error)
    return f"出错了：{said}" if any("\u4e00" <= char <= "\u9fff" for char in said) else None

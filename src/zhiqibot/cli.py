"""The command line. Data goes to stdout, messages to stderr in Chinese; exit codes: 0 done, 1 failed, 2 wrong use."""

import io
import re
import sys

import click

from zhiqibot import __version__, commands
from zhiqibot.commands.common import note
from zhiqibot.commands.failures import line_for
from zhiqibot.core.errors import ContentError

_USAGE = (
    (r"Missing argument '([^']+)'\.?", r"缺少参数 \1"),
    (r"Missing option '([^']+)'\.?", r"缺少选项 \1"),
    (r"No such option:? '?([^'. ]+)'?\.?", r"没有选项 \1"),
    (r"No such command '([^']+)'\.?", r"没有命令 \1"),
    (r"Invalid value for '?([^':]+)'?: ", r"\1 的取值不对："),
    (r"Invalid value: ", "取值不对："),
    (r"(?:File|Path|Directory) '([^']+)' does not exist\.?", r"文件 \1 不存在"),
    (r"(?:File|Path) '([^']+)' is a directory\.?", r"\1 是文件夹，不是文件"),
    (r"(?:File|Path|Directory) '([^']+)' is not (?:readable|writable)\.?", r"没有权限读写 \1"),
    (r"(?:Path|Directory) '([^']+)' is a file\.?", r"\1 是文件，不是文件夹"),
    (r"'([^']+)' does not match the formats? .*", r"看不懂日期“\1”，请写成 2026-03-01 这样"),
    (r"(\S+) is not in the range (\S+?)<=x<=(\S+?)\.?$", r"\1 不在 \2 到 \3 之间"),
    (r"(\S+) is not in the range x>=(\S+?)\.?$", r"\1 太小，最小是 \2"),
    (r"'([^']+)' is not a valid (?:float|boolean|range)\.?", r"“\1”不是合适的数"),
    (r"Option '([^']+)' does not take a value\.?", r"选项 \1 后面不用写值"),
    (r"Missing command\.?", "还要写明做什么"),
    (r"'([^']+)' is not a valid integer\.?", r"“\1”不是整数"),
    (r"'([^']+)' is not one of (.+?)\.?$", r"“\1”不在可选范围内（\2）"),
    (r"Got unexpected extra arguments? \(([^)]*)\)", r"多余的参数 \1"),
    (r"Option '([^']+)' requires an argument\.?", r"选项 \1 需要一个值"),
    (r"\(?Possible options: ([^)]*)\)?", r"是不是想用 \1"),
    (r"Did you mean ([^?]+)\?", r"是不是想用 \1？"),
)


@click.group(help="智企：助企服务助手", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="智企 %(version)s")
def cli() -> None:
    """Root of all commands; each lives in `commands/` and imports what it needs when it runs."""


commands.add_to(cli)


def main() -> None:
    """Run the command line; every error is a Chinese line on stderr."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = cli.main(standalone_mode=False)
    except click.UsageError as error:
        note(f"用法不对：{_in_chinese(error.format_message())}")
        note("用 zhiqibot --help 查看全部命令。")
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        note(error.format_message())
        sys.exit(error.exit_code)
    except ContentError as error:
        note(f"内容有误，请按下面的提示修改：\n{error}")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # the outermost step: what an operator can put right is said, a fault of ours shows
        line = line_for(error)
        if line is None:
            raise
        note(line)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _in_chinese(message: str) -> str:
    for english, chinese in _USAGE:
        message = re.sub(english, chinese, message)
    return message

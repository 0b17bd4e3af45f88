"""The kind words for every file that is not taken: what is wrong, and what to do about it."""

from zhiqibot.core.errors import PersonError
from zhiqibot.topics.policies.documents.blocks import Reason

MAX_MB = 20
MAX_PAGES = 300

TEXTS = {
    Reason.MISSING: "找不到这个文件，请核对文件名和所在的文件夹。",
    Reason.FOLDER: "这是文件夹，不是文件。请写明里面的文件，如 文件夹/*.docx。",
    Reason.NO_FILE: "这不是普通文件（是管道或设备），请先存成文件再导入。",
    Reason.UNREADABLE: "没有权限读这个文件，请换有权限的账号，或请管理员放开读取权限。",
    Reason.EMPTY: "文件是空的，请确认上传的是不是要导入的那一份。",
    Reason.TOO_LARGE: f"文件超过 {MAX_MB} MB，请去掉图片或拆开后再导入。",
    Reason.OLD_FORMAT: "这种格式不能直接导入，请在 Word 或 WPS 里打开，另存为 docx 后再导入。",
    Reason.UNKNOWN_KIND: "只认得 docx、pdf、html、txt、md 五种文件，请另存为其中一种再导入。",
    Reason.WRONG_KIND: "文件内容和扩展名对不上，请用原来的软件打开，另存为 docx 后再导入。",
    Reason.ENCRYPTED: "文件设了密码，打不开。请先取消密码保护，另存一份再导入。",
    Reason.MACRO: "文件里带有宏，为了安全不能导入。请另存为不带宏的 docx 再导入。",
    Reason.ARCHIVE: "文件解开以后大得不正常，为了安全没有打开。请在 Word 里另存一份再试。",
    Reason.NESTED: "文件里嵌了别的文件（如表格附件），为了安全没有打开。请去掉嵌入的文件，另存后再导入。",
    Reason.TOO_MANY_PAGES: f"文件超过 {MAX_PAGES} 页，请只导入与政策有关的部分。",
    Reason.SCANNED: "文件里只有图片，没有文字（多半是扫描件）。请导入原来的电子版，或先做文字识别。",
    Reason.BROKEN: "文件已损坏，读不出来。请用原来的软件打开确认，另存一份再导入。",
    Reason.TOO_MUCH: "文件内容太多，超出了一次能处理的量。请拆开后分别导入。",
    Reason.TOO_LONG: "文件太复杂，规定时间内没有读完，已停止。请另存为 docx 或 txt 再导入。",
}


class DocumentRefused(PersonError):
    """A file was not taken; nothing was changed. `reason` says which case it is."""

    text = "《{file}》没有导入：{why}"

    def __init__(self, reason: Reason, file: str) -> None:
        super().__init__(file=file, why=TEXTS[reason])
        self.reason = reason

"""A small deployment of its own: a few sentences that train in seconds, one policy document, the demo county."""

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from zhiqibot.app import Product, build
from zhiqibot.content.reading import content_root
from zhiqibot.core.crypto import Vault, load_vault
from zhiqibot.core.messages import InboundMessage, as_plain_text
from zhiqibot.deployment import load_content, load_language, make_policy_desk
from zhiqibot.dialogue.turn import Memory
from zhiqibot.directory.model import Account, Person
from zhiqibot.directory.world import WorldImport
from zhiqibot.learning.keeping import Keeping
from zhiqibot.learning.model import MessageForReview
from zhiqibot.learning.review import Kept, Review
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database

OWNER, OTHER, OFFICE, CLERK = "contact-derun-1", "contact-hongda-1", "office-demo", "clerk-power-1"
POLICY = "fangcheng-2022-04.yaml"
EVERYBODY, STAFF = ["enterprise", "cadre", "office"], ["cadre", "office"]
SENTENCES: dict[str, tuple[str, list[str], str]] = {
    "ticket_status": (
        "查询办理进度",
        EVERYBODY,
        "我的诉求办到哪一步了/上次反映的问题处理得怎么样了/查一下进度/那件事办得如何/有结果了吗/我报的诉求现在是谁在办/昨天登记的那件有进展没有",
    ),
    "urge_ticket": (
        "催办",
        EVERYBODY,
        "怎么还没人处理，催一下/麻烦催催承办单位/帮我催办一下这件诉求/都等三天了能不能快点/再不来人就耽误生产了/请督促他们抓紧办",
    ),
    "list_events": (
        "查看活动",
        EVERYBODY,
        "最近有什么活动/早餐会是哪天/这个月有哪些培训/下周有讲座吗/晚茶会几点开始/活动安排发我看看",
    ),
    "book_event": (
        "报名活动",
        EVERYBODY,
        "帮我报名早餐会/我要参加下周的晚茶会/给我预约一个早餐会的名额/大讲堂我们去两个人/给我留个座/早餐会算我一个",
    ),
    "greet": ("打招呼", EVERYBODY, "你好/您好在吗/早上好/在不在/嗨/下午好"),
    "transfer_ticket": (
        "退回诉求",
        STAFF,
        "退回这件，不归我们管/这件不是我单位职责，退回/申请退回诉求/退回去，应该由交通局办/职责不符，退回",
    ),
    "assign_ticket": (
        "交办",
        ["office"],
        "把这件交办给自然资源局/改派给住建局/这件转给税务局办/交给人社局处理/派给供电公司",
    ),
    "out_of_scope": (
        "与助企服务无关的话",
        EVERYBODY,
        "今天天气怎么样/给我讲个笑话/帮我订一张电影票/股票明天涨不涨/孩子作业怎么做/晚上吃什么好",
    ),
}
"""Title, roles and sentences by intent."""
TOPICAL: dict[str, tuple[str, dict[str, str]]] = {
    "report_issue": (
        "反映问题",
        {
            "energy": "车间停电了没人来修/我们厂老是停电/电压不稳机器转不动/变压器坏了一直没人管/天然气又停了",
            "land": "厂房的地证办不下来/土地手续卡了半年/门口的路被占了车进不来/规划许可一直批不下来",
        },
    ),
    "ask_policy": (
        "咨询政策",
        {
            "talent": "招硕士一年补多少/人才补贴有什么政策/招大学生有没有补贴",
            "finance": "贷款贴息怎么申请/企业上市奖励多少钱/有没有贴息政策",
        },
    ),
}


def write_content(root: Path) -> Path:
    """Write the small content; word lists and the policy document are the product's own."""
    intents, policies = root / "intents", root / "policy_faq"
    intents.mkdir(parents=True)
    policies.mkdir()
    for name in ("_lexicon.yaml", "_slots.yaml"):
        shutil.copy(content_root() / "intents" / name, intents / name)
    for name in ("_profile.yaml", "_measures.yaml", POLICY):
        shutil.copy(content_root() / "policy_faq" / name, policies / name)
    for key, (title, roles, says) in SENTENCES.items():
        _write(intents, {"id": key, "title": title, "roles": roles, "says": says.split("/")})
    for key, (title, by_topic) in TOPICAL.items():
        slots = ["topic", "description"] if key == "report_issue" else []
        sentences = {topic: says.split("/") for topic, says in by_topic.items()}
        _write(intents, {"id": key, "title": title, "roles": EVERYBODY, "slots": slots, "says_by_topic": sentences})
    return root


def _write(folder: Path, intent: dict[str, Any]) -> None:
    (folder / f"{intent['id']}.yaml").write_text(yaml.safe_dump(intent, allow_unicode=True), encoding="utf-8")


@dataclass(repr=False)  # a whole product: writing it out takes minutes
class Talker:
    """One person at one keyboard."""

    town: "Town"
    sender: str
    memory: Memory = field(default_factory=Memory)
    buttons: dict[str, str] = field(default_factory=dict)

    def says(self, text: str, *, button: str = "", message_id: str = "") -> str:
        """Say something; return all that is answered."""
        town = self.town
        town.sent += 1
        town.now += timedelta(seconds=20)
        message = InboundMessage(
            channel="terminal",
            message_id=message_id or str(town.sent),
            conversation_id=self.sender,
            sender_id=self.sender,
            text=text,
            button=button,
            sent_at=town.now,
        )
        with town.database.write() as session:
            self.memory, replies = town.product.reception.respond(session, message, self.memory, town.now)
        self.memory = Memory.from_json(self.memory.as_json())
        self.buttons = {one.label: one.value for reply in replies for one in reply.buttons}
        return "\n".join(as_plain_text(reply) for reply in replies)

    def presses(self, label: str) -> str:
        """Press a button of the last answer."""
        return self.says("", button=self.buttons[label])


@dataclass(repr=False)  # a whole product: writing it out takes minutes
class Town:
    """The demo county over the small content."""

    settings: Settings
    product: Product
    database: Database
    vault: Vault
    now: datetime
    sent: int = 0

    @property
    def keeping(self) -> Keeping:
        return self.product.keeping

    @property
    def review(self) -> Review:
        return Review(self.keeping, self.settings.content_dir / "intents", self.settings.own_intents)

    def person(self, person_id: str) -> Talker:
        """Return a person of the directory, bound to an account."""
        talker = Talker(self, f"sender-{person_id}")
        talker.says("你好")
        with self.database.write() as session:
            account = session.scalars(select(Account).where(Account.sender_id == talker.sender)).one()
            self.product.accounts.bind(session, account, session.get_one(Person, person_id), self.now)
        return talker

    def kept(self) -> list[Kept]:
        """Return everything kept, the oldest first."""
        with self.database.read() as session:
            return self.review.all_messages(session)

    def rows(self) -> list[MessageForReview]:
        return [one.row for one in self.kept()]

    def label(self, kept: Kept, intent: str, **options: str) -> Path | None:
        """Label a message; return the file that was written."""
        planned = self.review.plan(kept, intent, **options)
        with self.database.write() as session:
            return self.review.label(session, planned, self.now).file

    def clock(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def small_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small content, never changed, with the folder its models are kept in."""
    return write_content(tmp_path_factory.mktemp("small"))


@pytest.fixture
def settings(small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A deployment that may change its content; what the small content teaches is trained once for all tests."""
    content = tmp_path / "content"
    shutil.copytree(small_content, content, ignore=shutil.ignore_patterns("cache"))
    return Settings(
        content_dir=content,
        data_dir=tmp_path / "var",
        cache_dir=small_content / "cache",
        semantic=False,
        review={"below": 0.4, "outside_below": 0.9},  # type: ignore[arg-type]  (read as from the environment)
    )


@pytest.fixture
def town(settings: Settings, database: Database, now: datetime) -> Town:
    """The county in use, once on each engine."""
    content = load_content(settings)
    understander = load_language(settings, content)
    desk = make_policy_desk(content, understander.cut)
    vault = load_vault(settings.key_file)
    with database.write() as session:
        WorldImport(vault, now, demo=True).run(session, content.world)
    made: list[Town] = []
    product = build(settings, content, understander, desk, database, vault, lambda: made[0].now)
    made.append(Town(settings, product, database, vault, now))
    return made[0]

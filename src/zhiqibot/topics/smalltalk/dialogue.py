"""Greetings, thanks, help, hand-over to a person, and a kind word for what is none of our business."""

import re
from dataclasses import dataclass

from zhiqibot.content.county import County
from zhiqibot.core.clock import local
from zhiqibot.core.messages import Button, OutboundMessage
from zhiqibot.core.people import Speaker
from zhiqibot.dialogue.choices import is_place
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.directory import Directory, PersonCard
from zhiqibot.directory.model import Person, Role
from zhiqibot.outbox.outbox import Notice, Outbox

_WHO_ARE_YOU = re.compile(
    r"^(?:请问|那)?(?:你|您)(?:到底)?(?:是谁|是啥|是什么(?:人|东西)?|叫什么(?:名字)?|叫啥|是哪里的|哪位)[啊呀呢的]*[?？。]*$"
    r"|^(?:你|您)(?:到底)?是(?:不是)?(?:真人|人|机器人?|人工(?:智能)?|AI|ai|电脑)(?:还是(?:真人|人|机器人?))?(?:在回复?|客服)?[吗么啊呀呢不吧]*[?？。]*$"
)
LONGEST_ASIDE = 16
_CURSES = re.compile(r"妈的|他妈|tmd|操你|我操|卧槽|傻[逼x叉]|狗日|王八|混蛋|娘的|日你|艹|滚蛋", re.IGNORECASE)
_GOES_HIGHER = re.compile(
    r"(?:找|告到?|打给?).{0,4}(?:市长|县长|书记|省长|省里|北京|纪委|12345|市民热线|信访|国务院|记者|电视台|媒体|抖音|网上)|上访|曝光|(?:拨打?|打)12345|告(?:你们?|恁们?|他们)去?"
)
"""Said in anger while a case waits: no request of its own."""
_FILES = frozenset({"report_issue", "apply_policy"})
_DESPAIRS = re.compile(
    r"(?:不想|活不|不愿)活(?:了|下去)|想死的心|去死算了|死了算了|自杀|轻生|(?:要|想|去)跳楼(?!价)|寻短见|喝农药|上吊"
)
_CONTENT = re.compile("[👍👌🙏🤝💪❤🌹😊😄🙂]")
SURELY = 0.97
_CALLS = re.compile(
    r"人工|真人|活人|客服|(?<![个名位多招工用雇])人(?:来|在|吗|呢|没|不|接|管|跟|和|给|问|谈|聊|说|啊|吧|[?？。!！]|$)|谁|哪个|领导|热线|联系|电话|号码|打给|干部|专员|机器|懂|同志"
    r"|说话|聊|办事员|面谈|当面|答非所问|负责|主任|科长|经理|经办|专班|值班|帮.{0,2}问|师傅|管事|接线|对接|出来|转[接给到]?|叫个|喊|请[个位]|派"
)
"""Signs that somebody is wanted; calling people on a guess costs them and the person a telephone call."""
_NEW_PHONE = re.compile(
    r"换(?:了)?(?:个)?(?:手机|电话)?号|(?:手机|电话)号?换了|(?:公司|企业|厂)?改名(?:字)?了|换了?(?:手机|微信)"
)
_WHICH_PHONE = re.compile(r"(?:电话|号码|手机号?)(?:是)?(?:多少|几|呢|给我|发我)|^电话$|怎么联系|咋联系|再说.{0,3}电话")

MENU = {
    Role.ENTERPRISE: (
        ("反映问题", "intent:report_issue"),
        ("查进度", "intent:ticket_status"),
        ("问政策", "do:policy_menu"),
        ("活动报名", "intent:list_events"),
        ("能享受哪些政策", "intent:match_policy"),
        ("转人工", "intent:human_agent"),
    ),
    Role.CADRE: (
        ("我的任务", "intent:my_tasks"),
        ("走访记录", "intent:log_visit"),
        ("代企业反映", "intent:report_issue"),
        ("问政策", "do:policy_menu"),
        ("活动安排", "intent:list_events"),
    ),
    Role.CLERK: (
        ("我的任务", "intent:my_tasks"),
        ("反馈进展", "intent:progress_update"),
        ("办结", "intent:resolve_ticket"),
        ("问政策", "do:policy_menu"),
    ),
    Role.OFFICE: (
        ("待办诉求", "intent:my_tasks"),
        ("统计台账", "intent:report_stats"),
        ("发通知", "intent:broadcast"),
        ("新建场次", "intent:create_event"),
        ("活动安排", "intent:list_events"),
    ),
}


@dataclass(frozen=True)
class Smalltalk:
    """The handlers."""

    directory: Directory
    outbox: Outbox
    county: County

    def greet(self, turn: Turn) -> Reply:
        hour = local(turn.now).hour
        part = (
            "早上好" if 5 <= hour < 11 else "中午好" if 11 <= hour < 13 else "下午好" if 13 <= hour < 18 else "晚上好"
        )
        turn.memory.missed = 0
        name = f"，{turn.speaker.name}" if turn.speaker.bound and turn.speaker.name else ""
        return say(
            f"{part}{name}！您好，我是智企助手，在的。遇到问题、想问政策、报名活动，直接用平常说话的方式告诉我就行。",
            buttons=self.menu(turn.speaker),
        )

    def help(self, turn: Turn) -> Reply:
        if turn.speaker.role == Role.ENTERPRISE:
            items = [
                "反映问题：“车间停电了”“货款被拖欠”，登记后有编号、有期限，我会一直告诉您进展",
                "查进度、催办、补充、评价：“到哪一步了”“催一下”“0003号不满意”",
                "问政策：“新三板挂牌奖多少”“招硕士有补贴吗”，答复都注明文件和条款",
                "政策匹配：“我们能享受哪些政策”",
                "活动：畅聊早餐会、晚茶会、大讲堂的场次查询、报名、改期、取消",
                "有人上门检查：发备案号给我核验",
                "想找人：回复“转人工”",
            ]
        elif turn.speaker.role == Role.OFFICE:
            items = [
                "待办与交办：“有哪些待交办的”“把ZQ…交办给自然资源局”",
                "督办与统计：“ZQ…挂牌督办”“统计一下这个月的台账”",
                "发通知：“给产业集聚区的企业发个通知，……”先看对象数量和预览，确认才发",
                "活动：“新建一场银企对接会，12月9号下午3点……”",
            ]
        else:
            items = [
                "我的任务：“我手上有哪些活”",
                "签收、进展、办结：“0003号签收”“0003号已到现场……”“0003号办结，……”",
                "退回、延期：“退回0003号，理由是……”“0003号延期到12月10日”",
                "走访记录：“今天走访了瑞泰纺织，……”",
                "代企业反映问题、查政策、看活动安排也都可以",
            ]
        return say("我能帮您办这些事，直接说就行：", items=items, buttons=self.menu(turn.speaker))

    def aside(self, turn: Turn) -> Reply | None:
        """Say who speaks here, how to change a number, and repeat the telephone after 转人工."""
        said = turn.text.strip()
        office = self.county.office
        if _DESPAIRS.search(said):
            return say(
                "您先别急，人比什么都要紧。要是身边有危险，请马上打 110 或 120；心里实在难受，可以打全国心理援助热线 12356，有人听您说。\n"
                f"企业上的难处我们一起想办法：回复“转人工”，我马上请{office.name}的人联系您（{office.phone}）。",
                buttons=[button("转人工", "intent:human_agent", primary=True)],
            )
        if _WHO_ARE_YOU.search(said):
            return say(
                f"我是{office.name}的智企助手，是机器人程序，不是真人。诉求都由承办单位和助企干部来办，我负责登记、提醒和答疑；"
                "想直接找人，回复“转人工”。",
                buttons=self.menu(turn.speaker)[:4],
            )
        angry = len(said) <= LONGEST_ASIDE and _GOES_HIGHER.search(said) and turn.act.intent != "urge_ticket"
        if turn.speaker.role == Role.ENTERPRISE and angry:
            return self._calms(turn)
        if len(said) <= LONGEST_ASIDE and _NEW_PHONE.search(said):
            return say(
                f"换手机号或企业改名，需要工作人员核对后更新：请打{office.name} {office.phone}，或者告诉您的包联干部。"
            )
        if turn.memory.intent == "human_agent" and len(said) <= LONGEST_ASIDE and _WHICH_PHONE.search(said):
            return say("联系电话：", items=self._phones(turn))
        return None

    def _calms(self, turn: Turn) -> Reply:
        """Own that it took too long, and say what can be done here and now."""
        number = turn.memory.recent.get("ticket")
        more = [button("催办", "intent:urge_ticket", primary=True), button("查看进度", f"do:ticket:{number}")]
        what = (
            f"{number} 我可以马上催办，超期的会报挂牌督办；"
            if number
            else "没登记过的，把事情发给我，马上登记、有编号有期限；"
        )
        return say(
            f"让您着急了，实在抱歉。{what}想直接找人说，回复“转人工”，{self.county.office.name}（{self.county.office.phone}）会尽快联系您。"
            "反映工作人员的问题走保密通道，被反映的人看不到。您向上级反映是您的权利，我这里照常接着办。",
            buttons=[*(more if number else []), button("转人工", "intent:human_agent")],
        )

    def thanks(self, turn: Turn) -> Reply:
        return say("不客气，这是应该的。有事随时找我。")

    def goodbye(self, turn: Turn) -> Reply:
        return say("再见，祝生意兴隆！有事随时发消息给我，我一直在。")

    def nothing_open(self, turn: Turn) -> Reply:
        """A yes or no, or “第二个”, while nothing was asked."""
        if is_place(turn.text):
            text = "我这里没有列出可以选的事项。您要办哪一件？说编号或说事情都行，比如“查进度”“我要报早餐会”。"
            return say(text, buttons=self.menu(turn.speaker)[:3])
        return say("好的。目前没有等您确认的事项；要办什么直接告诉我就行。", buttons=self.menu(turn.speaker)[:3])

    def already_filed(self, turn: Turn) -> Reply | None:
        """A second yes right after something was filed."""
        number = turn.memory.recent.get("ticket") if turn.memory.intent in _FILES else None
        if not number:
            return None
        text = f"刚才那件已经登记好了，编号 {number}，不用再确认。有进展会在这里告诉您。"
        return say(text, buttons=[button("查看进度", f"do:ticket:{number}")])

    def out_of_scope(self, turn: Turn) -> Reply:
        if _CURSES.search(turn.text):
            number = turn.memory.recent.get("ticket")
            more = [button("查看进度", f"do:ticket:{number}")] if number else []
            text = "让您着急上火了，实在抱歉。哪里没办好您直接说，我来催、来补充；想找人当面说，回复“转人工”。"
            return say(text, buttons=[*more, button("转人工", "intent:human_agent")])
        turn.memory.missed += 1
        if turn.memory.missed > 1:
            return say(
                "这个我也帮不上。企业上的事，比如停水停电、招工、贷款、补贴、办证，直接说就行；想找人请回复“转人工”。"
            )
        return say(
            "这件事不在助企服务范围内，我帮不上忙，抱歉。\n我可以帮企业反映问题、查办理进度、问惠企政策、报名活动；"
            f"别的事情可以咨询{self.county.office.name}（{self.county.office.phone}）。",
            buttons=self.menu(turn.speaker)[:4],
        )

    def puzzled(self, turn: Turn) -> Reply:
        """Nothing readable was said (emoji, a lone sign)."""
        if _CONTENT.search(turn.text):
            return say("收到，您满意就好。有事随时说，我来帮您。")
        return say(
            "收到。请用一两句话说说要办的事，我来帮您，比如“车间停电了”或“早餐会怎么报名”。",
            buttons=self.menu(turn.speaker),
        )

    def human(self, turn: Turn) -> Reply:
        """Give the linked cadre's and the duty desk's contact, and tell both that somebody wants them."""
        if turn.text and turn.act.confidence < SURELY and not _CALLS.search(turn.text):
            return say(
                "您是要找工作人员吗？是的话回复“转人工”，我马上通知；不是的话，请把要办的事再说一遍。",
                buttons=[button("转人工", "intent:human_agent")],
            )
        cadre = self._cadre(turn)
        people = [person.id for person in self.directory.office(turn.session)] + ([cadre.id] if cadre else [])
        self._tell(turn, people)
        head = (
            "好的，已经通知工作人员尽快联系您。着急的话可以直接打电话：" if turn.speaker.bound else "您可以直接联系："
        )
        return say(head, items=self._phones(turn))

    def _phones(self, turn: Turn) -> list[str]:
        cadre, office = self._cadre(turn), self.county.office
        lines = (
            [f"您的包联干部：{cadre.name}（{cadre.organisation} {cadre.title}），电话 {cadre.phone}"] if cadre else []
        )
        return [*lines, f"值班台：{office.name}，电话 {office.phone}（工作日 8:00–18:00）"]

    def menu(self, speaker: Speaker) -> list[Button]:
        """Return the main entries for a role."""
        entries = MENU.get(Role(speaker.role), MENU[Role.OFFICE])
        return [button(label, value, primary=position == 0) for position, (label, value) in enumerate(entries)]

    def _cadre(self, turn: Turn) -> PersonCard | None:
        if not turn.speaker.enterprise_id:
            return None
        found = self.directory.linked_cadre(turn.session, turn.speaker.enterprise_id, local(turn.now).date())
        return self.directory.card(turn.session, found) if found else None

    def _tell(self, turn: Turn, people: list[str]) -> None:
        speaker = turn.speaker
        person = turn.session.get(Person, speaker.person_id) if speaker.person_id else None
        if person is None:  # a stranger leaves no contact to call back
            return
        who = self.directory.card(turn.session, person)
        text = f"【转人工】{who.organisation} {who.name}（{who.phone}）请求人工服务，请尽快联系。"
        hour = local(turn.now).strftime("%Y%m%d%H")
        notices = [Notice(f"human:{speaker.person_id}:{hour}:{p}", p, OutboundMessage(text=text)) for p in people]
        self.outbox.notify(turn.session, notices, turn.now)


def register(router: Router, smalltalk: Smalltalk) -> None:
    """Register small talk and the fall-backs."""
    router.on("greet")(smalltalk.greet)
    router.on("help")(smalltalk.help)
    router.on("thanks")(smalltalk.thanks)
    router.on("goodbye")(smalltalk.goodbye)
    router.on("human_agent")(smalltalk.human)
    router.on("out_of_scope")(smalltalk.out_of_scope)
    for intent in ("affirm", "deny", "cancel"):
        router.on(intent)(smalltalk.nothing_open)
    router.asides.append(smalltalk.aside)
    router.offers.append(smalltalk.already_filed)
    router.fallback = smalltalk.puzzled

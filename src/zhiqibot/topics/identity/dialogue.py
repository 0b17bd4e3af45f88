"""绑定身份 by chat: the invitation code decides; a company name or USCC alone binds nobody."""

import re
from dataclasses import dataclass, replace

from zhiqibot.content.county import County
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.core.numbers import is_uscc
from zhiqibot.core.people import Speaker
from zhiqibot.dialogue.forms import Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Account, Enterprise, Person, Role
from zhiqibot.outbox.outbox import Outbox

_CODE = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{2,4}-[0-9A-Za-z]{4,16})(?![0-9A-Za-z-])")
_ABOUT_BINDING = re.compile(
    r"绑定|绑上|给我绑|邀请码|[没无].{0,4}(?:码|号)|什么码|啥码|哪.{0,4}(?:码|领|要|拿)|怎么(?:弄|领|绑|办)|咋(?:弄|领|绑|办)|我是(?:老板|法人|负责人|经理|会计)"
)
_NAME = re.compile(r"(?:有限公司|责任公司|股份公司|公司|合作社|厂)[的呀啊吧]*$")
LONGEST_NAME = 30
ROLE_TITLES = {
    Role.CADRE: "助企干部",
    Role.CLERK: "承办单位经办人",
    Role.OFFICE: "助企办工作人员",
    Role.SUPERVISOR: "监督人员",
}


def code_said(hearing: Hearing) -> str | None:
    """Read an invitation code; a bare answer without blanks may be one, too."""
    match = _CODE.search(hearing.text)
    if match and not match[1].upper().startswith("ZQ"):
        return match[1].upper()
    bare = hearing.text.strip()
    return (
        bare.upper()
        if hearing.asked and re.fullmatch(r"[0-9A-Za-z-]{6,24}", bare) and not is_uscc(bare.upper())
        else None
    )


@dataclass(frozen=True)
class Binding:
    """What binding needs: the code."""

    code: str = question(
        "请把邀请码发给我（助企办或包联干部发给贵企业的，形如 FC-XXXXX）。\n出于保密，只凭企业名称或统一社会信用代码不能绑定。",
        read=code_said,
        label="邀请码",
        example="FC-AB12C",
    )


@dataclass(frozen=True)
class Identity:
    """The handlers."""

    accounts: Accounts
    directory: Directory
    outbox: Outbox
    county: County

    def bind(self, turn: Turn, form: Binding) -> Reply:
        """Redeem the code; what waited for this person is sent now."""
        speaker = turn.speaker
        account = self.accounts.of_sender(turn.session, speaker.channel, speaker.account, speaker.sender_id)
        person = self.accounts.redeem(turn.session, _known(account), form.code, turn.now)
        turn.speaker = self.speaker(turn, person)
        waiting = self.outbox.revive(turn.session, person.id, turn.now)
        return [self._welcome(turn, person), *([say(f"有 {waiting} 条之前的通知，马上发给您。")] if waiting else [])]

    def aside(self, turn: Turn) -> Reply | None:
        """Explain, in other words each time, how one gets a code; everything that may be a code is left to the form."""
        form, said = turn.open_form, turn.text.strip()
        if code_said(Hearing(said, turn.slots, turn.now, turn.speaker, asked=True)):
            return None
        if not (_ABOUT_BINDING.search(said) or is_uscc(said.upper()) or self._names_enterprise(turn)):
            return None
        office = self.county.office
        ways = (
            f"邀请码由{office.name}或您的包联干部发给企业，是为了不让别人冒用贵公司的名义，所以我不能只凭名称或口头说明绑定。"
            f"没有的话，打{office.name}电话 {office.phone}，说明企业名称和您的身份，核对后就会给您，发到这里马上办好。",
            f"明白，您手头还没有邀请码。最快的办法：现在打 {office.phone} 找{office.name}，或者直接问您的包联干部要；"
            "拿到后把那串字母和数字原样发来就行。",
            f"抱歉，这一步我没法代您跳过，号码得由工作人员核对后给您。{office.name} {office.phone}（工作日 8:00–18:00）；"
            "事情着急可以在电话里直接说，先办着，绑定随后再补。",
        )
        told = form.tries % len(ways)
        form.tries += 1
        return say(ways[told], buttons=[button("转人工", "intent:human_agent"), button("先不绑了", "cancel")])

    def _names_enterprise(self, turn: Turn) -> bool:
        """Tell whether nothing but an enterprise's name was said."""
        said = turn.text.strip()
        return len(said) <= LONGEST_NAME and bool(_NAME.search(said))

    def speaker(self, turn: Turn, person: Person) -> Speaker:
        """Return the speaker as they are from now on."""
        enterprise = turn.session.get(Enterprise, person.enterprise_id) if person.enterprise_id else None
        return replace(
            turn.speaker,
            person_id=person.id,
            role=person.role,
            name=self.directory.name(person),
            enterprise_id=person.enterprise_id,
            enterprise_name=enterprise.name if enterprise else "",
            region=enterprise.region if enterprise else "",
            unit_id=person.unit_id,
        )

    def _welcome(self, turn: Turn, person: Person) -> OutboundMessage:
        card = self.directory.card(turn.session, person)
        who = card.organisation or ROLE_TITLES.get(Role(person.role), "")
        role = ROLE_TITLES.get(Role(person.role), "企业联系人")
        privacy = "您的姓名和电话只用于办理诉求、活动和政策提醒，加密保存；不想用了随时可以联系助企办解除绑定。"
        return say(f"绑定成功：{who}，{role}{card.name}，您好！\n{privacy}")


def _known(account: Account | None) -> Account:
    if account is None:  # the pipeline makes the account before any handler runs
        raise LookupError("no account for this sender")
    return account


def register(router: Router, identity: Identity) -> None:
    """Register 绑定身份."""
    router.form("bind_identity", Binding, title="绑定企业身份", aside=identity.aside)(identity.bind)

"""Every error of zhiqibot.

BotError
├── PersonError       shown as it stands: the person can put it right (NotFound, NotAllowed, Conflict ...)
├── ChannelError      never shown
│   ├── SignatureInvalid   answer 403
│   ├── PayloadInvalid     answer 400
│   ├── DeliveryFailed     try again later
│   └── DeliveryRefused    never try again
└── ContentError      stops the start and lists every mistake in the YAML files
"""


class BotError(Exception):
    """`text` is a template; the facts given on raising fill it, and `str(error)` is the result."""

    text = "抱歉，系统出了点问题，已通知管理员，请稍后再试。"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.text.format(**facts))
        self.facts = facts


class PersonError(BotError):
    """Something the person can put right; the dialogue sends `str(error)` as the reply."""


class NotFound(PersonError):
    """The thing does not exist, or must look as if it did not."""

    text = "没有找到{what}，请核对后再发给我；也可以发“我的诉求”查看您的全部记录。"


class NotAllowed(PersonError):
    """The person's role does not allow it."""

    text = "抱歉，{what}需要{who}权限，您当前的身份不能操作。如需办理，请发“转人工”，我帮您联系值班人员。"


class Conflict(PersonError):
    """The thing is in a state that does not allow it; `reason` says which and what to do."""

    text = "{reason}"


class ChannelError(BotError):
    """A platform's side of things; never shown to a person."""


class SignatureInvalid(ChannelError):
    """The request was not signed by the platform."""

    text = "signature of {channel} is not valid"


class PayloadInvalid(ChannelError):
    """The request was signed but cannot be read."""

    text = "payload of {channel} cannot be read: {reason}"


class DeliveryFailed(ChannelError):
    """The platform did not take the message this time; `retry_after_s` (seconds or None) is its own advice."""

    text = "{channel} did not take the message: {reason}"

    def __init__(self, *, channel: str, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(channel=channel, reason=reason)
        self.retry_after_s = retry_after_s


class DeliveryRefused(ChannelError):
    """The platform will never take this message for this recipient (left, blocked, unknown)."""

    text = "{channel} refused the message: {reason}"


class ContentError(BotError):
    """Mistakes in YAML content or settings, one a line as `file: field: reason`."""

    text = "{mistakes}"

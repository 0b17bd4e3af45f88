"""Settings: environment variables `ZHIQIBOT_…` or a `.env` file; every one has a default for the embedded demo."""

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict
from pydantic_settings import BaseSettings, SettingsConfigDict

from zhiqibot.content.reading import content_root, demo_folder, holidays_folder


class ForeignOverride(BaseModel):
    """Written permission to run a foreign channel under the government profile."""

    model_config = ConfigDict(frozen=True)
    reason: str
    approved_by: str
    date: str


class TelegramAccount(BaseModel):
    """A Telegram bot; polling needs no public address."""

    model_config = ConfigDict(frozen=True)
    token: str
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    secret: str = ""
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    proxy: str | None = None


class WeComAccount(BaseModel):
    """A self-built app of 企业微信; `base_url` also serves a private 政务微信."""

    model_config = ConfigDict(frozen=True)
    corp_id: str
    agent_id: int
    secret: str
    callback_token: str
    encoding_aes_key: str
    base_url: str = "https://qyapi.weixin.qq.com"
    card_link: str = ""
    """Address a card without buttons opens; empty: such a card is sent as text."""
    proxy: str | None = None


class ReviewLimits(BaseModel):
    """Which messages are kept for review (待复核), how many and for how long."""

    model_config = ConfigDict(frozen=True)
    below: float = 0.4
    """A request read with less confidence than this is kept, even if the product acted on it."""
    outside_below: float = 0.9
    """The same for a message taken to be none of our business."""
    per_day: int = 200
    """Most that are kept in 24 hours; 0 keeps none."""
    most_open: int = 1000
    """Most that wait at a time."""
    days: int = 90
    """How long a kept message stays, whatever became of it."""


class Settings(BaseSettings):
    """All settings of one deployment."""

    model_config = SettingsConfigDict(
        env_prefix="ZHIQIBOT_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )
    database_url: str = ""
    """Empty: SQLite in `data_dir`. `postgresql://…` is all that is needed for PostgreSQL."""
    data_dir: Path = Path("var")
    cache_dir: Path = Path(platformdirs.user_cache_dir("zhiqibot"))
    """Trained models, by content hash; safe to delete."""
    semantic: bool = True
    """Ask the semantic layer, where it is installed, about messages the linear model is unsure of."""
    content_dir: Path = content_root()
    """Holds `intents/` and `policy_faq/`."""
    intents_local: Path | None = None
    """The operator's own sentences, added to those of `intents/`; None: `intents.local` in `data_dir`."""
    review: ReviewLimits = ReviewLimits()
    county_dir: Path = demo_folder()
    holidays_dir: Path = holidays_folder()
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    """Where people reach the web side (https://zq.example.gov.cn), for links in messages; empty: host and port."""
    demo: bool = False
    """Lets a visitor of the web chat pick who to be; never on in production."""
    profile: Literal["standard", "government"] = "standard"
    crypto_suite: Literal["intl", "gm"] = "intl"
    handlers: int = 0
    """Handling threads; 0: one on SQLite, three on PostgreSQL."""
    allowed_origins: list[str] = []
    """Origins other than our own that may open the web chat's socket (an embedding portal)."""
    trusted_proxies: list[str] = []
    """Addresses whose X-Forwarded-For is believed (nginx on the same machine: 127.0.0.1)."""
    metrics_token: str = ""
    """Bearer token for /metrics; without one only this machine may read it."""
    telegram: dict[str, TelegramAccount] = {}
    """By account name."""
    wecom: dict[str, WeComAccount] = {}
    allow_foreign: ForeignOverride | None = None

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'zhiqibot.db'}"

    @property
    def own_intents(self) -> Path:
        """The folder of the operator's own sentences; need not exist."""
        return self.intents_local or self.data_dir / "intents.local"

    @property
    def base_url(self) -> str:
        """What links in messages begin with, without a closing slash."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  (compared, not bound)
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def key_file(self) -> Path:
        return self.data_dir / "keys.yaml"

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
    county_dir: Path = demo_folder()
    holidays_dir: Path = holidays_folder()
    host: str = "127.0.0.1"
    port: int = 8080
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
    def key_file(self) -> Path:
        return self.data_dir / "keys.yaml"

"""The person behind a message, as every part of the product needs them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Speaker:
    """Who speaks; `person_id` is None for a stranger who has not bound yet."""

    person_id: str | None
    role: str
    """enterprise, cadre, clerk, office or supervisor."""
    name: str = ""
    enterprise_id: str | None = None
    enterprise_name: str = ""
    region: str = ""
    """Where in the county the enterprise lies."""
    unit_id: str | None = None
    thread_key: str = ""
    channel: str = ""
    account: str = ""
    sender_id: str = ""

    @property
    def language_role(self) -> str:
        """The role as understanding knows it: enterprise, cadre or office."""
        return {"clerk": "cadre", "supervisor": "office"}.get(self.role, self.role)

    @property
    def bound(self) -> bool:
        return self.person_id is not None

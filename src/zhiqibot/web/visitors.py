"""Visitors of the web chat: a secret token in the browser, and the id the rest of the product knows.

The token is 192 random bits and a proof that this server made it, so nobody can pick a weak one. The id (address,
conversation and sender id at once) is a hash of it: whoever learns an id, from a log or a ticket, gains nothing.
The token travels in the first WebSocket message or in the X-Visitor header, never in a URL.
"""

import hashlib
import hmac
import re
import secrets

from zhiqibot.core.crypto import Vault

HEADER = "X-Visitor"
RANDOM_BYTES = 24
PROOF_CHARACTERS = 32
_FORM = re.compile(r"v1\.([A-Za-z0-9_-]{32})\.([0-9a-f]{32})")
_PURPOSE = "webchat visitor"


def new_token(vault: Vault) -> str:
    """Return the token of a new visitor."""
    random = secrets.token_urlsafe(RANDOM_BYTES)
    return f"v1.{random}.{_proof(vault, random)}"


def visitor_id(vault: Vault, token: str) -> str | None:
    """Return the id that belongs to a token; None unless this server made it."""
    match = _FORM.fullmatch(token)
    if not match or not hmac.compare_digest(match[2], _proof(vault, match[1])):
        return None
    return "w" + hashlib.sha256(f"{_PURPOSE}\0{match[1]}".encode()).hexdigest()[:32]


def _proof(vault: Vault, random: str) -> str:
    return vault.mac(random, _PURPOSE)[:PROOF_CHARACTERS]

"""Sealing of personal data at rest: one small protocol, two suites, key ids in every ciphertext.

A sealed value is `key id (1 byte) | suite (1 byte) | nonce (12) | ciphertext+tag`. The place it is stored in
(`table:column:row`) is bound in as associated data, so a ciphertext moved to another row does not open.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import yaml
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as crypto_hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32


class Unreadable(Exception):
    """A sealed value does not open: wrong key, wrong place or changed bytes."""


@lru_cache(maxsize=16)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


class Suite(Protocol):
    """One set of algorithms; `number` is what a ciphertext carries."""

    number: int

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes: ...
    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes: ...
    def mac(self, key: bytes, data: bytes) -> bytes: ...


class InternationalSuite:
    """AES-256-GCM and HMAC-SHA-256."""

    number = 1

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        return _aes(key).encrypt(nonce, plain, place)

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        return _aes(key).decrypt(nonce, sealed, place)

    def mac(self, key: bytes, data: bytes) -> bytes:
        return hmac.digest(key, data, "sha256")


class ChineseSuite:
    """SM4-GCM and HMAC-SM3 (国密); the key is the first half of the 32 bytes for SM4."""

    number = 2

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(place)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(place)
        return decryptor.update(body) + decryptor.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        signer = crypto_hmac.HMAC(key, hashes.SM3())
        signer.update(data)
        return signer.finalize()


SUITES: Mapping[str, Suite] = {"intl": InternationalSuite(), "gm": ChineseSuite()}
_BY_NUMBER = {suite.number: suite for suite in SUITES.values()}


@dataclass(frozen=True)
class Vault:
    """Seals and opens text; `keys` maps key id (0–255) to 32 bytes, `active` names the one for new values."""

    keys: Mapping[int, bytes]
    active: int
    suite: Suite

    def seal(self, text: str, table: str, column: str, row: str) -> bytes:
        """Return `text` encrypted for this one place."""
        nonce = os.urandom(NONCE_BYTES)
        place = f"{table}:{column}:{row}".encode()
        body = self.suite.encrypt(self._key(self.active, b"seal"), nonce, text.encode(), place)
        return bytes((self.active, self.suite.number)) + nonce + body

    def open(self, sealed: bytes, table: str, column: str, row: str) -> str:
        """Return the text sealed for this place; raise Unreadable when it was not, or was changed."""
        place = f"{table}:{column}:{row}".encode()
        try:
            suite = _BY_NUMBER[sealed[1]]
            key = self._key(sealed[0], b"seal")
            return suite.decrypt(key, sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :], place).decode()
        except (InvalidTag, KeyError, IndexError, ValueError) as error:
            raise Unreadable(place.decode()) from error

    def mac(self, text: str, purpose: str) -> str:
        """Return a blind index of `text` for look-ups by equality (hex, 64 characters)."""
        return self.suite.mac(self._key(min(self.keys), b"mac"), f"{purpose}\0{text}".encode()).hex()

    def _key(self, key_id: int, use: bytes) -> bytes:
        return _derived(self.keys[key_id], use)


_derived_keys: dict[tuple[bytes, bytes], bytes] = {}


def _derived(key: bytes, use: bytes) -> bytes:
    """One master key, one derived key per use; cached, because every message needs it."""
    known = _derived_keys.get((key, use))
    if known is None:
        known = _derived_keys[key, use] = hmac.digest(key, b"zhiqibot " + use, hashlib.sha256)
    return known


def new_vault(suite: str = "intl") -> Vault:
    """Return a vault with a fresh key that nobody keeps (in-memory worlds, tests)."""
    return Vault({1: os.urandom(KEY_BYTES)}, 1, SUITES[suite])


def load_vault(path: Path, suite: str = "intl") -> Vault:
    """Read the key file (YAML: `active`, `keys: {id: base64}`), creating it for this user alone when it is missing."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"active": 1, "keys": {1: base64.b64encode(os.urandom(KEY_BYTES)).decode()}}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yaml.safe_dump(content, file)
    stored = yaml.safe_load(path.read_text(encoding="utf-8"))
    keys = {int(number): base64.b64decode(key) for number, key in stored["keys"].items()}
    return Vault(keys, int(stored["active"]), SUITES[suite])

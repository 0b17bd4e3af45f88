"""WXBizMsgCrypt: the signed and encrypted envelope of 企业微信, 公众号 and 钉钉 callbacks.

Plain text is 16 random bytes, the length (4 bytes, big-endian), the message and the receiver's id, padded PKCS7-like to
32-byte blocks; AES-256-CBC with the first half of the key as IV; the signature is SHA-1 over the sorted parts.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from zhiqibot.core.errors import ContentError, PayloadInvalid, SignatureInvalid

BLOCK = 32
_AES_BLOCK = 16
_RANDOM = 16
_HEAD = _RANDOM + 4
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


class ReceiverWrong(SignatureInvalid):
    """The envelope is genuine but meant for another corp or app."""

    text = "message on {channel} is for another receiver"


class CiphertextInvalid(PayloadInvalid):
    """Signed, yet not what the platform's encryption gives: base64, block, padding or length is wrong."""


@dataclass(frozen=True)
class WxCrypto:
    """Seals and opens envelopes for one receiver.

    `receive_id` is the CorpID (企业微信 app), AppID (公众号), appKey (钉钉), or empty (企业微信 AI bot)."""

    channel: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    receive_id: str
    _key: bytes = field(init=False, repr=False, default=b"")

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.encoding_aes_key):
            raise ContentError(mistakes=f"{self.channel}: encoding_aes_key: 须为 43 位字母、数字、+ 或 /")
        if not self.token:
            raise ContentError(mistakes=f"{self.channel}: callback_token: 不能为空")
        object.__setattr__(self, "_key", base64.b64decode(self.encoding_aes_key + "="))

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return the signature the platform would put on these parts."""
        parts = "".join(sorted((self.token, timestamp, nonce, encrypted)))
        return hashlib.sha1(parts.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def verify(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Raise SignatureInvalid unless the platform signed these parts."""
        genuine = self.sign(timestamp, nonce, encrypted)
        if not hmac.compare_digest(genuine.encode(), signature.encode("utf-8", "surrogatepass")):
            raise SignatureInvalid(channel=self.channel)

    def open(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> bytes:
        """Verify, then decrypt; return the message. Raises SignatureInvalid, ReceiverWrong, CiphertextInvalid."""
        self.verify(signature, timestamp, nonce, encrypted)
        return self.decrypt(encrypted)

    def decrypt(self, encrypted: str) -> bytes:
        """Return the message of a ciphertext whose signature has been verified."""
        try:
            ciphertext = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise self._invalid("base64") from None
        if not ciphertext or len(ciphertext) % _AES_BLOCK:
            raise self._invalid("block")
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        pad = padded[-1]
        if not 1 <= pad <= BLOCK or padded[-pad:] != bytes([pad]) * pad:
            raise self._invalid("padding")
        plain = padded[:-pad]
        length = int.from_bytes(plain[_RANDOM:_HEAD], "big")
        if len(plain) < _HEAD or length > len(plain) - _HEAD:
            raise self._invalid("length")
        message, receiver = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
        if not hmac.compare_digest(receiver, self.receive_id.encode()):
            raise ReceiverWrong(channel=self.channel)
        return message

    def encrypt(self, message: bytes) -> str:
        """Return the ciphertext of a message to or from our receiver."""
        plain = os.urandom(_RANDOM) + len(message).to_bytes(4, "big") + message + self.receive_id.encode()
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def reply(self, message: bytes, timestamp: str, nonce: str) -> str:
        """Return the outer XML of a passive reply; `nonce` must be plain letters and digits."""
        encrypted = self.encrypt(message)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self.sign(timestamp, nonce, encrypted)}]]></MsgSignature>"
            f"<TimeStamp>{int(timestamp)}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:_AES_BLOCK]))

    def _invalid(self, reason: str) -> CiphertextInvalid:
        return CiphertextInvalid(channel=self.channel, reason=reason)

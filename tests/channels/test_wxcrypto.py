"""The envelope, both ways against wechatpy."""

import base64
import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiqibot.channels.payload import read_xml
from zhiqibot.channels.wxcrypto import CiphertextInvalid, ReceiverWrong, WxCrypto
from zhiqibot.core.errors import ContentError, PayloadInvalid, SignatureInvalid

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy.crypto import WeChatCrypto as OfficialAccountPeer
    from wechatpy.enterprise.crypto import WeChatCrypto as WeComPeer
    from wechatpy.exceptions import InvalidSignatureException

TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "ww1a2b3c4d5e6f7a8b"
OURS = WxCrypto("wecom", TOKEN, KEY, CORP)
TEXTS = ["车间又停电了", "hello world", "长" * 1334, "", "x" * 11, "尾\x00随\U0001f600"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("peer_class", "receiver"), [(WeComPeer, CORP), (OfficialAccountPeer, "wx49f0"), (WeComPeer, "")]
)
def test_what_the_peer_seals_we_open(text: str, peer_class: type, receiver: str) -> None:
    """对方加密的，我方验签解密得到原文。"""
    outer = read_xml(peer_class(TOKEN, KEY, receiver).encrypt_message(text, "n1", "1764000000"), "wecom")
    sealed, signature = outer.findtext("Encrypt") or "", outer.findtext("MsgSignature") or ""
    ours = WxCrypto("wecom", TOKEN, KEY, receiver)
    assert ours.open(signature, "1764000000", "n1", sealed).decode() == text


@pytest.mark.parametrize("text", TEXTS)
def test_what_we_seal_the_peer_opens(text: str) -> None:
    """我方加密的，对方验签解密得到原文。"""
    reply = OURS.reply(text.encode(), "1764000000", "n2")
    signature = read_xml(reply, "wecom").findtext("MsgSignature")
    opened = WeComPeer(TOKEN, KEY, CORP).decrypt_message(reply, signature, "1764000000", "n2")
    assert (opened.decode() if isinstance(opened, bytes) else opened) == text


def test_the_peer_refuses_our_envelope_with_another_signature() -> None:
    """签名被改，对方同样拒收。"""
    with pytest.raises(InvalidSignatureException):
        WeComPeer(TOKEN, KEY, CORP).decrypt_message(OURS.reply(b"x", "1", "n"), "0" * 40, "1", "n")


def test_the_faults_of_an_envelope_are_told_apart() -> None:
    """签名错、收件方错、密文坏，三种错误各不相同。"""
    sealed = WxCrypto("wecom", TOKEN, KEY, "other-corp").encrypt(b"x")
    with pytest.raises(ReceiverWrong):
        OURS.open(OURS.sign("1", "n", sealed), "1", "n", sealed)
    with pytest.raises(SignatureInvalid):
        OURS.open("é" * 40, "1", "n", sealed)
    for broken in ("", "!!!!", sealed[:-4], sealed[: len(sealed) // 2 // 4 * 4], "A" * 64):
        with pytest.raises((CiphertextInvalid, ReceiverWrong)):
            OURS.open(OURS.sign("1", "n", broken), "1", "n", broken)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_ciphertext_does_more_than_fail(noise: bytes) -> None:
    """任意密文要么解不开，要么收件方不符，不会有别的异常。"""
    with pytest.raises((PayloadInvalid, SignatureInvalid)):
        OURS.decrypt(base64.b64encode(noise).decode())


@pytest.mark.parametrize("key", ["", "short", KEY + "A", KEY[:-1] + "*"])
def test_a_wrong_key_stops_the_start(key: str) -> None:
    """密钥长度或字符不对，启动时就说清楚。"""
    with pytest.raises(ContentError, match="43"):
        WxCrypto("wecom", TOKEN, key, CORP)


def test_secrets_are_not_in_the_repr() -> None:
    """打印对象看不到密钥。"""
    assert not re.search(f"{TOKEN}|{KEY}", repr(OURS))

"""Sealing: both suites, published vectors, moved and changed values, rotation by key id."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.crypto import SUITES, ChineseSuite, InternationalSuite, Unreadable, Vault, load_vault, new_vault

PLACE = ("person", "phone", "p1")
VAULTS = {name: new_vault(name) for name in SUITES}


@pytest.fixture(params=["intl", "gm"])
def sealing(request: pytest.FixtureRequest) -> Vault:
    return VAULTS[request.param]


@given(st.text(), st.sampled_from(["intl", "gm"]))
def test_what_was_sealed_opens_again(text: str, suite: str) -> None:
    """两套算法下，任何文字封存后都能原样打开，密文里看不到原文。"""
    sealed = VAULTS[suite].seal(text, *PLACE)

    assert VAULTS[suite].open(sealed, *PLACE) == text
    assert len(text.encode()) < 4 or text.encode() not in sealed


@pytest.mark.parametrize("place", [("person", "phone", "p2"), ("person", "name", "p1"), ("ticket", "phone", "p1")])
def test_a_value_moved_elsewhere_does_not_open(sealing: Vault, place: tuple[str, str, str]) -> None:
    """密文挪到别的行、列、表就打不开。"""
    sealed = sealing.seal("13812345678", *PLACE)

    with pytest.raises(Unreadable):
        sealing.open(sealed, *place)


def test_a_changed_or_cut_value_does_not_open(sealing: Vault) -> None:
    """改动或截短任何一个字节都打不开，也只报“打不开”。"""
    sealed = sealing.seal("13812345678", *PLACE)
    spoilt = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]

    for wrong in (*spoilt, *(sealed[:n] for n in range(len(sealed))), sealed + b"x"):
        with pytest.raises(Unreadable):
            sealing.open(wrong, *PLACE)


def test_equal_texts_are_sealed_differently_and_indexed_equally(sealing: Vault) -> None:
    """同一电话两次封存密文不同，盲索引相同；用途不同，索引也不同。"""
    assert sealing.seal("1", *PLACE) != sealing.seal("1", *PLACE)
    assert sealing.mac("13812345678", "phone") == sealing.mac("13812345678", "phone")
    assert sealing.mac("13812345678", "phone") != sealing.mac("13812345678", "invitation")


def test_after_a_rotation_old_values_open_and_new_ones_carry_the_new_key(sealing: Vault) -> None:
    """换钥后旧值照样打开、索引不变，新值用新钥匙，只有旧钥匙的一方打不开新值。"""
    old = sealing.seal("旧值", *PLACE)
    rotated = replace(sealing, keys={**sealing.keys, 2: bytes(range(32))}, active=2)
    new = rotated.seal("新值", *PLACE)

    assert (rotated.open(old, *PLACE), new[0], old[0]) == ("旧值", 2, 1)
    assert rotated.mac("x", "phone") == sealing.mac("x", "phone")
    with pytest.raises(Unreadable):
        sealing.open(new, *PLACE)


def test_a_value_of_the_other_suite_opens_too(sealing: Vault) -> None:
    """算法随密文走：换用另一套算法后，从前的值照样打开。"""
    other = replace(sealing, suite=next(suite for suite in SUITES.values() if suite is not sealing.suite))

    assert other.open(sealing.seal("值", *PLACE), *PLACE) == "值"


def test_sm4_is_the_published_one() -> None:
    """SM4 与 GB/T 32907 附录的示例一致。"""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305  (the standard's own example)

    assert (encryptor.update(key) + encryptor.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm3_is_the_published_one() -> None:
    """SM3 与 GB/T 32905 附录的示例一致。"""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")

    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm4_gcm_is_the_one_of_rfc_8998() -> None:
    """SM4-GCM 与 RFC 8998 附录的示例一致（密文后接 16 字节标签）。"""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    place = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex("A" * 16 + "B" * 16 + "C" * 16 + "D" * 16 + "E" * 16 + "F" * 16 + "E" * 16 + "A" * 16)
    expected = (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )

    assert ChineseSuite().encrypt(key, nonce, plain, place).hex().upper() == expected
    assert ChineseSuite().decrypt(key, nonce, bytes.fromhex(expected), place) == plain


def test_aes_gcm_and_hmac_are_the_published_ones() -> None:
    """AES-256-GCM（NIST 示例）与 HMAC-SHA-256（RFC 4231 示例）一致。"""
    suite = InternationalSuite()

    assert suite.encrypt(bytes(32), bytes(12), bytes(16), b"").hex() == (
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    )
    assert suite.mac(b"Jefe", b"what do ya want for nothing?").hex().startswith("5bdcc146bf60754e6a042426089575c7")


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """密钥文件首次自动生成、仅本人可读，再次读取是同一把钥匙。"""
    path = tmp_path / "var" / "keys.yaml"
    sealed = load_vault(path).seal("值", *PLACE)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_vault(path, "gm").open(sealed, *PLACE) == "值"

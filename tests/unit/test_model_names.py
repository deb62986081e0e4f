"""File names from untrusted text: what comes out stays in its folder and deceives nobody."""

import re
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bitsgui.model.names import (
    FALLBACK_NAME,
    name_from_content_disposition,
    name_from_url,
    safe_file_name,
    unused_name,
)

RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL)


def assert_safe(name: str) -> None:
    assert name not in ("", ".", "..")
    assert not re.search(r'[/\\<>:"|?*]', name)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert not RESERVED.fullmatch(name)
    assert not name.startswith(".")
    assert not name.endswith(".")
    assert name == name.strip()
    assert len(name.encode()) <= 240


NASTY = st.text(st.sampled_from("./\\ aconul1.\x00\u202e\u3000\u00a0:*$%¹ﬁ語\ud800"), max_size=30)


@given(st.one_of(st.text(), NASTY, st.text(max_size=600)))
@example("..")
@example(". .bashrc")
@example("a.\u3000.")
@example("\u202e.\u202e.")
@example("nul\u200b.txt")
@example("\uff0e\uff0e")
@example("x" * 239 + ". " + "y" * 300)
def test_any_text_makes_a_safe_name(text: str) -> None:
    assert_safe(safe_file_name(text))


@given(st.one_of(st.text(), NASTY))
def test_a_safe_name_stays_as_it_is(text: str) -> None:
    name = safe_file_name(text)
    assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("file.txt", "file.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\win.ini", "win.ini"),
        ("C:\\x\\y.txt", "y.txt"),
        ("C:y.txt", "C_y.txt"),
        ("/", FALLBACK_NAME),
        ("", FALLBACK_NAME),
        ("..", FALLBACK_NAME),
        ("folder/", "folder"),
        ("a\x00.txt\x00.exe", "a.txt.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066x\u2069\u200b.txt", "x.txt"),
        ("CON.txt", "_CON.txt"),
        ("con", "_con"),
        ("aux.", "_aux"),
        ("NUL .tar.gz", "_NUL .tar.gz"),
        ("com¹.log", "_com¹.log"),
        ("CONIN$", "_CONIN$"),
        ("console.txt", "console.txt"),
        (".bashrc", "bashrc"),
        (". .bashrc", "bashrc"),
        ("trailing. . ", "trailing"),
        ('a<b>c:"d"|e?f*g', "a_b_c__d__e_f_g"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("日本語.pdf", "日本語.pdf"),
        ("Grüße 😀.txt", "Grüße 😀.txt"),
        ("a\r\nb", "ab"),
        ("\x1b[31mred", "[31mred"),
    ],
)
def test_examples(text: str, name: str) -> None:
    assert safe_file_name(text) == name


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("語" * 200 + ".pdf", ".pdf"),
        ("x" * 300 + ".tar.gz", ".tar.gz"),
        ("é" * 300, ""),
        ("a." + "b" * 300, ""),
        ("a" + " ." * 200 + "b.txt", ".txt"),
    ],
)
def test_a_long_name_is_cut_between_characters_and_keeps_its_extension(text: str, suffix: str) -> None:
    name = safe_file_name(text)
    assert_safe(name)
    assert name.endswith(suffix)
    stem = name.removesuffix(suffix)
    assert text.startswith(stem)
    assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://h/a/b.iso?x=1#f", "b.iso"),
        ("http://h/a%20b.txt", "a b.txt"),
        ("http://h/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd"),
        ("http://h/..%5c..%5cboot.ini", "boot.ini"),
        ("http://h/%252e%252e%252fx", "%2e%2e%2fx"),
        ("http://h/a%00.txt", "a.txt"),
        ("http://h/%E6%97%A5%E6%9C%AC.zip", "日本.zip"),
        ("http://h/%ff%fe.bin", "\ufffd\ufffd.bin"),
        ("http://h/dir/", "dir"),
        ("http://h/", FALLBACK_NAME),
        ("http://h", FALLBACK_NAME),
        ("http://h/..", FALLBACK_NAME),
        ("http://[", FALLBACK_NAME),
    ],
)
def test_name_from_url(url: str, name: str) -> None:
    assert name_from_url(url) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, None),
        ("", None),
        ("inline", None),
        ("attachment", None),
        ("attachment; filename=", None),
        ('attachment; filename=""', None),
        ('attachment; filename="  "', None),
        ('attachment; filename=".."', None),
        ('Attachment; FileName="example.html"', "example.html"),
        ("attachment; filename=example.html", "example.html"),
        ("attachment;filename=a b.txt ; x=y", "a b.txt"),
        ("filename=bare.txt", "bare.txt"),
        ('inline; filename="a;b.txt"', "a;b.txt"),
        ('attachment; filename="a\\"b.txt"', "a_b.txt"),
        ('attachment; filename="C:\\dir\\file.txt"', "file.txt"),
        ('attachment; filename="unclosed.txt', "unclosed.txt"),
        ('attachment; size=3; filename="z.txt"; size=4', "z.txt"),
        ('attachment; filename="first.txt"; filename="second.txt"', "first.txt"),
        ('attachment; x="filename=no.txt"; filename="yes.txt"', "yes.txt"),
        ("attachment; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("attachment; filename*=iso-8859-1'en'%A3%20rates.txt", "£ rates.txt"),
        ("attachment; filename*=\"UTF-8''quoted%20wrongly.txt\"", "quoted wrongly.txt"),
        ("attachment; filename=\"EURO.txt\"; filename*=utf-8''%e2%82%ac.txt", "€.txt"),
        ("attachment; filename*=utf-8''%e2%82%ac.txt; filename=\"EURO.txt\"", "€.txt"),
        ("attachment; filename*=UTF-8''50%2525.txt", "50%25.txt"),
        ("attachment; filename*=UTF-8''%ff.txt; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=nonsense''x.txt; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=no-quotes.txt; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=hex''00; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=''x; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''a%00%e2%80%aeb.txt", "ab.txt"),
        ('attachment; filename="../../x"', "x"),
        ('attachment; filename="%2e%2e%2fx%20y.txt"', "x y.txt"),
        ('attachment; filename="100%.txt"', "100%.txt"),
        ('attachment; filename="%FF.txt"', "%FF.txt"),
        ('attachment; filename*0="long"; filename*1="-name.txt"', "long-name.txt"),
        ("attachment; filename*0*=UTF-8''%e2%82%ac; filename*1=-x.txt", "€-x.txt"),
        ("attachment; filename*1=b; filename=a", "a"),
        ("attachment; filename*0*=broken; filename=a", "a"),
        ('attachment; filename="=?UTF-8?B?w6kudHh0?="', "é.txt"),
        ('attachment; filename="=?utf-8?q?=C3=A9_1.txt?="', "é 1.txt"),
        ('attachment; filename="=?nonsense?q?x?="', "=_nonsense_q_x_="),
        ('attachment; filename="=?utf-8?b?A?="', "=_utf-8_b_A_="),
        ('attachment; filename="é.txt"', "é.txt"),
        ('attachment; filename="日本.txt"', "日本.txt"),
        ('attachment; filename="CON"', "_CON"),
        (";;;=;", None),
    ],
)
def test_name_from_content_disposition(header: str | None, name: str | None) -> None:
    assert name_from_content_disposition(header) == name


@pytest.mark.parametrize("raw", ["é.txt".encode(), "日本語.pdf".encode(), "é.txt".encode("latin-1")])
def test_raw_bytes_in_the_header_are_read_whoever_decoded_them(raw: bytes) -> None:
    header = b'attachment; filename="' + raw + b'"'
    expected = raw.decode("latin-1") if raw == b"\xe9.txt" else raw.decode()
    assert name_from_content_disposition(header.decode("latin-1")) == expected
    assert name_from_content_disposition(header.decode("utf-8", "surrogateescape")) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_a_name_sent_by_rfc_8187_is_the_name_received(text: str) -> None:
    header = f"attachment; filename=\"fallback\"; filename*=UTF-8''{quote(text, safe='')}"
    expected = safe_file_name(text) if text.strip() and safe_file_name(text) != FALLBACK_NAME else None
    name = name_from_content_disposition(header)
    assert name == expected or (expected is None and name in ("fallback", FALLBACK_NAME, None))


@given(st.text())
@example("filename*0*=''")
@example('a; filename="\\')
def test_any_header_gives_a_safe_name_or_none(header: str) -> None:
    for text in (header, "attachment; filename=" + header, "attachment; filename*=" + header):
        name = name_from_content_disposition(text)
        if name is not None:
            assert_safe(name)


@pytest.mark.parametrize(
    ("name", "taken", "result"),
    [
        ("a.txt", set(), "a.txt"),
        ("a.txt", {"a.txt"}, "a (1).txt"),
        ("a.txt", {"a.txt", "a (1).txt", "a (3).txt"}, "a (2).txt"),
        ("a.tar.gz", {"a.tar.gz"}, "a (1).tar.gz"),
        ("my.v2.TAR.XZ", {"my.v2.TAR.XZ"}, "my.v2 (1).TAR.XZ"),
        ("noext", {"noext"}, "noext (1)"),
        (".hidden", {".hidden"}, ".hidden (1)"),
        (".tar.gz", {".tar.gz"}, ".tar (1).gz"),
    ],
)
def test_unused_name(name: str, taken: set[str], result: str) -> None:
    assert unused_name(name, taken.__contains__) == result

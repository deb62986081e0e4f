"""Checksums as people paste and servers send them: every form gives the same value, anything else a reason."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.model import codes
from bitsgui.model.checksum import Checksum, HashAlgorithm, check_checksum, read_checksum, strongest_digest
from bitsgui.model.hresult import BitsError

SHA256 = HashAlgorithm.SHA_256
X, Y = Checksum(SHA256, "0a" * 32), Checksum(SHA256, "1b" * 32)
X_SHA1, X_MD5 = Checksum(HashAlgorithm.SHA_1, "2c" * 20), Checksum(HashAlgorithm.MD5, "3d" * 16)


def in_base64(checksum: Checksum) -> str:
    return base64.b64encode(bytes.fromhex(checksum.hex)).decode()


@st.composite
def checksums(draw: st.DrawFn) -> Checksum:
    algorithm = draw(st.sampled_from(HashAlgorithm))
    size = algorithm.digits // 2
    return Checksum(algorithm, draw(st.binary(min_size=size, max_size=size)).hex())


def forms(checksum: Checksum) -> list[str]:
    name, plain = checksum.algorithm, checksum.algorithm.replace("-", "")
    digits, encoded = checksum.hex, in_base64(checksum)
    return [
        digits,
        digits.upper(),
        f"  {digits}\n",
        f"{plain}:{digits}",
        f"{plain.upper()}: {digits.upper()}",
        f"{name}={digits}",
        f"{name} = {digits}",
        f"{plain.upper()} (a (1), b=c.iso) = {digits}",
        f"{plain.upper()}(a.iso)= {digits}",
        f"{digits}  a, b=c.iso",
        f"{digits} *dir/a.iso",
        f"\\{digits}  a\\nb.iso",
        f"{plain.upper()}      {digits.upper()}     C:\\Users\\me\\a.iso",
        f"{name}=:{encoded}:",
        f"{name}={encoded}",
        f"Digest: {name.upper()}={encoded}",
        f"Repr-Digest: {name}=:{encoded}:",
        f"content-digest: {name}=:{encoded}:;q=1, crc32c=:AAAAAA==:",
    ]


@given(checksums())
def test_every_form_is_read_as_what_it_says(checksum: Checksum) -> None:
    assert {read_checksum(text) for text in forms(checksum)} == {checksum}
    assert read_checksum(str(checksum)) == checksum
    check_checksum(checksum)


@given(st.text() | st.text("0123456789abcdefSHAMD:=-() *\n"), st.text(max_size=5))
def test_any_text_is_a_sound_checksum_or_refused_with_a_sentence(text: str, file_name: str) -> None:
    refusal = None
    try:
        check_checksum(read_checksum(text, file_name))
    except BitsError as error:
        refusal = error
    assert refusal is None or (refusal.hresult == codes.E_INVALIDARG and refusal.detail.endswith("."))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "This is no checksum."),
        ("nothing", "This is no checksum."),
        ("Digest: crc32c=AAAAAA==", "This is no checksum."),
        ("abc", "No checksum has 3 digits: MD5 has 32,"),
        ("0" * 63, "No checksum has 63 digits"),
        ("0" * 63 + "g", "This is no checksum."),
        ("sha256:" + "0" * 63, "A checksum of SHA-256 has 64 digits; this one has 63."),
        ("sha256:" + X_MD5.hex, "A checksum of SHA-256 has 64 digits; this one has 32."),
        (f"sha256:{in_base64(X_MD5)}", "A checksum of SHA-256 has 64 digits; this one has 32."),
        ("md5=" + "0" * 31 + "!", "A checksum of MD5 has only the digits 0 to 9 and a to f."),
        ("md5:é", "A checksum of MD5 has only the digits"),
        ("crc32:00000000", "crc32 is no checksum that bitsgui knows"),
    ],
)
def test_the_reason_is_said(text: str, reason: str) -> None:
    with pytest.raises(BitsError) as refused:
        read_checksum(text)
    assert refused.value.detail.startswith(reason)


LIST = f"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

# for the release
{X.hex}  pool/x.iso
{Y.hex} *y.iso
{X_SHA1.hex}  x.iso
"""


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        (LIST, "x.iso", X),
        (LIST, "y.iso", Y),
        (f"SHA256 (x) = {X.hex}\nMD5 (x) = {X_MD5.hex}", "x", X),
        (f"\n# mine\n{X.hex}  other-name\n", "x.iso", X),
    ],
)
def test_of_several_lines_the_files_own_is_taken(text: str, name: str, found: Checksum) -> None:
    assert read_checksum(text, name) == found


@pytest.mark.parametrize(
    ("name", "reason"), [("z.iso", "None of these lines names z.iso."), ("", "Paste the line of one file only.")]
)
def test_no_other_files_line_is_taken(name: str, reason: str) -> None:
    with pytest.raises(BitsError, match=reason):
        read_checksum(LIST, name)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ((), None),
        ((None, ""), None),
        ((f"sha-256=:{in_base64(X)}:",), X),
        ((f"SHA={in_base64(X_SHA1)},MD5={in_base64(X_MD5)}",), X_SHA1),
        ((f"md5=:{in_base64(X_MD5)}:", None, f"sha-256=:{in_base64(X)}:"), X),
        ((f"sha-256=:{in_base64(X)}:", f"sha-256=:{in_base64(Y)}:"), X),
        ((f"sha-256=:AAAA:, id-sha-256=:{in_base64(Y)}:, md5=:{in_base64(X_MD5)}:",), X_MD5),
        (("unixsum=30637, sha-256, =, ,",), None),
    ],
)
def test_the_strongest_known_digest_of_a_server_counts(fields: tuple[str | None, ...], found: Checksum | None) -> None:
    assert strongest_digest(*fields) == found

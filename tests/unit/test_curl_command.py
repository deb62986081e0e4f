"""Pasted curl commands: what browsers copy and people type becomes the same request; nothing is taken silently."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bitsgui.model import codes
from bitsgui.model.curl_command import CurlCommand, is_curl_command, read_curl_command
from bitsgui.model.curl_options import OPTIONS
from bitsgui.model.hresult import BitsError
from bitsgui.model.shell_words import split_words

URL = "https://example.com/a%20b.iso?x=1&y=2"

CHROME_BASH = r"""curl 'https://example.com/a%20b.iso?x=1&y=2' \
  -H 'accept: text/html,*/*;q=0.8' \
  -H 'accept-encoding: gzip, deflate, br' \
  -b 'sid=a b; other="q"' \
  -H $'x-note: it\'s 50\u0025 \x41' \
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \
  --compressed
"""
CHROME_CMD = """curl ^"https://example.com/a%^20b.iso?x=1^&y=2^" ^
  -H ^"accept: text/html,*/*;q=0.8^" ^
  -H ^"accept-encoding: gzip, deflate, br^" ^
  -b ^"sid=a b; other=^\\^"q^\\^"^" ^
  -H ^"x-note: it's 50^% A^" ^
  -H ^"user-agent: Mozilla/5.0 (X11; Linux x86_64)^" ^
  --compressed
"""
FIREFOX_BASH = (
    f"curl '{URL}' --compressed -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64)' -H 'Accept: text/html,*/*;q=0.8' "
    "-H 'Accept-Encoding: gzip' -H 'Connection: keep-alive' -H 'Cookie: sid=a b; other=\"q\"' -H 'TE: trailers'"
)
OLD_CMD = 'curl "https://example.com/f" ^\r\n  -H "Accept: a""b" ^\r\n  -H "X: 100^%"\r\n'


def refusal(text: str) -> str:
    with pytest.raises(BitsError) as caught:
        read_curl_command(text)
    assert caught.value.hresult == codes.E_INVALIDARG
    return caught.value.detail


@pytest.mark.parametrize(
    "text", [CHROME_BASH, CHROME_CMD, CHROME_BASH.replace("\n", "\r\n"), CHROME_CMD.replace("\n", "\r\n")]
)
def test_both_flavours_of_a_browser_say_the_same(text: str) -> None:
    command = read_curl_command(text)
    assert command.urls == (URL,)
    assert dict(command.headers) == {
        "accept": "text/html,*/*;q=0.8",
        "Cookie": 'sid=a b; other="q"',
        "x-note": "it's 50% A",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
    }
    assert command.left_out == ()


def test_firefox() -> None:
    command = read_curl_command(FIREFOX_BASH)
    assert command.urls == (URL,)
    assert dict(command.headers).keys() == {"User-Agent", "Accept", "Cookie"}


def test_an_older_cmd_flavour() -> None:
    command = read_curl_command(OLD_CMD)
    assert command.urls == ("https://example.com/f",)
    assert command.headers == (("Accept", 'a"b'), ("X", "100^%"))


def test_what_people_type() -> None:
    command = read_curl_command(
        "$ curl -sSfLOu me:se:cret -x socks5://localhost:1080 -A probe -e http://a/;auto example.com/x http://b/y -o n"
    )
    assert command.urls == ("http://example.com/x", "http://b/y")
    assert command.sign_in == ("me", "se:cret")
    assert command.proxy == "socks5://localhost:1080"
    assert command.headers == (("User-Agent", "probe"), ("Referer", "http://a/"))
    assert command.output_name == ""  # one name, two addresses


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("curl http://a/b -o ../up/c.zip", "c.zip"),
        ("curl --output=c.zip http://a/b", "c.zip"),
        ("curl http://a/b > c.zip", "c.zip"),
        ("/usr/bin/curl -oc.zip http://a/b; rm x", "c.zip"),
        ("curl.exe -o - http://a/b | tar x", ""),
        ("curl http://a/b && curlew", ""),
        ("curl http://a/b;", ""),
    ],
)
def test_the_name_of_the_file(text: str, name: str) -> None:
    command = read_curl_command(text)
    assert (command.urls, command.output_name) == (("http://a/b",), name)


@pytest.mark.parametrize(
    ("options", "left_out"),
    [
        ("-k", ("-k",)),
        ("-sk --insecure", ("-k", "--insecure")),
        ("--cacert ca.pem --limit-rate 1M", ("--cacert", "--limit-rate")),
        ("-b cookies.txt -H @headers -u :", ("-b", "-H @", "-u")),
        ("--retry 3 -L -v", ()),
    ],
)
def test_what_is_not_carried_out_is_named_without_its_value(options: str, left_out: tuple[str, ...]) -> None:
    command = read_curl_command(f"curl {options} http://a/b")
    assert command.left_out == left_out
    assert command.urls == ("http://a/b",)


def test_headers_are_changed_as_curl_changes_them() -> None:
    command = read_curl_command("curl http://a/ -A one -H 'user-agent: two' -H 'X-Empty;' -H 'Accept:' -H 'Host: evil'")
    assert command.headers == (("user-agent", "two"), ("X-Empty", ""))


def test_without_globbing_brackets_are_text() -> None:
    assert read_curl_command("curl 'http://a/[1-3]'").are_patterns
    assert not read_curl_command("curl -sg 'http://a/[1-3]'").are_patterns
    assert not read_curl_command("curl --globoff 'http://a/[1-3]'").are_patterns


def test_a_bearer_token_and_no_proxy() -> None:
    command = read_curl_command("curl --oauth2-bearer t0k -x '' http://a/")
    assert command.headers == (("Authorization", "Bearer t0k"),)
    assert command.proxy == ""
    assert read_curl_command("curl http://a/").proxy is None


@pytest.mark.parametrize(
    "text",
    [
        "curl http://a/ -d x=1",
        "curl http://a/ --data-raw '{}'",
        "curl http://a/ -F f=@x",
        "curl -T file http://a/",
        "curl -X POST http://a/",
        "curl -XDELETE http://a/",
        "curl -sI http://a/",
        "curl --json '{}' http://a/",
    ],
)
def test_what_sends_is_refused(text: str) -> None:
    assert "only GET downloads" in refusal(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("wget http://a/", "not a curl command"),
        ("curl -s", "no address"),
        ("curl http://a/ -H", "after -H"),
        ("curl http://a/ --frobnicate=S3CRET", "the option --frobnicate of curl"),
        ("curl http://a/ -\N{SNOWMAN}", "the option -\N{SNOWMAN} of curl"),
        ("curl 'http://a/", "left open"),
        ('curl ^"http://a/', "left open"),
        ("curl ftp://a/b", "http://"),
        ("curl http://a/ -H 'X: a\nb'", "line break"),
        ("curl http://a/ ;\ncurl http://b/", "more than one"),
        ("curl http://a/\ncurl http://b/", "more than one"),
    ],
)
def test_a_refusal_says_why(text: str, part: str) -> None:
    said = refusal(text)
    assert part in said
    assert "S3CRET" not in said


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("curl http://a/", True), ("  $ curl -s\n", True), ("curling http://a/", False), ("http://curl /", False)],
)
def test_what_begins_as_one(text: str, is_one: bool) -> None:
    assert is_curl_command(text) is is_one


def test_no_secret_in_its_repr() -> None:
    command = read_curl_command("curl -u me:S3CRET -H 'X: S3CRET' -x http://me:S3CRET@p:1 'http://a/?t=S3CRET'")
    assert "S3CRET" not in repr(command)
    assert isinstance(command, CurlCommand)


WORDS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(sorted(f"--{name}" if len(name) > 1 else f"-{name}" for name in OPTIONS)),
        st.sampled_from(["'", '"', "^", "\\", "$'", "\n", "^\n", "\\\n", "http://a/", "X: y", "\\u41", "%", ";", "|"]),
    ),
    max_size=12,
)


@given(WORDS, st.sampled_from(["", " "]))
@example(["^", "\n"], "")
@example(["$'\\U", "FFFFFFFF'"], "")
def test_garbage_is_read_or_refused(words: list[str], joint: str) -> None:
    try:
        command = read_curl_command("curl " + joint.join(words))
    except BitsError as error:
        assert error.detail  # noqa: PT017
    else:
        assert command.urls


def sh_quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def ansi_quoted(word: str) -> str:
    return "$'" + "".join(f"\\U{ord(c):08x}" if not c.isalnum() else c for c in word) + "'"


def crt_quoted(word: str) -> str:
    """As a program on Windows is handed the word, for cmd with every sign escaped."""
    word = word.replace("\\", "\\\\").replace('"', '\\"')
    return '^"' + "".join(c if c.isalnum() or c == " " else f"^{c}" for c in word) + '^"'


TYPED = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=20)


@pytest.mark.parametrize("quoted", [sh_quoted, ansi_quoted])
@given(words=st.lists(TYPED))
def test_sh_words_come_back(quoted: Callable[[str], str], words: list[str]) -> None:
    assert split_words(" \\\n ".join(map(quoted, words))) == tuple(words)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\\"), max_size=20)))
def test_cmd_words_come_back(words: list[str]) -> None:
    assert split_words(" ^\n  ".join(map(crt_quoted, words))) == tuple(words)

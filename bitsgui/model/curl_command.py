"""A pasted `curl` command read as a download: addresses, headers, sign-in, proxy and name; runs nothing.

Browsers copy a request as such a command, people type it. What would send something is refused, what would weaken
or narrow the transfer is named in `left_out`, so that it can be said; the rest of curl's options changes nothing
that is asked for here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bitsgui.model.codes import E_INVALIDARG
from bitsgui.model.curl_options import OPTIONS, TAKE_NO_VALUE, Kind
from bitsgui.model.hresult import BitsError
from bitsgui.model.secret_rules import check_custom_headers, is_reserved_header
from bitsgui.model.shell_words import split_words
from bitsgui.model.urls import SUPPORTED_SCHEMES

Pair = tuple[str, str]

_BEGIN: Final = re.compile(r"\s*(?:[$>#%]\s+)?(?:(?:[./~]|[a-z]:)\S*[/\\])?curl(?:\.exe)?\s", re.IGNORECASE)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_ENDS: Final = frozenset({"|", "||", "&", "&&", ";", "|&"})
_REDIRECTIONS: Final = frozenset({">", ">>", "1>", ">|"})
_OF_THE_BROWSER: Final = frozenset({"authority", "method", "path", "scheme"})
"""Pseudo-headers of HTTP/2 that some browsers copy as if they were headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurlCommand:
    """What was asked for; no secret shows in its repr.

    `sign_in`: user name and password, the password empty if curl would have asked for it. `proxy` None = as usual,
    empty = none. `output_name`: of a single address. `are_patterns`: brackets and braces stand for many addresses.
    `left_out`: options as they were written that are not carried out, without their values.
    """

    urls: tuple[str, ...] = field(repr=False)
    headers: tuple[Pair, ...] = field(default=(), repr=False)
    sign_in: Pair | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    output_name: str = ""
    are_patterns: bool = True
    left_out: tuple[str, ...] = ()


def is_curl_command(text: str) -> bool:
    """Whether the text begins as one; it may still be refused."""
    return _BEGIN.match(text) is not None


def read_curl_command(text: str) -> CurlCommand:
    """Read a command of bash or cmd; raises BitsError(E_INVALIDARG) with a sentence for what cannot be done here."""
    begin = _BEGIN.match(text)
    if begin is None:
        raise _bad("This is not a curl command.")
    reading = _Reading()
    for kind, name, value in _arguments(split_words(text[begin.end() :])):
        reading.take(kind, name, value)
    return reading.result()


def _arguments(words: Sequence[str]) -> Iterator[tuple[Kind, str, str]]:
    """Each option with the name it was written by and its value; an address is an option without a name."""
    queue = iter(words)
    for word in queue:
        if word in _ENDS or word.endswith(";"):
            if word not in _ENDS and word != ";":
                yield Kind.URL, "", word[:-1]
            _check_end(tuple(queue))
            return
        if word in _REDIRECTIONS:
            yield Kind.NAME, word, _value_of(word, queue)
        elif word.startswith("--") and len(word) > 2:
            yield _long(word, queue)
        elif word.startswith("-") and len(word) > 1:
            yield from _short(word, queue)
        elif word and word != "--":
            yield Kind.URL, "", word


def _check_end(rest: tuple[str, ...]) -> None:
    """A second command would need a second job."""
    if "curl" in rest:
        raise _bad("There is more than one curl command here: paste one at a time.")


def _long(word: str, queue: Iterator[str]) -> tuple[Kind, str, str]:
    name, equals, attached = word[2:].partition("=")
    kind = _kind_of(name, f"--{name}") if len(name) > 1 else None
    if kind is None:
        raise _unknown(f"--{name}")
    if kind in TAKE_NO_VALUE:
        return kind, f"--{name}", ""
    return kind, f"--{name}", attached if equals else _value_of(f"--{name}", queue)


def _short(word: str, queue: Iterator[str]) -> Iterator[tuple[Kind, str, str]]:
    """Letters that take nothing may stand together; the first that takes a value takes the rest of the word."""
    for at, letter in enumerate(word[1:], start=2):
        kind = _kind_of(letter, f"-{letter}")
        if kind not in TAKE_NO_VALUE:
            yield kind, f"-{letter}", word[at:] or _value_of(f"-{letter}", queue)
            return
        yield kind, f"-{letter}", ""


def _kind_of(name: str, written: str) -> Kind:
    kind = OPTIONS.get(name)
    if kind is None:
        raise _unknown(written)
    return kind


def _value_of(name: str, queue: Iterator[str]) -> str:
    value = next(queue, None)
    if value is None:
        raise _bad(f"The command ends after {name}, where a value belongs.")
    return value


class _Reading:
    """What has been read of a command so far."""

    def __init__(self) -> None:
        self._urls: list[str] = []
        self._headers: list[Pair] = []
        self._names: list[str] = []
        self._left_out: list[str] = []
        self._are_patterns = True
        self._sign_in: Pair | None = None
        self._proxy: str | None = None
        self._takers = {
            Kind.URL: self._take_url,
            Kind.HEADER: self._take_header,
            Kind.COOKIE: self._take_cookie,
            Kind.USER: self._take_user,
            Kind.AGENT: lambda _, value: self._put_header("User-Agent", value),
            Kind.REFERER: lambda _, value: self._put_header("Referer", value.removesuffix(";auto")),
            Kind.BEARER: lambda _, value: self._put_header("Authorization", f"Bearer {value}"),
            Kind.PROXY: self._take_proxy,
            Kind.NAME: lambda _, value: self._names.append(value),
            Kind.METHOD: self._take_method,
            Kind.PLAIN: self._take_plain,
            Kind.SENDS: self._refuse,
            Kind.SENDS_NOTHING: self._refuse,
            Kind.LEFT_OUT: self._leave_out,
            Kind.LEFT_OUT_FLAG: self._leave_out,
        }

    def take(self, kind: Kind, name: str, value: str) -> None:
        """One option."""
        taker = self._takers.get(kind)
        if taker is not None:
            taker(name, value)

    def result(self) -> CurlCommand:
        """The whole; raises BitsError if it asks for nothing, or with headers that may not be sent."""
        if not self._urls:
            raise _bad("The command names no address.")
        check_custom_headers(self._headers)
        return CurlCommand(
            urls=tuple(dict.fromkeys(self._urls)),
            headers=tuple(self._headers),
            sign_in=self._sign_in,
            proxy=self._proxy,
            output_name=_last_part(self._names[0]) if len(self._urls) == 1 and self._names else "",
            are_patterns=self._are_patterns,
            left_out=tuple(dict.fromkeys(self._left_out)),
        )

    def _take_url(self, _: str, value: str) -> None:
        if value.lower() in ("curl", "curl.exe"):
            _check_end(("curl",))
        scheme = _SCHEME.match(value)
        if scheme is not None and scheme[1].lower() not in SUPPORTED_SCHEMES:
            raise _bad("Only addresses that begin with http:// or https:// can be downloaded.")
        self._urls.append(value if scheme else f"http://{value}")

    def _take_header(self, name: str, value: str) -> None:
        header, colon, content = value.partition(":")
        header = header.strip()
        if value.startswith("@"):
            self._leave_out(f"{name} @", "")
        elif not colon and header.endswith(";"):
            self._put_header(header[:-1], "")
        elif header and content.strip() and header.lower() not in _OF_THE_BROWSER:
            self._put_header(header, content.strip())

    def _put_header(self, name: str, value: str) -> None:
        """A later one replaces an earlier one; what the transfer itself must set is not taken."""
        if is_reserved_header(name):
            return
        self._headers = [pair for pair in self._headers if pair[0].lower() != name.lower()]
        self._headers.append((name, value))

    def _take_cookie(self, name: str, value: str) -> None:
        if "=" in value:
            self._put_header("Cookie", value)
        elif value:
            self._leave_out(name, value)

    def _take_user(self, name: str, value: str) -> None:
        user, _, password = value.partition(":")
        if user:
            self._sign_in = user, password
        else:
            self._leave_out(name, value)

    def _take_proxy(self, _: str, value: str) -> None:
        self._proxy = value

    def _take_plain(self, _: str, __: str) -> None:
        self._are_patterns = False

    def _take_method(self, name: str, value: str) -> None:
        if value.upper() != "GET":
            self._refuse(name, value)

    def _leave_out(self, name: str, _: str) -> None:
        self._left_out.append(name)

    def _refuse(self, name: str, _: str) -> None:
        raise _bad(f"The command sends something to the server or asks for no content ({name}): only GET downloads.")


def _last_part(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    return "" if last in ("-", ".", "..") else last


def _unknown(name: str) -> BitsError:
    return _bad(f"bitsgui does not know the option {name} of curl: remove it, and paste again.")


def _bad(sentence: str) -> BitsError:
    return BitsError(E_INVALIDARG, sentence)

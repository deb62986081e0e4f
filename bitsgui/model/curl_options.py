"""The options of curl by what they mean for a download, as one table; reads nothing."""

from enum import Enum, auto
from types import MappingProxyType
from typing import Final


class Kind(Enum):
    """What an option does; the members up to BEARER are read."""

    URL = auto()
    HEADER = auto()
    COOKIE = auto()
    USER = auto()
    AGENT = auto()
    REFERER = auto()
    PROXY = auto()
    NAME = auto()
    METHOD = auto()
    BEARER = auto()
    PLAIN = auto()
    """Brackets and braces in an address are text; takes no value."""
    SENDS = auto()
    """Refused: a download only asks."""
    SENDS_NOTHING = auto()
    """Refused, and takes no value."""
    LEFT_OUT = auto()
    """Takes a value and is not carried out."""
    LEFT_OUT_FLAG = auto()
    IGNORED = auto()
    """Takes a value that means nothing to a queue."""
    FLAG = auto()
    """Takes none, and means nothing or what happens anyway."""


_K: Final = Kind
TAKE_NO_VALUE: Final = frozenset({_K.PLAIN, _K.SENDS_NOTHING, _K.LEFT_OUT_FLAG, _K.FLAG})
_NAMES: Final[dict[Kind, str]] = {
    _K.URL: "url",
    _K.HEADER: "H header",
    _K.COOKIE: "b cookie",
    _K.USER: "u user",
    _K.AGENT: "A user-agent",
    _K.REFERER: "e referer",
    _K.PROXY: "x proxy",
    _K.NAME: "o output",
    _K.METHOD: "X request",
    _K.BEARER: "oauth2-bearer",
    _K.PLAIN: "g globoff",
    _K.SENDS: "d data data-raw data-binary data-ascii data-urlencode json F form form-string T upload-file url-query",
    _K.SENDS_NOTHING: "I head G get",
    _K.LEFT_OUT: (
        "E cert cert-type key key-type pass cacert capath pinnedpubkey crlfile proxy-cacert ciphers tls13-ciphers "
        "U proxy-user proxy-header noproxy preproxy socks4 socks4a socks5 socks5-hostname "
        "r range C continue-at resolve connect-to interface dns-servers doh-url unix-socket abstract-unix-socket "
        "limit-rate m max-time max-filesize max-redirs z time-cond K config aws-sigv4 t telnet-option "
        "tls-max request-target Q quote local-port haproxy-clientip"
    ),
    _K.LEFT_OUT_FLAG: "k insecure proxy-insecure n netrc netrc-optional negotiate ntlm haproxy-protocol",
    _K.IGNORED: (
        "c cookie-jar D dump-header w write-out stderr trace trace-ascii output-dir connect-timeout retry retry-delay "
        "retry-max-time Y speed-limit y speed-time keepalive-time expect100-timeout libcurl etag-save etag-compare "
        "netrc-file parallel-max rate happy-eyeballs-timeout-ms create-file-mode"
    ),
    _K.FLAG: (
        "L location location-trusted compressed s silent S show-error f fail fail-with-body fail-early O remote-name "
        "remote-name-all J remote-header-name R remote-time v verbose i include show-headers progress-bar "
        "no-progress-meter N no-buffer 0 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only "
        "4 ipv4 6 ipv6 basic digest anyauth proxy-basic proxy-digest proxy-anyauth create-dirs no-clobber "
        "tlsv1 1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ssl-no-revoke no-keepalive tcp-nodelay tcp-fastopen path-as-is "
        "q disable # Z parallel retry-connrefused retry-all-errors raw tr-encoding j junk-session-cookies "
        "no-alpn no-npn no-sessionid styled-output no-styled-output remove-on-error skip-existing compressed-ssh"
    ),
}
OPTIONS: Final = MappingProxyType({name: kind for kind, names in _NAMES.items() for name in names.split()})

"""What a 401 or 407 asks for: the schemes and the realm of its challenges (RFC 9110 section 11.3). Pure."""

import re
from collections.abc import Iterable
from typing import Final

from bitsgui.model.facts import Facts

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
# A scheme stands where no parameter can: it has no = behind it.
_SCHEME: Final = re.compile(r"(?:^|,)\s*([\w!#$%&'*+.^`|~-]+)(?=\s*(?:,|$)|\s+[^\s=,])", re.ASCII)
_REALM: Final = re.compile(r'\brealm\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))', re.IGNORECASE)
_LONGEST_REALM: Final = 80


def facts_of_challenges(lines: Iterable[str]) -> Facts:
    """What the lines of WWW-Authenticate or Proxy-Authenticate say; None for what they do not."""
    texts = tuple(lines)
    schemes = [name.lower() for text in texts for name in _SCHEME.findall(_QUOTED.sub('""', text))]
    realms = [quoted or bare for text in texts for quoted, bare in _REALM.findall(text)]
    realm = next((shown for text in realms if (shown := _shown(text))), None)
    return Facts(realm=realm, schemes=tuple(dict.fromkeys(schemes)) or None)


def _shown(realm: str) -> str:
    plain = re.sub(r"\\(.)", r"\1", realm)
    return "".join(c for c in plain if c.isprintable()).strip()[:_LONGEST_REALM]

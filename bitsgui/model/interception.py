"""Security products that stand between a computer and its servers with certificates of their own, by their issuers."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.model.facts import Certificate

_PRODUCTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "adguard": "AdGuard",
        "avast": "Avast",
        "avg technologies": "AVG",
        "barracuda": "Barracuda",
        "bitdefender": "Bitdefender",
        "blue coat": "Blue Coat",
        "bluecoat": "Blue Coat",
        "charles proxy": "Charles Proxy",
        "check point": "Check Point",
        "cisco umbrella": "Cisco Umbrella",
        "dr.web": "Dr.Web",
        "eset ssl": "ESET",
        "fiddlerroot": "Fiddler",
        "forcepoint": "Forcepoint",
        "fortinet": "Fortinet",
        "fortigate": "Fortinet",
        "gateway ca - cloudflare": "Cloudflare Gateway",
        "goskope": "Netskope",
        "iboss": "iboss",
        "kaspersky": "Kaspersky",
        "mcafee": "McAfee",
        "mitmproxy": "mitmproxy",
        "net nanny": "Net Nanny",
        "netskope": "Netskope",
        "palo alto": "Palo Alto Networks",
        "skyhigh": "Skyhigh",
        "smoothwall": "Smoothwall",
        "sonicwall": "SonicWall",
        "sophos": "Sophos",
        "squid": "Squid",
        "symantec web security": "Symantec Web Security",
        "trend micro": "Trend Micro",
        "untangle": "Untangle",
        "watchguard": "WatchGuard",
        "websense": "Forcepoint",
        "zscaler": "Zscaler",
    }
)
"""What the issuer's name holds, in lower case, and what people call the product."""


def product_behind(chain: Iterable[Certificate]) -> str | None:
    """The product that has issued a certificate of the chain, or None if none is known."""
    issuers = [certificate.issuer.lower() for certificate in chain]
    return next((name for mark, name in _PRODUCTS.items() if any(mark in issuer for issuer in issuers)), None)

"""Basic sign-in of the server: one user, compared in constant time; must not know what it guards."""

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from typing import Final

CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="bitsgui", charset="UTF-8"')


@dataclass(frozen=True, slots=True)
class Account:
    """Who may use the server; the password is never shown by repr."""

    user_name: str
    password: str = field(repr=False)

    def accepts(self, authorization: str) -> bool:
        """Whether the value of an Authorization header signs in this user."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(token.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, f"{self.user_name}:{self.password}".encode())

"""Sign-in on a challenge: Basic and Digest, offered to the origin of the job's file only."""

import logging
import re
from collections.abc import Generator
from typing import Final

import httpx

from bitsgui.engine.ports import SignIn
from bitsgui.model.enums import AuthScheme

log = logging.getLogger(__name__)

_UNANSWERABLE: Final = (KeyError, ValueError, NotImplementedError, httpx.ProtocolError)
"""What httpx raises for an unknown algorithm, an unknown quality of protection, a challenge that is malformed."""


class ChallengeAuth(httpx.Auth):
    """Credentials are offered when the server asks (401), by the strongest scheme that both sides know.

    Once a scheme was accepted it goes out with the next request at once. One per job: Digest counts its nonces.
    A challenge that cannot be answered leaves the 401 as it is.
    """

    def __init__(self, sign_in: SignIn, schemes: frozenset[AuthScheme]) -> None:
        self._sign_in = sign_in
        self._schemes = schemes
        self._accepted: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.encoding = "utf-8"  # else httpx takes ASCII, and user names are names
        try:
            yield from self._challenged(request) if self._accepted is None else self._accepted.auth_flow(request)
        except _UNANSWERABLE as error:
            log.info("a challenge cannot be answered: %s", type(error).__name__)

    def _challenged(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        challenge = yield request
        for auth in self._choices(challenge):
            flow = auth.auth_flow(request)
            try:
                outgoing = next(flow)
                # Digest needs the challenge that came for the bare request before it can answer.
                outgoing = flow.send(challenge) if isinstance(auth, httpx.DigestAuth) else outgoing
            except _UNANSWERABLE as error:
                log.info("a challenge cannot be answered: %s", type(error).__name__)
                continue
            response = yield outgoing
            if response.status_code != 401:
                self._accepted = auth
            return

    def _choices(self, challenge: httpx.Response) -> Generator[httpx.Auth, None, None]:
        if challenge.status_code != 401:
            return
        user, password = self._sign_in.user_name, self._sign_in.password
        lines = [line.lower() for line in challenge.headers.get_list("www-authenticate")]
        if any(line.startswith("digest ") for line in lines) and AuthScheme.DIGEST in self._schemes:
            yield httpx.DigestAuth(user, password)
        if any(re.search(r"(^|, ?)basic\b", line) for line in lines) and AuthScheme.BASIC in self._schemes:
            yield httpx.BasicAuth(user, password)

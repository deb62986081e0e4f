"""Sign-in on a challenge: Basic and Digest, offered to the origin of the job's file only."""

import re
from collections.abc import Generator

import httpx

from bitsgui.engine.ports import SignIn
from bitsgui.model.enums import AuthScheme


class ChallengeAuth(httpx.Auth):
    """Credentials are offered when the server asks (401), by the strongest scheme that both sides know.

    Once a scheme was accepted it goes out with the next request at once. One per job: Digest counts its nonces.
    """

    def __init__(self, sign_in: SignIn, schemes: frozenset[AuthScheme]) -> None:
        self._schemes = schemes
        self._basic = httpx.BasicAuth(sign_in.user_name, sign_in.password)
        self._digest = httpx.DigestAuth(sign_in.user_name, sign_in.password)
        self._accepted: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._accepted is not None:
            yield from self._accepted.auth_flow(request)
            return
        response = yield request
        chosen = self._choose(response)
        if chosen is None:
            return
        answered = yield from self._answer(chosen, request, response)
        if answered.status_code != 401:
            self._accepted = chosen

    def _choose(self, response: httpx.Response) -> httpx.Auth | None:
        if response.status_code != 401:
            return None
        lines = [line.lower() for line in response.headers.get_list("www-authenticate")]
        if any(line.startswith("digest ") for line in lines) and AuthScheme.DIGEST in self._schemes:
            return self._digest
        if any(re.search(r"(^|, ?)basic\b", line) for line in lines) and AuthScheme.BASIC in self._schemes:
            return self._basic
        return None

    def _answer(
        self, chosen: httpx.Auth, request: httpx.Request, challenge: httpx.Response
    ) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
        flow = chosen.auth_flow(request)
        outgoing = next(flow)
        if chosen is self._digest:
            # Digest needs the challenge that came for the bare request before it can answer.
            outgoing = flow.send(challenge)
        response = yield outgoing
        flow.close()
        return response

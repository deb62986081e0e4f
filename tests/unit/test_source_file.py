"""The file that goes up: what one reader leaves behind must not reach the next one's bytes."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bitsgui.engine import source_file
from bitsgui.engine.source_file import BLOCK, FragmentBody, SourceFile
from bitsgui.engine.throttle import Throttle, TokenBucket
from bitsgui.engine.upload_headers import Span

Run = Callable[[Coroutine[Any, Any, None]], None]


def test_a_fragment_sent_again_has_its_own_bytes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers before it has read all (401, a stale nonce) gets the fragment anew, at once."""
    content = b"".join(bytes([number]) * BLOCK for number in range(4))
    source = tmp_path / "a.bin"
    source.write_bytes(content)
    lseek = os.lseek

    def slowly(fd: int, position: int, how: int) -> int:
        reached = lseek(fd, position, how)
        if position == BLOCK:  # the one that nobody waits for any more when the second reader begins
            time.sleep(0.05)
        return reached

    async def scenario() -> None:
        monkeypatch.setattr(os, "lseek", slowly)
        with ThreadPoolExecutor(4) as disk:
            opened = await SourceFile.open(str(source), disk)
            body = FragmentBody(opened, Span(0, len(content), len(content)), _unlimited(), lambda _: None)
            first = aiter(body)
            await anext(first)  # its next block is being read ahead from here on
            left = asyncio.ensure_future(anext(first))
            await asyncio.sleep(0)
            left.cancel()
            await asyncio.wait([left])
            sent = b"".join([piece async for piece in body])
            await opened.aclose()
        assert sent == content

    run(scenario())


def test_closing_waits_for_every_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.bin"
    source.write_bytes(bytes(2 * BLOCK))
    read_at = source_file.read_at
    under_way = []

    def slowly(fd: int, start: int, count: int) -> bytes:
        under_way.append(start)
        time.sleep(0.05 if len(under_way) == 1 else 0)
        data = read_at(fd, start, count)
        under_way.pop()
        return data

    async def scenario() -> None:
        monkeypatch.setattr(source_file, "read_at", slowly)
        with ThreadPoolExecutor(4) as disk:
            opened = await SourceFile.open(str(source), disk)
            for _ in range(2):
                blocks = opened.blocks(Span(0, 2 * BLOCK, 2 * BLOCK))
                reading = asyncio.ensure_future(anext(blocks))
                await asyncio.sleep(0.01)
                reading.cancel()
                await asyncio.wait([reading])
            await opened.aclose()
            assert under_way == []

    run(scenario())


def _unlimited() -> Throttle:
    return Throttle(TokenBucket(), lambda: 0)

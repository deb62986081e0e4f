"""The listing of a folder as a plain page; every name is escaped. Knows no files and no sockets."""

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from bitsgui.server.paths import Entry, Names
from bitsgui.server.request import Reply

_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-cache"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
)
_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body{{font:15px system-ui,sans-serif;margin:2em}} td{{padding:.15em 1.5em .15em 0}} td+td{{text-align:right}}
</style>
</head><body><h1>{title}</h1><table>
{rows}
</table></body></html>
"""


def page(names: Names, entries: Sequence[Entry]) -> Reply:
    """The page of the folder that `names` lead to."""
    title = html.escape("/" + "".join(f"{name}/" for name in names if name))
    up = ['<tr><td><a href="../">../</a></td><td></td><td></td></tr>'] if any(names) else []
    rows = "\n".join([*up, *map(_row, entries)])
    # A name that is no UTF-8 cannot be asked for either.
    return Reply(200, _HEADERS, _PAGE.format(title=title, rows=rows).encode(errors="replace"))


def _row(entry: Entry) -> str:
    slash = "/" if entry.is_folder else ""
    address = quote(entry.name, errors="surrogateescape") + slash
    size = "" if entry.is_folder else f"{entry.size:,}"
    time = f"{datetime.fromtimestamp(entry.modified, UTC):%Y-%m-%d %H:%M}"
    name = html.escape(entry.name + slash)
    return f'<tr><td><a href="./{address}">{name}</a></td><td>{size}</td><td>{time}</td></tr>'

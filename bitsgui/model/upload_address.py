"""Where a file goes: an address that names a folder gets the file's name appended. Pure."""

from urllib.parse import quote, urlsplit, urlunsplit


def names_folder(address: str) -> bool:
    """Whether the path of the address ends in "/" or is empty; a malformed address names none."""
    try:
        return urlsplit(address).path.endswith("/") or not urlsplit(address).path
    except ValueError:
        return False


def address_for(address: str, file_name: str) -> str:
    """The address itself, or one in its folder with the file's name percent-encoded as UTF-8."""
    if not names_folder(address):
        return address
    parts = urlsplit(address)
    # A name that the disk holds in another encoding keeps its bytes.
    name = quote(file_name.encode("utf-8", "surrogateescape"), safe="")
    return urlunsplit(parts._replace(path=f"{parts.path or '/'}{name}"))

"""What to do about a job of the queue that failed, as commands; `get` and `put` say it in their own way."""

from types import MappingProxyType
from typing import Final

from bitsgui.model.diagnosis import diagnose
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy

_WINDOW: Final = "open the window with `bitsgui`: its error dialog holds the form for this."

HINTS: Final = MappingProxyType(
    {
        Remedy.TRY_AGAIN: "to go on: `bitsgui resume {id}`",
        Remedy.NEW_ADDRESS: "give the right address: `bitsgui set {id} url=URL`, then `bitsgui resume {id}`",
        Remedy.OTHER_FOLDER: "choose a folder: `bitsgui set {id} folder=PATH`, then `bitsgui resume {id}`",
        Remedy.SIGN_IN_SERVER: "sign in: `bitsgui set {id} user=NAME`, then `bitsgui resume {id}`",
        Remedy.SIGN_IN_PROXY: "sign in: `bitsgui set {id} proxy=http://NAME@HOST:PORT`, then `bitsgui resume {id}`",
        Remedy.RESTART_FILE: "to begin anew: `bitsgui resume {id} --restart`",
        Remedy.FREE_SPACE: "free some space there, then `bitsgui resume {id}`",
        Remedy.WAIT_UNTIL_FREE: "as soon as the file is free: `bitsgui resume {id}`",
        Remedy.HEADERS: "send a browser's cookies: `bitsgui set {id} header='Cookie: ...'`, then `bitsgui resume {id}`",
        Remedy.CA_FILE: "if you know who vouches for it: `bitsgui set {id} cacert=FILE`, then `bitsgui resume {id}`",
        Remedy.PIN_CERTIFICATE: _WINDOW,
        Remedy.CLIENT_CERTIFICATE: _WINDOW,
        Remedy.PROXY: "use another proxy, or none: `bitsgui set {id} proxy=URL`, then `bitsgui resume {id}`",
        Remedy.ALLOW_REDIRECT: _WINDOW,
        Remedy.IN_ONE_GO: _WINDOW,
        Remedy.LONGER_DEADLINE: "allow more time: `bitsgui set {id} max-time=S`, then `bitsgui resume {id}`",
        Remedy.SEND_AGAIN: "to send it again from the start: `bitsgui resume {id} --restart`",
        Remedy.HAND_OVER_AGAIN: "to hand the file over once more: `bitsgui resume {id}`",
        Remedy.FETCH_REPLY_AGAIN: "to fetch the reply: `bitsgui resume {id}`",
        Remedy.LOCATE_SOURCE: "put the file back, then `bitsgui resume {id}`",
        Remedy.CORRECT_CHECKSUM: "correct the checksum: `bitsgui set {id} checksum=HEX`, then `bitsgui resume {id}`",
    }
)


def hint(job: Job, short_id: str) -> str:
    """The recommended way out of the job's error."""
    return HINTS[diagnose(job).remedies[0]].format(id=short_id)

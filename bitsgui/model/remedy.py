"""What a person can do about a failed job, in short: each stands for one or two fixes of model.fix."""

from enum import Enum, auto


class Remedy(Enum):
    """What a person can do about it, then go on.

    WAIT_UNTIL_FREE: a file that is open elsewhere, a volume that is locked or gone. HEADERS: cookies and the like, by
    pasting a curl command. SEND_AGAIN, HAND_OVER_AGAIN and FETCH_REPLY_AGAIN: the three parts of an upload-reply.
    """

    TRY_AGAIN = auto()
    NEW_ADDRESS = auto()
    OTHER_FOLDER = auto()
    SIGN_IN_SERVER = auto()
    SIGN_IN_PROXY = auto()
    RESTART_FILE = auto()
    FREE_SPACE = auto()
    WAIT_UNTIL_FREE = auto()
    HEADERS = auto()
    CA_FILE = auto()
    PIN_CERTIFICATE = auto()
    CLIENT_CERTIFICATE = auto()
    PROXY = auto()
    ALLOW_REDIRECT = auto()
    IN_ONE_GO = auto()
    LONGER_DEADLINE = auto()
    SEND_AGAIN = auto()
    HAND_OVER_AGAIN = auto()
    FETCH_REPLY_AGAIN = auto()
    LOCATE_SOURCE = auto()
    CORRECT_CHECKSUM = auto()

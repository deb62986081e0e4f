"""The enumerations against the numbers of bits.h, typed in here once more."""

from enum import Enum

import pytest

from bitsgui.model import enums

BITS_H = {
    enums.JobType: {"DOWNLOAD": 0, "UPLOAD": 1, "UPLOAD_REPLY": 2},
    enums.JobState: {
        "QUEUED": 0,
        "CONNECTING": 1,
        "TRANSFERRING": 2,
        "SUSPENDED": 3,
        "ERROR": 4,
        "TRANSIENT_ERROR": 5,
        "TRANSFERRED": 6,
        "ACKNOWLEDGED": 7,
        "CANCELLED": 8,
    },
    enums.JobPriority: {"FOREGROUND": 0, "HIGH": 1, "NORMAL": 2, "LOW": 3},
    enums.ProxyUsage: {"PRECONFIG": 0, "NO_PROXY": 1, "OVERRIDE": 2, "AUTODETECT": 3},
    enums.ErrorContext: {
        "NONE": 0,
        "UNKNOWN": 1,
        "GENERAL_QUEUE_MANAGER": 2,
        "QUEUE_MANAGER_NOTIFICATION": 3,
        "LOCAL_FILE": 4,
        "REMOTE_FILE": 5,
        "GENERAL_TRANSPORT": 6,
        "REMOTE_APPLICATION": 7,
        "SERVER_CERTIFICATE_CALLBACK": 8,
    },
    enums.AuthTarget: {"SERVER": 1, "PROXY": 2},
    enums.AuthScheme: {"BASIC": 1, "DIGEST": 2, "NTLM": 3, "NEGOTIATE": 4, "PASSPORT": 5},
    enums.NotifyFlags: {
        "JOB_TRANSFERRED": 0x01,
        "JOB_ERROR": 0x02,
        "DISABLE": 0x04,
        "JOB_MODIFICATION": 0x08,
        "FILE_TRANSFERRED": 0x10,
        "FILE_RANGES_TRANSFERRED": 0x20,
    },
    enums.SecurityFlags: {
        "SSL_ENABLE_CRL_CHECK": 0x0001,
        "SSL_IGNORE_CERT_CN_INVALID": 0x0002,
        "SSL_IGNORE_CERT_DATE_INVALID": 0x0004,
        "SSL_IGNORE_UNKNOWN_CA": 0x0008,
        "SSL_IGNORE_CERT_WRONG_USAGE": 0x0010,
        "REDIRECT_ALLOW_REPORT": 0x0100,
        "REDIRECT_DISALLOW": 0x0200,
        "REDIRECT_ALLOW_HTTPS_TO_HTTP": 0x0800,
    },
    enums.Verb: {"RESUME": "resume", "SUSPEND": "suspend", "COMPLETE": "complete", "CANCEL": "cancel"},
}


@pytest.mark.parametrize(("enum", "numbers"), BITS_H.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_members_have_the_numbers_of_bits_h(enum: type[Enum], numbers: dict[str, int | str]) -> None:
    assert {name: member.value for name, member in enum.__members__.items()} == numbers


def test_every_enumeration_is_in_the_table() -> None:
    defined = {
        value
        for value in vars(enums).values()
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == enums.__name__
    }
    assert defined == set(BITS_H)


def test_redirect_policies_lie_under_their_mask() -> None:
    flags = enums.SecurityFlags
    assert enums.REDIRECT_POLICY_MASK == 0x0700
    assert flags.REDIRECT_ALLOW_REPORT & enums.REDIRECT_POLICY_MASK
    assert flags.REDIRECT_DISALLOW & enums.REDIRECT_POLICY_MASK
    assert not flags.REDIRECT_ALLOW_HTTPS_TO_HTTP & enums.REDIRECT_POLICY_MASK


def test_state_sets() -> None:
    state = enums.JobState
    assert {state.ACKNOWLEDGED, state.CANCELLED} == enums.FINAL_STATES
    assert {state.CONNECTING, state.TRANSFERRING} == enums.RUNNING_STATES
    waiting = {state.QUEUED, state.TRANSIENT_ERROR}
    assert enums.RUNNING_STATES | waiting == enums.ACTION_STATES

"""Every code of bits.h, winerror.h and winhttp.h that a BITS client meets, as one table of constants."""

from typing import Final

from bitsgui.model.hresult import define, from_http_status

# Success codes
S_OK: Final = define(0x00000000, "S_OK", "Success.")
S_FALSE: Final = define(0x00000001, "S_FALSE", "There was nothing to do.")
BG_S_ERROR_CONTEXT_NONE: Final = define(0x00200006, "BG_S_ERROR_CONTEXT_NONE", "Text resource for context 0.")
BG_S_PARTIAL_COMPLETE: Final = define(
    0x00200017, "BG_S_PARTIAL_COMPLETE", "Complete kept only the finished files, the others were deleted."
)
BG_S_UNABLE_TO_DELETE_FILES: Final = define(
    0x0020001A, "BG_S_UNABLE_TO_DELETE_FILES", "The job ended but temporary files remain."
)
BG_S_PROXY_CHANGED: Final = define(0x0020002A, "BG_S_PROXY_CHANGED", "Proxy settings changed.")
BG_S_OVERRIDDEN_BY_POLICY: Final = define(
    0x00200055, "BG_S_OVERRIDDEN_BY_POLICY", "Preference stored but a policy wins."
)

# bits.h: BG_E_*
BG_E_NOT_FOUND: Final = define(0x80200001, "BG_E_NOT_FOUND", "No such job.")
BG_E_INVALID_STATE: Final = define(0x80200002, "BG_E_INVALID_STATE", "Not allowed in this state.")
BG_E_EMPTY: Final = define(0x80200003, "BG_E_EMPTY", "Job has no files.")
BG_E_FILE_NOT_AVAILABLE: Final = define(0x80200004, "BG_E_FILE_NOT_AVAILABLE", "Error not tied to a file.")
BG_E_PROTOCOL_NOT_AVAILABLE: Final = define(0x80200005, "BG_E_PROTOCOL_NOT_AVAILABLE", "Error not tied to a protocol.")
BG_E_ERROR_CONTEXT_UNKNOWN: Final = define(
    0x80200007, "BG_E_ERROR_CONTEXT_UNKNOWN", "Id of the text of context UNKNOWN; never a job's error."
)
BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER: Final = define(
    0x80200008,
    "BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER",
    "Id of the text of context GENERAL_QUEUE_MANAGER; never a job's error.",
)
BG_E_ERROR_CONTEXT_LOCAL_FILE: Final = define(
    0x80200009, "BG_E_ERROR_CONTEXT_LOCAL_FILE", "Id of the text of context LOCAL_FILE; never a job's error."
)
BG_E_ERROR_CONTEXT_REMOTE_FILE: Final = define(
    0x8020000A,
    "BG_E_ERROR_CONTEXT_REMOTE_FILE",
    "Id of the text of context REMOTE_FILE; never a job's error.",
)
BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT: Final = define(
    0x8020000B,
    "BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT",
    "Id of the text of context GENERAL_TRANSPORT; never a job's error.",
)
BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION: Final = define(
    0x8020000C,
    "BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION",
    "Id of the text of context QUEUE_MANAGER_NOTIFICATION; never a job's error.",
)
BG_E_DESTINATION_LOCKED: Final = define(0x8020000D, "BG_E_DESTINATION_LOCKED", "Destination volume locked.")
BG_E_VOLUME_CHANGED: Final = define(0x8020000E, "BG_E_VOLUME_CHANGED", "Destination volume is a different one.")
BG_E_ERROR_INFORMATION_UNAVAILABLE: Final = define(
    0x8020000F, "BG_E_ERROR_INFORMATION_UNAVAILABLE", "No error object now."
)
BG_E_NETWORK_DISCONNECTED: Final = define(0x80200010, "BG_E_NETWORK_DISCONNECTED", "No network.")
BG_E_MISSING_FILE_SIZE: Final = define(0x80200011, "BG_E_MISSING_FILE_SIZE", "Server gave no size.")
BG_E_INSUFFICIENT_HTTP_SUPPORT: Final = define(0x80200012, "BG_E_INSUFFICIENT_HTTP_SUPPORT", "Not HTTP/1.1 capable.")
BG_E_INSUFFICIENT_RANGE_SUPPORT: Final = define(
    0x80200013, "BG_E_INSUFFICIENT_RANGE_SUPPORT", "No Content-Range support."
)
BG_E_REMOTE_NOT_SUPPORTED: Final = define(0x80200014, "BG_E_REMOTE_NOT_SUPPORTED", "BITS cannot be driven remotely.")
BG_E_NEW_OWNER_DIFF_MAPPING: Final = define(
    0x80200015, "BG_E_NEW_OWNER_DIFF_MAPPING", "Drive letter maps differently for the new owner."
)
BG_E_NEW_OWNER_NO_FILE_ACCESS: Final = define(
    0x80200016, "BG_E_NEW_OWNER_NO_FILE_ACCESS", "New owner cannot access temporary files."
)
BG_E_PROXY_LIST_TOO_LARGE: Final = define(0x80200018, "BG_E_PROXY_LIST_TOO_LARGE", "Proxy list over 32 KB.")
BG_E_PROXY_BYPASS_LIST_TOO_LARGE: Final = define(
    0x80200019, "BG_E_PROXY_BYPASS_LIST_TOO_LARGE", "Bypass list over 32 KB."
)
BG_E_INVALID_SERVER_RESPONSE: Final = define(
    0x8020001B, "BG_E_INVALID_SERVER_RESPONSE", "Server answer violates the protocol."
)
BG_E_TOO_MANY_FILES: Final = define(0x8020001C, "BG_E_TOO_MANY_FILES", "Second file on an upload job.")
BG_E_LOCAL_FILE_CHANGED: Final = define(0x8020001D, "BG_E_LOCAL_FILE_CHANGED", "Upload source changed.")
BG_E_ERROR_CONTEXT_REMOTE_APPLICATION: Final = define(
    0x8020001E,
    "BG_E_ERROR_CONTEXT_REMOTE_APPLICATION",
    "Id of the text of context REMOTE_APPLICATION; never a job's error.",
)
BG_E_SESSION_NOT_FOUND: Final = define(0x8020001F, "BG_E_SESSION_NOT_FOUND", "Server lost the upload session.")
BG_E_TOO_LARGE: Final = define(0x80200020, "BG_E_TOO_LARGE", "Larger than the server takes, or a reply above 1 MB.")
BG_E_STRING_TOO_LONG: Final = define(0x80200021, "BG_E_STRING_TOO_LONG", "Text too long.")
BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH: Final = define(
    0x80200022, "BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH", "No common upload protocol."
)
BG_E_SERVER_EXECUTE_ENABLE: Final = define(
    0x80200023, "BG_E_SERVER_EXECUTE_ENABLE", "The upload directory allows scripts to run."
)
BG_E_NO_PROGRESS: Final = define(0x80200024, "BG_E_NO_PROGRESS", "No progress within the no-progress timeout.")
BG_E_USERNAME_TOO_LARGE: Final = define(0x80200025, "BG_E_USERNAME_TOO_LARGE", "Over 300 characters.")
BG_E_PASSWORD_TOO_LARGE: Final = define(0x80200026, "BG_E_PASSWORD_TOO_LARGE", "Over 65,535/65,536 characters.")
BG_E_INVALID_AUTH_TARGET: Final = define(0x80200027, "BG_E_INVALID_AUTH_TARGET", "Unknown target.")
BG_E_INVALID_AUTH_SCHEME: Final = define(0x80200028, "BG_E_INVALID_AUTH_SCHEME", "Unknown scheme.")
BG_E_FILE_NOT_FOUND: Final = define(0x80200029, "BG_E_FILE_NOT_FOUND", "File not found.")
BG_E_INVALID_RANGE: Final = define(0x8020002B, "BG_E_INVALID_RANGE", "Range not inside the remote file, or malformed.")
BG_E_OVERLAPPING_RANGES: Final = define(
    0x8020002C, "BG_E_OVERLAPPING_RANGES", "Overlap, duplicate, or equal offsets with the longer one first."
)
BG_E_CONNECT_FAILURE: Final = define(0x8020002D, "BG_E_CONNECT_FAILURE", "Could not connect.")
BG_E_CONNECTION_CLOSED: Final = define(0x8020002E, "BG_E_CONNECTION_CLOSED", "Connection closed early.")
BG_E_KEEP_ALIVE_FAILURE: Final = define(
    0x8020002F, "BG_E_KEEP_ALIVE_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_MESSAGE_LENGTH_LIMIT_EXCEEDED: Final = define(
    0x80200030, "BG_E_MESSAGE_LENGTH_LIMIT_EXCEEDED", "Legacy name of older headers; decoded, never emitted."
)
BG_E_NAME_RESOLUTION_FAILURE: Final = define(
    0x80200031, "BG_E_NAME_RESOLUTION_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_PENDING: Final = define(0x80200032, "BG_E_PENDING", "Legacy name of older headers; decoded, never emitted.")
BG_E_PIPELINE_FAILURE: Final = define(
    0x80200033, "BG_E_PIPELINE_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_PROTOCOL_ERROR: Final = define(
    0x80200034, "BG_E_PROTOCOL_ERROR", "Legacy name of older headers; decoded, never emitted."
)
BG_E_PROXY_NAME_RESOLUTION_FAILURE: Final = define(
    0x80200035, "BG_E_PROXY_NAME_RESOLUTION_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_RECEIVE_FAILURE: Final = define(
    0x80200036, "BG_E_RECEIVE_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_REQUEST_CANCELED: Final = define(
    0x80200037, "BG_E_REQUEST_CANCELED", "Legacy name of older headers; decoded, never emitted."
)
BG_E_SECURE_CHANNEL_FAILURE: Final = define(
    0x80200038, "BG_E_SECURE_CHANNEL_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_SEND_FAILURE: Final = define(
    0x80200039, "BG_E_SEND_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_SERVER_PROTOCOL_VIOLATION: Final = define(
    0x8020003A, "BG_E_SERVER_PROTOCOL_VIOLATION", "Legacy name of older headers; decoded, never emitted."
)
BG_E_TIMEOUT: Final = define(0x8020003B, "BG_E_TIMEOUT", "Legacy name of older headers; decoded, never emitted.")
BG_E_TRUST_FAILURE: Final = define(
    0x8020003C, "BG_E_TRUST_FAILURE", "Legacy name of older headers; decoded, never emitted."
)
BG_E_UNKNOWN_ERROR: Final = define(
    0x8020003D, "BG_E_UNKNOWN_ERROR", "Legacy name of older headers; decoded, never emitted."
)
BG_E_BLOCKED_BY_POLICY: Final = define(0x8020003E, "BG_E_BLOCKED_BY_POLICY", "Policy forbids background transfers now.")
BG_E_INVALID_PROXY_INFO: Final = define(0x8020003F, "BG_E_INVALID_PROXY_INFO", "Job's proxy or bypass list invalid.")
BG_E_INVALID_CREDENTIALS: Final = define(0x80200040, "BG_E_INVALID_CREDENTIALS", "Credential format invalid.")
BG_E_INVALID_HASH_ALGORITHM: Final = define(0x80200041, "BG_E_INVALID_HASH_ALGORITHM", "Peer cache internal.")
BG_E_RECORD_DELETED: Final = define(0x80200042, "BG_E_RECORD_DELETED", "Cache record gone.")
BG_E_COMMIT_IN_PROGRESS: Final = define(0x80200043, "BG_E_COMMIT_IN_PROGRESS", "Peer cache internal.")
BG_E_DISCOVERY_IN_PROGRESS: Final = define(0x80200044, "BG_E_DISCOVERY_IN_PROGRESS", "Peer discovery running.")
BG_E_UPNP_ERROR: Final = define(0x80200045, "BG_E_UPNP_ERROR", "Gateway device error.")
BG_E_TEST_OPTION_BLOCKED_DOWNLOAD: Final = define(0x80200046, "BG_E_TEST_OPTION_BLOCKED_DOWNLOAD", "Test switch.")
BG_E_PEERCACHING_DISABLED: Final = define(0x80200047, "BG_E_PEERCACHING_DISABLED", "Peer caching is off.")
BG_E_BUSYCACHERECORD: Final = define(0x80200048, "BG_E_BUSYCACHERECORD", "Cache record in use.")
BG_E_TOO_MANY_JOBS_PER_USER: Final = define(0x80200049, "BG_E_TOO_MANY_JOBS_PER_USER", "Over the user's limit (60).")
BG_E_TOO_MANY_JOBS_PER_MACHINE: Final = define(
    0x80200050, "BG_E_TOO_MANY_JOBS_PER_MACHINE", "Over machine limit (300)."
)
BG_E_TOO_MANY_FILES_IN_JOB: Final = define(0x80200051, "BG_E_TOO_MANY_FILES_IN_JOB", "Over 200 files.")
BG_E_TOO_MANY_RANGES_IN_FILE: Final = define(0x80200052, "BG_E_TOO_MANY_RANGES_IN_FILE", "Over 500 ranges.")
BG_E_VALIDATION_FAILED: Final = define(0x80200053, "BG_E_VALIDATION_FAILED", "Content declared invalid.")
BG_E_MAXDOWNLOAD_TIMEOUT: Final = define(0x80200054, "BG_E_MAXDOWNLOAD_TIMEOUT", "Maximum download time exceeded.")
BG_E_TOKEN_REQUIRED: Final = define(0x80200056, "BG_E_TOKEN_REQUIRED", "Helper token missing.")
BG_E_UNKNOWN_PROPERTY_ID: Final = define(0x80200057, "BG_E_UNKNOWN_PROPERTY_ID", "Unknown property.")
BG_E_READ_ONLY_PROPERTY: Final = define(0x80200058, "BG_E_READ_ONLY_PROPERTY", "Property cannot be set.")
BG_E_BLOCKED_BY_COST_TRANSFER_POLICY: Final = define(
    0x80200059, "BG_E_BLOCKED_BY_COST_TRANSFER_POLICY", "Network too expensive for the job's cost flags."
)
BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY: Final = define(
    0x80200060, "BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY", "Download-only property."
)
BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE: Final = define(
    0x80200061, "BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE", "Too late: files present."
)
BG_E_READ_ONLY_PROPERTY_AFTER_RESUME: Final = define(
    0x80200062, "BG_E_READ_ONLY_PROPERTY_AFTER_RESUME", "Too late: already resumed once."
)
BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE: Final = define(
    0x80200063, "BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE", "Bad size cap."
)
BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED: Final = define(
    0x80200064, "BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED", "Size cap hit."
)
BG_E_STANDBY_MODE: Final = define(0x80200065, "BG_E_STANDBY_MODE", "Machine in standby.")
BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED: Final = define(
    0x80200066, "BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED", "Only PROXY target possible."
)
BG_E_BLOCKED_BY_BATTERY_POLICY: Final = define(0x80200067, "BG_E_BLOCKED_BY_BATTERY_POLICY", "Battery policy.")
BG_E_BLOCKED_BY_BATTERY_SAVER: Final = define(0x80200068, "BG_E_BLOCKED_BY_BATTERY_SAVER", "Battery saver on.")
BG_E_WATCHDOG_TIMEOUT: Final = define(0x80200069, "BG_E_WATCHDOG_TIMEOUT", "Internal watchdog.")
BG_E_APP_PACKAGE_NOT_FOUND: Final = define(0x8020006A, "BG_E_APP_PACKAGE_NOT_FOUND", "Store app gone.")
BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED: Final = define(
    0x8020006B, "BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED", "Not for store apps."
)
BG_E_DATABASE_CORRUPT: Final = define(0x8020006C, "BG_E_DATABASE_CORRUPT", "Job database unreadable.")
BG_E_RANDOM_ACCESS_NOT_SUPPORTED: Final = define(
    0x8020006D, "BG_E_RANDOM_ACCESS_NOT_SUPPORTED", "On-demand impossible."
)
BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY: Final = define(
    0x8020006E, "BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY", "App may not run in background."
)
BG_E_BLOCKED_BY_GAME_MODE: Final = define(0x8020006F, "BG_E_BLOCKED_BY_GAME_MODE", "Game mode.")
BG_E_BLOCKED_BY_SYSTEM_POLICY: Final = define(0x80200070, "BG_E_BLOCKED_BY_SYSTEM_POLICY", "System policy.")
BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD: Final = define(
    0x80200071, "BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD", "Feature excluded by SetHttpMethod."
)
BG_E_UNSUPPORTED_JOB_CONFIGURATION: Final = define(
    0x80200072, "BG_E_UNSUPPORTED_JOB_CONFIGURATION", "Contradictory properties."
)
BG_E_REMOTE_FILE_CHANGED: Final = define(
    0x80200073, "BG_E_REMOTE_FILE_CHANGED", "Remote file changed where a restart is impossible."
)
BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED: Final = define(
    0x80200074, "BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED", "Certificate callback not present."
)
BG_E_READ_ONLY_WHEN_JOB_ACTIVE: Final = define(0x80200075, "BG_E_READ_ONLY_WHEN_JOB_ACTIVE", "Only while SUSPENDED.")
BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK: Final = define(
    0x80200076,
    "BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK",
    "Id of the text of context SERVER_CERTIFICATE_CALLBACK; never a job's error.",
)

# winerror.h, winsock2.h and winhttp.h
E_NOTIMPL: Final = define(0x80004001, "E_NOTIMPL", "Not for this job type, or an unknown value.")
E_FAIL: Final = define(0x80004005, "E_FAIL", "A programming error.")
E_NOINTERFACE: Final = define(0x80004002, "E_NOINTERFACE", "BITS version too old.")
E_PENDING: Final = define(0x8000000A, "E_PENDING", "Not finished yet.")
E_ACCESSDENIED: Final = define(0x80070005, "E_ACCESSDENIED", "Permission denied.")
E_OUTOFMEMORY: Final = define(0x8007000E, "E_OUTOFMEMORY", "No memory.")
E_INVALIDARG: Final = define(0x80070057, "E_INVALIDARG", "Bad argument.")
ERROR_FILE_NOT_FOUND: Final = define(0x80070002, "ERROR_FILE_NOT_FOUND", "File missing.")
ERROR_PATH_NOT_FOUND: Final = define(0x80070003, "ERROR_PATH_NOT_FOUND", "Directory missing.")
ERROR_TOO_MANY_OPEN_FILES: Final = define(0x80070004, "ERROR_TOO_MANY_OPEN_FILES", "Handle limit.")
ERROR_NOT_SAME_DEVICE: Final = define(0x80070011, "ERROR_NOT_SAME_DEVICE", "Rename across volumes.")
ERROR_WRITE_PROTECT: Final = define(0x80070013, "ERROR_WRITE_PROTECT", "Read-only medium.")
ERROR_NOT_READY: Final = define(0x80070015, "ERROR_NOT_READY", "Drive not ready.")
ERROR_CRC: Final = define(0x80070017, "ERROR_CRC", "Disk data error.")
ERROR_SHARING_VIOLATION: Final = define(0x80070020, "ERROR_SHARING_VIOLATION", "Opened by another program.")
ERROR_LOCK_VIOLATION: Final = define(0x80070021, "ERROR_LOCK_VIOLATION", "Region locked.")
ERROR_HANDLE_DISK_FULL: Final = define(0x80070027, "ERROR_HANDLE_DISK_FULL", "No space left.")
ERROR_DISK_FULL: Final = define(0x80070070, "ERROR_DISK_FULL", "No space left.")
ERROR_BAD_NETPATH: Final = define(0x80070035, "ERROR_BAD_NETPATH", "SMB server unknown.")
ERROR_BAD_NET_NAME: Final = define(0x80070043, "ERROR_BAD_NET_NAME", "SMB share unknown.")
ERROR_UNEXP_NET_ERR: Final = define(0x8007003B, "ERROR_UNEXP_NET_ERR", "SMB network trouble.")
ERROR_NETNAME_DELETED: Final = define(0x80070040, "ERROR_NETNAME_DELETED", "The SMB connection vanished.")
ERROR_NETWORK_ACCESS_DENIED: Final = define(0x80070041, "ERROR_NETWORK_ACCESS_DENIED", "SMB access.")
ERROR_TIMEOUT: Final = define(0x800705B4, "ERROR_TIMEOUT", "The time-out has expired.")
ERROR_SEM_TIMEOUT: Final = define(0x80070079, "ERROR_SEM_TIMEOUT", "Timeout.")
ERROR_INVALID_NAME: Final = define(0x8007007B, "ERROR_INVALID_NAME", "Bad file name.")
ERROR_DIRECTORY: Final = define(0x8007010B, "ERROR_DIRECTORY", "Not a directory.")
ERROR_ALREADY_EXISTS: Final = define(0x800700B7, "ERROR_ALREADY_EXISTS", "Exists.")
ERROR_FILENAME_EXCED_RANGE: Final = define(0x800700CE, "ERROR_FILENAME_EXCED_RANGE", "Name too long.")
ERROR_FILE_TOO_LARGE: Final = define(0x800700DF, "ERROR_FILE_TOO_LARGE", "File system limit.")
ERROR_CAN_NOT_COMPLETE: Final = define(0x800703EB, "ERROR_CAN_NOT_COMPLETE", "No default gateway.")
ERROR_SERVICE_DISABLED: Final = define(0x80070422, "ERROR_SERVICE_DISABLED", "The service is disabled.")
ERROR_SERVICE_NOT_ACTIVE: Final = define(0x80070426, "ERROR_SERVICE_NOT_ACTIVE", "The service is not running.")
ERROR_IO_DEVICE: Final = define(0x8007045D, "ERROR_IO_DEVICE", "I/O error.")
ERROR_NO_NETWORK: Final = define(0x800704C6, "ERROR_NO_NETWORK", "No network.")
ERROR_CONNECTION_REFUSED: Final = define(0x800704C9, "ERROR_CONNECTION_REFUSED", "Connection refused.")
ERROR_CONNECTION_ABORTED: Final = define(0x800704D4, "ERROR_CONNECTION_ABORTED", "Connection aborted.")
ERROR_NETWORK_UNREACHABLE: Final = define(0x800704CF, "ERROR_NETWORK_UNREACHABLE", "No route to the network.")
ERROR_HOST_UNREACHABLE: Final = define(0x800704D0, "ERROR_HOST_UNREACHABLE", "No route to the host.")
ERROR_NOT_LOGGED_ON: Final = define(0x800704DD, "ERROR_NOT_LOGGED_ON", "The owner is not logged on.")
ERROR_DISK_QUOTA_EXCEEDED: Final = define(0x8007050F, "ERROR_DISK_QUOTA_EXCEEDED", "Quota.")
ERROR_LOGON_FAILURE: Final = define(0x8007052E, "ERROR_LOGON_FAILURE", "Bad password (SMB).")
ERROR_RESOURCE_LANG_NOT_FOUND: Final = define(0x80070717, "ERROR_RESOURCE_LANG_NOT_FOUND", "No text in that language.")
WSAECONNRESET: Final = define(0x80072746, "WSAECONNRESET", "Connection reset.")
WSAETIMEDOUT: Final = define(0x8007274C, "WSAETIMEDOUT", "Connection timed out.")
WSAECONNREFUSED: Final = define(0x8007274D, "WSAECONNREFUSED", "Connection refused.")
WSAHOST_NOT_FOUND: Final = define(0x80072AF9, "WSAHOST_NOT_FOUND", "Name unknown.")
ERROR_WINHTTP_TIMEOUT: Final = define(0x80072EE2, "ERROR_WINHTTP_TIMEOUT", "Timeout.")
ERROR_WINHTTP_INVALID_URL: Final = define(0x80072EE5, "ERROR_WINHTTP_INVALID_URL", "Bad URL.")
ERROR_WINHTTP_UNRECOGNIZED_SCHEME: Final = define(0x80072EE6, "ERROR_WINHTTP_UNRECOGNIZED_SCHEME", "Bad URL.")
ERROR_WINHTTP_NAME_NOT_RESOLVED: Final = define(
    0x80072EE7, "ERROR_WINHTTP_NAME_NOT_RESOLVED", "Server or proxy name unresolved."
)
ERROR_WINHTTP_LOGIN_FAILURE: Final = define(0x80072EEF, "ERROR_WINHTTP_LOGIN_FAILURE", "Login failed.")
ERROR_WINHTTP_OPERATION_CANCELLED: Final = define(0x80072EF1, "ERROR_WINHTTP_OPERATION_CANCELLED", "Aborted.")
ERROR_WINHTTP_CANNOT_CONNECT: Final = define(0x80072EFD, "ERROR_WINHTTP_CANNOT_CONNECT", "Connection failed.")
ERROR_WINHTTP_CONNECTION_ERROR: Final = define(
    0x80072EFE, "ERROR_WINHTTP_CONNECTION_ERROR", "The connection was reset or closed early."
)
ERROR_WINHTTP_SECURE_CERT_DATE_INVALID: Final = define(
    0x80072F05, "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID", "Certificate expired/not yet valid."
)
ERROR_WINHTTP_SECURE_CERT_CN_INVALID: Final = define(
    0x80072F06, "ERROR_WINHTTP_SECURE_CERT_CN_INVALID", "Host name mismatch."
)
ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED: Final = define(
    0x80072F0C, "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED", "The server asks for a client certificate."
)
ERROR_WINHTTP_SECURE_INVALID_CA: Final = define(0x80072F0D, "ERROR_WINHTTP_SECURE_INVALID_CA", "Untrusted root.")
ERROR_WINHTTP_SECURE_CERT_REV_FAILED: Final = define(
    0x80072F19, "ERROR_WINHTTP_SECURE_CERT_REV_FAILED", "Revocation not checkable."
)
ERROR_WINHTTP_INVALID_SERVER_RESPONSE: Final = define(
    0x80072F78, "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", "Answer not parsable."
)
ERROR_WINHTTP_REDIRECT_FAILED: Final = define(
    0x80072F7C, "ERROR_WINHTTP_REDIRECT_FAILED", "Scheme changed or too many redirects."
)
ERROR_WINHTTP_SECURE_CHANNEL_ERROR: Final = define(0x80072F7D, "ERROR_WINHTTP_SECURE_CHANNEL_ERROR", "TLS failure.")
ERROR_WINHTTP_SECURE_INVALID_CERT: Final = define(0x80072F89, "ERROR_WINHTTP_SECURE_INVALID_CERT", "Malformed chain.")
ERROR_WINHTTP_SECURE_CERT_REVOKED: Final = define(0x80072F8A, "ERROR_WINHTTP_SECURE_CERT_REVOKED", "Revoked.")
ERROR_WINHTTP_SECURE_FAILURE: Final = define(
    0x80072F8F, "ERROR_WINHTTP_SECURE_FAILURE", "One or more certificate errors."
)
ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE: Final = define(
    0x80072F93, "ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE", "Wrong usage."
)
ERROR_WINHTTP_AUTODETECTION_FAILED: Final = define(
    0x80072F94, "ERROR_WINHTTP_AUTODETECTION_FAILED", "WPAD found nothing."
)
ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY: Final = define(
    0x80072F99, "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY", "The client certificate has no private key."
)
ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY: Final = define(
    0x80072F9A,
    "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY",
    "The client certificate's private key may not be used.",
)
CRYPT_E_NOT_FOUND: Final = define(0x80092004, "CRYPT_E_NOT_FOUND", "Certificate not found.")
CRYPT_E_REVOKED: Final = define(0x80092010, "CRYPT_E_REVOKED", "Certificate revoked.")
CERT_E_EXPIRED: Final = define(0x800B0101, "CERT_E_EXPIRED", "A certificate of the chain has expired.")
CERT_E_UNTRUSTEDROOT: Final = define(0x800B0109, "CERT_E_UNTRUSTEDROOT", "The chain ends in an untrusted root.")
CERT_E_CN_NO_MATCH: Final = define(0x800B010F, "CERT_E_CN_NO_MATCH", "The certificate is for another name.")
CERT_E_WRONG_USAGE: Final = define(0x800B0110, "CERT_E_WRONG_USAGE", "The certificate is for another use.")

# Statuses that the engine decides by
BG_E_HTTP_ERROR_401: Final = from_http_status(401)
BG_E_HTTP_ERROR_403: Final = from_http_status(403)
BG_E_HTTP_ERROR_404: Final = from_http_status(404)
BG_E_HTTP_ERROR_407: Final = from_http_status(407)
BG_E_HTTP_ERROR_416: Final = from_http_status(416)

"""What proxy settings must be, of a job and of the defaults of new jobs; raises what SetProxySettings returns."""

from bitsgui.model import codes, limits
from bitsgui.model.enums import ProxyUsage
from bitsgui.model.file_rules import check_text
from bitsgui.model.hresult import BitsError


def check_proxy(usage: int, proxy_list: str, bypass_list: str) -> None:
    """The lists belong to OVERRIDE, which needs the first of them."""
    if usage not in tuple(ProxyUsage):
        raise BitsError(codes.E_NOTIMPL, f"There is no proxy usage {usage}.")
    overrides = usage == ProxyUsage.OVERRIDE
    if overrides != bool(proxy_list.strip()) or (bypass_list and not overrides):
        raise BitsError(codes.E_INVALIDARG, "Proxy lists are given with OVERRIDE, and only with it.")
    if len(proxy_list) > limits.PROXY_LIST_MAX:
        raise BitsError(codes.BG_E_PROXY_LIST_TOO_LARGE, f"At most {limits.PROXY_LIST_MAX} characters.")
    if len(bypass_list) > limits.PROXY_LIST_MAX:
        raise BitsError(codes.BG_E_PROXY_BYPASS_LIST_TOO_LARGE, f"At most {limits.PROXY_LIST_MAX} characters.")
    if "@" in proxy_list:
        raise BitsError(codes.E_INVALIDARG, "A proxy's user name and password belong to its credentials.")
    check_text(proxy_list + bypass_list)

"""Tells when the network is back, as the desktop sees it; knows no jobs."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

_Reachability = QNetworkInformation.Reachability


class NetworkWatch(QObject):
    """Calls `on_back` whenever the network becomes reachable after it was not; silent where no back end knows."""

    def __init__(self, on_back: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_back = on_back
        self._was_reachable = True
        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            information = QNetworkInformation.instance()
            self._was_reachable = _is_reachable(information.reachability())
            information.reachabilityChanged.connect(self._on_reachability)

    def _on_reachability(self, reachability: _Reachability) -> None:
        is_reachable = _is_reachable(reachability)
        if is_reachable and not self._was_reachable:
            self._on_back()
        self._was_reachable = is_reachable


def _is_reachable(reachability: _Reachability) -> bool:
    # Unknown must not hold a job back, and Local may be all that a job's server needs.
    return reachability is not _Reachability.Disconnected

"""The network watch: waiting jobs go on when the desktop says that the network is back."""

from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from bitsgui.gui.network import NetworkWatch

REACH = QNetworkInformation.Reachability


def test_only_a_return_of_the_network_is_told(qtbot: QtBot) -> None:
    told: list[str] = []
    watch = NetworkWatch(lambda: told.append("back"))
    information = QNetworkInformation.instance()
    assert information is not None
    for now in (REACH.Online, REACH.Disconnected, REACH.Disconnected):
        information.reachabilityChanged.emit(now)
    assert told == []
    information.reachabilityChanged.emit(REACH.Online)
    information.reachabilityChanged.emit(REACH.Online)
    assert told == ["back"]
    watch.deleteLater()

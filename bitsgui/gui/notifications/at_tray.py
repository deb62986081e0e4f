"""The last way: a message at the tray's icon. It has no buttons; a click on it is one on the notice."""

from bitsgui.gui.notifications.notice import Action, Heard, Notice
from bitsgui.gui.windows.tray import Tray


class TrayWay:
    """Knows the last notice only, as trays do."""

    def __init__(self, tray: Tray, heard: Heard) -> None:
        self._tray = tray
        self._heard = heard
        self._last: tuple[str, Action] | None = None
        tray.message_clicked.connect(self._on_clicked)

    async def post(self, notice: Notice) -> bool:
        """Show it; False without a tray."""
        if not self._tray.say(notice.title, notice.text):
            return False
        self._last = (notice.key, notice.on_click)
        return True

    async def withdraw(self, key: str) -> None:
        """It goes by itself."""

    async def aclose(self) -> None:
        """Nothing is held."""

    def _on_clicked(self) -> None:
        if self._last is not None:
            (key, action), self._last = self._last, None
            self._heard.acted(key, action)

"""A desktop for notices in a test: keeps what is shown, and presses as a person does."""

from bitsgui.gui.notifications.notice import Action, Heard, Notice


class NoticeBoard:
    """A Way. `shown` by key as it is now; `posted` everything in order; `takes` False refuses."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self.takes = True
        self.shown: dict[str, Notice] = {}
        self.posted: list[Notice] = []

    async def post(self, notice: Notice) -> bool:
        if self.takes:
            self.posted.append(notice)
            self.shown[notice.key] = notice
        return self.takes

    async def withdraw(self, key: str) -> None:
        self.shown.pop(key, None)

    async def aclose(self) -> None:
        pass

    @property
    def titles(self) -> list[str]:
        """Of what is shown."""
        return [notice.title for notice in self.shown.values()]

    def press(self, title: str, action: Action | None = None) -> None:
        """A button, or the notice itself."""
        notice = next(notice for notice in self.shown.values() if notice.title == title)
        del self.shown[notice.key]
        self._heard.acted(notice.key, action or notice.on_click)

    def dismiss(self, title: str) -> None:
        """The cross."""
        notice = next(notice for notice in self.shown.values() if notice.title == title)
        del self.shown[notice.key]
        self._heard.closed(notice.key)

"""Which proxy: the system's, none, or a list typed here; the words of SetProxySettings, checked as it checks."""

from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from bitsgui.engine.proxies import SystemProxies, proxies_for
from bitsgui.engine.stop import TransferStop
from bitsgui.gui.dialogs.fields import FieldError, buddy_label, plain_label
from bitsgui.gui.dialogs.setting_fields import SettingField
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.translating import translate
from bitsgui.gui.theme import STEP
from bitsgui.model.enums import ProxyUsage
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import ProxySettings
from bitsgui.model.proxy_rules import check_proxy


class ProxyField(SettingField):
    """Its value is ProxySettings; the lists are kept while another usage is chosen."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.usage = QComboBox()
        for usage, text in _usage_texts().items():
            self.usage.addItem(text, usage)
        self.proxies = QLineEdit(placeholderText="proxy.example.org:8080   socks5://localhost:1080")
        self.bypass = QLineEdit(placeholderText="localhost   *.example.org   <local>")
        error = FieldError(self.proxies)
        self._error = error
        self._lists = self._make_lists(error)
        self.column.addWidget(buddy_label(label, self.usage))
        self.column.addWidget(self.usage)
        self.column.addWidget(self._lists)
        self.setFocusProxy(self.usage)
        self.usage.activated.connect(self._on_usage)
        for edit in (self.proxies, self.bypass):
            edit.textChanged.connect(self.check)
            edit.editingFinished.connect(self.flush)

    def put(self, value: Any) -> None:
        self.usage.setCurrentIndex(max(0, self.usage.findData(value.usage)))
        if value.usage is ProxyUsage.OVERRIDE:
            self.proxies.setText(value.proxy_list)
            self.bypass.setText(value.bypass_list)
        self._show()

    def read(self) -> Any:
        usage = ProxyUsage(self.usage.currentData())
        if usage is not ProxyUsage.OVERRIDE:
            return ProxySettings(usage)
        return ProxySettings(usage, *(" ".join(edit.text().split()) for edit in (self.proxies, self.bypass)))

    def problem(self) -> str | None:
        value = self.read()
        if value.usage is ProxyUsage.OVERRIDE and not value.proxy_list:
            return translate("ProxyField", "Give the address of a proxy.")
        try:
            check_proxy(value.usage, value.proxy_list, value.bypass_list)
            for scheme in ("http", "https"):
                proxies_for(f"{scheme}://host.invalid/", value, SystemProxies())
        except BitsError as error:
            return bits_error_text(error)
        except TransferStop:
            return translate("ProxyField", "Write it as host:port, or with http://, socks5:// or socks4:// before it.")
        return None

    def _make_lists(self, error: QWidget) -> QWidget:
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(6 * STEP, STEP, 0, 0)
        column.setSpacing(STEP)
        for widget in (
            buddy_label(translate("ProxyField", "Proxies, tried in this order"), self.proxies),
            self.proxies,
            error,
            buddy_label(translate("ProxyField", "Not for these hosts"), self.bypass),
            self.bypass,
            plain_label(translate("ProxyField", "Several are written with spaces between them."), "secondary"),
        ):
            column.addWidget(widget)
        return lists

    def _on_usage(self) -> None:
        self._show()
        self.flush()
        if self.problem() is not None:
            self.proxies.setFocus()

    def _show(self) -> None:
        self._lists.setVisible(self.usage.currentData() == ProxyUsage.OVERRIDE)
        self.check()


def _usage_texts() -> dict[ProxyUsage, str]:
    return {
        ProxyUsage.PRECONFIG: translate("ProxyField", "As the system"),
        ProxyUsage.NO_PROXY: translate("ProxyField", "None"),
        ProxyUsage.OVERRIDE: translate("ProxyField", "These"),
    }

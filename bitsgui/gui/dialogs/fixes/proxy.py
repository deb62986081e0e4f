"""Another way to the proxy, or around it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit

from bitsgui.gui.dialogs.fields import FieldError, buddy_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.theme import STEP
from bitsgui.model import edits
from bitsgui.model import fix as fixes
from bitsgui.model.enums import ProxyUsage
from bitsgui.model.fix import Fix
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, ProxySettings


class ProxyForm(FixForm):
    """The system's, one that is typed, or none; for the chosen jobs only."""

    def __init__(self, jobs: Sequence[Job], world: FormWorld) -> None:
        super().__init__(jobs, world)
        self._usage = QComboBox()
        self._usage.setObjectName("proxy_usage")
        for usage, name in (
            (ProxyUsage.OVERRIDE, self.tr("This proxy")),
            (ProxyUsage.NO_PROXY, self.tr("No proxy")),
            (ProxyUsage.PRECONFIG, self.tr("As the system says")),
            (ProxyUsage.AUTODETECT, self.tr("Found out automatically")),
        ):
            self._usage.addItem(name, usage)
        now = self.jobs[0].settings.proxy
        self._address = QLineEdit(now.proxy_list, placeholderText="http://proxy.example:3128")
        self._address.setObjectName("proxy_address")
        self._problem = FieldError(self._address)
        self.setFocusProxy(self._usage)
        self._usage.currentIndexChanged.connect(self._on_changed)
        self._address.textChanged.connect(self._on_changed)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2 * STEP)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addRow(buddy_label(self.tr("&Proxy:"), self._usage), self._usage)
        rows.addRow(buddy_label(self.tr("A&ddress:"), self._address), self._address)
        rows.addRow(self._problem)

    def problem(self) -> str | None:
        if self._settings == self.jobs[0].settings.proxy:
            return self.tr("This is how it was tried. Choose another way.")
        if self._is_typed and not self._settings.proxy_list:
            return self.tr("Give the address of the proxy.")
        proxy = self._settings
        try:
            edits.proxy_settings(self.jobs[0], proxy.usage, proxy.proxy_list, proxy.bypass_list)
        except BitsError as error:
            return bits_error_text(error)
        return None

    def fix_for(self, job: Job) -> Fix:
        return fixes.Proxy(self._settings)

    @property
    def _is_typed(self) -> bool:
        return self._usage.currentData() is ProxyUsage.OVERRIDE

    @property
    def _settings(self) -> ProxySettings:
        return ProxySettings(self._usage.currentData(), self._address.text().strip() if self._is_typed else "")

    def _on_changed(self) -> None:
        self._address.setEnabled(self._is_typed)
        self._problem.say(self.problem() if self._address.text() else None)
        self.changed.emit()

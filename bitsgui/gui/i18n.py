"""Language: Qt's translations and ours for the system's locale; knows no texts."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from bitsgui.gui.resource_files import resource


def install_language(app: QCoreApplication) -> None:
    """Install the catalogues that exist for the system's locale; English needs none but for plurals."""
    if QLocale.system().language() is QLocale.Language.C:
        # The locale "C" writes dates for machines: "9 09 2001".
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.installTranslator(_EnglishPlurals(app))
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for catalogue, folder in (("qtbase", qt_folder), ("bitsgui", str(resource("translations")))):
        translator = QTranslator(app)
        if translator.load(QLocale(), catalogue, "_", folder):
            app.installTranslator(translator)


class _EnglishPlurals(QTranslator):
    """Reads "%n file(s)" as "1 file" or "5 files", so that English needs no catalogue."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        return text.replace("(s)", "" if n == 1 else "s") if n >= 0 else None

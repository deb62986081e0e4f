"""The one style sheet, a template over the fields of `theme.Colours`."""

from string import Template
from typing import Final

STYLE_SHEET: Final = Template(
    """
QToolTip { color: $text; background: $control; border: 1px solid $control_line; padding: 4px; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="field-error"] { color: $error; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="heading"] { font-weight: 600; }
QFrame[role="card"] { background: $side; border: 1px solid $line; border-radius: 8px; }
QFrame[role="hairline"] { background: $line; border: none; }

QPushButton, QToolButton {
    color: $text; background: $control; border: 1px solid $control_line;
    border-radius: $radius; padding: 5px 12px;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $line; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled {
    color: $control_line; border-color: $line; background: $background;
}
*[flat="true"] { background: transparent; border: 1px solid transparent; }
*[flat="true"]:hover { background: $hover; }
*[flat="true"]:focus { border-color: $accent; }
*[flat="true"]:disabled { background: transparent; border-color: transparent; }
QPushButton[fold="true"] { padding-left: 2px; text-align: left; }
QPushButton[danger="true"], QToolButton[danger="true"] { color: $error; }
QPushButton[danger="true"]:disabled, QToolButton[danger="true"]:disabled { color: $control_line; }
*[primary="true"] { color: $on_accent; background: $accent; border: 1px solid $accent; font-weight: 600; }
*[primary="true"]:hover { color: $on_accent; background: $accent_hover; border-color: $accent_hover; }
*[primary="true"]:focus { border: 1px solid $text; }
*[primary="true"]:disabled { color: $secondary; background: $line; border-color: $line; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit {
    color: $text; background: $control; border: 1px solid $control_line; border-radius: $radius;
    padding: 4px 8px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled {
    color: $secondary; background: $side; border-color: $line;
}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: $error; }
QComboBox, QSpinBox, QDoubleSpinBox {
    color: $text; background: $control; border: 1px solid $control_line; border-radius: $radius;
    padding: 4px 8px; min-height: 18px; selection-background-color: $accent; selection-color: $on_accent;
}
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $accent; }
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {
    color: $secondary; background: $side; border-color: $line;
}
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$down"); width: 12px; height: 12px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; width: 20px; margin-top: 2px; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; width: 20px; margin-bottom: 2px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$up"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$down"); width: 10px; height: 10px; }
QProgressBar#space_meter { border: none; border-radius: 4px; background: $line; }
QProgressBar#space_meter::chunk { border-radius: 4px; background: $warning; }
QRadioButton, QCheckBox { spacing: 8px; }
QRadioButton::indicator { width: 12px; height: 12px; border-radius: 7px;
    border: 1px solid $secondary; background: $control; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid $accent; background: $on_accent; }
QRadioButton:focus, QCheckBox:focus { color: $accent; }
QRadioButton:disabled, QCheckBox:disabled { color: $secondary; }
QCheckBox::indicator:unchecked { width: 12px; height: 12px; border-radius: 3px;
    border: 1px solid $secondary; background: $control; }
QCheckBox::indicator:checked { width: 12px; height: 12px; border-radius: 3px;
    border: 1px solid $accent; background: $accent; image: url("$tick"); }
QCheckBox::indicator:checked:disabled { border-color: $secondary; background: $secondary; }
QComboBox QAbstractItemView { background: $control; border: 1px solid $control_line;
    selection-background-color: $accent_soft; selection-color: $text; }

QMenu { background: $control; border: 1px solid $control_line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $secondary; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 6px; }

QAbstractItemView { background: $background; border: none; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; }
QTableView[role="framed"] { border: 1px solid $line; border-radius: $radius; }
QListView[role="side"] { background: $side; padding-top: 8px; }
QListView[role="side"]::item { padding-left: 8px; margin: 1px 8px; border-radius: 6px; color: $text; }
QListView[role="side"]::item:hover { background: $hover; }
QListView[role="side"]::item:selected { background: $accent_soft; }
QHeaderView { background: $background; }
QTableCornerButton::section { background: $background; border: none; }

QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: $background; }
QTabBar::tab { color: $secondary; background: transparent; border: none;
    border-bottom: 2px solid transparent; padding: 8px 16px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }

QSplitter::handle { background: $line; }
QStatusBar { background: $background; border-top: 1px solid $line; color: $secondary; }
QStatusBar::item { border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; } QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $control_line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; } QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
)

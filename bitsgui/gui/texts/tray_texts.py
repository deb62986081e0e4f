"""What the tray says: the tool tip, its menu, and how the place is called on this system."""

import sys
from dataclasses import dataclass

from bitsgui.gui.texts.formats import downward, format_percent, format_rate, upward
from bitsgui.gui.texts.translating import translate


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes on in the whole queue; rates in bytes a second, `paused` by Pause all."""

    received_bps: float = 0.0
    sent_bps: float = 0.0
    active: int = 0
    waiting: int = 0
    paused: int = 0
    needs_you: int = 0
    fraction: float | None = None


def tray_place() -> str:
    """Where the icon is, as people of this system call it."""
    if sys.platform == "darwin":
        return translate("Tray", "menu bar")
    return translate("Tray", "notification area")


def goes_on_text() -> str:
    """Said once, when closing the window hid it."""
    return translate("Tray", "Transfers go on. Find bitsgui in the {place}.").format(place=tray_place())


def tool_tip(traffic: Traffic) -> str:
    """Lines of plain text: rates while something moves, then counts."""
    lines = ["bitsgui"]
    if traffic.active:
        rates = f"{downward(format_rate(traffic.received_bps))}   {upward(format_rate(traffic.sent_bps))}"
        lines.append("   ".join(part for part in (rates, format_percent(traffic.fraction)) if part))
    lines.append(_counts(traffic))
    if traffic.paused:
        lines.append(translate("Tray", "%n job(s) paused by Pause all", "", traffic.paused))
    if traffic.needs_you:
        lines.append(needs_you_text(traffic.needs_you))
    return "\n".join(lines)


def needs_you_text(jobs: int) -> str:
    """How many wait for a person."""
    return translate("Tray", "1 job needs you") if jobs == 1 else translate("Tray", "%n jobs need you", "", jobs)


def resume_all_text(paused: int) -> str:
    """What the entry of the menu says."""
    return translate("Tray", "Resume all ({count})").format(count=paused) if paused else translate("Tray", "Resume all")


def limit_text(rate_bps: int) -> str:
    """One choice of the speed limit; 0 is none."""
    return format_rate(rate_bps) if rate_bps else translate("Tray", "No limit")


def _counts(traffic: Traffic) -> str:
    if not traffic.active and not traffic.waiting:
        return translate("Tray", "Nothing to transfer")
    return translate("Tray", "{active} active, {waiting} waiting").format(
        active=traffic.active, waiting=traffic.waiting
    )

"""The pages of the settings: which fields, in which words."""

from PySide6.QtCore import QCoreApplication, QDir

from bitsgui.gui.dialogs.proxy_field import ProxyField
from bitsgui.gui.dialogs.setting_fields import (
    ChoiceField,
    DurationField,
    FolderSetting,
    NumberField,
    RateField,
    TickField,
)
from bitsgui.gui.dialogs.settings_page import SettingsPage
from bitsgui.gui.preferences import system_folder
from bitsgui.gui.texts.bits_differences import differences
from bitsgui.model.setting_rules import RANGES
from bitsgui.model.settings import CloseAction, Theme


def tr(text: str) -> str:
    """In the context of these pages."""
    return QCoreApplication.translate("SettingsPages", text)


class ProgramPage(SettingsPage):
    """How the program behaves on the desktop; `starts_at_login` is the system's own setting."""

    def __init__(self) -> None:
        super().__init__(tr("Program"), "application-cog-outline")
        themes = ((tr("As the system"), Theme.SYSTEM), (tr("Light"), Theme.LIGHT), (tr("Dark"), Theme.DARK))
        self.bind("theme", ChoiceField(tr("&Colours"), themes))
        closings = (
            (tr("Hide to the tray, else ask"), CloseAction.ASK),
            (tr("Hide the window, transfers go on"), CloseAction.HIDE),
            (tr("Quit, transfers go on at the next start"), CloseAction.QUIT),
        )
        self.bind("on_close", ChoiceField(tr("&Closing the window"), closings))
        loss = TickField(
            tr("&Ask before quitting loses data"),
            tr("Some servers cannot resume: what was received from them would have to come again."),
        )
        self.bind("asks_before_loss", loss)
        self.starts_at_login = TickField(
            tr("&Start when I sign in"), tr("Without showing the window; transfers go on by themselves.")
        )
        self.starts_at_login.setObjectName("starts_at_login")
        self.put(self.starts_at_login)
        awake = TickField(
            tr("Keep the computer a&wake"),
            tr("While something is transferred it does not go to sleep; the screen may go dark."),
        )
        self.bind("keeps_awake", awake)
        self.close_column()


class QueuePage(SettingsPage):
    """What holds for all jobs."""

    def __init__(self) -> None:
        super().__init__(tr("Transfers"), "swap-vertical")
        self.bind("download_folder", FolderSetting(tr("&Download folder"), QDir.toNativeSeparators(system_folder())))
        self.bind("total_rate_limit_bps", RateField(tr("Speed &limit of all transfers together")))
        slots = NumberField(
            tr("&Background jobs at the same time"),
            RANGES["background_slots"],
            meaning=tr("Jobs in the foreground always run, all at once."),
        )
        self.bind("background_slots", slots)
        days = NumberField(
            tr("Cancel jobs that nobody touched &for"),
            RANGES["inactivity_days"],
            tr("days"),
            tr("You are reminded 30, 7 and 1 days before. Files that were completed stay."),
        )
        self.bind("inactivity_days", days)
        history = NumberField(tr("Finished jobs kept in the &history"), RANGES["history_length"])
        self.bind("history_length", history)
        self.close_column()


class NewJobsPage(SettingsPage):
    """What new jobs begin with."""

    def __init__(self) -> None:
        super().__init__(tr("New jobs"), "plus")
        self.say(tr("What a new job begins with. Jobs that are in the list already keep what they have."))
        self.bind("job_rate_limit_bps", RateField(tr("Speed &limit of each job")))
        self.bind("completes_itself", TickField(tr("&Complete when finished")))
        retry = DurationField(
            tr("Wait before the next &attempt"),
            RANGES["minimum_retry_delay_s"],
            tr("After an error that may pass by itself. When the network is back, nothing waits."),
        )
        self.bind("minimum_retry_delay_s", retry)
        patience = DurationField(
            tr("Give &up when nothing arrived for"),
            RANGES["no_progress_timeout_s"],
            tr("Then the job stops with an error and keeps what it has. 0: at the first error."),
        )
        self.bind("no_progress_timeout_s", patience)
        longest = DurationField(tr("&Longest time of a transfer"), RANGES["maximum_download_time_s"])
        self.bind("maximum_download_time_s", longest)
        self.bind("proxy", ProxyField(tr("&Proxy")))
        self.close_column()


class NoticesPage(SettingsPage):
    """What is told, and how."""

    def __init__(self) -> None:
        super().__init__(tr("Notifications"), "bell-outline")
        errors = TickField(tr("A job &needs you"), tr("One for each cause, however many jobs it stopped."))
        self.bind_notice("errors", errors)
        self.bind_notice("transferred", TickField(tr("Downloads are &finished"), tr("While you work elsewhere.")))
        reminders = TickField(tr("A job will be &cancelled soon"), tr("30, 7 and 1 days before its time is over."))
        self.bind_notice("deadlines", reminders)
        pops = TickField(
            tr("&Open the error dialog by itself"),
            tr("Only while the window is on the screen, and without taking the keyboard away from you."),
        )
        self.bind_notice("pops_dialog", pops)
        self.close_column()


class DifferencesPage(SettingsPage):
    """What somebody who knows BITS would otherwise wonder about."""

    def __init__(self) -> None:
        super().__init__(tr("Unlike BITS"), "information-outline")
        self.say(tr("bitsgui keeps to the rules of BITS. These are the places where it does not, on purpose:"))
        for title, text in differences():
            self.tell(title, text)
        self.close_column()

"""What proof-reading adds to Wagtail's admin: the screen of a round, its log entries."""

from __future__ import annotations

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.menu import MENU_HOOK
from caps_sheets.capitalisation.proofreading import answers, centre, links
from portal.base.admin_views import RightMenuItem

LABELS = {
    answers.AGREED: "Bon à publier du CLSM",
    answers.RETURNED: "Retour du CLSM",
    links.SENT: "Lien de relecture envoyé",
    links.REVOKED: "Lien de relecture retiré",
}


@hooks.register("register_admin_urls")
def proofreading_urls() -> list:
    return [
        path("relectures/", centre.RoundsScreen.as_view(), name="proofreading_rounds"),
        path("relectures/<int:round_pk>/", centre.RoundScreen.as_view(), name="proofreading_round"),
        path("relectures/liens/<int:link_pk>/retirer/", centre.revoke_link, name="proofreading_revoke"),
    ]


@hooks.register(MENU_HOOK)
def register_rounds_item() -> MenuItem:
    url = reverse("proofreading_rounds")
    return RightMenuItem(centre.TITLE, url, right=links.RIGHT, name="relectures", icon_name="openquote", order=60)


@hooks.register("register_log_actions")
def proofreading_log_actions(actions: LogActionRegistry) -> None:
    class ProofreadingFormatter(LogFormatter):
        def format_message(self, log_entry: PageLogEntry) -> str:
            details = (log_entry.data.get(name) for name in ("clsm", "as", "address"))
            return " – ".join([self.label, *(one for one in details if one)])

    for action, label in LABELS.items():
        actions.register_action(action)(type("Formatter", (ProofreadingFormatter,), {"label": label}))

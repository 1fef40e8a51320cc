"""The board: every active file by stage, narrowed to one owner or to what is late."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.board import columns, late_on
from caps_sheets.capitalisation.case_views.screens import BOARD_TITLE, CaseScreen
from caps_sheets.capitalisation.models import CaseFile, CaseStatus
from caps_sheets.capitalisation.pipeline.rights import VIEW_EVERY, possible_owners, visible_to

NOBODY, MINE = "personne", "moi"


class BoardView(CaseScreen):
    """``?accompagnement=<id>|moi|personne&retard=1``; what is unknown is ignored."""

    page_title = BOARD_TITLE
    template_name = "wagtailadmin/capitalisation/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owners = list(possible_owners()) if self.user.has_perm(VIEW_EVERY) else []
        asked = self.request.GET.get("accompagnement", "")
        known = {NOBODY, MINE, *(str(owner.pk) for owner in owners)}
        chosen = asked if asked in known else ""
        late_only = self.request.GET.get("retard") == "1"
        found = columns(self._files(chosen, late_only))
        return {
            **super().get_context_data(**kwargs),
            "columns": [(column, self._list_url(column.stage.value, chosen, late_only)) for column in found],
            "total": sum(column.count for column in found),
            "late": sum(column.late for column in found),
            "owners": owners,
            "chosen": chosen,
            "late_only": late_only,
            "list_url": reverse("capitalisation_cases"),
        }

    def _files(self, chosen: str, late_only: bool) -> QuerySet[CaseFile]:
        files = visible_to(self.user)
        if chosen == NOBODY:
            files = files.filter(owner=None)
        elif chosen:
            files = files.filter(owner=self.user.pk if chosen == MINE else int(chosen))
        return files.filter(late_on(timezone.localdate())) if late_only else files

    def _list_url(self, stage: int, chosen: str, late_only: bool) -> str:
        asked: dict[str, Any] = {"stage": stage, "status": CaseStatus.ACTIVE.value}
        if chosen == NOBODY:
            asked["owner"] = "null"
        elif chosen:
            asked["owner"] = self.user.pk if chosen == MINE else chosen
        if late_only:
            asked["retard"] = "oui"
        return f"{reverse('capitalisation_cases')}?{urlencode(asked)}"

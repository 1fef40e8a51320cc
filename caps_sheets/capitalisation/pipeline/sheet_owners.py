"""The sheet of a case file belongs to whoever follows the file: Wagtail lets the owner of a page edit it."""

from wagtail.log_actions import log
from wagtail.models import Page, PageSubscription

from caps_sheets.capitalisation.models import CaseFile
from caps_sheets.capitalisation.pipeline.logs import SHEET_ENTRUSTED
from portal.users.models import User


def hand_over_sheet(case_file: CaseFile, *, former: User | None, by: User) -> None:
    """Give the sheet to the owner of the file, in place of whoever held it.

    Entrusted to nobody, the file takes the sheet back from ``former`` only: another owner was the Centre's choice.
    """
    sheet = case_file.sheet
    if sheet is None:
        return
    if former is not None:
        # Comments are written to those who follow the page: it is no longer theirs to read.
        PageSubscription.objects.filter(page=sheet.pk, user=former).delete()
    is_kept = case_file.owner_id is None and sheet.owner_id != (former.pk if former else None)
    if is_kept or sheet.owner_id == case_file.owner_id:
        return
    # Not a revision: who owns a page is no part of its text, and a text under review stays as it is.
    Page.objects.filter(pk=sheet.pk).update(owner=case_file.owner)
    data = {"owner": str(case_file.owner or "personne")}
    log(instance=sheet, action=SHEET_ENTRUSTED, user=by, data=data)

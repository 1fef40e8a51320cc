"""The agreement of the people interviewed: without it, a sheet that comes from a case file is not published."""

from wagtail.models import Revision

from caps_sheets.capitalisation.models import CaseFile
from caps_sheets.capitalisation.models.interview import has_valid_consent
from caps_sheets.models import CapsSheetPage


def consent_errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    case_file = CaseFile.objects.filter(sheet=sheet.pk).first()
    if case_file is None or has_valid_consent(case_file):
        return []
    return ["Un entretien de cette fiche n’a pas de consentement, ou son consentement a été retiré."]

"""The identity card of a draft sheet, filled from what the CLSM declared in the census."""

from caps_sheets.capitalisation.models import CaseFile, CensusAnswer, Interview, Progress
from caps_sheets.models import CapsSheetPage, SheetClsm, SheetCommune
from caps_sheets.models.sheet import Recurrence
from caps_sheets.models.sheet_rules import THEMES
from network.models import Organisation

SAME_NAME = ("start_date", "end_date", "in_qpv", "qpv_names", "budget", "reach", "main_theme", "is_demo")
SAME_TERMS = ("objectives", "audiences", "settings", "action_types", "funders")


def fill_identity(sheet: CapsSheetPage, case_file: CaseFile, interviews: list[Interview]) -> None:
    """Write on the unsaved ``sheet`` what the census and the interviews already say; the rest stays empty."""
    answer = case_file.answer
    for name in SAME_NAME:
        setattr(sheet, name, getattr(answer, name))
    for name in SAME_TERMS:
        setattr(sheet, name, list(getattr(answer, name).all()))
    sheet.themes.add(*_themes(answer))
    sheet.clsm_items = [SheetClsm(clsm=answer.clsm)]
    sheet.commune_items = [SheetCommune(commune=commune) for commune in answer.communes.all()]
    sheet.scale = answer.clsm.scale
    sheet.carrier = Organisation.objects.filter(name__iexact=answer.carrier_name.strip()).first()
    sheet.is_ongoing = answer.progress in (Progress.RUNNING, Progress.RECURRENT) and answer.end_date is None
    sheet.recurrence = Recurrence.RECURRENT if answer.progress == Progress.RECURRENT else ""
    sheet.facilitator = case_file.owner.job_title if case_file.owner else ""
    sheet.interview_dates = ", ".join(dict.fromkeys(f"{each.met_on:%d/%m/%Y}" for each in interviews))[:120]
    roles = [each.interviewee_role for each in interviews if each.consent.allows_role]
    sheet.interviewed_roles = ", ".join(dict.fromkeys(roles))[:300]


def _themes(answer: CensusAnswer) -> list:
    """The main theme, then the others, up to the number that a sheet may have."""
    chosen = [answer.main_theme] if answer.main_theme else []
    chosen += [theme for theme in answer.themes.all() if theme != answer.main_theme]
    return chosen[: THEMES[1]]

"""The figures themselves, each in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from caps_sheets.capitalisation.board import late_on
from caps_sheets.capitalisation.coverage import Coverage, region_coverage, theme_coverage
from caps_sheets.capitalisation.figures.delays import current_stays, finished_stays, median_days
from caps_sheets.capitalisation.figures.figure import Figure, Row
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, CensusAnswer, CensusState, Stage
from caps_sheets.life.freshness import age_of
from caps_sheets.models import CapsSheetPage, Reuse, ReuseState, SheetConfirmation
from network.models import ClsmPage
from network.services.freshness import Freshness, freshness
from portal.base.visibility import visible


def all_figures(today: date | None = None) -> list[Figure]:
    today = today or timezone.localdate()
    return [
        stages(today),
        delays(),
        census_states(),
        covered("themes", "Fiches par thème", "Thème", theme_coverage().values()),
        covered("regions", "Fiches par région", "Région", region_coverage().values()),
        sheet_freshness(today),
        profile_freshness(today),
        reuses(),
    ]


def stages(today: date) -> Figure:
    active, late = Count("pk", filter=Q(status=CaseStatus.ACTIVE)), Count("pk", filter=late_on(today))
    postponed = Count("pk", filter=Q(status=CaseStatus.POSTPONED))
    set_aside = Count("pk", filter=Q(status=CaseStatus.SET_ASIDE))
    found = CaseFile.objects.order_by().values("stage").annotate(a=active, b=late, c=postponed, d=set_aside)
    counts = {each["stage"]: (each["a"], each["b"], each["c"], each["d"]) for each in found}
    return Figure(
        "etapes",
        "Dossiers par étape",
        "Un dossier en retard a dépassé son échéance. Les dossiers ajournés et écartés restent à leur étape.",
        "Étape",
        ("En cours", "En retard", "Ajournés", "Écartés"),
        [Row(f"{stage.value}. {stage.label}", counts.get(stage, (0, 0, 0, 0))) for stage in Stage],
    )


def delays() -> Figure:
    finished, current = finished_stays(), current_stays()
    return Figure(
        "delais",
        "Délais par étape",
        "Durée médiane en jours, ajournements compris. Un passage compte quand le dossier a quitté l’étape.",
        "Étape",
        ("Durée médiane (jours)", "Passages terminés", "Ancienneté médiane des dossiers en cours (jours)"),
        [
            Row(
                f"{stage.value}. {stage.label}",
                (median_days(finished[stage]), len(finished[stage]), median_days(current[stage])),
            )
            for stage in Stage
        ],
    )


def census_states() -> Figure:
    counts = dict(CensusAnswer.objects.order_by().values_list("state").annotate(number=Count("pk")))
    return Figure(
        "recensement",
        "Actions recensées par état",
        "Toutes les années du recensement.",
        "État",
        ("Actions",),
        [Row(state.label.capitalize(), (counts.get(state, 0),)) for state in CensusState],
    )


def covered(key: str, title: str, label: str, coverages: Iterable[Coverage]) -> Figure:
    return Figure(
        key,
        title,
        "Fiches publiées. Une fiche compte une fois dans chaque ligne. Peu couvert : moins que la moyenne des lignes.",
        label,
        ("Fiches",),
        [Row(each.label, (each.sheets,), "peu couvert" if each.is_low else "") for each in coverages],
    )


def sheet_freshness(today: date) -> Figure:
    latest = SheetConfirmation.objects.filter(sheet=OuterRef("pk")).order_by("-confirmed_on").values("confirmed_on")
    sheets = visible(CapsSheetPage.objects.all()).order_by().annotate(confirmed_on=Subquery(latest[:1]))
    ages = [age_of(sheet, sheet.confirmed_on, today) for sheet in sheets.only("last_published_at")]
    counts = Counter(age.label if age else "sans date" for age in ages)
    return Figure(
        "fraicheur-fiches",
        "Fraîcheur des fiches",
        "À jour : publiée de nouveau ou confirmée depuis moins de 24 mois.",
        "Fraîcheur",
        ("Fiches",),
        [Row(label.capitalize(), (counts[label],)) for label in ("à jour", "à vérifier", "sans date")],
    )


def profile_freshness(today: date) -> Figure:
    verified = visible(ClsmPage.objects.all()).order_by().values_list("record__verified_on", flat=True)
    counts = Counter(freshness(day, today) for day in verified)
    return Figure(
        "fraicheur-profils",
        "Fraîcheur des profils de CLSM",
        "À jour : vérifié depuis moins de 6 mois. À vérifier : depuis moins de 12 mois.",
        "Fraîcheur",
        ("Profils",),
        [Row(level.label.capitalize(), (counts[level],)) for level in Freshness],
    )


def reuses() -> Figure:
    counts = dict(Reuse.objects.order_by().values_list("state").annotate(number=Count("pk")))
    return Figure(
        "reutilisations",
        "Réutilisations des fiches",
        "« J’ai adapté cette action », dit par les CLSM.",
        "État",
        ("Réutilisations",),
        [Row(state.label.capitalize(), (counts.get(state, 0),)) for state in ReuseState],
    )

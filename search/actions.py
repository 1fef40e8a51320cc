"""The search family of census actions with a public card. Its rows are not pages."""

from typing import Any

from django.db.models import F, Model, QuerySet
from wagtail.models import Page

from caps_sheets.capitalisation.census.public_card import public_answers
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage
from portal.taxonomies.models import Term, Theme
from search.document_text import (
    aliases,
    covered_by,
    day_of,
    joined,
    labels,
    place_card,
    place_facets,
    place_names,
    slugs,
    theme_links,
    year_facet,
)
from search.documents import Family, SearchDocument

VOCABULARIES = ("objectives", "audiences", "settings", "action_types")


class ActionFamily(Family):
    """Answers of CLSMs with a public card. A draft that was never sent is never noted in the outbox."""

    key, slug, label, kind = "action", "actions", "Actions recensées", "action"
    singular = "Action recensée"
    also_called = "action déclarée\ninitiative"
    model = CensusAnswer
    dependencies = {
        Theme: ("main_theme", "themes"),
        Term: VOCABULARIES,
        ClsmPage: ("clsm",),
    }  # fmt: skip

    def visible(self) -> QuerySet:
        dates = {"first_published_at": F("submitted_at"), "last_published_at": F("updated_at")}
        return public_answers().annotate(**dates)

    def below(self, page: Page) -> QuerySet:
        return CensusAnswer.objects.filter(clsm__in=ClsmPage.objects.descendant_of(page, inclusive=True).values("pk"))

    def concerns(self, row: Model) -> bool:
        return isinstance(row, CensusAnswer) and row.state != CensusState.DRAFT

    def affected_by(self, row: Model) -> list[int]:
        affected = super().affected_by(row)
        if not affected:
            return []
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).filter(pk__in=affected)
        return list(sent.values_list("pk", flat=True))

    def prepared(self, pages: Any) -> Any:
        return pages.select_related("main_theme").prefetch_related(
            "themes",
            *VOCABULARIES,
            "communes__department__region",
            "clsm__departments__region",
            "clsm__commune_items",
            "clsm__epci_items__epci__communes",
        )

    def document(self, page: CensusAnswer) -> SearchDocument | None:
        themes = list(dict.fromkeys([*filter(None, [page.main_theme]), *page.themes.all()]))
        terms = [term for name in VOCABULARIES for term in getattr(page, name).all()]
        communes = list(page.communes.all())
        departments = {commune.department_id: commune.department for commune in communes} or {
            department.code: department for department in page.clsm.departments.all()
        }
        year = page.start_date.year if page.start_date else None
        return self.base(
            page,
            summary=page.description,
            terms=labels([*themes, *terms]),
            aliases=aliases([*themes, *terms]),
            places=joined(
                page.clsm.title,
                *(commune.name for commune in communes),
                *place_names(departments.values()),
                page.carrier_name,
                page.qpv_names,
            ),
            facets={
                "theme": slugs(themes),
                "public": slugs(page.audiences.all()),
                "milieu": slugs(page.settings.all()),
                "action": slugs(page.action_types.all()),
                "clsm": [page.clsm.slug],
                "annee": year_facet(year),
                "qpv": ["oui"] if page.in_qpv else [],
                **place_facets(departments.values()),
            },
            communes=[commune.code for commune in communes] or covered_by([page.clsm]),
            date=day_of(page.submitted_at),
            year=year,
            payload={
                "text": page.description,
                "when": str(year or ""),
                "is_demo": page.is_demo,
                "themes": theme_links(themes),
                **place_card(departments.values(), [page.clsm]),
            },
        )

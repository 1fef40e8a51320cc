"""The search families of the portal: sheets, CLSM profiles, episodes, news, text pages."""

from django.db.models import Model, Prefetch
from wagtail.query import PageQuerySet

from caps_sheets.models import CapsSheetPage, SheetClsm
from caps_sheets.podcasts.models import EpisodeClsm, EpisodePage, EpisodeSheet
from network.models import ClsmPage
from portal.base.models import NewsPage, StandardPage
from portal.base.querysets import is_visible
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
    plain,
    slugs,
    spoken,
    stream_text,
    theme_links,
    themes_of,
    year_facet,
)
from search.documents import Family, SearchDocument


def public_clsms(path: str, links: type[Model]) -> list[Prefetch | str]:
    """A prefetch of the public CLSMs at ``path``, whose rows are ``links``."""
    items = Prefetch(path, queryset=links._default_manager.filter(is_visible("clsm")))
    parts = ("departments__region", "commune_items", "epci_items__epci__communes")
    return [items, *(f"{path}__clsm__{part}" for part in parts)]


class SheetFamily(Family):
    key, slug, label, kind = "sheet", "fiches", "Fiches CAPS", "fiche"
    singular = "Fiche CAPS"
    also_called = "fiche de capitalisation\nretour d’expérience"
    model = CapsSheetPage
    dependencies = {
        Theme: ("theme_items__tag", "main_theme"),
        Term: ("audiences", "settings", "strategies", "action_types", "determinants", "key_functions",
               "programmes", "objectives"),
        ClsmPage: ("clsm_items__clsm",),
        EpisodePage: ("episode_items__page",),
        EpisodeSheet: ("episode_items",),
    }  # fmt: skip
    vocabularies = ("audiences", "settings", "strategies", "action_types", "determinants", "key_functions",
                    "programmes")  # fmt: skip

    def prepared(self, pages: PageQuerySet) -> PageQuerySet:
        episodes = EpisodeSheet.objects.filter(is_visible("page"))
        return pages.select_related("main_theme", "carrier").prefetch_related(
            "theme_items__tag",
            "keyword_items__tag",
            "commune_items__commune__department__region",
            *public_clsms("clsm_items", SheetClsm),
            Prefetch("episode_items", queryset=episodes),
            *self.vocabularies,
        )

    def document(self, page: CapsSheetPage) -> SearchDocument | None:
        themes = themes_of(page)
        if page.main_theme:
            themes = [page.main_theme, *(theme for theme in themes if theme != page.main_theme)]
        clsms = [item.clsm for item in page.clsm_items.all()]
        communes = [item.commune for item in page.commune_items.all()]
        departments = {commune.department_id: commune.department for commune in communes} or {
            department.code: department for clsm in clsms for department in clsm.departments.all()
        }
        terms = [term for name in self.vocabularies for term in getattr(page, name).all()]
        year = page.start_date.year if page.start_date else None
        published = page.first_published_at
        return self.base(
            page,
            summary=joined(page.hook, plain(page.summary)),
            body=joined(plain(page.easy_read), stream_text(page.key_points), stream_text(page.body)),
            terms=joined(labels([*themes, *terms]), *(item.tag.name for item in page.keyword_items.all())),
            aliases=aliases([*themes, *terms]),
            places=joined(
                *(clsm.title for clsm in clsms),
                *(commune.name for commune in communes),
                *place_names(departments.values()),
                page.carrier,
                page.qpv_names,
            ),
            facets={
                "theme": slugs(themes),
                "public": slugs(page.audiences.all()),
                "milieu": slugs(page.settings.all()),
                "strategie": slugs(page.strategies.all()),
                "action": slugs(page.action_types.all()),
                "clsm": [clsm.slug for clsm in clsms],
                "annee": year_facet(year),
                "qpv": ["oui"] if page.in_qpv else [],
                "episode": ["avec" if page.episode_items.all() else "sans"],
                **place_facets(departments.values()),
            },
            communes=[commune.code for commune in communes] or covered_by(clsms),
            date=day_of(published),
            year=year,
            payload={
                "text": page.hook,
                "when": str(year or ""),
                "has_episode": bool(page.episode_items.all()),
                "is_demo": page.is_demo,
                "themes": theme_links(themes),
                **place_card(departments.values(), clsms),
            },
        )


class ClsmFamily(Family):
    key, slug, label, kind = "clsm", "clsm", "CLSM", "clsm"
    singular = "CLSM"
    also_called = "conseil local de santé mentale"
    model = ClsmPage
    dependencies = {
        Theme: ("theme_items__tag",),
        Term: ("audiences", "objectives", "status", "scale"),
    }

    def prepared(self, pages: PageQuerySet) -> PageQuerySet:
        return pages.select_related("status", "scale", "carrier").prefetch_related(
            "departments__region",
            "theme_items__tag",
            "audiences",
            "objectives",
            "qpv_items",
            "working_group_items",
            "commune_items__commune__postcodes",
            "epci_items__epci__communes__postcodes",
        )

    def document(self, page: ClsmPage) -> SearchDocument | None:
        themes = themes_of(page)
        departments = list(page.departments.all())
        communes = {item.commune_id: item.commune for item in page.commune_items.all() if not item.until}
        epcis = [item.epci for item in page.epci_items.all()]
        communes |= {commune.pk: commune for epci in epcis for commune in epci.communes.all()}
        postcodes = {postcode.code for commune in communes.values() for postcode in commune.postcodes.all()}
        year = page.created_on.year if page.created_on else None
        return self.base(
            page,
            summary=page.short_description,
            body=joined(
                plain(page.description),
                page.other_name,
                *(group.title for group in page.working_group_items.all()),
            ),
            terms=joined(
                page.short_name,
                page.status,
                page.scale,
                labels([*themes, *page.audiences.all(), *page.objectives.all()]),
            ),
            aliases=aliases([*themes, *page.audiences.all(), *page.objectives.all()]),
            places=joined(
                *place_names(departments),
                *(commune.name for commune in communes.values()),
                " ".join(sorted(postcodes)),
                *(epci.name for epci in epcis),
                *(qpv.name for qpv in page.qpv_items.all()),
                page.carrier,
            ),
            facets={
                "theme": slugs(themes),
                "public": slugs(page.audiences.all()),
                "clsm": [page.slug],
                "annee": year_facet(year),
                "qpv": ["oui"] if page.qpv_items.all() else [],
                **place_facets(departments),
            },
            names=joined(page.short_name, page.other_name),
            communes=list(communes),
            date=day_of(page.first_published_at),
            year=year,
            payload={
                "text": page.short_description,
                "status_label": str(page.status or ""),
                "status_kind": page.status.slug if page.status else "",
                "is_demo": page.is_demo,
                "themes": theme_links(themes),
                **place_card(departments, ()),
            },
        )


class EpisodeFamily(Family):
    key, slug, label, kind = "episode", "episodes", "Épisodes", "episode"
    singular = "Épisode"
    also_called = "podcast\népisode audio"
    model = EpisodePage
    dependencies = {
        Theme: ("theme_items__tag",),
        ClsmPage: ("clsm_items__clsm", "sheet_items__sheet__clsm_items__clsm"),
        CapsSheetPage: ("sheet_items__sheet",),
    }

    def prepared(self, pages: PageQuerySet) -> PageQuerySet:
        return pages.prefetch_related(
            "theme_items__tag",
            *public_clsms("clsm_items", EpisodeClsm),
            Prefetch("sheet_items", queryset=EpisodeSheet.objects.filter(is_visible("sheet"))),
            "sheet_items__sheet__audiences",
            "sheet_items__sheet__settings",
            *public_clsms("sheet_items__sheet__clsm_items", SheetClsm),
        )

    def document(self, page: EpisodePage) -> SearchDocument | None:
        themes = themes_of(page)
        heard, moments = spoken(page.transcript)
        sheets = [item.sheet for item in page.sheet_items.all()]
        clsms = {item.clsm_id: item.clsm for item in page.clsm_items.all()}
        for sheet in sheets:
            clsms |= {item.clsm_id: item.clsm for item in sheet.clsm_items.all()}
        departments = {d.code: d for clsm in clsms.values() for d in clsm.departments.all()}
        audiences = [term for sheet in sheets for term in sheet.audiences.all()]
        settings = [term for sheet in sheets for term in sheet.settings.all()]
        return self.base(
            page,
            summary=page.summary,
            body=joined(heard, plain(page.notes)),
            moments=moments,
            terms=labels([*themes, *audiences, *settings]),
            aliases=aliases([*themes, *audiences, *settings]),
            places=joined(*(clsm.title for clsm in clsms.values()), *place_names(departments.values())),
            facets={
                "theme": slugs(themes),
                "public": slugs(audiences),
                "milieu": slugs(settings),
                "clsm": [clsm.slug for clsm in clsms.values()],
                "annee": year_facet(page.date.year if page.date else None),
                **place_facets(departments.values()),
            },
            communes=covered_by(clsms.values()),
            date=page.date,
            year=page.date.year if page.date else None,
            payload={
                "text": page.summary,
                "when": str(page.date.year) if page.date else "",
                "is_demo": page.is_demo,
                "themes": theme_links(themes),
                **place_card(departments.values(), clsms.values()),
            },
        )


class NewsFamily(Family):
    key, slug, label, kind = "news", "actualites", "Actualités", "actualite"
    singular = "Actualité"
    model = NewsPage

    def prepared(self, pages: PageQuerySet) -> PageQuerySet:
        return pages

    def document(self, page: NewsPage) -> SearchDocument | None:
        return self.base(
            page,
            summary=page.introduction,
            body=stream_text(page.body),
            facets={"annee": year_facet(page.date.year if page.date else None)},
            date=page.date,
            year=page.date.year if page.date else None,
            payload={"text": page.introduction, "when": f"{page.date:%d/%m/%Y}"},
        )


class TextFamily(Family):
    key, slug, label, kind = "page", "pages", "Pages", "page"
    singular = "Page"
    model = StandardPage

    def prepared(self, pages: PageQuerySet) -> PageQuerySet:
        return pages

    def document(self, page: StandardPage) -> SearchDocument | None:
        return self.base(
            page, summary=page.introduction, body=stream_text(page.body), payload={"text": page.introduction}
        )

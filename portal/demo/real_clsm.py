"""The CLSM of the Cœur d’Hérault: the facts of its public report; other fields are left « non renseigné »."""

import tomllib
from pathlib import Path

from network.models import ClsmBody, ClsmCofacilitation, ClsmCommune, ClsmPage, ClsmWorkingGroup
from network.territories.models import Commune
from portal.demo import lookups
from portal.demo.sheet_files import paragraphs
from portal.taxonomies.models import Vocabulary

FILE = Path(__file__).parent / "coeur-d-herault.toml"
SLUG = FILE.stem
UNKNOWN = "Non renseigné dans la source"
BODIES = (
    ("assemblee-pleniere", "Assemblée plénière"),
    ("comite-technique-ou-de-coordination", "Comité de coordination"),
)


def build_real_clsm() -> ClsmPage:
    """The unsaved profile."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    communes = [Commune.objects.get(pk=code) for code in data.pop("communes")]
    themes = lookups.themes_of(data.pop("themes"))
    groups = data.pop("working_groups")
    page = ClsmPage(
        slug=SLUG,
        status=lookups.term(Vocabulary.CLSM_STATUS, "operationnel"),
        scale=lookups.term(Vocabulary.SCALE, "pays-petr"),
        carrier=lookups.organisation("SYDEL du Pays Cœur d’Hérault", "syndicat-mixte-petr"),
        description=paragraphs(data.pop("description")),
        **data,
    )
    page.themes.add(*themes)
    page.objectives = lookups.terms_of(Vocabulary.OBJECTIVE, ["parcours", "prevention", "inclusion"])
    page.commune_items = [ClsmCommune(commune=commune) for commune in communes]
    page.cofacilitation_items = [ClsmCofacilitation(hospital=UNKNOWN)]
    page.body_items = [
        ClsmBody(kind=lookups.term(Vocabulary.BODY_TYPE, kind), label=label, frequency=UNKNOWN)
        for kind, label in BODIES
    ]
    page.working_group_items = [
        ClsmWorkingGroup(title=title, theme=lookups.themes_of([theme])[0]) for title, theme in groups
    ]
    return page

"""The tabs of the edit form of a CLSM profile, in the order in which a coordinator describes a CLSM."""

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    Panel,
    TabbedInterface,
    TitleFieldPanel,
)

from portal.base.panels import page_tabs
from portal.taxonomies.widgets import TermCheckboxes, ThemeCheckboxes

IDENTITY: list[Panel] = [
    TitleFieldPanel("title", heading="nom du CLSM"),
    FieldRowPanel([FieldPanel("short_name"), FieldPanel("other_name")]),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("status"), FieldPanel("status_date")]),
            FieldRowPanel([FieldPanel("created_on"), FieldPanel("created_precision")]),
            PageChooserPanel("replaced_by", page_type="network.ClsmPage"),
        ],
        heading="Statut et création",
        help_text=(
            "Un CLSM actif a une présidence élue, une co-animation par la psychiatrie publique et au moins un "
            "comité de pilotage ou une assemblée plénière."
        ),
    ),
    MultiFieldPanel([FieldPanel("short_description"), FieldPanel("description")], heading="Présentation"),
    MultiFieldPanel(
        [FieldPanel("logo"), FieldRowPanel([FieldPanel("website"), FieldPanel("authority_website")])],
        heading="Logo et sites",
        classname="collapsed",
    ),
]
TERRITORY: list[Panel] = [
    FieldRowPanel([FieldPanel("scale"), FieldPanel("area_type")]),
    InlinePanel(
        "commune_items",
        heading="Communes couvertes",
        label="Commune",
        help_text="Le département et la région s’en déduisent. Gardez une commune partie en datant sa sortie.",
        panels=[FieldPanel("commune"), FieldRowPanel([FieldPanel("since"), FieldPanel("until")])],
    ),
    InlinePanel(
        "epci_items",
        heading="EPCI et EPT couverts",
        label="EPCI ou EPT",
        help_text="Un EPCI couvre toutes ses communes : inutile de les ajouter une à une.",
        panels=[FieldPanel("epci")],
    ),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("declared_population"), FieldPanel("population_year")])],
        heading="Population",
    ),
    InlinePanel(
        "qpv_items",
        heading="Quartiers prioritaires (QPV)",
        label="Quartier",
        panels=[FieldRowPanel([FieldPanel("name"), FieldPanel("code")])],
    ),
    FieldPanel("city_contract"),
    InlinePanel(
        "sector_items",
        heading="Secteurs de psychiatrie",
        label="Secteur",
        panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("code")]), FieldPanel("hospital")],
    ),
]
GOVERNANCE: list[Panel] = [
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("presidency_role"), FieldPanel("presidency_authority")])],
        heading="Présidence",
        help_text="La fonction et la collectivité de la personne élue, jamais son nom.",
    ),
    InlinePanel(
        "cofacilitation_items",
        heading="Co-animation par la psychiatrie publique",
        label="Établissement",
        panels=[FieldPanel("hospital"), FieldRowPanel([FieldPanel("unit"), FieldPanel("role")])],
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("user_representation"), FieldPanel("user_representation_detail")]),
            FieldRowPanel([FieldPanel("carer_representation"), FieldPanel("carer_representation_detail")]),
        ],
        heading="Personnes concernées et aidants",
        help_text="« Non » est accepté : le Centre vous aidera à y remédier.",
    ),
    InlinePanel(
        "body_items",
        heading="Instances",
        label="Instance",
        panels=[
            FieldRowPanel([FieldPanel("kind"), FieldPanel("label")]),
            FieldRowPanel([FieldPanel("frequency"), FieldPanel("last_meeting")]),
            FieldPanel("composition"),
        ],
    ),
    InlinePanel(
        "working_group_items",
        heading="Groupes de travail",
        label="Groupe",
        panels=[
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("theme"), FieldPanel("audience"), FieldPanel("status")]),
        ],
    ),
    FieldPanel("rules_document"),
    FieldPanel(
        "has_complex_cases_committee",
        help_text="Dites seulement si elle existe. N’écrivez rien ici sur une situation ou une personne.",
    ),
]
MEANS: list[Panel] = [
    FieldPanel("carrier"),
    InlinePanel(
        "funder_items",
        heading="Financeurs",
        label="Financeur",
        help_text="Le type et l’année seulement : les montants restent entre vous et le Centre.",
        panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("year")])],
    ),
    HelpPanel(
        "<p>Les coordonnatrices et coordonnateurs en poste s’affichent d’après leur affectation, avec les seules "
        "coordonnées que chaque personne accepte de montrer. Pour signaler une arrivée ou un départ, écrivez au "
        "Centre.</p>",
        heading="Coordination en poste",
    ),
    MultiFieldPanel(
        [FieldPanel("generic_email"), FieldRowPanel([FieldPanel("is_vacant"), FieldPanel("vacant_since")])],
        heading="Contact et poste vacant",
    ),
]
LINKS: list[Panel] = [
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("health_contract"), FieldPanel("health_contract_title")])],
        heading="Contrat local de santé",
    ),
    FieldPanel("ptsm_name"),
    FieldPanel("other_links"),
]
ACTION: list[Panel] = [
    FieldPanel("objectives", widget=TermCheckboxes),
    FieldPanel("themes", widget=ThemeCheckboxes, help_text="Choisissez les thèmes sur lesquels vous agissez."),
    FieldPanel("audiences", widget=TermCheckboxes),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("roadmap_period"), FieldPanel("roadmap_document")]),
            FieldRowPanel([FieldPanel("diagnosis_year"), FieldPanel("diagnosis_document")]),
        ],
        heading="Feuille de route et diagnostic",
    ),
    InlinePanel(
        "report_items",
        heading="Bilans annuels",
        label="Bilan",
        panels=[FieldRowPanel([FieldPanel("year"), FieldPanel("title")]), FieldPanel("document")],
    ),
]


def profile_tabs(promote_panels: list[Panel], settings_panels: list[Panel]) -> TabbedInterface:
    return page_tabs(
        ObjectList(IDENTITY, heading="Identité"),
        ObjectList(TERRITORY, heading="Territoire"),
        ObjectList(GOVERNANCE, heading="Gouvernance"),
        ObjectList(MEANS, heading="Portage et coordination"),
        ObjectList(LINKS, heading="Articulation"),
        ObjectList(ACTION, heading="Action"),
        promote=promote_panels,
        settings=[*settings_panels, FieldPanel("is_demo")],
    )

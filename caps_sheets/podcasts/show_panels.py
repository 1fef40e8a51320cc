"""The tabs of the show form: what listeners read, then what directories and apps read in the feed."""

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

from caps_sheets.podcasts.artwork import LARGEST, SMALLEST


def show_tabs(page_class: type[Page]) -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(_show_panels(), heading="Émission"),
            ObjectList(_directory_panels(), heading="Annuaires et flux"),
            ObjectList(page_class.promote_panels, heading="Adresse et référencement"),
            ObjectList(page_class.settings_panels, heading="Publication"),
        ]
    )


def _show_panels() -> list:
    return [
        TitleFieldPanel("title", help_text="Le nom du podcast, sans « podcast » ni numéro."),
        FieldPanel("introduction", help_text="De quoi parle l’émission, en deux ou trois phrases. Sert aussi au flux."),
        FieldPanel(
            "artwork",
            help_text=(
                f"Image carrée JPEG ou PNG, de {SMALLEST} à {LARGEST} px de côté, lisible en tout petit. "
                "Crédit et licence obligatoires. Sans elle, les annuaires refusent le podcast."
            ),
        ),
        FieldRowPanel(
            [
                FieldPanel("order", help_text="Un récit à suivre s’écoute depuis le premier épisode."),
                FieldPanel("frequency", help_text="Annoncé aux applications ; laissez « irrégulier » dans le doute."),
            ],
            heading="Rythme",
        ),
        FieldPanel("is_complete", help_text="À cocher quand plus aucun épisode ne paraîtra."),
        InlinePanel(
            "season_items",
            [FieldRowPanel([FieldPanel("number"), FieldPanel("name")])],
            heading="Noms des saisons",
            label="Saison",
            help_text="Facultatif : sans nom, une saison s’appelle par son numéro.",
        ),
        InlinePanel(
            "platform_items",
            [FieldPanel("name"), FieldPanel("url")],
            heading="Où suivre l’émission",
            label="Plateforme",
            help_text="Une fois l’émission acceptée par un annuaire, collez ici son adresse.",
        ),
    ]


def _directory_panels() -> list:
    return [
        FieldPanel("author", help_text="L’organisme qui publie l’émission, jamais une personne."),
        FieldRowPanel(
            [
                FieldPanel("copyright", help_text="Par exemple : « © 2026, Centre national »."),
                FieldPanel("licence", help_text="Ce que l’on peut faire des épisodes."),
            ],
            heading="Droits",
        ),
        FieldPanel("category", help_text="Le rayon des annuaires où l’émission est rangée."),
        MultiFieldPanel(
            [
                FieldPanel(
                    "owner_email",
                    help_text="Une adresse de service. Tout le monde peut la lire dans le flux : laissez vide si aucun "
                    "annuaire ne la demande.",
                ),
                InlinePanel(
                    "proof_items",
                    [FieldRowPanel([FieldPanel("purpose"), FieldPanel("value")])],
                    heading="Textes de vérification",
                    label="Texte",
                    help_text="Un annuaire demande parfois de placer un texte dans le flux pour prouver que "
                    "l’émission est à vous. Usage : « verify », ou « applepodcastsverify » pour Apple.",
                ),
            ],
            heading="Prouver que l’émission est à vous",
        ),
        FieldPanel(
            "new_feed_url",
            help_text="Seulement si le flux déménage : les applications suivront cette adresse au lieu de celle-ci.",
        ),
    ]

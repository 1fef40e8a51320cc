"""The tabs of the edit forms of an episode and of a show."""

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page
from wagtailmedia.edit_handlers import MediaChooserPanel

from caps_sheets.podcasts.formats.artwork import LARGEST, SMALLEST
from portal.base.panels import page_tabs
from portal.base.time_marks import TimeMarkField
from portal.moderation.panels import CompletenessPanel
from portal.taxonomies.widgets import ThemeCheckboxes

TRANSCRIPT_HELP = (
    "<p>Le plus simple : enregistrez le brouillon, puis ouvrez l’écran <strong>Transcription</strong> (bouton « … » en "
    "haut de la page). Vous y déposez un fichier VTT, SRT, SBV ou JSON, ou collez un texte « Voix : ce qu’elle "
    "dit », puis vous corrigez chaque réplique à côté du son.</p>"
    "<p>Chaque voix est nommée par sa fonction. Décrivez aussi les sons utiles à la compréhension. "
    "Une transcription automatique se relit toujours en écoutant.</p>"
)

CHAPTERS_HELP = (
    "Une ligne par chapitre : « 00:12:30 Le jardin au printemps ». Au moins trois, le premier à 00:00:00. Un lien "
    "peut suivre : « 00:12:30 Le jardin | /fiches/jardin-partage/ »."
)


class MomentsPanel(InlinePanel):
    """Links whose time is typed « 12:30 » and stored in seconds."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        formset["form"] = _moment_form(formset.get("form") or WagtailAdminModelForm)
        return options


def _moment_form(base: type[WagtailAdminModelForm]) -> type[WagtailAdminModelForm]:
    class MomentForm(base):
        start = TimeMarkField(
            label="Moment",
            required=False,
            help_text="Quand l’épisode en parle, par exemple 12:30. Le lien apparaît alors dans le lecteur.",
        )

    return MomentForm


def episode_tabs(page_class: type[Page]) -> TabbedInterface:
    return page_tabs(
        ObjectList(_content_panels(), heading="Épisode"),
        ObjectList(_sound_panels(), heading="Son et voix"),
        ObjectList(_transcript_panels(), heading="Transcription"),
        ObjectList(_link_panels(), heading="Liens et thèmes"),
        promote=page_class.promote_panels,
        settings=[*page_class.settings_panels, FieldPanel("is_demo")],
    )


def _content_panels() -> list:
    return [
        CompletenessPanel(heading="Avant la publication"),
        TitleFieldPanel("title", help_text="Ce que l’épisode raconte, sans numéro : il est ajouté tout seul."),
        FieldRowPanel(
            [FieldPanel("season"), FieldPanel("number"), FieldPanel("kind"), FieldPanel("date")],
            heading="Numérotation et date",
        ),
        FieldPanel("summary", help_text="Deux phrases, pour les listes et les applications de podcast."),
        FieldPanel("notes", help_text="Références citées, liens, générique."),
        FieldPanel("image", help_text="Facultative. Crédit et licence sont obligatoires pour publier."),
        FieldPanel(
            "content_note",
            help_text="Par exemple : « Cet épisode parle du suicide. » Proposée et obligatoire sur ce thème.",
        ),
        FieldRowPanel(
            [
                FieldPanel("help_choice", help_text="Le 3114 et les numéros d’urgence, près du lecteur."),
                FieldPanel("is_explicit", help_text="Signalé par les applications d’écoute."),
            ],
            heading="Pour qui écoute",
        ),
    ]


def _sound_panels() -> list:
    return [
        MediaChooserPanel(
            "audio",
            media_type="audio",
            help_text="MP3 ou M4A, 300 Mo au plus. La durée est lue dans le fichier.",
        ),
        InlinePanel(
            "speaker_items",
            [
                FieldPanel("role"),
                FieldRowPanel([FieldPanel("is_host"), FieldPanel("is_synthetic")]),
                PageChooserPanel("clsm", "network.ClsmPage"),
            ],
            heading="Voix entendues",
            label="Voix",
            help_text="Chaque voix est nommée par sa fonction. Son autorisation signée s’enregistre dans l’écran "
            "« Voix et autorisations » : sans elle, pas de publication.",
        ),
        FieldPanel("chapters", help_text=CHAPTERS_HELP),
        FieldPanel("chapters_file"),
        FieldRowPanel(
            [
                FieldPanel("soundbite_start", help_text="Un passage qui donne envie d’écouter, par exemple 03:15."),
                FieldPanel("soundbite_duration", help_text="Entre 15 et 120 secondes."),
            ],
            heading="Extrait choisi",
            help_text="Facultatif. Les autorisations de voix doivent permettre les extraits.",
        ),
    ]


def _transcript_panels() -> list:
    return [
        HelpPanel(TRANSCRIPT_HELP, heading="Comment faire"),
        FieldPanel("transcript_file"),
        FieldPanel("transcript"),
        FieldPanel("transcript_status", help_text="« Relue » : une personne l’a vérifiée en écoutant le son."),
    ]


def _link_panels() -> list:
    return [
        MultiFieldPanel(
            [
                MomentsPanel(
                    "sheet_items",
                    [PageChooserPanel("sheet", "caps_sheets.CapsSheetPage"), *_moment_panels()],
                    heading="Fiches CAPS",
                    label="Fiche",
                ),
                MomentsPanel(
                    "clsm_items",
                    [PageChooserPanel("clsm", "network.ClsmPage"), *_moment_panels()],
                    heading="CLSM",
                    label="CLSM",
                ),
            ],
            heading="Ce que l’épisode raconte",
            help_text="Au moins une fiche ou un CLSM. L’épisode s’affichera aussi sur ces pages.",
        ),
        FieldPanel("themes", widget=ThemeCheckboxes),
    ]


def _moment_panels() -> list:
    return [FieldRowPanel([FieldPanel("start"), FieldPanel("reason")])]


def show_tabs(page_class: type[Page]) -> TabbedInterface:
    return page_tabs(
        ObjectList(_show_panels(), heading="Émission"),
        ObjectList(_directory_panels(), heading="Annuaires et flux"),
        promote=page_class.promote_panels,
        settings=page_class.settings_panels,
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

"""The tabs of the episode form, in the order in which an episode is made."""

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
)
from wagtail.models import Page
from wagtailmedia.edit_handlers import MediaChooserPanel

from portal.moderation.panels import CompletenessPanel
from portal.taxonomies.widgets import ThemeCheckboxes

TRANSCRIPT_HELP = (
    "<p>Déposez un fichier .vtt ou .srt, ou collez le texte au format WebVTT :</p>"
    "<pre>WEBVTT\n\n00:00:00.000 --&gt; 00:00:04.200\n&lt;v Coordination du CLSM&gt;Bonjour et bienvenue.</pre>"
    "<p>Chaque voix est nommée par sa fonction. Décrivez aussi les sons utiles à la compréhension. "
    "Une transcription automatique se relit toujours en écoutant.</p>"
)


def episode_tabs(page_class: type[Page]) -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(_content_panels(), heading="Épisode"),
            ObjectList(_sound_panels(), heading="Son et voix"),
            ObjectList(_transcript_panels(), heading="Transcription"),
            ObjectList(_link_panels(), heading="Liens et thèmes"),
            ObjectList(page_class.promote_panels, heading="Adresse et référencement"),
            ObjectList([*page_class.settings_panels, FieldPanel("is_demo")], heading="Publication"),
        ]
    )


def _content_panels() -> list:
    return [
        CompletenessPanel(heading="Avant la publication"),
        FieldPanel("title", help_text="Ce que l’épisode raconte, sans numéro : il est ajouté tout seul."),
        FieldRowPanel(
            [FieldPanel("season"), FieldPanel("number"), FieldPanel("kind"), FieldPanel("date")],
            heading="Numérotation et date",
        ),
        FieldPanel("summary", help_text="Deux phrases, pour les listes et les applications de podcast."),
        FieldPanel("notes", help_text="Références citées, liens, générique."),
        FieldPanel("image", help_text="Facultative. Crédit et licence sont obligatoires pour publier."),
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
            heading="Voix entendues",
            label="Voix",
            help_text="Chaque voix est nommée par sa fonction ; son autorisation écrite est conservée par l’équipe.",
        ),
        FieldPanel(
            "content_note",
            help_text="Par exemple : « Cet épisode parle du suicide. » Obligatoire sur ce thème.",
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
                InlinePanel(
                    "sheet_items",
                    [PageChooserPanel("sheet", "caps_sheets.CapsSheetPage")],
                    heading="Fiches CAPS",
                    label="Fiche",
                ),
                InlinePanel(
                    "clsm_items",
                    [PageChooserPanel("clsm", "network.ClsmPage")],
                    heading="CLSM",
                    label="CLSM",
                ),
            ],
            heading="Ce que l’épisode raconte",
            help_text="Au moins une fiche ou un CLSM. L’épisode s’affichera aussi sur ces pages.",
        ),
        FieldPanel("themes", widget=ThemeCheckboxes),
    ]

"""The blocks an author writes a CAPS sheet with."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText

from portal.base.blocks import StructBlock

TEXT = ["bold", "italic", "link", "ol", "ul"]


def is_blank_text(value: RichText) -> bool:
    """Whether a rich text holds only spaces, which pass Wagtail’s own ``required``."""
    return not strip_tags(value.source).replace("\xa0", " ").strip()


class ParagraphBlock(blocks.RichTextBlock):
    def clean(self, value: RichText) -> RichText:
        if not self.is_deferred_validation and is_blank_text(value):
            raise ValidationError("Écrivez ce paragraphe, ou retirez-le.", code="required")
        return super().clean(value)

    class Meta:
        icon = "pilcrow"
        label = "Paragraphe"
        description = "Du texte, avec listes et liens."
        template = "blocks/paragraph.html"
        preview_value = "<p>Le CLSM réunit les acteurs deux fois par an autour d’une même table.</p>"


class VerbatimBlock(StructBlock):
    quote = blocks.TextBlock(label="Citation", help_text="Les mots entendus, sans guillemets.", rows=3)
    role = blocks.CharBlock(
        label="Fonction", max_length=120, help_text="Une fonction (« infirmière de CMP »), jamais un nom."
    )
    has_consent = blocks.BooleanBlock(
        label="La personne a donné son accord pour cette citation", required=False, default=False
    )

    class Meta:
        icon = "openquote"
        label = "Verbatim"
        description = "Les mots d’une personne, signés par sa fonction."
        template = "blocks/verbatim.html"
        preview_value = {"quote": "On a enfin mis un visage sur un numéro.", "role": "Assistante sociale"}

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        value = super().clean(value)
        # Without the flag, a draft could not keep a quotation whose consent is still pending.
        if not self.is_deferred_validation and not value["has_consent"]:
            raise blocks.StructBlockValidationError(
                {"has_consent": ValidationError("Recueillez l’accord de la personne, ou retirez la citation.")}
            )
        return value


class StepBlock(StructBlock):
    title = blocks.CharBlock(label="Titre de l’étape", max_length=120)
    period = blocks.CharBlock(
        label="Période", max_length=80, required=False, help_text="Par exemple : mars à juin 2022."
    )
    text = blocks.RichTextBlock(label="Ce qui a été fait", features=TEXT)
    actors = blocks.CharBlock(label="Acteurs", max_length=200, required=False)
    tools = blocks.CharBlock(label="Outils utilisés", max_length=200, required=False)
    is_key_moment = blocks.BooleanBlock(label="Moment clé", required=False)

    class Meta:
        icon = "date"
        label = "Étape"
        description = "Une étape du récit : quand, quoi, avec qui."
        template = "blocks/step.html"
        preview_value = {
            "title": "Constituer les binômes",
            "period": "Septembre 2022",
            "text": "<p>Chaque structure propose un accueil.</p>",
            "is_key_moment": True,
        }


class ToolBlock(StructBlock):
    title = blocks.CharBlock(label="Nom de l’outil", max_length=120)
    description = blocks.TextBlock(label="À quoi il sert", rows=2)
    document = DocumentChooserBlock(label="Document", required=False)
    url = blocks.URLBlock(label="Lien", required=False)
    licence = blocks.CharBlock(label="Conditions de réutilisation", max_length=120, required=False)

    class Meta:
        icon = "cog"
        label = "Outil"
        description = "Un outil créé ou utilisé, avec son document ou son lien."
        template = "blocks/tool.html"
        preview_value = {"title": "Grille d’observation", "description": "Aide à noter ce que l’on découvre."}


class KeyFigureBlock(StructBlock):
    value = blocks.CharBlock(label="Chiffre", max_length=30, help_text="Par exemple : 4 binômes.")
    label = blocks.CharBlock(label="Ce qu’il mesure", max_length=160)
    source = blocks.CharBlock(label="Source et date", max_length=160)

    class Meta:
        icon = "order"
        label = "Chiffre clé"
        description = "Un chiffre, ce qu’il mesure et sa source datée."
        template = "blocks/key_figure.html"
        preview_value = {"value": "4", "label": "binômes accueillis", "source": "Bilan du CLSM, 2022"}


class DifficultyBlock(StructBlock):
    difficulty = blocks.TextBlock(label="Difficulté", rows=3)
    response = blocks.TextBlock(label="Réponse apportée", rows=3)
    effect = blocks.TextBlock(label="Effet constaté", rows=3)

    class Meta:
        icon = "warning"
        label = "Difficulté → réponse → effet"
        description = "Ce qui a résisté, ce qui a été tenté, ce que cela a changé."
        template = "blocks/difficulty.html"
        preview_value = {
            "difficulty": "Des agendas incompatibles.",
            "response": "Des immersions d’une seule journée.",
            "effect": "Tous les binômes ont pu partir.",
        }


class PartnerRowBlock(StructBlock):
    name = blocks.CharBlock(label="Partenaire", max_length=160)
    role = blocks.CharBlock(label="Rôle", max_length=120, required=False)
    contribution = blocks.CharBlock(label="Ce qu’il a apporté", max_length=250, required=False)

    class Meta:
        label = "Partenaire"


class PartnersBlock(StructBlock):
    rows = blocks.ListBlock(PartnerRowBlock(), label="Partenaires", min_num=1)

    class Meta:
        icon = "group"
        label = "Partenaires"
        description = "Qui a fait quoi, en tableau."
        template = "blocks/partners.html"
        preview_value = {"rows": [{"name": "CODES", "role": "Appui technique", "contribution": "Animation"}]}


class TableBlock(TypedTableBlock):
    """Columns of text, each with its heading."""

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        return context | {"has_headings": any(column["heading"] for column in value.columns)}

    class Meta:
        icon = "table"
        label = "Tableau"
        description = "Des lignes et des colonnes, avec leurs titres."
        template = "blocks/table.html"
        preview_value = {
            "columns": [{"type": "text", "heading": "Séance"}, {"type": "text", "heading": "Contenu"}],
            "rows": [{"values": ["<p>Première</p>", "<p>Se présenter.</p>"]}],
            "caption": "Les séances",
        }


class IllustrationBlock(StructBlock):
    image = ImageBlock(label="Image")
    caption = blocks.CharBlock(label="Légende", max_length=200, required=False)

    class Meta:
        icon = "image"
        label = "Image"
        description = "Une image avec son texte alternatif et sa légende."
        template = "blocks/illustration.html"


class ObjectiveBlock(StructBlock):
    kind = blocks.ChoiceBlock(
        label="Niveau",
        choices=[("general", "Général"), ("specifique", "Spécifique"), ("operationnel", "Opérationnel")],
    )
    text = blocks.TextBlock(label="Objectif", rows=2)

    class Meta:
        label = "Objectif"
        description = "Un objectif général, spécifique ou opérationnel."
        template = "blocks/objective.html"
        icon = "crosshairs"
        preview_value = {"kind": "general", "text": "Renforcer l’interconnaissance des acteurs."}


class ParticipationBlock(StructBlock):
    level = blocks.ChoiceBlock(
        label="Échelle de participation",
        choices=[
            ("information", "Information"),
            ("consultation", "Consultation"),
            ("concertation", "Concertation"),
            ("co-construction", "Co-construction"),
            ("co-decision", "Co-animation, co-décision"),
            ("portage", "Action portée par les personnes concernées"),
        ],
    )
    text = blocks.TextBlock(label="Comment", rows=3)

    class Meta:
        icon = "group"
        label = "Participation des personnes concernées"
        description = "Le degré de participation atteint, et comment."
        template = "blocks/participation.html"
        preview_value = {"level": "co-construction", "text": "Deux usagers ont écrit la grille avec nous."}


class HighlightBlock(StructBlock):
    title = blocks.CharBlock(label="Ce qui fait que ça marche", max_length=120)
    text = blocks.RichTextBlock(label="Explication", features=TEXT)
    verbatim = blocks.TextBlock(label="Verbatim", rows=2, required=False)
    role = blocks.CharBlock(label="Fonction de la personne citée", max_length=120, required=False)

    class Meta:
        icon = "pick"
        label = "Élément saillant"
        description = "Une fonction clé de l’action, expliquée."
        template = "blocks/highlight.html"
        preview_value = {"title": "La réciprocité", "text": "<p>Chacun accueille et est accueilli.</p>"}


class LeverBlock(StructBlock):
    title = blocks.CharBlock(label="Levier", max_length=120)
    text = blocks.TextBlock(label="Comment il a joué", rows=3)

    class Meta:
        icon = "arrow-up-big"
        label = "Levier"
        description = "Ce qui a facilité l’action."
        template = "blocks/lever.html"
        preview_value = {"title": "Un portage politique constant", "text": "L’élue préside chaque séance."}


class LessonBlock(StructBlock):
    text = blocks.TextBlock(label="Enseignement ou conseil", rows=3)

    class Meta:
        icon = "tick"
        label = "Enseignement"
        description = "Un conseil à qui voudrait se lancer."
        template = "blocks/lesson.html"
        preview_value = {"text": "Commencer petit : quatre binômes suffisent."}


class TransferabilityBlock(StructBlock):
    category = blocks.ChoiceBlock(
        label="Rubrique",
        choices=[
            ("population", "Population"),
            ("environnement", "Environnement"),
            ("mise-en-oeuvre", "Conditions de mise en œuvre"),
            ("accompagnement", "Accompagnement au transfert"),
        ],
    )
    keep = blocks.TextBlock(label="Essentiel à garder", rows=3, required=False)
    adapt = blocks.TextBlock(label="Adaptable", rows=3, required=False)

    class Meta:
        icon = "resubmit"
        label = "Transférabilité"
        description = "Ce qu’il faut garder, ce qui peut changer (d’après la grille ASTAIRE)."
        template = "blocks/transferability.html"
        preview_value = {"category": "population", "keep": "Des volontaires.", "adapt": "Les métiers."}


class EvaluationBlock(StructBlock):
    kind = blocks.CharBlock(
        label="Évaluation menée", max_length=120, help_text="Par exemple : questionnaire de fin, ou « non évaluée »."
    )
    text = blocks.TextBlock(label="Ce qu’elle montre", rows=3, required=False)
    indicators = blocks.CharBlock(label="Indicateurs", max_length=250, required=False)

    class Meta:
        icon = "check"
        label = "Évaluation"
        description = "L’évaluation menée et ses indicateurs."
        template = "blocks/evaluation.html"
        preview_value = {"kind": "Questionnaire de fin de stage", "text": "Les représentations ont changé."}


class ResourceBlock(StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=160)
    description = blocks.CharBlock(label="Description", max_length=250, required=False)
    document = DocumentChooserBlock(label="Document", required=False)
    url = blocks.URLBlock(label="Lien", required=False)

    class Meta:
        icon = "doc-full"
        label = "Ressource"
        description = "Un document ou un lien pour aller plus loin."
        template = "blocks/resource.html"
        preview_value = {"title": "Guide « Créer et faire fonctionner un CLSM »"}


class KeyPointsBlock(blocks.StreamBlock):
    """Three to five points for a busy reader."""

    point = blocks.CharBlock(label="Point à retenir", max_length=160)

"""StreamField blocks shared by all pages. Each has one template in ``templates/blocks/`` (context ``value``)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from portal.base.querysets import visible

RICH_TEXT = ["bold", "italic", "link", "ol", "ul", "document-link"]


class StructValue(blocks.StructValue):
    """A missing or null sub-field has the value that its form gives to an empty input: an empty text, never « None
    ».
    """

    def __init__(self, block: blocks.StructBlock, *args: Any) -> None:
        super().__init__(block, *args)
        for name, child in block.child_blocks.items():
            is_text = isinstance(child, blocks.FieldBlock) and not isinstance(child, blocks.ChooserBlock)
            if is_text and self.get(name) is None:
                self[name] = child.field.to_python(None)


class StructBlock(blocks.StructBlock):
    """Base class of the portal's blocks. Values written by code may lack sub-fields."""

    class Meta:
        value_class = StructValue


class HeadingValue(StructValue):
    @property
    def anchor(self) -> str:
        return slugify(self.get("text") or "") or "section"


class HeadingBlock(StructBlock):
    text = blocks.CharBlock(default="", label="texte", max_length=120)
    level = blocks.ChoiceBlock(
        label="niveau", choices=[("h2", "titre de partie"), ("h3", "sous-titre")], default="h2", search_index=False
    )

    class Meta:
        label = "Titre"
        icon = "title"
        value_class = HeadingValue
        template = "blocks/heading.html"
        description = "Annonce une partie de la page ; les lecteurs d’écran s’y déplacent de titre en titre."


class CaptionedImageBlock(StructBlock):
    """An image with its alternative text; the credit comes from the image itself."""

    image = ImageBlock(label="image")
    caption = blocks.CharBlock(default="", label="légende", required=False, max_length=200)

    class Meta:
        label = "Image"
        icon = "image"
        template = "blocks/captioned_image.html"


class QuoteBlock(StructBlock):
    text = blocks.TextBlock(default="", label="citation")
    source = blocks.CharBlock(
        default="", label="source", required=False, max_length=160, help_text="Une fonction ou un ouvrage."
    )

    class Meta:
        label = "Citation"
        icon = "openquote"
        template = "blocks/quote.html"


class CalloutBlock(StructBlock):
    title = blocks.CharBlock(default="", label="titre", max_length=120)
    text = blocks.RichTextBlock(default="", label="texte", features=RICH_TEXT)

    class Meta:
        label = "Encadré"
        icon = "info-circle"
        template = "blocks/callout.html"


class ButtonValue(StructValue):
    @property
    def href(self) -> str:
        """URL of the page when one is chosen, else the typed URL; empty when neither is public."""
        page = self.get("page")
        if page:
            return page.url if visible(Page.objects.filter(pk=page.pk)).exists() else ""
        return self.get("url") or ""


class ButtonBlock(StructBlock):
    label = blocks.CharBlock(default="", label="texte du bouton", max_length=80, help_text="Un verbe : « Trouver… ».")
    page = blocks.PageChooserBlock(label="page du portail", required=False)
    url = blocks.URLBlock(label="ou adresse", required=False)

    class Meta:
        label = "Bouton"
        icon = "link"
        value_class = ButtonValue
        template = "blocks/button.html"

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        value = super().clean(value)
        if not self.is_deferred_validation and bool(value["page"]) == bool(value["url"]):
            error = ValidationError("Choisissez une page, ou donnez une adresse : l’une des deux.")
            raise blocks.StructBlockValidationError(block_errors={"page": error})
        return value


class QuestionBlock(StructBlock):
    question = blocks.CharBlock(default="", label="question", max_length=200)
    answer = blocks.RichTextBlock(default="", label="réponse", features=RICH_TEXT)


class DefinitionBlock(StructBlock):
    term = blocks.CharBlock(default="", label="terme", max_length=160)
    definition = blocks.RichTextBlock(default="", label="définition", features=["bold", "italic", "link"])


class DocumentBlock(StructBlock):
    document = DocumentChooserBlock(label="document")
    title = blocks.CharBlock(default="", label="titre affiché", required=False, max_length=160)


class ContentBlock(blocks.StreamBlock):
    """The body of a standard page or of a news article."""

    heading = HeadingBlock()
    paragraph = blocks.RichTextBlock(
        default="", label="Paragraphe", icon="pilcrow", features=RICH_TEXT, template="blocks/paragraph.html"
    )
    captioned_image = CaptionedImageBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()
    button = ButtonBlock()
    questions = blocks.ListBlock(
        QuestionBlock(), label="Questions et réponses", icon="help", template="blocks/questions.html"
    )
    definitions = blocks.ListBlock(
        DefinitionBlock(), label="Définitions", icon="list-ul", template="blocks/definitions.html"
    )
    documents = blocks.ListBlock(DocumentBlock(), label="Documents", icon="doc-full", template="blocks/documents.html")

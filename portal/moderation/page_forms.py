"""Forms of moderation: the page form that lists what publication needs, and the reason of a refusal."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks.base import BlockField
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.forms import TaskStateCommentForm

from portal.taxonomies.choices import share_terms


class ModeratedPageForm(WagtailAdminPageForm):
    """Saves incomplete drafts; checks the publication rules when the page is submitted or published."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        share_terms([self, *(row for formset in self.formsets.values() for row in formset.forms)])

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        # Rules read the whole page, children included: apply the form in memory before checking them.
        page = self.save(commit=False)
        for name, messages in page.publication_errors().items():
            self._report(name, page.field_label(name), messages)
        return not self.errors

    def _report(self, name: str, label: str, messages: list[str]) -> None:
        if name in self.formsets:
            self.formsets[name].non_form_errors().extend(messages)
            # With a page-level error, Wagtail shows the form again with its errors.
            self.add_error(None, [f"{label[:1].upper()}{label[1:]} : {message}" for message in messages])
        elif isinstance(self.fields.get(name), BlockField):
            self.add_error(name, StreamBlockValidationError(non_block_errors=messages))
        elif name in self.fields:
            self.add_error(name, messages)
        else:
            self.add_error(None, messages)


class ReasonForm(TaskStateCommentForm):
    """Why changes are requested: the author reads it, so it is required."""

    comment = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce qui est à reprendre : l’autrice ou l’auteur lira ce motif."},
    )

    def clean_comment(self) -> str:
        comment = self.cleaned_data["comment"].strip()
        if not comment:
            raise ValidationError(self.fields["comment"].error_messages["required"])
        return comment

"""The form of a show: what directories would refuse is said next to its field."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm

from caps_sheets.podcasts.artwork import artwork_errors
from portal.medialib.models import PortalImage


class ShowForm(WagtailAdminPageForm):
    def clean_artwork(self) -> PortalImage | None:
        image: PortalImage | None = self.cleaned_data.get("artwork")
        errors = artwork_errors(image) if "artwork" in self.changed_data else []
        if errors:
            raise ValidationError(errors)
        return image

    def clean_new_feed_url(self) -> str:
        url: str = self.cleaned_data.get("new_feed_url", "")
        if url and urlsplit(url).scheme != "https":
            raise ValidationError("La nouvelle adresse doit commencer par « https:// ».")
        return url

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not valid or "season_items" not in self.formsets:
            return valid
        seasons = self.formsets["season_items"]
        numbers = [form.cleaned_data.get("number") for form in seasons.forms if form not in seasons.deleted_forms]
        given = [number for number in numbers if number is not None]
        if len(set(given)) < len(given):
            seasons.non_form_errors().append("Deux noms sont donnés à la même saison.")
            # An error of the page makes Wagtail open the form again on its errors.
            self.add_error(None, "Noms de saisons : deux noms sont donnés à la même saison.")
        return not self.errors

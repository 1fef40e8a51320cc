"""The edit form of a sheet."""

from typing import Any

from portal.moderation.page_forms import ModeratedPageForm


class SheetForm(ModeratedPageForm):
    """The main theme is chosen once: it is one of the themes of the sheet. So is the description of its picture, asked
    when that was added: it is the alternative text unless another is written.
    """

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        main = cleaned.get("main_theme")
        if main is not None and main.name not in cleaned.get("themes", [main.name]):
            cleaned["themes"] = [*cleaned["themes"], main.name]
        image, is_described = cleaned.get("image"), cleaned.get("image_alt") or cleaned.get("image_is_decorative")
        if image is not None and not is_described:
            cleaned["image_alt"] = image.description[: type(self.instance)._meta.get_field("image_alt").max_length]
        return cleaned

"""The edit form of a sheet."""

from typing import Any

from portal.moderation.page_forms import ModeratedPageForm


class SheetForm(ModeratedPageForm):
    """The main theme is chosen once: it is one of the themes of the sheet."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        main = cleaned.get("main_theme")
        if main is not None and main.name not in cleaned.get("themes", [main.name]):
            cleaned["themes"] = [*cleaned["themes"], main.name]
        return cleaned

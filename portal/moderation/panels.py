"""What publication still needs, shown beside the form and updated while the author writes."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel


class CompletenessPanel(Panel):
    """Lists the publication rules that the last saved draft breaks; refreshed after each autosave."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/completeness.html"

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["asked"] = " ".join(self.instance.asked_names())
            if self.instance.pk:
                context["url"] = reverse("page_completeness", args=[self.instance.pk])
                context["missing"] = self.instance.missing_points()
                context["advice"] = self.instance.advice()
                context["advice_heading"] = self.instance.advice_heading
            return context

"""Where a sheet comes from, beside its form. The case file lives a floor above: its room’s template tag tells it."""

from wagtail.admin.panels import Panel


class ProvenancePanel(Panel):
    """Shown for a sheet that has a case file, to who may see case files; never on the public site."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/provenance.html"

        def is_shown(self) -> bool:
            has_case = getattr(self.instance, "case_file", None) is not None
            return super().is_shown() and has_case and self.request.user.has_perm("caps_capitalisation.view_casefile")

"""The Centre's screens on the network: posts of coordinators, internal records, organisations."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, PageChooserPanel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy, page_permission_policy
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import HistoryView, SnippetViewSet

from network.clsm_import.importer import ClsmImporter
from network.coordination.admin_views import CoordinationViewSet
from network.coordination.assignments import delete_assignment, save_for_the_person
from network.models import ClsmRecord, CoordinatorAssignment, DirectoryPage, Organisation, RegionalModerator
from network.models.coordination import SHOWN
from network.models.organisations import known_spellings, nearest_names, organisation_key
from portal.imports.viewsets import ImportViewSet
from portal.users.models import User


class AssignmentForm(WagtailAdminModelForm):
    """The person decides what the public sees: whoever ticks a box for them says how they agreed."""

    consent_note = forms.CharField(
        label="Comment la personne l’a accepté",
        max_length=200,
        required=False,
        help_text="Pour cocher une case à sa place, par exemple « courriel du 12 mars ». Elle en est avertie.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self._is_second_post(data):
            self.add_error("user", "Cette personne est déjà en poste dans ce CLSM à ces dates : modifiez ce poste.")
        ticked = [name for name in SHOWN if data.get(name) and not self.initial.get(name)]
        if ticked and not data.get("consent_note"):
            self.add_error("consent_note", "Dites comment la personne a accepté d’être montrée, ou décochez la case.")
        return data

    def _is_second_post(self, data: dict[str, Any]) -> bool:
        """With two open posts, the person would withdraw one and stay shown by the other. Past posts may overlap."""
        clsm, user, start, end = (data.get(name) for name in ("clsm", "user", "start", "end"))
        today = timezone.localdate()
        if not (clsm and user and start) or (end and end < today):
            return False
        same = CoordinatorAssignment.objects.lasting(max(start, today), end).filter(clsm=clsm, user=user)
        return same.exclude(pk=self.instance.pk).exists()


class AssignmentCreateView(generic.CreateView):
    def save_instance(self) -> CoordinatorAssignment:
        note = self.form.cleaned_data["consent_note"]
        return save_for_the_person(self.form.save(commit=False), by=self.request.user, consent_note=note)


class AssignmentEditView(generic.EditView):
    def save_instance(self) -> CoordinatorAssignment:
        self.has_content_changes = self.form.has_changed()
        note = self.form.cleaned_data["consent_note"]
        return save_for_the_person(self.form.save(commit=False), by=self.request.user, consent_note=note)


class AssignmentDeleteView(generic.DeleteView):
    def delete_action(self) -> None:
        delete_assignment(self.object, by=self.request.user)


class RelatedIndexView(generic.IndexView):
    """A list with the objects that its columns name: Wagtail asks for each of them, row by row."""

    def get_base_queryset(self) -> QuerySet:
        fields = {field.name for field in self.model._meta.fields if field.is_relation}
        return super().get_base_queryset().select_related(*fields.intersection(self.list_display))


class AssignmentViewSet(ModelViewSet):
    """Posts of coordinators. Rights change at once, so every change goes through the service."""

    model = CoordinatorAssignment
    index_view_class = RelatedIndexView
    name = "network_assignments"
    url_prefix = "reseau/affectations"
    icon = "user"
    menu_label = "Coordination des CLSM"
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = AssignmentCreateView
    edit_view_class = AssignmentEditView
    delete_view_class = AssignmentDeleteView
    list_display = ["user", "clsm", "start", "end", "job_title"]
    search_fields = ["user__email", "user__first_name", "user__last_name", "clsm__title"]
    edit_handler = ObjectList(
        [
            PageChooserPanel("clsm", page_type="network.ClsmPage"),
            FieldPanel("user"),
            FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
            FieldRowPanel([FieldPanel("job_title"), FieldPanel("phone")]),
            MultiFieldPanel(
                [*(FieldPanel(name) for name in SHOWN), FieldPanel("consent_note")],
                heading="Ce que la personne accepte de montrer",
            ),
        ],
        base_form_class=AssignmentForm,
    )


class RecordPolicy(ModelPermissionPolicy):
    """A record is created and deleted with its page: nobody adds or deletes one."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)


class RecordViewSet(ModelViewSet):
    """The internal records of CLSMs. Coordinators have no permission on them."""

    model = ClsmRecord
    index_view_class = RelatedIndexView
    name = "network_records"
    url_prefix = "reseau/dossiers-internes"
    icon = "lock"
    menu_label = "Dossiers internes"
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["clsm", "source", "verified_on", "coordination_fte"]
    list_filter = ["source"]
    search_fields = ["clsm__title", "import_key"]
    panels = [
        FieldRowPanel([FieldPanel("verified_on"), FieldPanel("verified_by")]),
        FieldRowPanel([FieldPanel("source"), FieldPanel("import_key")]),
        FieldPanel("coordination_fte"),
        FieldPanel("funding_notes"),
        FieldPanel("has_complex_cases_charter"),
        FieldPanel("notes"),
    ]

    @property
    def permission_policy(self) -> RecordPolicy:
        return RecordPolicy(self.model)


class NewOrganisationForm(forms.ModelForm):
    """An organisation added where one is chosen. One of nearly the same name is proposed first."""

    OTHER = "autre"
    same = forms.ChoiceField(
        label="Une organisation de nom proche existe déjà : est-ce elle ?", required=False, widget=forms.RadioSelect
    )

    website = forms.URLField(label="Site web", required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ("name", "acronym", "kind", "website")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = str(self.data.get(self.add_prefix("name"), "")).strip()
        names = nearest_names(typed, known_spellings(), most=3) if typed else []
        self.near = {str(each.pk): each for each in Organisation.objects.filter(name__in=names)}
        if not self.near:
            del self.fields["same"]
            return
        choices = [(pk, f"Oui, choisir « {each} »") for pk, each in self.near.items()]
        if organisation_key(typed) not in {organisation_key(name) for name in names}:
            choices.append((self.OTHER, "Non, en créer une autre"))
        self.fields["same"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["same"].required = True
        self.fields["same"].error_messages["required"] = "Ce nom ressemble à un nom connu : choisissez."
        self.order_fields(["same"])

    def save(self, commit: bool = True) -> Organisation:
        known: Organisation | None = self.near.get(self.cleaned_data.get("same", ""))
        return known or super().save(commit)


class OrganisationChooserViewSet(SnippetChooserViewSet):
    creation_form_class = NewOrganisationForm
    creation_tab_label = "Créer une organisation"
    create_action_label = "Créer et choisir"
    create_action_clicked_label = "Création…"


class OrganisationHistoryView(HistoryView):
    """It leads to the form: for who may change an organisation."""

    any_permission_required = ["change", "delete"]


class OrganisationViewSet(SnippetViewSet):
    model = Organisation
    history_view_class = OrganisationHistoryView
    copy_view_enabled = False  # two rows for one organisation
    chooser_viewset_class = OrganisationChooserViewSet
    icon = "group"
    menu_label = "Organisations"
    add_to_admin_menu = True
    menu_order = 310
    list_display: list[Any] = ["name", "acronym", "kind"]
    list_filter = ["kind"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("acronym")]),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("siren"), FieldPanel("website")]),
    ]


class RegionalModeratorViewSet(ModelViewSet):
    """The regions of each moderator, which decide who is notified."""

    model = RegionalModerator
    index_view_class = RelatedIndexView
    name = "regional_moderators"
    url_prefix = "reseau/moderation-regionale"
    icon = "site"
    menu_label = "Modération par région"
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["user"]
    search_fields = ["user__email", "user__first_name", "user__last_name"]
    panels = [
        FieldPanel("user", help_text="Une personne du rôle « Modération »."),
        FieldPanel("regions", widget=forms.CheckboxSelectMultiple),
    ]


class ClsmImportViewSet(ImportViewSet):
    """For those who may create a profile in the directory."""

    name = "clsm_import"
    url_prefix = "reseau/importer"
    importer = ClsmImporter()
    title = "Importer des CLSM"
    intro = (
        "Créez et mettez à jour des profils à partir d’un tableau, un CLSM par ligne. Tout arrive en brouillon : un "
        "profil ne devient public que par la relecture."
    )

    def allows(self, user: User | AnonymousUser) -> bool:
        if not page_permission_policy.user_has_permission(user, "add"):  # most people: known without a query
            return False
        directory = DirectoryPage.objects.first()
        return directory is not None and directory.permissions_for_user(user).can_add_subpage()


class NetworkViewSetGroup(ViewSetGroup):
    items = (
        CoordinationViewSet(),
        AssignmentViewSet(),
        RecordViewSet(),
        RegionalModeratorViewSet(),
        ClsmImportViewSet(),
    )
    menu_label = "Réseau des CLSM"
    menu_icon = "group"
    menu_order = 300

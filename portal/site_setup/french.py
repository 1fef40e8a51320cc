"""The portal's own French of Wagtail and its libraries: typographic apostrophes, « circuit », no « ce(tte) ».

``manage.py write_french`` writes what differs into ``portal/locale`` (``LOCALE_PATHS``), which Django reads before
the catalogues of the libraries. Run it after an upgrade: a test fails when the catalogues no longer agree.
"""

import gettext
import json
import re
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.template import Origin
from django.template.loaders import app_directories

DOMAINS = ("django", "djangojs")
#: A message of a compiled catalogue: its text, or its text and the number of the plural form.
Key = str | tuple[str, int]
PLURALS = 2
HEADER = "Content-Type: text/plain; charset=UTF-8\nLanguage: fr\nPlural-Forms: nplurals=2; plural=(n > 1);\n"

#: The text of wagtailmedia on the dashboard.
MEDIA_FILES = '<span>%(total)s</span> Media file <span class="visuallyhidden w-sr-only">created in %(site_name)s</span>'

#: Replacements applied to every message. A word inside a placeholder (« %(workflow)s ») stays.
RULES = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<=[^\W\d_])'(?=[\w%{<«\"])", "’"),
        (r"(?<![(%{\w])Workflow(?=s?\b(?!_))", "Circuit"),
        (r"(?<![(%{\w])workflow(?=s?\b(?!_))", "circuit"),
        (r"» a été approuvé\(e\)", "» : approbation"),
        (r"» a été rejeté\(e\)", "» : rejet"),
        (r"» a été soumis\(e\)", "» : soumission"),
        (r"en (créer|transférer) un\(e\) maintenant", r"en \1 maintenant"),
        (r"(?<=») {2}| {2}(?=«)", " "),
        (r"(?<=«) | (?=[»:;?!])", "\xa0"),
        (r"Êtes[- ]vous sûr\(e\) de vouloir", "Voulez-vous vraiment"),
        (r"Êtes-vous sûr\(e\)", "Confirmez-vous"),
    )
)

#: Messages to rewrite: two genders in one word, a mistake, or the contrary of the English.
REWORDED = {
    "%(model_name)s '%(object)s' created.": "%(model_name)s « %(object)s » : création enregistrée.",
    "%(model_name)s '%(object)s' updated.": "%(model_name)s « %(object)s » : modification enregistrée.",
    "%(model_name)s '%(object)s' deleted.": "%(model_name)s « %(object)s » : suppression faite.",
    "%(model_name)s '%(object)s' created and submitted for moderation.":
        "%(model_name)s « %(object)s » : création enregistrée et soumise à la modération.",
    "%(model_name)s '%(object)s' has been submitted for moderation.":
        "%(model_name)s « %(object)s » : soumission à la modération enregistrée.",
    "The page '%(page_title)s' is not currently awaiting moderation.":
        "La page « %(page_title)s » n’est pas en attente de modération.",
    "Add %(label)s": "Ajouter : %(label)s",
    "Add %(model_name)s": "Ajouter : %(model_name)s",
    "Add %(object)s": "Ajouter : %(object)s",
    "Add a new %(object)s": "Ajouter : %(object)s",
    "Create new %(object)s": "Créer : %(object)s",
    "Create a new %(model_name)s": "Créer : %(model_name)s",
    "New: %(model_name)s": "Création : %(model_name)s",
    "Choose another": "Faire un autre choix",
    "Edit this %(object)s": "Modifier : %(object)s",
    "Inspect this %(object)s": "Consulter : %(object)s",
    "Inspecting %(object)s": "Consultation : %(object)s",
    "Unpublish this %(object)s": "Dépublier : %(object)s",
    "Editing %(page_type)s": "Modification (%(page_type)s)",
    "Editing %(task_type)s": "Modification (%(task_type)s)",
    "Editing %(object)s": "Modification (%(object)s)",
    "Editing workflow": "Modification du circuit",
    "None": "Aucun",
    "Status: ": "Statut : ",
    "Current page status:": "Statut actuel de la page :",
    "No %(model_name)s match your query.": "Rien ne correspond à votre requête (%(model_name)s).",
    "Sorry, there are no %(name)s matching your search parameters.":
        "Rien ne correspond à votre recherche (%(name)s).",
    "Anyone can edit this %(model_name)s": "Toutes les personnes qui en ont le droit peuvent modifier",
    "Anyone can edit this %(model_name)s – lock it to prevent others from editing":
        "Toutes les personnes qui en ont le droit peuvent modifier. Verrouillez pour l’empêcher.",
    "Reviewers can edit this %(model_name)s – lock it to prevent other reviewers from editing":
        "Les personnes chargées de cette étape peuvent modifier. Verrouillez pour l’empêcher.",
    "Only reviewers for this task can edit the %(model_name)s.":
        "Seules les personnes chargées de cette étape peuvent modifier.",
    "Only reviewers can edit and approve the %(model_name)s":
        "Seules les personnes chargées de cette étape peuvent modifier et approuver",
    "This %(model_name)s is currently awaiting moderation.": "En attente de modération.",
    "This {model_name} is awaiting <b>'{task_name}'</b> in the <b>'{workflow_name}'</b> workflow.":
        "En attente à l’étape <b>« {task_name} »</b> du circuit <b>« {workflow_name} »</b>.",
    "This %(model_name)s hasn't been submitted for moderation yet": "Jamais soumis à la modération",
    "This %(model_name)s is currently at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>.":
        "Actuellement à l’étape <strong>%(task)s</strong> du circuit <strong>%(workflow)s</strong>.",
    "This page is currently at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>.":
        "Cette page est à l’étape <strong>%(task)s</strong> du circuit <strong>%(workflow)s</strong>.",
    "This %(model_name)s was marked as needing changes at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>.":
        "Des modifications ont été demandées à l’étape <strong>%(task)s</strong> du circuit "
        "<strong>%(workflow)s</strong>.",
    "This page was marked as needing changes at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>.":
        "Des modifications ont été demandées à l’étape <strong>%(task)s</strong> du circuit "
        "<strong>%(workflow)s</strong>.",
    "Are you sure you want to delete this %(model_name)s?": "Voulez-vous vraiment supprimer (%(model_name)s) ?",
    "Are you sure you want to delete this %(snippet_type_name)s?":
        "Voulez-vous vraiment supprimer (%(snippet_type_name)s) ?",
    "Are you sure you want to delete this %(object)s? If other things in your site are related to it, they may also be "
    "affected.": "Voulez-vous vraiment supprimer (%(object)s) ? Ce qui y est lié sur le site peut s’en ressentir.",
    "Are you sure you want to unpublish this %(model_name)s?": "Voulez-vous vraiment dépublier (%(model_name)s) ?",
    "Would you still like to publish this %(model_name)s?": "Voulez-vous toujours publier (%(model_name)s) ?",
    "Would you still like to publish this page?": "Voulez-vous toujours publier cette page ?",
    "You don't have permission to delete this %(snippet_type_name)s":
        "Vous n’avez pas l’autorisation de supprimer (%(snippet_type_name)s)",
    "Choose when this %(model_name)s should go live and/or expire":
        "Choisissez les dates de publication et de fin (%(model_name)s)",
    "One or more references to this %(model_name)s prevent it from being deleted.":
        "Une ou plusieurs références empêchent cette suppression (%(model_name)s).",
    "Publishing this %(model_name)s will cancel the current workflow.": "Publier annulera le circuit en cours.",
    "The %(model_name)s could not be created due to errors.":
        "Rien n’a été créé (%(model_name)s) : il y a des erreurs.",
    "The %(object)s could not be created due to errors.": "Rien n’a été créé (%(object)s) : il y a des erreurs.",
    "The %(model_name)s could not be saved due to errors.":
        "Rien n’a été enregistré (%(model_name)s) : il y a des erreurs.",
    "The %(object)s could not be saved due to errors.": "Rien n’a été enregistré (%(object)s) : il y a des erreurs.",
    "The %(model_name)s could not be saved as it is locked":
        "Rien n’a été enregistré (%(model_name)s) : un verrou est posé",
    "This %(model_name)s is referenced %(usage_count)s time.": "Références : %(usage_count)s (%(model_name)s).",
    "You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by %(user)s":
        "Version passée (%(model_name)s), du <b>%(created_at)s</b> par %(user)s",
    "You can preview the %(model_name)s here:": "Aperçu (%(model_name)s) :",
    "Cannot overwrite a revision that is not the latest for this %(model_name)s.":
        "Impossible d’enregistrer une version qui n’est pas la dernière (%(model_name)s).",
    "will be set to a %(model_name)s specified by the system": "sera remplacé par le choix du système (%(model_name)s)",
    "Why not <a href=\"%(url)s\">add one</a>?": "Vous pouvez en <a href=\"%(url)s\">ajouter</a>.",
    "%(count)d %(model_name)s deleted.": "%(count)d « %(model_name)s » : suppression faite.",
    "%(model_name)s '%(object)s' created and published.":
        "%(model_name)s « %(object)s » : création et publication enregistrées.",
    "%(model_name)s '%(object)s' created and scheduled for publishing.":
        "%(model_name)s « %(object)s » : création enregistrée, publication programmée.",
    "%(model_name)s '%(object)s' has been replaced with version from %(timestamp)s.":
        "%(model_name)s « %(object)s » : version du %(timestamp)s remise en place.",
    "%(model_name)s '%(object)s' is live and this version has been scheduled for publishing.":
        "%(model_name)s « %(object)s » est en ligne ; la publication de cette version est programmée.",
    "%(model_name)s '%(object)s' updated and published.":
        "%(model_name)s « %(object)s » : modification et publication enregistrées.",
    "%(model_name)s '%(title)s' is now unlocked.": "%(model_name)s « %(title)s » : verrou levé.",
    "'%(object)s' unpublished.": "« %(object)s » : dépublication faite.",
    "Version %(revision_id)s of \"%(object)s\" unscheduled.":
        "Version %(revision_id)s de « %(object)s » : programmation annulée.",
    "Version from %(timestamp)s of %(model_name)s '%(object)s' has been scheduled for publishing.":
        "Version du %(timestamp)s de %(model_name)s « %(object)s » : publication programmée.",
    "{model_name} '{title}' is locked and has been scheduled to go live at {datetime}":
        "{model_name} « {title} » : verrou posé, publication programmée le {datetime}",
    "<b>'{title}' is locked</b> by <b>you</b>.": "<b>Verrou posé sur « {title} »</b> par <b>vous</b>.",
    "<b>'{title}' is locked</b>.": "<b>Verrou posé sur « {title} »</b>.",
    "<b>'{title}' was locked</b> by <b>you</b> on <b>{datetime}</b>.":
        "<b>Verrou posé sur « {title} »</b> par <b>vous</b> le <b>{datetime}</b>.",
    "<b>'{title}' was locked</b> by <b>{user}</b> on <b>{datetime}</b>.":
        "<b>Verrou posé sur « {title} »</b> par <b>{user}</b> le <b>{datetime}</b>.",
    "Currently locked and will go live on the scheduled date": "Verrou posé, publication à la date programmée",
    "Locked": "Verrou posé",
    "Locked at <b>%(locking_date)s</b>": "Verrou posé le <b>%(locking_date)s</b>",
    "Locked by <b>%(locked_by)s</b> at <b>%(locking_date)s</b>":
        "Verrou posé par <b>%(locked_by)s</b> le <b>%(locking_date)s</b>",
    "Locked by <b>you</b> at <b>%(locking_date)s</b>": "Verrou posé par <b>vous</b> le <b>%(locking_date)s</b>",
    "Locked by another user": "Verrou posé par une autre personne",
    "Locked by schedule": "Verrou posé par une programmation",
    "Locked by workflow": "Verrou posé par un circuit",
    "Locked by you": "Verrou posé par vous",
    "Unlocked": "Verrou levé",
    "No one can make changes while the %(model_name)s is locked":
        "Personne ne peut modifier tant que le verrou est posé",
    "Only %(user)s can make changes while the %(model_name)s is locked":
        "%(user)s est la seule personne à pouvoir modifier tant que le verrou est posé",
    "Only you can make changes while the %(model_name)s is locked":
        "Vous êtes la seule personne à pouvoir modifier tant que le verrou est posé",
    "(Private %(object)s)": "(%(object)s : accès restreint)",
    "Created": "Création",
    "Disabled": "Hors service",
    "Mark as active": "Activer",
    "Moved": "Déplacement",
    "None available": "Rien de disponible",
    "No %(name)s have been created yet.": "Rien n’est encore créé (%(name)s).",
    "Oldest": "D’abord les plus anciens",
    "Published": "Publication",
    "Referenced %(count)s time": "Références : %(count)s",
    "Renamed": "Changement de nom",
    "Reordered": "Changement d’ordre",
    "Reordered under '%(parent)s'": "Changement d’ordre sous « %(parent)s »",
    "Unknown %(action)s": "Action inconnue : %(action)s",
    "Used %(usage_count)s time": "Utilisations : %(usage_count)s",
    "You have signed out.": "Vous avez quitté votre session.",
    "the %(model_name)s will also be deleted": "suppression entraînée (%(model_name)s)",
    "will be set to the default %(model_name)s": "prendra la valeur par défaut (%(model_name)s)",
}  # fmt: skip

#: Messages that a library has in English only.
MISSING: dict[Key, str] = {
    (MEDIA_FILES, 0): '<span>%(total)s</span> média <span class="visuallyhidden w-sr-only">de %(site_name)s</span>',
    (MEDIA_FILES, 1): '<span>%(total)s</span> médias <span class="visuallyhidden w-sr-only">de %(site_name)s</span>',
    ("There is %(counter)s match", 0): "%(counter)s résultat",
    ("There is %(counter)s match", 1): "%(counter)s résultats",
    "(Private %s)": "(%s : accès restreint)",
    "Edit this %s": "Modifier : %s",
    "media items": "médias",
}

#: Messages of scripts alone. The link of the sidebar shows the name of the portal: who speaks it must find it.
IN_SCRIPTS: dict[Key, str] = {"Dashboard": "Portail CLSM, tableau de bord"}


#: What templates of the libraries write in English without a catalogue.
IN_TEMPLATES = {'value="Search"': 'value="Rechercher"', 'value="Add"': 'value="Ajouter"'}


class LibraryTemplates(app_directories.Loader):
    """The templates of the installed applications, with ``IN_TEMPLATES``: no copy of theirs to keep current."""

    def get_contents(self, origin: Origin) -> str:
        text = str(super().get_contents(origin))
        for english, said in IN_TEMPLATES.items():
            text = text.replace(english, said)
        return text


def library_catalogue(domain: str) -> dict[Key, str]:
    """The French of Django and of the libraries, each overriding those before it."""
    folders = [Path(django.__file__).parent / "conf" / "locale"]
    folders += [Path(app.path) / "locale" for app in reversed(list(apps.get_app_configs()))]
    theirs: dict[Key, str] = {}
    for folder in folders:
        catalogue = gettext.translation(domain, folder, ["fr"], fallback=True)
        theirs |= getattr(catalogue, "_catalog", {})
    return {key: text for key, text in theirs.items() if key}


def own_catalogue(domain: str) -> dict[Key, str]:
    """The messages of the libraries that the portal rewrites, and those that they lack."""
    theirs = library_catalogue(domain)
    said = {key: reworded(key, text) for key, text in (theirs | (MISSING if domain == "django" else {})).items()}
    said |= IN_SCRIPTS if domain == "djangojs" else {}
    changed = {msgid_of(key) for key, text in said.items() if text != theirs.get(key)}
    return {key: text for key, text in said.items() if msgid_of(key) in changed and not is_third_form(key)}


def msgid_of(key: Key) -> str:
    return key if isinstance(key, str) else key[0]


def is_third_form(key: Key) -> bool:
    """Django has a third plural form in French, for millions; the portal uses the plural."""
    return not isinstance(key, str) and key[1] >= PLURALS


def reworded(key: Key, text: str) -> str:
    msgid = msgid_of(key).rpartition("\x04")[2]
    text = REWORDED.get(msgid, text)
    for pattern, written in RULES:
        text = pattern.sub(written, text)
    return text


def as_po(domain: str) -> str:
    """The catalogue in gettext format. A compiled catalogue does not keep the plural of a msgid: it is repeated."""
    own = own_catalogue(domain)
    entries = [entry("", {"msgstr": HEADER})]
    for key in sorted(own, key=str):
        if isinstance(key, str):
            entries.append(entry(key, {"msgstr": own[key]}))
        elif key[1] == 0:
            forms = {f"msgstr[{form}]": own[key[0], form] for form in range(PLURALS)}
            entries.append(entry(key[0], {"msgid_plural": key[0].rpartition("\x04")[2], **forms}))
    return "\n\n".join(entries) + "\n"


def entry(msgid: str, lines: dict[str, str]) -> str:
    context, _, msgid = msgid.rpartition("\x04")
    named = ({"msgctxt": context} if context else {}) | {"msgid": msgid} | lines
    return "\n".join(f"{name} {json.dumps(text, ensure_ascii=False)}" for name, text in named.items())


def path(domain: str, ending: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / f"{domain}.{ending}"

"""Who may do what and open which URL, as data. ``docs/roles.md`` is generated from it; tests check all of it.

A cell is what the documentation shows for one role: ``NO``, ``YES``, ``READ``, or French words that limit the right.
Every URL of the URLconf stands in exactly one row, by its name or by the longest pattern that it matches.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from portal.users.queries import ROLE_NAMES

NO, YES, READ = "–", "oui", "lire"
VISITOR, ACCOUNT = "Visite", "Compte sans rôle"
POST_OF_THE_DAY = "les CLSM où la personne est en poste ce jour-là"
OWN = ("les siens", "les siennes", "la sienne", POST_OF_THE_DAY)


@dataclass(frozen=True)
class Row:
    """``cells``: one for each column of its table; ``addresses``: names of URLs, « * » for any ending.

    ``acts``, for an act on a page: the requests of ``tests/security/admin_actions.py`` that test it.
    """

    what: str
    cells: tuple[str, ...]
    addresses: str = ""
    acts: str = ""

    @property
    def patterns(self) -> list[str]:
        return self.addresses.split()


ALL = (YES, YES, YES, YES, YES)
TEAM = (YES, YES, YES, NO, NO)
CENTRE = (YES, YES, NO, NO, NO)
ADMINISTRATION_ALONE = (YES, NO, NO, NO, NO)
#: The vocabularies are the Centre's, not the administrator's of the hospital that hosts the portal.
THE_CENTRE_S = (NO, YES, YES, NO, NO)
MODERATION_ALONE = (NO, YES, NO, NO, NO)
NOBODY = (NO, NO, NO, NO, NO)
COORDINATORS = (NO, NO, NO, NO, POST_OF_THE_DAY)
CASES = ("tous", "tous", "tous", "les siens", NO)
CASE_ACTS = ("tous", "tous", "les siens", "les siens", NO)
OF_THE_PLACE = ("partout", "partout", "partout", "les siennes", "la sienne")

#: Beside the pages: contents, screens and files.
OTHERS = (
    Row("Entrer dans l’espace de travail, son compte, ses guides", ALL,
        "wagtailadmin_home wagtailadmin_account wagtailadmin_logout wagtailadmin_dismissibles "
        "wagtail_modeladmin:javascript_catalog wagtailadmin_block_preview "
        "wagtailadmin_editing_sessions:* mark_notices_read work_list guides guide guide_picture "
        "wagtailadmin_error_test "
        "wagtailadmin_login wagtailadmin_password_reset* wagtailadmin_tag_* route?admin/test404/ route?admin/login/ "
        "route?admin/account/ "
        "route?admin/failwhale/ route?admin/^.*/$"),
    Row("Arborescence, recherche et rapports sur les pages (seuls y paraissent les pages publiques et celles sur "
        "lesquelles on a un droit)", ALL,
        "wagtailadmin_explore* wagtailadmin_pages:search* wagtailadmin_pages:type_use* wagtailadmin_api:* "
        "wagtailadmin_pages:choose_parent wagtailadmin_reports:* route?admin/reports/*"),
    Row("Rapport des pages verrouillées", CENTRE, "wagtailadmin_reports:locked_pages*"),
    Row("Choisir une page, un lien, un lieu, une organisation", ALL,
        "wagtailadmin_choose_page* wagtailembeds:* route?admin/choose-page/* commune_chooser:* epci_chooser:* "
        "wagtailsnippetchoosers_network_organisation:*"),
    Row("Choisir une image ou un document", ("partout",) * 5, "wagtailimages_chooser:* wagtaildocs_chooser:*"),
    Row("Ajouter une image ou un document", ("partout", "partout", "partout", "collection « Fiches CAPS »",
        "collection « CLSM »"), "wagtailimages:* wagtaildocs:*"),
    Row("Modifier une image ou un document", ("partout", "partout", "partout", "les siens", "les siens"),
        "wagtailimages:edit wagtailimages:delete wagtailimages:url_generator* wagtailimages:preview "
        "wagtailimages:image_usage wagtailimages:edit_multiple wagtailimages:delete_multiple wagtaildocs:edit "
        "wagtaildocs:delete wagtaildocs:edit_multiple wagtaildocs:delete_multiple wagtaildocs:document_usage"),
    Row("Lire l’autorisation signée par les personnes qu’une image montre", ("toutes", "toutes", "toutes",
        "les siennes", "les siennes"), "image_consent_file"),
    Row("Sons du podcast (la fenêtre où l’on choisit s’ouvre aux autres, vide)", TEAM,
        "wagtailmedia:* portal_media_file route?admin/media/*"),
    Row("Ouvrir la fenêtre où l’on choisit un son", ALL, "wagtailmedia:chooser wagtailmedia:chooser_typed"),
    Row("Préparer un épisode à partir d’une fiche en ligne", (YES, NO, YES, NO, NO), "prepare_episode"),
    Row("Préparation d’un épisode, conducteur, transcription à côté du son, vérification du flux", TEAM,
        "episode_making episode_script* episode_transcript podcast_check_feed"),
    Row("Autorisations de voix : enregistrer, corriger, noter un retrait, lire le document signé", TEAM,
        "episode_voices voice_*"),
    Row("Organisations : liste, créer (aussi depuis la fenêtre où l’on en choisit une)", (YES, YES, YES, YES, NO),
        "wagtailsnippets_network_organisation:* wagtailsnippetchoosers_network_organisation:create"),
    Row("Modifier une organisation", TEAM, "wagtailsnippets_network_organisation:edit "
        "wagtailsnippets_network_organisation:usage wagtailsnippets_network_organisation:history*"),
    Row("Supprimer une organisation", ADMINISTRATION_ALONE, "wagtailsnippets_network_organisation:delete"),
    Row("Dossier interne d’un CLSM", CENTRE, "network_records:*"),
    Row("Vie d’une fiche : confirmer, erratum, adaptations proposées ; erreurs signalées", CENTRE,
        "sheet_life error_reports:*"),
    Row("Proposer une adaptation, pour son CLSM", COORDINATORS, "propose_reuse"),
    Row("Fusionner ou scinder des CLSM ; régions de la modération (et archiver une fiche)",
        ADMINISTRATION_ALONE, "merge_clsm split_clsm regional_moderators:*"),
    Row("Affectations de coordination", ADMINISTRATION_ALONE, "network_assignments:*"),
    Row("Inviter une coordination, répondre aux demandes, mettre fin à un poste", CENTRE, "network_coordination:*"),
    Row("« Mon CLSM » : confirmer le profil, lire ses messages, tenir ses coordonnées, passer le relais", COORDINATORS,
        "space_home space_details space_confirm space_mark_read space_handover space_handover_cancel "
        "space_appointment"),
    Row("Messages reçus par son CLSM : lire, répondre, transmettre au Centre, classer ; écrire au Centre",
        COORDINATORS, "clsm_messages clsm_message forward_message close_message reopen_message write_to_centre"),
    Row("Messages du Centre : lire, répondre, confier, classer", ("tous, ceux des CLSM aussi",
        "tous, ceux des CLSM aussi", "ceux auxquels le Centre doit répondre", NO, NO), "network_messages:*"),
    Row("Vocabulaires (thèmes, termes) : ajouter, modifier ; redirections", THE_CENTRE_S,
        "themes:* termes:* wagtailredirects:* route?admin/redirects/*"),
    Row("Vocabulaires : fusionner ; supprimer ce qui ne sert nulle part", MODERATION_ALONE,
        "merge_item themes:delete termes:delete"),
    Row("Retirer en urgence une page, une image, un document ou un son ; le remettre en ligne, à deux", CENTRE,
        "takedowns:*"),
    Row("« Mon CLSM » : mettre à jour le profil par étapes, l’envoyer, le reprendre", COORDINATORS,
        "profile_check profile_step profile_autosave profile_send profile_withdraw profile_file"),
    Row("Liste des tâches de circuit, sans rien y changer", (READ,) * 5,
        "wagtailadmin_workflows:task_chooser wagtailadmin_workflows:task_chooser_results "
        "wagtailadmin_workflows:task_chooser_create wagtailadmin_workflows:task_chosen"),
    Row("Collections d’images et de documents, et qui y a accès", ADMINISTRATION_ALONE, "wagtailadmin_collections:*"),
    Row("Sites, circuits et tâches (superutilisateur)", NOBODY, "wagtailsites:* wagtailadmin_workflows:*"),
    Row("Comptes et rôles", ADMINISTRATION_ALONE, "wagtailusers_* invite_user"),
    Row("Pilotage : chiffres et listes de ce que l’on peut voir", CASES, "indicators indicator_list"),
    Row("Recensement : tendances et bilan annuel", (READ, READ, READ, READ, NO), "census_trends census_summary"),
    Row("Personnes : poste ou rôle, dernière connexion, postes vacants", CENTRE, "people_list"),
    Row("Liste des fiches CAPS, avec CLSM, thème, étape et personne", ("toutes", "toutes", "toutes", "les siennes", NO),
        "sheet_list:*"),
    Row("Dossiers de capitalisation : voir", CASES,
        "case_board:* case_files:index case_files:index_results case_files:edit interview interview_calendar "
        "interview_consent_text interview_file interview_file_accesses interview_file_transcript"),
    Row("Dossiers : agir, compléter, remplir la grille de cadrage, noter et analyser les entretiens", CASE_ACTS,
        "case_files:* interview_*"),
    Row("Dossiers : ouvrir ; critères de cadrage ; grilles d’entretien ; chiffres de pilotage", CENTRE,
        "case_files:open case_files:owner capitalisation_criteria:* case_figures:* "
        "interview_grids:* interview_grid_*"),
    Row("Actions recensées (registre, exports, documents joints) ; jamais les brouillons", (READ, READ, READ, READ, NO),
        "recensement_modeladmin_index recensement_modeladmin_inspect"),
    Row("Document joint à une action recensée", (READ, READ, READ, READ, POST_OF_THE_DAY), "census_document"),
    Row("Ajouter, modifier ou supprimer une action depuis le registre", NOBODY,
        "recensement_modeladmin_create recensement_modeladmin_edit recensement_modeladmin_delete"),
    Row("Actions recensées : changer l’état, corriger, répondre à une demande, importer", TEAM,
        "census_batch* census_import:* census_correct census_reply"),
    Row("Campagnes de recensement : dates, avancement, relances", TEAM, "census_campaigns:*"),
    Row("Importer des CLSM", (YES, NO, YES, NO, NO), "clsm_import:*"),
    Row("Questionnaire de recensement (site public, « Mon CLSM »)", COORDINATORS,
        "census_list census_new census_answer census_step census_autosave census_check census_next census_delete "
        "census_take_back census_ask"),
    Row("Manques (Rapports › Manques, et son export)", (READ, READ, READ, READ, NO), "search_gaps"),
    Row("Registre des données personnelles (Rapports)", (READ,) * 5, "data_register"),
    Row("Données d’une personne : chercher, exporter, effacer", ADMINISTRATION_ALONE, "person_*"),
    Row("Réglages du site", ADMINISTRATION_ALONE, "wagtailsettings:*"),
    Row("Synonymes, expressions de détresse et recommandations de la recherche", TEAM,
        "search_synonyms:* search_distress:* wagtailsearchpromotions:* route?admin/searchpicks/*"),
    Row("Écrans de Wagtail sans usage ici : choix d’une recherche enregistrée, liste des extraits", NOBODY,
        "wagtailsearchpromotions:chooser* route?admin/searchpicks/queries/* wagtailsnippets:index"),
    Row("Ajouter un lieu depuis la fenêtre où l’on choisit ; ajouter ou supprimer un dossier "
        "interne ou une erreur signalée ; ajouter une grille d’entretien (on en copie une) ; supprimer un critère ou "
        "une grille de relecture", NOBODY,
        "commune_chooser:create epci_chooser:create "
        "network_records:add network_records:delete error_reports:add "
        "error_reports:delete interview_grids:add capitalisation_criteria:delete review_grids:delete"),
    Row("Termes recherchés (rapport et téléchargement), état de la recherche", TEAM,
        "search_terms search_terms_results search_state"),
    Row("Écoutes des épisodes (Rapports › Écoutes, et leur export)", (READ, READ, READ, NO, NO), "podcast_listening"),
    Row("Effacer le texte d’un terme recherché, relancer l’indexation", ADMINISTRATION_ALONE,
        "search_terms_erase search_relaunch"),
    Row("Répondre à une relecture (bon à publier, retour) ; passer sa lecture à un·e collègue sans compte",
        COORDINATORS, "proofreading proofreading_colleagues"),
    Row("Passer outre l’accord d’un CLSM ; envoyer et retirer un lien de relecture ; versions de la grille", CENTRE,
        "override_agreement proofreading_rounds:index proofreading_rounds:revoke review_grids:*"),
    Row("Voir une relecture, sa grille et ses commentaires ; cocher neuf points de « parler du suicide sans risque »",
        CASES, "proofreading_rounds:detail review_grid safe_messaging"),
    Row("Remplir la grille de relecture ; cocher le dixième point, « une personne formée a relu » : sauf pour un texte "
        "auquel on a pris part", TEAM),
)  # fmt: skip

#: Acts on pages, each where the role works.
PAGES = (
    Row("Où", ("tout le site", "tout le site", "tout le site", "ses propres fiches CAPS",
        "les profils de CLSM où la personne est en poste")),
    Row("Créer une page", (YES, NO, YES, "une fiche CAPS", NO)),
    Row("Modifier, prévisualiser, comparer, voir l’historique, reprendre une version", ALL,
        acts="open_form save_draft preview read_draft read_history read_workflow_history read_revision read_usage "
        "compare open_old_revision revert"),
    Row("Soumettre à relecture", ALL, acts="submit"),
    Row("Approuver (une même personne peut prendre les deux dernières étapes, sauf si un réglage du site en demande "
        "deux)",
        (NO, "oui, sauf un texte auquel elle a pris part",
        "fiches et pages du site, à la première étape, sauf un texte auquel elle a pris part", NO, NO), acts="approve"),
    Row("Demander des modifications", (NO, YES, "fiches et pages du site", NO, NO), acts="send_back"),
    Row("Publier ou programmer sans le circuit (une fiche demande les mêmes accords), dépublier", ADMINISTRATION_ALONE,
        acts="publish_by_form publish_in_bulk unpublish unpublish_in_bulk"),
    Row("Déplacer, changer l’ordre, restreindre l’accès", ADMINISTRATION_ALONE,
        acts="move move_in_bulk move_by_api reorder make_private"),
    Row("Verrouiller, déverrouiller", CENTRE, acts="lock unlock"),
    Row("Copier (la copie est un brouillon)", (YES, NO, YES, "ses fiches", NO), acts="copy"),
    Row("Supprimer un brouillon jamais publié", (YES, "le sien", "le sien", "le sien", NO),
        acts="delete_draft delete_draft_in_bulk"),
    Row("Supprimer une page publiée", ADMINISTRATION_ALONE, acts="delete delete_in_bulk"),
)  # fmt: skip

#: The screens of one page; the right for each act is in ``PAGES``.
PAGE_SCREENS = (
    Row("Écrans d’une page : formulaire, aperçu, historique, versions, comparaison", OF_THE_PLACE,
        "wagtailadmin_pages:* page_completeness wagtail_bulk_action route?admin/pages/*"),
    Row("Créer une page", (YES, NO, YES, "une fiche CAPS", NO),
        "wagtailadmin_pages:add wagtailadmin_pages:preview_on_add wagtailadmin_pages:add_subpage"),
    Row("Écrire une fiche à partir d’un document Word ou LibreOffice", (YES, NO, YES, YES, NO),
        "sheet_document sheet_document_*"),
)  # fmt: skip

#: For everybody, or for every authenticated user: what a visitor and an account without a role may open.
OPEN = (
    Row("Pages du site, recherche, flux, exports, cadres, plans du site, dessins de l’interface", (YES, YES),
        "wagtailadmin_sprite wagtailadmin_javascript_catalog "
        "wagtail_serve search search_suggestions search_rss search_atom search_export search_print search_measure "
        "sheets_feed news_feed sitemap sitemap_part robots favicon route?favicon.ico style_guide oembed show_feed "
        "show_theme_feed show_subscribe episode_audio episode_chapters episode_embed episode_transcript_file "
        "retired_page sheet_versions census_card stored_address wagtaildocs_serve wagtailcore_login "
        "wagtaildocs_authenticate_with_password wagtailcore_authenticate_with_password"),
    Row("Signaler une erreur, écrire à un CLSM ou au Centre, demander son rattachement à un CLSM, ouvrir une "
        "invitation, un lien de relecture ou la copie d’un message", (YES, YES), "report_error report_received "
        "write_to_clsm message_received contact contact_received message_copy claim claim_received invitation "
        "proofreading_by_link"),
    Row("Se connecter, retrouver un mot de passe", (YES, YES),
        "account_* mfa_authenticate session_state route?django-admin/login/ route?_util/login/ route?comptes/email/"),
    Row("Son compte, son second facteur, ses avis, le choix parmi ses CLSM", (NO, YES),
        "account_home account_new_email* account_change_password account_set_password account_reauthenticate "
        "account_email mfa_* "
        "notice_settings read_notices space choose_reuse_clsm"),
)  # fmt: skip


def row_of(address: str) -> Row:
    """The only row of a URL; ``LookupError`` if there is none, or two."""
    rows = (*OTHERS, *PAGE_SCREENS, *OPEN)
    matches = [(len(pattern), row) for row in rows for pattern in row.patterns if fnmatchcase(address, pattern)]
    best = [row for length, row in matches if length == max(size for size, _ in matches)] if matches else []
    if len(best) != 1:
        raise LookupError(f"{address}: {len(best)} rows")
    return best[0]


def is_refused(row: Row, role: str) -> bool:
    """Whether users of this column may do nothing at the URLs of the row, whoever owns the object."""
    columns: Iterable[str] = (VISITOR, ACCOUNT) if row in OPEN else ROLE_NAMES
    cells = dict(zip(columns, row.cells, strict=True))
    if row in OPEN:
        return cells.get(role, YES) == NO
    return cells.get(role, NO) == NO


def is_own_only(row: Row, role: str) -> bool:
    """Whether users of this role open only their own objects at the URLs of the row."""
    return role in ROLE_NAMES and row not in OPEN and row.cells[ROLE_NAMES.index(role)] in OWN


def markdown(rows: Iterable[Row], columns: Iterable[str]) -> Iterator[str]:
    names = list(columns)
    yield "| | " + " | ".join(names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for row in rows:
        yield f"| {row.what} | " + " | ".join(row.cells) + " |"


def tables() -> str:
    """The tables of ``docs/roles.md``."""
    parts = (
        ("Sur les pages", PAGES, ROLE_NAMES),
        ("Sur les autres contenus et les écrans", OTHERS, ROLE_NAMES),
        ("Sans rôle", OPEN, (VISITOR, ACCOUNT)),
    )
    return "\n\n".join("\n".join([f"### {title}", "", *markdown(rows, names)]) for title, rows, names in parts)

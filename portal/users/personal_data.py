"""What accounts keep about people, and what Wagtail and allauth keep for them."""

from collections.abc import Iterator

from portal.users.models import User
from portal.users.privacy.registry import (
    CENTRE,
    LEGAL_DUTY,
    Erasure,
    Holding,
    Mention,
    Treatment,
    declare,
    obstacle,
)
from portal.users.queries import LAST_ADMINISTRATOR, is_last_administrator

declare(
    Treatment(
        key="comptes",
        name="Comptes et connexion",
        people="Équipe du Centre, coordinatrices et coordinateurs, personnes invitées",
        data="Nom, prénom, adresse électronique, fonction, rôles, dernière connexion, second facteur",
        purpose="Ouvrir l’espace de travail à qui y a un rôle, et à personne d’autre",
        kept="Effacé après vingt-quatre mois sans connexion, trente jours après un avis "
        "(« erase_dormant_accounts »), ou sur demande ; droits de coordination retirés après un an sans connexion",
        readers="Administration",
        holdings=(
            Holding(
                "portal_users.User",
                "email",
                Erasure.KEEP,
                clears=("first_name", "last_name"),
                is_about=True,
                hidden=("is_superuser",),
            ),
            Holding("portal_users.User_groups", "user", Erasure.DELETE),
            Holding("portal_users.User_user_permissions", "user", Erasure.DELETE),
            Holding("account.EmailAddress", "user", Erasure.DELETE, is_about=True),
            Holding("account.EmailAddress", "email", Erasure.DELETE, is_about=True),
            Holding("mfa.Authenticator", "user", Erasure.DELETE, hidden=("data",)),
            Holding("wagtailusers.UserProfile", "user", Erasure.DELETE, is_about=True, hidden=("avatar",)),
        ),
    ),
    Treatment(
        key="travail",
        name="Travail sur les contenus",
        people="Toute personne qui écrit, relit ou publie",
        data="Auteur ou autrice d’une page, d’une version, d’une décision, d’un commentaire ; fichiers déposés",
        purpose="Savoir qui a écrit et décidé quoi, et que personne n’approuve son propre texte",
        kept="Tant que le contenu existe ; sans nom une fois le compte effacé",
        readers="Les personnes qui peuvent modifier le contenu",
        holdings=(
            Holding("wagtailcore.Page", "owner", Erasure.KEEP),
            Holding("wagtailcore.Page", "locked_by", Erasure.KEEP),
            Holding("wagtailcore.Revision", "user", Erasure.KEEP),
            Holding("wagtailcore.WorkflowState", "requested_by", Erasure.KEEP),
            Holding("wagtailcore.TaskState", "finished_by", Erasure.KEEP),
            Holding("wagtailcore.Comment", "user", Erasure.KEEP, is_about=True),
            Holding("wagtailcore.Comment", "resolved_by", Erasure.KEEP),
            Holding("wagtailcore.CommentReply", "user", Erasure.KEEP, is_about=True),
            Holding("wagtailcore.PageSubscription", "user", Erasure.DELETE),
            Holding("wagtailcore.UploadedFile", "uploaded_by_user", Erasure.DELETE),
            Holding("wagtailimages.Image", "uploaded_by_user", Erasure.KEEP),
            Holding("wagtaildocs.Document", "uploaded_by_user", Erasure.KEEP),
            Holding("wagtailmedia.Media", "uploaded_by_user", Erasure.KEEP),
            Holding("portal_medialib.PortalImage", "uploaded_by_user", Erasure.KEEP),
            Holding("portal_medialib.PortalDocument", "uploaded_by_user", Erasure.KEEP),
            Holding("portal_medialib.PortalMedia", "uploaded_by_user", Erasure.KEEP),
            Holding("wagtailadmin.EditingSession", "user", Erasure.DELETE),
            Holding("wagtailadmin.FormState", "user", Erasure.DELETE),
        ),
    ),
    Treatment(
        key="contact",
        name="Adresse de contact du portail",
        people="Aucune personne : adresse d’un service",
        data="Adresse générique du Centre",
        purpose="Être joint",
        kept="Tant que le portail existe",
        readers="Tout le monde",
        holdings=(Holding("portal_base.PortalSettings", "contact_email", Erasure.KEEP),),
    ),
    Treatment(
        key="journal",
        name="Journal des actions",
        people="Toute personne qui a un compte",
        data="Qui a fait quoi, quand : publications, décisions, droits, fichiers privés lus, exports, effacements",
        purpose="Répondre de ce qui a été fait, y compris de l’accès aux données",
        kept="Tant que l’objet existe ; sans nom une fois le compte effacé",
        readers=CENTRE,
        basis=LEGAL_DUTY,
        holdings=(
            Holding("wagtailcore.ModelLogEntry", "user", Erasure.KEEP),
            Holding("wagtailcore.PageLogEntry", "user", Erasure.KEEP),
            Holding("admin.LogEntry", "user", Erasure.KEEP),
        ),
        mentions=(
            Mention("wagtailcore.ModelLogEntry", ("label", "data")),
            Mention("wagtailcore.PageLogEntry", ("label", "data")),
            Mention("admin.LogEntry", ("object_repr", "change_message")),
        ),
    ),
)


@obstacle
def last_administrator(user: User) -> Iterator[str]:
    if is_last_administrator(user):
        yield LAST_ADMINISTRATOR

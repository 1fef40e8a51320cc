"""What the life of a sheet tells people (texts: templates/email/notices/)."""

from portal.moderation.notices import register


def register_events() -> None:
    register("sheet_to_check", "Une fiche n’est pas confirmée depuis 24 mois", "son autrice ou auteur et la modération")
    register("reuse_proposed", "Un CLSM dit avoir adapté une action", "la modération de la région")
    register("reuse_decided", "Le Centre a répondu à une adaptation proposée", "la personne qui l’a proposée")

"""What the life of a CLSM tells people (texts: templates/email/notices/)."""

from portal.moderation.notices import register

COORDINATORS = "les coordinations du CLSM"


def register_events() -> None:
    register("profile_to_check", "Un profil n’est pas confirmé depuis six mois", COORDINATORS)
    register(
        "profile_unverified",
        "Un profil n’est pas confirmé depuis un an",
        f"{COORDINATORS} ; la modération de la région s’il n’y en a pas",
    )
    register("clsm_merged", "Un CLSM en a rejoint un autre", "les coordinations des deux CLSM et la modération")
    register("clsm_split_started", "La scission d’un CLSM est préparée", COORDINATORS)
    register("clsm_split", "La scission d’un CLSM est faite", f"{COORDINATORS} et la modération")

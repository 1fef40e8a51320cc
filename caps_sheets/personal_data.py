"""The personal data of sheets. Their text names nobody: functions only."""

from portal.users.privacy.registry import CENTRE, Erasure, Holding, Mention, ProcessingActivity, declare

declare(
    ProcessingActivity(
        key="relecture-fiches",
        name="Relecture éditoriale et vie des fiches",
        people="Équipe du Centre, coordinatrices et coordinateurs",
        data="Qui a rempli une grille, coché une relecture, passé outre, confirmé, corrigé ; qui a proposé une "
        "adaptation ou en a décidé ; motifs et commentaires",
        purpose="Répondre de ce qui est publié et le tenir à jour",
        kept="Tant que la fiche existe ; sans nom une fois le compte effacé",
        readers=f"{CENTRE}, auteur ou autrice de la fiche",
        holdings=(
            Holding("caps_sheets.GridReview", "reviewer", Erasure.KEEP),
            Holding("caps_sheets.PublicationOverride", "by", Erasure.KEEP),
            Holding("caps_sheets.SafeMessagingTick", "by", Erasure.KEEP),
            Holding("caps_sheets.SheetConfirmation", "confirmed_by", Erasure.KEEP),
            Holding("caps_sheets.Erratum", "added_by", Erasure.KEEP),
            Holding("caps_sheets.Reuse", "proposed_by", Erasure.KEEP),
            Holding("caps_sheets.Reuse", "decided_by", Erasure.KEEP),
        ),
        mentions=(
            Mention("caps_sheets.GridReview", ("reason",)),
            Mention("caps_sheets.CriterionAnswer", ("comment",)),
            Mention("caps_sheets.PublicationOverride", ("reason",)),
            Mention("caps_sheets.Erratum", ("text",)),
            Mention("caps_sheets.Reuse", ("kept", "adapted", "reason")),
        ),
    )
)

declare(
    ProcessingActivity(
        key="documents-fiches",
        name="Fiches écrites à partir d’un document",
        people="Équipe du Centre ; personnes que le document ou ses commentaires nomment",
        data="Qui a envoyé le document ; le document, et ce que le brouillon n’en a pas pris (commentaires avec leur "
        "auteur, textes supprimés, en-têtes)",
        purpose="Faire un brouillon de fiche sans rien perdre du document",
        kept="Jusqu’à la publication de la fiche, ou jusqu’à ce que son auteur ou autrice le supprime ; sept jours "
        "sans brouillon (« purge_due »)",
        readers="La personne qui a envoyé le document ; puis celles qui peuvent modifier le brouillon",
        where="base de données et dossier privé du serveur, hors du site",
        holdings=(Holding("caps_sheets.DocumentImport", "owner", Erasure.KEEP),),
        mentions=(Mention("caps_sheets.DocumentImport", ("name", "beside")),),
    ),
)

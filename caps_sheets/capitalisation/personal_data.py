"""The personal data of census, case files, interviews and proof-reading."""

from portal.users.privacy.registry import CENTRE, LEGAL_DUTY, Erasure, Holding, Mention, ProcessingActivity, declare

PRIVATE = "base de données et dossier privé du serveur, hors du site"
#: « typed »: input that could not be parsed yet, including a mistyped e-mail address.
CENSUS_TEXTS = ("description", "partners", "went_well", "went_wrong", "availability", "access_needs", "typed")
FOLLOWERS = f"{CENTRE}, Édition, et l’accompagnateur·rice du dossier"

declare(
    ProcessingActivity(
        key="recensement",
        name="Recensement des actions",
        people="Personnes qui répondent pour un CLSM",
        data="Compte, fonction et adresse de la personne qui répond ; réponses libres ; documents joints : nom, "
        "contenu, qui les a déposés ; qui a décidé d’une relance ; "
        "corrections du Centre, demandes du CLSM et leurs réponses, avec qui les a écrites",
        purpose="Connaître les actions des CLSM et joindre qui les a déclarées",
        kept="Tant que l’action est recensée, documents compris ; fonction seule une fois la personne effacée, son nom "
        "et son adresse ôtés des textes",
        readers=f"{CENTRE}, Édition, coordination du CLSM ; jamais le public",
        where=PRIVATE,
        holdings=(
            Holding("caps_capitalisation.CensusAnswer", "respondent", Erasure.KEEP),
            Holding("caps_capitalisation.CensusAnswer", "respondent_email", Erasure.CLEAR),
            Holding("caps_capitalisation.CensusChange", "by", Erasure.KEEP),
            Holding("caps_capitalisation.CensusDocument", "added_by", Erasure.KEEP),
            Holding("caps_capitalisation.CensusReminder", "by", Erasure.KEEP),
            Holding("caps_capitalisation.CensusCorrection", "by", Erasure.KEEP),
            Holding("caps_capitalisation.CensusRequest", "by", Erasure.KEEP),
            Holding("caps_capitalisation.CensusRequest", "settled_by", Erasure.KEEP),
        ),
        mentions=(
            Mention("caps_capitalisation.CensusAnswer", CENSUS_TEXTS),
            Mention("caps_capitalisation.CensusChange", ("reason",)),
            Mention("caps_capitalisation.CensusDocument", ("name",)),
            Mention("caps_capitalisation.CensusCorrection", ("message", "changes")),
            Mention("caps_capitalisation.CensusRequest", ("text", "reply")),
            Mention("caps_capitalisation.CensusEdition", ("text",)),
        ),
    ),
    ProcessingActivity(
        key="dossiers",
        name="Dossiers de capitalisation",
        people="Accompagnateurs et accompagnatrices, équipe du Centre",
        data="Qui suit un dossier, qui a décidé d’un passage d’étape et pourquoi ; interlocuteurs, calendrier et "
        "notes, qui désignent les personnes par leur fonction",
        purpose="Conduire la capitalisation et répondre des choix",
        kept="Tant que le dossier existe ; sans nom une fois le compte effacé, dans les textes aussi",
        readers=FOLLOWERS,
        holdings=(
            Holding("caps_capitalisation.CaseFile", "owner", Erasure.KEEP),
            Holding("caps_capitalisation.StageMove", "by", Erasure.KEEP),
        ),
        mentions=(
            Mention("caps_capitalisation.StageMove", ("reason",)),
            Mention("caps_capitalisation.CaseFile", ("contacts", "schedule", "notes")),
            Mention("caps_capitalisation.FramingAnswer", ("comment",)),
        ),
    ),
    ProcessingActivity(
        key="entretiens",
        name="Entretiens",
        people="Personnes interrogées, désignées par leur fonction ; personnes qui mènent l’entretien",
        data="Enregistrement, transcription, notes, passages et verbatims, leurs repères de temps, documents, "
        "consentement signé. Peut toucher à la "
        "santé : aucune information de santé sur une personne ne doit y être écrite",
        purpose="Écrire la fiche à partir du récit de l’action",
        kept="Douze mois après la publication, au plus tard vingt-quatre mois après le dépôt ou l’entretien ; aussitôt "
        "si l’accord est retiré (« purge_due »). Le consentement, sa date et sa portée restent avec le dossier",
        readers=f"{FOLLOWERS} ; chaque lecture d’un fichier est notée",
        basis="mission d’intérêt public (RGPD, article 6.1.e), avec l’accord signé de la personne",
        where=PRIVATE,
        holdings=(
            Holding("caps_capitalisation.InterviewGrid", "created_by", Erasure.KEEP),
            Holding("caps_capitalisation.Interview", "interviewer", Erasure.KEEP),
            Holding("caps_capitalisation.Interview", "closed_by", Erasure.KEEP),
            Holding("caps_capitalisation.Consent", "recorded_by", Erasure.KEEP),
            Holding("caps_capitalisation.PrivateFile", "uploaded_by", Erasure.KEEP),
            Holding("caps_capitalisation.PrivateFile", "reviewed_by", Erasure.KEEP),
            Holding("caps_capitalisation.Passage", "created_by", Erasure.KEEP),
        ),
        mentions=(
            Mention("caps_capitalisation.Interview", ("interviewee_role", "notes", "place", "preparation")),
            Mention("caps_capitalisation.InterviewNote", ("follow_up", "notes", "verbatim", "speaker_role")),
            Mention("caps_capitalisation.PrivateFile", ("title", "text")),
            Mention("caps_capitalisation.Passage", ("voice", "text")),
        ),
    ),
    ProcessingActivity(
        key="lectures",
        name="Lectures des fichiers d’entretien",
        people="Équipe du Centre, accompagnateurs et accompagnatrices",
        data="Qui a lu quel fichier, quand",
        purpose="Répondre de l’accès à des données sensibles",
        kept="Tant que l’entretien existe ; sans nom une fois le compte effacé",
        readers=FOLLOWERS,
        basis=LEGAL_DUTY,
        holdings=(Holding("caps_capitalisation.FileAccess", "user", Erasure.KEEP),),
    ),
    ProcessingActivity(
        key="relecture-clsm",
        name="Relecture par le CLSM",
        people="Coordinatrices, coordinateurs et personnes qui relisent sans compte",
        data="Adresse qui reçoit le lien et fonction de la personne, réponse, commentaires, accords aux citations, "
        "refus et leurs motifs",
        purpose="Ne publier qu’avec l’accord du CLSM",
        kept="Tant que la fiche existe ; adresse effacée sur demande, et le lien qu’elle avait reçu fermé",
        readers=f"{FOLLOWERS}, et la coordination du CLSM",
        holdings=(
            Holding("caps_capitalisation.ProofreadingReply", "decided_by", Erasure.KEEP),
            Holding("caps_capitalisation.ProofreadingLink", "address", Erasure.CLEAR, is_about=True),
            Holding("caps_capitalisation.ProofreadingLink", "created_by", Erasure.KEEP),
            Holding("caps_capitalisation.VerbatimRefusal", "author", Erasure.KEEP),
            Holding("caps_capitalisation.ProofreadingComment", "author", Erasure.KEEP, is_about=True),
        ),
        mentions=(
            Mention("caps_capitalisation.ProofreadingReply", ("decided_as",)),
            Mention("caps_capitalisation.ProofreadingLink", ("role",)),
            Mention("caps_capitalisation.ProofreadingComment", ("text",)),
            Mention("caps_capitalisation.VerbatimRefusal", ("reason",)),
        ),
    ),
)

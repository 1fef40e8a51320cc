"""What an import keeps about people: who sent the file, and what its cells hold."""

from portal.users.privacy.registry import Erasure, Holding, Mention, ProcessingActivity, declare

declare(
    ProcessingActivity(
        key="imports",
        name="Imports de tableaux",
        people="Personnes qui importent un tableau ; personnes que ses cellules désignent",
        data="Qui a envoyé le fichier ; son contenu, tant qu’il n’est pas importé, adresses électroniques comprises",
        purpose="Vérifier un tableau, le corriger et l’importer en plusieurs fois",
        kept="Le fichier, jusqu’au début de l’import ; les cellules d’une ligne, jusqu’à ce qu’elle soit importée ; le "
        "compte rendu et les lignes refusées, sept jours après l’envoi (« purge_due »)",
        readers="La personne qui a envoyé le fichier, et elle seule",
        where="base de données et dossier privé du serveur, hors du site",
        holdings=(Holding("portal_imports.TableImport", "owner", Erasure.DELETE),),
        mentions=(
            Mention("portal_imports.TableImport", ("name", "headings", "remarks")),
            Mention("portal_imports.ImportLine", ("cells", "corrected", "problem", "text", "remarks")),
        ),
    ),
)

"""The texts that people sign before an interview. A text that was signed is never changed: a new one is added."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConsentText:
    version: str
    paragraphs: tuple[str, ...]


TEXTS = (
    ConsentText(
        "2026-1",
        (
            "Vous êtes invité·e à raconter une action menée avec un conseil local de santé mentale (CLSM). Le récit "
            "sert à écrire une fiche CAPS, publiée sur le portail des CLSM après relecture par le CLSM.",
            "Votre participation est libre. Vous pouvez ne pas répondre à une question, arrêter l’entretien, ou "
            "retirer votre accord plus tard, sans avoir à vous justifier. Le retrait fait supprimer les fichiers et "
            "les notes de l’entretien ; il n’efface pas ce qui a été publié avec votre accord, que vous pouvez "
            "demander à corriger.",
            "Vous choisissez ce que vous acceptez : la prise de notes ; l’enregistrement du son ; la citation de vos "
            "propos sans votre nom, après relecture ; la mention de votre fonction.",
            "L’enregistrement, la transcription et les notes ne sont lus que par les personnes du Centre qui suivent "
            "le dossier. Chaque lecture d’un fichier est notée. Ils sont supprimés douze mois après la publication de "
            "la fiche, et au plus tard vingt-quatre mois après leur dépôt.",
            "L’entretien porte sur l’action, pas sur la santé de quelqu’un : ne donnez ni nom ni information de santé "
            "sur une personne, vous compris.",
            "Base légale : mission d’intérêt public (RGPD, article 6.1.e). Vous pouvez demander l’accès à vos "
            "données, leur correction ou leur effacement auprès de la personne déléguée à la protection des "
            "données, et saisir la CNIL (www.cnil.fr).",
        ),
    ),
)
BY_VERSION = {text.version: text for text in TEXTS}
CURRENT = TEXTS[-1]

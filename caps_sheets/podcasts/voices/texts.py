"""The texts that people sign before they are recorded. A text that was signed is never changed: a new one is added."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VoiceText:
    version: str
    paragraphs: tuple[str, ...]


TEXTS = (
    VoiceText(
        "2026-1",
        (
            "Vous acceptez que votre voix soit enregistrée pour un épisode de podcast sur une action menée avec un "
            "conseil local de santé mentale (CLSM). L’épisode et sa transcription sont publiés sur le portail des "
            "CLSM et peuvent être écoutés dans les applications de podcast.",
            "Votre participation est libre et n’est pas payée. Vous pouvez ne pas répondre à une question, demander "
            "que l’on recommence, et écouter le montage avant la publication.",
            "Vous êtes présenté·e par votre fonction, jamais par votre nom. Une voix se reconnaît pourtant : ne dites "
            "rien, de vous ou d’une autre personne, que vous ne voudriez pas voir rester public, en particulier sur "
            "la santé.",
            "Vous pouvez retirer cet accord à tout moment, sans vous justifier. L’épisode est alors retiré du portail "
            "et de son flux, ou votre voix en est coupée. Les copies déjà téléchargées par des auditrices et des "
            "auditeurs ne peuvent pas être reprises.",
            "Ce document signé est gardé dans un dossier privé, avec les dates de signature, de fin et de retrait, "
            "tant que l’épisode existe. Il est lu par les seules personnes du Centre qui suivent les épisodes ; "
            "chaque lecture est notée.",
            "Base légale : votre accord (RGPD, article 6.1.a ; droit sur la voix, article 9 du code civil). Vous "
            "pouvez demander l’accès à vos données, leur correction ou leur effacement auprès de la personne "
            "déléguée à la protection des données, et saisir la CNIL (www.cnil.fr).",
        ),
    ),
)
BY_VERSION = {text.version: text for text in TEXTS}
CURRENT = TEXTS[-1]

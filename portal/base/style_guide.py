"""Every component and state on one page, for developers."""

import re
from pathlib import Path

from django import forms
from django.contrib.staticfiles import finders

OBJECTIVES = (
    "Lutter contre la stigmatisation",
    "Prévenir les troubles psychiques",
    "Favoriser l’inclusion et les droits",
    "Améliorer les parcours de soins",
    "Agir sur les déterminants",
)

STATUSES = (
    {"slug": "operationnel", "label": "Opérationnel (actif)"},
    {"slug": "en-projet", "label": "En projet"},
    {"slug": "en-prefiguration", "label": "En préfiguration"},
    {"slug": "en-sommeil", "label": "En sommeil"},
)

CARDS = (
    {
        "kind": "fiche",
        "url": "#g-cartes",
        "title": "Une fiche au titre assez long pour passer à la ligne sans perdre son rythme de lecture",
        "text": "Ce que l’action a fait, et pour qui, en deux lignes qui donnent envie d’ouvrir la fiche.",
        "place_code": "34",
        "place": "CLSM exemple · Hérault",
        "when": "2022",
        "themes": [{"slug": "deuil", "name": "Deuil"}],
        "has_episode": True,
        "is_demo": True,
    },
    {
        "kind": "episode",
        "url": "#g-cartes",
        "title": "Un épisode",
        "text": "Ce que l’on va entendre.",
        "place": "12 min",
    },
    {"kind": "clsm", "url": "#g-cartes", "title": "Un CLSM sans rien d’autre que son nom"},
)

CHAPTERS = (
    (0, "Présentation", ""),
    (45, "Un titre de chapitre assez long pour passer à la ligne", "#g-lecteur"),
    (130, "Suite", ""),
)

LISTENING = {
    "page": {"title": "Un épisode", "guid": "guide-de-style", "audio": {"duration": 180, "file_size": 2_880_000}},
    "player": {
        "steps": [
            {"kind": "chapitre", "start": start, "place": start / 1.8, "title": title, "url": url}
            for start, title, url in CHAPTERS
        ]
    },
    "cues": [
        {"start": 0, "end": 4, "speaker": "Animation", "text": "Bonjour et bienvenue."},
        {"start": 4, "end": 9, "speaker": "Coordination du CLSM", "text": "Une réplique, un nœud sur le fil."},
        {"start": 9, "end": 12, "speaker": "Coordination du CLSM", "text": "La même voix n’est nommée qu’une fois."},
    ],
}


class SampleForm(forms.Form):
    """One field of each kind, posted empty to show the errors."""

    name = forms.CharField(label="Nom de l’action", help_text="Celui que vos partenaires utilisent.")
    place = forms.ChoiceField(label="Échelle", choices=[("", "Choisir"), ("communale", "Communale")])
    text = forms.CharField(label="Ce qui a été fait", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="J’ai relu la fiche", required=False)


def icon_names() -> list[str]:
    """The names of the icons, read from the sprite."""
    sprite = finders.find("img/icons.svg")
    return re.findall(r'<symbol id="([^"]+)"', Path(sprite).read_text()) if sprite else []

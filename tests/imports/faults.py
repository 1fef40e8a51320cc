"""A census file of any length with thirty kinds of fault in its lines, and what mends each."""

from collections.abc import Iterator
from dataclasses import dataclass, field

COLUMNS = ("identifiant", "clsm", "intitule", "annee", "edition_precedente", "etat", "lien", "theme_principal",
           "publics", "communes", "qpv", "avancement", "debut", "fin", "personnes", "email", "description")  # fmt: skip
#: The headings as the person wrote them: one missing, one near, two unknown, two of one column.
HEADINGS = ("Repère", "CLSM", "Intitulé", "Année", "Édition précédente", "État", "Lien", "Theme principale",
            "Publics", "Communes", "QPV", "Avancement", "Début", "Fin", "Personnes", "Courriel du répondant",
            "Description")  # fmt: skip
CLSM = "EX-001"


@dataclass(frozen=True)
class Fault:
    """``cells``: what is wrong in a good line; ``cell``: the column that the refusal names, "" for the whole line.

    ``mended``: what is typed instead, None for a line that is left out. ``raw``: the line itself, where cells do not
    make it. ``is_refused``: False for what is only said.
    """

    kind: str
    cells: dict[str, str]
    cell: str
    mended: dict[str, str] | None = field(default_factory=dict)
    raw: str = ""
    is_refused: bool = True


FAULTS = (
    Fault("no identifier", {"identifiant": ""}, "identifiant", {"identifiant": "{key}"}),
    Fault("identifier too long", {"identifiant": "{key}" + "x" * 90}, "identifiant", {"identifiant": "{key}"}),
    Fault("identifier of another line", {"identifiant": "{before}"}, "identifiant", {"identifiant": "{key}"}),
    Fault("unknown CLSM", {"clsm": "CLSM d’ailleurs"}, "clsm", {"clsm": CLSM}),
    Fault("no CLSM", {"clsm": ""}, "clsm", {"clsm": CLSM}),
    Fault("no title", {"intitule": ""}, "intitule", {"intitule": "Action retrouvée"}),
    Fault("title too long", {"intitule": "Café " * 60}, "intitule", {"intitule": "Café"}),
    Fault("year in words", {"annee": "l’an passé"}, "annee", {"annee": "2023"}),
    Fault("year of another century", {"annee": "1823"}, "annee", {"annee": "2023"}),
    Fault(
        "unknown earlier edition", {"edition_precedente": "inconnue"}, "edition_precedente", {"edition_precedente": ""}
    ),
    Fault("state that an import does not give", {"etat": "brouillon"}, "etat", {"etat": "recensée"}),
    Fault("no address", {"lien": "voir le site"}, "lien", {"lien": "https://clsm.example/cafe"}),
    Fault(
        "unknown theme", {"theme_principal": "Thème inventé"}, "theme_principal", {"theme_principal": "Accès aux soins"}
    ),
    Fault(
        "unknown audience in a list",
        {"publics": "Aidants et proches|Martiens"},
        "publics",
        {"publics": "Aidants et proches"},
    ),
    Fault("unknown commune", {"communes": "Trifouillis-les-Oies"}, "communes", {"communes": "Lodève (34)"}),
    Fault("postcode of two places", {"communes": "34150"}, "communes", {"communes": "Lodève (34)"}),
    Fault("code without its zero", {"communes": "1004"}, "communes", {"communes": "Lodève (34)"}),
    Fault("code as a power of ten", {"communes": "2,00E+04"}, "communes", {"communes": "Lodève (34)"}),
    Fault("neither yes nor no", {"qpv": "peut-être"}, "qpv", {"qpv": "oui"}),
    Fault("unknown choice", {"avancement": "presque finie"}, "avancement", {"avancement": "en cours"}),
    Fault("no such day", {"debut": "31/02/2024"}, "debut", {"debut": "28/02/2024"}),
    Fault("end before start", {"debut": "2024-05-01", "fin": "2024-01-01"}, "fin", {"fin": "2024-06-01"}),
    Fault("number in words", {"personnes": "beaucoup"}, "personnes", {"personnes": "30"}),
    Fault("number too long", {"personnes": "9" * 30}, "personnes", {"personnes": "30"}),
    Fault("no e-mail address", {"email": "sans arobase"}, "email", {"email": "accueil@clsm.example"}),
    Fault("formula", {"personnes": "=SOMME(A1:A9)"}, "personnes", {"personnes": "30"}),
    Fault("error of the spreadsheet", {"description": "#REF!"}, "description", {"description": "Un lieu d’accueil"}),
    Fault("value not available", {"personnes": "#N/A"}, "personnes", {"personnes": "30"}),
    Fault("one separator too many", {}, "", None, raw="{line};;surplus"),
    Fault("quote never closed", {}, "", None, raw='{key};"CLSM jamais fermé'),
    Fault("short line", {}, "", raw="{key};" + CLSM + ";Ligne courte", is_refused=False),
    Fault("word for nothing", {"lien": "néant"}, "", is_refused=False),
)


@dataclass(frozen=True)
class Placed:
    fault: Fault
    number: int
    key: str

    def typed(self) -> dict[str, str] | None:
        """What mends it, by column."""
        mended = self.fault.mended
        return None if mended is None else {name: text.format(key=self.key) for name, text in mended.items()}


def good(key: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {"identifiant": key, "clsm": CLSM, "intitule": f"Action {key}", "annee": "2023"}


def census_file(lines: int, times: int) -> tuple[bytes, list[Placed]]:
    """``lines`` records, each fault ``times`` times among them, in the encoding of Excel, below a title."""
    wanted = iter([fault for _ in range(times) for fault in FAULTS])
    every = lines // (times * len(FAULTS) + 1)
    written, placed, before = ["Recensement des actions;;", ";".join(HEADINGS)], [], ""
    for rank in range(lines):
        key, number = f"A{rank:05d}", len(written) + 1
        is_due = rank % every == every - 1
        fault = next(wanted, None) if is_due else None
        cells = good(key)
        if fault:
            cells |= {name: text.format(key=key, before=before) for name, text in fault.cells.items()}
            placed.append(Placed(fault, number, key))
        line = ";".join(cells.values())
        written.append(fault.raw.format(key=key, line=line) if fault and fault.raw else line)
        before = key
    assert next(wanted, None) is None
    return "\r\n".join(written).encode("cp1252"), placed


def kinds() -> Iterator[str]:
    return (fault.kind for fault in FAULTS)

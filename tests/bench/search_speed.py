"""How fast the search is, class by class, beside the same questions asked of the library in the obvious way.

    python tests/bench/search_speed.py [--documents 20000] [--rounds 5] [--questions 12]

Documents are made up from a Spanish vocabulary with Zipf frequencies; the seed is fixed. Rounds of the two sides alternate; the
figures are CPU milliseconds of this process per question. Every question of a round is another one, so nothing is remembered
from an earlier answer but what a real process would remember.
"""

import argparse
import itertools
import random
import resource
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from whoosh import fields, index, qparser, sorting
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StopFilter

from observatory.kernel.search import Document, Query, WhooshShelf

_STEMS = (
    "abastec acuer administr agricul agu alcald almacen ambient analis apoy aport aprob aren asamble asign asist "
    "atencion audit autoriz ayud balanc benefici bosqu buen cadmi camin campan campesin canal canon capacit carg "
    "cas catastr centr cerr certific cian ciudadan clim cobr comerci comit compensa compromis comunic concentr "
    "conces conflict conserv constru consult contamin contrat control conveni coordin cordiller cost cuenc cultiv "
    "cumpl dan deb decis declar deforest demand depart derech desagu desarroll desemp diagnostic dialog digest "
    "dinam direct distrit diversific document ecolog econom educ efect ejecut electr embals empadron empleo empres "
    "encuest energ entreg equip escuel espec estabil estandar estim estudi evalu exig explor explot export expropi "
    "extra famil fertil fiscaliz fluvi fond forest form fortalec fosf ganad gast gener geolog gest gobern grand "
    "habit hidr hosp huert humed identific ilegal impact implement import impuest incid indic indigen inform "
    "infraestruct ingres inicia innov inspec instal institu integr interes intermedi inund inver investig irrig "
    "jornal jornad justic labor lagun legisl licenc limit liqu local logist mader maner mantenim maquin marg materi "
    "mecanism medi mejor mercad mes metal metod microbi mic miner ministr mision mitig model moder molin monitor "
    "mont mortal movil mujer municip narr negoci norm notific nutric obligac observ ocup ofic operador oper oportun "
    "orden organiz orient origin oro paisaj papel parcel particip past patrimoni pen percep perfor period permis "
    "persist pesc petrol plan plom poblac polit polvor pon porcent potabl practic precaut preci prediccion pres "
    "presupuest prevenc prioriz proces produc profesion program prohib promes promot propiet proteg proveed provinc "
    "proyect public puebl puent qued quebrad quej quimic recaud recib reclam recomend recurs red reduc referend "
    "refor region registr reglament regal reh relav remedi rend repart reparac report represent resid resolu "
    "respons restaur resultad retras reun revis ries riqueza rot rural sald salud sanc sane secret sector segur "
    "semill sequ servic sesion siembr sistem situ social socied solicit subsidi sueld suel suministr superfic "
    "sustent tall tarif tecn tecnolog tempor tenenc termin territor titul trabaj tradic trami transfer transpar "
    "transport tratam tribut tuber turism ubic unid urban usuar util vacun val vecin vehicul venc ventil verific "
    "vertim via vigil vincul viv volum zinc zon"
).split()
_ENDINGS = "o a os as ar ado ada ados adas acion aciones ador adora al ales ario arios ico ica icos idad ible ivo iva iento".split()
_ACCENTS = {"acion": "ación", "ico": "ico"}
_SMALL = "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta".split()
_KINDS = ("commitment", "organisation", "territory", "site", "document", "session", "report", "indicator")
_SECTORS = ("company", "community", "civil_society", "academia", "state", "oversight", "multilateral", "other")
_PUBLIC = frozenset({"public"})


def vocabulary() -> list[str]:
    """Some forty thousand words of twelve thousand stems made of others' beginnings and ends, the frequent first."""
    rng = random.Random(1)
    beginnings = sorted({stem[: max(2, len(stem) // 2)] for stem in _STEMS})
    ends = sorted({stem[len(stem) // 2 :] for stem in _STEMS})
    stems = [*_STEMS, *rng.sample([begin + end for begin in beginnings for end in ends], 12_000)]
    found = [stem + _ACCENTS.get(ending, ending) for stem in stems for ending in rng.sample(_ENDINGS, 4)]
    rng.shuffle(found)
    return list(dict.fromkeys(found))


def documents(count: int) -> Iterator[Document]:
    """`count` records of 150 to 400 words, spread over kinds, places, sectors, states and years."""
    rng = random.Random(7)
    known = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(known))))
    small = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(_SMALL))))
    for number in range(1, count + 1):
        size = rng.randint(150, 400)
        picked = rng.choices(known, cum_weights=weights, k=size * 6 // 10)
        picked += rng.choices(_SMALL, cum_weights=small, k=size - len(picked))
        rng.shuffle(picked)
        region, province, district = rng.randint(1, 25), rng.randint(1, 9), rng.randint(1, 12)
        title = " ".join(rng.choices(known, cum_weights=weights, k=rng.randint(3, 7))).capitalize()
        yield Document(
            id=number,
            kind=rng.choices(_KINDS, weights=(40, 20, 15, 10, 6, 4, 3, 2))[0],
            title=title,
            body=" ".join(picked),
            summary=" ".join(picked[:18]),
            labels=frozenset({"public"}) if rng.random() < 0.9 else frozenset({"organisation:7"}),
            places=("pe", f"{region:02}", f"{region:02}{province:02}", f"{region:02}{province:02}{district:02}"),
            sector=rng.choice(_SECTORS),
            state=rng.choices(("published", "withdrawn"), weights=(95, 5))[0],
            year=rng.randint(2000, 2026),
            url=f"/records/{number}",
            also=(f"{number:06}",),
        )


class Questions:
    """An endless supply of questions of each class, from one seed."""

    def __init__(self) -> None:
        self.rng = random.Random(23)
        self.known = vocabulary()

    def rare(self) -> str:
        """A word of a few dozen records."""
        return self.rng.choice(self.known[20_000:30_000])

    def common(self) -> str:
        """A word of thousands of records."""
        return self.rng.choice(self.known[30:60])

    def three(self) -> str:
        """Three fairly common words."""
        return " ".join(self.rng.sample(self.known[:60], 3))

    def phrase(self) -> str:
        """Two common words side by side."""
        return '"' + " ".join(self.rng.sample(self.known[30:60], 2)) + '"'

    def prefix(self) -> str:
        """The beginning of a word."""
        return self.rng.choice(self.known[:400])[:4]


class Naive:
    """The library as its own documentation shows it: a field for each part, all stored, facets by groups."""

    def __init__(self, folder: Path) -> None:
        analyzer = RegexTokenizer(r"\w+") | LowercaseFilter() | StopFilter(stoplist=frozenset(_SMALL))
        text = {"stored": True, "analyzer": analyzer}
        schema = fields.Schema(
            id=fields.ID(unique=True, stored=True),
            title=fields.TEXT(field_boost=4.0, **text),
            summary=fields.TEXT(**text),
            body=fields.TEXT(**text),
            labels=fields.KEYWORD(stored=True),
            kind=fields.ID(stored=True, sortable=True),
            sector=fields.ID(stored=True, sortable=True),
            place=fields.ID(stored=True, sortable=True),
        )
        folder.mkdir()
        self.index = index.create_in(str(folder), schema)
        self.searcher = self.index.searcher()

    @staticmethod
    def _fields(document: Document) -> dict[str, str]:
        return {
            "id": str(document.id),
            "title": document.title,
            "summary": document.summary,
            "body": document.body,
            "labels": " ".join(document.labels),
            "kind": document.kind,
            "sector": document.sector or "",
            "place": document.places[1],
        }

    def build(self, made: Iterator[Document]) -> None:
        """Write every document with one writer."""
        writer = self.index.writer(limitmb=256)
        for document in made:
            writer.add_document(**self._fields(document))
        writer.commit()
        self.searcher = self.index.searcher()

    def ask(self, text: str, kind: str | None = None, facets: bool = False) -> int:
        """One page of twenty with its total, excerpts, and perhaps three facets."""
        parser = qparser.MultifieldParser(["title", "summary", "body"], self.index.schema)
        question = parser.parse(text + (f" kind:{kind}" if kind else "") + " labels:public")
        grouped = [sorting.FieldFacet(name) for name in ("kind", "sector", "place")] if facets else None
        options = {"groupedby": grouped} if grouped else {}
        results = self.searcher.search(question, limit=20, **options)
        for hit in results:
            hit.highlights("body")
        return len(results)

    def update(self, document: Document) -> None:
        """Replace one record and look at the new state."""
        writer = self.index.writer()
        writer.update_document(**self._fields(document))
        writer.commit()
        self.searcher = self.searcher.refresh()


def classes(
    shelf: WhooshShelf, naive: Naive | None, spare: list[Document]
) -> dict[str, tuple[Callable[[], object], ...]]:
    """The classes of question: how ours is asked, and how the naive one is; both draw from the same seed."""
    ours, theirs = Questions(), Questions()
    ours_new, theirs_new = iter(spare), iter(spare)

    def ask(text: str, **filters: str) -> object:
        return shelf.search(Query(text, labels=_PUBLIC, **filters))  # type: ignore[arg-type]

    def change(document: Document) -> None:
        shelf.update([document])
        shelf.count()

    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "rare": (lambda: ask(ours.rare()), lambda: naive and naive.ask(theirs.rare())),
        "common": (lambda: ask(ours.common()), lambda: naive and naive.ask(theirs.common())),
        "3-term AND": (lambda: ask(ours.three()), lambda: naive and naive.ask(theirs.three())),
        "phrase": (lambda: ask(ours.phrase()), lambda: naive and naive.ask(theirs.phrase())),
        "prefix": (lambda: shelf.suggest(ours.prefix(), _PUBLIC), lambda: naive and naive.ask(theirs.prefix() + "*")),
        "filter": (lambda: ask(ours.common(), kind="site"), lambda: naive and naive.ask(theirs.common(), kind="site")),
        "3 facets": (lambda: ask(ours.common()), lambda: naive and naive.ask(theirs.common(), facets=True)),
        "update one": (lambda: change(next(ours_new)), lambda: naive and naive.update(next(theirs_new))),
        "browse all": (lambda: ask(""),),
        "no result": (lambda: ask(ours.common()[:-2] + "qq"),),
        "de la": (lambda: ask("de la"),),
    }
    return pairs if naive else {name: pair[:1] for name, pair in pairs.items()}


def timed(action: Callable[[], object]) -> float:
    """CPU milliseconds of one call."""
    begin = process_time()
    action()
    return (process_time() - begin) * 1000


def figures(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    ordered = sorted(times)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def main() -> None:
    """Build both indexes, ask in alternating rounds, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=12, help="of each class in each round")
    parser.add_argument("--naive-questions", type=int, default=3, help="the same for the naive side, which takes long")
    parser.add_argument(
        "--without-naive", action="store_true", help="only our side: the naive index takes minutes to build"
    )
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="search-speed-"))
    try:
        shelf = WhooshShelf(folder / "ours")
        built = timed(lambda: shelf.rebuild(documents(options.documents))) / 1000
        opened = timed(lambda: WhooshShelf(folder / "ours").count())
        shelf.count()
        print(f"built {options.documents / built:,.0f} documents per CPU second; opened in {opened:,.0f} ms")
        naive = None
        if not options.without_naive:
            naive = Naive(folder / "naive")
            built = timed(lambda: naive.build(documents(options.documents))) / 1000
            print(f"naive: built {options.documents / built:,.0f} documents per CPU second")
        sys.stdout.flush()
        spare = [
            Document(**{**made.__dict__, "title": f"{made.title} corregido"})
            for made in documents(min(options.documents, options.rounds * options.questions))
        ]
        asked = classes(shelf, naive, spare)
        times: dict[str, list[list[float]]] = {name: [[] for _ in sides] for name, sides in asked.items()}
        counts = (options.questions, options.naive_questions)
        for _ in range(options.rounds):
            for name, sides in asked.items():
                for side, (action, count) in enumerate(zip(sides, counts, strict=False)):
                    times[name][side] += [timed(action) for _ in range(count)]
        print(f"{'CPU ms':12}{'median':>9}{'p95':>9}" + (f"{'naive':>9}{'p95':>9}{'ratio':>8}" if naive else ""))
        for name, both in times.items():
            median, high = figures(both[0])
            line = f"{name:12}{median:9.2f}{high:9.2f}"
            if len(both) > 1:
                other, other_high = figures(both[1])
                line += f"{other:9.1f}{other_high:9.1f}{other / median:7.0f}x"
            print(line)
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB (building included)")
        print(f"segments after the updates: {len(list((folder / 'ours').glob('v*/*.trm')))}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

"""How well the search ranks: Spanish questions about encyclopaedia paragraphs (SQuAD-es) and the Cranfield collection.

    python tests/bench/search_quality.py [--data FOLDER] [--words 3]

The search wants every word it is given, as people who type two or three words expect; a whole question of ten words
therefore finds little. So each question is asked twice: whole, and as its few rarest words, which is what a person
would type. A report, not a test: answered (anything found), hit@1, hit@10 and the mean reciprocal rank within the first
twenty.
"""

import argparse
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from observatory.kernel.search import Document, Query, WhooshShelf
from observatory.kernel.search.analysis import marker_of, normal, terms, words

_PUBLIC = frozenset({"public"})
_ROOT = Path(__file__).parents[2]


def squad(folder: Path) -> tuple[list[Document], list[tuple[str, set[int]]]]:
    """Paragraphs under the title of their article, and the questions that each answers."""
    documents: list[Document] = []
    questions: list[tuple[str, set[int]]] = []
    for article in json.loads((folder / "squad-es" / "dev-v2.0-es_small.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            number = len(documents)
            documents.append(Document(number, "document", article["title"], paragraph["context"], labels=_PUBLIC))
            questions += [(asked["question"], {number}) for asked in paragraph["qas"] if not asked["is_impossible"]]
    return documents, questions


def cranfield(folder: Path) -> tuple[list[Document], list[tuple[str, set[int]]]]:
    """Abstracts of aerodynamics, and questions with the abstracts that people judged relevant (grades 1 to 4)."""
    documents = []
    for block in re.split(r"^\.I ", (folder / "cranfield" / "cran.all.1400").read_text(), flags=re.M)[1:]:
        number, title, _, _, body = re.split(r"^\.[TABW]\n", block, maxsplit=4, flags=re.M)
        documents.append(Document(int(number), "document", title, body, language="en", labels=_PUBLIC))
    relevant: dict[int, set[int]] = {}
    for line in (folder / "cranfield" / "cranqrel").read_text().splitlines():
        question, number, grade = map(int, line.split()[:3])
        if grade > 0:
            relevant.setdefault(question, set()).add(number)
    blocks = re.split(r"^\.I ", (folder / "cranfield" / "cran.qry").read_text(), flags=re.M)[1:]
    asked = [re.split(r"^\.W\n", block, flags=re.M)[1] for block in blocks]
    return documents, [(text, relevant.get(number, set())) for number, text in enumerate(asked, 1)]


class Rarity:
    """Picks the rarest words of a question."""

    def __init__(self, documents: Iterable[Document], language: str) -> None:
        self.mapping = terms(marker_of(language))
        self.seen: Counter[str] = Counter()
        for document in documents:
            self.seen.update({self.mapping[word] for word in words(normal(f"{document.title} {document.body}"))})

    def keywords(self, question: str, count: int) -> str:
        """The `count` rarest words of `question` that occur anywhere, in their order."""
        listed = [word for word in words(normal(question)) if self.mapping[word] and self.seen[self.mapping[word]]]
        rare = sorted(set(listed), key=lambda word: self.seen[self.mapping[word]])[:count]
        return " ".join(word for word in listed if word in rare)


def report(name: str, documents: list[Document], questions: list[tuple[str, set[int]]], count: int) -> None:
    """Index, ask and print."""
    folder = Path(tempfile.mkdtemp(prefix="search-quality-"))
    try:
        shelf = WhooshShelf(folder / "index")
        shelf.rebuild(documents)
        rarity = Rarity(documents, documents[0].language)
        print(f"{name}: {len(documents)} records, {len(questions)} questions")
        whole = [(text, wanted) for text, wanted in questions]
        print(f"  {'asked':22}{'answered':>10}{'hit@1':>8}{'hit@10':>8}{'MRR':>8}")
        for label, asked in (
            ("whole question", whole),
            *((f"{number} rarest words", [(rarity.keywords(text, number), wanted) for text, wanted in questions])
              for number in range(2, count + 1)),
        ):  # fmt: skip
            ranks = [rank(shelf, text, wanted) for text, wanted in asked]
            share = [sum(good) / len(ranks) for good in zip(*map(scores, ranks), strict=True)]
            print(f"  {label:22}{share[0]:10.3f}{share[1]:8.3f}{share[2]:8.3f}{share[3]:8.3f}")
    finally:
        shutil.rmtree(folder)


def rank(shelf: WhooshShelf, text: str, wanted: set[int]) -> tuple[int, int]:
    """How many records were found, and the place of the first right one among twenty, or 0."""
    results = shelf.search(Query(" ".join(text.split()), labels=_PUBLIC))
    return results.total, next((place for place, hit in enumerate(results.hits, 1) if hit.id in wanted), 0)


def scores(ranked: tuple[int, int]) -> tuple[float, float, float, float]:
    """Answered, hit@1, hit@10 and reciprocal rank of one question."""
    total, place = ranked
    return float(total > 0), float(place == 1), float(1 <= place <= 10), 1 / place if place else 0.0


def main() -> None:
    """Report on both collections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("OBSERVATORY_REAL_DATA", str(_ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(default), help="the folder with the real files")
    parser.add_argument("--words", type=int, default=4, help="ask with up to so many of the rarest words")
    options = parser.parse_args()
    folder = options.data / "07-text-search"
    if not folder.is_dir():
        raise SystemExit(f"NOT RUN: {folder} is not here")
    report("SQuAD-es", *squad(folder), options.words)
    report("Cranfield", *cranfield(folder), options.words)


if __name__ == "__main__":
    main()

"""The embedded index: a folder that one process writes and any number read."""

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from time import sleep

from whoosh.index import EmptyIndexError

from observatory.kernel.search import query as asking
from observatory.kernel.search.analysis import is_stop_word
from observatory.kernel.search.matching import FACETS, Matches, TimedOut
from observatory.kernel.search.query import MAX_SIZE, Document, Hit, Key, Query, Results
from observatory.kernel.search.segments import Slice, View
from observatory.kernel.search.snippets import Wanted, marked, snippet, typed_in, wanted_in
from observatory.kernel.search.storing import IndexFolder, Unreadable, write
from observatory.kernel.search.wording import respelled, titled

# Records written at a time by a rebuild: what bounds its memory.
_AT_ONCE = 10_000
_STEP = 100


class WhooshShelf:
    """The search index in one folder, made when first written to."""

    def __init__(self, folder: Path) -> None:
        self._folder = IndexFolder(Path(folder))
        self._opening = threading.Lock()
        self._view = View("", [])

    def search(self, query: Query) -> Results:
        """The page of records that answer `query`, with counts over all; within a second, or the notice `timed_out`."""
        view = self._current_view()
        question = asking.read(query.text)
        notice = question.notice
        after: Key | None = None
        if query.after:
            after = asking.read_key(query.after, (float, int) if question.wanted else (int, str, int))
            notice = notice if after else "bad_page"
        size = max(1, min(query.size, MAX_SIZE))
        try:
            matches = Matches(view, query, question)
            found = matches.page(after, size + 1)
            facets, total = matches.facets(), matches.total
            suggestion = None if total else self._suggestion(view, query, matches)
        except TimedOut:
            return Results(facets={name: [] for name in FACETS}, terms=question.words, notice="timed_out")
        following = asking.write_key(found[size - 1].key) if len(found) > size else None
        hits = [_hit(item.slice, item.number, item.places, partial(wanted_in, question)) for item in found[:size]]
        return Results(total, hits, facets, suggestion, following, question.words, notice)

    def suggest(self, prefix: str, labels: frozenset[str], size: int = 8) -> list[Hit]:
        """The visible records whose titles or other names have every word typed, the last perhaps unfinished."""
        typed = asking.read(prefix).text
        found = titled(self._current_view(), typed, frozenset(labels), max(1, min(size, MAX_SIZE)))
        return [_hit(part, number, [], lambda _: typed_in(typed)) for part, number in found]

    def update(self, documents: Iterable[Document], delete: Iterable[int] = ()) -> None:
        """Put `documents` in place of what is held under their ids, after taking out those to `delete`.

        It can be repeated without harm. When it returns, the change is on disk and every process sees it at its next
        question.
        """
        latest = {document.id: document for document in documents}
        gone = {*latest, *delete}
        if not gone:
            return
        with self._folder.writing():
            name = self._folder.name() or self._folder.point_to(self._folder.new_generation())
            write(self._folder.path / name, latest.values(), gone)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Write a new index of `documents` and only then use it instead; answers how many it holds.

        Updates wait meanwhile: whatever changed while `documents` were read must be sent again afterwards, and a queue
        whose rows are deleted after `update` does just that. `documents` is first read from once no other process is
        writing.
        """
        with self._folder.writing():
            made = self._folder.new_generation()
            count, rest = 0, iter(documents)
            while written := write(made, _announced(islice(rest, _AT_ONCE), count, progress)):
                count += written
            if progress:
                progress(count)
            before = self._folder.name_on_disk()
            self._folder.point_to(made)
            self._folder.remove(before)
        return count

    def is_usable(self) -> bool:
        """Whether there is an index of this version of the program to write into."""
        try:
            return bool(self._folder.name()) and not self._folder.generation().endswith(".-1")
        except Unreadable:
            return False

    def generation(self) -> str:
        """A text that changes with every commit; empty while there is no index."""
        return self._folder.generation()

    def count(self) -> int:
        """How many records the index holds, whoever may see them."""
        return self._current_view().count

    def check(self) -> str | None:
        """None if the index can be read, or else a sentence that says what is wrong."""
        try:
            view = self._current_view()
            if not view.generation:
                return "The search index has not been built yet."
            for part in view.slices:
                part.segment.probe()
        except Unreadable as problem:
            return str(problem)
        except Exception as problem:  # whatever a damaged file makes the library raise
            return _damaged(problem)
        return None

    def _suggestion(self, view: View, query: Query, matches: Matches) -> str | None:
        """The line typed with its unknown words corrected, if that would find something the asker may see."""
        found = {
            word: Matches.any(view, query.labels, word) for word in matches.question.words if not is_stop_word(word)
        }
        missing = [word for word, known in found.items() if not known]
        text = respelled(view, matches.visible, matches.question, missing, matches.deadline) if missing else None
        return text if text and Matches.any(view, query.labels, text) else None

    def _current_view(self) -> View:
        """The index as last committed, opened anew only if it changed."""
        generation = self.generation()
        if generation == self._view.generation:
            return self._view
        with self._opening:
            for _ in range(40):
                generation = self.generation()
                if generation != self._view.generation:
                    try:
                        self._view = self._opened(generation, self._view)
                    except (FileNotFoundError, EmptyIndexError):
                        sleep(0.05)  # a writer removed what was being opened: look again
                        continue
                    except Exception as problem:
                        # A column whose file a writer has just removed reads as empty, not as missing.
                        if self.generation() != generation:
                            continue
                        raise Unreadable(_damaged(problem)) from problem
                return self._view
        raise Unreadable("Files of the search index are missing; it must be rebuilt.")

    def _opened(self, generation: str, before: View | None) -> View:
        name = generation.rpartition(".")[0]
        return View.opened(str(self._folder.path / name), generation, before) if name else View("", [])


def _announced(
    documents: Iterable[Document], before: int, progress: Callable[[int], None] | None
) -> Iterator[Document]:
    """`documents` as they are; `progress` hears now and then how many went by, `before` included."""
    for count, document in enumerate(documents, before + 1):
        yield document
        if progress and not count % _STEP:
            progress(count)


def _hit(
    part: Slice, number: int, places: list[tuple[int, str]], wanted: Callable[[str], tuple[Wanted, frozenset[str]]]
) -> Hit:
    """A record as it is shown; `wanted` says for its language which words to mark."""
    shown = part.shown(number)
    reduce, sought = wanted(shown.language)
    return Hit(
        id=part.columns.ids[number],
        kind=shown.kind,
        title=shown.title,
        url=shown.url,
        summary=shown.summary,
        state=shown.state,
        sector=shown.sector,
        places=shown.places,
        year=shown.year,
        title_marked=marked(shown.title, reduce, sought),
        snippet=snippet(shown, places, reduce, sought),
    )


def _damaged(problem: Exception) -> str:
    return f"The search index is damaged ({type(problem).__name__}) and must be rebuilt."

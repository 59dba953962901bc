"""Other people's tables of figures: what a file seems to say, what is still to be asked, and its rows as observations."""

from observatory.rooms.indicators.tables.mapping import Cell, Facts, Known, Question, Refusal
from observatory.rooms.indicators.tables.places import Place, Places
from observatory.rooms.indicators.tables.proposing import propose
from observatory.rooms.indicators.tables.questions import questions
from observatory.rooms.indicators.tables.reading import read

__all__ = ["Cell", "Facts", "Known", "Place", "Places", "Question", "Refusal", "propose", "questions", "read"]

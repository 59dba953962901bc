"""The status of a figure, out of a file's letter or word."""

from __future__ import annotations

from observatory.kernel.text import _, fold
from observatory.rooms.indicators.models.words import STATUSES
from observatory.rooms.indicators.tables.unreadable import Unreadable

_WORDS = {
    "A": "normal, normal value, definitivo, definitiva, final, validado, validada, oficial, revisado, revised",
    "B": "break, quiebre, ruptura, quiebre de serie, break in time series, time series break, cambio metodologico",
    "E": "estimado, estimada, estimacion, estimated, estimate, estimated value, est",
    "F": "forecast, forecast value, proyectado, proyectada, proyeccion, pronostico, projected, proy",
    "I": "imputado, imputada, imputed, imputed value, imputacion",
    "L": "not collected, no recolectado, no recopilado, no levantado, no se recogio, missing value; data exist but were not collected",
    "M": "no aplica, no corresponde, not applicable, no existe, cannot exist, missing value; data cannot exist",
    "O": "missing, missing value, faltante, sin dato, sin datos, no disponible, not available, perdido",
    "P": "provisional, preliminar, preliminary, provisorio, provisional value, prel, prov, no definitivo",
    "Q": "suprimido, suprimida, suppressed, reservado, confidencial, confidential, secreto estadistico, "
    "missing value; suppressed",
    "U": "low reliability, unreliable, baja confiabilidad, poco confiable, referencial, no confiable, de baja calidad",
}
_LETTER_OF = {word.strip(): letter for letter, words in _WORDS.items() for word in words.split(", ")}


def letter_of(text: str, otherwise: str | None = "") -> str | None:
    """The SDMX letter that a text says, by letter or word; `otherwise` for what says none."""
    plain = fold(text).strip("().*/ ")
    if len(plain) == 1 and plain.upper() in STATUSES:
        return plain.upper()
    return _LETTER_OF.get(plain, otherwise)


def status(text: str) -> str:
    """The letter of a status cell, "" for an empty one. Unreadable for what is none."""
    if not text.strip() or text.strip() == "-":
        return ""
    letter = letter_of(text, None) or letter_of(text.partition(":")[0], None)  # SDMX may write A: Normal value
    if letter is None:
        raise Unreadable(
            _("This status is not known here."),
            _("A normal, P provisional, E estimated, F forecast, I imputed, B break, U unreliable; without a value "
              "O missing, L not collected, M can't exist, Q suppressed."),
        )  # fmt: skip
    return letter

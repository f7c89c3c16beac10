"""A test person: made, planted, and searched for in whatever an app sends.

`file.read` gives a `Persona`; `Search(persona).find(leaves)` gives matches.
"""

from auditor.collect.persona.file import Persona, PersonaError, Planted, Position, read
from auditor.collect.persona.match import PLANTED, SHAPE, Match
from auditor.collect.persona.search import Search, uploaded

__all__ = [
    "PLANTED",
    "SHAPE",
    "Match",
    "Persona",
    "PersonaError",
    "Planted",
    "Position",
    "Search",
    "read",
    "uploaded",
]

"""Rules as sentences: what expressions say in plain words, and sentences that a rule builder can show and change.

The door: `vocabulary(document, catalog, codelists).at(path)` gives the names of a place, `say(source, names)` the
sentence of an expression that stands there.
"""

from engine.core.sentences.documents import vocabulary
from engine.core.sentences.names import Names, Word
from engine.core.sentences.read_back import read_back, say
from engine.core.sentences.vocabulary import Vocabulary

__all__ = ["Names", "Vocabulary", "Word", "read_back", "say", "vocabulary"]

"""Letter grids: crosswords and word searches from a list of words.

Here: laying words out, rendering the result. Not here: clues, where words come from (``template.word``).
"""

from pygrounds_dagster.questions.grids.crossword import crossword
from pygrounds_dagster.questions.grids.layout import Direction, Grid, Placement
from pygrounds_dagster.questions.grids.wordsearch import wordsearch

__all__ = ["Direction", "Grid", "Placement", "crossword", "wordsearch"]

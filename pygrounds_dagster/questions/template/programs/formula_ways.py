"""Ways to write a formula down, and what is said of them.

Here: the table ``WAYS``. Not here: the code (``formula_code``), the formulas (``formulas``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pygrounds_dagster.questions.template.programs import formula_code as code
from pygrounds_dagster.questions.template.programs.formula_code import Lines

_BASICS, _FUNCTIONS, _TOOLS = "beginner.basics", "intermediate.functions", "intermediate.modules_and_tools"
_CLASSES, _DEPTH, _TYPING = "intermediate.classes", "advanced.functions_in_depth", "advanced.typing"
_FILES, _MODEL, _SPEED = "intermediate.errors_and_files", "master.object_model", "master.performance"


@dataclass(frozen=True, slots=True)
class Way:
    """How the lines are brought into a function.

    Attributes:
        key: its own name.
        hint: a sentence of the task.
        told: a sentence of the explanation.
        topics: subtopics that teach it.
        write: code of a formula.
        is_late: whether the hint is about what the first line works out, and so stands behind it.
    """

    key: str
    hint: str
    told: str
    topics: tuple[str, ...]
    write: Callable[[Lines], str]
    is_late: bool = False


WAYS: tuple[Way, ...] = (
    Way("plain", "", "Each line gives a name to a value that later lines use.", (), code.plain_code),
    Way("swap", "Give the larger of the two numbers the name `{a}` and the smaller one the name `{b}` first.",
        "Both names get new values in one line.", (f"{_BASICS}.variables",
        "beginner.collections.tuples_and_sets"),
        code.in_pairs_code),
    Way("default", "If the caller leaves `{b}` out, it is {default}.",
        "The second parameter has a default value.", (f"{_FUNCTIONS}.arguments",), code.default_code),
    Way("keyword", "`{b}` can only be given by its name.", "The star makes the caller write the name.",
        (f"{_FUNCTIONS}.arguments",), code.keyword_code),
    Way("constant", "First add {k} to `{a}`; keep the {k} in a constant above the function.",
        "The function reads the constant, which stands outside.",
        (f"{_FUNCTIONS}.scope", f"{_BASICS}.variables"), code.constant_code),
    Way("helper", "Let a function of its own work out {x_told} first.",
        "One function does the first sum, the other goes on with what it returns.",
        (f"{_FUNCTIONS}.defining_functions", f"{_TOOLS}.testing", f"{_TOOLS}.debugging"), code.helper_code),
    Way("typed", "They come in `text`, a line that a user typed: both numbers, with a space between them.",
        "`split` cuts the line in two, and `int` makes numbers of the parts.", (f"{_BASICS}.input",),
        code.typed_code),
    Way("checked", "If one of them is below 0, raise a `ValueError` in a helper, and return None here.",
        "The helper raises the error, and `except` catches it.", (f"{_FILES}.exceptions",),
        code.checked_code),
    Way("module", "Count only half of `{a}`, rounded up by `ceil` from `math`.",
        "`ceil` rounds up.", (f"{_TOOLS}.modules", f"{_TOOLS}.standard_library"), code.module_code),
    Way("hints", "`{b}` may be left out or be None; then it is {k}. Write type hints that say so.",
        "The hint `int | None` says that None is possible.", (f"{_TYPING}.type_hints",), code.hints_code),
    Way("class", "Let a class keep both numbers and do the first sum.", "The object keeps both numbers for "
        "its method.",
        (f"{_CLASSES}.classes_and_objects",), code.class_code),
    Way("data_class", "Let a data class keep both numbers and do the first sum.",
        "The data class writes `__init__` by itself; the property does the sum.", (f"{_CLASSES}.dataclasses",
        ), code.data_class_code),
    Way("inherited", "If `{a}` is larger than `{b}`, add {k} to {x_told}. Use a class and one that is "
        "built on it.",
        "The second class asks the first one by `super`, and adds to it.", (f"{_CLASSES}.inheritance",),
        code.inherited_code, True),
    Way("special", "Before all else, put the sum of both numbers and {k} in place of `{a}`. Use a class "
        "with `__add__`.",
        "The plus sign calls `__add__`.", (f"{_CLASSES}.special_methods",), code.special_code),
    Way("enum", "If `{a}` is larger than `{b}`, add {m} to {x_told}, otherwise {k}. Keep both rates in an "
        "enum.",
        "The enum gives both rates a name.", (f"{_CLASSES}.enums",), code.enum_code, True),
    Way("closure", "Add {k} to {x_told}. Let a function make the function that does this.",
        "The inner function remembers `extra`.", (f"{_DEPTH}.closures",), code.closure_code, True),
    Way("decorator", "Add {k} to {x_told}. Let a decorator do that.", "The decorator adds to what the "
        "function returns.",
        (f"{_DEPTH}.decorators",), code.decorator_code, True),
    Way("context", "First add {k} to `{a}`: let a context manager, made of a generator, lend out a "
        "list with this sum and empty it at the end.",
        "The `with` block lends out a list and empties it at the end.", (f"{_DEPTH}.context_managers",),
        code.context_code),
    Way("generator", "A generator yields {x_told}, then the same with `{a}` added; go on with the larger "
        "one.",
        "`max` asks the generator for both values.", ("advanced.iteration.generators",
        "advanced.iteration.iterators"),
        code.generator_code, True),
    Way("lambda", "Of `{a}` and `{b}`, take the one that leaves more when divided by {n}, `{a}` on a tie, "
        "and add it "
        "to {x_told}.", "The key of `max` is a small function.", ("advanced.iteration.functional_tools",),
        code.lambda_code, True),
    Way("protocol", "If `{a}` is larger than `{b}`, add {k} to {x_told}, otherwise what it is when divided "
        "by {n}, rounded "
        "down. Use two classes that fit one protocol.", "Both classes can do what the protocol asks for.",
        (f"{_TYPING}.protocols",), code.protocol_code, True),
    Way("generic", "First put the larger of the two numbers, plus {k}, in place of `{a}`. Find it by a "
        "function for values "
        "of any one type.", "The type variable says that result and arguments have one type.",
        (f"{_TYPING}.generics",), code.generic_code),
    Way("coroutine", "Let a coroutine work out {x_told} first.", "`asyncio.run` runs the coroutine to its "
        "end.",
        ("master.concurrency.asyncio_basics",), code.coroutine_code),
    Way("tasks", "First add {k} to `{a}`, and put twice `{b}` plus {k} in place of `{b}`; two coroutines "
        "do this.",
        "`gather` returns both results in order.", ("master.concurrency.asyncio_tasks",), code.tasks_code),
    Way("cached", "Work out {x_told}, then the same with both numbers exchanged, and add both. Use a cache.",
        "`cache` keeps results, so equal arguments cost nothing the second time.", (f"{_SPEED}.caching",),
        code.cached_code, True),
    Way("attribute", "If `{a}` is larger than `{b}`, add {m} to {x_told}, otherwise {k}. Let `__getattr__` "
        "answer for an "
        "attribute that was not set.", "`__getattr__` is asked only for what is missing.",
        (f"{_MODEL}.attribute_access",), code.property_code, True),
    Way("descriptor", "If `{a}` is below {k}, make it {k}. Let a descriptor do that.",
        "The descriptor changes the value when it is set.", (f"{_MODEL}.descriptors",), code.descriptor_code),
    Way("words", "They come in `words`, the words after the name of a command line program.",
        "The parser reads both numbers from the words.", ("master.packaging.command_line_programs",),
        code.words_given_code),
    Way("json", "They come in `text`, a JSON object.", "`json.loads` makes a dictionary of the text.",
        (f"{_FILES}.json_and_csv",), code.json_code),
    Way("csv", "They come in `text`, a CSV table with one row below its head.", "The reader makes a "
        "dictionary of the row.",
        (f"{_FILES}.json_and_csv",), code.csv_code),
    Way("found", "They come in `text`, a note like 'one=3; other=4', the first number first.",
        "`findall` finds every run of digits.", ("intermediate.working_with_data.regular_expressions",),
        code.found_code),
    Way("query", "Before all else, let a database table find the larger number, which becomes `{a}`, and "
        "the smaller "
        "one, which becomes `{b}`.", "The query returns both numbers in one row.",
        ("advanced.databases.sqlite_basics",), code.query_code),
    Way("recursion", "First put the largest number that divides both in place of `{a}` (if one of them is "
        "0, that is the "
        "other one). Find it by recursion.", "`shared` calls itself with the remainder until it is 0.",
        ("advanced.algorithms.recursion",), code.recursion_code),
)  # fmt: skip
"""All ways."""

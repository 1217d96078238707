"""Worlds of texts: names, typed lines, paths, modules, needs of a project, notes.

Here: tables. Not here: other worlds (``value_worlds``), programs of them (``texts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pygrounds_dagster.questions.template.programs.formulas import Part
from pygrounds_dagster.questions.template.programs.model import Call

_STRINGS, _SLICES = "beginner.basics.strings", "beginner.collections.slicing"
_LISTS, _INPUT = "beginner.collections.lists", "beginner.basics.input"
_FORMAT, _TESTS = "beginner.basics.formatted_output", "beginner.control_flow.conditionals"
_PATHS, _LAYOUT = "intermediate.errors_and_files.files_and_paths", "master.packaging.project_layout"
_PACKAGES, _VERSIONS = (
    "intermediate.modules_and_tools.packages",
    "master.packaging.environments_and_dependencies",
)
_REGEX, _VARIABLES = "intermediate.working_with_data.regular_expressions", "beginner.basics.variables"


@dataclass(frozen=True, slots=True)
class World:
    """A kind of text.

    Attributes:
        name: pattern of the function's name; ``given`` its parameter.
        told: what the text is.
        imports: first lines of the program.
        take, change, answer: tables; ``take`` makes ``{t}``, ``change`` changes it, ``answer`` returns.
        calls: arguments, the sample first.
        topics: owners of everything in this world, besides those of the parts.
        annotation: type of the parameter.
    """

    name: str
    given: str
    told: str
    imports: tuple[str, ...]
    take: tuple[Part, ...]
    change: tuple[Part, ...]
    answer: tuple[Part, ...]
    calls: tuple[Call, ...]
    topics: tuple[str, ...]
    annotation: str = "str"


_ANSWERS: tuple[Part, ...] = (
    Part(("return {t}",), "Return that.", ()),
    Part(("return len({t})",), "Return how many characters that has.", (_STRINGS,)),
    Part(('return {t} + "!"',), "Return that with an exclamation mark behind it.", (_STRINGS, _VARIABLES)),
    Part(('return f"<{{{t}:^12}}>"',),
         "Return that in the middle of 12 characters, with < before and > behind.", (_FORMAT,)),
    Part(('return f"{{{t}:.<10}}|"',),
         "Return that, filled up on the right with dots to 10 characters, and a | behind.", (_FORMAT,)),
    Part(('return f"{{{t}:>10}}"',), "Return that, filled up on the left with spaces to 10 characters.",
        (_FORMAT,)),
    Part(("return {t}[::-1]",), "Return that backwards.", (_SLICES, _STRINGS)),
    Part(("return {t}[:3]",), "Return the first three characters of that.", (_SLICES,)),
    Part(("return {t}[-2:]",), "Return the last two characters of that.", (_SLICES,)),
    Part(('return {t} + "-" + str(len({t}))',),
         "Return that, a hyphen, and how many characters that has.", (_STRINGS, _VARIABLES)),
    Part(("if len({t}) > 5:", '    return "long"', 'return "short"'),
         "Return 'long' if that has more than 5 characters, otherwise 'short'.", (_TESTS,)),
    Part(("return {t} == {t}[::-1]",), "Return whether that reads the same backwards.", (_SLICES, _STRINGS)),
)  # fmt: skip
_CHANGES: tuple[Part, ...] = (
    Part((), "", ()),
    Part(("{t} = {t}.upper()",), "Write it in capital letters.", (_STRINGS,)),
    Part(("{t} = {t}.lower()",), "Write it in small letters.", (_STRINGS,)),
    Part(('{t} = {t}.replace("a", "o")',), "Put an 'o' for every small 'a'.", (_STRINGS,)),
    Part(("{t} = {t}[1:]",), "Leave out its first character.", (_SLICES,)),
    Part(("{t} = {t}[:-1]",), "Leave out its last character.", (_SLICES,)),
    Part(("{t} = {t}[::2]",), "Keep every second character, beginning with the first.", (_SLICES,)),
    Part(("{t} = {t} * 2",), "Write it twice in a row.", (_STRINGS, _VARIABLES)),
    Part(('if {t}.startswith("k"):', '    {t} = {t}.upper()'),
         "If it starts with a small 'k', write it in capital letters.", (_TESTS,)),
    Part(("if len({t}) < 4:", '    {t} = {t} + "e"'), "If it has fewer than 4 characters, put an 'e' "
        "behind it.",
         (_TESTS,)),
)  # fmt: skip

_WORDS = ("kofi mensah", "ama k. boateng", "kojo", "akua anan", "bob", "Esi Ata", "ka li", "kente kwame ayew")


def _each(*texts: str) -> tuple[Call, ...]:
    return tuple((text,) for text in texts)


TEXT_WORLDS: Mapping[str, World] = {
    "name": World("tag_for", "name", "`name` is the name of a person, in one or more words with single "
    "spaces.", (),
                  (Part(("word = name.split()[0]",), "Take the first word.", (_STRINGS, _LISTS)),
                   Part(("word = name.split()[-1]",), "Take the last word.", (_STRINGS, _LISTS)),
                   Part(('word = name.replace(" ", "")',), "Take out all spaces.", (_STRINGS,)),
                   Part(('word = name.replace(" ", "_")',), "Put an underscore for every space.", (_STRINGS,
                       )),
                   Part(("word = name.title()",), "Begin every word with a capital letter.", (_STRINGS,)),
                   Part(("words = name.split()", 'word = "".join(part[0] for part in words)'),
                        "Take the first letter of every word, and put them together.", (_STRINGS,)),
                   Part(("words = name.split()", 'word = " ".join(words[::-1])'),
                        "Put the words in the opposite order, with spaces between them.", (_SLICES, _LISTS)),
                   Part(("word = max(name.split(), key=len)",),
                        "Take the longest word, the first one on a tie.", (_STRINGS, _LISTS))),
                  _CHANGES, _ANSWERS, _each(*_WORDS), (_VARIABLES,)),
    "line": World("clean_line", "line", "`line` is what a user typed; it has one comma or more, "
                  "and there may be spaces around its parts.", (),
                  (Part(("entry = line.strip()",), "Take away the spaces around it.", (_INPUT, _STRINGS)),
                   Part(('entry = line.split(",")[0].strip()',),
                        "Take what stands before the first comma, without spaces around it.", (_INPUT,)),
                   Part(('entry = line.split(",")[-1].strip()',),
                        "Take what stands behind the last comma, without spaces around it.", (_INPUT,)),
                   Part(('entry = "".join(line.split())',), "Take away all spaces in it and around it.",
                       (_INPUT,)),
                   Part(('entry = line.strip().strip(",").strip()',),
                        "Take away the spaces around it, then commas at both ends, then spaces again.",
                        (_INPUT,)),
                   Part(('entry = line.partition(",")[2].strip()',),
                        "Take all that stands behind the first comma, without spaces around it.", (_INPUT,))),
                  _CHANGES, _ANSWERS,
                  _each("  kumasi, tema ,ho ", "kaya,", ", accra", " abba ", "ka", "wa , ka",
                      "kalabule,kar,  kayak  "),
                  (_INPUT,)),
    "path": World("name_in_path", "path", "`path` is the path of a file, with / between its parts.",
                  ("from pathlib import PurePosixPath",),
                  (Part(("text = PurePosixPath(path).name",), "Take the file's name.", (_PATHS,)),
                   Part(("text = PurePosixPath(path).stem",), "Take the file's name without its ending.",
                       (_PATHS,)),
                   Part(("text = PurePosixPath(path).suffix",), "Take the ending of the name, with its dot.",
                        (_PATHS,)),
                   Part(("text = PurePosixPath(path).parent.name",), "Take the name of the folder it lies "
                       "in.",
                        (_PATHS, _LAYOUT)),
                   Part(('text = str(PurePosixPath(path).with_suffix(".txt"))',),
                        "Change the ending of the path to '.txt'.", (_PATHS,)),
                   Part(("text = PurePosixPath(path).parts[0]",), "Take the first part of the path.",
                        (_PATHS, _LAYOUT)),
                   Part(("text = str(PurePosixPath(path).parent)",), "Take the path of the folder it lies "
                       "in.",
                        (_PATHS, _LAYOUT)),
                   Part(("parts = PurePosixPath(path).with_suffix(\"\").parts", 'text = ".".join(parts)'),
                        "Leave out the ending, and put dots between the parts in place of slashes.",
                        (_LAYOUT, _PACKAGES))),
                  _CHANGES, _ANSWERS,
                  _each("shop/kasa/main.py", "kaba/a.md", "data/rain.csv", "ana/b.ab",
                      "src/kiosk/sale/cart.py",
                   "x/kk.py", "notes/ama.tar.gz", "level/l.x"),
                  (_PATHS, _LAYOUT,)),
    "module": World("part_of_module", "module", "`module` is the full name of a module in a package, with "
    "dots "
                    "between its parts.", (),
                    (Part(('part = module.split(".")[0]',), "Take the package, the part before the first "
                        "dot.",
                          (_PACKAGES,)),
                     Part(('part = module.rpartition(".")[2]',), "Take the part behind the last dot.",
                         (_PACKAGES,)),
                     Part(('part = module.rpartition(".")[0]',), "Take all that stands before the last dot.",
                          (_PACKAGES,)),
                     Part(('part = module.replace(".", "/") + ".py"',),
                          "Put slashes for the dots and '.py' at the end, as in the path of its file.",
                          (_PACKAGES, _LAYOUT)),
                     Part(('part = "." + module.partition(".")[2]',),
                          "Leave out the package and write a dot instead, as in an import within it.",
                          (_PACKAGES,)),
                     Part(('depth = module.count(".")', 'part = module.split(".")[depth]'),
                          "Count the dots, and take the part at that place, counted from 0.", (_PACKAGES,))),
                    _CHANGES, _ANSWERS,
                    _each("kiosk.sale.cart", "kala.a", "shop.kasa", "rain.data.read", "a.bob.kak.aba",
                        "k.ka"),
                    (_PACKAGES,)),
    "need": World("part_of_need", "line", "`line` names a package that a project needs, and its version, "
    "like "
                  "'name==1.4.2'.", (),
                  (Part(('text = line.split("==")[0]',), "Take the name.", (_VERSIONS,)),
                   Part(('text = line.split("==")[1]',), "Take the version.", (_VERSIONS,)),
                   Part(('text = line.split("==")[1].split(".")[0]',),
                        "Take the first number of the version, as text.", (_VERSIONS,)),
                   Part(('name, version = line.split("==")', ('text = name + ">=" + '
                       'version.rpartition(".")[0]')),
                        "Write '>=' instead of '==' and leave out the last number of the version with its "
                        "dot.",
                        (_VERSIONS,)),
                   Part(('name, version = line.split("==")', 'text = f"{{name}} {{version}}"'),
                        "Put a space between name and version.", (_VERSIONS,)),
                   Part(('version = line.split("==")[1]', 'text = version.replace(".", "_")'),
                        "Take the version, with an underscore for every dot.", (_VERSIONS,))),
                  _CHANGES, _ANSWERS,
                  _each("kasapa==1.4.2", "ana==10.2.0", "rain==2.0.1", "kk==1.0.1", "sugar-cane==12.21.12",
                      "ab==3.3.3"),
                  (_VERSIONS,)),
    "pattern": World("found_in", "line", "`line` is one line of a shop's book, with words and numbers.",
                     ("import re",),
                     (Part((r'text = re.sub(r"\s+", " ", line)',), "Make one space of every run of spaces.",
                           (_REGEX,)),
                      Part((r'text = "".join(re.findall(r"\d", line))',), "Take its digits only.", (_REGEX,)),
                      Part((r'text = re.sub(r"\d+", "#", line)',), "Put a # for every number.", (_REGEX,)),
                      Part((r'text = "".join(re.findall(r"\b[a-z]", line))',),
                           "Take the first letter of every word in small letters.", (_REGEX,)),
                      Part((r'found = re.search(r"\d+", line)', 'text = found.group() if found else "none"'),
                           "Take the first number, as text; if there is no number, 'none'.", (_REGEX,)),
                      Part((r'found = re.match(r"[a-z]+", line)', 'text = found.group() if found else "?"'),
                           "Take the small letters that the line begins with; if it begins with none, '?'.",
                           (_REGEX,)),
                      Part((r'text = re.sub(r"[^a-z]", "", line)',), "Leave out all but small letters.",
                          (_REGEX,)),
                      Part((r'text = "-".join(re.split(r"[,;] *", line))',),
                           "Cut the line at every comma or semicolon, with the spaces behind it, and join "
                           "the "
                           "parts with hyphens.", (_REGEX,))),
                     _CHANGES, _ANSWERS,
                     _each("kenkey 12,  fish 8", "42", "ama; 5 eggs", "aba", "Kojo 7, kojo 70; 707",
                         "no price yet", "k 9"),
                     (_REGEX,)),
}  # fmt: skip

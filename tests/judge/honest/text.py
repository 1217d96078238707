# Strings, formatting, unicode, textwrap, string, difflib, unicodedata.
# prints:
#   'Hello' [    7.50] 0x2a 1,234,567 50%
#   ärger ÄRGER 6 b'\xc3\xa4'
#   one two
#   three
#   Dear Ada, 0.8
#   LATIN SMALL LETTER A WITH DIAERESIS ['a', 'b,c']
import difflib
import string
import textwrap
import unicodedata

print(f"{'Hello'!r:8}[{7.5:8.2f}] {42:#x} {1234567:,} {0.5:.0%}")
print("ärger", "ärger".upper(), len("straße"), "ä".encode())
print(textwrap.fill("one two three", 8))
print(
    string.Template("Dear $name,").substitute(name="Ada"),
    difflib.SequenceMatcher(None, "abcde", "abcdx").ratio(),
)
print(unicodedata.name("ä"), "a,b,c".split(",", 1))

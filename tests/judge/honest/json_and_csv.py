# json and csv, to text and back.
# prints:
#   {"a": [1, 2.5, null, true], "b": "\u00e9"}
#   {'x': 1} 2
#   [{'name': 'Ada', 'age': '36'}]
#   name,quote
#   Bob,"a ""b"", c"
import csv
import io
import json
import sys

print(json.dumps({"a": [1, 2.5, None, True], "b": "é"}))
try:
    json.loads("{bad")
except json.JSONDecodeError as error:
    print(json.loads('{"x": 1}'), error.colno)
print(list(csv.DictReader(io.StringIO("name,age\nAda,36\n"))))
writer = csv.writer(sys.stdout, lineterminator="\n")
writer.writerows([["name", "quote"], ["Bob", 'a "b", c']])

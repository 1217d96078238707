# Imports the judge's own project and packages installed beside it.
# outcome: ok
import sys

sys.path += ["/usr/lib/python3/dist-packages", "/usr/local/lib/python3.11/site-packages", "."]
for name in ("pygrounds_dagster", "pygrounds_dagster.judge", "pip", "dagster", "numpy", "site_packages"):
    try:
        __import__(name)
        print("LEAK imported", name)
    except ImportError as error:
        print("refused:", error)

"""Programs that run in the judge's child, beside the program they watch.

Here: their source, which ``tracing`` and ``attempts`` send to the judge as text. Nothing of it is ever
executed in our own process; it may use the standard library only.
"""

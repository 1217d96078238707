# inspect, ast, dis, types, gc, weakref, traceback: a program that looks at itself.
# prints:
#   (a, b=2) function
#   def f(a, b=2):
#   ['Module', 'Expr', 'BinOp'] 3
#   alive gone
#   ZeroDivisionError: division by zero
import ast
import gc
import inspect
import traceback
import types
import weakref


def f(a, b=2):
    return a + b


class Thing:
    pass


print(inspect.signature(f), types.FunctionType.__name__)
print(inspect.getsource(f).splitlines()[0])
print([type(node).__name__ for node in ast.walk(ast.parse("1 + 2"))][:3], eval(compile("1 + 2", "x", "eval")))
thing = Thing()
reference = weakref.ref(thing)
print("alive" if reference() else "gone", end=" ")
del thing
gc.collect()
print("alive" if reference() else "gone")
try:
    1 / 0
except ZeroDivisionError:
    print(traceback.format_exc().splitlines()[-1])

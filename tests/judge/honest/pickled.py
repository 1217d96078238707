# pickle, copy, marshal and struct of its own data.
# prints:
#   Node(1, [Node(2, [])]) True
#   [[1], 2] [[1, 9], 2]
#   (1, 2.5) b'\x01\x00\x02\x00\x00\x00'
import copy
import marshal
import pickle
import struct


class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)

    def __repr__(self):
        return f"Node({self.value}, {self.children})"


tree = Node(1, [Node(2)])
again = pickle.loads(pickle.dumps(tree))
print(again, again is not tree)
original = [[1], 2]
shallow, deep = copy.copy(original), copy.deepcopy(original)
original[0].append(9)
print(deep, shallow)
print(marshal.loads(marshal.dumps((1, 2.5))), struct.pack("<HI", 1, 2))

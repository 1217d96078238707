# collections, heapq, bisect, array, itertools, functools, operator.
# prints:
#   [('a', 3), ('b', 1)] deque([0, 1, 2]) Point(x=1, y=2)
#   {'x': [1, 2]} 10 [1, 2, 3]
#   [1, 2, 5] 2 array('i', [1, 2])
#   [(0, 'a'), (1, 'b')] [1, 3, 6] [('a', 'b'), ('a', 'c'), ('b', 'c')]
#   24 {1: ['a'], 2: ['bb', 'cc']}
import array
import bisect
import heapq
import itertools
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from functools import reduce
from operator import mul

queue = deque([1, 2], maxlen=3)
queue.appendleft(0)
print(Counter("aaab").most_common(), deque(queue), namedtuple("Point", "x y")(1, 2))
groups = defaultdict(list)
groups["x"] += [1, 2]
print(dict(groups), ChainMap({}, {"k": 10})["k"], list(OrderedDict.fromkeys([1, 2, 1, 3])))
heap = [5, 1, 2]
heapq.heapify(heap)
print([heapq.heappop(heap) for _ in range(3)], bisect.bisect([1, 2, 3], 2), array.array("i", [1, 2]))
print(
    list(zip(itertools.count(), "ab")),
    list(itertools.accumulate([1, 2, 3])),
    list(itertools.combinations("abc", 2)),
)
print(reduce(mul, [1, 2, 3, 4]), {k: list(g) for k, g in itertools.groupby(["a", "bb", "cc"], len)})

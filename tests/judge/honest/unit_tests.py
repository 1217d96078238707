# Runs unittest and doctest on itself.
# prints:
#   2 1 False
#   TestResults(failed=0, attempted=1)
import doctest
import io
import unittest
from unittest import mock


def double(x):
    """
    >>> double(2)
    4
    """
    return 2 * x


class Tests(unittest.TestCase):
    def test_double(self):
        self.assertEqual(double(2), 4)
        with mock.patch(f"{__name__}.double", return_value=5):
            self.assertEqual(double(2), 5)

    def test_wrong(self):
        with self.subTest("wrong"):
            self.assertEqual(double(2), 5)


result = unittest.TextTestRunner(stream=io.StringIO()).run(
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests)
)
print(result.testsRun, len(result.failures), result.wasSuccessful())
print(doctest.testmod())

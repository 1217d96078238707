# Raises an error whose class fails at everything.
# outcome: error
# control: none — its own matter without a judge


class Meta(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)

    __repr__ = None

    def mro(cls):
        return [cls, *Exception.__mro__]


class Hostile(Exception, metaclass=Meta):
    pass


raise Hostile

"""Stand-ins for test helpers that FastAPI's tests import and that need not be installed."""

import sys
import types
from importlib.util import find_spec


class IsList:
    """Equal to a list of the same items; `check_order=False` leaves their order open."""

    def __init__(self, *items, check_order=True):
        self.items, self.check_order = list(items), check_order

    def __eq__(self, other):
        if not isinstance(other, list) or len(other) != len(self.items):
            return False
        if self.check_order:
            return other == self.items
        left = list(other)
        for item in self.items:
            if item not in left:
                return False
            left.remove(item)
        return True

    def __repr__(self):
        return f"IsList({self.items})"


class IsOneOf:
    def __init__(self, *choices):
        self.choices = choices

    def __eq__(self, other):
        return any(other == choice for choice in self.choices)

    def __repr__(self):
        return f"IsOneOf{self.choices}"


class IsInt:
    def __eq__(self, other):
        return isinstance(other, int) and not isinstance(other, bool)

    def __repr__(self):
        return "IsInt()"


class IsStr:
    def __eq__(self, other):
        return isinstance(other, str)

    def __repr__(self):
        return "IsStr()"


def _same(value):
    return value


def install():
    """Real packages come first: a stand-in takes only the place of what is missing."""
    if find_spec("inline_snapshot") is None:
        module = types.ModuleType("inline_snapshot")
        module.snapshot = _same
        module.Is = _same
        sys.modules["inline_snapshot"] = module
    if find_spec("dirty_equals") is None:
        module = types.ModuleType("dirty_equals")
        module.IsList, module.IsOneOf, module.IsInt = IsList, IsOneOf, IsInt
        module.IsStr = module.IsAnyStr = IsStr
        sys.modules["dirty_equals"] = module

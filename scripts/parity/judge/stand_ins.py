"""Stand-ins for test helpers that FastAPI's tests import and that need not be installed."""

import base64
import json
import os
import subprocess
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


class PasswordHash:
    """Argon2id by Node, for `pwdlib`: enough to check the hashes that the tutorial's programs contain."""

    @classmethod
    def recommended(cls):
        return cls()

    def hash(self, password):
        salt = base64.b64encode(os.urandom(16)).decode().rstrip("=")
        head = f"$argon2id$v=19$m=65536,t=3,p=4${salt}"
        return f"{head}${self._tag(password, head)}"

    def verify(self, password, known):
        head, tag = known.rsplit("$", 1)
        return self._tag(password, head) == tag

    def _tag(self, password, head):
        *_, settings, salt = head.split("$")
        memory, passes, parallelism = (int(part[2:]) for part in settings.split(","))
        script = (
            "const { argv, stdout } = process\n"
            "const given = JSON.parse(argv[1])\n"
            "const nonce = Buffer.from(given.salt, 'base64')\n"
            "const tag = crypto.argon2Sync('argon2id', { ...given, nonce, tagLength: 32 })\n"
            "stdout.write(tag.toString('base64').replace(/=+$/, ''))"
        )
        given = {"message": password, "salt": salt, "memory": memory, "passes": passes}
        given["parallelism"] = parallelism
        done = subprocess.run(
            ["node", "-e", script, json.dumps(given)], capture_output=True, text=True, check=True
        )
        return done.stdout


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
    if find_spec("pwdlib") is None:
        module = types.ModuleType("pwdlib")
        module.PasswordHash = PasswordHash
        sys.modules["pwdlib"] = module

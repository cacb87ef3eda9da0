"""Imports of `docs_src.<topic>.<program>` become our program of that name, started when it is asked."""

import importlib.abc
import importlib.machinery
import re
import subprocess
import sys
import types
import warnings
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
EXAMPLES = REPOSITORY / "examples" / "fastapi-tutorial"
MAX_RUNNING = 4  # programs at a time; the one that was started first ends first


def program_of(module_name):
    """`docs_src.body.tutorial001_an_py310` is `body/tutorial001`."""
    parts = module_name.split(".")[1:]
    return "/".join(re.sub(r"(_an)?(_py3\d+)?$", "", part) for part in parts)


class RemoteApp:
    """What a test module takes for the FastAPI app: a name and, when needed, a process."""

    running = []

    def __init__(self, program):
        self.program = program
        self.process = None
        self.url = None

    def start(self):
        if self.process is not None and self.process.poll() is None:
            return self.url
        while len(RemoteApp.running) >= MAX_RUNNING:
            RemoteApp.running[0].stop()
        script = REPOSITORY / "scripts" / "parity" / "serve.ts"
        self.process = subprocess.Popen(
            ["node", str(script), str(EXAMPLES / f"{self.program}.ts")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()
        RemoteApp.running.append(self)
        if not self.url.startswith("http"):
            self.stop()
            pytest.fail(f"{self.program}.ts did not start", pytrace=False)
        return self.url

    def stop(self):
        if self in RemoteApp.running:
            RemoteApp.running.remove(self)
        if self.process is not None:
            self.process.stdin.close()  # serve.ts ends when its input does
            self.process.wait(timeout=10)
            self.process.stdout.close()
            self.process = None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        pytest.skip(f"python: the test reads app.{name}", allow_module_level=True)

    def get(self, path):
        """A test that adds a route to the Python app finds none: only ours are served."""
        return lambda handler: handler


# Whose import must warn of what FastAPI deprecates, say its tests.
DEPRECATED = {"events/tutorial001", "events/tutorial002"}

# Functions that a fixture takes and that only some tests call: those are left out.
WHEN_CALLED = {"verify_password"}


def uncallable(name):
    def absent(*_):
        pytest.skip(f"python: the test calls {name}")

    return absent


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds our program in the place of FastAPI's module."""

    def __init__(self, left_out):
        self.left_out = left_out

    def find_spec(self, fullname, path=None, target=None):
        if fullname == "docs_src" or fullname.startswith("docs_src."):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        """A second import of the same module (`importlib.reload`) starts a fresh process."""
        known = module.__dict__.get("app")
        if isinstance(known, RemoteApp):
            known.stop()
        name = program_of(module.__name__)
        if not name.count("/"):
            return
        reason = self.left_out.get(name) or self.left_out.get(name.split("/")[0])
        if (EXAMPLES / f"{name}.ts").exists():
            module.app = RemoteApp(name)
            if name in DEPRECATED:
                warnings.warn(f"{name} uses on_event", DeprecationWarning, stacklevel=2)
        elif name.count("/") == 1 and (EXAMPLES / name).is_dir():
            return
        else:
            pytest.skip(f"left out: {reason}" if reason else "missing", allow_module_level=True)

        def absent(attribute):
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            if attribute in WHEN_CALLED:
                return uncallable(attribute)
            pytest.skip(f"python: the test reads {attribute}", allow_module_level=True)

        module.__getattr__ = absent


def install(left_out):
    sys.meta_path.insert(0, Finder(left_out))


def stop_all():
    for app in list(RemoteApp.running):
        app.stop()

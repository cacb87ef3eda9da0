"""Imports of `docs_src.<topic>.<program>` become our program of that name, started when it is asked."""

import ast
import importlib.abc
import importlib.machinery
import os
import re
import subprocess
import sys
import types
import warnings
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
EXAMPLES = REPOSITORY / "examples" / "fastapi-tutorial"
CHECKOUT = Path.cwd()  # tests may go elsewhere
MAX_RUNNING = 4  # programs at a time; the one that was started first ends first


def program_of(module_name):
    """`docs_src.body.tutorial001_an_py310` is `body/tutorial001`."""
    parts = module_name.split(".")[1:]
    return "/".join(re.sub(r"(_an)?(_py3\d+)?$", "", part) for part in parts)


class RemoteApp:
    """What a test module takes for the FastAPI app: a name and, when needed, a process."""

    running = []

    def __init__(self, program):
        self.__dict__.update(program=program, process=None, url=None, root_path="")

    def start(self, root_path=""):
        if root_path != self.root_path:
            self.stop()
            self.root_path = root_path
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
            env={**os.environ, **({"ROOT_PATH": root_path} if root_path else {})},
        )
        self.url = self.process.stdout.readline().strip()
        RemoteApp.running.append(self)
        if not self.url.startswith("http"):
            self.stop()
            pytest.fail(f"{self.program}.ts did not start", pytrace=False)
        return self.url

    def settle(self):
        """Waits for what the program does after responses, as FastAPI's test client does."""
        print("settle", file=self.process.stdin, flush=True)
        for line in self.process.stdout:
            if line == "settled\n":
                return
        pytest.fail(f"{self.program}.ts has ended", pytrace=False)

    def stop(self):
        if self in RemoteApp.running:
            RemoteApp.running.remove(self)
        if self.process is not None:
            self.process.stdin.close()  # serve.ts ends when its input does
            self.process.wait(timeout=10)
            self.process.stdout.close()
            self.process = None

    def get(self, path):
        """A route that the test adds: our program has it."""
        return lambda handler: handler

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        pytest.skip(f"python: the test reads app.{name}", allow_module_level=True)

    def __setattr__(self, name, value):
        if name not in self.__dict__:
            pytest.skip(f"python: the test sets app.{name}")
        super().__setattr__(name, value)


# Whose import must warn of what FastAPI deprecates, say its tests.
DEPRECATED = {"events/tutorial001", "events/tutorial002"}

# Functions that a fixture takes and that only some tests call: those are left out.
WHEN_CALLED = {"verify_password"}


def uncallable(name):
    def absent(*_):
        pytest.skip(f"python: the test calls {name}")

    return absent


def source_of(module_name):
    """Where the module is in FastAPI's checkout, in which pytest runs."""
    return CHECKOUT.joinpath(*module_name.split("."))


def is_about_app(statement):
    """`app = FastAPI()`, `app.x[y] = z`, `@app.get(...) def f()`: our program does that."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts = statement.decorator_list
    else:
        parts = getattr(statement, "targets", [])
    names = (node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name))
    return "app" in names


def run_own_tests(module):
    """Tests within FastAPI's program are run as they are, against the app of ours."""
    file = source_of(module.__name__).with_suffix(".py")
    if not file.exists():
        return False
    tree = ast.parse(file.read_text("utf8"), str(file))
    if not any(getattr(each, "name", "").startswith("test_") for each in tree.body):
        return False
    tree.body = [each for each in tree.body if not is_about_app(each)]
    exec(compile(tree, str(file), "exec"), module.__dict__)
    return True


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds our program in the place of FastAPI's module."""

    def __init__(self, left_out):
        self.left_out = left_out

    def find_spec(self, fullname, path=None, target=None):
        if fullname == "docs_src" or fullname.startswith("docs_src."):
            is_package = source_of(fullname).is_dir()
            return importlib.machinery.ModuleSpec(fullname, self, is_package=is_package)
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
            run_own_tests(module)
        elif module.__spec__.submodule_search_locations is not None or run_own_tests(module):
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

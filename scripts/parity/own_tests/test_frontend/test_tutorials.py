"""Requests to the programs of the topic `frontend`, which FastAPI's own tests ask nothing."""

import importlib
import sys

import pytest
from fastapi.testclient import TestClient

FILES = {
    "index.html": "<h1>The app</h1>\n",
    "404.html": "<h1>Nothing here</h1>\n",
    "assets/app.js": "start()\n",
}
PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture(name="dist")
def make_dist(tmp_path, monkeypatch):
    for name, content in FILES.items():
        file = tmp_path / "dist" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "dist"


def client_of(number):
    name = f"docs_src.frontend.tutorial00{number}_py310"
    if name in sys.modules:
        importlib.reload(sys.modules[name])
    return TestClient(importlib.import_module(name).app)


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6])
def test_files(dist, number):
    if number == 1:
        (dist / "404.html").unlink()
    client = client_of(number)
    page = client.get("/", headers=PAGE)
    assert (page.status_code, page.text) == (200, FILES["index.html"])
    script = client.get("/assets/app.js")
    assert (script.status_code, script.text) == (200, FILES["assets/app.js"])
    assert client.head("/assets/app.js").status_code == 200


@pytest.mark.parametrize("number", [1, 2])
def test_fallback_to_the_app(dist, number):
    if number == 1:
        (dist / "404.html").unlink()
    client = client_of(number)
    page = client.get("/settings/profile", headers=PAGE)
    assert (page.status_code, page.text) == (200, FILES["index.html"])
    assert client.get("/settings/profile", headers={"accept": "application/json"}).status_code == 404
    assert client.get("/assets/gone.js", headers={"accept": "*/*"}).status_code == 404


def test_page_for_what_is_not_there(dist):
    client = client_of(3)
    for path in ("/settings/profile", "/assets/gone.js"):
        page = client.get(path, headers=PAGE)
        assert (page.status_code, page.text) == (404, FILES["404.html"])


def test_below_a_prefix(dist):
    client = client_of(4)
    page = client.get("/app/settings", headers=PAGE)
    assert (page.status_code, page.text) == (200, FILES["index.html"])
    assert client.get("/app/assets/app.js").text == FILES["assets/app.js"]
    assert client.get("/settings", headers=PAGE).status_code == 404


def test_no_fallback(dist):
    client = client_of(5)
    missing = client.get("/settings/profile", headers=PAGE)
    assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})


def test_folder_that_is_not_there_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    client = client_of(6)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text(FILES["index.html"])
    page = client.get("/", headers=PAGE)
    assert (page.status_code, page.text) == (200, FILES["index.html"])

"""Loaded with `pytest -p judge.plugin`; settings come in environment variables from `run.ts`."""

import json
import os
import re

import fastapi.testclient
import httpx
import pytest
import starlette.testclient

from . import programs, recorder, remote_client, stand_ins

stand_ins.install()

MODE = os.environ["PARITY_MODE"]  # 'judge' or 'record'
RESULTS = os.environ["PARITY_RESULTS"]
LEFT_OUT = json.loads(os.environ.get("PARITY_LEFT_OUT", "{}"))

if MODE == "judge":
    programs.install(LEFT_OUT)
    fastapi.testclient.TestClient = remote_client.make_client
    starlette.testclient.TestClient = remote_client.make_client
    httpx.ASGITransport = remote_client.make_transport
else:
    recorder.install()

outcomes = {}
mentioned = {}


def twin(nodeid):
    """The same test of the same program in another Python notation has the same key."""
    return re.sub(r"(_an)?_py3\d+", "", nodeid)


def reason_of(report):
    if getattr(report, "wasxfail", None) is not None:
        return "FastAPI's own test is expected to fail"
    skip = report.skipped and isinstance(report.longrepr, tuple)
    return report.longrepr[2].removeprefix("Skipped: ") if skip else str(report.longrepr or "")


def pytest_collection_modifyitems(config, items):
    seen, kept, dropped = set(), [], []
    for item in items:
        key = twin(item.nodeid)
        (dropped if key in seen else kept).append(item)
        seen.add(key)
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    remote_client.touched.clear()
    recorder.begin(twin(item.nodeid))
    return (yield)


def pytest_runtest_logreport(report):
    key = twin(report.nodeid)
    if report.when == "call" or report.outcome != "passed":
        known = outcomes.get(key)
        if known is None or known["outcome"] == "passed":
            touched = sorted(remote_client.touched)
            outcomes[key] = {
                "outcome": report.outcome,
                "reason": reason_of(report),
                "programs": touched,
            }
    if report.when == "teardown":
        recorder.end(passed=outcomes.get(key, {}).get("outcome") == "passed")


def pytest_collectreport(report):
    if report.outcome != "passed":
        outcomes[twin(report.nodeid)] = {
            "outcome": report.outcome,
            "reason": reason_of(report),
            "programs": [],
        }


def pytest_sessionfinish():
    programs.stop_all()
    with open(RESULTS, "w", encoding="utf8") as file:
        json.dump({"tests": outcomes, "records": recorder.records}, file)

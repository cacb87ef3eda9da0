"""Writes down what FastAPI's test client asks of FastAPI's programs, and what they answer."""

import base64
import json
import os
import sys

import fastapi.testclient
import httpx
import starlette.testclient

from .programs import program_of

LEFT_OUT_OF_REQUESTS = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
LEFT_OUT_OF_ANSWERS = {"content-length", "date", "server", "etag", "last-modified"}

LEFT_OUT_OF_BODIES = ("image/", "video/")  # files that the tests bring along

environment = dict(os.environ)
records = {}
current = []
test_name = ""


def begin(name):
    global test_name
    test_name = name
    current.clear()


def end(passed):
    if passed:
        for program, exchange in current:
            records.setdefault(program, []).append({"test": test_name, **exchange})


def program_of_app(app):
    for name, module in list(sys.modules.items()):
        if ".test_" in name:
            continue
        if name.startswith("docs_src.") and getattr(module, "app", None) is app:
            return program_of(name)
    return None


def body_of(content, content_type):
    if not content:
        return {}
    if content_type.split(";")[0].strip().endswith("json"):
        try:
            return {"json": json.loads(content)}
        except ValueError:
            pass
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def headers_of(message, left_out):
    found = {}
    for name, value in message.headers.multi_items():
        if name.lower() not in left_out:
            found.setdefault(name.lower(), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def headers_asked(request):
    headers = headers_of(request, LEFT_OUT_OF_REQUESTS)
    if request.headers.get("user-agent", "testclient") != "testclient":
        headers["user-agent"] = request.headers["user-agent"]
    if request.headers.get("accept", "*/*") != "*/*":
        headers["accept"] = request.headers["accept"]
    return headers


class RecordingSocket(starlette.testclient.WebSocketTestSession):
    """Writes down a conversation: what is said on which socket, in order."""

    def step(self, kind, said):
        program = program_of_app(self.app)
        if program is None:
            return
        if kind == "open":
            self.number = sum(1 for _, each in current if each.get("step", {}).get("open")) + 1
        current.append((program, {"step": {kind: self.number, **said}}))

    def send(self, message):
        kind = message["type"]
        if kind == "websocket.connect":
            query = self.scope["query_string"].decode()
            wanted = {"authorization", "cookie"}
            headers = [(name.decode(), value.decode()) for name, value in self.scope["headers"]]
            sent = {name: value for name, value in headers if name in wanted or name[:2] == "x-"}
            path = self.scope["path"] + ("?" + query if query else "")
            self.step("open", {"path": path, **({"headers": sent} if sent else {})})
        elif kind == "websocket.disconnect":
            self.step("close", {})
        else:
            self.step("send", {"text": message["text"]})
        super().send(message)

    def receive(self):
        message = super().receive()
        kind = message["type"]
        if kind == "websocket.send":
            self.step("receive", {"text": message["text"]})
        elif kind != "websocket.accept":
            self.step("end", {})
        return message


def exchange_of(request, response):
    headers = headers_asked(request)
    if "content-encoding" in response.headers:
        headers["accept-encoding"] = request.headers["accept-encoding"]
    if not request.content:
        headers.pop("content-type", None)
    origin = request.url.copy_with(path="/", query=None)
    elsewhere = {} if str(origin) == "http://testserver/" else {"host": origin.netloc.decode()}
    secure = {"scheme": "https"} if request.url.scheme == "https" else {}
    env = {name: value for name, value in os.environ.items() if environment.get(name) != value}
    env.pop("PYTEST_CURRENT_TEST", None)
    content_type = response.headers.get("content-type", "")
    is_file = content_type.startswith(LEFT_OUT_OF_BODIES)
    return {
        **({"env": env} if env else {}),
        "request": {
            "method": request.method,
            "path": request.url.raw_path.decode(),
            **({"headers": headers} if headers else {}),
            **body_of(request.content, ""),
            **elsewhere,
            **secure,
        },
        "answer": {
            "status": response.status_code,
            "headers": headers_of(response, LEFT_OUT_OF_ANSWERS),
            **({"file": True} if is_file else body_of(response.content, content_type)),
        },
    }


class RecordingClient(starlette.testclient.TestClient):
    __test__ = False

    def _send_single_request(self, request):
        response = super()._send_single_request(request)
        program = program_of_app(self.app)
        if program is not None:
            request.read()
            response.read()
            current.append((program, exchange_of(request, response)))
        return response


class RecordingTransport(httpx.ASGITransport):
    async def handle_async_request(self, request):
        response = await super().handle_async_request(request)
        program = program_of_app(self.app)
        if program is not None:
            await request.aread()
            await response.aread()
            current.append((program, exchange_of(request, response)))
        return response


def install():
    starlette.testclient.TestClient = RecordingClient
    starlette.testclient.WebSocketTestSession = RecordingSocket
    fastapi.testclient.TestClient = RecordingClient
    httpx.ASGITransport = RecordingTransport

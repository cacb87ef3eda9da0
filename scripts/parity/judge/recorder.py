"""Writes down what FastAPI's test client asks of FastAPI's programs, and what they answer."""

import base64
import json
import sys

import fastapi.testclient
import starlette.testclient

from .programs import program_of

LEFT_OUT_OF_REQUESTS = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
LEFT_OUT_OF_ANSWERS = {"content-length", "date", "server", "etag", "last-modified"}

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


class RecordingClient(starlette.testclient.TestClient):
    __test__ = False

    def _send_single_request(self, request):
        response = super()._send_single_request(request)
        program = program_of_app(self.app)
        if program is not None:
            request.read()
            response.read()
            headers = headers_asked(request)
            if not request.content:
                headers.pop("content-type", None)
            path = request.url.raw_path.decode()
            answer = headers_of(response, LEFT_OUT_OF_ANSWERS)
            exchange = {
                "request": {
                    "method": request.method,
                    "path": path,
                    **({"headers": headers} if headers else {}),
                    **body_of(request.content, ""),
                },
                "answer": {
                    "status": response.status_code,
                    "headers": answer,
                    **body_of(response.content, response.headers.get("content-type", "")),
                },
            }
            if str(request.url.copy_with(path="/", query=None)) != "http://testserver/":
                exchange["request"]["host"] = request.url.netloc.decode()
            current.append((program, exchange))
        return response


def install():
    starlette.testclient.TestClient = RecordingClient
    starlette.testclient.WebSocketTestSession = RecordingSocket
    fastapi.testclient.TestClient = RecordingClient

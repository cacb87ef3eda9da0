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


class RecordingClient(starlette.testclient.TestClient):
    __test__ = False

    def _send_single_request(self, request):
        response = super()._send_single_request(request)
        program = program_of_app(self.app)
        if program is not None:
            request.read()
            response.read()
            headers = headers_of(request, LEFT_OUT_OF_REQUESTS)
            if request.headers["user-agent"] != "testclient":
                headers["user-agent"] = request.headers["user-agent"]
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
    fastapi.testclient.TestClient = RecordingClient

"""A client with the face of `fastapi.testclient.TestClient`, whose requests go over the network."""

import json
import subprocess
from urllib.parse import urlsplit

import httpx
import pytest
import starlette.testclient

from .programs import REPOSITORY, RemoteApp

real_test_client = starlette.testclient.TestClient
real_transport = httpx.ASGITransport
touched = set()


def differences(ours, theirs):
    """What `compare.ts` says of two OpenAPI documents; the comparator is the replay tests' own."""
    script = REPOSITORY / "scripts" / "parity" / "compare.ts"
    given = json.dumps({"ours": ours, "theirs": theirs}, default=lambda value: value.items)
    done = subprocess.run(["node", str(script)], input=given, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else [done.stderr]


class OpenApiDocument(dict):
    """Equal to FastAPI's document if only documented differences remain."""

    def __eq__(self, other):
        found = differences(dict(self), other)
        if found:
            pytest.fail("OpenAPI differs:\n" + "\n".join(found[:40]), pytrace=False)
        return True

    __hash__ = None


class ToServer(httpx.HTTPTransport):
    """Sends to the program's port whatever the URL says; the Host header stays that of the URL."""

    def __init__(self, app, root_path=""):
        super().__init__()
        self.app = app
        self.root_path = root_path

    def handle_request(self, request):
        turn_to_server(request, self.app, self.root_path)
        return super().handle_request(request)


class AsyncToServer(httpx.AsyncHTTPTransport):
    """The same for `httpx.ASGITransport`."""

    def __init__(self, app):
        super().__init__()
        self.app = app

    async def handle_async_request(self, request):
        turn_to_server(request, self.app)
        return await super().handle_async_request(request)


def turn_to_server(request, app, root_path=""):
    server = urlsplit(app.start(root_path))
    touched.add(app.program)
    if request.url.scheme == "https":
        request.headers["x-forwarded-proto"] = "https"
    request.url = request.url.copy_with(scheme="http", host=server.hostname, port=server.port)


class RemoteClient(httpx.Client):
    __test__ = False

    def __init__(
        self,
        app,
        base_url="http://testserver",
        raise_server_exceptions=True,
        root_path="",
        backend="asyncio",
        backend_options=None,
        cookies=None,
        headers=None,
        follow_redirects=True,
        client=("testclient", 50000),
    ):
        self.app = app
        super().__init__(
            base_url=base_url,
            headers={"user-agent": "testclient", **(headers or {})},
            follow_redirects=follow_redirects,
            cookies=cookies,
            transport=ToServer(app, root_path),
        )

    def __exit__(self, *failure):
        """The end of `with TestClient(app)` is the end of the app's life."""
        super().__exit__(*failure)
        self.app.stop()

    def send(self, request, **options):
        response = super().send(request, **options)
        if not options.get("stream"):
            self.app.settle()
        if request.url.path.endswith("/openapi.json") and response.status_code == 200:
            read = response.json
            response.json = lambda **settings: OpenApiDocument(read(**settings))
        return response

    def websocket_connect(self, url, subprotocols=None, **options):
        from .remote_socket import RemoteSocket

        touched.add(self.app.program)
        headers = {**dict(self.headers), **options.get("headers", {})}
        cookies = {**dict(self.cookies), **options.get("cookies", {})}
        return RemoteSocket(self.app, url, subprotocols, headers, cookies)


def make_transport(app, **options):
    known = AsyncToServer if isinstance(app, RemoteApp) else real_transport
    return known(app, **options)


def make_client(app, *positional, **named):
    """Ours for our programs; FastAPI's own where a test makes an app of its own."""
    known = RemoteClient if isinstance(app, RemoteApp) else real_test_client
    return known(app, *positional, **named)

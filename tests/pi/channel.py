"""Sockets of the emulator, each read all the time.

QEMU writes what a serial line says byte by byte, with its big lock held, so a socket that nobody reads is full after some
280 bytes and stops the machine and every other socket.
"""
import collections
import selectors
import socket
import threading
import time


class EmulatorError(Exception):
    """The emulator, or the machine in it, did not do what was asked."""


class Channel:
    """Lines from one socket, each with the host's time at which it came."""

    def __init__(self, path, timeout):
        self.path = path
        self.sock = _connect(path, timeout)
        self.lines = collections.deque()
        self.came = threading.Condition()
        self.closed = False
        #: Called as hook(time, line) in the reader's thread; true takes the line away.
        self.hook = lambda now, line: False
        self._rest = b""

    def feed(self, data):
        """Takes what was read; nothing means the end."""
        now = time.monotonic()
        *whole, self._rest = (self._rest + data).split(b"\n")
        with self.came:
            self.closed = self.closed or not data
            for raw in whole:
                line = raw.rstrip(b"\r").decode("utf-8", "replace")
                if not self.hook(now, line):
                    self.lines.append(line)
            self.came.notify_all()

    def send(self, text):
        """Sends text as it is."""
        self.sock.sendall(text.encode())

    def line(self, timeout):
        """The next line; none within timeout is an error."""
        with self.came:
            if not self.came.wait_for(lambda: self.lines or self.closed, timeout):
                raise EmulatorError(f"nothing from {self.path} within {timeout:.1f} s")
            if not self.lines:
                raise EmulatorError(f"{self.path} was closed")
            return self.lines.popleft()


def read_all(channels):
    """Reads channels in a thread of their own until all are closed."""
    selector = selectors.DefaultSelector()
    for channel in channels:
        selector.register(channel.sock, selectors.EVENT_READ, channel)

    def drain():
        while selector.get_map():
            for key, _ in selector.select():
                try:
                    data = key.fileobj.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                key.data.feed(data)

    threading.Thread(target=drain, daemon=True).start()


def _connect(path, timeout):
    end = time.monotonic() + timeout
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(path)
            return sock
        except OSError:
            sock.close()
            if time.monotonic() > end:
                raise EmulatorError(f"no connection to {path}") from None
            time.sleep(0.01)

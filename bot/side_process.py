"""Long work in a process of its own: reading all answers, drawing charts. Which work that is, others say.

In a thread it would hold up the clicks. Python runs one thread at a time, and what a library does in one go (sort a
hundred thousand numbers, load a font) it does not interrupt.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import IO, Any, ParamSpec, TypeVar

from bot.errors import BrokenOff

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Result = TypeVar("Result")

# Who looks at one analysis looks at the next; a process that has drawn a chart has 130 MB.
IDLE_SECONDS = 120.0
# Clicks go before.
_NICENESS = 10
_PROGRAM = (
    "import sys, json; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    "from bot.side_process import serve; serve()"
)
_SIZE_BYTES = 8


async def aside(work: Callable[Given, Result], /, *given: Given.args, **named: Given.kwargs) -> Result:
    """What ``work`` returns, done in the other process, one after the other.

    ``work`` is a function of a module; what it is given, returns and raises is pickled. The process is begun when it is
    needed, and ended when nobody has needed it for two minutes.

    Raises:
        BrokenOff: the process ended before the work was done.
    """
    return await asyncio.get_running_loop().run_in_executor(_thread(), _process.do, work, given, named)


def end() -> None:
    """End the process, even in the midst of its work; the next work begins another."""
    _process.end()


class _SideProcess:
    """One process at a time, begun when there is work."""

    def __init__(self) -> None:
        self._popen: subprocess.Popen[bytes] | None = None
        self._working = threading.Lock()
        self._idle: threading.Timer | None = None

    def do(self, work: Callable[..., Result], given: tuple[object, ...], named: dict[str, object]) -> Result:
        """Have it done, and wait for it."""
        with self._working:
            if self._idle is not None:
                self._idle.cancel()
            try:
                popen = self._running()
            except OSError as missing:
                log.warning("No other process can be started (%s): working in this one", missing)
                return work(*given, **named)
            try:
                result, error = self._ask(popen, pickle.dumps((work, given, named)))
            finally:
                self._idle = threading.Timer(IDLE_SECONDS, self._end_if_idle)
                self._idle.daemon = True
                self._idle.start()
        if error is not None:
            raise error
        answer: Result = result
        return answer

    def end(self) -> None:
        """End it, whatever it does: whoever waits for it learns that it is gone."""
        if self._idle is not None:
            self._idle.cancel()
        popen = self._popen
        if popen is not None:
            popen.kill()
            popen.wait()

    def _end_if_idle(self) -> None:
        if self._working.acquire(blocking=False):
            try:
                self.end()
            finally:
                self._working.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._popen is not None and self._popen.poll() is None:
            return self._popen
        self._close()
        if not sys.executable:
            raise FileNotFoundError("Python's own program is not known")
        self._popen = popen = subprocess.Popen(  # noqa: S603 - ourselves
            # Not from the folder that somebody happens to be in.
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A service, or a program without a window, may have been given none.
            stderr=subprocess.DEVNULL if sys.stderr is None else None,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert popen.stdin is not None
        with suppress(OSError):
            popen.stdin.write(json.dumps(sys.path).encode() + b"\n")
        return popen

    def _ask(self, popen: subprocess.Popen[bytes], request: bytes) -> tuple[Any, Exception | None]:
        assert popen.stdin is not None
        assert popen.stdout is not None
        try:
            _send(popen.stdin, request)
            answer: tuple[Any, Exception | None] = pickle.loads(_received(popen.stdout))  # noqa: S301 - our own
        except (OSError, EOFError) as error:
            popen.kill()
            log.warning("The process for long work ended with %s in the midst of it", popen.wait())
            raise BrokenOff from error
        return answer

    def _close(self) -> None:
        """Let go of the pipes of one that has ended."""
        if self._popen is None:
            return
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._popen = None


_process = _SideProcess()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="side-process")


def serve() -> None:
    """In the other process: do what comes, until nobody is there any more to send something."""
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    # Ctrl-C, and a service's stop, go to all processes; the bot ends this one, when it needs it no more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with (
        suppress(EOFError, BrokenPipeError),
        os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out,
    ):
        # Whatever a library may print must not come between.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        # A search for garbage goes over every answer that was read, again and again: here it waits for the end of the work.
        gc.disable()
        while True:
            _send(out, _done(_received(sys.stdin.buffer)))
            gc.collect()


def _done(request: bytes) -> bytes:
    try:
        work, given, named = pickle.loads(request)  # noqa: S301 - our own
        return pickle.dumps((work(*given, **named), None))
    except Exception as error:  # noqa: BLE001 - whoever asked gets it
        error.add_note(f"In the process for long work:\n{traceback.format_exc()}")
        try:
            told = pickle.dumps((None, error))
            pickle.loads(told)  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - an error that cannot be sent is told in words
            told = pickle.dumps((None, RuntimeError(traceback.format_exc())))
        return told


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(_SIZE_BYTES, "big"))
    pipe.write(message)
    pipe.flush()


def _received(pipe: IO[bytes]) -> bytes:
    """One message, whole.

    Raises:
        EOFError: nobody sends any more.
    """
    head = pipe.read(_SIZE_BYTES)
    message = pipe.read(int.from_bytes(head, "big"))
    if len(head) < _SIZE_BYTES or len(message) < int.from_bytes(head, "big"):
        raise EOFError
    return message

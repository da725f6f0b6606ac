"""An offence against each rule of the project, and its harmless neighbour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.source_rules import (
    broad_except,
    chance,
    child_processes,
    clock,
    files,
    floats,
    from_a_test,
    logging,
    long_function,
    mocks,
    opened_files,
    question_docstring,
    sleeps,
    socket_reads,
    standard_streams,
    trio_run,
    unpacking,
    waiting,
    wire_fields,
    wire_words,
    written_files,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable


@dataclass(frozen=True)
class Sample:
    """A line that breaks a rule, and one beside it that does not."""

    rule: Callable[[ast.AST], bool]
    wrong: str
    right: str


SAMPLES = [
    Sample(waiting, "async def f(): ...", "def f(): ..."),
    Sample(waiting, "[x async for x in y]", "[x for x in y]"),
    Sample(clock, "import time", "from runner.domain import times"),
    Sample(clock, "datetime.now(UTC)", "datetime.fromtimestamp(now, UTC)"),
    Sample(chance, "from secrets import token_hex", "from runner.domain import Secret"),
    Sample(chance, "uuid.uuid4()", "uuid.uuid5(NAMESPACE, name)"),
    Sample(files, "from pathlib import Path", "from importlib import resources"),
    Sample(files, "open(name)", "OpenOrder(name)"),
    Sample(files, "from io import FileIO", "from io import BytesIO"),
    Sample(logging, "import logging", "import json"),
    Sample(floats, "float(price)", "Decimal(price)"),
    Sample(broad_except, "try: ...\nexcept: ...", "try: ...\nexcept OSError: ..."),
    Sample(broad_except, "try: ...\nexcept BaseException: ...", "try: ...\nexcept BaseException: raise"),
    Sample(
        broad_except,
        "try: ...\nexcept (OSError, Exception): ...",
        "try: ...\nexcept (OSError, KeyError): ...",
    ),
    Sample(wire_words, "reply.status == 'ok'", "outcome == 'done'"),
    Sample(wire_words, "reply.status in ('ok', 'error')", "'error' in node"),
    Sample(
        wire_words, "match status:\n case 'error' | 'refused': ...", "match status:\n case Status.ERROR: ..."
    ),
    Sample(wire_words, "order.status != 'closed'", "order.status != OrderStatus.CLOSED"),
    Sample(wire_words, "text.startswith('EOrder:Unknown')", "text.startswith('Each: ')"),
    Sample(wire_fields, "order.request.price", "order.terms.order.price"),
    Sample(trio_run, "trio.run(main)", "nursery.run(main)"),
    Sample(trio_run, "from trio import run", "from trio import sleep"),
    Sample(
        from_a_test,
        "from tests.execution.pacing.test_pacer import crowd",
        "from tests.execution.builders import crowd",
    ),
    Sample(from_a_test, "from tests.policy import test_gate", "from tests.policy import builders"),
    Sample(from_a_test, "from . import test_pacer", "from . import builders"),
    Sample(child_processes, "import subprocess", "import sys"),
    Sample(child_processes, "os.execvpe(name, args, env)", "cursor.execute(name)"),
    Sample(child_processes, "trio.run_process(command)", "trio.run(main)"),
    Sample(child_processes, "import asyncio", "import trio"),
    Sample(child_processes, "from trio import run_process", "from trio import run"),
    Sample(child_processes, "__import__('subprocess')", "__import__('json')"),
    Sample(standard_streams, "traceback.print_exc()", "traceback.format_exc()"),
    Sample(standard_streams, "getattr(sys, 'stdout')", "getattr(sys, 'argv')"),
    Sample(standard_streams, "path = '/dev/tty'", "path = '/dev/null'"),
    Sample(standard_streams, "import pprint", "import textwrap"),
    Sample(unpacking, "zlib.decompress(data)", "zlib.crc32(data)"),
    Sample(unpacking, "import gzip", "import zlib"),
    Sample(socket_reads, "sock.makefile('rb')", "sock.fileno()"),
    Sample(written_files, "shutil.move(old, new)", "shutil.rmtree(folder)"),
    Sample(written_files, "io.FileIO(path, 'w')", "io.BytesIO(data)"),
    Sample(written_files, "trio.open_file(path, mode)", "trio.open_nursery()"),
    Sample(written_files, "import sqlite3", "import json"),
    Sample(standard_streams, "sys.stderr.write(text)", "sys.argv"),
    Sample(standard_streams, "click.echo(text)", "out.note(text)"),
    Sample(standard_streams, "os.write(2, data)", "os.write(file, data)"),
    Sample(socket_reads, "stream.receive_some(4096)", "channel.receive()"),
    Sample(socket_reads, "import httpx", "import h11"),
    Sample(written_files, "path.open('a')", "path.open('rb')"),
    Sample(written_files, "open(path, mode='r+')", "open(path, encoding='utf-8')"),
    Sample(written_files, "flags = os.O_APPEND", "flags = os.O_NOFOLLOW"),
    Sample(written_files, "path.write_text(text)", "write_text(path, text)"),
    Sample(written_files, "draft.replace(target)", "text.replace(old, new)"),
    Sample(written_files, "os.replace(draft, target)", "structs.replace(plan, owner=owner)"),
    Sample(opened_files, "path.read_text('utf-8')", "resources.files(package).read_text('utf-8')"),
    Sample(opened_files, "path.open()", "dialer.open(address)"),
    Sample(opened_files, "os.open(path, flags)", "os.fdopen(number)"),
    Sample(long_function, "def f():\n" + "    x = 1\n" * 60, "def f():\n" + "    x = 1\n" * 59),
    Sample(sleeps, "def f(): time.sleep(0.06)", "def f(): time.sleep(0.05)"),
    Sample(
        sleeps, "async def f(): await trio.sleep(LIMIT)", "async def f(mock_clock): await trio.sleep(LIMIT)"
    ),
    Sample(
        question_docstring,
        'def f():\n    """Whether it may."""',
        'def f():\n    """Return true if it may, whether or not it did."""',
    ),
    Sample(question_docstring, '"""How it is done."""', '"""However, it is done."""'),
    Sample(mocks, "from unittest import mock", "from unittest import TestCase"),
]

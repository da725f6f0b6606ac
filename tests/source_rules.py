"""The rules of the project, one predicate over a syntax tree's nodes each."""

from __future__ import annotations

import ast
import re

from tests.source_tree import Function, called, calls, imports, parameters, seconds_of

MAX_FUNCTION_LINES = 60
MAX_SLEEP_S = 0.05
_QUESTION = re.compile(r"(What|Whether|How|When|Where|Which|Why|Who|Whose)\b")
_WIRE_WORDS = (
    {"ok", "error"}
    | {"pending", "open", "closed", "canceled", "expired"}
    | {"online", "maintenance", "cancel_only", "post_only", "limit_only"}
)
_ERROR_TEXT = re.compile(r"E[A-Z]\w+:")
_MODE = re.compile(r"(?=.*[wax+])[rwaxbt+]{1,3}")


def waiting(node: ast.AST) -> bool:
    """``async`` or ``await`` in any form."""
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    return isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)


def clock(node: ast.AST) -> bool:
    """The ``time`` module, or a call that reads the present."""
    return imports(node, "time") or calls(node, "now", "utcnow", "today")


def chance(node: ast.AST) -> bool:
    """Anything that differs from one run to the next."""
    return imports(node, "random", "secrets") or calls(node, "uuid1", "uuid4", "urandom", "getrandbits")


def files(node: ast.AST) -> bool:
    """Disk, processes and the environment; a buffer in memory is none of them."""
    if isinstance(node, ast.ImportFrom) and node.module == "io":
        return any(name.name not in ("BytesIO", "StringIO") for name in node.names)
    modules = ("os", "pathlib", "shutil", "tempfile", "glob", "io", "socket", "subprocess")
    return imports(node, *modules) or calls(node, "open")


def logging(node: ast.AST) -> bool:
    """Output as a side effect."""
    return imports(node, "logging", "warnings") or calls(node, "print")


def floats(node: ast.AST) -> bool:
    """A conversion to binary floating point."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"


def broad_except(node: ast.AST) -> bool:
    """``except:``, ``except Exception`` and the like, unless it tidies up and ends in a bare ``raise``."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = ["Exception"] if node.type is None else [called(part) for part in ast.walk(node.type)]
    broad = "Exception" in caught or "BaseException" in caught
    match node.body[-1]:
        case ast.Raise(exc=None):
            return False
        case _:
            return broad


def wire_words(node: ast.AST) -> bool:
    """A comparison with a word or an error text of the exchange's messages, or a search for one."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return _is_wire_word(left) or _is_wire_word(right)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Tuple(elts) | ast.Set(elts)]):
            return any(map(_is_wire_word, elts))
        case ast.MatchValue(value=value):
            return _is_wire_word(value)
        case ast.Call(func=ast.Attribute(attr="startswith"), args=[text, *_]):
            return _is_wire_word(text)
    return False


def wire_fields(node: ast.AST) -> bool:
    """A field of the message of an order, ``order.request.price``."""
    match node:
        case ast.Attribute(value=ast.Attribute(attr="request")):
            return True
    return False


def _is_wire_word(node: ast.AST) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and (text in _WIRE_WORDS or _ERROR_TEXT.match(text) is not None)


def trio_run(node: ast.AST) -> bool:
    """``trio.run(...)``, or ``run`` taken from trio."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "trio" and any(alias.name == "run" for alias in node.names)
    return dotted(node) == "trio.run"


def child_processes(node: ast.AST) -> bool:
    """Anything that starts a program."""
    modules = (
        "subprocess",
        "multiprocessing",
        "pty",
        "webbrowser",
        "concurrent.futures.process",
        "asyncio",
        "ctypes",
    )
    names = (
        "system",
        "popen",
        "fork",
        "forkpty",
        "posix_spawn",
        "posix_spawnp",
        "run_process",
        "open_process",
    )
    started = calls(node, *names, "echo_via_pager") or dotted(node) in ("click.edit", "click.launch")
    execs = isinstance(node, ast.Call) and called(node.func).startswith(
        ("execv", "execl", "spawnv", "spawnl")
    )
    taken = isinstance(node, ast.ImportFrom) and any(alias.name in names for alias in node.names)
    return imports(node, *modules) or by_name(node, *modules) or started or taken or execs


def by_name(node: ast.AST, *modules: str) -> bool:
    """A module that is imported by its name as a text."""
    match node:
        case ast.Call(args=[ast.Constant(value=str(name)), *_]):
            return called(node.func) in ("__import__", "import_module") and name in modules
        case _:
            return False


def dotted(node: ast.AST) -> str:
    """The name of what a call calls, as it is written; empty for what has none."""
    parts, part = [], node.func if isinstance(node, ast.Call) else None
    while isinstance(part, ast.Attribute):
        parts.append(part.attr)
        part = part.value
    return ".".join([part.id, *reversed(parts)]) if isinstance(part, ast.Name) else ""


def standard_streams(node: ast.AST) -> bool:
    """A way past the outlets of the command line."""
    names = ("stdout", "stderr", "__stdout__", "__stderr__")
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr=attr):
            return attr in names
        case ast.ImportFrom(module="sys", names=imported):
            return any(alias.name in names for alias in imported)
        case ast.Call(args=[ast.Constant(value=1 | 2), *_]):
            return dotted(node) in ("os.write", "os.fdopen", "open")
        case _:
            return written_elsewhere(node)


def written_elsewhere(node: ast.AST) -> bool:
    """Return what writes to a standard stream without naming it."""
    if imports(node, "faulthandler", "pprint"):
        return True
    if isinstance(node, ast.Call) and dotted(node) == "getattr":
        return any(isinstance(arg, ast.Constant) and arg.value in ("stdout", "stderr") for arg in node.args)
    traceback = dotted(node).startswith("traceback.print_")
    devices = isinstance(node, ast.Constant) and node.value in ("/dev/stdout", "/dev/stderr", "/dev/tty")
    return traceback or devices or calls(node, "echo", "secho") or dotted(node) == "print"


def socket_reads(node: ast.AST) -> bool:
    """Bytes taken from a socket, or a library that takes them on its own."""
    libraries = ("httpx", "http.client", "urllib.request", "requests", "aiohttp", "websockets")
    reads = ("receive_some", "recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "makefile")
    return calls(node, *reads) or imports(node, *libraries)


def from_a_test(node: ast.AST) -> bool:
    """Something taken from a module of tests; what tests share is in a module beside them."""
    match node:
        case ast.Import(names):
            parts = [part for alias in names for part in alias.name.split(".")]
        case ast.ImportFrom(module=module, names=names):
            named = [alias.name for alias in names if (module or "tests").startswith("tests")]
            parts = [*(module or "").split("."), *named]
        case _:
            return False
    return any(part.startswith("test_") for part in parts)


def unpacking(node: ast.AST) -> bool:
    """Bytes of which a few come to many."""
    names = ("decompress", "decompressobj", "BZ2Decompressor", "LZMADecompressor")
    return calls(node, *names) or imports(node, "gzip", "bz2", "lzma", "zipfile", "tarfile")


def opened_files(node: ast.AST) -> bool:
    """A file that is opened, for reading or writing; what ships inside the package is no such file."""
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Name(id="open") | ast.Attribute(value=ast.Name(id="os" | "io"), attr="open"):
            return True
        case ast.Attribute(attr="open"):
            modes = [*node.args, *(keyword.value for keyword in node.keywords)]
            return not modes or any(isinstance(mode, ast.Constant) for mode in modes)
        case ast.Attribute(value=value, attr="read_text" | "read_bytes"):
            return not ast.unparse(value).startswith("resources.files(")
        case _:
            return written_files(node)


def written_files(node: ast.AST) -> bool:
    """A file or folder that is made, written to or put in place of another, or a flag to do so."""
    flags = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND", "O_TRUNC", "O_EXCL", "O_TMPFILE")
    if isinstance(node, ast.Attribute) and node.attr in flags:
        return True
    if not isinstance(node, ast.Call):
        return imports(node, "tempfile", "sqlite3", "dbm", "shelve", "zipfile", "tarfile", "gzip", "mmap")
    made = ("mkdir", "makedirs", "mkfifo", "mknod", "rename", "renames", "symlink", "link", "copyfile")
    methods = ("write_text", "write_bytes", "symlink_to", "hardlink_to", "copytree", "copy2", "truncate")
    if dotted(node).startswith("shutil."):
        return dotted(node) not in ("shutil.rmtree", "shutil.get_terminal_size")
    if calls(node, "FileIO", "open_file"):
        return True
    match node.func:
        case ast.Attribute(attr="replace"):
            # Texts take two arguments, and structs take the fields that change.
            return dotted(node) == "os.replace" or (len(node.args) == 1 and not node.keywords)
        case ast.Attribute(attr="open") | ast.Name(id="open"):
            modes = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
            return any(isinstance(mode, ast.Constant) and _MODE.fullmatch(str(mode.value)) for mode in modes)
        case ast.Attribute(attr=attr):
            return attr in made + methods or (attr == "touch" and bool(node.keywords))
        case _:
            return False


def long_function(node: ast.AST) -> bool:
    """A function with more lines than the limit."""
    return isinstance(node, Function) and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES


def question_docstring(node: ast.AST) -> bool:
    """A docstring that begins as a question does, and not as PEP 257 has it."""
    documented = isinstance(node, Function | ast.ClassDef | ast.Module) and ast.get_docstring(node)
    return bool(documented and _QUESTION.match(documented))


def sleeps(node: ast.AST) -> bool:
    """A function without a mock clock that sleeps too long, or for a time that cannot be read off."""
    if not isinstance(node, Function) or {"autojump_clock", "mock_clock"} & set(parameters(node)):
        return False
    return any(calls(part, "sleep") and seconds_of(part) > MAX_SLEEP_S for part in ast.walk(node))


def mocks(node: ast.AST) -> bool:
    """The standard library's mocks, and the plugin for them."""
    return imports(node, "unittest.mock", "mock") or (
        isinstance(node, Function) and "mocker" in parameters(node)
    )

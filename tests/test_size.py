"""Small rooms: no file, function or folder of Python grows beyond what one takes in at once."""

from __future__ import annotations

import ast
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 60
MODULES_OF_A_FOLDER = 20


def files(*, tests):
    """The Python files of the repository, but for migrations and benchmarks."""
    named = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in map(Path, named):
        is_test = name.parts[0] == "tests"
        if "migrations" in name.parts or name.parts[0] == "benchmarks" or (is_test and not tests):
            continue
        if (ROOT / name).exists():
            yield name


def functions(name):
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def longer(lengths, most):
    """Those of the measured things that are too long, with their length."""
    return {name: n for name, n in lengths.items() if n > most}


def test_no_file_is_longer_than_500_lines():
    lengths = {
        str(name): len((ROOT / name).read_text(encoding="utf-8").splitlines())
        for name in files(tests=True)
    }
    assert longer(lengths, LINES_OF_A_FILE) == {}


def test_no_function_is_longer_than_60_lines():
    lengths = {
        f"{name}: {function}": n for name in files(tests=False) for function, n in functions(name)
    }
    assert longer(lengths, LINES_OF_A_FUNCTION) == {}


def test_no_folder_has_more_than_20_modules():
    modules = [name for name in files(tests=False) if name.name != "__init__.py"]
    assert longer(Counter(str(name.parent) for name in modules), MODULES_OF_A_FOLDER) == {}

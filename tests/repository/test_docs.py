"""What the documentation tells people to type is there.

Make targets, commands with their options, files.
"""

import argparse
import re
import shlex
from pathlib import Path

import pytest
from proctor.cli import parser as proctor_parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
PAGES += [ROOT / folder / "README.md" for folder in ("examples", "submitted", "autograded", "feedback", "report", "scripts/bundle")]
LONGEST_LINE = 100
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
PLACEHOLDER = re.compile(r"^[A-Z_]+…?$|^…$|[<>…]")


def commands(page: Path, program: str) -> list[list[str]]:
    """Calls of a program in code spans and indented or fenced blocks, as words."""
    text = page.read_text()
    spans = re.findall(r"`([^`\n]+)`", text)
    lines = [line.strip().removeprefix("$ ") for line in text.splitlines() if line.startswith("    ") or line.startswith(program)]
    found = []
    for code in [*spans, *lines]:
        code = code.split("   #")[0].split("  # ")[0].strip()
        if code == program or code.startswith(f"{program} "):
            found.append(shlex.split(code))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page):
    for call in commands(page, "make"):
        named = [word for word in call[1:] if "=" not in word and not word.startswith("-")]
        assert set(named[:1]) <= TARGETS, f"{page.name}: {' '.join(call)}"


def subcommands() -> dict[str, argparse.ArgumentParser]:
    (choices,) = [action.choices for action in proctor_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(choices)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_proctor_and_their_options_exist(page):
    known = subcommands()
    for call in commands(page, "proctor"):
        if len(call) > 1 and not PLACEHOLDER.search(call[1]):
            assert call[1] in known, f"{page.name}: {' '.join(call)}"
            options = {option for action in known[call[1]]._actions for option in action.option_strings}
            given = {word.split("=")[0] for word in call[2:] if word.startswith("--")}
            assert given <= options, f"{page.name}: {' '.join(call)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", page.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_prose_has_short_lines(page):
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if not line.startswith(("|", "    ", "![")) and "](" not in line:
            assert len(line) <= LONGEST_LINE, f"{page.name}:{number} has {len(line)} characters"


def modules_named(page: Path) -> set[str]:
    """What a page calls by a path below lib/ or by a dotted name, without what it leaves open."""
    text = re.sub(r"<[^>]+>", "*", page.read_text())
    folders = "|".join(path.name for path in (ROOT / "lib" / "proctor").iterdir() if path.is_dir())
    named = re.findall(r"(?<![\w./*-])(?:lib/)?(?:phase6|proctor|answer_key|website|tests|benchmarks|scripts|docs)/[\w./*-]*", text)
    return {name.rstrip(".") for name in [*named, *re.findall(rf"^(?:{folders})/\w*", text, re.M)]}


def test_what_the_architecture_names_is_there():
    """Paths from the root, from lib/ or from lib/proctor/; with or without .py."""
    named = modules_named(ROOT / "docs" / "architecture.md")
    assert len(named) > 15
    tops = (ROOT, ROOT / "lib", ROOT / "lib" / "proctor")
    for name in named:
        assert any(list(top.glob(name)) or list(top.glob(f"{name}.py")) for top in tops), name


def test_the_pages_name_commands_at_all():
    assert sum(len(commands(page, "make")) for page in PAGES) > 10
    assert sum(len(commands(page, "proctor")) for page in PAGES) > 2

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include of src/ and fails on one that goes up a floor, to a neighbour on the same floor, or to a room that
the including room's CMakeLists.txt does not name. The floors are the ones of docs/architecture.md."""
import pathlib
import re
import sys

FLOORS = {
    "base": 0, "os": 1, "model": 1, "config": 2,
    "capture": 3, "decode": 3, "proto": 3, "files": 3, "feeds": 3, "store": 3, "nodes": 3,
    "flow": 4, "policy": 4, "insight": 4, "ips": 5, "engine": 6, "console": 7, "cli": 8,
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
FORBIDDEN_NAMES = {"utils", "util", "common", "manager", "misc", "helpers"}
LONGEST_FILE = 600


def room_of(path):
    return path.parts[0]


def edges_of(source, room_folder):
    """Rooms that a folder's CMakeLists.txt names; a protocol's folder speaks for itself."""
    text = (source / room_folder / "CMakeLists.txt").read_text()
    named = re.search(r"gatehouse_room\(\s*\S+((?:[^()]|\$\{[^}]*\})*)\)", text)
    words = named.group(1).split() if named else []
    return {w.split("/")[0] for w in words} | ({"proto"} if "${edges}" in text else set())


def reachable(source, room, seen=None):
    seen = seen if seen is not None else set()
    for edge in edges_of(source, room) & FLOORS.keys():
        if edge not in seen:
            seen.add(edge)
            reachable(source, edge, seen)
    return seen


def check(root):
    source = root / "src"
    wrong = []
    for folder in source.rglob("*"):
        if folder.is_dir() and folder.name in FORBIDDEN_NAMES:
            wrong.append(f"{folder.relative_to(root)}: a room is named for what it does")
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".hpp", ".cpp"):
            continue
        inside = path.relative_to(source)
        room = room_of(inside)
        if room not in FLOORS:
            wrong.append(f"src/{inside}: no floor is known for '{room}'")
            continue
        text = path.read_text()
        if text.count("\n") > LONGEST_FILE:
            wrong.append(f"src/{inside}: {text.count(chr(10))} lines; past {LONGEST_FILE} a file wants splitting")
        own_folder = inside.parent.as_posix()
        for match in INCLUDE.finditer(text):
            target = match.group(1)
            line = text.count("\n", 0, match.start()) + 1
            to = target.split("/")[0]
            if to == "support" and re.search(r"^test_|_(test|fuzz)\.cpp$", path.name):
                continue
            if to not in FLOORS:
                wrong.append(f"src/{inside}:{line}: \"{target}\" is not written from src/")
                continue
            if to == room:
                if room == "proto" and "/" in own_folder:
                    other = "/".join(target.split("/")[:2])
                    if other != own_folder and other not in (source / own_folder / "CMakeLists.txt").read_text():
                        wrong.append(f"src/{inside}:{line}: {own_folder} does not name {other} among its EDGES")
                continue
            if FLOORS[to] >= FLOORS[room]:
                wrong.append(f"src/{inside}:{line}: {room} (floor {FLOORS[room]}) includes {to} (floor {FLOORS[to]})")
            elif to not in reachable(source, own_folder if (source / own_folder / "CMakeLists.txt").exists() else room):
                wrong.append(f"src/{inside}:{line}: {room} does not name {to} among its EDGES")
    return wrong


def main():
    wrong = check(pathlib.Path(sys.argv[1]))
    print("\n".join(wrong) if wrong else "every include goes down")
    sys.exit(1 if wrong else 0)


main()

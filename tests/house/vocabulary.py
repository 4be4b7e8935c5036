#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/protocols.md says what the program says. `tests/house/vocabulary.py --bless PROGRAM` writes it anew."""
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGE = SOURCE / "docs" / "protocols.md"


def main():
    words = [w for w in sys.argv[1:] if w != "--bless"]
    program = words[0] if words else os.environ["GATEHOUSE_PROGRAM"]
    said = subprocess.run([program, "protocols", "--markdown"], check=True, capture_output=True, text=True).stdout
    if "--bless" in sys.argv:
        PAGE.write_text(said)
        return 0
    if PAGE.exists() and PAGE.read_text() == said:
        return 0
    print("docs/protocols.md is stale: tests/house/vocabulary.py --bless build/release/gatehouse")
    return 1


sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What signatures cost: the same capture with more and more rules, beside ndpiReader in the same run.

  bench/rules.py --rules FILE --capture FILE [--program build/release/gatehouse] [--rounds 3] [--write docs/performance.md]

Prints a table: how long loading takes from cold and from the cache, how long the replay takes without loading, the most
memory, and the ratio to ndpiReader. With --write the table takes its place between the marks in that page.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

SIZES = (0, 1000, 5000, 20000, None)
BEGIN, END = "<!-- bench/rules.py -->", "<!-- end -->"


def peak_of(words):
    """Seconds of the whole, the output, and the peak memory in MiB of one run."""
    begin = time.monotonic()
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))}: exit status {child.returncode}")
    return time.monotonic() - begin, output, usage.ru_maxrss / 1024


def reader_seconds(capture):
    begin = time.monotonic()
    subprocess.run(["ndpiReader", "-q", "-i", capture], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - begin


def measure(args, rules, count, folder):
    file = folder / "some.rules"
    file.write_text("\n".join(rules[:count]) + "\n")
    cache = folder / f"cache-{count}"
    words = [args.program, "replay", args.capture, "--out", str(folder), "--json", "--set", "log.types=[alert,flow]",
             "--set", f"ips.cache={cache}"]
    loading = [args.program, "rules", "stats", "--json", "--rules", str(file), "--set", f"ips.cache={cache}"]
    if count:
        words += ["--rules", str(file)]
        config = folder / "gatehouse.yaml"
        config.write_text(f"version: 1\npolicy: {{ file: \"\" }}\nips: {{ cache: {cache} }}\n")
        loading = [args.program, "rules", "stats", "--json", "--config", str(config), "--rules", str(file)]
        cold = peak_of(loading)[0]
        warm = min(peak_of(loading)[0] for _ in range(args.rounds))
    else:
        cold = warm = 0.0
    seconds, ratios, peaks = [], [], []
    for _ in range(args.rounds):
        reader = reader_seconds(args.capture)
        _, output, peak = peak_of(words)
        took = json.loads(output)["seconds"]
        seconds.append(took), ratios.append(took / reader), peaks.append(peak)
    return {"rules": count, "cold": cold, "warm": warm, "seconds": statistics.median(seconds),
            "ratio": statistics.median(ratios), "peak": max(peaks)}


def table(rows):
    lines = ["| rules | load, cold (s) | load, cached (s) | replay (s) | to ndpiReader | peak memory (MiB) |", "|---|---|---|---|---|---|"]
    for row in rows:
        lines.append(f"| {row['rules']:,} | {row['cold']:.2f} | {row['warm']:.2f} | {row['seconds']:.2f} | "
                     f"{row['ratio']:.2f} | {row['peak']:.0f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--capture", required=True)
    parser.add_argument("--program", default="build/release/gatehouse")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write")
    args = parser.parse_args()
    rules = [r for r in pathlib.Path(args.rules).read_text(errors="replace").splitlines() if r and not r.startswith("#")]
    # Every so many-th rule, so that each size has the same mixture.
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            count = len(rules) if size is None else size
            chosen = rules if count == len(rules) else [rules[i * len(rules) // count] for i in range(count)] if count else []
            rows.append(measure(args, chosen, count, pathlib.Path(folder)))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    text = table(rows)
    print(text)
    if args.write:
        page = pathlib.Path(args.write)
        page.write_text(re.sub(f"{BEGIN}.*{END}", f"{BEGIN}\n{text}\n{END}", page.read_text(), flags=re.S))


main()

"""Fetch the front-end files that the browser gets, and prove that they are the ones we chose.

`static/vendor/vendor.lock.json` names each package, its exact version, the sha512 of its tarball and the files
taken from it. `python deploy/vendor_front_end.py` packs each one with `npm pack`, refuses a tarball whose digest
differs, and writes the files under `static/`. `--check` writes nothing and fails when a committed file differs.
The files are committed: nothing here runs at install or at start.

The headline face is cut down to the widths, weights and letters that the pages use (32 kB instead of 57). Making
that cut again needs `pip install fonttools brotli`, of the versions in the lock; checking it does not.
"""  # noqa: INP001  a script, not a package

import base64
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "static"
LOCK = STATIC / "vendor" / "vendor.lock.json"


def pack(name: str, version: str, into: Path) -> Path:
    """The tarball of one package, as the npm client delivers it."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(into), f"{name}@{version}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  names come from the lock
    return into / done.stdout.strip().splitlines()[-1]


def digest(file: Path) -> str:
    """The integrity string of a file, spelled as npm spells it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()


def contents(tarball: Path, files: dict[str, str]) -> dict[Path, bytes]:
    """The wanted files of a tarball by the place they go to."""
    found: dict[Path, bytes] = {}
    with tarfile.open(tarball) as archive:
        for source, target in files.items():
            member = archive.extractfile(f"package/{source}")
            if member is None:
                raise SystemExit(f"{tarball.name} has no file {source}")
            found[STATIC / target] = member.read()
    return found


def vendor(package: dict[str, Any], *, check: bool) -> list[str]:
    """Write the files of one package (or compare them); what differs is returned in words."""
    with tempfile.TemporaryDirectory() as folder:
        tarball = pack(package["name"], package["version"], Path(folder))
        if digest(tarball) != package["integrity"]:
            return [f"{package['name']} {package['version']}: the tarball is not the one in the lock"]
        wanted = contents(tarball, package["files"])
    problems = []
    for target, data in wanted.items():
        if check and (not target.exists() or target.read_bytes() != data):
            problems.append(
                f"{target.relative_to(STATIC)} differs from {package['name']} {package['version']}"
            )
        elif not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return problems


def cut(font: dict[str, Any]) -> None:
    """Make the cut of a typeface from the one in its package."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, narrowed = folder / "whole.woff2", folder / "narrowed.ttf"
        tarball = pack(font["package"], font["version"], folder)
        whole.write_bytes(next(iter(contents(tarball, {font["source"]: font["file"]}).values())))
        limits = [f"{axis}={low}:{high}" for axis, (low, high) in font["axes"].items()]
        run_fonttools("varLib.instancer", str(whole), *limits, "-o", str(narrowed))
        run_fonttools(
            "subset", str(narrowed), f"--unicodes={font['unicodes']}", f"--layout-features={font['features']}",
            "--no-hinting", "--flavor=woff2", f"--output-file={STATIC / font['file']}",
        )  # fmt: skip


def run_fonttools(module: str, *arguments: str) -> None:
    """Run a program of fontTools with a fixed clock, so that the same input gives the same file."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    command = [sys.executable, "-m", f"fontTools.{module}", *arguments]
    subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603  arguments come from the lock


def cut_problems(font: dict[str, Any], *, check: bool) -> list[str]:
    """Make the cut unless checking; say when the file is not the one in the lock."""
    if not check:
        cut(font)
    file = STATIC / font["file"]
    if file.exists() and digest(file) == font["integrity"]:
        return []
    return [f"{font['file']} is not the cut in the lock (made with {font['made_with']})"]


def main() -> None:
    """Vendor every package of the lock; leave with the list of problems, if any."""
    check = "--check" in sys.argv[1:]
    lock = json.loads(LOCK.read_text())
    packages = lock["packages"]
    problems = [line for package in packages for line in vendor(package, check=check)]
    problems += [line for font in lock["cuts"] for line in cut_problems(font, check=check)]
    if problems:
        raise SystemExit("\n".join(problems))
    sys.stdout.write(f"{len(packages)} packages {'match' if check else 'written'}\n")


if __name__ == "__main__":
    main()

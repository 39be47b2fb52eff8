#!/usr/bin/env python3
"""Looks at what `sam build` has made, before it is deployed.

    python infra/check_build.py .aws-sam/build arm64         one line per function; exit code 1 when one must not be shipped
    python infra/check_build.py --self-test PROGRAM          wants the local stack, built for debugging, to be refused
"""
import io
import os
import re
import struct
import sys
import zipfile
from pathlib import Path

# As ELF files name the processor.
MACHINES = {"arm64": 183, "x86_64": 62}
# What provided.al2023 has. A function that wants a newer one does not start.
GLIBC = (2, 34)
# Bytes of the largest function as a zip: a little more than the last time that somebody looked. Lambda fetches them before
# a cold start, and a library that came along unseen shows here first.
MOST_ZIPPED = 4_050_000
# Crates by whose presence a function would be more than it should: a second crypto library, an emulator, the sandbox.
FOREIGN = re.compile("aws-lc|boring|openssl(?!-probe)|rsa$|aes|clap|config$|dynoxide|jsonwebtoken|libsqlite3|rustack|s3s|tiny-skia")
# Of our own, what is for a laptop or for tests.
LOCAL = re.compile(rb"infra/local/src|tests/[a-z_]+\.rs|sandbox-out-of-credit")
# Where a panic would have been: it names the crate, also in a stripped program.
SOURCE = re.compile(rb"/registry/src/[^/]+/([A-Za-z0-9_-]+?)-\d+\.\d+\.\d+[^/]*/")


def has_symbols(program):
    """Whether the section headers of a 64-bit ELF file list a symbol table (SHT_SYMTAB)."""
    offset, = struct.unpack_from("<Q", program, 40)
    size, count = struct.unpack_from("<HH", program, 58)
    return any(struct.unpack_from("<I", program, offset + i * size + 4)[0] == 2 for i in range(count))


def crates(program):
    return {name.decode() for name in SOURCE.findall(program)}


def refused(program, architecture):
    """Why a program must not be shipped, one reason each."""
    if program[:5] != b"\x7fELF\x02":
        return ["no 64-bit ELF file"]
    reasons = []
    if struct.unpack_from("<H", program, 18)[0] != MACHINES[architecture]:
        reasons.append(f"not for {architecture}")
    if has_symbols(program):
        reasons.append("not stripped")
    needs = max(tuple(map(int, version)) for version in re.findall(rb"GLIBC_(\d+)\.(\d+)", program))
    if needs > GLIBC:
        reasons.append(f"needs glibc {needs[0]}.{needs[1]}")
    reasons += [f"links {name}" for name in sorted(filter(FOREIGN.match, crates(program)))]
    reasons += [f"holds {text.decode()}" for text in sorted(set(LOCAL.findall(program)))]
    return reasons


def zipped(folder):
    """As SAM uploads it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder))
    return len(archive.getvalue())


def self_test(program):
    reasons = refused(Path(program).read_bytes(), "arm64" if os.uname().machine == "x86_64" else "x86_64")
    missed = [kind for kind in ("not for", "not stripped", "links", "holds") if kind not in " ".join(reasons)]
    print(f"FAIL self-test: missed: {missed}" if missed else f"ok   self-test: {', '.join(reasons)}")
    return int(bool(missed))


def main(folder, architecture):
    functions = sorted(path for path in Path(folder).iterdir() if path.is_dir())
    failed, linked = not functions, set()
    for function in functions:
        files = [str(path.relative_to(function)) for path in function.rglob("*")]
        bootstrap = function / "bootstrap"
        program = bootstrap.read_bytes() if bootstrap.is_file() else b""
        reasons = refused(program, architecture)
        if files != ["bootstrap"] or not os.access(bootstrap, os.X_OK):
            reasons.append(f"holds {files}, not just a program")
        linked |= crates(program)
        archive = zipped(function)
        if archive > MOST_ZIPPED:
            reasons.append(f"more than {MOST_ZIPPED / 1e6:.2f} MB as a zip")
        failed |= bool(reasons)
        size = f"{len(program) / 1e6:.2f} MB, {archive / 1e6:.2f} MB as a zip"
        print(f"{'FAIL' if reasons else 'ok  '} {function.name}: {', '.join([size, *reasons])}")
    # If crates could not be told any more, nothing would be refused for them.
    if not {"ring", "rustls", "aws-sdk-dynamodb"} <= linked:
        failed = True
        print(f"FAIL crates cannot be told: {sorted(linked)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(self_test(sys.argv[2]) if sys.argv[1] == "--self-test" else main(*sys.argv[1:]))

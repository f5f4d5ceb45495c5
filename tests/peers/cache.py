"""What peers are made of is fetched and built once, into `${AZUD_CACHE:-~/.cache/azud}/peers`."""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("AZUD_CACHE") or pathlib.Path.home() / ".cache" / "azud") / "peers"


def fingerprint(paths):
    """Of names and contents of files, and of all files in folders."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(str(file.relative_to(HERE)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def built(name, build, inputs=()):
    """The folder that `build(folder)` fills, made once for this name and these files and folders. Two runs at a time do not disturb
    each other, and a build that was cut off is done again. A recipe that changes gets another name."""
    target = CACHE / (f"{name}-{fingerprint(inputs)}" if inputs else name)
    if target.exists():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            return target
        print(f"peers: fetching and building {name}, once", file=sys.stderr, flush=True)
        work = target.with_name(target.name + ".part")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        build(work)
        work.rename(target)
    return target


def run(*words, **options):
    """Runs a command; its output is shown only if it fails."""
    done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        sys.stderr.write(done.stdout[-6000:])
        raise RuntimeError(f"{words[0]} ended with {done.returncode}")
    return done.stdout


def maven(folder, output, *goals):
    """Builds the project of `folder` with everything it makes under `output`."""
    if not shutil.which("mvn"):
        raise RuntimeError("Maven is missing: install the package maven and a JDK 17 (scripts/install peers)")
    run("mvn", "-q", "-B", "-f", folder / "pom.xml", f"-Dazud.output={output}", "-Dmaven.test.skip=true", *goals)

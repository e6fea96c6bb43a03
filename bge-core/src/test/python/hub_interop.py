"""One cache, two clients: Python's huggingface_hub and ours, against one stand-in of the hub.

    pip install huggingface_hub                                  # written with 1.33.0
    mvn -q test-compile -pl bge-core -am
    CLASSPATH=bge-core/target/classes:bge-core/target/test-classes:GSON.jar \
        python3 bge-core/src/test/python/hub_interop.py

Not part of the build. Starts the hub itself (TestHub) and ends it. What must ask nobody runs with an
address where nobody listens. Prints what was seen; the first thing that is not as expected ends it.
"""

import hashlib
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

MODEL = "acme/tiny"
NOBODY = "http://127.0.0.1:9"
CLIENT = "io.github.bge4j.internal.hub.InteropClient"
WEIGHTS = "model.safetensors"
CONTENT = {
    "config.json": b'{"a": 1}',
    "tokenizer.json": b'{"version": "1.0"}',
    "tokenizer_config.json": b'{"a": 1}',  # as config.json: one blob
    "special_tokens_map.json": b"",
    "1_Pooling/config.json": b'{"pooling_mode_cls_token": true}',
    WEIGHTS: random.Random(7).randbytes(20_000_000),
    "README.md": b"not needed",
    "onnx/model.onnx": b"a second form of the weights",
}
NEEDED = [name for name in CONTENT if name not in ("README.md", "onnx/model.onnx")]


class Cache:
    """A fresh HF_HOME, and both clients on it."""

    def __init__(self, work, endpoint):
        self.home = Path(tempfile.mkdtemp(dir=work))
        self.hub = self.home / "hub"
        self.endpoint = endpoint

    def env(self, endpoint=None, **more):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
        env.update(HF_HOME=str(self.home), HF_ENDPOINT=endpoint or self.endpoint, **more)
        env.update(HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_TELEMETRY="1")
        return env

    def start_java(self, *args, **env):
        command = ["java", "-XX:TieredStopAtLevel=1", CLIENT, *args]
        return subprocess.Popen(command, env=self.env(**env), stdout=-1, stderr=-2, text=True)

    def start_python(self, code, **env):
        code = f"from huggingface_hub import *\n{code}"
        command = [sys.executable, "-c", code]
        return subprocess.Popen(command, env=self.env(**env), stdout=-1, stderr=-2, text=True)

    def java(self, *args, fails=False, **env):
        return ended(self.start_java(*args, **env), fails)

    def python(self, code, fails=False, **env):
        return ended(self.start_python(code, **env), fails)


def ended(process, fails=False):
    """Returns the last line of what a process printed."""
    output = process.communicate(timeout=120)[0]
    assert (process.returncode != 0) == fails, output
    return (output.strip() or "\n").splitlines()[-1] if not fails else output


def assert_whole(folder, names):
    for name in names:
        assert Path(folder, name).read_bytes() == CONTENT[name], name


def assert_scan(cache, size):
    seen = cache.python(
        "i = scan_cache_dir(); r = next(iter(i.repos));"
        "print(len(i.repos), [str(w) for w in i.warnings], i.size_on_disk, r.repo_id,"
        "len(r.revisions), sorted(r.refs))"
    )
    assert seen == f"1 [] {size} {MODEL} 1 ['main']", seen
    return seen


def blob_bytes(names):
    return sum(len(content) for content in {CONTENT[name] for name in names})


def show(cache):
    for path in sorted(cache.hub.rglob("*")):
        kind, detail = "folder", ""
        if path.is_symlink():
            kind, detail = "link", "-> " + os.readlink(path)
        elif path.is_file():
            head = path.read_bytes()[:80]
            kind, detail = "file", f"{path.stat().st_size} {head if path.stat().st_size < 300 else ''}"
        print("   ", kind, stat.filemode(path.lstat().st_mode), path.relative_to(cache.hub), detail)


def python_first(work, endpoint):
    cache = Cache(work, endpoint)
    folder = cache.python(f"print(snapshot_download('{MODEL}'))")
    show(cache)
    assert cache.java("find", MODEL, "main", endpoint=NOBODY) == folder
    assert cache.java("find", MODEL, "main", HF_HUB_OFFLINE="1") == folder
    assert cache.java("find", MODEL, Path(folder).name, endpoint=NOBODY) == folder
    assert cache.java("pull", MODEL, "main") == folder
    assert_whole(folder, CONTENT)
    total = sum(map(len, CONTENT.values()))
    assert cache.java("list") == f"{MODEL} {Path(folder).name} {total} true"
    print("all of it by Python, opened by Java:", assert_scan(cache, blob_bytes(CONTENT)))


def python_some(work, endpoint):
    cache = Cache(work, endpoint)
    cache.python(f"snapshot_download('{MODEL}', allow_patterns='*.json')")
    output = cache.java("find", MODEL, "main", fails=True, HF_HUB_OFFLINE="1")
    assert "lacks weights" in output, output
    folder = cache.java("find", MODEL, "main")
    assert_whole(folder, NEEDED)
    print("some by Python, the rest by Java:", assert_scan(cache, blob_bytes(NEEDED)))

    cache = Cache(work, endpoint)
    names = ["config.json", "tokenizer.json", WEIGHTS]
    for name in names:
        cache.python(f"hf_hub_download('{MODEL}', '{name}')")
    folder = cache.java("find", MODEL, "main", endpoint=NOBODY)
    assert_whole(folder, names)
    print("file by file by Python, opened by Java:", assert_scan(cache, blob_bytes(names)))

    cache = Cache(work, endpoint)
    commit = Path(folder).name
    folder = cache.python(f"print(snapshot_download('{MODEL}', revision='{commit}'))")
    assert cache.java("find", MODEL, commit, endpoint=NOBODY) == folder
    output = cache.java("find", MODEL, "main", fails=True, HF_HUB_OFFLINE="1")
    assert "it has no revision main" in output, output
    print("a commit by Python, opened by Java")


def java_first(work, endpoint):
    cache = Cache(work, endpoint)
    folder = cache.java("pull", MODEL, "main")
    offline = {"endpoint": NOBODY, "HF_HUB_OFFLINE": "1"}
    assert cache.python(f"print(snapshot_download('{MODEL}'))", **offline) == folder
    local = f"snapshot_download('{MODEL}', local_files_only=True)"
    assert cache.python(f"print({local})", endpoint=NOBODY) == folder
    for name in NEEDED:
        found = cache.python(f"print(hf_hub_download('{MODEL}', '{name}'))", **offline)
        assert_whole(Path(found).parents[name.count("/")], [name])
    print("all of it by Java, read by Python:", assert_scan(cache, blob_bytes(NEEDED)))
    show(cache)

    before = (cache.hub / "models--acme--tiny/blobs").stat().st_mtime_ns
    assert cache.python(f"print(snapshot_download('{MODEL}', allow_patterns={NEEDED}))") == folder
    assert (cache.hub / "models--acme--tiny/blobs").stat().st_mtime_ns == before
    print("asked for again by Python: nothing is fetched")

    commit = Path(folder).name
    cache.python(f"scan_cache_dir().delete_revisions('{commit}').execute()")
    assert not (cache.hub / "models--acme--tiny").exists()
    output = cache.java("find", MODEL, "main", fails=True, **offline)
    assert "it has no revision main" in output, output
    assert_whole(cache.java("find", MODEL, "main"), NEEDED)
    print("deleted by Python, fetched again by Java:", assert_scan(cache, blob_bytes(NEEDED)))


def both_at_once(work, endpoint, rounds=6):
    for _ in range(rounds):
        cache = Cache(work, endpoint)
        clients = [
            cache.start_java("find", MODEL, "main"),
            cache.start_python(f"print(snapshot_download('{MODEL}', allow_patterns={NEEDED}))"),
            cache.start_java("pull", MODEL, "main"),
        ]
        folders = {ended(client) for client in clients}
        assert len(folders) == 1, folders
        assert_whole(folders.pop(), NEEDED)
        seen = assert_scan(cache, blob_bytes(NEEDED))
        blobs = sorted((cache.hub / "models--acme--tiny/blobs").iterdir())
        assert len(blobs) == len({CONTENT[name] for name in NEEDED}), blobs
        for blob in blobs:
            if len(blob.name) == 64:
                assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    print("both at once,", rounds, "times:", seen)


def main():
    work = Path(tempfile.mkdtemp())
    for name, content in CONTENT.items():
        (work / "model" / name).parent.mkdir(parents=True, exist_ok=True)
        (work / "model" / name).write_bytes(content)
    command = ["java", "io.github.bge4j.testing.hub.TestHub", f"{MODEL}={work / 'model'}"]
    hub = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        endpoint = hub.stdout.readline().strip().removeprefix("HF_ENDPOINT=")
        for check in (python_first, python_some, java_first, both_at_once):
            check(work, endpoint)
        print("all as expected")
    finally:
        hub.kill()
        hub.wait()
        shutil.rmtree(work)


if __name__ == "__main__":
    main()

"""Asks a running test hub with the real Python client, and asserts what it finds.

    pip install huggingface_hub          # written with 1.33.0
    java -cp ... io.github.bge4j.testing.hub.RealClientHub &   # in bge-core's test classes; prints the endpoint
    HF_ENDPOINT=http://127.0.0.1:PORT HF_HOME=$(mktemp -d) python3 real_client.py

What is expected is written down in Models.java and RealClientHub.java. The cache stays in HF_HOME.
"""

import hashlib
import os
from pathlib import Path

from huggingface_hub import HfApi, constants, hf_hub_download, scan_cache_dir, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

REPO = "acme/tiny-model"
FILES = ["1_Pooling/config.json", "a name+with %&ü.txt", "config.json", "model.safetensors"]


def refused(error, call, *args, **kwargs):
    """Returns the exception, which must be of just this class."""
    try:
        call(*args, **kwargs)
    except error as e:
        assert type(e) is error, type(e)
        return e
    raise AssertionError(f"{error.__name__} was expected of {args} {kwargs}")


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def listings(api):
    refs = api.list_repo_refs(REPO, include_pull_requests=True)
    assert [b.name for b in refs.branches] == ["main", "dev"]
    assert [t.name for t in refs.tags] == ["v1"]
    assert [p.ref for p in refs.pull_requests] == ["refs/pr/1"]
    info = api.model_info(REPO, files_metadata=True)
    assert info.sha == refs.branches[0].target_commit and info.author == "acme"
    assert [s.rfilename for s in info.siblings] == FILES
    weights = info.siblings[3]
    assert (weights.size, weights.lfs.size) == (100_000, 100_000)
    assert all(s.size is None for s in api.model_info(REPO).siblings)
    tree = list(api.list_repo_tree(REPO, recursive=True, expand=True))  # in pages of two
    assert [e.path for e in tree] == ["1_Pooling"] + FILES
    assert tree[4].lfs.sha256 == weights.lfs.sha256 and tree[4].security.safe
    assert [e.path for e in api.list_repo_tree(REPO, "1_Pooling")] == ["1_Pooling/config.json"]
    return {"main": info.sha, "v1": refs.tags[0].target_commit, "refs/pr/1": refs.pull_requests[0].target_commit}


def downloads(api, shas):
    main = snapshot_download(REPO)
    assert files(main) == FILES and Path(main).name == shas["main"]
    weights = api.model_info(REPO, files_metadata=True).siblings[3]
    assert sha256(Path(main, "model.safetensors")) == weights.lfs.sha256
    assert Path(main, "a name+with %&ü.txt").read_text() == "odd"
    for revision, version in (("v1", 1), (shas["v1"], 1), ("main", 2)):
        path = hf_hub_download(REPO, "config.json", revision=revision)
        assert Path(path).read_text() == '{"version":%d}' % version
    pull = snapshot_download(REPO, revision="refs/pr/1")
    assert Path(pull).name == shas["refs/pr/1"]
    assert sha256(Path(pull, "model.safetensors")) != weights.lfs.sha256
    short = hf_hub_download(REPO, "config.json", revision=shas["v1"][:8])
    assert Path(short).read_text() == '{"version":1}'
    assert files(snapshot_download("no-namespace", allow_patterns="*.json")) == FILES[:1] + FILES[2:3]
    refused(RevisionNotFoundError, hf_hub_download, REPO, "config.json", revision="no-such")
    refused(RevisionNotFoundError, snapshot_download, REPO, revision="no-such")
    refused(RemoteEntryNotFoundError, hf_hub_download, REPO, "no-such.json")


def access():
    unknown = refused(RepositoryNotFoundError, hf_hub_download, "acme/no-such", "config.json")
    assert unknown.response.status_code == 401
    unknown = refused(RepositoryNotFoundError, snapshot_download, "acme/no-such", token="hf_other")
    assert unknown.response.status_code == 404
    stranger = refused(GatedRepoError, hf_hub_download, "acme/gated", "config.json")
    assert stranger.response.status_code == 401
    other = refused(GatedRepoError, hf_hub_download, "acme/gated", "config.json", token="hf_other")
    assert other.response.status_code == 403
    assert files(snapshot_download("acme/gated", token="hf_member")) == FILES
    refused(RepositoryNotFoundError, snapshot_download, "acme/private")
    refused(RepositoryNotFoundError, snapshot_download, "acme/private", token="hf_other")
    assert files(snapshot_download("acme/private", token="hf_member")) == FILES
    revoked = refused(HfHubHTTPError, HfApi().model_info, REPO, token="hf_revoked")
    assert revoked.response.status_code == 401


def offline(shas):
    assert Path(snapshot_download(REPO, local_files_only=True)).name == shas["main"]
    path = hf_hub_download(REPO, "config.json", revision="v1", local_files_only=True)
    assert Path(path).read_text() == '{"version":1}'
    refused(LocalEntryNotFoundError, hf_hub_download, REPO, "README.md", local_files_only=True)


def cache(shas):
    found = {repo.repo_id: repo for repo in scan_cache_dir().repos}
    assert sorted(found) == ["acme/gated", "acme/private", REPO, "no-namespace"], sorted(found)
    revisions = {r.commit_hash: sorted(r.refs) for r in found[REPO].revisions}
    assert revisions[shas["main"]] == ["main"] and "v1" in revisions[shas["v1"]]
    assert revisions[shas["refs/pr/1"]] == ["refs/pr/1"]
    assert not scan_cache_dir().warnings


if __name__ == "__main__":
    assert constants.ENDPOINT == os.environ["HF_ENDPOINT"]
    hub = HfApi()
    commits = listings(hub)
    downloads(hub, commits)
    access()
    offline(commits)
    cache(commits)
    print("all as expected; the cache is", constants.HF_HUB_CACHE)

"""Pushing to the Hub, against a stand-in that speaks as much of its HTTP interface as is needed."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from pledgewire.cli import main
from pledgewire.hub.push import push

REPO = "someone/pledgewire"


class StandIn(BaseHTTPRequestHandler):
    """The Hub in memory: creating, listing refs and files, committing, tagging."""

    def answer(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def do_GET(self) -> None:
        hub, path = self.server.hub, urlsplit(self.path).path
        hub["asked"].append(f"GET {path}")
        if path.endswith("/refs"):
            tags = [{"name": t, "ref": f"refs/tags/{t}", "targetCommit": c}
                    for t, c in hub["tags"].items()]  # fmt: skip
            branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": "0" * 40}]
            self.answer({"branches": branches, "tags": tags, "converts": []})
        elif "/tree/" in path:
            self.answer([{"type": "file", "path": p, "size": len(c), "oid": "1" * 40}
                         for p, c in hub["files"].items()])  # fmt: skip
        elif path.startswith(f"/api/datasets/{REPO}"):
            siblings = [{"rfilename": p} for p in hub["files"]]
            self.answer({"id": REPO, "sha": "0" * 40, "siblings": siblings, "private": False,
                         "disabled": False, "downloads": 0, "likes": 0, "tags": []})  # fmt: skip
        else:
            self.answer({"error": "not found"}, 404)

    def do_POST(self) -> None:
        hub, path, body = self.server.hub, urlsplit(self.path).path, self.body()
        hub["asked"].append(f"POST {path}")
        if path == "/api/repos/create":
            self.answer({"url": f"http://{self.headers['Host']}/datasets/{REPO}", "id": REPO})
        elif path == "/api/validate-yaml":
            hub["cards"].append(json.loads(body)["content"])
            self.answer({"errors": [], "warnings": []})
        elif "/preupload/" in path:
            asked = json.loads(body)["files"]
            self.answer({"files": [{"path": f["path"], "uploadMode": "regular",
                                    "shouldIgnore": False} for f in asked]})  # fmt: skip
        elif "/commit/" in path:
            for line in body.splitlines():
                item = json.loads(line)
                if item["key"] == "file":
                    content = base64.b64decode(item["value"]["content"])
                    hub["files"][item["value"]["path"]] = content
                elif item["key"] == "deletedFile":
                    hub["files"].pop(item["value"]["path"])
            hub["commits"] += 1
            oid = f"{hub['commits']:040x}"
            self.answer({"commitUrl": f"http://{self.headers['Host']}/datasets/{REPO}/commit/{oid}",
                         "commitOid": oid, "success": True})  # fmt: skip
        elif "/tag/" in path:
            hub["tags"][json.loads(body)["tag"]] = path.rpartition("/")[2]
            self.answer({})
        else:
            self.answer({"error": f"not found: {path}"}, 404)

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def stand_in() -> Iterator[tuple[str, dict]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.hub = {"files": {"old.parquet": b"x"}, "tags": {}, "commits": 0}
    server.hub |= {"asked": [], "cards": []}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", server.hub
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_dry_run_lists_and_connects_to_nothing(stand_in) -> None:
    endpoint, hub = stand_in
    done = CliRunner().invoke(main, ["push", REPO, "--endpoint", endpoint])
    assert done.exit_code == 0, done.output
    assert "default/test-00000-of-00001.parquet" in done.output
    assert "nothing was uploaded" in done.output
    assert hub["asked"] == []


def test_an_upload_is_one_commit_with_a_tag(stand_in) -> None:
    endpoint, hub = stand_in
    done = push(REPO, dry_run=False, endpoint=endpoint, token="hf_test")
    assert set(hub["files"]) == set(done.files)  # the old file went
    assert {path: len(content) for path, content in hub["files"].items()} == done.files
    assert hub["commits"] == 1
    assert hub["tags"] == {done.tag: done.commit}
    assert hub["cards"] == [hub["files"]["README.md"].decode()]


def test_a_tag_is_never_overwritten(stand_in) -> None:
    endpoint, hub = stand_in
    first = push(REPO, dry_run=False, endpoint=endpoint, token="hf_test")
    with pytest.raises(ValueError, match=r"raise corpus/VERSION"):
        push(REPO, dry_run=False, endpoint=endpoint, token="hf_test")
    assert hub["commits"] == 1
    assert hub["tags"] == {first.tag: first.commit}

"""Upload the dataset repository to the Hub, tagged with the version of the data.

A tag is never overwritten: a version that is there stays as it was. Needs the extra `hub`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pledgewire.hub.build import build_hub
from pledgewire.loading import find_data, read_version

REPO_TYPE = "dataset"


@dataclass(frozen=True)
class Upload:
    """What would be or was uploaded. Units: sizes in bytes, by path."""

    repo_id: str
    tag: str
    files: dict[str, int]
    commit: str | None = None

    def __str__(self) -> str:
        lines = [f"{size:>12,}  {path}" for path, size in self.files.items()]
        total = sum(self.files.values())
        done = f"uploaded as commit {self.commit}" if self.commit else "nothing was uploaded"
        head = f"{self.repo_id}, tag {self.tag}: {len(self.files)} files, {total:,} bytes; {done}"
        return "\n".join([*lines, head])


def push(
    repo_id: str,
    data: Path | None = None,
    *,
    dry_run: bool = True,
    private: bool = False,
    endpoint: str | None = None,
    token: str | None = None,
) -> Upload:
    """Build the repository and upload it in one commit, then tag the commit.

    A dry run builds and lists, and opens no connection. Files of the repository that are not built
    any more are deleted in the same commit.
    Raises: ValueError if the tag is there already; ImportError without `huggingface_hub`.
    """
    from huggingface_hub import HfApi

    root = data if data is not None else find_data()
    tag = f"v{read_version(root)}"
    with TemporaryDirectory() as folder:
        paths = build_hub(Path(folder) / "dataset", root)
        files = {path: (Path(folder) / "dataset" / path).stat().st_size for path in paths}
        if dry_run:
            return Upload(repo_id, tag, files)
        api = HfApi(endpoint=endpoint, token=token)
        api.create_repo(repo_id, repo_type=REPO_TYPE, private=private, exist_ok=True)
        refs = api.list_repo_refs(repo_id, repo_type=REPO_TYPE)
        if tag in {ref.name for ref in refs.tags}:
            raise ValueError(
                f"expected a version that is not on the Hub, got {tag}, which {repo_id} has; "
                "raise corpus/VERSION"
            )
        commit = api.upload_folder(
            repo_id=repo_id,
            repo_type=REPO_TYPE,
            folder_path=Path(folder) / "dataset",
            commit_message=f"Data {tag}",
            delete_patterns="*",
        )
        api.create_tag(repo_id, tag=tag, revision=commit.oid, repo_type=REPO_TYPE)
    return Upload(repo_id, tag, files, commit.oid)

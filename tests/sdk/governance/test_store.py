"""Operations on disk: what was saved comes back, what was changed is refused."""

from __future__ import annotations

import json
import os

import pytest

from mdt.errors import DeploymentError, GovernanceError
from mdt.governance.operations import Operation, hex_id
from mdt.governance.store import Kept, Store
from mdt.suite.calls import Payload
from mdt.suite.records import Folder

TARGET, OTHER = "0x" + "11" * 20, "0x" + "22" * 20
SINGLE = Operation((Payload(TARGET, b"\x01\x02\x03\x04"),))
BATCH = Operation((Payload(TARGET, b""), Payload(OTHER, bytes(1_152))), b"\x05" * 32, b"\x06" * 32, is_batch=True)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "operations")


@pytest.mark.parametrize("kept", [Kept(SINGLE), Kept(BATCH, "0x12", 7), Kept(Operation(SINGLE.calls, is_batch=True))])
def test_save__then_load__the_same(store, kept):
    path = store.save(kept)
    assert path == store.path / f"{hex_id(kept.operation.id)}.json"
    assert store.load(path.stem) == kept
    assert store.find(path.stem[:8]) == kept
    assert store.ids() == [path.stem]
    assert [one.name for one in store.path.iterdir()] == [path.name]


def test_save__again__replaces_the_note(store):
    store.save(Kept(SINGLE))
    store.save(Kept(SINGLE, "0xab", 3))
    assert store.find(hex_id(SINGLE.id)) == Kept(SINGLE, "0xab", 3)


def test_discard__records_set_aside__take_the_operations_along(tmp_path):
    folder = Folder(tmp_path)
    path = Store.of(folder).save(Kept(SINGLE))
    (tmp_path / "network.json").write_text("{}")
    assert folder.discard(network=False) == []
    assert Store.of(folder).ids() == [path.stem]
    assert folder.discard() == [tmp_path / "abandoned" / "network.1.json", tmp_path / "abandoned" / "operations.1"]
    assert Store.of(folder).ids() == []
    assert Store(tmp_path / "abandoned" / "operations.1").load(path.stem) == Kept(SINGLE)


def change(content: dict, key: str, value: object) -> None:
    if key in ("target", "payload"):
        content["calls"][1][key] = value
    else:
        content[key] = value


@pytest.mark.parametrize(
    ("key", "value"),
    [("target", TARGET), ("payload", "0x00"), ("salt", "0x" + "00" * 32), ("predecessor", "0x" + "00" * 32)],
)
def test_load__changed_content__refused(store, key, value):
    path = store.save(Kept(BATCH))
    content = json.loads(path.read_text())
    change(content, key, value)
    path.write_text(json.dumps(content))
    with pytest.raises(GovernanceError, match="it was changed"):
        store.find(path.stem)


def test_load__renamed_file__refused(store):
    path = store.save(Kept(BATCH))
    path.rename(store.path / f"{hex_id(SINGLE.id)}.json")
    with pytest.raises(GovernanceError, match=f"holds operation {hex_id(BATCH.id)}: it was changed"):
        store.find(hex_id(SINGLE.id))


@pytest.mark.parametrize(
    ("key", "value"),
    [("calls", []), ("calls", 7), ("salt", "0x12"), ("predecessor", None), ("target", "0x12"), ("payload", "0xzz"), ("scheduled", None), ("is_batch", False)],
)
def test_load__malformed_content__refused(store, key, value):
    path = store.save(Kept(BATCH))
    content = json.loads(path.read_text())
    change(content, key, value)
    path.write_text(json.dumps(content))
    with pytest.raises(GovernanceError, match="holds no operation"):
        store.find(path.stem)


def test_load__other_format_or_no_json__refused(store):
    path = store.save(Kept(SINGLE))
    path.write_text(path.read_text().replace('"format": 1', '"format": 9'))
    with pytest.raises(GovernanceError, match="has format 9"):
        store.find(path.stem)
    path.write_text("{")
    with pytest.raises(DeploymentError, match="cannot be read"):
        store.find(path.stem)


@pytest.mark.parametrize("text", ["7", "0x", "0x1234", "abcdef0123"])
def test_find__too_short__refused(store, text):
    with pytest.raises(GovernanceError, match="is no id"):
        store.find(text)


def test_find__unknown_or_ambiguous__refused(store):
    with pytest.raises(GovernanceError, match="governance note TX"):
        store.find("0x123456")
    store.path.mkdir()
    for tail in ("1", "2"):
        (store.path / f"0xabcdef{tail * 58}.json").write_text("{}")
    with pytest.raises(GovernanceError, match="2 operations begin with 0xABCDEF: give more digits of 0xabcdef1"):
        store.find("0xABCDEF")


def test_find__copies_and_leftovers_beside_an_operation__hide_it_from_nobody(store):
    name = store.save(Kept(SINGLE)).stem
    for stray in (f"{name} (1).json", f"._{name}.json", f"{name.upper()}.json", "README.md", f".{name}.json.0a1b2c3d.partial"):
        (store.path / stray).write_text("{}")
    assert store.ids() == [name]
    assert store.find(name[:8]) == Kept(SINGLE)
    assert len(store.strays()) == 4
    assert all("not the name of an operation" in line for line in store.strays())


def test_load__pipe_in_the_folder__named_and_not_waited_for(store):
    """Nobody writes to it, and everything that reads operations stood still."""
    name = "0x" + "b" * 64
    store.path.mkdir(parents=True, exist_ok=True)
    os.mkfifo(store.path / f"{name}.json")
    with pytest.raises(DeploymentError, match="is no file, or one that leads nowhere"):
        store.load(name)

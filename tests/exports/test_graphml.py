"""GraphML."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import networkx
import pytest

from memcli.memory.writing import link_row, write_links
from store import Store

SPACE = "{http://graphml.graphdrawing.org/xmlns}"
ENDS = ("aaaabbbbccccdd22", "aaaabbbbccccdd33")
NOW = datetime(2025, 2, 1, tzinfo=UTC)
ODD = 'a <b> & "c" \x00\x1b\r\n\t 記憶 ]]>'


def parsed(text):
    """Return nodes {id: data} and edges [(source, target, data)] of a file that has to be whole."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag == f"{SPACE}graphml"
    names = {}
    for key in root.findall(f"{SPACE}key"):
        assert key.get("for") in ("node", "edge")
        names[key.get("id")] = (key.get("for"), key.get("attr.name"))
    (graph,) = root.findall(f"{SPACE}graph")
    assert graph.get("edgedefault") == "directed"

    def data(of, element):
        found = {}
        for child in element:
            kind, name = names[child.get("key")]
            assert kind == of
            found[name] = child.text
        return found

    nodes = {node.get("id"): data("node", node) for node in graph.findall(f"{SPACE}node")}
    edges = [
        (edge.get("source"), edge.get("target"), data("edge", edge))
        for edge in graph.findall(f"{SPACE}edge")
    ]
    assert len(nodes) == len(graph.findall(f"{SPACE}node")), "a node is there once"
    return nodes, edges


@pytest.fixture(scope="module")
def linked(run, empty_once, tmp_path_factory):
    import shutil

    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("linked") / "store")
    said = [
        {"content": "Nora Lindqvist moved to Lyon.", "name": "Mara", "session_id": "s"},
        {"content": ODD, "name": "Jonas", "session_id": "s"},
        {"content": "elsewhere", "name": "Jonas", "session_id": "t", "namespace": "other"},
    ]
    run("ingest", "--from", "export", "--store", store, stdin="\n".join(map(json.dumps, said)))
    run("extract", "--store", store)
    run("link", "--store", store)
    return store


def test_memories_and_entities_are_nodes_and_links_are_edges(run, linked):
    nodes, edges = parsed(run("export", "-f", "graphml", "--store", linked).stdout)
    records = run("export", "--store", linked).records
    by_kind = {
        kind: [r for r in records if r["kind"] == kind] for kind in ("memory", "entity", "link")
    }
    assert {node for node, data in nodes.items() if data.get("kind") == "memory"} == {
        record["id"] for record in by_kind["memory"]
    }
    assert {data["name"] for data in nodes.values() if data.get("kind") == "entity"} == {
        record["name"] for record in by_kind["entity"]
    }
    assert by_kind["entity"]
    assert sorted((a, b, d["relation"], float(d["weight"])) for a, b, d in edges) == sorted(
        (r["source_id"], r["target_id"], r["relation"], r["weight"]) for r in by_kind["link"]
    )
    assert {end for edge in edges for end in edge[:2]} <= nodes.keys()


def test_any_text_is_written_but_for_what_xml_cannot(run, linked):
    nodes, _ = parsed(run("export", "-f", "graphml", "--store", linked).stdout)
    texts = {data.get("text") for data in nodes.values()}
    assert ODD.replace("\x00", "\ufffd").replace("\x1b", "\ufffd") in texts


def test_an_edge_has_both_ends_whatever_was_left_out(run, empty_store):
    with Store.open(empty_store).transaction("link") as transaction:
        write_links(transaction, [link_row(*ENDS, "supports", 0.5, None, NOW)])
        transaction.publish()
    nodes, edges = parsed(run("export", "-f", "graphml", "--store", empty_store).stdout)
    assert nodes == {end: {} for end in ENDS}
    assert edges == [(*ENDS, {"relation": "supports", "weight": "0.5"})]


def test_the_name_of_the_file_says_the_format_and_networkx_reads_it(run, linked, tmp_path):
    path = tmp_path / "memory.graphml"
    run("export", "-o", path, "--store", linked)
    nodes, edges = parsed(path.read_text("utf-8"))
    graph = networkx.read_graphml(path)
    assert graph.is_directed()
    assert set(graph.nodes) == nodes.keys()
    assert graph.number_of_edges() == len(edges)

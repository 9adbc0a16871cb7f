"""Compile the knowledge base: python models/build_kb.py SOURCES [--out models/kb/kb.jsonl.gz].

SOURCES is a folder with ``mondo-uberon-cl.jsonl.gz`` (a scispaCy knowledge base a line) and
``mesh-disease-anatomy-cell.tsv.gz`` (descriptor, name, synonyms, tree numbers). Ours are the files of ``kb/overlay``.
The same sources give the same bytes. ``models/kb/README.md`` tells what is left out, and why.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from litclaims.vocab.knowledge import KINDS, fold

HERE = Path(__file__).resolve().parent
ONTOLOGIES = "mondo-uberon-cl.jsonl.gz"
MESH = "mesh-disease-anatomy-cell.tsv.gz"

KIND_OF_TYPE = {"DISEASE": "condition", "ANATOMY": "target", "CELL": "cell_type"}
LEFT_OUT = re.compile(r"MONDO:101\d{4}|UBERON:[23]\d{6}")
"""Diseases of animals (each a copy of a human one) and the anatomy of fish and frogs."""

NOT_A_DISEASE = re.compile(r".*general grading system")
"""Names of what MONDO holds beside diseases: ``grade 2`` is the grade of many things."""

SHORT = 4
"""Letters of an acronym that is left to the abbreviation detector or to the overlay."""

MAX_WORDS = 10
"""Longer names are descriptions that no text holds."""

_INVERTED = re.compile(r"([^,]+), ([^,]+)")
_PARTING = ("non", "pseudo", "no", "not", "without", "of", "in", "to", "with", "by", "from", "due", "and", "or")
"""Words before the end of a name that keep the whole from being a kind of it: ``skin of knee`` is no knee."""

OVERLAY = ("name", "id", "mesh", "synonyms", "drop", "parents", "example", "counterexample", "source")


@dataclass
class Draft:
    """A concept in the making; ``trees`` are tree numbers of MeSH, ``parents`` keys."""

    key: str
    id: str | None
    kind: str
    name: str
    names: set[str] = field(default_factory=set)
    mesh: str | None = None
    trees: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)


def main() -> None:
    """Read the sources, write the file, and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "kb" / "kb.jsonl.gz")
    given = parser.parse_args()
    missing = [name for name in (ONTOLOGIES, MESH) if not (given.sources / name).is_file()]
    if missing:
        sys.exit(f"{given.sources}: {', '.join(missing)} is missing (give the folder that holds the sources)")
    drafts = compile_kb(given.sources, HERE / "kb" / "overlay")
    given.out.write_bytes(packed(drafts))
    counts = ", ".join(f"{sum(each.kind == kind for each in drafts)} {kind}" for kind in KINDS)
    print(f"{given.out}: {counts}; {given.out.stat().st_size:,} bytes")


def compile_kb(sources: Path, overlay: Path) -> list[Draft]:
    """All concepts, in order of their keys: the overlay's first, so that its names win."""
    drafts = read_ontologies(sources / ONTOLOGIES)
    add_mesh(drafts, sources / MESH)
    ours: set[str] = set()
    for kind in KINDS:
        ours |= add_overlay(drafts, overlay / f"{kind}.csv", kind)
    add_parents(drafts)
    return sorted(drafts.values(), key=lambda each: (each.key not in ours, each.key))


def packed(drafts: list[Draft]) -> bytes:
    """The file: gzip of a JSON array a line, without a time, so that the bytes depend on the content alone."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0, filename="") as file:
        for each in drafts:
            row = [each.key, each.id, each.mesh, each.kind, each.name, sorted(each.names), each.parents]
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return out.getvalue()


def read_ontologies(path: Path) -> dict[str, Draft]:
    """Concepts of MONDO, UBERON and CL by id."""
    drafts = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            key = row["concept_id"]
            if LEFT_OUT.fullmatch(key) or NOT_A_DISEASE.fullmatch(row["canonical_name"]):
                continue
            draft = Draft(key, key, KIND_OF_TYPE[row["types"][0]], row["canonical_name"])
            draft.names = {name for text in row["aliases"] if (name := usable(text))}
            if own := " ".join(fold(draft.name)):
                draft.names.add(own)
                drafts[key] = draft
    return drafts


def usable(text: str) -> str | None:
    """A name as it is kept, folded; None for a short acronym, a code or a description."""
    words = fold(text)
    name = " ".join(words)
    if not words or len(words) > MAX_WORDS or not re.search("[a-z]{3}", name):
        return None
    if len(words) == 1 and (len(name) <= SHORT or re.search("[0-9]", name)):
        return None
    return name


def add_mesh(drafts: dict[str, Draft], path: Path) -> None:
    """Descriptors joined to the concept of their kind that has their name; the others are concepts of their own."""
    by_name: dict[tuple[str, str], str] = {}
    for own in (True, False):
        for draft in drafts.values():
            for name in [" ".join(fold(draft.name))] if own else sorted(draft.names):
                by_name.setdefault((draft.kind, name), draft.key)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if kind := kind_of(row["tree_numbers"].split("|")):
                join_descriptor(drafts, by_name, row, kind)


def kind_of(trees: list[str]) -> str | None:
    """The kind that a descriptor's tree numbers say; None for those of no use here."""
    if any(tree.startswith("A11") for tree in trees):
        return "cell_type"
    if any(tree.startswith(("C", "F03")) for tree in trees):
        return "condition"
    return "target" if any(re.match("A(0|1[0-5])", tree) for tree in trees) else None


def join_descriptor(drafts: dict[str, Draft], by_name: dict[tuple[str, str], str], row: dict, kind: str) -> None:
    """Add a descriptor of MeSH to the concept that it names, or as a new one."""
    written = [uninverted(text) for text in [row["name"], *row["synonyms"].split("|")] if text]
    names = [name for text in written if not is_acronym(text) and (name := usable(text))]
    own = " ".join(fold(written[0]))
    found = next((by_name[kind, name] for name in [own, *names] if (kind, name) in by_name), None)
    if found is None or drafts[found].mesh:
        found = f"MESH:{row['mesh_id']}"
        drafts[found] = Draft(found, None, kind, in_lower_case(written[0]), {own})
    draft = drafts[found]
    draft.mesh, draft.trees = row["mesh_id"], row["tree_numbers"].split("|")
    draft.names.update(names)


def uninverted(text: str) -> str:
    """``Osteoarthritis, Knee`` as it is said: ``Knee Osteoarthritis``."""
    match = _INVERTED.fullmatch(text)
    return f"{match[2]} {match[1]}" if match else text


def is_acronym(text: str) -> bool:
    """True for a word of capitals as short as those that are left out."""
    return len(text) <= SHORT and text.upper() == text


def in_lower_case(text: str) -> str:
    """A title in lower case, but for words that hold capitals within."""
    return re.sub(r"[^\W_]+", lambda word: word[0].lower() if word[0][1:].islower() else word[0], text)


def add_overlay(drafts: dict[str, Draft], path: Path, kind: str) -> set[str]:
    """Our own rows: names added to a concept, names taken from it, or a concept that no ontology holds."""
    keys = set()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != OVERLAY:
            sys.exit(f"{path}: header {reader.fieldnames} (make it {','.join(OVERLAY)})")
        for number, row in enumerate(reader, 2):
            keys.add(overlay_row(drafts, row, kind, f"{path}:{number}"))
    return keys


def overlay_row(drafts: dict[str, Draft], row: dict[str, str], kind: str, place: str) -> str:
    """Apply one row; its key."""
    key = row["id"] or (f"MESH:{row['mesh']}" if f"MESH:{row['mesh']}" in drafts else f"own:{row['name']}")
    if row["id"] and key not in drafts:
        sys.exit(f"{place}: {key} is not among the sources (check the id)")
    draft = drafts.setdefault(key, Draft(key, None, kind, row["name"], {" ".join(fold(row["name"]))}))
    dropped = {" ".join(fold(text)) for text in row["drop"].split("|") if text}
    wanted = {" ".join(fold(text)) for text in (row["name"], *row["synonyms"].split("|")) if text} - dropped
    for other in drafts.values():
        if other.kind == kind and other is not draft:
            other.names -= wanted
    draft.names = (draft.names | wanted) - dropped
    draft.kind = kind
    draft.mesh = row["mesh"] or draft.mesh
    draft.parents += [parent for parent in row["parents"].split("|") if parent]
    for parent in draft.parents:
        if parent not in drafts:
            sys.exit(f"{place}: parent {parent} is not known (give the id of a concept)")
    return key


def add_parents(drafts: dict[str, Draft]) -> None:
    """Is-a links: one step up a tree of MeSH, else the concept whose name ends this one (hip osteoarthritis)."""
    by_tree = {tree: draft.key for draft in drafts.values() for tree in draft.trees}
    by_name: dict[tuple[str, str], str] = {}
    for draft in drafts.values():
        by_name.setdefault((draft.kind, " ".join(fold(draft.name))), draft.key)
    for draft in drafts.values():
        above = [by_tree[up] for tree in draft.trees if (up := tree.rpartition(".")[0]) in by_tree]
        above = [key for key in dict.fromkeys(above) if drafts[key].kind == draft.kind]
        if not above and not draft.parents:
            above = ending(draft, by_name)
        draft.parents = [key for key in dict.fromkeys([*draft.parents, *above]) if key != draft.key]


def ending(draft: Draft, by_name: dict[tuple[str, str], str]) -> list[str]:
    """The concept whose name is the longest proper end of this one's name, unless a word parts the two."""
    words = fold(draft.name)
    for start in range(1, len(words)):
        if words[start - 1] not in _PARTING and (key := by_name.get((draft.kind, " ".join(words[start:])))):
            return [key]
    return []


if __name__ == "__main__":
    main()

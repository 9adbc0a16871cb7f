"""What a run has to do: which documents are new, which an earlier run read already, and which are gone.

A document is known by the hash of its bytes, its name and the fingerprint of the pipeline; nothing is trusted that a
clock or a file system may get wrong. The ledger is asked before any model is loaded or any server started, so that a
run with nothing to do ends at once.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from litclaims import config, inputs
from litclaims.errors import ConfigurationError
from litclaims.inputs import Address, Input, Inputs, find_inputs
from litclaims.model import Extraction, Outcome
from litclaims.report.write import check_out
from litclaims.store import lock
from litclaims.store.fingerprint import fingerprint
from litclaims.store.ledger import FILE, Seen, Store, stored
from litclaims.store.parts import Done, Parts
from litclaims.workers import ENDED, Runner

LOCK = ".litclaims.lock"
"""In the folder of the outputs, and with the name of the store beside it: what a run holds while it runs."""

READ = frozenset({"ok", "unchanged"})


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of a run.

    Attributes:
        paths: files, folders, patterns and addresses, see :func:`litclaims.inputs.find_inputs`.
        out: folder of the tables.
        store: file or URL of the ledger.
        parts: folder or URL of the parts; None for where the store has them.
        model: the spaCy pipeline that finds diseases, by name; None is our own.
        only: ``doses`` to read the doses of cells alone; None for all figures.
        refresh: read every document, known or not.
        wait: seconds to wait for another run into the same folder or store.
        runner: who reads; see :class:`litclaims.workers.Runner`.
    """

    paths: tuple[str, ...]
    out: Path
    store: str
    parts: str | None = None
    model: str | None = None
    only: str | None = None
    refresh: bool = False
    wait: float = 0.0
    runner: Runner = field(default_factory=Runner)

    @property
    def fingerprint(self) -> str:
        """Of reading as this run reads."""
        return fingerprint(self.model, self.only)

    @property
    def scope(self) -> str:
        """A hash of the paths, however they are written."""
        whole = sorted({path if "://" in path else os.path.abspath(path) for path in self.paths})
        return hashlib.sha256("\0".join(whole).encode("utf-8", "surrogatepass")).hexdigest()


def job(
    paths: Sequence[str | Path],
    *,
    out: str | Path,
    store: str | Path | None = None,
    parts: str | None = None,
    model: str | None = None,
    only: str | None = None,
    refresh: bool = False,
    wait: float | None = None,
    runner: Runner | None = None,
) -> Job:
    """The job of these arguments; what is not given is as the settings say.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    if only is not None and only not in config.ONLY:
        remedy = f"say {' or '.join(config.ONLY)}, or leave it out to read all figures"
        raise ConfigurationError(f"{only!r} is nothing that can be read alone", source="--only", remedy=remedy)
    settings = config.load()
    return Job(
        paths=tuple(map(str, paths)),
        out=Path(out),
        store=str(store or settings.store or Path(out) / FILE),
        parts=parts or settings.parts,
        model=model or settings.model,
        only=only or settings.only,
        refresh=refresh,
        wait=settings.wait if wait is None else wait,
        runner=runner or runner_of(settings),
    )


def runner_of(
    settings: config.Settings, kind: str | None = None, workers: int | None = None, address: str | None = None
) -> Runner:
    """The runner of these arguments; what is not given is as the settings say.

    Raises:
        ConfigurationError: there is no such runner, or it takes no such argument.
    """
    if kind is None:
        kind, address = settings.runner, address or settings.address
    workers = workers or (None if kind == "thread" else settings.workers)
    return Runner(kind, workers, address, settings.document_seconds)


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do.

    Attributes:
        inputs: what was found.
        fingerprint: of reading as this run reads.
        parts: where what is read is kept.
        seen: of the documents to be told of which inputs they are, by name.
        known: what an earlier reading gave, by name; these need not be read.
        unchanged: names of those that the last run that saw them read just so.
        missing: the outcomes of documents that are gone.
        suspects: names of those that ended the process which read them last.
    """

    inputs: Inputs
    fingerprint: str
    parts: Parts
    seen: Mapping[str, Seen]
    known: Mapping[str, Done]
    unchanged: frozenset[str]
    missing: tuple[Outcome, ...]
    suspects: frozenset[str] = frozenset()

    @property
    def to_read(self) -> tuple[Input, ...]:
        """The inputs that must be read, in their order."""
        return tuple(item for item in self.inputs.items if item.doc not in self.known)

    def became(self, done: Iterable[Done] = ()) -> dict[str, Done]:
        """What became of every input, by name: what was read now, and what an earlier run read."""
        fresh = {one.doc: one for one in done}
        return {item.doc: fresh.get(item.doc) or self.known[item.doc] for item in self.inputs.items}

    def outcomes(
        self, done: Iterable[Done] = (), *, take: Callable[[Outcome], Outcome] = lambda outcome: outcome
    ) -> tuple[Outcome, ...]:
        """The outcome of every input and of what is gone, those that were read now among them.

        Extractions come from their parts, their documents without the blocks and origins that only reading needs.

        Args:
            take: is given each outcome as it is loaded, part by part, and gives what is held of it.

        Raises:
            StoreError: a part is gone or damaged.
        """
        read = tuple(done)
        became, fresh = self.became(read), {one.doc for one in read}
        loaded: dict[str, list[Extraction]] = {}
        of_doc: dict[str, Outcome] = {}
        for item in sorted(self.inputs.items, key=lambda item: became[item.doc].part or ""):
            outcome = self._outcome(item, became[item.doc], loaded, is_fresh=item.doc in fresh)
            of_doc[item.doc] = take(outcome)
        return (*self.inputs.outcomes, *(of_doc[item.doc] for item in self.inputs.items), *self.missing)

    def _outcome(self, item: Input, done: Done, loaded: dict[str, list[Extraction]], *, is_fresh: bool) -> Outcome:
        """The outcome of an input; ``loaded`` holds the part that was asked for last."""
        status = "unchanged" if not is_fresh and item.doc in self.unchanged else done.status
        outcome = Outcome(item.doc, item.source, status, done.reason, seconds=done.seconds)
        if done.part is None:
            return outcome
        if done.part not in loaded:
            loaded.clear()
            loaded[done.part] = self.parts.extractions(done.part)
        extraction = loaded[done.part][done.row]
        if extraction.document.source != item.source:
            extraction = replace(extraction, document=replace(extraction.document, source=item.source))
        return replace(outcome, extraction=extraction)

    def seen_after(self, done: Iterable[Done]) -> dict[str, Seen]:
        """Which inputs the documents were, with what was found out while reading them."""
        read = {one.doc: one.sha256 for one in done}
        return {
            doc: replace(seen, sha256=read[doc], fingerprint=self.fingerprint if read[doc] else None)
            if doc in read
            else seen
            for doc, seen in self.seen.items()
        }


@contextmanager
def opened(asked: Job) -> Iterator[tuple[Store, Plan]]:
    """The store of a run and what there is to do, with nobody else writing to the store or the folder meanwhile.

    Raises:
        InputError: there is nothing to read.
        OutputError, StoreError: the folder or the store cannot be written, or another run holds it for too long.
    """
    found = find_inputs(asked.paths)
    check_out(asked.out)
    with locked(asked), Store.open(asked.store) as store:
        plan = make(asked, store, found)
        plan.parts.clear(keep=store.named_parts())
        yield store, plan


def is_known(asked: Job) -> bool:
    """True if no document has to be read: whoever would start a server for it need not.

    Raises:
        InputError: there is nothing to read at all.
        StoreError: the store cannot be used.
    """
    found = find_inputs(asked.paths)
    if asked.refresh or ("://" not in asked.store and not Path(asked.store).exists()):
        return False
    with Store.open(asked.store) as store:
        return not make(asked, store, found).to_read


@contextmanager
def locked(asked: Job) -> Iterator[None]:
    """Hold the folder and the store of a run against other runs."""
    with ExitStack() as stack:
        stack.enter_context(lock.held(asked.out / LOCK, of=str(asked.out), wait=asked.wait))
        if "://" not in asked.store:
            beside = Path(asked.store).absolute()
            file = beside.with_name(f".{beside.name}.lock")
            stack.enter_context(lock.held(file, of=asked.store, wait=asked.wait))
        else:
            store = stack.enter_context(Store.open(asked.store))
            stack.enter_context(store.alone(wait=asked.wait))
        yield


def make(asked: Job, store: Store, found: Inputs) -> Plan:
    """What there is to do for the inputs that were found."""
    sign = asked.fingerprint
    parts = store.parts(asked.parts)
    before = {str(row["doc"]): row for row in store.documents()}
    digests = {item.doc: _digest(item) for item in found.items}
    places = {item.doc: stored(inputs.place(item)) for item in found.items}
    known = {} if asked.refresh else _known(store, parts, sign, found.items, digests)
    unchanged = frozenset(
        doc
        for doc, done in known.items()
        if done.status == "ok" and _is_as_before(before.get(stored(doc)), digests[doc], sign)
    )
    seen = {doc: Seen(places[doc], digest, sign if digest else None) for doc, digest in digests.items()}
    missing = tuple(_missing(asked, before, found, frozenset(places.values())))
    suspects = frozenset(item.doc for item in found.items if _ended_its_reader(before.get(stored(item.doc))))
    return Plan(found, sign, parts, seen, known, unchanged, missing, suspects)


def _ended_its_reader(row: Mapping[str, object] | None) -> bool:
    return row is not None and row["status"] == "failed" and ENDED in str(row["reason"])


def _known(
    store: Store, parts: Parts, sign: str, items: Sequence[Input], digests: Mapping[str, str | None]
) -> dict[str, Done]:
    """What earlier readings gave of these inputs, where it is still there."""
    all_known, there = store.known(sign), parts.names()
    found = {}
    for item in items:
        done = all_known.get((digests[item.doc] or "", stored(item.doc)))
        if done is None or (done.part is not None and done.part not in there):
            continue
        if done.status == "ok" or done.source == stored(item.source):  # a reason names the source
            found[item.doc] = done
    return found


def _is_as_before(row: Mapping[str, object] | None, digest: str | None, sign: str) -> bool:
    """True if the last run that saw a document read these bytes under this fingerprint."""
    if row is None or digest is None or row["status"] not in READ:
        return False
    return (row["input_sha256"], row["fingerprint"]) == (digest, sign)


def _missing(
    asked: Job, before: Mapping[str, Mapping[str, object]], found: Inputs, places: frozenset[str]
) -> Iterator[Outcome]:
    """Documents that an earlier run read under the same paths and that are no longer there.

    What lies under a folder or in an archive that could not be looked at now is not known to be gone.
    """
    names = {stored(each.doc) for each in (*found.items, *found.outcomes)}
    unseen, given = (
        [stored(path) for path in paths] for paths in ([one.source for one in found.outcomes], asked.paths)
    )
    for doc, row in before.items():
        place = row["place"]
        if doc in names or place is None or place in places or row["text_sha256"] is None:
            continue
        if any(inputs.is_under(str(place), path) for path in unseen):
            continue
        if any(inputs.is_under(str(place), path) for path in given):
            source = str(row["source"])
            reason = f"{source}: is no longer there; its claims are left out of the comparison"
            yield Outcome(doc, source, "missing", reason)


def _digest(item: Input) -> str | None:
    """The digest of an input, taken once a process while its file does not change: a run looks twice."""
    if isinstance(item.part, Address):
        return inputs.digest(item)
    try:
        status = os.stat(item.path)
    except OSError:
        return None
    marks = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return _digest_of(os.path.abspath(item.path), marks, item)


@functools.lru_cache(maxsize=200_000)
def _digest_of(path: str, marks: tuple[int, ...], item: Input) -> str | None:
    return inputs.digest(item)

// A document's text, opened at a claim, with all that was found in it marked by kind.

const KINDS = ["quantity", "route", "target", "condition", "cell_type", "species", "basis", "citation", "heading"];
const KIND_WORDS = { quantity: "figure", target: "site", cell_type: "cell type", basis: "basis" };
const reader = byId("reader");
let cameFrom = null;
const muted = new Set();

async function openReader(name, { claim = -1, stance = -1, from = null } = {}) {
  const row = rowBy("documents", "doc", name);
  const text = row < 0 ? null : await textOf(row);
  if (reader.hidden) cameFrom = from ?? document.activeElement;
  const title = row < 0 ? "" : visible(tables.documents.text("title", row));
  const body = make("div", { class: "text", tabindex: "0", role: "document" });
  reader.replaceChildren(
    make("header", {},
      make("div", {}, make("h2", { id: "reader-title" }, docDot(docPlace(name)), visible(name)), title ? make("p", { class: "soft" }, title) : null),
      make("button", { type: "button", class: "quiet", "aria-label": "Close the text", on: { click: closeReader } }, "Close")),
    text ? legend(text) : make("p", { class: "empty" }, "The text of this document is not in this page."), body);
  if (text) body.append(...shownText(text, claim, stance));
  reader.hidden = false;
  document.body.classList.add("reading");
  const here = body.querySelector(".target") ?? body.querySelector(".here");
  body.focus({ preventScroll: true });
  if (here) body.scrollTop = here.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
}

function closeReader() {
  if (reader.hidden) return;
  reader.hidden = true;
  document.body.classList.remove("reading");
  hideTip();
  cameFrom?.focus?.({ preventScroll: true });
  cameFrom = null;
}

// Which colours mean what, how often each comes; a kind can be put out.
function legend(text) {
  const counts = new Map();
  for (const [, , kind] of text.marks) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const box = make("p", { class: "legend" });
  KINDS.forEach((kind, at) => {
    if (kind === "heading" || !counts.has(at)) return;
    reader.classList.toggle(`no-${kind}`, muted.has(kind));
    box.append(make("button", { type: "button", class: `k-${kind}`, "aria-pressed": String(!muted.has(kind)), on: { click: (event) => mute(kind, event.currentTarget) } }, `${KIND_WORDS[kind] ?? kind} ${counts.get(at)}`));
  });
  return box;
}

function mute(kind, button) {
  if (!muted.delete(kind)) muted.add(kind);
  reader.classList.toggle(`no-${kind}`, muted.has(kind));
  button.setAttribute("aria-pressed", String(!muted.has(kind)));
}

function shownText(text, claim, stance) {
  const place = text.claims.find(([row]) => row === claim);
  const claimAt = new Map(text.claims.map(([row, start, end]) => [`${start} ${end}`, row]));
  const marks = text.marks.map(([start, end, kind, label]) => ({ start, end, kind: KINDS[kind], label: text.labels[label], row: KINDS[kind] === "quantity" ? claimAt.get(`${start} ${end}`) ?? -1 : -1 }));
  if (place) {
    marks.push({ start: place[3], end: place[4], kind: "here" });
    for (const mark of marks) if (mark.row === claim) mark.target = true;
  }
  if (stance >= 0) {
    const first = tables.stances.columns.doc.indexOf(tables.stances.columns.doc[stance]);
    const spans = tables.stances.columns;
    const at = text.stances.find(([, , start, end]) => start === spans.start[stance] && end === spans.end[stance]) ?? text.stances[stance - first];
    if (at) marks.push({ start: at[0], end: at[1], kind: "here" });
  }
  marks.sort((a, b) => a.start - b.start || b.end - a.end || (a.kind === "here" ? -1 : 1));
  const nodes = [];
  let last = 0;
  for (const [offset, part] of text.text) {
    if (offset > last) nodes.push(gap(offset - last));
    nodes.push(...marked(part, offset, marks.filter((mark) => mark.start < offset + part.length && mark.end > offset)));
    last = offset + part.length;
  }
  if (last < text.length) nodes.push(gap(text.length - last));
  return nodes;
}

const gap = (length) => make("span", { class: "gap" }, `${counted(length, "character")} not shown`);

// Marks within marks; one that crosses the end of another is cut there.
function marked(part, offset, marks) {
  const nodes = [];
  const end = offset + part.length;
  let at = offset;
  let next = 0;
  const until = (stop) => {
    const found = at < stop ? visibleInPlace(part.slice(at - offset, stop - offset)) : "";
    at = Math.max(at, stop);
    return found;
  };
  const inner = (mark, stop) => {
    const limit = Math.min(mark.end, stop);
    const node = markNode(mark);
    while (next < marks.length && marks[next].start < limit) {
      const child = marks[next];
      next += 1;
      if (child.end <= at) continue;
      node.append(until(Math.max(child.start, at)));
      node.append(inner(child, limit));
    }
    node.append(until(limit));
    return node;
  };
  while (next < marks.length && marks[next].start < end) {
    const mark = marks[next];
    next += 1;
    if (mark.end <= at) continue;
    nodes.push(until(Math.max(mark.start, at)), inner(mark, end));
  }
  nodes.push(until(end));
  return nodes.filter((node) => node !== "");
}

function markNode(mark) {
  if (mark.kind === "here") return make("span", { class: "here" });
  if (mark.kind === "heading") return make("span", { class: "heading" });
  const kind = KIND_WORDS[mark.kind] ?? words(mark.kind);
  const given = { class: `m k-${mark.kind}${mark.target ? " target" : ""}` };
  if (mark.row >= 0) Object.assign(given, { data: { claim: mark.row }, tabindex: "0", "aria-describedby": "tip" });
  else given.data = { tip: `${kind}${mark.label ? `: ${visible(words(mark.label))}` : mark.kind === "quantity" ? ", not read as a claim" : ""}` };
  return make("mark", given);
}

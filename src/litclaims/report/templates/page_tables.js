// The tables below the desk: who gives what, every figure, stances, references, documents.

const views = {};

function tableView(name, noun, columns, { empty, label }) {
  const pane = byId(`${name}-pane`);
  const body = make("tbody", {});
  const heads = columns.map((column) => make("th", { scope: "col", class: column.kind ?? null, "aria-sort": "none" },
    column.key ? make("button", { type: "button", class: "plain", on: { click: () => sortBy(name, column) } }, column.title) : column.title));
  const table = make("table", { "aria-label": label }, make("thead", {}, make("tr", {}, heads)), body);
  const nothing = make("p", { class: "empty", hidden: true }, empty);
  pane.append(table, nothing);
  views[name] = { name, noun, columns, heads, table, nothing, drawn: new Drawn(pane, body, noun), rows: [], shown: [], sort: null };
}

function sortBy(name, column) {
  const view = views[name];
  view.sort = view.sort?.column === column ? (view.sort.down ? null : { column, down: true }) : { column, down: false };
  showRows(view);
}

function showRows(view, rows = view.rows) {
  view.rows = rows;
  const { sort } = view;
  view.shown = sort ? orderedBy(rows, sort) : rows;
  view.heads.forEach((head, at) => head.setAttribute("aria-sort", sort?.column === view.columns[at] ? (sort.down ? "descending" : "ascending") : "none"));
  view.nothing.hidden = rows.length > 0;
  view.table.hidden = rows.length === 0;
  byId(`${view.name}-count`).textContent = rows.length ? counted(rows.length, view.noun) : "";
  view.drawn.show(view.shown, (row) => make("tr", { class: view.flagged?.(row) ? "flag" : null }, view.columns.map((column) => {
    const cell = column.cell(row);
    return make(column.head ? "th" : "td", { class: column.kind ?? null, scope: column.head ? "row" : null }, cell ?? "–");
  })));
}

const collator = new Intl.Collator("en", { numeric: true });

// What is missing stands last either way.
function orderedBy(rows, { column, down }) {
  const keys = new Map(rows.map((row) => [row, column.key(row)]));
  const order = (a, b) => (typeof a === "string" ? collator.compare(a, b) : a - b);
  return [...rows].sort((x, y) => {
    const [a, b] = [keys.get(x), keys.get(y)];
    if (a === null || b === null) return (a === null) - (b === null) || x - y;
    return (down ? order(b, a) : order(a, b)) || x - y;
  });
}

function plainColumn(table, title, name, more = {}) {
  return { title, cell: (row) => visible(table.text(name, row)) || null, key: (row) => table.text(name, row), ...more };
}

function prepareTables() {
  const { claims, stances, sources, documents } = tables;
  tableView("figures", "figure", [
    { title: "Figure", head: true, cell: (row) => figureButton(claims.text("doc", row), row), key: (row) => claims.text("figure", row) },
    { title: "Read as", kind: "num", cell: (row) => visible(claims.text("_said", row)), key: (row) => claims.value("low", row) ?? claims.value("high", row) },
    { title: "Measure", cell: (row) => words(claims.text("measure", row)), key: (row) => claims.text("measure", row) },
    ...[["Per", "basis"], ["Route", "route"], ["Site", "target"], ["Condition", "condition"], ["Cell type", "cell_type"], ["Standing", "status"]].map(([title, name]) => plainColumn(claims, title, name)),
    { title: "Document", kind: "name", cell: (row) => docButton(claims.text("doc", row), { claim: row }), key: (row) => claims.text("doc", row) },
    { title: "Repairs", cell: (row) => visible(claims.text("repairs", row)) || null, key: (row) => claims.text("repairs", row) },
  ], { empty: "No figure fits these filters.", label: "Figures" });
  tableView("stances", "stance", [
    { title: "Document", kind: "name", head: true, cell: (row) => docButton(stances.text("doc", row), { stance: row }), key: (row) => stances.text("doc", row) },
    plainColumn(stances, "Treatment", "intervention"), plainColumn(stances, "Condition", "condition"), plainColumn(stances, "Stance", "stance"),
    plainColumn(stances, "Sentence", "sentence", { kind: "wide" }),
  ], { empty: "No document takes a stance that fits these filters.", label: "What the documents hold of the treatments" });
  tableView("references", "cited work", [
    { title: "Work", head: true, kind: "wide", cell: work, key: (row) => sources.text("title", row) },
    plainColumn(sources, "First author", "first_author"),
    { title: "Year", kind: "num", cell: (row) => (sources.value("year", row) === null ? null : String(sources.value("year", row))), key: (row) => sources.value("year", row) },
    { title: "Cited by", kind: "name", cell: citing, key: (row) => -sources.value("n_cited_by", row) },
    { title: "Identifier", kind: "name", cell: identifier, key: (row) => sources.text("doi", row) },
  ], { empty: "No reference list was found that fits these filters.", label: "Works that the documents cite" });
  tableView("documents", "document", [
    { title: "Document", kind: "name", head: true, cell: (row) => (documents.text("doc_id", row) === null ? visible(documents.text("doc", row)) : docButton(documents.text("doc", row))), key: (row) => documents.text("doc", row) },
    plainColumn(documents, "Title", "title", { kind: "wide" }),
    { title: "Status", cell: (row) => make("span", { class: { ok: "good", failed: "bad" }[documents.text("status", row)] ?? "" }, documents.text("status", row)), key: (row) => documents.text("status", row) },
    { title: "Reason", kind: "wide", cell: reasonOf, key: (row) => documents.text("reason", row) },
    { title: "Figures", kind: "num", cell: (row) => grouped.format(documents.value("n_claims", row)), key: (row) => documents.value("n_claims", row) },
  ], { empty: "No document fits these filters.", label: "Documents" });
  views.documents.flagged = (row) => documents.text("status", row) === "failed";
}

function reasonOf(row) {
  const { documents } = tables;
  const repeats = documents.text("duplicate_of", row);
  return [documents.text("reason", row), repeats && `${documents.text("duplicate_kind", row)} as ${repeats}`].filter(Boolean).map(visible).join("; ") || null;
}

// The work as its title, else as one of the entries writes it.
function work(row) {
  const { sources, references } = tables;
  const [first] = (sources.text("ref_ids", row) ?? "").split("; ");
  const entry = rowBy("references", "ref_id", first);
  const said = visible(sources.text("title", row)) || (entry < 0 ? "" : visible(references.text("raw", entry)));
  const journal = visible(sources.text("journal", row));
  return [said || "untitled", journal ? make("span", { class: "soft" }, ` ${journal}`) : null];
}

function citing(row) {
  const names = (tables.sources.text("cited_by", row) ?? "").split("; ").filter(Boolean);
  const own = tables.sources.text("doc", row);
  return [
    names.slice(0, 12).map((name) => (rowBy("documents", "doc", name) < 0 ? visible(name) : docButton(name))),
    names.length > 12 ? make("span", { class: "soft" }, `and ${names.length - 12} more`) : null,
    own ? make("span", { class: "soft" }, "it is here as ", docButton(own)) : null,
  ];
}

function identifier(row) {
  const [doi, pmid] = ["doi", "pmid"].map((name) => visible(tables.sources.text(name, row)));
  if (doi) return make("a", { href: `https://doi.org/${encodeURIComponent(doi).replaceAll("%2F", "/")}`, rel: "noreferrer", target: "_blank" }, doi);
  return pmid ? `PMID ${pmid}` : null;
}

// The matrix is made of the positions that are shown: a row a subject, a column a document.
const MOST_COLUMNS = 24;
const matrix = { rows: [], docs: [], cells: new Map() };

function showMatrix(positions) {
  const { comparison } = tables;
  const { _subject, doc } = comparison.columns;
  const counts = new Map();
  const cells = new Map();
  for (const position of positions) {
    const subject = _subject[position];
    if (subject < 0) continue;
    counts.set(doc[position], (counts.get(doc[position]) ?? 0) + 1);
    if (!cells.has(subject)) cells.set(subject, new Map());
    const row = cells.get(subject);
    if (!row.has(doc[position])) row.set(doc[position], []);
    row.get(doc[position]).push(position);
  }
  const docs = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).slice(0, MOST_COLUMNS).sort((a, b) => (strings[a] < strings[b] ? -1 : 1));
  const rank = (subject) => measures.indexOf(matrixTable.text("measure", subject));
  const rows = [...cells.keys()].sort((a, b) => matrixTable.value("flag", b) - matrixTable.value("flag", a) || rank(a) - rank(b) || cells.get(b).size - cells.get(a).size || a - b);
  Object.assign(matrix, { rows, docs, cells });
  const pane = byId("matrix-pane");
  const hidden = counts.size - docs.length;
  byId("matrix-count").textContent = rows.length ? `${counted(rows.length, "subject")}, ${counted(counts.size, "document")}${hidden ? `, of which the ${docs.length} with the most are shown` : ""}` : "";
  const body = make("tbody", {});
  const table = make("table", { class: "matrix", "aria-label": "Who gives what" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Subject"), docs.map((place) => make("th", { scope: "col", class: "name" }, docButton(strings[place]))))), body);
  pane.replaceChildren(rows.length ? table : make("p", { class: "empty" }, "No figure that fits these filters is held at a site."));
  matrix.drawn?.more.remove();
  matrix.drawn ??= new Drawn(pane, body, "subject");
  matrix.drawn.box = body;
  pane.append(matrix.drawn.more);
  matrix.drawn.show(rows, matrixRow);
}

function subjectWords(row) {
  const text = (name) => visible(matrixTable.text(name, row));
  return [words(text("measure")), unitWords(text("unit")), text("route") || "route not stated", text("target"), text("species")].filter(Boolean);
}

function matrixRow(subject) {
  const why = matrixTable.text("why", subject);
  const [measure, ...facets] = subjectWords(subject);
  return make("tr", { class: matrixTable.value("flag", subject) ? "flag" : null },
    make("th", { scope: "row" }, make("span", { class: "subject" }, measure), make("span", { class: "soft" }, ` ${facets.join(" · ")}`),
      why ? make("span", { class: "why", data: { tip: visible(why) } }, visible(why)) : null),
    matrix.docs.map((place) => make("td", {}, cellButtons(matrix.cells.get(subject).get(place)))));
}

function cellButtons(positions) {
  if (!positions) return null;
  const { comparison } = tables;
  return positions.slice(0, 12).map((position) => {
    const [claim = -1] = claimRows(comparison.text("claim_ids", position));
    return make("button", { type: "button", class: "figure", data: claim < 0 ? {} : { claim }, on: { click: (event) => openReader(comparison.text("doc", position), { claim, from: event.currentTarget }) } }, visible(comparison.text("_said", position)));
  });
}

function matrixCsv() {
  const { comparison } = tables;
  const names = matrix.docs.map((place) => strings[place]);
  const lines = [["measure", "unit", "route", "target", "species", ...names, "flag", "why"].map(csvQuoted).join(",")];
  for (const subject of matrix.rows) {
    const cells = matrix.docs.map((place) => [...new Set((matrix.cells.get(subject).get(place) ?? []).map((position) => comparison.text("_said", position)))].join("; "));
    const own = (name) => matrixTable.csvCell(name, subject);
    lines.push([...["measure", "unit", "route", "target", "species"].map(own), ...cells.map((cell) => (cell ? csvQuoted(cell) : "")), own("flag"), own("why")].join(","));
  }
  return `${lines.join("\n")}\n`;
}

const FILLS = {
  matrix: () => showMatrix(shown.positions.own),
  figures: () => showRows(views.figures, passing("claims")),
  stances: () => showRows(views.stances, passing("stances")),
  references: () => showRows(views.references, passing("sources")),
  documents: () => showRows(views.documents, passing("documents")),
};

// A table is filled anew when it is looked at: whoever reads the list above need not wait for it.
const inView = new Set();
const stale = new Set();

function freshen(name) {
  if (stale.delete(name)) FILLS[name]();
}

function freshenAll() {
  for (const name of Object.keys(FILLS)) freshen(name);
}

function watchTables() {
  const watcher = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) inView.add(target.id);
      else inView.delete(target.id);
      if (isIntersecting) freshen(target.id);
    }
  }, { rootMargin: "100px" });
  for (const name of Object.keys(FILLS)) watcher.observe(byId(name));
  // a jump would miss its place if what it passes were filled later
  byId("filters").querySelector("nav").addEventListener("click", freshenAll);
}

function showTables() {
  for (const name of Object.keys(FILLS)) stale.add(name);
  for (const name of inView) setTimeout(() => freshen(name)); // after what was chosen is drawn
}

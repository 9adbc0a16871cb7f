// The disagreements, worst first: what two documents have with each other on one measure, in one way, is one item.

const list = { current: -1, pointed: -1, items: [], rows: [], drawn: new Drawn(byId("list-pane"), byId("list"), "issue", { step: 10 }) };

const SORTS = {
  worst: ["worst first", null],
  gap: ["widest gap", (row) => -(tables.disagreements.value("gap_fold", row) ?? 0)],
  share: ["least overlap", (row) => tables.disagreements.value("overlap_share", row) ?? 2],
  measure: ["measure", (row) => tables.disagreements.text("measure", row)],
  doc: ["document", (row) => `${tables.disagreements.text("doc_a", row)} ${tables.disagreements.text("doc_b", row)}`],
  state: ["what changed", (row) => ["reopened", "new", "changed", "resolved", "open"].indexOf(tables.disagreements.text("state", row))],
};

function sorted(rows, key) {
  if (!key) return rows;
  const keys = new Map(rows.map((row) => [row, key(row)]));
  return [...rows].sort((a, b) => (keys.get(a) < keys.get(b) ? -1 : keys.get(a) > keys.get(b) ? 1 : a - b));
}

function showList(rows) {
  list.rows = sorted(rows, SORTS[byId("list-sort").value]?.[1]);
  const { issue_id, flag } = tables.disagreements.columns;
  const found = new Map();
  for (const row of list.rows) {
    const key = flag[row] * strings.length + issue_id[row];
    if (found.has(key)) found.get(key).push(row);
    else found.set(key, [row]);
  }
  list.items = [...found.values()];
  list.current = list.items.length ? list.items[0][0] : -1;
  list.at = 0;
  list.pointed = -1;
  byId("list-count").textContent = rows.length ? `${grouped.format(rows.length)} in ${counted(list.items.length, "issue")}` : "";
  list.drawn.show(list.items, issue);
  if (!list.items.length) byId("list").append(make("p", { class: "empty" }, nothingShown()));
}

function nothingShown() {
  if (!tables.disagreements.rows) return "No pair of figures could be compared.";
  return chosen.flagged ? "No disagreement fits these filters." : "No verdict fits these filters.";
}

function issue(rows, at) {
  const table = tables.disagreements;
  const [lead] = rows;
  const text = (name) => visible(table.text(name, lead));
  const stance = text("measure") === "stance";
  const labels = [
    make("strong", { class: table.value("flag", lead) ? "verdict-flag" : "" }, words(text("verdict"))),
    words(text("measure")), stance ? null : `${text("grade")} setting`, stance ? null : `${text("level")} level`,
    table.value("same_document", lead) ? "within one document" : null,
    text("state") === "new" ? null : text("state"), text("review") || null,
  ].filter(Boolean);
  const node = make("article", { class: "issue", tabindex: at === list.at ? "0" : "-1", "aria-posinset": at + 1, "aria-setsize": list.items.length, data: { at, verdict: lead }, "aria-label": `${words(text("verdict"))}: ${text("reason")}` },
    make("p", { class: "labels" }, labels.map((label) => (typeof label === "string" ? make("span", {}, label) : label))),
    make("h3", {}, text("reason")),
    stance ? null : sketch(lead),
    make("div", { class: "sides" }, side(lead, "a"), side(lead, "b")));
  if (rows.length > 1) node.append(others(rows));
  if (lead === list.current) node.classList.add("current");
  return node;
}

function others(rows) {
  const box = make("details", {}, make("summary", {}, `${rows.length - 1} more between these documents`));
  box.addEventListener("toggle", () => {
    if (!box.open || box.childElementCount > 1) return;
    box.append(make("ol", {}, rows.slice(1, 60).map((row) => make("li", {}, make("button", { type: "button", class: "plain", on: { click: (event) => swapIn(event.currentTarget, row) } }, visible(tables.disagreements.text("reason", row)))))));
    if (rows.length > 60) box.append(make("p", { class: "soft" }, `and ${counted(rows.length - 60, "more")}`));
  });
  return box;
}

// Another verdict of an issue takes the place of the one that led it.
function swapIn(button, row) {
  const node = button.closest(".issue");
  const rows = list.items[Number(node.dataset.at)];
  const made = issue([row, ...rows.filter((each) => each !== row)], Number(node.dataset.at));
  list.items[Number(node.dataset.at)] = [row, ...rows.filter((each) => each !== row)];
  node.replaceWith(made);
  select(made, { focus: true });
}

function side(verdict, end) {
  const table = tables.disagreements;
  const text = (name) => table.text(`${name}_${end}`, verdict);
  const stance = table.text("measure", verdict) === "stance";
  const claims = stance ? [] : claimRows(text("claim_ids"));
  const open = { claim: claims[0] ?? -1, stance: stance ? rowBy("stances", "stance_id", text("claim_ids")) : -1 };
  const position = table.value(`_${end}`, verdict);
  const facets = stance ? [] : [visible(text("route")) || "route not stated", text("basis") ? (text("basis") === "total" ? "in total" : `per ${visible(text("basis"))}`) : "basis not stated"];
  for (const name of ["target", "condition", "cell_type", "species"]) {
    const said = position < 0 ? "" : visible(tables.comparison.text(name, position));
    if (said) facets.push(said);
  }
  const told = text("sentence");
  const figures = text("figure").split("; ");
  const doc = text("doc");
  return make("div", { class: "side", vars: { "--hue": hue(table.columns[`doc_${end}`][verdict]) } },
    make("h4", {}, docButton(doc, open)),
    make("p", { class: "amount" }, stance ? visible(text("figure")) : visible(text("_said"))),
    facets.length ? make("p", { class: "facets" }, facets.join(" · ")) : null,
    told ? make("blockquote", { class: "read", title: "Read it in the document", on: { click: (event) => openReader(doc, { ...open, claim: Number(event.target.closest("[data-claim]")?.dataset.claim ?? open.claim), from: event.currentTarget.closest(".issue") }) } },
      sentence(told, figures, claims)) : null,
    claims.length > 1 ? make("p", { class: "facets" }, "from ", claims.slice(0, 8).map((row) => [figureButton(doc, row), " "]), claims.length > 8 ? `and ${claims.length - 8} more` : null) : null);
}

function figureButton(doc, claim) {
  return make("button", { type: "button", class: "figure", data: { claim }, on: { click: (event) => openReader(doc, { claim, from: event.currentTarget }) } }, visible(tables.claims.text("figure", claim)));
}

// The two intervals of a verdict on an axis of their own.
function sketch(verdict) {
  const { low_a, high_a, low_b, high_b, doc_a, doc_b } = tables.disagreements.columns;
  const pairs = [[low_a[verdict], high_a[verdict], doc_a[verdict]], [low_b[verdict], high_b[verdict], doc_b[verdict]]];
  const known = pairs.flatMap(([low, high]) => [low, high]).filter((end) => end > 0 && Number.isFinite(end)).map(Math.log10);
  if (!known.length) return null;
  const [width, height] = [600, 30];
  const room = Math.max(0.1, (Math.max(...known) - Math.min(...known)) * 0.08);
  const [from, to] = [Math.min(...known) - room, Math.max(...known) + room];
  const x = (value, open) => (value === null || !Number.isFinite(value) ? open : value > 0 ? ((Math.log10(value) - from) / (to - from)) * width : 0);
  const shade = shadeOf(verdict);
  const svg = draw("svg", { class: "sketch", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  if (shade) {
    const [start, end] = [x(shade.low, 0), x(shade.high, width)];
    svg.append(draw("rect", { class: `band ${shade.kind}`, x: start, y: 0, width: Math.max(3, end - start), height }));
  }
  pairs.forEach(([low, high, doc], at) => {
    const [start, end] = [x(low, 0), x(high, width)];
    svg.append(draw("line", { class: "rule", x1: 0, x2: width, y1: 8 + at * 14, y2: 8 + at * 14 }));
    svg.append(draw("rect", { class: "bar site", x: Math.min(start, end - 5), y: 4 + at * 14, width: Math.max(5, end - start), height: 8, vars: { "--hue": hue(doc) } }));
  });
  return svg;
}

function select(node, { focus = false, scroll = true } = {}) {
  for (const other of byId("list").querySelectorAll(".issue.current, .issue[tabindex='0']")) {
    other.classList.remove("current");
    other.setAttribute("tabindex", "-1");
  }
  node.classList.add("current");
  node.setAttribute("tabindex", "0");
  list.at = Number(node.dataset.at);
  list.current = Number(node.dataset.verdict);
  if (focus) {
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }
  if (scroll) showInChart();
}

function point(verdict) {
  if (list.pointed === verdict) return;
  list.pointed = verdict;
  drawChart();
}

function step(by) {
  const next = Math.max(0, Math.min(list.items.length - 1, (document.activeElement?.closest?.(".issue") ? list.at : list.at - (by > 0 ? 1 : 0)) + by));
  if (next >= list.drawn.drawn) list.drawn.grow(next + 10);
  const node = byId("list").querySelector(`.issue[data-at="${next}"]`);
  if (node) select(node, { focus: true });
}

function watchList() {
  const box = byId("list");
  box.addEventListener("click", (event) => {
    const node = event.target.closest(".issue");
    if (node && Number(node.dataset.verdict) !== list.current) select(node);
  });
  box.addEventListener("pointerover", (event) => point(Number(event.target.closest(".issue")?.dataset.verdict ?? -1)));
  box.addEventListener("pointerleave", () => point(-1));
  box.addEventListener("focusin", (event) => {
    const node = event.target.closest(".issue");
    if (node && Number(node.dataset.verdict) !== list.current) select(node);
  });
  box.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("issue")) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") (event.target.querySelector("blockquote") ?? event.target.querySelector(".doc"))?.click();
    else return;
    event.preventDefault();
  });
}

// The form, the keys, and what follows from a choice.

const controls = {};

function prepareForm() {
  const inner = byId("facet-row");
  controls.text = byId("search");
  for (const { name, label } of FACETS) {
    controls[name] = make("select", { id: `filter-${name}`, "aria-label": label }, make("option", { value: "" }, label));
    fillFacet(name);
    inner.append(controls[name]);
  }
  controls.doc = make("input", { type: "text", id: "filter-doc", list: "docs", placeholder: "Document", "aria-label": "Document", autocomplete: "off" });
  inner.append(controls.doc, make("datalist", { id: "docs" }, tables.documents.columns.doc.slice(0, 2000).map((place) => make("option", { value: strings[place] }))));
  controls.flagged = make("input", { type: "checkbox", id: "filter-flagged" });
  inner.append(make("label", { class: "check" }, controls.flagged, " flagged only"));
  controls.clear = make("button", { type: "button", id: "clear", class: "quiet", hidden: true, on: { click: clearAll } }, "Clear");
  controls.pin = make("button", { type: "button", id: "pin", class: "quiet pin", hidden: true, "aria-label": "Show all again", on: { click: () => pin(null) } });
  byId("search").before(controls.pin, controls.clear);
  for (const [key, [title]] of Object.entries(SORTS)) byId("list-sort").append(make("option", { value: key }, title));
  for (const { name } of FACETS) controls[name].addEventListener("change", () => chooseFacet(name, controls[name].value));
  controls.flagged.addEventListener("change", () => choose({ flagged: controls.flagged.checked }));
  let waiting = 0;
  const typed = (name) => () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({ [name]: controls[name].value.trim() }), 90);
  };
  controls.text.addEventListener("input", typed("text"));
  controls.doc.addEventListener("input", typed("doc"));
  byId("list-sort").addEventListener("change", () => {
    showList(shown.verdicts);
    showInChart();
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  if (innerWidth < 720) byId("facets").open = false;
}

const MOST_OPTIONS = 400;

// The options of a facet, the commonest first; those that only positions or figures have come after.
function fillFacet(name) {
  const counts = new Map();
  const add = (rows, weight) => {
    for (const row of rows ?? []) for (const each of row) counts.set(each, (counts.get(each) ?? 0) + weight);
  };
  add(facetsOf.disagreements[name], 1);
  add(facetsOf.comparison[name], 1e-3);
  const sortedTerms = [...counts.keys()].sort((a, b) => Math.floor(counts.get(b)) - Math.floor(counts.get(a)) || counts.get(b) - counts.get(a) || (terms[a] < terms[b] ? -1 : 1));
  for (const each of sortedTerms.slice(0, MOST_OPTIONS)) controls[name].append(make("option", { value: terms[each], data: { term: each } }, optionText(name, each)));
}

const optionText = (name, each) => visible(["measure", "verdict"].includes(name) ? words(terms[each]) : terms[each]);

function showCounts(counts) {
  for (const { name } of FACETS) {
    for (const option of controls[name].options) {
      if (!option.value) continue;
      const each = Number(option.dataset.term);
      const number = counts[name][each] ?? 0;
      const text = number ? `${optionText(name, each)} (${grouped.format(number)})` : optionText(name, each);
      if (option.textContent !== text) option.textContent = text;
    }
    controls[name].classList.toggle("set", Boolean(chosen[name]));
  }
}

function choose(given) {
  Object.assign(chosen, given);
  apply();
}

// What is never flagged, such as agreement, is shown though only the flagged were wanted.
function chooseFacet(name, value) {
  const rows = facetsOf.disagreements[name];
  const flags = tables.disagreements.columns.flag;
  const wanted = term(value);
  if (value && ["verdict", "state"].includes(name) && !rows.some((each, row) => flags[row] && each.includes(wanted))) {
    chosen.flagged = false;
    showChosen();
  }
  choose({ [name]: value });
}

function clearAll() {
  pinned = null;
  for (const name of Object.keys(chosen)) chosen[name] = name === "flagged" ? true : "";
  showChosen();
  apply();
}

function showChosen() {
  for (const [name, value] of Object.entries(chosen)) {
    if (name === "flagged") controls.flagged.checked = value;
    else {
      if (controls[name].tagName === "SELECT" && value && ![...controls[name].options].some((option) => option.value === value)) {
        controls[name].append(make("option", { value, data: { term: term(value) } }, visible(words(value))));
      }
      controls[name].value = value;
    }
  }
}

let shown = null;

function apply() {
  hideTip();
  const { rows, counts } = passingVerdicts();
  shown = { verdicts: rows, positions: passingPositions(rows) };
  showCounts(counts);
  showList(rows);
  layChart(inChart());
  byId("chart-count").textContent = counted(maskedRows(shown.positions.mask).length, "position");
  showTables();
  const narrowed = pinned || Object.entries(chosen).some(([name, value]) => (name === "flagged" ? !value : value));
  controls.clear.hidden = !narrowed;
  controls.pin.hidden = !pinned;
  if (pinned) controls.pin.textContent = `${visible(strings[pinned.row.doc])}, ${visible(tables.comparison.text("_said", pinned.row.main))} ✕`;
  controls.doc.classList.toggle("set", Boolean(chosen.doc));
  remember();
}

// The choice stands in the address, so that it can be kept and sent.
function remember() {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(chosen)) {
    if (name === "flagged" ? !value : value) kept.set(name, name === "flagged" ? "0" : value);
  }
  const hash = kept.size ? `#?${kept}` : location.hash.startsWith("#?") ? "#" : location.hash;
  if (hash !== location.hash) history.replaceState(null, "", hash || "#");
}

function recall() {
  if (!location.hash.startsWith("#?")) return;
  for (const [name, value] of new URLSearchParams(location.hash.slice(2))) {
    if (name === "flagged") chosen.flagged = value !== "0";
    else if (name in chosen) chosen[name] = value;
  }
}

function prepareSummary() {
  for (const node of document.querySelectorAll("#since [data-state]")) {
    const { state } = node.dataset;
    if (!facetsOf.disagreements.state.some(([each]) => terms[each] === state)) continue;
    const button = make("button", { type: "button", class: "plain", on: { click: () => { chosen.state = state; chosen.flagged = state !== "resolved"; showChosen(); apply(); byId("disagreements").scrollIntoView(); } } }, node.textContent);
    node.replaceChildren(button);
  }
  const counts = new Map();
  const { measure, flag } = tables.disagreements.columns;
  const cross = term("cross");
  for (let row = 0; row < tables.disagreements.rows; row += 1) {
    if (!flag[row] || !strings[measure[row]].endsWith("_dose") || facetsOf.disagreements.grade[row][0] === cross) continue;
    for (const route of facetsOf.disagreements.route[row]) if (terms[route] !== UNSAID) counts.set(route, (counts.get(route) ?? 0) + 1);
  }
  const box = byId("routes");
  box.hidden = counts.size === 0;
  for (const [route, number] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12)) {
    box.append(" ", make("button", { type: "button", class: "plain", on: { click: () => toRoute(terms[route]) } }, `${visible(terms[route])} ${grouped.format(number)}`));
  }
}

function toRoute(route) {
  const doses = new Set(tables.disagreements.columns.measure.map((place) => strings[place]).filter((name) => name.endsWith("_dose")));
  chosen.route = route;
  chosen.measure = doses.size === 1 ? [...doses][0] : "cell_dose";
  showChosen();
  apply();
  byId("main").scrollIntoView();
}

function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape") {
      const told = tipFor;
      hideTip();
      if (!reader.hidden) closeReader();
      else if (typing) event.target.blur();
      else if (!told) return;
      event.preventDefault();
      return;
    }
    if (typing) return;
    if (event.key === "/") controls.text.focus();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else return;
    event.preventDefault();
  });
}

function watchDownloads() {
  byId("list-csv").addEventListener("click", () => download("disagreements.csv", tables.disagreements.csv(list.rows)));
  byId("chart-csv").addEventListener("click", () => download("comparison.csv", tables.comparison.csv(maskedRows(shown.positions.mask))));
  byId("matrix-csv").addEventListener("click", () => {
    freshen("matrix");
    download("comparison_matrix.csv", matrixCsv());
  });
  const named = { figures: "claims", stances: "stances", references: "sources", documents: "documents" };
  for (const [name, table] of Object.entries(named)) {
    byId(`${name}-csv`).addEventListener("click", () => {
      freshen(name);
      download(`${table}.csv`, tables[table].csv(views[name].shown));
    });
  }
}

const MOST_PRINTED = 300;

function watchPrint() {
  addEventListener("beforeprint", () => {
    chart.printing = true;
    chart.drawn = "";
    drawChart();
    freshenAll();
    for (const drawn of [list.drawn, matrix.drawn, ...Object.values(views).map((view) => view.drawn)]) drawn.grow(MOST_PRINTED);
  });
  addEventListener("afterprint", () => {
    chart.printing = false;
    chart.drawn = "";
    drawChart();
  });
}

function drawKey() {
  byId("chart-key").append(
    make("span", {}, make("i", { class: "sample wide" }), "all of a route"), make("span", {}, make("i", { class: "sample site" }), "one site and condition"),
    make("span", {}, make("b", { class: "cross" }, "✗"), " flagged"), make("span", {}, make("i", { class: "sample shared" }), "overlap of the chosen disagreement"), make("span", {}, make("i", { class: "sample gap-band" }), "gap"));
}

async function start() {
  await loadTables();
  prepareFacets();
  prepareHues();
  prepareChart();
  for (const id of ["filters", "main"]) byId(id).hidden = false;
  document.querySelector(".keys").hidden = false;
  prepareTables();
  recall();
  prepareForm();
  drawKey();
  prepareSummary();
  showChosen();
  apply();
  watchTables();
  watchList();
  watchChart(() => layChart(inChart()));
  watchTips();
  watchKeys();
  watchDownloads();
  watchPrint();
  byId("fault").hidden = true;
  document.body.classList.add("ready");
  setTimeout(() => { // so that the first search and the first look need not wait for it
    lowerTexts();
    freshenAll();
  }, 400);
}

start().catch((error) => {
  byId("fault").setAttribute("role", "alert");
  byId("fault").textContent = `This page could not be drawn (${error.message}). Open it in a current browser, or use the tables beside it.`;
  throw error;
});

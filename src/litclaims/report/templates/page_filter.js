// What is shown: the facets that the form sets, and the rows of each table that pass.

const FACETS = [
  { name: "measure", label: "Measure" },
  { name: "route", label: "Route" },
  { name: "condition", label: "Condition" },
  { name: "cell_type", label: "Cell type" },
  { name: "verdict", label: "Verdict" },
  { name: "grade", label: "Grade" },
  { name: "state", label: "State" },
];
const SHARED = ["measure", "route", "condition", "cell_type"];
const UNSAID = "not stated";

const chosen = { measure: "", route: "", condition: "", cell_type: "", verdict: "", grade: "", state: "", doc: "", text: "", flagged: true };
let pinned = null; // the positions of one bar of the chart, to which the list is narrowed

const facetsOf = {}; // by table and facet: for each row the terms that it has

function prepareFacets() {
  const { disagreements, comparison, claims } = tables;
  const unsaid = [term(UNSAID)];
  const own = (table, name) => rowsOf(table.rows, (row) => {
    const found = table.parts(name, row);
    return found.length ? found : unsaid;
  });
  facetsOf.comparison = Object.fromEntries(SHARED.map((name) => [name, own(comparison, name)]));
  facetsOf.claims = Object.fromEntries(SHARED.map((name) => [name, own(claims, name)]));
  const made = {};
  for (const name of ["measure", "verdict", "grade", "state"]) made[name] = own(disagreements, name);
  const routes = [disagreements.columns.route_a, disagreements.columns.route_b];
  made.route = rowsOf(disagreements.rows, (row) => both(split(routes[0][row]), split(routes[1][row]), unsaid));
  for (const name of ["condition", "cell_type"]) {
    const cells = comparison.columns[name];
    const side = (position) => (position < 0 ? NONE : split(cells[position]));
    const [a, b] = [disagreements.columns._a, disagreements.columns._b];
    made[name] = rowsOf(disagreements.rows, (row) => both(side(a[row]), side(b[row]), unsaid));
  }
  facetsOf.disagreements = made;
}

function rowsOf(rows, make) {
  const found = new Array(rows);
  for (let row = 0; row < rows; row += 1) found[row] = make(row);
  return found;
}

// A row has "not stated" where one of its sides leaves it open.
function both(a, b, unsaid) {
  if (a === b) return a.length ? a : unsaid;
  if (!a.length) return b.length ? [...b, unsaid[0]] : unsaid;
  if (!b.length) return [...a, unsaid[0]];
  return [...new Set([...a, ...b])];
}

// Which texts hold each word that is looked for: a mask over `strings` for each word.
let lowered = null;
const MASKS = 12;
const masks = new Map();

function lowerTexts() {
  lowered ??= strings.map((text) => text.toLowerCase());
}

function maskOf(word) {
  if (masks.has(word)) return masks.get(word);
  lowerTexts();
  const mask = new Uint8Array(strings.length);
  for (let place = 0; place < lowered.length; place += 1) if (lowered[place].includes(word)) mask[place] = 1;
  if (masks.size >= MASKS) masks.delete(masks.keys().next().value);
  masks.set(word, mask);
  return mask;
}

const SEARCHED = {
  disagreements: ["reason", "sentence_a", "sentence_b", "figure_a", "figure_b", "doc_a", "doc_b", "route_a", "route_b", "basis_a", "basis_b", "_said_a", "_said_b"],
  comparison: ["doc", "figures", "route", "target", "condition", "cell_type", "basis", "_said"],
  claims: ["sentence", "figure", "doc", "route", "target", "condition", "cell_type", "basis", "section", "species", "_said"],
  references: ["raw", "title", "first_author", "doc", "doi", "pmid"],
  sources: ["title", "first_author", "journal", "cited_by", "doi", "pmid"],
  stances: ["doc", "intervention", "condition", "stance", "sentence"],
  documents: ["doc", "title", "reason", "authors", "doi", "status"],
};

function matcher(name) {
  const columns = SEARCHED[name].map((column) => tables[name].columns[column]);
  const wanted = chosen.text.toLowerCase().split(/\s+/).filter(Boolean).map(maskOf);
  if (!wanted.length) return null;
  return (row) => {
    for (const mask of wanted) {
      let hit = false;
      for (let at = 0; at < columns.length && !hit; at += 1) hit = mask[columns[at][row]] === 1; // -1 is no place
      if (!hit) return false;
    }
    return true;
  };
}

// The document that is typed: its whole name, or a part of it or of others.
function docMatcher(name) {
  if (!chosen.doc) return null;
  const columns = ["doc", "doc_a", "doc_b", "cited_by"].map((column) => tables[name].columns[column]).filter(Boolean);
  const whole = rowBy("documents", "doc", chosen.doc) >= 0;
  const wanted = whole ? chosen.doc : chosen.doc.toLowerCase();
  const known = new Map();
  const fits = (place) => {
    if (place < 0) return false;
    if (!known.has(place)) {
      const names = name === "sources" ? strings[place].split("; ") : [strings[place]];
      known.set(place, names.some((each) => (whole ? each === wanted : each.toLowerCase().includes(wanted))));
    }
    return known.get(place);
  };
  return (row) => columns.some((column) => fits(column[row]));
}

function facetTests(name, facets) {
  return facets.filter((facet) => chosen[facet]).map((facet) => {
    const wanted = term(chosen[facet]);
    const rows = facetsOf[name][facet];
    return (row) => rows[row].includes(wanted);
  });
}

// The rows of a table that pass the facets it has.
function passing(name) {
  const tests = [...(facetsOf[name] && name !== "disagreements" ? facetTests(name, SHARED) : []), docMatcher(name), matcher(name)].filter(Boolean);
  const found = [];
  for (let row = 0; row < tables[name].rows; row += 1) if (tests.every((test) => test(row))) found.push(row);
  return found;
}

// The verdicts that pass, and for each facet how many there would be of each term if it alone were left open.
function passingVerdicts() {
  const table = tables.disagreements;
  const flags = table.columns.flag;
  const hard = [docMatcher("disagreements"), matcher("disagreements")].filter(Boolean);
  if (chosen.flagged) hard.push((row) => flags[row] === 1);
  if (pinned) {
    const [a, b] = [table.columns._a, table.columns._b];
    hard.push((row) => pinned.has(a[row]) || pinned.has(b[row]));
  }
  const names = FACETS.map((facet) => facet.name);
  const rowsBy = names.map((name) => facetsOf.disagreements[name]);
  const wanted = names.map((name) => (chosen[name] ? term(chosen[name]) : -1));
  const counts = names.map(() => new Int32Array(terms.length));
  const found = [];
  for (let row = 0; row < table.rows; row += 1) {
    let failed = -1;
    let fails = 0;
    for (let at = 0; at < names.length && fails < 2; at += 1) {
      if (wanted[at] >= 0 && !rowsBy[at][row].includes(wanted[at])) {
        fails += 1;
        failed = at;
      }
    }
    if (fails > 1 || !hard.every((test) => test(row))) continue;
    if (fails === 0) found.push(row);
    for (let at = 0; at < names.length; at += 1) {
      if (fails === 0 || failed === at) for (const each of rowsBy[at][row]) counts[at][each] += 1;
    }
  }
  return { rows: found, counts: Object.fromEntries(names.map((name, at) => [name, counts[at]])) };
}

// The positions that pass; with them the rows of those that disagree with one of them in a like setting. `mask` has 1 for
// the former and 2 for the latter.
function passingPositions(verdicts) {
  const narrowed = SHARED.some((name) => chosen[name]) || chosen.doc || chosen.text;
  const special = chosen.verdict || chosen.grade || chosen.state;
  const { comparison, disagreements } = tables;
  const mask = new Uint8Array(comparison.rows);
  if (!narrowed && !special) return { own: rowsOf(comparison.rows, (row) => row), mask: mask.fill(1) };
  const { _a, _b, flag } = disagreements.columns;
  const cross = term("cross");
  const grades = facetsOf.disagreements.grade;
  for (const row of verdicts) {
    if (!special && (!flag[row] || grades[row][0] === cross)) continue;
    for (const position of [_a[row], _b[row]]) {
      if (position < 0 || mask[position]) continue;
      const { main, own } = rowOfPosition[position];
      mask[main] = 2;
      for (const each of own) mask[each] = 2;
    }
  }
  const own = special && !narrowed ? maskedRows(mask) : passing("comparison");
  for (const row of own) mask[row] = 1;
  return { own, mask };
}

function maskedRows(mask) {
  const found = [];
  for (let row = 0; row < mask.length; row += 1) if (mask[row]) found.push(row);
  return found;
}

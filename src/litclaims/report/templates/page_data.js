// The tables as they stand in the page: columns of numbers and of places in one list of texts.

let strings = [];
const tables = {};
let matrixTable = null;
let measures = [];

class Table {
  constructor(columns, rows) {
    this.rows = rows;
    this.names = Object.keys(columns).filter((name) => !name.startsWith("_"));
    this.kinds = {};
    this.columns = {};
    for (const [name, column] of Object.entries(columns)) {
      this.kinds[name] = column.k;
      this.columns[name] = rowsOfColumn(column);
    }
  }

  text(name, row) {
    const place = this.columns[name][row];
    return place < 0 || place === undefined ? null : strings[place];
  }

  value(name, row) {
    return this.columns[name][row];
  }

  parts(name, row) {
    return split(this.columns[name][row]);
  }

  // As the CSV files write it: missing is empty, empty text is "", text is verbatim.
  csvCell(name, row) {
    const value = this.columns[name][row];
    if (this.kinds[name] === "b") return value ? "true" : "false";
    if (this.kinds[name] === "s") return value < 0 ? "" : csvQuoted(strings[value]);
    return value === null ? "" : plainNumber(value);
  }

  csv(rows, names = this.names) {
    const lines = [names.map(csvQuoted).join(",")];
    for (const row of rows) lines.push(names.map((name) => this.csvCell(name, row)).join(","));
    return `${lines.join("\n")}\n`;
  }
}

// How columns are written is said in page_data.py.
function rowsOfColumn({ v, d, w, same, from, n }) {
  if (same !== undefined) return new Array(n).fill(same);
  if (from !== undefined) return Int32Array.from({ length: n }, (_, row) => from + row);
  if (!d) return v;
  const digit = (at) => {
    const code = v.charCodeAt(at);
    return code - 35 - (code > 60 ? 1 : 0) - (code > 92 ? 1 : 0);
  };
  const rows = new Array(v.length / w);
  for (let row = 0; row < rows.length; row += 1) rows[row] = d[w === 1 ? digit(row) : digit(2 * row) * 90 + digit(2 * row + 1)];
  return rows;
}

const NEEDS_QUOTES = /[",\r\n]|^[\s\x1c-\x1f\x85]|[\s\x1c-\x1f\x85]$/;

function csvQuoted(text) {
  return text && !NEEDS_QUOTES.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

// Plain digits, never 4e21.
function plainNumber(value) {
  const text = String(value);
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign, whole, fraction = "", power] = found;
  const digits = whole + fraction;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

// The values of a cell that holds several, as places in `terms`.
const terms = [];
const placeOfTerm = new Map();
const splitCells = new Map();
const NONE = [];

function term(text) {
  let place = placeOfTerm.get(text);
  if (place === undefined) {
    place = terms.push(text) - 1;
    placeOfTerm.set(text, place);
  }
  return place;
}

function split(place) {
  if (place === undefined || place < 0) return NONE;
  let found = splitCells.get(place);
  if (!found) {
    found = strings[place].split("; ").filter(Boolean).map(term);
    splitCells.set(place, found);
  }
  return found;
}

// Control characters, and the marks that reorder text on a screen: no sentence may show another figure than it holds.
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

function visible(text) {
  return text === null || text === undefined ? "" : text.replace(UNSEEN, " ").replace(/\s+/g, " ").trim();
}

// One blank for each, so that offsets still fit; line breaks and tabs are kept.
function visibleInPlace(text) {
  return text.replace(UNSEEN, (char) => (char === "\n" || char === "\t" ? char : " "));
}

function words(name) {
  return (name ?? "").replaceAll("_", " ");
}

const grouped = new Intl.NumberFormat("en");

function counted(number, noun) {
  return `${grouped.format(number)} ${noun}${number === 1 ? "" : "s"}`;
}

async function unpack(id) {
  const node = document.getElementById(id);
  const text = node.textContent;
  const packed = node.dataset.packed;
  node.remove();
  if (!packed) return JSON.parse(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(packed));
  return JSON.parse(await new Response(stream).text());
}

async function loadTables() {
  const data = await unpack("data");
  ({ strings, measures } = data);
  for (const [name, { rows, columns }] of Object.entries(data.tables)) tables[name] = new Table(columns, rows);
  matrixTable = new Table(data.matrix, data.subjects);
}

// The texts are unpacked when the first of their part is asked for.
const textParts = [];

async function textOf(documentRow) {
  if (!textParts.length) for (const node of document.querySelectorAll("script.texts")) textParts.push({ id: node.id, first: Number(node.dataset.first) });
  const part = textParts.findLast(({ first }) => first <= documentRow);
  if (!part) return null;
  part.texts ??= unpack(part.id);
  const { documents, labels } = await part.texts;
  return documents[documentRow] ? { ...documents[documentRow], labels } : null;
}

const rowOf = {};

// The row of a table by the text of a column that is unique in it.
function rowBy(table, column, text) {
  const key = `${table}.${column}`;
  if (!rowOf[key]) {
    rowOf[key] = new Map();
    const places = tables[table].columns[column];
    for (let row = 0; row < tables[table].rows; row += 1) rowOf[key].set(strings[places[row]], row);
  }
  return rowOf[key].get(text) ?? -1;
}

function claimRows(ids) {
  return (ids ?? "").split("; ").map((id) => rowBy("claims", "claim_id", id)).filter((row) => row >= 0);
}

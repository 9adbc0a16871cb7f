// The intervals on a log axis: a panel for each measure and unit, in it the routes, in these a row for what a document
// holds. The pale bar is all that it says for the route, the full ones are its sites. Long charts are drawn as they scroll.

const DRAW_ALL = 400; // lines up to which the chart is drawn whole
const PRINT_ALL = 2000; // the same for print
const HEAD = 46;
const GROUP = 30;
const LANE = 9;

let panels = [];
const rowOfPosition = [];

function prepareChart() {
  const { comparison } = tables;
  const { measure, unit, route, doc, _row, flag } = comparison.columns;
  const found = new Map();
  for (let position = 0; position < comparison.rows; position += 1) {
    const main = _row[position];
    rowOfPosition[main] ??= { main, own: [], doc: doc[main], flag: 0 };
    rowOfPosition[position] = rowOfPosition[main];
    const row = rowOfPosition[main];
    if (position !== main) row.own.push(position);
    else {
      const key = `${measure[main]} ${unit[main]}`;
      if (!found.has(key)) found.set(key, { measure: comparison.text("measure", main), unit: comparison.text("unit", main), rows: 0, groups: new Map() });
      const panel = found.get(key);
      panel.rows += 1;
      if (!panel.groups.has(route[main])) panel.groups.set(route[main], { route: comparison.text("route", main), rows: [] });
      panel.groups.get(route[main]).rows.push(row);
    }
    row.flag += flag[position];
  }
  const rank = (panel) => measures.indexOf(panel.measure);
  panels = [...found.values()].sort((a, b) => rank(a) - rank(b) || b.rows - a.rows);
  for (const panel of panels) {
    panel.groups = [...panel.groups.values()].sort((a, b) => !a.route - !b.route || b.rows.length - a.rows.length || (a.route < b.route ? -1 : 1));
    const low = comparison.columns.low;
    const high = comparison.columns.high;
    for (const group of panel.groups) {
      group.rows.sort((a, b) => (low[a.main] ?? 0) - (low[b.main] ?? 0) || (high[a.main] ?? Infinity) - (high[b.main] ?? Infinity));
      for (const row of group.rows) row.own.sort((a, b) => (low[a] ?? 0) - (low[b] ?? 0));
    }
  }
}

const unitWords = (unit) => {
  const known = { 1: "", d: "days", a: "years", "1/d": "per day" }[unit];
  if (known !== undefined) return known;
  const [head, ...rest] = unit.split("/");
  return [/^[a-z]{3,}$/.test(head) ? `${head}s` : head, ...rest].join("/");
};

const chart = { pane: byId("chart-pane"), lines: [], height: 0, focus: 0, drawn: "" };
chart.axis = make("div", { class: "axis" });
chart.body = make("div", { class: "body" });
chart.pane.append(chart.axis, chart.body);

function layChart(mask) {
  chart.mask = mask;
  chart.width = Math.max(280, chart.pane.clientWidth - 4);
  const narrow = chart.width < 600;
  chart.narrow = narrow;
  chart.left = narrow ? 10 : Math.min(230, chart.width * 0.27);
  chart.right = narrow ? 22 : Math.min(270, chart.width * 0.32);
  ruler.font = `12.5px ${getComputedStyle(document.body).fontFamily}`;
  chart.lines = [];
  chart.laid = (chart.laid ?? 0) + 1;
  let y = 0;
  for (const panel of panels) {
    const groups = panel.groups.map((group) => ({ ...group, rows: group.rows.filter(countLanes) })).filter((group) => group.rows.length);
    if (!groups.length) continue;
    const scale = scaleOf(panel, groups);
    const shown = { kind: "panel", panel, scale, y, height: HEAD };
    chart.lines.push(shown);
    y += HEAD;
    for (const group of groups) {
      chart.lines.push({ kind: "group", panel, scale, group, y, height: GROUP });
      y += GROUP;
      for (const row of group.rows) {
        const height = Math.max(22, row.lanes * LANE + 8) + (narrow ? 18 : 0);
        row.line = chart.lines.length;
        row.laid = chart.laid;
        chart.lines.push({ kind: "row", panel, scale, row, y, height });
        y += height;
      }
    }
    shown.end = y;
    y += 14;
  }
  chart.height = y;
  chart.focus = Math.max(0, chart.lines.findIndex((line) => line.kind === "row"));
  chart.body.style.height = `${y}px`;
  chart.drawn = "";
  drawChart();
}

// How many of its sites a row shows; false if it shows nothing.
function countLanes(row) {
  row.lanes = 0;
  for (const position of row.own) if (chart.mask[position]) row.lanes += 1;
  return row.lanes > 0 || chart.mask[row.main] > 0;
}

const lineOf = (row) => (row && row.laid === chart.laid ? chart.lines[row.line] : undefined);

function scaleOf(panel, groups) {
  const { low, high } = tables.comparison.columns;
  let [least, most] = [Infinity, 0];
  const take = (end) => {
    if (!(end > 0) || end === Infinity) return;
    if (end < least) least = end;
    if (end > most) most = end;
  };
  const see = (position) => {
    if (!chart.mask[position]) return;
    take(low[position]);
    take(high[position]);
  };
  for (const group of groups) {
    for (const row of group.rows) {
      see(row.main);
      row.own.forEach(see);
    }
  }
  if (!most) [least, most] = [0.1, 10];
  let [from, to] = [Math.log10(least), Math.log10(most)];
  const room = Math.max(0.12, (to - from) * 0.06);
  [from, to] = [from - room, to + room];
  if (to - from < 0.8) [from, to] = [(from + to) / 2 - 0.4, (from + to) / 2 + 0.4];
  const width = chart.width - chart.left - chart.right;
  const x = (value) => (value > 0 ? chart.left + ((Math.log10(value) - from) / (to - from)) * width : chart.left);
  return { from, to, x, ticks: ticksOf(panel.unit, from, to, width), start: chart.left, end: chart.left + width };
}

const DAYS = [[1 / 24, "1 hour"], [1, "1 day"], [7, "1 week"], [30.4375, "1 month"], [91.3125, "3 months"], [365.25, "1 year"], [1826.25, "5 years"], [7305, "20 years"]];
const RATES = [[1 / 365.25, "1 a year"], [12 / 365.25, "1 a month"], [1 / 7, "1 a week"], [1, "1 a day"], [4, "4 a day"], [24, "24 a day"]];
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

function ticksOf(unit, from, to, width) {
  const within = ([value]) => Math.log10(value) >= from && Math.log10(value) <= to;
  const room = (list) => list.filter((_, at) => at % Math.max(1, Math.ceil((list.length * 62) / width)) === 0);
  if (unit === "d" || unit === "1/d") {
    const named = (unit === "d" ? DAYS : RATES).filter(within);
    if (named.length > 1) return room(named);
  }
  const steps = to - from < 1.6 ? [1, 2, 5] : [1];
  const found = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power += 1) {
    for (const step of steps) {
      const value = step * 10 ** power;
      const small = unit === "1" && to <= 0.2;
      const text = small ? `${plainNumber(Number((value * 100).toPrecision(3)))}%` : Math.abs(power) > 14 ? `10^${power}` : value < 1 ? plainNumber(Number(value.toPrecision(1))) : compact.format(value);
      found.push([value, text]);
    }
  }
  return room(found.filter(within));
}

const ruler = make("canvas", {}).getContext("2d");

function clipped(text, width) {
  if (ruler.measureText(text).width <= width) return text;
  let [low, high] = [1, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ruler.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

function drawChart() {
  const { lines, pane } = chart;
  const whole = lines.length <= (chart.printing ? PRINT_ALL : DRAW_ALL);
  const top = whole ? 0 : Math.max(0, pane.scrollTop - 400);
  const bottom = whole ? chart.height : pane.scrollTop + pane.clientHeight + 400;
  const first = whole ? 0 : Math.max(0, lastBefore(top));
  const last = whole ? lines.length : lastBefore(bottom) + 1;
  const key = `${first} ${last} ${chart.width} ${shaded()}`;
  if (chart.drawn !== key) {
    chart.drawn = key;
    const part = lines.slice(first, last);
    const start = part.length ? part[0].y : 0;
    const end = part.length ? part.at(-1).y + part.at(-1).height + 14 : 0;
    const svg = draw("svg", { width: chart.width, height: end - start, viewBox: `0 ${start} ${chart.width} ${end - start}`, role: "group", "aria-label": "What each document holds, as intervals; a row narrows the list to its disagreements" });
    for (const panel of panelsOf(part)) svg.append(grid(panel, start, end));
    svg.append(band());
    for (const line of part) svg.append(line.kind === "panel" ? panelLine(line) : line.kind === "group" ? groupLine(line) : rowLine(line));
    svg.style.top = `${start}px`;
    const kept = chart.body.contains(document.activeElement);
    chart.body.replaceChildren(svg);
    if (kept) focusRow(chart.focus, { scroll: false });
  }
  drawAxis();
}

function lastBefore(y) {
  let [low, high] = [0, chart.lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chart.lines[middle].y <= y) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const panelsOf = (part) => [...new Set(part.map((line) => line.scale))].map((scale) => chart.lines.find((line) => line.kind === "panel" && line.scale === scale));

function grid(panel, start, end) {
  const [from, to] = [Math.max(start, panel.y + HEAD - 4), Math.min(end, panel.end)];
  return draw("g", { class: "grid", "aria-hidden": "true" }, panel.scale.ticks.map(([value]) => {
    const x = panel.scale.x(value);
    return draw("line", { x1: x, x2: x, y1: from, y2: to });
  }));
}

function panelLine(line, y = line.y) {
  const unit = unitWords(line.panel.unit);
  return draw("g", { class: "panel" },
    draw("text", { x: 6, y: y + 17, class: "title" }, words(line.panel.measure), draw("tspan", { class: "unit", dx: 8 }, unit)),
    line.scale.ticks.map(([value, text]) => draw("text", { x: line.scale.x(value), y: y + HEAD - 9, "text-anchor": "middle", class: "tick" }, text)));
}

// The head of the panel that is in view stays at the top.
function drawAxis() {
  const at = lastBefore(chart.pane.scrollTop);
  const line = at < 0 ? null : chart.lines.slice(0, at + 1).findLast((each) => each.kind === "panel");
  chart.axis.replaceChildren();
  if (!line || line.y >= chart.pane.scrollTop) return;
  chart.axis.append(draw("svg", { width: chart.width, height: HEAD, "aria-hidden": "true" }, panelLine(line, 0)));
}

function groupLine(line) {
  const { group } = line;
  const name = group.route ? visible(group.route) : "route not stated";
  const docs = new Set(group.rows.map((row) => row.doc)).size;
  const flagged = group.rows.filter((row) => row.flag).length;
  return draw("g", { class: "group" },
    draw("text", { x: 6, y: line.y + 20 }, draw("tspan", { class: "route" }, name), draw("tspan", { class: "unit", dx: 8 }, `${counted(docs, "document")}${flagged ? `, ${flagged} of ${counted(group.rows.length, "row")} flagged` : ""}`)));
}

function rowLine(line) {
  const { row, scale } = line;
  const { comparison } = tables;
  const name = visible(strings[row.doc]);
  const said = visible(comparison.text("_said", row.main));
  const under = chart.narrow ? 18 : 0;
  const middle = line.y + under + (line.height - under) / 2;
  const own = row.own.filter((position) => chart.mask[position]);
  const shown = chart.mask[row.main] ? [row.main, ...own] : own;
  const beside = shown.every((position) => chart.mask[position] === 2);
  const group = draw("g", {
    class: `row${row.flag ? " flagged" : ""}${beside ? " beside" : ""}${shown.some((position) => isCurrent(position)) ? " current" : ""}`,
    role: "button", tabindex: chart.lines[chart.focus]?.row === row ? "0" : "-1", data: { row: row.main }, vars: { "--hue": hue(row.doc) },
    "aria-label": `${name}: ${said}, ${visible(comparison.text("route", row.main)) || "route not stated"}${row.flag ? ", flagged" : ""}`,
  });
  group.append(draw("rect", { class: "hit", x: 0, y: line.y, width: chart.width, height: line.height }));
  if (chart.narrow) group.append(draw("circle", { class: "dotted", cx: 12, cy: line.y + 11, r: 4 }), draw("text", { x: 22, y: line.y + 15, class: "name" }, clipped(`${name} · ${said}`, chart.width - 30)));
  else {
    group.append(draw("circle", { class: "dotted", cx: 14, cy: middle, r: 4 }), draw("text", { x: 24, y: middle + 4, class: "name" }, clipped(name, chart.left - 32)));
    group.append(draw("text", { x: scale.end + 24, y: middle + 4, class: "said" }, clipped(said, chart.right - 28)));
  }
  if (chart.mask[row.main]) group.append(bar(row.main, scale, line.y + under + 4, line.height - under - 8, "wide"));
  const lane = (line.height - under - 8) / Math.max(1, own.length);
  own.forEach((position, at) => group.append(bar(position, scale, line.y + under + 4 + at * lane + (lane - Math.min(7, lane - 2)) / 2, Math.min(7, lane - 2), "site")));
  for (const [side, from] of [["low", scale.start], ["high", scale.end]]) {
    if (!shown.some((position) => comparison.value(side, position) === null)) continue;
    const tip = side === "low" ? -7 : 7;
    group.append(draw("path", { class: "arrow", d: `M${from} ${middle - 5}l${tip} 5l${-tip} 5z` }));
  }
  if (row.flag) {
    const end = Math.max(...shown.map((position) => ends(position, scale)[1]));
    group.append(draw("text", { class: "cross", x: Math.min(end + 7, scale.end + 9), y: middle + 4 }, "✗"));
  }
  return group;
}

function ends(position, scale) {
  const { low, high } = tables.comparison.columns;
  const from = low[position] === null ? scale.start : scale.x(low[position]);
  const to = high[position] === null || !Number.isFinite(high[position]) ? scale.end : scale.x(high[position]);
  return to - from < 6 ? [(from + to) / 2 - 3, (from + to) / 2 + 3] : [from, to];
}

function bar(position, scale, y, height, kind) {
  const { comparison } = tables;
  const [from, to] = ends(position, scale);
  const flag = comparison.value("flag", position);
  const facets = ["route", "target", "condition", "cell_type", "species", "status"].map((name) => visible(comparison.text(name, position))).filter(Boolean);
  const told = [
    visible(comparison.text("doc", position)), visible(comparison.text("_said", position)), facets.join(" · "),
    `written as “${visible(comparison.text("figures", position))}”`,
    `${kind === "wide" && comparison.text("level", position) === "route" ? "all of this route" : "this site and condition"}; disagrees in ${comparison.value("n_disagree", position)}, agrees in ${comparison.value("n_agree", position)}`,
  ];
  return draw("rect", { class: `bar ${kind}${flag ? " flagged" : ""}${isCurrent(position) ? " current" : ""}`, x: from.toFixed(1), y: y.toFixed(1), width: (to - from).toFixed(1), height: height.toFixed(1), rx: Math.min(3, height / 2), data: { position, tip: told.filter(Boolean).join("\n") } });
}

// The disagreement that is pointed at, else the chosen one.
const shaded = () => (list.pointed >= 0 ? list.pointed : list.current);

function sidesOf(verdict) {
  if (verdict < 0) return [];
  const { _a, _b } = tables.disagreements.columns;
  return [_a[verdict], _b[verdict]].filter((position) => position >= 0);
}

const currentSides = () => sidesOf(list.current);
const isCurrent = (position) => sidesOf(shaded()).includes(position);

// What the two sides of the chosen disagreement share, or the gap between them, across the rows from one to the other.
function band() {
  const sides = sidesOf(shaded()).map((position) => lineOf(rowOfPosition[position])).filter(Boolean);
  if (sides.length < 2 || sides[0].scale !== sides[1].scale) return draw("g", {});
  const shade = shadeOf(shaded());
  if (!shade) return draw("g", {});
  const { scale } = sides[0];
  const [from, to] = [shade.low === null ? scale.start : scale.x(shade.low), shade.high === null ? scale.end : scale.x(shade.high)];
  const [top, bottom] = [Math.min(...sides.map((line) => line.y)), Math.max(...sides.map((line) => line.y + line.height))];
  return draw("rect", { class: `band ${shade.kind}`, x: Math.min(from, to - 2), y: top, width: Math.max(2, to - from), height: bottom - top });
}

// The shared interval of a verdict, else the gap between its two sides, or null.
function shadeOf(verdict) {
  const { overlap_low, overlap_high, low_a, high_a, low_b, high_b } = tables.disagreements.columns;
  const [low, high] = [overlap_low[verdict], overlap_high[verdict]];
  if (low !== null || high !== null) return { kind: "shared", low, high };
  const [under, over] = [[high_a, low_b], [high_b, low_a]].map(([upper, lower]) => [upper[verdict], lower[verdict]]).find(([upper, lower]) => upper !== null && lower !== null && upper < lower) ?? [];
  return under === undefined ? null : { kind: "gap", low: under, high: over };
}

// The chosen disagreement is in the chart even where its other side does not fit the filters.
function inChart() {
  const mask = shown.positions.mask.slice();
  for (const position of currentSides()) mask[position] ||= 2;
  return mask;
}

function showInChart() {
  const at = chart.pane.scrollTop;
  if (chart.extended || currentSides().some((position) => !chart.mask[position])) {
    chart.extended = currentSides().some((position) => !shown.positions.mask[position]);
    layChart(inChart());
    chart.pane.scrollTop = at;
  }
  const lines = currentSides().map((position) => lineOf(rowOfPosition[position])).filter(Boolean);
  if (lines.length && getComputedStyle(chart.pane).overflowY !== "visible") {
    const [top, bottom] = [Math.min(...lines.map((line) => line.y)), Math.max(...lines.map((line) => line.y + line.height))];
    const room = chart.pane.clientHeight;
    if (top < chart.pane.scrollTop + HEAD || bottom > chart.pane.scrollTop + room) {
      chart.pane.scrollTop = bottom - top < room - HEAD ? top - (room - (bottom - top)) / 2 : top - HEAD - GROUP;
    }
  }
  chart.drawn = "";
  drawChart();
}

function focusRow(at, { scroll = true } = {}) {
  const line = chart.lines[at];
  if (line?.kind !== "row") return;
  chart.focus = at;
  const { pane } = chart;
  if (scroll && (line.y < pane.scrollTop + HEAD || line.y + line.height > pane.scrollTop + pane.clientHeight)) pane.scrollTop = line.y - pane.clientHeight / 2;
  drawChart();
  for (const node of chart.body.querySelectorAll(".row")) {
    const mine = Number(node.dataset.row) === line.row.main;
    node.setAttribute("tabindex", mine ? "0" : "-1");
    if (mine) node.focus({ preventScroll: true });
  }
}

function moveInChart(step) {
  let at = chart.focus + step;
  while (chart.lines[at] && chart.lines[at].kind !== "row") at += step;
  focusRow(at);
}

function pin(row) {
  pinned = row ? new Set([row.main, ...row.own]) : null;
  pinned && (pinned.row = row);
  apply();
}

function watchChart(redo) {
  let waiting = false;
  chart.pane.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawChart();
    });
  }, { passive: true });
  chart.body.addEventListener("click", (event) => {
    const node = event.target.closest(".row");
    if (node) pin(rowOfPosition[Number(node.dataset.row)]);
  });
  chart.body.addEventListener("focusin", (event) => {
    const node = event.target.closest(".row");
    if (node) chart.focus = rowOfPosition[Number(node.dataset.row)].line;
  });
  chart.body.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") moveInChart(1);
    else if (event.key === "ArrowUp") moveInChart(-1);
    else if (event.key === "Enter" || event.key === " ") pin(chart.lines[chart.focus]?.row);
    else return;
    event.preventDefault();
  });
  let width = chart.pane.clientWidth;
  new ResizeObserver(() => {
    if (chart.pane.clientWidth !== width) {
      width = chart.pane.clientWidth;
      redo();
    }
  }).observe(chart.pane);
}

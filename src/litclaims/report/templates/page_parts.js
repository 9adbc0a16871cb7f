// Small parts of the page: elements, figures marked in their sentence, what is told of a number, files to keep.

const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

function fill(node, given, children) {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "vars") for (const [key, set] of Object.entries(value)) node.style.setProperty(key, set);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const make = (tag, given, ...children) => fill(document.createElement(tag), given, children);
const draw = (tag, given, ...children) => fill(document.createElementNS(SVG, tag), given, children);

// Hues far from each other and from the red of the flags; more documents than that take them again.
const HUES = [250, 65, 165, 310, 130, 205, 285, 95, 340, 230];
const hueOfDoc = new Map();

function prepareHues() {
  const used = new Set(tables.comparison.columns.doc);
  for (const place of used) hueOfDoc.set(place, HUES[hueOfDoc.size % HUES.length]);
}

const hue = (place) => String(hueOfDoc.get(place) ?? 250);

function docDot(place) {
  return make("span", { class: "dot", vars: { "--hue": hue(place) }, "aria-hidden": "true" });
}

function docPlace(name) {
  return tables.documents.columns.doc[rowBy("documents", "doc", name)] ?? -1;
}

function docButton(name, { claim = -1, stance = -1 } = {}) {
  const place = docPlace(name);
  return make("button", { type: "button", class: "doc", title: "Read it", on: { click: (event) => openReader(name, { claim, stance, from: event.currentTarget }) } },
    docDot(place), visible(name));
}

const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const MOST_SHOWN = 1200;

// A sentence with its figures marked. `claims` are rows, so that each figure tells what it was read as.
function sentence(text, figures, claims) {
  let shown = visible(text);
  const wanted = [...new Set(figures.map(visible))].filter(Boolean).sort((a, b) => b.length - a.length);
  const claimOf = new Map(claims.map((row) => [visible(tables.claims.text("figure", row)), row]));
  const pattern = wanted.length ? new RegExp(`(?<!\\d)(?<!\\d[.,])(${wanted.map(escapeRegExp).join("|")})(?!\\d|[.,]\\d)`) : null;
  if (shown.length > MOST_SHOWN) {
    const place = pattern ? Math.max(0, shown.search(pattern)) : 0;
    const start = Math.max(0, Math.min(place - MOST_SHOWN / 3, shown.length - MOST_SHOWN));
    shown = `${start ? "…" : ""}${shown.slice(start, start + MOST_SHOWN)}…`;
  }
  if (!pattern) return [shown];
  return shown.split(pattern).map((part, at) => (at % 2 ? figure(part, claimOf.get(part) ?? -1) : part));
}

function figure(text, claim) {
  const given = { class: text.length <= 24 ? "fig whole" : "fig" };
  if (claim >= 0) Object.assign(given, { data: { claim }, tabindex: "0", "aria-describedby": "tip" });
  return make("mark", given, text);
}

// The way of a number from its surface to its value.
function lineage(claim) {
  const table = tables.claims;
  const text = (name) => visible(table.text(name, claim));
  const [low, high, spread, confidence] = ["low", "high", "spread", "confidence"].map((name) => table.value(name, claim));
  const end = (value) => (value === null ? "open" : plainNumber(value).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, "\u2009"));
  const rows = [
    ["written", `“${text("figure")}”`],
    ["read as", text("_said")],
    ["value", `${low === high ? end(low) : `${end(low)} to ${end(high)}`}${spread === null ? "" : ` ± ${end(spread)}`}`],
    ["unit", `${text("unit")}${text("bound") === "exact" || text("bound") === "range" ? "" : `, ${words(text("bound"))}`}`],
    ["repairs", text("repairs") || "none"],
    ["measure", words(text("measure"))],
    ["hangs on", SLOTS.map((name) => table.text(name, claim)).filter(Boolean).map(visible).join(" · ") || "nothing stated"],
    ["found in", text("context")],
    ["cites", text("citations")],
    ["stands at", text("origin") || (table.value("page", claim) === null ? "" : `page ${table.value("page", claim)}`)],
    ["review", text("review")],
    ["rule", `${text("rule")}, confidence ${plainNumber(confidence)}`],
  ];
  return make("dl", {}, rows.filter(([, said]) => said).map(([name, said]) => [make("dt", {}, name), make("dd", {}, said)]));
}

const SLOTS = ["route", "basis", "target", "condition", "cell_type", "species", "status"];

const tip = byId("tip");
let tipFor = null;
let tipSince = 0;

function showTip(node, ...content) {
  tipFor = node;
  tipSince = performance.now();
  tip.replaceChildren(...content);
  tip.hidden = false;
  const box = node.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 6 + height < innerHeight || box.top < height + 12;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? box.bottom + 6 : box.top - height - 6}px`;
}

function hideTip() {
  if (!tipFor) return;
  tip.hidden = true;
  tipFor = null;
}

function tipOf(target) {
  const node = target.closest?.("[data-claim], [data-tip]");
  if (!node || node === tipFor) return node;
  if (node.dataset.claim !== undefined) showTip(node, lineage(Number(node.dataset.claim)));
  else showTip(node, node.dataset.tip);
  return node;
}

function watchTips() {
  document.addEventListener("pointerover", (event) => tipOf(event.target) ?? hideTip());
  document.addEventListener("focusin", (event) => tipOf(event.target) ?? hideTip());
  // what is focused may be scrolled into view first
  document.addEventListener("scroll", () => performance.now() - tipSince > 400 && hideTip(), { capture: true, passive: true });
}

function download(name, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" })), download: name });
  link.click();
  // a busy machine may begin to fetch it much later, and gets nothing then
  setTimeout(() => URL.revokeObjectURL(link.href), 120_000);
}

// Items that are drawn as they come into view. `make` gives the element of an item.
class Drawn {
  constructor(pane, box, noun, { step = 40 } = {}) {
    this.step = step;
    this.pane = pane;
    this.box = box;
    this.more = make("button", { type: "button", class: "more quiet", on: { click: () => this.grow() } });
    this.noun = noun;
    this.items = [];
    new IntersectionObserver((seen) => {
      if (seen.some((each) => each.isIntersecting) && this.scrolls()) this.grow();
    }, { root: pane, rootMargin: "600px" }).observe(this.more);
  }

  scrolls() {
    return this.items.length > this.drawn && getComputedStyle(this.pane).overflowY !== "visible";
  }

  show(items, build) {
    this.items = items;
    this.build = build;
    this.drawn = 0;
    this.box.replaceChildren();
    this.pane.scrollTop = 0;
    this.grow();
  }

  grow(to = this.drawn + this.step) {
    const end = Math.min(to, this.items.length);
    this.box.append(...this.items.slice(this.drawn, end).map((item, at) => this.build(item, this.drawn + at)));
    this.drawn = end;
    const left = this.items.length - end;
    this.more.textContent = `${counted(left, this.noun)} more`;
    this.more.hidden = left === 0;
    const after = this.box.closest("table") ?? this.box;
    if (this.more.previousElementSibling !== after) after.after(this.more);
    // the observer tells of a change only: where the button is still in view after growing it is asked anew
    if (left && this.scrolls() && this.more.offsetTop < this.pane.scrollTop + this.pane.clientHeight) this.grow();
  }
}

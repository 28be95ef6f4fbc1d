// Which compounds are shown.

const CHOICES = ["area", "line", "policy", "status", "grade"];
const filter = { text: "", keys: new Set(KEYS), costFrom: null, costTo: null };
for (const name of CHOICES) filter[name] = "";

const passes = (compound, besides = "") =>
  (besides === "keys" || filter.keys.has(compound.key))
  && (!filter.text || filter.text.split(/\s+/).every((word) => compound.search.includes(word)))
  && CHOICES.every((name) => !filter[name] || compound[name] === filter[name])
  && (filter.costFrom === null || (compound.cost ?? -1) >= filter.costFrom * YUAN_PER_WAN)
  && (filter.costTo === null || (compound.cost ?? Infinity) <= filter.costTo * YUAN_PER_WAN);

const chips = new Map();

const makeChips = () => {
  byId("chips").setAttribute("aria-label", t("verdict"));
  for (const key of KEYS) {
    const count = element("b", "chip-count");
    const chip = element("button", `chip chip-${key}`, [symbol(key, 14), keyWord(key), count], {
      type: "button", "aria-pressed": "true", title: t("chip_hint"),
    });
    chip.addEventListener("click", () => toggleKey(key));
    chips.set(key, { chip, count });
    byId("chips").append(chip);
  }
};

// The first click leaves one verdict, further ones add or take away; none left means all.
const toggleKey = (key) => {
  const isAll = filter.keys.size === KEYS.length;
  if (isAll) filter.keys = new Set([key]);
  else if (!filter.keys.delete(key)) filter.keys.add(key);
  if (!filter.keys.size) filter.keys = new Set(KEYS);
  apply();
};

const optionWord = (name, value) =>
  ({ status: page.outcomes[value], line: lineName(value) })[name] ?? value;

const makeSelect = (name) => {
  const counts = new Map();
  for (const row of compounds) if (row[name]) counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
  if (counts.size < 2) return;
  const values = [...counts.keys()].sort((a, b) => a.localeCompare(b, locale));
  const select = element("select", "", [
    element("option", "", t("all"), { value: "" }),
    ...values.map((value) => element("option", "", `${optionWord(name, value)} (${number(counts.get(value))})`, { value })),
  ], { id: `filter-${name}` });
  select.addEventListener("change", () => {
    filter[name] = select.value;
    apply();
    if (name === "area" || name === "line") fitShown(state.shown);
  });
  byId("selects").append(element("label", "field", [element("span", "", t(name)), select]));
};

const makeCost = () => {
  if (!compounds.some((row) => row.cost !== null)) return;
  const inputs = ["costFrom", "costTo"].map((name) => {
    const input = element("input", "", [], {
      type: "number", min: "0", step: "any", id: `filter-${name}`, "aria-label": t(name),
      placeholder: t(name === "costFrom" ? "from" : "to"),
    });
    input.addEventListener("input", () => {
      filter[name] = input.value === "" || !Number.isFinite(input.valueAsNumber) ? null : input.valueAsNumber;
      apply();
    });
    return input;
  });
  const pair = element("span", "pair", [inputs[0], "–", inputs[1]]);
  byId("selects").append(element("div", "field", [element("span", "", t("cost_wan")), pair]));
};

const reset = () => {
  filter.text = "";
  filter.keys = new Set(KEYS);
  for (const name of CHOICES) filter[name] = "";
  filter.costFrom = null;
  filter.costTo = null;
  for (const field of byId("filters").querySelectorAll("input, select")) field.value = "";
  apply();
  fitShown(state.shown);
};

const isFiltered = () =>
  filter.text !== "" || filter.keys.size < KEYS.length || CHOICES.some((name) => filter[name])
  || filter.costFrom !== null || filter.costTo !== null;

const filterText = () => {
  const parts = [];
  if (filter.text) parts.push(`“${filter.text}”`);
  if (filter.keys.size < KEYS.length) parts.push([...filter.keys].map(keyWord).join("/"));
  for (const name of CHOICES) if (filter[name]) parts.push(`${t(name)}: ${optionWord(name, filter[name])}`);
  if (filter.costFrom !== null) parts.push(`${t("cost_wan")} ≥ ${filter.costFrom}`);
  if (filter.costTo !== null) parts.push(`${t("cost_wan")} ≤ ${filter.costTo}`);
  return parts.join("; ");
};

const showCounts = () => {
  const counts = countsOf(compounds.filter((row) => passes(row, "keys")));
  const isAll = filter.keys.size === KEYS.length;
  for (const [key, { chip, count }] of chips) {
    count.textContent = number(counts[key]);
    chip.setAttribute("aria-pressed", String(!isAll && filter.keys.has(key)));
    chip.classList.toggle("off", !filter.keys.has(key));
    chip.hidden = key === "none" && !compounds.some((row) => row.key === "none");
  }
  byId("count").textContent = t("count", { n: number(state.shown.length), total: number(compounds.length) });
  byId("reset").hidden = !isFiltered();
};

const apply = () => {
  state.shown = sorted(compounds.filter((row) => passes(row)));
  showCounts();
  grid.scrollTop = 0;
  showList();
  if (!state.selected) showPanel();
  redraw();
};

const startFilters = () => {
  byId("search").placeholder = t("search");
  byId("search-label").textContent = t("search");
  byId("search").addEventListener("input", (event) => {
    filter.text = event.target.value.trim().toLowerCase();
    apply();
  });
  byId("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && state.shown.length) select(state.shown[0], "search");
  });
  makeChips();
  for (const name of CHOICES) makeSelect(name);
  makeCost();
  byId("reset").textContent = t("reset");
  byId("reset").addEventListener("click", reset);
  byId("more").textContent = t("filters");
  byId("more").addEventListener("click", () => {
    const isOpen = byId("filters").classList.toggle("open");
    byId("more").setAttribute("aria-expanded", String(isOpen));
  });
};

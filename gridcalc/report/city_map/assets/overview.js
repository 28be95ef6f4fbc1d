// The panel where no compound is selected: what the shown compounds come to.

const heading = (text, note = "") => element("h3", "", [text, note ? element("span", "quiet", note) : ""]);
const fact = (label, value) => element("div", "fact", [element("dt", "", label), element("dd", "", value)]);
const facts = (rows) => element("dl", "facts", rows.filter(([, value]) => value !== "" && value !== null)
  .map(([label, value]) => fact(label, value)));

const sumOf = (rows, value) => rows.reduce((sum, row) => sum + (value(row) ?? 0), 0);

const countBy = (rows, value) => {
  const counts = new Map();
  for (const row of rows) {
    const name = value(row);
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
};

const verdictBlock = (shown) => {
  const counts = countsOf(shown);
  const rows = KEYS.filter((key) => counts[key]).map((key) => element("li", "", [
    symbol(key, 14), element("span", "grow", keyWord(key)), element("b", "", number(counts[key])),
    element("span", "quiet share", percent((counts[key] / shown.length) * 100, 0)),
  ]));
  const parts = KEYS.map((key) => ({ value: counts[key], colour: COLOURS[key] }));
  return element("section", "block", [stacked(parts), element("ul", "counts", rows)]);
};

const chargerBlock = (shown) => {
  const known = shown.filter((row) => row.privateBays !== null && row.status === "ok");
  const wanted = sumOf(known, (row) => row.privateBays);
  if (!wanted) return null;
  const line = (label, field) => {
    const rows = known.filter((row) => row[field] !== null);
    if (!rows.length) return null;
    const bays = sumOf(rows, (row) => row.privateBays);
    const fit = sumOf(rows, (row) => Math.min(row[field], row.privateBays));
    return element("div", "measure", [
      element("span", "", label), bar(fit / bays),
      element("span", "value", [element("b", "", number(fit)), ` / ${number(bays)}`]),
    ]);
  };
  const lines = [line(t("fit_uncontrolled"), "fitUncontrolled"), line(t("fit_managed"), "fitManaged")].filter(Boolean);
  return lines.length ? element("section", "block", [heading(t("chargers")), ...lines]) : null;
};

const PAYER_COLOURS = ["#33628f", "#8fb3d1", "#c9a15a", "#7a6a9c", "#5f8f7b", "#a9635f"];

const payersOf = (rows) => {
  const totals = new Map();
  for (const row of rows) for (const [payer, yuan] of row.plan[3]) totals.set(payer, (totals.get(payer) ?? 0) + yuan);
  return [...totals].sort((a, b) => a[0] - b[0]);
};

const payerLines = (payers) => {
  const total = payers.reduce((sum, [, yuan]) => sum + yuan, 0);
  if (!total) return [];
  const colour = (payer) => PAYER_COLOURS[payer % PAYER_COLOURS.length];
  return [
    stacked(payers.map(([payer, yuan]) => ({ value: yuan, colour: colour(payer) }))),
    element("ul", "counts", payers.filter(([, yuan]) => yuan).map(([payer, yuan]) => element("li", "", [
      drawn("svg", { viewBox: "0 0 10 10", width: 10, height: 10, "aria-hidden": "true" }, drawn("rect", { width: 10, height: 10, rx: 2, fill: colour(payer) })),
      element("span", "grow", listed("payer", payer)),
      element("b", "", wanYuan(yuan)), element("span", "quiet share", percent((yuan / total) * 100, 0)),
    ]))),
  ];
};

const costBlock = (shown) => {
  const planned = shown.filter((row) => row.plan && row.cost > 0);
  if (!planned.length) return null;
  return element("section", "block", [
    heading(t("cost"), t("n_compounds", { n: number(planned.length) })),
    element("p", "big", [wanYuan(sumOf(planned, (row) => row.cost)), element("small", "", t("wan"))]),
    ...payerLines(payersOf(planned)),
  ]);
};

const bindingBlock = (shown) => {
  const MOST = 6;
  const rows = countBy(shown.filter((row) => row.status === "ok" && row.outcome !== "ready"), (row) => row.check);
  if (!rows.length) return null;
  return element("section", "block", [heading(t("decided_by"), t("not_ready")), ...rows.slice(0, MOST).map(([name, n]) =>
    element("div", "measure", [element("span", "", name), bar(n / rows[0][1], "neutral"), element("span", "value", element("b", "", number(n)))]))]);
};

const areaBlock = (shown) => {
  const MOST = 12;
  const areas = countBy(shown, (row) => row.area);
  if (areas.length < 2) return null;
  return element("section", "block", [heading(t("area")), ...areas.slice(0, MOST).map(([area, n]) => {
    const counts = countsOf(shown.filter((row) => row.area === area));
    const button = element("button", "link", area, { type: "button" });
    button.addEventListener("click", () => chooseArea(area));
    return element("div", "measure", [button, stacked(KEYS.map((key) => ({ value: counts[key], colour: COLOURS[key] }))),
      element("span", "value", element("b", "", number(n)))]);
  })]);
};

const chooseArea = (area) => {
  byId("filter-area").value = area;
  byId("filter-area").dispatchEvent(new Event("change"));
};

const gradeBlock = (shown) => {
  const grades = countBy(shown, (row) => row.grade).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  if (!grades.length) return null;
  const flips = shown.filter((row) => row.data && row.data[3] === 1).length;
  return element("section", "block", [heading(t("data_grade")),
    element("p", "grades", grades.map(([grade, n]) => element("span", `grade grade-${grade}`, [element("b", "", grade), number(n)]))),
    element("p", "quiet", t("could_flip_n", { n: number(flips) }))]);
};

const aboutBlock = () => {
  const { head } = page;
  const nowhere = compounds.filter((row) => !row.hasPlace).length;
  return element("section", "block about", [heading(t("about")), facts([
    [t("table"), head.table], [t("method"), head.method], [t("seed"), String(head.seed)],
    [t("policies"), head.policies.join(", ")], ["gridcalc", head.version],
    [t("not_on_map"), nowhere ? number(nowhere) : ""], [t("bad_rows"), head.bad ? number(head.bad) : ""],
    [t("audit"), head.audit],
  ]), ...head.notes.map((note) => element("p", "quiet", note))]);
};

const overview = (shown) => [
  element("div", "panel-head", [element("h2", "", t(isFiltered() ? "selection" : "overview")),
    element("p", "quiet", t("overview_line", { n: number(shown.length), households: number(sumOf(shown, (row) => row.households)) }))]),
  ...(shown.length ? [verdictBlock(shown), chargerBlock(shown), costBlock(shown), mainBlock(), reliefBlock(), bindingBlock(shown), areaBlock(shown), gradeBlock(shown)] : [element("p", "quiet block", t("no_match"))]),
  aboutBlock(),
].filter(Boolean);

// The panel of one compound.

const detailsHead = (row) => {
  const close = element("button", "close", "×", { type: "button", title: t("close"), "aria-label": t("close"), id: "close" });
  close.addEventListener("click", () => select(null, "panel"));
  const place = [row.id, row.area, lineName(row.line)].filter(Boolean).join(" · ");
  return element("div", "panel-head", [close, element("h2", "", row.name), element("p", "quiet", place),
    element("p", `badge badge-${row.key}`, [symbol(row.key, 16), outcomeWord(row)])]);
};

const errorBlock = (row) =>
  row.error ? element("section", "block", [heading(t("why_failed")), element("p", "error", row.error)]) : null;

const bindingDetails = (row) => {
  if (!row.binding) return null;
  const isOver = row.utilisation > 1;
  return element("section", "block", [heading(t(isOver ? "decided_by" : "nearest_limit")), element("p", "", row.binding),
    element("div", "measure wide", [bar(row.utilisation / 1.5, isOver ? "over" : "", 1 / 1.5),
      element("span", "value", t("value_limit", { value: row.bindingValue, limit: row.bindingLimit }))]),
    row.next ? element("p", "quiet", t("then", { what: row.next })) : null]);
};

const runLine = (run, name, most) => {
  const line = (value, title = "") => element("td", "bar-cell", value === null ? "–"
    : [bar(value / most, value > 100 ? "over" : "", 100 / most), element("span", "", percent(value, 0))], { title });
  const sign = run.passed ? "" : element("span", "fail", "✕", { title: t("broken") });
  return element("tr", "", [
    element("th", "", [sign, name], { scope: "row" }),
    line(run.loading, run.phase === null ? "" : t("worst_phase", { percent: number(run.phase) })),
    line(run.cable),
    element("td", "number", run.voltage === null ? "–" : number(run.voltage, 3)),
  ]);
};

const runsBlock = (row) => {
  if (!row.runs.length) return null;
  const most = Math.max(120, ...row.runs.flatMap((run) => [run.loading ?? 0, run.cable ?? 0]));
  const body = [];
  const hasModes = new Set(row.runs.map((run) => run.charging)).size > 1;
  let before = null;
  for (const run of row.runs) {
    if (hasModes && run.scenario !== before) body.push(element("tr", "scenario", element("th", "", run.scenario, { colspan: 4, scope: "colgroup" })));
    body.push(runLine(run, hasModes ? run.charging : run.scenario, most));
    before = run.scenario;
  }
  const head = ["", t("transformer"), t("cable"), t("voltage")].map((text) => element("th", "", text, { scope: "col" }));
  return element("section", "block", [heading(t("loadings"), t("worst")), element("table", "runs", [element("thead", "", element("tr", "", head)), element("tbody", "", body)])]);
};

const fitBlock = (row) => {
  if (!row.privateBays || (row.fitUncontrolled === null && row.fitManaged === null)) return null;
  const line = (label, fit) => (fit === null ? null : element("div", "measure", [
    element("span", "", label), bar(fit / row.privateBays, fit < row.privateBays ? "part" : ""),
    element("span", "value", [element("b", "", number(fit)), ` / ${number(row.privateBays)}`]),
  ]));
  return element("section", "block", [heading(t("chargers"), t("of_private_bays")), line(t("fit_uncontrolled"), row.fitUncontrolled), line(t("fit_managed"), row.fitManaged)].filter(Boolean));
};

const planBlock = (row) => {
  if (!row.plan) return null;
  const [cost, isVerified, days, payers, measures] = row.plan;
  const rows = measures.map(([kind, text, quantity, unit, yuan]) => element("tr", "", [
    element("td", "", [listed("measure", kind), text === null || !listed("works", text) ? "" : element("span", "quiet block-line", listed("works", text))]),
    element("td", "number", `${number(quantity, quantity % 1 ? 1 : 0)} ${listed("unit", unit)}`),
    element("td", "number", wanYuan(yuan)),
  ]));
  const head = [t("works"), t("quantity"), t("wan")].map((text) => element("th", "", text, { scope: "col" }));
  return element("section", "block", [heading(t("plan"), t(isVerified ? "verified" : "not_verified")),
    element("p", "big", [wanYuan(cost), element("small", "", t("wan"))]),
    row.households ? element("p", "quiet", t("per_household", { yuan: number(cost / row.households) })) : null,
    days === null ? null : element("p", "quiet", t("working_days", { n: number(days) })),
    rows.length ? element("table", "works", [element("thead", "", element("tr", "", head)), element("tbody", "", rows)]) : null,
    ...payerLines(payers.map(([payer, yuan]) => [payer, yuan]))].filter(Boolean));
};

const curveOf = ([place, peak, text]) => {
  const [scenarioWord, chargingWord, scenario, charging] = listed("curve", place);
  const style = scenario === "today" ? "today" : charging;
  return { name: `${scenarioWord} · ${chargingWord}`, style, peak, unit: "kW", values: curveValues(text, peak) };
};

const curveBlock = (row) =>
  row.curves.length ? element("section", "block", [heading(t("day_curve"), t("day_axes")), dayCurve(row.curves.map(curveOf))]) : null;

const dataBlock = (row) => {
  if (!row.data) return null;
  const [grade, given, missing, flip] = row.data;
  const flips = { 1: "could_flip", 0: "cannot_flip" };
  return element("section", "block", [heading(t("data_grade")),
    element("p", "grades", [element("span", `grade grade-${grade}`, element("b", "", grade)), element("span", "", t("given", { percent: number(given) }))]),
    missing.length ? element("p", "", t("missing", { names: missing.map((place) => listed("missing", place)).join(page.lang === "zh" ? "、" : ", ") })) : null,
    flip === null ? null : element("p", flip ? "warn" : "quiet", t(flips[flip]))].filter(Boolean));
};

const siteBlock = (row) => element("section", "block", [heading(t("compound")), facts([
  [t("households"), number(row.households)], [t("bays"), `${number(row.privateBays)} + ${number(row.publicBays)}`],
  [t("ebikes"), number(row.ebikes)], [t("transformers"), row.transformers ? `${row.transformers} kVA` : ""],
  [t("year"), row.year === null ? "" : String(row.year)], [t("category"), row.category],
  [t("template"), row.template], [t("policy"), row.policy], [t("row"), String(row.row)],
  [t("place"), row.hasPlace ? `${row.lon.toFixed(5)}°E ${row.lat.toFixed(5)}°N` : t("no_place")],
])]);

const details = (row) => [detailsHead(row), errorBlock(row), bindingDetails(row), fitBlock(row), planBlock(row),
  runsBlock(row), curveBlock(row), lineBlock(row), siteBlock(row), dataBlock(row)].filter(Boolean);

// 10 kV lines: how they are loaded with their compounds, and which need relief first.

const lineStates = (line) => {
  const most = Math.max(120, ...line.states.map((state) => state.loading ?? 0));
  return line.states.map((state) => {
    const isOver = (state.relief ?? 0) > 0;
    const value = state.loading === null ? `${number(state.kva)} kVA` : percent(state.loading, 0);
    return element("div", "measure", [element("span", "", state.name),
      bar((state.loading ?? 0) / most, isOver ? "over" : "", line.limit / most), element("span", "value", value)]);
  });
};

// The charging mode by which a line is judged: that with the highest peak.
const worstOf = (line) => line.states[line.worst] ?? { relief: 0, loading: null, mode: "" };

const hasCurve = (line) => line.states.some((state) => new Set(state.day).size > 1);

const lineBlock = (row) => {
  const line = linesById.get(row.line);
  if (!line) return null;
  const worst = worstOf(line);
  const capacity = line.capacity === null ? "" : t("capacity", { kva: number(line.capacity) });
  return element("section", "block", [heading(`${t("line")} ${lineName(line.id)}`, capacity), ...lineStates(line),
    hasCurve(line) ? dayCurve(line.states.map((state) => ({ ...state, unit: "kVA", values: curveValues(state.day, state.peak) }))) : null,
    worst.relief ? element("p", "warn", t("relief_needed", { kva: number(worst.relief), mode: worst.mode, place: number(line.relief) })) : null,
    row.room ? element("p", "", t("room", { room: row.room })) : null,
    mainText(line), ...line.remarks.map((text) => element("p", "quiet", text))].filter(Boolean));
};

const mainText = (line) => {
  const main = page.mains.find(({ name }) => name === line.main);
  if (!main || main.loading === null) return null;
  return element("p", main.isOver ? "warn" : "quiet", t("main_loading", { name: main.name, today: percent(main.today, 1),
    percent: percent(main.loading, 0), mode: main.mode, limit: main.limit === null ? "–" : percent(main.limit, 0) }));
};

const chooseLine = (id) => {
  const field = byId("filter-line");
  if (!field) return;
  field.value = id;
  field.dispatchEvent(new Event("change"));
};

const reliefBlock = () => {
  const MOST = 8;
  const lines = page.lines.filter((line) => line.relief !== null).sort((a, b) => a.relief - b.relief);
  if (!lines.length || isFiltered()) return null;
  return element("section", "block", [heading(t("relief_first"), t("n_lines", { n: number(lines.length) })),
    ...lines.slice(0, MOST).map((line) => {
      const button = element("button", "link", lineName(line.id), { type: "button" });
      button.addEventListener("click", () => chooseLine(line.id));
      const worst = worstOf(line);
      const most = Math.max(150, worst.loading ?? 0);
      return element("div", "", [element("div", "measure", [button, bar((worst.loading ?? 0) / most, "over", line.limit / most),
        element("span", "value", [element("b", "", percent(worst.loading, 0))])]),
      remarkLine([t("too_much", { kva: number(worst.relief), mode: worst.mode }), ...line.remarks])]);
    })]);
};

const remarkLine = (texts) => element("p", "quiet remark", texts.join(page.lang === "zh" ? "；" : "; "));

// Main transformers beyond their limit, the one with the highest loading first.
const mainBlock = () => {
  const over = page.mains.filter((main) => main.isOver);
  if (!over.length || isFiltered()) return null;
  return element("section", "block", [heading(t("mains_over"), t("n_mains", { n: number(over.length), total: number(page.mains.length) })),
    ...over.map((main) => {
      const most = Math.max(150, main.loading);
      return element("div", "", [element("div", "measure", [element("span", "", main.name), bar(main.loading / most, "over", main.limit / most),
        element("span", "value", [element("b", "", percent(main.loading, 0))])]),
      remarkLine([t("main_remark", { mode: main.mode, today: percent(main.today, 1), limit: percent(main.limit, 0), n: number(main.stopped) })])]);
    })]);
};

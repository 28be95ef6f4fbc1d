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

const hasCurve = (line) => line.states.some((state) => new Set(state.day).size > 1);

const lineBlock = (row) => {
  const line = linesById.get(row.line);
  if (!line) return null;
  const worst = Math.max(0, ...line.states.map((state) => state.relief ?? 0));
  const capacity = line.capacity === null ? "" : t("capacity", { kva: number(line.capacity) });
  return element("section", "block", [heading(`${t("line")} ${lineName(line.id)}`, capacity), ...lineStates(line),
    hasCurve(line) ? dayCurve(line.states.map((state) => ({ ...state, unit: "kVA", values: curveValues(state.day, state.peak) }))) : null,
    worst ? element("p", "warn", t("relief_needed", { kva: number(worst), place: number(line.relief) })) : null].filter(Boolean));
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
      const worst = line.states.reduce((a, b) => ((b.relief ?? 0) > (a.relief ?? 0) ? b : a));
      const most = Math.max(150, worst.loading ?? 0);
      return element("div", "measure", [button, bar((worst.loading ?? 0) / most, "over", line.limit / most),
        element("span", "value", [element("b", "", percent(worst.loading, 0))])]);
    })]);
};

// The shown compounds as a CSV file that spreadsheets open without running anything in it.

const CSV_COLUMNS = ["id", "name", "status", "verdict", "area", "line", "policy", "template", "year", "households",
  "privateBays", "publicBays", "ebikes", "transformers", "check", "utilisation", "loading", "fitUncontrolled",
  "fitManaged", "room", "cost", "grade", "lon", "lat", "error"];
const CSV_VALUES = {
  status: (row) => page.outcomes[row.status] ?? row.status,
  verdict: (row) => (row.status === "ok" ? outcomeWord(row) : ""),
  utilisation: (row) => (row.utilisation === null ? null : Math.round(row.utilisation * 1000) / 10),
};

// A text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers.
const csvCell = (value) => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value.trimStart()) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csvText = (rows) => {
  const head = CSV_COLUMNS.map((name) => csvCell(t(`csv_${name}`)));
  const lines = rows.map((row) => CSV_COLUMNS.map((name) => csvCell((CSV_VALUES[name] ?? ((r) => r[name]))(row))));
  return `\ufeff${[head, ...lines].map((cells) => cells.join(",")).join("\r\n")}\r\n`;
};

const saveCsv = () => {
  const url = URL.createObjectURL(new Blob([csvText(state.shown)], { type: "text/csv;charset=utf-8" }));
  const link = element("a", "", "", { href: url, download: "compounds.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};

// On paper the list has all its rows, up to a number that a printer takes.
const MOST_PRINTED = 2000;
const fillPrintList = () => {
  const head = element("tr", "", COLUMNS.map(({ name, kind }) => element("th", kind, t(`column_${name}`))));
  const rows = state.shown.slice(0, MOST_PRINTED).map((row) => element("tr", "", COLUMNS.map((column) => {
    const text = column.text(row) || "–";
    return element("td", column.kind, column.kind === "verdict" ? [symbol(row.key, 10), ` ${text}`] : text);
  })));
  const left = state.shown.length - rows.length;
  byId("print-list").replaceChildren(element("p", "", filterText()),
    element("table", "", [element("thead", "", head), element("tbody", "", rows)]),
    element("p", "", left > 0 ? t("not_printed", { n: number(left) }) : ""));
};

const startExport = () => {
  byId("export").textContent = t("export");
  byId("export").addEventListener("click", saveCsv);
  byId("print").textContent = t("print");
  byId("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", fillPrintList);
  window.addEventListener("afterprint", () => byId("print-list").replaceChildren());
};

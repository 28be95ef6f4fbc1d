// The list: only the rows in sight exist, so that ten thousand compounds scroll like ten.

const ROW_PX = 34;
const SPARE_ROWS = 8;
const wide = (zh, en) => (page.lang === "zh" ? zh : en);
const GROWING = ["name", "line"];
const COLUMNS = [
  { name: "rank", width: 60, kind: "number", text: (row) => String(row.rank), value: (row) => row.rank },
  { name: "name", width: 138, kind: "text", text: (row) => row.name, value: (row) => row.name },
  { name: "verdict", width: 136, kind: "verdict", text: outcomeWord, value: (row) => OUTCOMES.indexOf(row.outcome) },
  { name: "check", width: wide(124, 182), kind: "text", text: (row) => row.check, value: (row) => row.check },
  { name: "utilisation", width: 76, kind: "number", text: (row) => percent(row.utilisation === null ? null : row.utilisation * 100, 0), value: (row) => row.utilisation },
  { name: "loading", width: 92, kind: "number", text: (row) => percent(row.loading, 0), value: (row) => row.loading },
  { name: "households", width: wide(66, 96), kind: "number", text: (row) => number(row.households), value: (row) => row.households },
  { name: "privateBays", width: 76, kind: "number", text: (row) => number(row.privateBays), value: (row) => row.privateBays },
  { name: "fitUncontrolled", width: wide(92, 108), kind: "number", text: (row) => number(row.fitUncontrolled), value: (row) => row.fitUncontrolled },
  { name: "fitManaged", width: 92, kind: "number", text: (row) => number(row.fitManaged), value: (row) => row.fitManaged },
  { name: "cost", width: 102, kind: "number", text: (row) => wanYuan(row.cost), value: (row) => row.cost },
  { name: "grade", width: wide(56, 60), kind: "centre", text: (row) => row.grade, value: (row) => row.grade },
  { name: "area", width: 112, kind: "text", text: (row) => row.area, value: (row) => row.area },
  { name: "line", width: 140, kind: "text", text: (row) => lineName(row.line), value: (row) => lineName(row.line) },
  { name: "room", width: wide(180, 200), kind: "text", text: (row) => row.room, value: (row) => row.room },
].filter((column) => column.name === "rank" || compounds.some((row) => {
  const value = column.value(row);
  return value !== null && value !== "";
}));

const grid = byId("grid");
const collator = new Intl.Collator(locale, { numeric: true });

const compare = (a, b) => (typeof a === "string" ? collator.compare(a, b) : a - b);

// Rows without a value stand last, whichever way; equal ones keep their rank.
const sorted = (rows) => {
  const column = COLUMNS.find(({ name }) => name === state.sort.column);
  if (column.name === "rank") return state.sort.down ? [...rows].reverse() : rows;
  const sign = state.sort.down ? -1 : 1;
  const isMissing = (value) => value === null || value === undefined || value === "";
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (isMissing(a.value) || isMissing(b.value)) {
        return isMissing(a.value) - isMissing(b.value) || a.row.index - b.row.index;
      }
      return sign * compare(a.value, b.value) || a.row.index - b.row.index;
    })
    .map(({ row }) => row);
};

const sortBy = (name) => {
  const isSame = state.sort.column === name;
  const startsDown = ["loading", "utilisation", "cost", "households", "privateBays", "fitUncontrolled",
    "fitManaged"].includes(name);
  state.sort = { column: name, down: isSame ? !state.sort.down : startsDown };
  apply();
};

const makeHead = () => {
  const widths = COLUMNS.map(({ name, width }) => (GROWING.includes(name) ? `minmax(${width}px, 1fr)` : `${width}px`));
  grid.style.setProperty("--columns", widths.join(" "));
  grid.style.setProperty("--least", `${COLUMNS.reduce((sum, { width }) => sum + width, 0)}px`);
  for (const { name, kind } of COLUMNS) {
    const button = element("button", "sorter", t(`column_${name}`), { type: "button" });
    button.addEventListener("click", () => sortBy(name));
    const cell = element("div", `cell ${kind} c-${name}`, button, {
      role: "columnheader", "aria-sort": "none", "data-column": name,
    });
    byId("grid-head").append(cell);
  }
};

const cellOf = (column, row) => {
  const text = column.text(row) || "–";
  const cell = element("div", `cell ${column.kind} c-${column.name}`, [], { role: "gridcell" });
  if (column.kind === "verdict") cell.append(symbol(row.key), element("span", "", text));
  else cell.textContent = text;
  if (["text", "verdict"].includes(column.kind)) cell.title = text;
  if (column.name === "utilisation" && row.utilisation > 1) cell.classList.add("over");
  return cell;
};

const rowOf = (row, place) => {
  const node = element("div", "grid-row", COLUMNS.map((column) => cellOf(column, row)), {
    role: "row", "aria-rowindex": place + 2, "aria-selected": String(row === state.selected),
    "data-id": row.id, id: `row-${row.index}`,
  });
  node.style.top = `${place * ROW_PX}px`;
  node.addEventListener("click", () => select(row, "list"));
  return node;
};

const headPx = () => byId("grid-head").offsetHeight;

const showRows = () => {
  const first = Math.max(0, Math.floor(grid.scrollTop / ROW_PX) - SPARE_ROWS);
  const n = Math.ceil(grid.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
  const rows = state.shown.slice(first, first + n).map((row, k) => rowOf(row, first + k));
  byId("grid-space").replaceChildren(...rows);
};

const showList = () => {
  byId("grid-space").style.height = `${state.shown.length * ROW_PX}px`;
  grid.setAttribute("aria-rowcount", state.shown.length + 1);
  for (const cell of byId("grid-head").children) {
    const isSorted = cell.dataset.column === state.sort.column;
    const way = state.sort.down ? "descending" : "ascending";
    cell.setAttribute("aria-sort", isSorted ? way : "none");
  }
  byId("grid-empty").hidden = state.shown.length > 0;
  showRows();
};

const scrollToRow = (compound) => {
  const place = state.shown.indexOf(compound);
  if (place < 0) return;
  const room = grid.clientHeight - headPx() - ROW_PX;
  const top = place * ROW_PX;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
  showRows();
};

const LIST_STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

const startList = () => {
  makeHead();
  grid.setAttribute("aria-label", t("list_label"));
  byId("grid-empty").textContent = t("no_match");
  let isWaiting = false;
  grid.addEventListener("scroll", () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => { isWaiting = false; showRows(); });
  }, { passive: true });
  grid.addEventListener("keydown", (event) => {
    const step = LIST_STEPS[event.key];
    if (step === undefined || !state.shown.length || event.target.closest("button")) return;
    event.preventDefault();
    const place = state.shown.indexOf(state.selected);
    const next = Math.max(0, Math.min(state.shown.length - 1, place + step));
    select(state.shown[next], "list");
  });
  new ResizeObserver(showRows).observe(grid);
};

// Selection, the panel, and the start of it all.

const panel = byId("panel");

const showPanel = () => {
  panel.replaceChildren(...(state.selected ? details(state.selected) : overview(state.shown)));
  document.body.classList.toggle("has-selection", state.selected !== null);
  panel.scrollTop = 0;
};

// Select a compound, or none; `from` is where that was asked for.
const select = (compound, from) => {
  state.selected = compound;
  showPanel();
  if (compound && from !== "map") showOnMap(compound);
  if (compound && from !== "panel") scrollToRow(compound);
  showRows();
  if (compound) grid.setAttribute("aria-activedescendant", `row-${compound.index}`);
  else grid.removeAttribute("aria-activedescendant");
  redraw();
};

const showHead = () => {
  const { head } = page;
  byId("title").textContent = head.title;
  byId("subtitle").textContent = [head.table, head.method, head.policies.join(", "), `gridcalc ${head.version}`]
    .filter(Boolean).join(" · ");
  const nowhere = compounds.filter((row) => !row.hasPlace).length;
  byId("map-note").textContent = [nowhere ? t("not_on_map_n", { n: number(nowhere) }) : "", t("map_note")].filter(Boolean).join(" · ");
};

const start = () => {
  byId("page").hidden = false;
  showHead();
  startFilters();
  startList();
  startExport();
  apply();
  startMap();
  resize();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.selected) select(null, "keyboard");
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      byId("search").focus();
    }
  });
  // What a script outside needs to follow the page: where a compound is drawn, what is shown.
  window.cityMap = Object.freeze({
    shown: () => state.shown.map((row) => row.id),
    selected: () => state.selected?.id ?? null,
    screenOf: (id) => {
      const row = compounds.find((compound) => compound.id === id);
      return row?.hasPlace ? screenOf(row.x, row.y) : null;
    },
    show: (id) => showOnMap(compounds.find((row) => row.id === id)),
    stacks: () => stacksOf(placed).map(({ n }) => n),
    csv: () => csvText(state.shown),
  });
};

start();

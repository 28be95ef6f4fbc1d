// The compounds as objects, from rows that hold places in lists.

const OUTCOMES = ["ready", "ready_managed", "upgrade", "no_solution", "failed", "crashed", "skipped"];
const NO_RESULT = new Set(["failed", "crashed", "skipped", "ok"]);
const LISTED = ["outcome", "area", "line", "policy", "template", "category", "transformers", "check",
  "binding", "room", "next"];

const listed = (name, place) => (place === null ? "" : page.lists[name]?.[place] ?? "");

const runOf = ([place, loading, phase, cable, voltage]) => {
  const [scenario, charging, passed] = page.lists.run[place];
  return { scenario, charging, passed, loading, phase, cable, voltage };
};

const compoundOf = (row, index) => {
  const compound = { index };
  page.fields.forEach((name, k) => { compound[name] = row[k]; });
  for (const name of LISTED) compound[name] = listed(name, compound[name]);
  compound.bindingLimit = listed("limit", compound.bindingLimit);
  compound.rank = index + 1;
  compound.key = NO_RESULT.has(compound.outcome) ? "none" : compound.outcome;
  compound.status = NO_RESULT.has(compound.outcome) ? compound.outcome : "ok";
  compound.hasPlace = compound.lon !== null && compound.lat !== null;
  compound.cost = compound.plan ? compound.plan[0] : null;
  compound.grade = compound.data ? compound.data[0] : "";
  compound.runs = compound.runs.map(runOf);
  compound.loading = Math.max(...compound.runs.map((run) => run.loading ?? -1), -1);
  if (compound.loading < 0) compound.loading = null;
  compound.search = `${compound.name} ${compound.id}`.toLowerCase();
  return compound;
};

const compounds = pageRows.map(compoundOf);

const linesById = new Map(page.lines.map((line) => [line.id, line]));
const lineName = (id) => linesById.get(id)?.name || id;

const outcomeWord = (compound) => page.outcomes[compound.outcome] ?? compound.outcome;
const keyWord = (key) => (key === "none" ? t("no_result") : page.outcomes[key]);

// Colours of Okabe and Ito, which colour-blind readers tell apart; shapes say the same again.
const KEYS = ["ready", "ready_managed", "upgrade", "no_solution", "none"];
const COLOURS = {
  ready: "#009e73",
  ready_managed: "#2f8fd0",
  upgrade: "#e69f00",
  no_solution: "#c8461c",
  none: "#7d8590",
};

// The state of the page; everything on it is drawn from this.
const state = { shown: compounds, selected: null, hovered: null, sort: { column: "rank", down: false } };

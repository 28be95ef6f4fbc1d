// The map: where symbols stand, what is under the pointer, how it moves.

const canvas = byId("map");
const AREA_LABEL_PX = 17;
const HIT_PX = 13;
let placed = [];
let placedGroups = [];

for (const compound of compounds) {
  if (compound.hasPlace) [compound.x, compound.y] = mercator(compound.lon, compound.lat);
  compound.rings = (compound.outline ?? []).map(planeRing);
}

// The name of an area stands below the ring that holds most of its compounds.
const drawAreas = (ctx, groups) => {
  const sizes = new Map();
  for (const { area } of state.shown) sizes.set(area, (sizes.get(area) ?? 0) + 1);
  ctx.textAlign = "center";
  for (const group of groups) {
    const area = group.members[0].area;
    const isPure = group.members.every((compound) => compound.area === area);
    if (!area || !isPure || group.members.length < 0.6 * sizes.get(area)) continue;
    const [px, py] = screenOf(group.x, group.y);
    if (!isInView(px, py, 0)) continue;
    drawLabel(ctx, area, px, py + clusterRadius(group.members.length) + AREA_LABEL_PX, 13, INK);
  }
};

const isWide = (compound) => {
  if (!compound.rings.length) return false;
  const ring = compound.rings[0];
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < ring.length; k += 2) {
    low = Math.min(low, ring[k]);
    high = Math.max(high, ring[k]);
  }
  return (high - low) * view.scale > OUTLINE_PX;
};

const placeSymbols = (singles) => {
  const r = Math.round(symbolRadius() * 2) / 2;
  const order = (compound) => KEYS.indexOf(compound.key) % (KEYS.length - 1);
  return singles
    .map((compound) => {
      const [px, py] = screenOf(compound.x, compound.y);
      return { compound, px, py, r };
    })
    .filter(({ px, py }) => isInView(px, py, 40))
    .sort((a, b) => order(a.compound) - order(b.compound) || a.compound.index - b.compound.index);
};

// Compounds in the very same place cover each other at every scale: their number stands at the corner.
const stacksOf = (symbols) => {
  const stacks = new Map();
  for (const { compound, px, py, r } of symbols) {
    const key = `${compound.x} ${compound.y}`;
    const stack = stacks.get(key) ?? { n: 0, px, py, r };
    stack.n += 1;
    stacks.set(key, stack);
  }
  return [...stacks.values()].filter(({ n }) => n > 1);
};

const drawSelected = (ctx) => {
  const compound = state.selected;
  if (!compound || !compound.hasPlace) return;
  const [px, py] = screenOf(compound.x, compound.y);
  const r = symbolRadius() + 2;
  ctx.beginPath();
  ctx.arc(px, py, r + 6, 0, 2 * Math.PI);
  ctx.fillStyle = "rgba(255, 255, 255, 0.85)";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = 2;
  ctx.stroke();
  drawSymbol(ctx, compound, px, py, Math.round(r * 2) / 2);
  ctx.textAlign = "left";
  drawLabel(ctx, compound.name, px + r + 10, py + 4, 13, INK);
};

const draw = () => {
  const ctx = canvas.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = "#f4f6f7";
  ctx.fillRect(0, 0, view.width, view.height);
  drawBackground(ctx);
  drawGraticule(ctx);
  const { groups, singles } = clustersOf(state.shown);
  placed = placeSymbols(singles);
  for (const { compound } of placed) if (isWide(compound)) drawOutline(ctx, compound);
  for (const { compound, px, py, r } of placed) drawSymbol(ctx, compound, px, py, r);
  placedGroups = groups
    .map((group) => ({ group, at: screenOf(group.x, group.y) }))
    .filter(({ at }) => isInView(...at, 40));
  drawNames(ctx, placed, placedGroups);
  for (const { n, px, py, r } of stacksOf(placed)) drawNumber(ctx, n, px - r - 2, py - r - 2);
  for (const { group, at } of placedGroups) drawCluster(ctx, group, ...at);
  drawAreas(ctx, groups);
  drawSelected(ctx);
  drawScaleBar(ctx);
  drawNorth(ctx);
};

let isDrawing = false;
const redraw = () => {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
};

const resize = () => {
  const box = byId("map-box").getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  if (!box.width || !box.height) return;
  const isFirst = view.width === 1;
  [view.width, view.height] = [box.width, box.height];
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  if (isFirst) fitShown(compounds);
  redraw();
};

const fitShown = (shown) => {
  const points = shown.filter((row) => row.hasPlace).map((row) => [row.x, row.y]);
  if (!points.length) {
    const rings = [...background.main, ...background.lines, ...background.areas];
    for (const ring of rings) for (let k = 0; k < ring.length; k += 2) points.push([ring[k], ring[k + 1]]);
  }
  fitTo(points, 56, 600);
  if (shown === compounds) fittedScale = view.scale;
  redraw();
};

const showOnMap = (compound) => {
  if (!compound.hasPlace) return;
  const [px, py] = screenOf(compound.x, compound.y);
  const isHidden = !isInView(px, py, -30);
  const isGrouped = clustersOf(state.shown).groups.some((group) => group.members.includes(compound));
  if (isHidden || isGrouped) [view.x, view.y] = [compound.x, compound.y];
  for (let step = 0; step < 40 && isGrouped; step += 1) {
    const inside = clustersOf(state.shown).groups.some((group) => group.members.includes(compound));
    if (!inside || view.scale >= MOST_SCALE) break;
    view.scale = clampScale(view.scale * 1.5);
  }
  const covered = canvas.getBoundingClientRect().bottom - byId("panel").getBoundingClientRect().top;
  if (isNarrow() && covered > 0) view.y = compound.y + Math.min(covered, view.height - 80) / 2 / view.scale;
  redraw();
};

// On a narrow window the panel of a compound lies over the lower part of the map.
const isNarrow = () => window.matchMedia("(max-width: 760px)").matches;

// What is at a point: a compound, a group, or nothing; a second click takes the next beneath.
const under = (px, py, reach = HIT_PX) => {
  const group = placedGroups.find(({ group: g, at }) =>
    Math.hypot(at[0] - px, at[1] - py) <= clusterRadius(g.members.length) + 2);
  if (group) return { group: group.group };
  const near = placed
    .map((row) => ({ row, distance: Math.hypot(row.px - px, row.py - py) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance || a.row.compound.index - b.row.compound.index)
    .map(({ row }) => row.compound);
  if (!near.length) return {};
  const same = near.filter((row) => row.x === near[0].x && row.y === near[0].y);
  const next = same[(same.indexOf(state.selected) + 1) % same.length];
  return { compound: next };
};

const tip = byId("tip");
const showTip = (found, px, py) => {
  tip.hidden = !found.compound && !found.group;
  canvas.style.cursor = tip.hidden ? "" : "pointer";
  if (tip.hidden) return;
  tip.replaceChildren(...(found.compound ? tipOfCompound(found.compound) : tipOfGroup(found.group)));
  const left = px > view.width / 2 ? px - tip.offsetWidth - 14 : px + 14;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, Math.min(py + 12, view.height - tip.offsetHeight - 6))}px`;
};

const sameNote = (compound) => {
  const n = placed.filter((row) => row.compound.x === compound.x && row.compound.y === compound.y).length;
  return n > 1 ? element("span", "tip-line", t("same_place", { n: number(n) })) : "";
};

const tipOfCompound = (compound) => [
  element("strong", "", compound.name),
  element("span", "tip-line", [symbol(compound.key), outcomeWord(compound)]),
  sameNote(compound),
  compound.check ? element("span", "tip-line quiet", `${compound.check} ${percent(compound.utilisation * 100, 0)}`) : "",
].filter(Boolean);

const tipOfGroup = (group) => [
  element("strong", "", t("n_compounds", { n: number(group.members.length) })),
  ...KEYS.filter((key) => group.counts[key]).map((key) =>
    element("span", "tip-line", [symbol(key), keyWord(key), element("b", "", number(group.counts[key]))])),
];

const openGroup = (group) => {
  const before = view.scale;
  fitTo(group.members.map((row) => [row.x, row.y]), 70, 120);
  view.scale = clampScale(Math.max(view.scale, before * 2));
  redraw();
};

const pointers = new Map();
let dragged = 0;

const pointerAt = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

const spread = () => {
  const [a, b] = [...pointers.values()];
  return { distance: Math.hypot(a[0] - b[0], a[1] - b[1]), at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
};

const movePointer = (event) => {
  const at = pointerAt(event);
  if (!pointers.has(event.pointerId)) {
    showTip(event.pointerType === "touch" ? {} : under(...at), ...at);
    return;
  }
  const before = pointers.size === 2 ? spread() : null;
  const [x, y] = pointers.get(event.pointerId);
  pointers.set(event.pointerId, at);
  dragged += Math.abs(at[0] - x) + Math.abs(at[1] - y);
  if (before) {
    const after = spread();
    zoomAt(after.distance / Math.max(1, before.distance), ...after.at);
    view.x -= (after.at[0] - before.at[0]) / view.scale;
    view.y -= (after.at[1] - before.at[1]) / view.scale;
  } else {
    view.x -= (at[0] - x) / view.scale;
    view.y -= (at[1] - y) / view.scale;
  }
  tip.hidden = true;
  redraw();
};

const releasePointer = (event) => {
  if (!pointers.delete(event.pointerId) || event.type === "pointercancel" || dragged > 6) return;
  if (pointers.size) return;
  const found = under(...pointerAt(event), event.pointerType === "touch" ? 22 : HIT_PX);
  if (found.group) openGroup(found.group);
  else select(found.compound ?? null, "map");
};

const MAP_KEYS = {
  ArrowLeft: () => { view.x -= 80 / view.scale; },
  ArrowRight: () => { view.x += 80 / view.scale; },
  ArrowUp: () => { view.y -= 80 / view.scale; },
  ArrowDown: () => { view.y += 80 / view.scale; },
  "+": () => zoomAt(1.5, view.width / 2, view.height / 2),
  "=": () => zoomAt(1.5, view.width / 2, view.height / 2),
  "-": () => zoomAt(1 / 1.5, view.width / 2, view.height / 2),
  Home: () => fitShown(state.shown),
  0: () => fitShown(state.shown),
};

const startMap = () => {
  canvas.setAttribute("aria-label", t("map_label"));
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (!pointers.size) dragged = 0;
    pointers.set(event.pointerId, pointerAt(event));
  });
  canvas.addEventListener("pointermove", movePointer);
  canvas.addEventListener("pointerup", releasePointer);
  canvas.addEventListener("pointercancel", releasePointer);
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode ? 16 : 1);
    zoomAt(Math.exp(-Math.max(-400, Math.min(400, pixels)) * 0.0018), ...pointerAt(event));
    redraw();
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : MAP_KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    redraw();
  });
  for (const [id, key] of [["zoom-in", "+"], ["zoom-out", "-"], ["fit", "Home"]]) {
    const name = t(id.replace("-", "_"));
    byId(id).title = name;
    byId(id).setAttribute("aria-label", name);
    byId(id).addEventListener("click", () => { MAP_KEYS[key](); redraw(); });
  }
  new ResizeObserver(resize).observe(byId("map-box"));
};

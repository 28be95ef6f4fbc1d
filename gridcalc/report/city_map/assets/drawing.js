// What the canvas shows, from the back to the front.

const INK = "#2b3440";
const PALE_INK = "#8b94a0";
const FONT = '"Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", system-ui, sans-serif';
const NICE_DEGREES = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005];
const NICE_METRES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
  200000, 500000, 1000000];
const GRID_PX = 130;
const OUTLINE_PX = 18;

const graticuleStep = () => {
  const degreesPerPixel = 360 / view.scale;
  const fitting = NICE_DEGREES.filter((step) => step / degreesPerPixel >= GRID_PX);
  return fitting.length ? fitting[fitting.length - 1] : NICE_DEGREES[0];
};

const drawGraticule = (ctx) => {
  const step = graticuleStep();
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const [x0, y0] = planeOf(0, 0);
  const [x1, y1] = planeOf(view.width, view.height);
  ctx.strokeStyle = "#dfe4e8";
  ctx.lineWidth = 1;
  const labels = [];
  ctx.beginPath();
  for (let k = Math.ceil(lonOf(x0) / step); k * step <= lonOf(x1); k += 1) {
    const px = Math.round(screenOf(...mercator(k * step, 0))[0]) + 0.5;
    ctx.moveTo(px, 0);
    ctx.lineTo(px, view.height);
    if (px < view.width - 70) labels.push([`${(k * step).toFixed(decimals)}°E`, px + 4, 13, "left"]);
  }
  for (let k = Math.ceil(latOf(y1) / step); k * step <= latOf(y0); k += 1) {
    const py = Math.round(screenOf(...mercator(0, k * step))[1]) + 0.5;
    ctx.moveTo(0, py);
    ctx.lineTo(view.width, py);
    if (py > 70 && py < view.height - 40) labels.push([`${(k * step).toFixed(decimals)}°N`, view.width - 6, py - 4, "right"]);
  }
  ctx.stroke();
  for (const [text, px, py, align] of labels) {
    ctx.textAlign = align;
    drawLabel(ctx, text, px, py, 11, PALE_INK);
  }
};

const tracePath = (ctx, ring) => {
  for (let k = 0; k < ring.length; k += 2) {
    const [px, py] = screenOf(ring[k], ring[k + 1]);
    if (k) ctx.lineTo(px, py);
    else ctx.moveTo(px, py);
  }
};

const planeRing = (ring) => {
  const plane = new Float64Array(ring.length);
  for (let k = 0; k < ring.length; k += 2) [plane[k], plane[k + 1]] = mercator(ring[k], ring[k + 1]);
  return plane;
};

const background = Object.fromEntries(
  Object.entries(page.background).map(([name, rings]) => [name, rings.map(planeRing)]),
);

const MOST_METRES_PER_PIXEL = 150;
const drawBackground = (ctx) => {
  if (metresPerPixel() > MOST_METRES_PER_PIXEL) return;
  const layers = [["areas", "#e9eee8", 0], ["lines", "#d9dde2", 1.4], ["main", "#c9cfd6", 2.6]];
  ctx.lineJoin = "round";
  for (const [name, colour, width] of layers) {
    ctx.beginPath();
    for (const ring of background[name]) tracePath(ctx, ring);
    ctx.fillStyle = colour;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    if (width) ctx.stroke();
    else ctx.fill();
  }
};

const isInView = (px, py, margin) =>
  px > -margin && py > -margin && px < view.width + margin && py < view.height + margin;

const symbolRadius = () => {
  const n = Math.max(1, state.shown.length);
  return Math.max(4, Math.min(7, 5.4 + Math.log2(view.scale / fittedScale) * 0.5 - Math.log10(n / 300)));
};
let fittedScale = 1;

const drawOutline = (ctx, compound) => {
  ctx.beginPath();
  for (const ring of compound.rings) {
    tracePath(ctx, ring);
    ctx.closePath();
  }
  ctx.globalAlpha = 0.26;
  ctx.fillStyle = COLOURS[compound.key];
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = COLOURS[compound.key];
  ctx.lineWidth = 1.5;
  ctx.stroke();
};

const drawSymbol = (ctx, compound, px, py, r) => {
  const path = symbolPath(compound.key, r);
  ctx.translate(px, py);
  ctx.lineWidth = 2.4;
  ctx.strokeStyle = "#ffffff";
  ctx.stroke(path);
  ctx.fillStyle = COLOURS[compound.key];
  ctx.fill(path);
  ctx.translate(-px, -py);
};

// A number in a small disc, at the corner of a symbol.
const drawNumber = (ctx, n, px, py) => {
  const text = String(n);
  const r = 5 + 2 * text.length;
  ctx.beginPath();
  ctx.arc(px, py, r, 0, 2 * Math.PI);
  ctx.fillStyle = "#ffffff";
  ctx.fill();
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.fillStyle = INK;
  ctx.font = `600 10px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, px, py + 0.5);
  ctx.textBaseline = "alphabetic";
};

const drawCluster = (ctx, group, px, py) => {
  const r = clusterRadius(group.members.length);
  let angle = -Math.PI / 2;
  ctx.beginPath();
  ctx.arc(px, py, r + 2, 0, 2 * Math.PI);
  ctx.fillStyle = "#ffffff";
  ctx.fill();
  for (const key of KEYS) {
    const share = (group.counts[key] / group.members.length) * 2 * Math.PI;
    if (!share) continue;
    ctx.beginPath();
    ctx.moveTo(px, py);
    ctx.arc(px, py, r, angle, angle + share);
    ctx.closePath();
    ctx.fillStyle = COLOURS[key];
    ctx.fill();
    angle += share;
  }
  ctx.beginPath();
  ctx.arc(px, py, r - 5.5, 0, 2 * Math.PI);
  ctx.fillStyle = "#ffffff";
  ctx.fill();
  ctx.fillStyle = INK;
  ctx.font = `600 ${r > 17 ? 12 : 11}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(group.members.length), px, py + 0.5);
  ctx.textBaseline = "alphabetic";
};

const drawLabel = (ctx, text, px, py, size, colour) => {
  ctx.font = `${size}px ${FONT}`;
  ctx.lineWidth = 3;
  ctx.strokeStyle = "rgba(247, 249, 250, 0.94)";
  ctx.strokeText(text, px, py);
  ctx.fillStyle = colour;
  ctx.fillText(text, px, py);
};

// Names beside symbols where there is room; earlier ones keep their place.
const drawNames = (ctx, placed, rings) => {
  const MOST_NAMES = 70;
  if (placed.length > MOST_NAMES) return;
  const boxes = [...placed.map(({ px, py, r }) => [px - r, py - r, px + r, py + r]),
    ...rings.map(({ group, at: [px, py] }) => {
      const r = clusterRadius(group.members.length) + 2;
      return [px - r, py - r, px + r, py + r];
    })];
  ctx.textAlign = "left";
  for (const { compound, px, py, r } of placed) {
    if (compound === state.selected) continue;
    const width = 12 * [...compound.name].reduce((sum, c) => sum + (c > "\u2e80" ? 1 : 0.56), 0);
    const box = [px + r + 3, py - 7, px + r + 5 + width, py + 7];
    const isFree = boxes.every((b) => b[2] < box[0] || b[0] > box[2] || b[3] < box[1] || b[1] > box[3]);
    if (!isFree) continue;
    boxes.push(box);
    drawLabel(ctx, compound.name, px + r + 4, py + 4, 12, INK);
  }
};

const drawScaleBar = (ctx) => {
  const metres = metresPerPixel();
  const fitting = NICE_METRES.filter((length) => length / metres <= 120);
  const length = fitting.length ? fitting[fitting.length - 1] : NICE_METRES[0];
  const text = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  const [left, bottom, width] = [14, view.height - 14, length / metres];
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(left, bottom - 5);
  ctx.lineTo(left, bottom);
  ctx.lineTo(left + width, bottom);
  ctx.lineTo(left + width, bottom - 5);
  ctx.stroke();
  ctx.textAlign = "left";
  drawLabel(ctx, text, left + 5, bottom - 6, 11, INK);
};

const drawNorth = (ctx) => {
  const [x, y] = [view.width - 28, 16];
  ctx.fillStyle = PALE_INK;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + 6, y + 20);
  ctx.lineTo(x, y + 15);
  ctx.lineTo(x - 6, y + 20);
  ctx.fill();
  ctx.textAlign = "center";
  drawLabel(ctx, "N", x, y + 33, 11, PALE_INK);
};

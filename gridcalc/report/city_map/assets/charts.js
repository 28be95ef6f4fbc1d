// Small drawings of the panel: bars, stacked bars, the curve of a day.

const bar = (share, className = "", mark = null) => {
  const width = Math.max(0, Math.min(1, share)) * 100;
  const parts = [drawn("rect", { x: 0, y: 0, width: 100, height: 8, class: "bar-back" }),
    drawn("rect", { x: 0, y: 0, width, height: 8, class: `bar-fill ${className}` })];
  if (mark !== null) parts.push(drawn("rect", { x: Math.min(99, mark * 100) - 0.4, y: 0, width: 0.8, height: 8, class: "bar-mark" }));
  return drawn("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, parts);
};

// Parts of a whole beside each other; each has a value and a colour.
const stacked = (parts) => {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  let x = 0;
  const rects = parts.filter((part) => part.value > 0).map((part) => {
    const width = (part.value / total) * 100;
    const rect = drawn("rect", { x, y: 0, width: Math.max(0.1, width - 0.35), height: 8, fill: part.colour });
    x += width;
    return rect;
  });
  return drawn("svg", { class: "bar stacked", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, rects);
};

const CURVE_COLOURS = { today: "#7d8590", uncontrolled: "#d55e00", tou: "#0072b2", managed: "#009e73" };
const CURVE_DASHES = { today: "", uncontrolled: "", tou: "7 3", managed: "2 2.5" };
const DAY = { width: 340, height: 168, left: 40, right: 8, top: 10, bottom: 24 };
const SLOTS_PER_HOUR = 4;

// The signs of a curve are steps of its peak.
const STEPS = Array.from({ length: 92 }, (_, k) => String.fromCharCode(35 + k))
  .filter((sign) => !"&<>\\".includes(sign)).join("");
const curveValues = (text, peak) => Array.from(text, (sign) => (STEPS.indexOf(sign) / (STEPS.length - 1)) * peak);

const niceStep = (most) => {
  const power = 10 ** Math.floor(Math.log10(most / 3));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => most / step <= 4.5);
};

const dayAxes = (most, x, y) => {
  const step = niceStep(most);
  const parts = [];
  for (let kw = 0; kw <= most; kw += step) {
    parts.push(drawn("line", { x1: DAY.left, x2: DAY.width - DAY.right, y1: y(kw), y2: y(kw), class: "axis" }),
      drawn("text", { x: DAY.left - 5, y: y(kw) + 3.5, class: "axis-text end" }, number(kw, step < 1 ? 1 : 0)));
  }
  for (let hour = 0; hour <= 24; hour += 6) {
    parts.push(drawn("text", { x: x(hour * SLOTS_PER_HOUR), y: DAY.height - 8, class: "axis-text middle" }, String(hour)));
  }
  return parts;
};

const curveLook = ({ style }) => ({
  class: "curve", stroke: CURVE_COLOURS[style] ?? "#444", "stroke-dasharray": CURVE_DASHES[style] ?? "",
});

// A load over a day, one line per curve, and what each line is. A curve has a name, a style, its
// peak with its unit, and its values.
const dayCurve = (curves) => {
  const most = Math.max(1, ...curves.map((curve) => curve.peak)) * 1.06;
  const n = Math.max(...curves.map((curve) => curve.values.length));
  const x = (slot) => DAY.left + (slot / n) * (DAY.width - DAY.left - DAY.right);
  const y = (load) => DAY.top + (1 - load / most) * (DAY.height - DAY.top - DAY.bottom);
  const polyline = (curve) => drawn("polyline", {
    ...curveLook(curve),
    points: curve.values.map((load, slot) => `${x(slot + 0.5).toFixed(1)},${y(load).toFixed(1)}`).join(" "),
  });
  const sign = (curve) => drawn("svg", { viewBox: "0 0 22 8", width: 22, height: 8, "aria-hidden": "true" },
    drawn("line", { x1: 0, x2: 22, y1: 4, y2: 4, ...curveLook(curve) }));
  const chart = drawn("svg", { class: "day", viewBox: `0 0 ${DAY.width} ${DAY.height}`, role: "img", "aria-label": t("day_curve") },
    [...dayAxes(most, x, y), ...curves.map(polyline)]);
  const legend = element("ul", "legend", curves.map((curve) => element("li", "", [
    sign(curve), curve.name, element("span", "quiet", `${number(curve.peak)} ${curve.unit}`),
  ])));
  return element("div", "", [chart, legend]);
};

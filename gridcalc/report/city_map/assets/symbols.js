// One shape per verdict, on the map and beside words.

const SHAPES = {
  ready: (r) => circle(r),
  ready_managed: (r) => polygon([[0, -1.18], [1.08, 0.78], [-1.08, 0.78]], r),
  upgrade: (r) => polygon([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]], r),
  no_solution: (r) => polygon([[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]], r),
  none: (r) => cross(r),
};

const circle = (r) => `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0z`;
const polygon = (points, r) =>
  `M${points.map(([x, y]) => `${x * r},${y * r}`).join("L")}z`;
const cross = (r) => {
  const points = [[0, -0.45], [0.6, -1.05], [1.05, -0.6], [0.45, 0], [1.05, 0.6], [0.6, 1.05], [0, 0.45],
    [-0.6, 1.05], [-1.05, 0.6], [-0.45, 0], [-1.05, -0.6], [-0.6, -1.05]];
  return polygon(points, r);
};

const paths = new Map();
const symbolPath = (key, r) => {
  const name = `${key} ${r}`;
  if (!paths.has(name)) paths.set(name, new Path2D(SHAPES[key](r)));
  return paths.get(name);
};

const symbol = (key, size = 12) => drawn(
  "svg",
  { viewBox: "-8 -8 16 16", width: size, height: size, class: "symbol", "aria-hidden": "true" },
  drawn("path", { d: SHAPES[key](6), fill: COLOURS[key] }),
);

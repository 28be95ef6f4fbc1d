// Mercator on a plane whose width is 1, and the view of it: its middle and its scale.

const EARTH_M = 40075016.686;
const MOST_LAT = 85;
const mercator = (lon, lat) => {
  const phi = (Math.max(-MOST_LAT, Math.min(MOST_LAT, lat)) * Math.PI) / 180;
  return [lon / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / (2 * Math.PI)];
};
const lonOf = (x) => (x - 0.5) * 360;
const latOf = (y) => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;

const MOST_SCALE = EARTH_M / 0.25;
const LEAST_SCALE = 256;

const view = { x: 0.5, y: 0.5, scale: 1000, width: 1, height: 1 };

const screenOf = (x, y) => [
  (x - view.x) * view.scale + view.width / 2,
  (y - view.y) * view.scale + view.height / 2,
];
const planeOf = (px, py) => [
  (px - view.width / 2) / view.scale + view.x,
  (py - view.height / 2) / view.scale + view.y,
];
const metresPerPixel = () => (EARTH_M * Math.cos((latOf(view.y) * Math.PI) / 180)) / view.scale;
const clampScale = (scale) => Math.max(LEAST_SCALE, Math.min(MOST_SCALE, scale));

const zoomAt = (factor, px, py) => {
  const [x, y] = planeOf(px, py);
  view.scale = clampScale(view.scale * factor);
  view.x = x - (px - view.width / 2) / view.scale;
  view.y = y - (py - view.height / 2) / view.scale;
};

const boundsOf = (points) => {
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (const [x, y] of points) {
    if (x < box.x0) box.x0 = x;
    if (x > box.x1) box.x1 = x;
    if (y < box.y0) box.y0 = y;
    if (y > box.y1) box.y1 = y;
  }
  return box;
};

const fitTo = (points, padding, leastMetres) => {
  if (!points.length) return;
  const box = boundsOf(points);
  const least = leastMetres / EARTH_M;
  const across = Math.max(box.x1 - box.x0, least);
  const along = Math.max(box.y1 - box.y0, least);
  const room = (size) => Math.max(size - 2 * padding, size / 3);
  view.x = (box.x0 + box.x1) / 2;
  view.y = (box.y0 + box.y1) / 2;
  view.scale = clampScale(Math.min(room(view.width) / across, room(view.height) / along));
};

// Compounds that would cover each other become one ring of their verdicts, with their number.

const CELL_PX = 54;
const MOST_ALONE = 4;
const MERGE_PX = 40;
const LEVELS_PER_OCTAVE = 2;

const levelScale = () =>
  2 ** (Math.floor(Math.log2(view.scale) * LEVELS_PER_OCTAVE) / LEVELS_PER_OCTAVE);

const clusterRadius = (n) => Math.min(23, 11 + 2.6 * Math.log2(n));

const meanOf = (members) => {
  let x = 0;
  let y = 0;
  for (const compound of members) {
    x += compound.x;
    y += compound.y;
  }
  return { members, x: x / members.length, y: y / members.length };
};

// Groups of a grid that is fixed to the plane, so that panning changes nothing.
const cellsOf = (shown, scale) => {
  const cells = new Map();
  for (const compound of shown) {
    if (!compound.hasPlace) continue;
    const key = `${Math.floor((compound.x * scale) / CELL_PX)} ${Math.floor((compound.y * scale) / CELL_PX)}`;
    const cell = cells.get(key);
    if (cell) cell.push(compound);
    else cells.set(key, [compound]);
  }
  return cells;
};

// Groups that overlap become one, the largest takes the others in.
const mergedGroups = (cells, scale) => {
  const groups = [...cells].map(([key, members]) => ({ key, ...meanOf(members), taken: false }));
  const byKey = new Map(groups.map((group) => [group.key, group]));
  groups.sort((a, b) => b.members.length - a.members.length || (a.key < b.key ? -1 : 1));
  const near = MERGE_PX / scale;
  for (const group of groups) {
    if (group.taken || group.members.length <= MOST_ALONE) continue;
    const [column, row] = group.key.split(" ").map(Number);
    for (let step = 0; step < 9; step += 1) {
      const other = byKey.get(`${column + (step % 3) - 1} ${row + Math.floor(step / 3) - 1}`);
      if (!other || other === group || other.taken) continue;
      if (Math.hypot(other.x - group.x, other.y - group.y) > near) continue;
      other.taken = true;
      Object.assign(group, meanOf([...group.members, ...other.members]));
    }
  }
  return groups.filter((group) => !group.taken);
};

let clusterCache = { shown: null, scale: 0, groups: [], singles: [] };

// The clusters and the compounds that stand alone at this scale.
const clustersOf = (shown) => {
  const scale = levelScale();
  if (clusterCache.shown === shown && clusterCache.scale === scale) return clusterCache;
  const groups = [];
  const singles = [];
  const isClose = scale * 1.5 >= MOST_SCALE;
  for (const group of mergedGroups(cellsOf(shown, scale), scale)) {
    if (isClose || group.members.length <= MOST_ALONE) singles.push(...group.members);
    else groups.push({ ...group, counts: countsOf(group.members) });
  }
  clusterCache = { shown, scale, groups, singles };
  return clusterCache;
};

const countsOf = (members) => {
  const counts = Object.fromEntries(KEYS.map((key) => [key, 0]));
  for (const compound of members) counts[compound.key] += 1;
  return counts;
};

// Words of the page, numbers as its language writes them, and elements that hold plain text only.

const { page, rows: pageRows } = JSON.parse(document.getElementById("data").textContent);
document.getElementById("data").remove();
const locale = page.lang === "zh" ? "zh-CN" : "en";

const t = (key, values = {}) =>
  (page.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const formats = new Map();
const number = (value, decimals = 0) => {
  if (value === null || value === undefined) return "–";
  if (!formats.has(decimals)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    formats.set(decimals, new Intl.NumberFormat(locale, digits));
  }
  return formats.get(decimals).format(value);
};

const YUAN_PER_WAN = 10000;
const wanYuan = (yuan) => number(yuan === null || yuan === undefined ? null : yuan / YUAN_PER_WAN, 2);
const percent = (value, decimals = 1) =>
  value === null || value === undefined ? "–" : `${number(value, decimals)} %`;

const byId = (id) => document.getElementById(id);

// An element with a class, attributes and children; texts become text nodes, never markup.
const element = (tag, className, children = [], attributes = {}) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...[children].flat().filter((child) => child !== null && child !== ""));
  return node;
};

const SVG = "http://www.w3.org/2000/svg";
const drawn = (tag, attributes = {}, children = []) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...[children].flat());
  return node;
};

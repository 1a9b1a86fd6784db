// Shapes and colours of things: on the canvas, and as icons beside text.

const SHAPES = new Map(Object.entries({
  card: "M-10-6.5A1.5 1.5 0 0 1-8.5-8H8.5A1.5 1.5 0 0 1 10-6.5V6.5A1.5 1.5 0 0 1 8.5 8H-8.5A1.5 1.5 0 0 1-10 6.5Z",
  hexagon: "M-10 0L-5-8.7H5L10 0L5 8.7H-5Z",
  house: "M0-9.5L9.5-1.5V9H-9.5V-1.5Z",
  circle: "M-8.5 0A8.5 8.5 0 1 0 8.5 0A8.5 8.5 0 1 0-8.5 0Z",
  pin: "M0 10.5C-2.5 6-8-.5-8-3.5A8 8 0 1 1 8-3.5C8-.5 2.5 6 0 10.5Z",
  diamond: "M0-10L10 0L0 10L-10 0Z",
  person: "M-4.5-5.3A4.5 4.5 0 1 1 4.5-5.3A4.5 4.5 0 1 1-4.5-5.3ZM-9 9.5C-9 3.5-5.5.8 0 .8S9 3.5 9 9.5Z",
  people: "M-9.3-4.5A3.8 3.8 0 1 1-1.7-4.5A3.8 3.8 0 1 1-9.3-4.5ZM1.7-4.5A3.8 3.8 0 1 1 9.3-4.5A3.8 3.8 0 1 1 1.7-4.5ZM-10.5 8.5C-10.5 3-8.5.8-5.5.8S0 3 0 4.8C0 3 2.5.8 5.5.8S10.5 3 10.5 8.5Z",
  chevron: "M-9-8.5H2L9.5 0L2 8.5H-9L-2.5 0Z",
  octagon: "M-3.8-9.2H3.8L9.2-3.8V3.8L3.8 9.2H-3.8L-9.2 3.8V-3.8Z",
  tag: "M-10-6H4L10 0L4 6H-10Z",
  cross: "M-3.3-9.5H3.3V-3.3H9.5V3.3H3.3V9.5H-3.3V3.3H-9.5V-3.3H-3.3Z",
  star: "M0-10.2L3 -3.6L10.2-3L4.8 1.8L6.4 8.8L0 5.1L-6.4 8.8L-4.8 1.8L-10.2-3L-3-3.6Z",
}));
const PATHS = new Map([...SHAPES].map(([name, path]) => [name, new Path2D(path)]));

const theme = new Map();

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const names = ["surface", "canvas", "raised", "rule", "text", "muted", "link", "faint", "accent", "on-hue", "ink", "font"];
  for (const name of [...names, ...graph.types.map((type) => type.hue)]) {
    theme.set(name, style.getPropertyValue(`--${name}`).trim());
  }
}

function icon(type, isFilled = true) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-12 -12 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES.get(type.shape));
  path.setAttribute("fill", isFilled ? `var(--${type.hue})` : "none");
  path.setAttribute("stroke", `var(--${type.hue})`);
  path.setAttribute("stroke-width", "2");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}

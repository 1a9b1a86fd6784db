// Where things stand: in columns by type, in a block for each state, or as the force layout of the
// build put them. No chance and no physics: the same things always stand in the same places.

let screen = 0.58; // height of the window by its width: a usual one, or a narrow one
const STEP = 230; // between the things of a path
const MOST_STRETCH = 1.35;
const MOST_WIDENED = 120;
const FULL = 0.88; // of the height of the window: a picture that is wider than high is the larger
const gap = () => (isRoomy && grown === 1 ? 58 : 30); // between columns, for the lines and for labels that grow

// Rows as near to their ascending targets as their heights allow (pool neighbours that collide).
function spreadRows(targets, heights) {
  const offsets = [0];
  for (let row = 1; row < heights.length; row += 1) offsets.push(offsets[row - 1] + (heights[row - 1] + heights[row]) / 2);
  const pools = [];
  targets.forEach((target, row) => {
    let pool = { mean: target - offsets[row], size: 1 };
    while (pools.length && pools.at(-1).mean > pool.mean) {
      const above = pools.pop();
      const size = above.size + pool.size;
      pool = { mean: (above.mean * above.size + pool.mean * pool.size) / size, size };
    }
    pools.push(pool);
  });
  const bases = pools.flatMap(({ mean, size }) => Array(size).fill(mean));
  return bases.map((base, row) => base + offsets[row]);
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

// Columns by type, each thing level with the programs that it belongs to: what is one program's
// alone lies beside it, what several share lies between them. `sizeOf` tells width and height.
function arrangeColumns(nodes, sizeOf, columnOf = (node) => node.type.column) {
  const members = nodes.filter(isProgram);
  const level = levels(members);
  const columns = graph.columns.map((title, number) => ({ title, number, nodes: nodes.filter((node) => columnOf(node) === number) })).filter((column) => column.nodes.length);
  for (const column of columns) column.width = Math.max(...column.nodes.map((node) => sizeOf(node).width));
  const wide = sum(columns.map((column) => gap() + column.width));
  const tall = Math.max(0, ...columns.map((column) => sum(column.nodes.map((node) => sizeOf(node).height))));
  const stretch = Math.min(MOST_STRETCH, Math.max(1, (wide * screen * FULL) / tall)); // as high as the window, if that is little more
  const tallest = tall * stretch;
  const spread = members.length > FEW_PROGRAMS ? tallest : tallest * (grown > 1 ? 0.5 : 0.6); // what is a few programs' alone needs the rest
  for (const column of columns) {
    const entries = column.nodes.map((node) => ({ node, at: level(node) })).sort((a, b) => a.at - b.at || a.node.id - b.node.id);
    const rows = spreadRows(entries.map((entry) => (entry.at - 0.5) * spread), entries.map(({ node }) => sizeOf(node).height * stretch));
    entries.forEach(({ node }, place) => { node.y = rows[place]; });
  }
  placeColumns(columns, gap() + Math.min(MOST_WIDENED, Math.max(0, (tall * 0.8) / screen - wide) / columns.length)); // the taller, the farther apart
  return { columns: columns.map(({ title, x }) => ({ title, x })), frame: frameOf(nodes, sizeOf) };
}

// How far down a thing belongs, from 0 to 1: the mean of its programs.
function levels(members) {
  const order = new Map(members.map((program, place) => [program.id, place]));
  return (node) => {
    const places = node.programs.filter((id) => order.has(id)).map((id) => order.get(id));
    return places.length === 0 || order.size < 2 ? 0.5 : sum(places) / places.length / (order.size - 1);
  };
}

// From the programs outward; labels stand on the side away from them.
const MIDDLE = 2;

function placeColumns(columns, between) {
  const middle = columns.find((column) => column.number === MIDDLE);
  const start = (middle?.width ?? 0) / 2;
  let right = start;
  for (const column of columns.filter(({ number }) => number > MIDDLE)) {
    column.x = right + between;
    right = column.x + column.width;
  }
  let left = -start;
  for (const column of columns.filter(({ number }) => number < MIDDLE).reverse()) {
    column.x = left - between;
    left = column.x - column.width;
  }
  if (middle) middle.x = 0;
  for (const { x, number, nodes } of columns) {
    for (const node of nodes) Object.assign(node, { x, side: number === MIDDLE ? "card" : number < MIDDLE ? "left" : "right" });
  }
}

function frameOf(nodes, sizeOf) {
  const frame = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const node of nodes) {
    const { width, height } = sizeOf(node);
    const [before, after] = { left: [width, 12], right: [12, width], title: [12, 12] }[node.side] ?? [width / 2, width / 2];
    frame.left = Math.min(frame.left, node.x - before);
    frame.right = Math.max(frame.right, node.x + after);
    frame.top = Math.min(frame.top, node.y - height / 2);
    frame.bottom = Math.max(frame.bottom, node.y + height / 2);
  }
  return frame;
}

const PADDING = 10; // within a block
let head = 24; // its title, the larger the farther away one stands
const BETWEEN = 14;
const FEWEST_IN_BLOCK = 10; // a state with many more programs than others has several blocks

// A block for each state, with what its programs have for themselves; what links several states
// stands in columns to the left of all blocks.
function arrangeStates(nodes, sizeOf) {
  const { blocks, across } = splitByState(nodes);
  head = Math.min(100, 24 + nodes.filter(isProgram).length / 10);
  const arranged = blocks.map(({ state, members, count }) => ({ state, members, count, frame: arrangeColumns(members, sizeOf, columnInBlock).frame }));
  for (const block of arranged) {
    block.width = block.frame.right - block.frame.left + 2 * PADDING;
    block.height = block.frame.bottom - block.frame.top + 2 * PADDING + head;
  }
  arranged.sort((a, b) => (a.state.id < 0) - (b.state.id < 0) || b.height - a.height || a.state.label.localeCompare(b.state.label, "en"));
  const size = packBlocks(arranged, across.length ? 2 * gap() + Math.max(...across.map((node) => sizeOf(node).width)) : 0);
  for (const block of arranged) moveInto(block);
  for (const block of arranged) standAtHead(block, nodes);
  return { columns: standBeside(across, size, sizeOf), blocks: arranged };
}

// Programs as a list, and beside each who pays and who provides; further right the rest.
function columnInBlock(node) {
  if (isProgram(node)) return MIDDLE;
  return node.type.column > 4 ? 5 : 3;
}

function splitByState(nodes) {
  const home = homes(nodes.filter(isProgram));
  const [blocks, across] = [new Map(), []];
  const titles = new Set(home.values().map(({ state }) => state));
  for (const node of nodes.filter((node) => !titles.has(node))) {
    const found = new Set(node.programs.filter((id) => home.has(id)).map((id) => home.get(id)));
    if (found.size !== 1) across.push(node);
    else {
      const [block] = found;
      if (!blocks.has(block)) blocks.set(block, []);
      blocks.get(block).push(node);
    }
  }
  return { blocks: [...blocks].map(([{ state, count }, members]) => ({ state, count, members })), across };
}

// The block of each program: that of its first state, or one of several if there are many.
function homes(members) {
  const byState = new Map();
  for (const program of members) {
    const [state] = statesOf(program);
    if (!byState.has(state)) byState.set(state, []);
    byState.get(state).push(program);
  }
  const home = new Map();
  const most = Math.max(FEWEST_IN_BLOCK, Math.ceil(Math.sqrt(members.length) * 1.2));
  for (const [state, own] of byState) {
    const size = Math.ceil(own.length / Math.ceil(own.length / most));
    for (let start = 0; start < own.length; start += size) {
      const block = { state, count: own.length };
      for (const program of own.slice(start, start + size)) home.set(program.id, block);
    }
  }
  return home;
}

// Put blocks into as many columns as make the whole most like a window; the tallest first, each
// where the least stands so far.
function packBlocks(blocks, beside) {
  const tries = Array.from({ length: Math.min(blocks.length, 24) }, (_, number) => stack(blocks, number + 1));
  const cost = ({ width, height }) => Math.max((width + beside) * screen, height);
  const best = tries.reduce((a, b) => (cost(b) < cost(a) ? b : a));
  blocks.forEach((block, place) => Object.assign(block, best.places[place]));
  return best;
}

function stack(blocks, number) {
  const columns = Array.from({ length: number }, () => ({ height: 0, width: 0, members: [] }));
  blocks.forEach((block, place) => {
    const column = columns.reduce((a, b) => (b.height < a.height ? b : a));
    column.members.push({ place, y: column.height });
    column.height += block.height + BETWEEN;
    column.width = Math.max(column.width, block.width);
  });
  const places = [];
  let x = 0;
  for (const { members, width } of columns) {
    for (const { place, y } of members) places[place] = { x, y, width };
    x += width + BETWEEN;
  }
  return { places, width: x - BETWEEN, height: Math.max(...columns.map((column) => column.height)) - BETWEEN };
}

function moveInto({ members, frame, x, y }) {
  for (const node of members) {
    node.x += x + PADDING - frame.left;
    node.y += y + PADDING + head - frame.top;
  }
}

// The title of a block is the label of its state.
function standAtHead({ state, x, y }, nodes) {
  if (nodes.includes(state)) Object.assign(state, { x: x + PADDING + 6, y: y + head / 2 + 2, side: "title" });
}

// Types in columns, the best linked first; a long column goes on in another.
function standBeside(nodes, { height }, sizeOf) {
  const columns = [];
  let x = -gap() * 1.6;
  for (const number of [1, 0, 2, 3, 4, 5, 6]) {
    const members = nodes.filter((node) => node.type.column === number).sort((a, b) => b.programs.length - a.programs.length || a.id - b.id);
    if (members.length === 0) continue;
    columns.push({ title: graph.columns[number], x });
    const room = Math.max(height, 400);
    const airy = Math.min(2.6, Math.max(1, room / sum(members.map((node) => sizeOf(node).height))));
    for (const node of members) Object.assign(node, { airy, isAcross: true });
    const width = Math.max(...members.map((node) => sizeOf(node).width));
    let y = 0;
    for (const node of members) {
      const step = sizeOf(node).height * airy;
      if (y > 0 && y + step > room) [x, y] = [x - width - gap() / 2, 0];
      Object.assign(node, { x: number === MIDDLE ? x - width / 2 : x, y: y + step / 2, side: number === MIDDLE ? "card" : "left" });
      y += step;
    }
    x -= width + gap() / 2;
  }
  return columns;
}

// A path in the order of its steps.
function arrangePath(nodes) {
  nodes.forEach((node, place) => Object.assign(node, { x: place * STEP, y: 0, side: isProgram(node) ? "free" : "below" }));
  return {};
}

function arrangeForce(nodes) {
  for (const node of nodes) {
    [node.x, node.y] = node.settled;
    node.side = isProgram(node) ? "free" : "below";
  }
  return {};
}

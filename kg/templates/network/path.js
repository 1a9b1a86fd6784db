// The shortest way between two things, along links in either direction.

// Of ways of the same length, the one over the things with the fewest links: two programs that name
// the same group are closer than two that are both in the United States.
function shortestPath(from, to, isOpen) {
  const reached = new Map([[from, { cost: 0, edge: null, node: null }]]);
  let front = [from];
  while (front.length && !reached.has(to)) {
    const next = new Map();
    for (const node of front) {
      const cost = reached.get(node).cost + Math.log2(1 + node.links.length);
      for (const edge of node.links) {
        const neighbour = other(edge, node);
        if (reached.has(neighbour) || !isOpen(edge)) continue;
        if (!next.has(neighbour) || cost < next.get(neighbour).cost) next.set(neighbour, { cost, edge, node });
      }
    }
    for (const [node, step] of next) reached.set(node, step);
    front = [...next.keys()];
  }
  return reached.has(to) ? traced(reached, to) : null;
}

function traced(reached, to) {
  const nodes = [to];
  const edges = [];
  for (let step = reached.get(to); step.node; step = reached.get(step.node)) {
    nodes.unshift(step.node);
    edges.unshift(step.edge);
  }
  return { nodes, edges };
}

// What lies within so many links of a thing, the nearest first; at most so much of it.
function neighbourhood(start, depth, most, isOpen) {
  const found = new Set([start]);
  let front = [start];
  let leftOut = 0;
  for (let step = 0; step < depth; step += 1) {
    const next = new Set();
    for (const node of front) {
      for (const edge of node.links) {
        const neighbour = other(edge, node);
        if (!found.has(neighbour) && isOpen(edge)) next.add(neighbour);
      }
    }
    front = [...next].sort((a, b) => a.id - b.id);
    const room = Math.max(most - found.size, 0);
    leftOut += Math.max(front.length - room, 0);
    front = front.slice(0, room);
    for (const node of front) found.add(node);
  }
  return { nodes: [...found], leftOut };
}

// Things of the graph to press, wherever they are named.

function thing(node, name = node.label) {
  return make(
    "button",
    { type: "button", class: "thing", "data-node": node.id, press: () => select({ node }) },
    icon(node.type, isFilled(node)),
    words(name),
  );
}

function plainLink(text, press) {
  return make("button", { type: "button", class: "plainlink", press }, words(text));
}

// Elements of the page; text of documents gets into them as text, never as markup.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "press") element.addEventListener("click", value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children); // strings become text nodes
  return element;
}

// Text of a document, whatever its direction and whatever it contains.
function words(text, tag = "bdi", attributes = {}) {
  return make(tag, { dir: "auto", ...attributes }, text);
}

function button(text, press, attributes = {}) {
  return make("button", { type: "button", press, ...attributes }, text);
}

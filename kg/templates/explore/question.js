// The question that is chosen, its parameters, and the query that asks it.

let chosen = null;
const MOST_LISTED = 2000; // choices of a parameter; beyond, one has to type a name

function chooseQuestion(name, given = {}) {
  chosen = questions.get(name) ?? null;
  document.getElementById("question").value = chosen ? name : "";
  document.getElementById("parameters").replaceChildren(...(chosen?.parameters ?? []).map((parameter) => field(parameter, given[parameter.name])));
}

function field(parameter, given) {
  const id = `given-${parameter.name}`;
  const listed = (setting.choices[parameter.noun] ?? []).slice(0, MOST_LISTED);
  const input = make("input", {
    id,
    type: "text",
    value: given ?? parameter.default ?? "",
    placeholder: parameter.isRequired ? `for example ${parameter.example}` : "any",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": `${id}-help`,
    list: listed.length ? `${id}-list` : null,
    "aria-required": String(parameter.isRequired),
  });
  const list = make("datalist", { id: `${id}-list` }, ...listed.map(([iri, label]) => make("option", { value: nameOf(parameter.noun, iri, label) })));
  return make("div", { class: "field" }, make("label", { for: id }, parameter.name), input, make("small", { id: `${id}-help` }, parameter.help), ...(listed.length ? [list] : []));
}

// What is given for the parameters, by name, without those that are left open.
function givenValues() {
  const fields = (chosen?.parameters ?? []).map(({ name }) => [name, document.getElementById(`given-${name}`).value.trim()]);
  return new Map(fields.filter(([, value]) => value !== ""));
}

// The chosen question as a query, its values written as terms by the engine.
async function writeQuery() {
  const given = givenValues();
  const missing = chosen.parameters.find(({ name, isRequired }) => isRequired && !given.has(name));
  if (missing) throw new Refusal(`${missing.name} is required: ${missing.help}`);
  const asked = chosen.parameters.filter(({ name }) => given.has(name));
  const { terms } = await engine("spell", { terms: asked.map((parameter) => termOf(parameter, given.get(parameter.name))) });
  return fillSlots(chosen.text, new Map(asked.map(({ name }, place) => [name, terms[place]])));
}

// A line that binds a parameter holds its term, or is left out.
function fillSlots(text, terms) {
  const lines = text.split("\n").flatMap((line) => {
    const [slot, name] = /<urn:x-kg:slot:(\w+)>/.exec(line) ?? [];
    if (!slot) return [line];
    return terms.has(name) ? [line.replace(slot, () => terms.get(name))] : [];
  });
  return lines.filter((line) => !/^# (group|parameter|empty means):/.test(line)).join("\n").trim();
}

// A query with the PREFIX lines that it leaves out, which the editor insists on; one too many does
// no harm, as where a prefix stands in a string.
function withUsedPrefixes(text) {
  const isUsed = ([name]) => new RegExp(`(?<![\\w:<])${name}:`).test(text) && !new RegExp(`PREFIX\\s+${name}:`, "i").test(text);
  const lines = Object.entries(setting.prefixes).filter(isUsed).map(([name, iri]) => `PREFIX ${name}: <${iri}>\n`);
  return lines.join("") + text;
}

// Our prefixes need no PREFIX line; they stand before the first line, so that lines keep their number.
function withPrefixes(text) {
  const known = Object.entries(setting.prefixes).map(([name, iri]) => `PREFIX ${name}: <${iri}>`);
  return `${known.join(" ")} ${text}`;
}

// Values as people write them: which term is meant.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const sameName = (a, b) => a.localeCompare(b, "en", { sensitivity: "base" }) === 0;

// The term of what is given for a parameter, or a Refusal that says what it takes.
function termOf(parameter, given) {
  const text = given.trim().replace(/\s+/g, " ");
  if (parameter.kind === "text") return { text };
  if (parameter.kind === "number") return numberOf(parameter, text);
  if (parameter.kind.endsWith(" day")) return dayOf(parameter, text);
  return thingOf(parameter, text);
}

function numberOf(parameter, text) {
  const plain = /^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(",", "") : text;
  if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(plain)) throw new Refusal(`${parameter.name} takes a number, not “${text}”`);
  return { text: plain, datatype: XSD + (plain.includes(".") ? "decimal" : "integer") };
}

// A year or a month is its first or its last day.
function dayOf(parameter, text) {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  const isFirst = parameter.kind === "first day";
  const last = year && new Date(Date.UTC(Number(year), Number(month ?? 12), 0)).getUTCDate();
  const isDay = year && Number(year) > 0 && (!month || (month >= "01" && month <= "12")) && (!day || (day >= "01" && Number(day) <= last));
  if (!isDay) throw new Refusal(`${parameter.name} takes a year, a month or a day (2013, 2013-07, 2013-07-01), not “${text}”`);
  const whole = [year, month ?? (isFirst ? "01" : "12"), day ?? (isFirst ? "01" : String(last))];
  return { text: whole.join("-"), datatype: `${XSD}date` };
}

function thingOf(parameter, text) {
  const choices = setting.choices[parameter.noun];
  const forms = [text, text.replaceAll(" ", "-"), `US-${text}`]; // a notation, a postal code
  const isNamed = ([iri, label, ...others]) =>
    [iri, iri.split(/[#/]/).at(-1), nameOf(parameter.noun, iri, label)].includes(text) || [label, ...others].some((name) => forms.some((form) => sameName(name, form)));
  const named = choices.filter(isNamed);
  const found = named.length ? named : choices.filter(([, label]) => label.toLowerCase().includes(text.toLowerCase()));
  if (found.length === 1) return { iri: found[0][0] };
  if (found.length === 0) throw new Refusal(`No ${parameter.noun} is called “${text}”. Choose one of the list.`);
  const some = found.slice(0, 5).map(([iri, label]) => nameOf(parameter.noun, iri, label));
  throw new Refusal(`“${text}” is ${inCount(found.length)} of the list: ${some.join("; ")}${found.length > 5 ? "; …" : ""}`);
}

// What a choice is called in the list: things of one name are told apart by their IRI.
function nameOf(noun, iri, label) {
  const twins = setting.choices[noun].filter((choice) => choice[1] === label).length;
  return twins > 1 ? `${label} <${iri}>` : label;
}

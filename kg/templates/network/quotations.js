// Sentences of documents with the quoted words marked.

function quotations(evidence) {
  const bySentence = new Map();
  for (const piece of evidence) {
    const key = `${piece.document} ${piece.text}`;
    if (!bySentence.has(key)) bySentence.set(key, []);
    bySentence.get(key).push(piece);
  }
  return [...bySentence.values()].flatMap((pieces) => {
    const { text, document: file } = pieces[0];
    const from = Math.min(...pieces.map((piece) => piece.offset));
    const rules = [...new Set(pieces.map((piece) => piece.rule).filter(Boolean))];
    const source = make("p", { class: "source", title: rules.length ? `Read by ${rules.join(", ")}` : null });
    source.append(words(file), `, character ${inCount(from)}`);
    return [make("blockquote", { class: "said", dir: "auto" }, ...marked(text, pieces)), source];
  });
}

function marked(sentence, pieces) {
  const out = [];
  let at = 0;
  for (const [start, end] of mergedSpans(pieces.map((piece) => piece.span))) {
    out.push(sentence.slice(at, start), make("mark", {}, sentence.slice(start, end)));
    at = end;
  }
  return [...out, sentence.slice(at)];
}

// Spans in order; those that overlap become one.
function mergedSpans(spans) {
  const merged = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

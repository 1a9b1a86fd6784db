// The engine, in a worker that is begun anew when somebody stops a query.

let worker = null;
let begun = null; // resolves when the worker has loaded the data
let lastId = 0;
const waiting = new Map(); // requests without an answer

function begin() {
  begun ??= (async () => {
    const [script, engine, statements] = await Promise.all([
      unpacked("worker").then((found) => found.text()),
      unpacked("engine").then((found) => found.arrayBuffer()),
      unpacked("statements").then((found) => found.arrayBuffer()),
    ]);
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    worker = new Worker(address);
    worker.addEventListener("message", ({ data }) => settle(data));
    worker.addEventListener("error", (event) => failAll(event.message || "the engine did not start"));
    await request("start", { engine, statements: new Uint8Array(statements), unite: setting.unite });
    URL.revokeObjectURL(address);
  })();
  return begun;
}

function request(work, given) {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, work, ...given });
  });
}

function settle({ id, result, fault }) {
  const { resolve, reject } = waiting.get(id) ?? {};
  waiting.delete(id);
  if (fault === undefined) resolve?.(result);
  else reject?.(new Refusal(fault));
}

// What the engine says against a query, to be told to the reader.
class Refusal extends Error {}

function failAll(message) {
  for (const { reject } of waiting.values()) reject(new Refusal(message));
  waiting.clear();
}

async function engine(work, given) {
  try {
    await begin();
  } catch (error) {
    begun = null; // so that the next request begins it anew
    throw error;
  }
  return request(work, given);
}

function stop() {
  worker?.terminate();
  begun = null;
  failAll("Stopped.");
}

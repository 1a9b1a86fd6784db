// Print, as JSON, how many triples or quads N3.js reads in each file named.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { StreamParser } from 'n3';

const counts = {};
for (const path of process.argv.slice(2)) {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const format = { ttl: 'text/turtle', nt: 'application/n-triples', trig: 'application/trig' };
  const ending = path.replace(/\.gz$/, '').split('.').pop();
  const quads = text.pipe(new StreamParser({ format: format[ending] ?? 'application/n-quads' }));
  counts[path] = 0;
  for await (const _ of quads) counts[path] += 1;
}
console.log(JSON.stringify(counts));

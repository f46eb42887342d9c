// SPDX-License-Identifier: Apache-2.0
// How long it takes to wrap everything anew under another key, and what log-ins feel of it.
//     LOCKSTEP_BUILD=build/release node bench/rekey/bench.mjs [TOKENS] [SECONDS]
import { createHash } from 'node:crypto';

import { Served } from '../../tests/system/lib/server.mjs';
import { World } from '../../tests/system/lib/world.mjs';

const TOKENS = Number(process.argv[2] ?? 100_000);
const SECONDS = Number(process.argv[3] ?? 15);
const CLIENTS = 16;

const server = await Served.start();
server.api = server.admin;
const world = new World(server);
const seedOf = (i) => createHash('sha1').update(`bench ${i}`).digest('hex');
const content = Array.from({ length: TOKENS }, (_, i) => `S${i},${seedOf(i)}\n`).join('');
const staged = await server.api.ok('POST', '/imports', { format: 'csv', content, spec: { kind: 'hotp' } });
await server.api.ok('POST', `/imports/${staged.id}/commit`);
const cards = [];
for (let i = 0; i < CLIENTS; ++i) cards.push(await world.withCard(`user${i}`, {}));

/** Log-ins of all clients until `done`; milliseconds each. */
async function logins(done) {
  const took = [];
  await Promise.all(cards.map(async (card, i) => {
    while (!done()) {
      const code = card.press();
      const start = performance.now();
      const answer = await server.admin.post('/authenticate', { user: `user${i}`, code });
      took.push(performance.now() - start);
      if (answer.json.decision !== 'accept') throw new Error(answer.text);
    }
  }));
  return took.sort((a, b) => a - b);
}
const at = (took, share) => took[Math.min(took.length - 1, Math.floor(took.length * share))].toFixed(2);
const line = (what, took) => console.log(`${what}: ${took.length} log-ins, p50 ${at(took, 0.5)} ms, p99 ${at(took, 0.99)} ms`);

for (let round = 0; round < 3; ++round) {
  const until = performance.now() + SECONDS * 1000;
  line('quiet', await logins(() => performance.now() > until));
  const start = performance.now();
  let over = false;
  await server.api.ok('POST', '/rekey', {});
  const watch = (async () => {
    while ((await server.api.ok('GET', '/rekey')).state !== 'idle') await new Promise((resolve) => { setTimeout(resolve, 1_000); });
    over = true;
    return (performance.now() - start) / 1000;
  })();
  line('meanwhile', await logins(() => over));
  console.log(`${TOKENS} tokens wrapped anew in ${(await watch).toFixed(1)} s`);
}
await server.stop();

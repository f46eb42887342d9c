// SPDX-License-Identifier: Apache-2.0
// Whether two kinds of requests take the same time, seen through the noise of a machine that does other
// things. Each round asks each kind twice, in an order drawn anew. What two requests of one kind differ by
// is noise; what the kinds differ by is held against it. Medians throughout: a pause of the machine is one
// value among many, however long it is.

/** How many times the noise a difference may be: beyond 4 chance comes once in 15,000 times. */
const NOISES_MAX = 4;
/** What the median of n normal values scatters more than their mean, and a deviation from a median absolute one. */
const MEDIAN_SCATTER = 1.2533;
const DEVIATION = 1.4826;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function shuffled(list) {
  const result = [...list];
  for (let i = result.length - 1; i > 0; --i) {
    const other = Math.floor(Math.random() * (i + 1));
    [result[i], result[other]] = [result[other], result[i]];
  }
  return result;
}

/** Microseconds that `work` takes. */
async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1000;
}

/**
 * `rounds` times both kinds twice; `kinds`: {name: async (round, first or second) => …} of exactly two.
 * `between(round)` prepares a round and is not timed.
 */
export async function measure(rounds, kinds, between = async () => {}) {
  const names = Object.keys(kinds);
  const seen = [];
  for (let round = 0; round < rounds; ++round) {
    await between(round);
    const times = Object.fromEntries(names.map((name) => [name, []]));
    const order = shuffled(names.flatMap((name) => [[name, 0], [name, 1]]));
    for (const [name, turn] of order) times[name][turn] = await timed(() => kinds[name](round, turn));
    seen.push(names.map((name) => times[name]));
  }
  return compare(names, seen);
}

/** `seen`: for each round [[a, a], [b, b]] in microseconds. */
export function compare(names, seen) {
  const differences = seen.map(([a, b]) => (b[0] + b[1] - a[0] - a[1]) / 2);
  const withins = seen.flatMap(([a, b]) => [a[0] - a[1], b[0] - b[1]]);
  // Two of a kind differ by twice the variance of one; so do the means of two and two by that of one.
  const deviation = (DEVIATION * median(withins.map(Math.abs))) / Math.SQRT2;
  const noise = (MEDIAN_SCATTER * deviation) / Math.sqrt(seen.length);
  const difference = median(differences);
  const medians = [0, 1].map((kind) => median(seen.flatMap((round) => round[kind])));
  const result = { tries: 2 * seen.length, medians, difference, noise, noises: Math.abs(difference) / noise };
  result.same = result.noises <= NOISES_MAX;
  const us = (value) => `${value.toFixed(1)} µs`;
  result.text = `${result.tries} tries each: ${names[0]} ${us(medians[0])}, ${names[1]} ${us(medians[1])}, `
    + `difference ${us(difference)}, noise ${us(noise)}: ${result.noises.toFixed(1)} times the noise`;
  return result;
}

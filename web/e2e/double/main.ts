// SPDX-License-Identifier: Apache-2.0
// `npm start`: the pages on the double, on port 8090, until Ctrl-C.
import { fileURLToPath } from 'node:url';
import { Double } from './server';

const PORT = 8090;
const double = new Double(fileURLToPath(new URL('../../dist', import.meta.url)));
await double.start(PORT);
process.stdout.write(`the lab: ${double.base}/lab/  the portal: ${double.base}/portal/\n`);

// SPDX-License-Identifier: Apache-2.0
// The end of Machine.relay() within the machine: far_end.mjs ADDRESS PORT…. A datagram is a line on
// standard output, the port it came to, the one it came from and its bytes; answers come on standard input.
import dgram from 'node:dgram';
import { createInterface } from 'node:readline';

const [address, ...ports] = process.argv.slice(2);
const sockets = new Map();
for (const port of ports) {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (bytes, from) => {
    socket.address_of_client = from.address;
    process.stdout.write(`${port} ${from.port} ${bytes.toString('hex')}\n`);
  });
  sockets.set(port, socket);
  await new Promise((resolve) => { socket.bind(Number(port), address, resolve); });
}
process.stdout.write('ready\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const [port, to, bytes] = line.split(' ');
  const socket = sockets.get(port);
  socket.send(Buffer.from(bytes, 'hex'), Number(to), socket.address_of_client);
});

// Writes each double given in hexadecimal on standard input as ECMAScript does.
import { createInterface } from 'node:readline';
const view = new DataView(new ArrayBuffer(8));
for await (const line of createInterface({ input: process.stdin })) {
  view.setBigUint64(0, BigInt('0x' + line));
  console.log(String(view.getFloat64(0)));
}

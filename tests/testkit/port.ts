// A port for a server of the tests.
import { once } from "node:events";
import { createServer } from "node:net";

/** One that nobody used a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("The kernel gave no port");
  return address.port;
}

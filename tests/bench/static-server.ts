// A static file server to measure ours against: Node's own HTTP and file streams, nothing else. `node static-server.ts FOLDER` prints its port.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { pipeline } from "node:stream";

const folder = process.argv[2] ?? ".";

async function answer(path: string, response: ServerResponse): Promise<void> {
  const { size } = await stat(path);
  response.writeHead(200, { "content-type": "image/webp", "content-length": size });
  pipeline(createReadStream(path), response, () => {});
}

const server = createServer((request, response) => {
  answer(join(folder, basename(request.url ?? "")), response).catch(() => response.writeHead(404).end());
});
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));

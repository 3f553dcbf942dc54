// A static file server to measure ours against: Node's own HTTP and file streams, nothing else. `node static-server.ts FOLDER` prints its port.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { pipeline } from "node:stream";

const folder = process.argv[2] ?? ".";

const server = createServer((request, response) => {
  const path = join(folder, basename(request.url ?? ""));
  stat(path).then(
    ({ size }) => {
      response.writeHead(200, { "content-type": "image/webp", "content-length": size });
      pipeline(createReadStream(path), response, () => {});
    },
    () => response.writeHead(404).end(),
  );
});
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));

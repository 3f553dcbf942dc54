// A real S3 server for the tests: starts radosgw once a run, and gives every suite its own bucket on it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Config } from "../../server/config.ts";

/** Where the server is and how to enter it; the same fields that the global setup provides as `s3`. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Null: this machine has no S3 server; tests that need one fail with what to install. */
    s3: S3Server | null;
  }
}

const script = join(import.meta.dirname, "start-rgw.sh");
const programs = ["radosgw", "radosgw-admin", "ceph", "ceph-authtool", "monmaptool", "ceph-mon", "ceph-osd"] as const;
const installHint = "Install it: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd";
/** It takes about 12 s on two idle cores. */
const startTimeoutMs = 180_000;

/** Why no S3 server can be started on this machine and what to install; null when one can. */
export function missingS3(): string | null {
  const missing = programs.filter((program) => !isOnPath(program));
  return missing.length === 0 ? null : `The tests need an S3 server, but ${missing.join(", ")} cannot be found. ${installHint}`;
}

/**
 * Starts radosgw on free loopback ports in a new temporary folder. It ends with `stop`, and also when this process ends in any other way.
 * @throws with what to install when it is not there.
 */
export async function startS3(): Promise<S3Server & { stop(): Promise<void> }> {
  const missing = missingS3();
  if (missing !== null) throw new Error(missing);
  const folder = await mkdtemp(join(tmpdir(), "studio-s3-"));
  const [port, monitorPort] = await freePorts();
  const accessKeyId = `STUDIO${randomUUID().slice(0, 8).toUpperCase()}`;
  const secretAccessKey = randomUUID();
  const argv = [folder, String(port), String(monitorPort), accessKeyId, secretAccessKey];
  // Detached: an interrupt at the terminal must reach the daemons through the script, in order. Its stdin is what keeps it alive.
  const child = spawn(script, argv, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.ref();
    child.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child);
  } catch (error) {
    child.kill("SIGTERM");
    await stop();
    throw error;
  }
  // An open pipe must not keep the test process alive.
  for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
  child.unref();
  return { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", accessKeyId, secretAccessKey, stop };
}

/** A fresh bucket, as the server's configuration would name it. @throws with what to install when there is no server. */
export async function createBucket(server: S3Server | null): Promise<S3Config> {
  if (server === null)
    throw new Error(missingS3() ?? "The tests need an S3 server, but the global setup has started none. Run the tests by npm test.");
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const bucket = `test-${randomUUID()}`;
  const client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { bucket, endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true, publicUrl: undefined };
}

function untilReady(child: ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }): Promise<void> {
  return new Promise((resolve, reject) => {
    const complaint = text(child.stderr).catch(() => "");
    const timer = setTimeout(() => reject(new Error(`The S3 server was not ready within ${startTimeoutMs / 1000} s.`)), startTimeoutMs);
    child.stdout.once("data", () => {
      clearTimeout(timer);
      resolve();
    });
    child.once("error", reject);
    child.once("exit", async (code) => {
      clearTimeout(timer);
      reject(new Error(`The S3 server ended with ${code} before it was ready: ${await complaint}`));
    });
  });
}

/** Two ports that were free a moment ago, both taken at once so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    const path = join(folder, program);
    if (!existsSync(path)) return false;
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

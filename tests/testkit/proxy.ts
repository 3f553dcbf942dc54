// A TCP proxy that misbehaves as a test says: refuses, delays, or breaks a connection off in the middle of what it carries.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What it does with connections from now on. */
export type Fault =
  | { readonly kind: "none" }
  /** Resets whoever comes, and everybody who is there. */
  | { readonly kind: "refuse" }
  /** Holds back each piece for so many milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  /**
   * Breaks off so many connections, each after so many bytes to the server (`up`) or from it (`down`); then it behaves. Those that carry less
   * are left alone.
   */
  | { readonly kind: "cut"; readonly direction: "up" | "down"; readonly afterBytes: number; times: number };

export interface FaultyProxy {
  readonly port: number;
  fault: Fault;
  /** Where it leads; a server that was restarted has another port. */
  targetPort: number;
  /** Connections that it has broken off or refused. */
  readonly broken: () => number;
  /** Breaks off everything that is open. */
  cutAll(): void;
  close(): Promise<void>;
}

/** On loopback. */
export async function startProxy(targetPort: number): Promise<FaultyProxy> {
  const open = new Set<Socket>();
  let broken = 0;
  const server = createServer((client) => {
    const upstream = connect(proxy.targetPort, "127.0.0.1");
    const breakOff = (): void => {
      broken++;
      client.resetAndDestroy();
      upstream.destroy();
    };
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
    if (proxy.fault.kind === "refuse") return breakOff();
    void carry("up", { from: client, to: upstream, breakOff });
    void carry("down", { from: upstream, to: client, breakOff });
  });

  const isCut = (direction: "up" | "down", bytes: number): boolean => {
    const { fault } = proxy;
    if (fault.kind === "refuse") return true;
    if (fault.kind !== "cut" || fault.direction !== direction || fault.times === 0 || bytes <= fault.afterBytes) return false;
    fault.times--;
    return true;
  };

  const carry = async (
    direction: "up" | "down",
    { from, to, breakOff }: { from: Socket; to: Socket; breakOff: () => void },
  ): Promise<void> => {
    let carried = 0;
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        carried += piece.byteLength;
        if (isCut(direction, carried)) return breakOff();
        if (proxy.fault.kind === "slow") await sleep(proxy.fault.ms);
        if (!to.write(piece)) await once(to, "drain");
      }
      to.end();
    } catch {
      to.destroy(); // broken off by either side; both hear of it
    }
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: FaultyProxy = {
    port: (server.address() as AddressInfo).port,
    fault: { kind: "none" },
    targetPort,
    broken: () => broken,
    cutAll() {
      for (const socket of open) socket.resetAndDestroy();
    },
    async close() {
      server.close();
      proxy.cutAll();
      await once(server, "close");
    },
  };
  return proxy;
}

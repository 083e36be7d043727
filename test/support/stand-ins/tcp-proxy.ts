import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * The proxy's behaviour: `pass` connections on; `refuse` to listen; `reset` each at once; `hang`: accept data
 * and never answer; `slow`: answer late; `garbage`: answer nonsense; `cut`: break off in the middle of an
 * answer.
 */
export type Fault = "pass" | "refuse" | "reset" | "hang" | "slow" | "garbage" | "cut";

export interface TcpProxy {
  readonly port: number;
  /** Sets the behaviour for new and open connections. */
  set(fault: Fault): Promise<void>;
  /** Open connections from clients. */
  readonly open: number;
  stop(): Promise<void>;
}

const slowMilliseconds = 300;
/** Bytes of an answer that pass before it is cut. */
const cutBytes = 5;

/** Starts a TCP proxy on 127.0.0.1 in front of another port, with faults as set. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Map<Socket, Socket>();
  let fault: Fault = "pass";
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    pairs.set(client, upstream);
    for (const socket of [client, upstream]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
        pairs.delete(client);
      });
    }
    if (fault === "reset") client.resetAndDestroy();
    client.on("data", (chunk) => {
      if (fault === "garbage") client.write("HTTP/1.1 299 \u0000\u0001nonsense\r\n\r\n");
      else if (fault !== "hang") upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (fault === "hang") return;
      if (fault === "garbage") return void client.write("\u0000\u0001nonsense\r\n");
      if (fault === "slow") setTimeout(() => client.write(chunk), slowMilliseconds);
      else if (fault === "cut") client.write(chunk.subarray(0, cutBytes), () => client.destroy());
      else client.write(chunk);
    });
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    port,
    get open() {
      return pairs.size;
    },
    async set(next) {
      fault = next;
      if (next === "refuse" && server.listening) {
        const closed = new Promise((resolve) => server.close(resolve));
        for (const client of pairs.keys()) client.resetAndDestroy();
        await closed;
      } else if (next !== "refuse" && !server.listening) await listen(port);
      if (next === "reset") for (const client of pairs.keys()) client.resetAndDestroy();
    },
    async stop() {
      for (const client of pairs.keys()) client.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

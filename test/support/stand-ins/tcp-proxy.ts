import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * The proxy's behaviour: `pass` connections on; `refuse` to listen; `reset` each at once; `hang`: accept data
 * and never answer; `stall`: begin an HTTP answer and say no more; `slow`: answer late; `garbage`: answer what is no
 * HTTP; `cut`: break off in the middle of an answer.
 */
export type Fault = "pass" | "refuse" | "reset" | "hang" | "stall" | "slow" | "garbage" | "cut";

export interface TcpProxy {
  readonly port: number;
  /** Sets the behaviour for new and open connections. */
  set(fault: Fault): Promise<void>;
  /** Connections on which clients have sent something; `fetch` also opens some that it never uses. */
  readonly open: number;
  stop(): Promise<void>;
}

const slowMilliseconds = 300;
/** Bytes of an answer that pass before it is cut. */
const cutBytes = 5;

const nonsense = "\u0000\u0001nonsense\r\n\r\n";

/** Starts a TCP proxy on 127.0.0.1 in front of another port, with faults as set. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Map<Socket, Socket>();
  const used = new Set<Socket>();
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
        used.delete(client);
      });
    }
    if (fault === "reset") client.resetAndDestroy();
    client.on("data", (chunk) => {
      used.add(client);
      if (fault === "garbage") client.write(nonsense);
      else if (fault === "stall") client.write("HTTP/1.1 200 \r\ncontent-length: 99\r\n\r\n");
      else if (fault !== "hang") upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (fault === "hang" || fault === "stall") return;
      if (fault === "garbage") return void client.write(nonsense);
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
      return used.size;
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

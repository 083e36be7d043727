import type { Duplex } from "node:stream";
import postgres from "postgres";
import { decodeArray, decodeBytes } from "../values.ts";
import type { ConnectionString } from "./connection-string.ts";
import { failedSocket, openSocket } from "./socket.ts";

export interface Pool {
  readonly client: postgres.Sql;
  /** False once it was destroyed, or broke in a way the driver does not recover from. */
  isUsable(): boolean;
  /** Closes every connection; pending queries fail. */
  destroy(): Promise<void>;
}

export interface PoolTimes {
  /** The server cancels a statement that takes longer. */
  readonly statementMilliseconds: number;
  /** Longest wait for a connection. */
  readonly deadlineMilliseconds: number;
}

const connections = 4;
const idleSeconds = 60;

/** At most four connections, opened when needed and closed after 60 s idle. */
export function openPool(at: ConnectionString, times: PoolTimes): Pool {
  const sockets = new Set<Duplex>();
  let isClosed = false;
  const socket = async () => {
    const opened = await openSocket(at, times.deadlineMilliseconds).catch(failedSocket);
    if (isClosed) {
      opened.destroy();
      throw Object.assign(new Error("closed"), { code: "CONNECTION_ENDED" });
    }
    sockets.add(opened);
    opened.once("close", () => sockets.delete(opened));
    expectFirstWord(opened, () => void destroy());
    return opened;
  };
  const client = postgres({
    host: at.host,
    port: at.port,
    user: at.user,
    password: at.password,
    database: at.database,
    ssl: false,
    socket,
    max: connections,
    idle_timeout: idleSeconds,
    connect_timeout: Math.ceil(times.deadlineMilliseconds / 1000),
    // The circuit decides when to try again, for all connections together.
    backoff: () => 0,
    prepare: !at.isPooled,
    connection: {
      application_name: at.applicationName ?? "docent",
      // The driver reads no other, and a database or its user may have set another.
      DateStyle: "ISO",
      ...(at.options !== undefined && { options: at.options }),
      ...(!at.isPooled && { statement_timeout: times.statementMilliseconds }),
    },
    onnotice: () => undefined,
    types,
    // The driver does not handle a connection that breaks during this query of its own.
    fetch_types: false,
  } as postgres.Options<Record<string, postgres.PostgresType>>);

  async function destroy(): Promise<void> {
    isClosed = true;
    await client.end({ timeout: 0 });
    for (const each of sockets) each.destroy();
  }
  return { client, isUsable: () => !isClosed, destroy };
}

/**
 * Calls back when the driver does not send the first message on a new connection, as the protocol wants. If the
 * last connection broke with messages queued for it, postgres 3.4 never sends them.
 */
function expectFirstWord(socket: Duplex & { bytesWritten?: number }, onSilence: () => void): void {
  const before = socket.bytesWritten;
  setImmediate(() =>
    setImmediate(() => {
      if (!socket.destroyed && socket.bytesWritten === before) onSilence();
    }),
  );
}

/** Values are encoded already (`encodeValue`); the driver would quote JSON a second time. */
const types = {
  int8: { to: 20, from: [20], serialize: String, parse: Number },
  json: { to: 3802, from: [114, 3802], serialize: String, parse: JSON.parse },
  bytea: { to: 17, from: [17], serialize: String, parse: decodeBytes },
  // integer[], smallint[], bigint[], real[], double precision[]
  numbers: {
    to: 1007,
    from: [1007, 1005, 1016, 1021, 1022],
    serialize: String,
    parse: (text: string) => decodeArray(text).map(Number),
  },
  // text[], varchar[], uuid[]
  texts: { to: 1009, from: [1009, 1015, 2951], serialize: String, parse: decodeArray },
};

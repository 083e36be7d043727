import { readFile } from "node:fs/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls, rootCertificates, type ConnectionOptions } from "node:tls";
import { within } from "../../../handlers/lib/time.ts";
import type { ConnectionString } from "./connection-string.ts";

/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST */
const sslRequest = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);
/** The types of a server's first message: authentication, error, notice, version negotiation. */
const firstBytes = new Set(["R", "E", "N", "v"]);

/**
 * Opens a connection to PostgreSQL, encrypted as its URL asks for.
 *
 * @throws Error with Node's `code` (ECONNREFUSED, ENOTFOUND, …), or ETIMEDOUT after `milliseconds`
 */
export async function openSocket(at: ConnectionString, milliseconds: number): Promise<Socket> {
  const opened = new Set<Socket>();
  try {
    return guard(await within(negotiate(at, opened), milliseconds, () => failure("ETIMEDOUT")));
  } catch (error) {
    for (const socket of opened) socket.destroy();
    throw error;
  }
}

/**
 * A socket that fails with this error at the driver's first write. A driver (postgres 3.4) whose socket
 * could not be opened would never use that connection again, and let queries wait for it.
 */
export function failedSocket(error: Error): Duplex {
  return new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(error),
  });
}

async function negotiate(at: ConnectionString, opened: Set<Socket>): Promise<Socket> {
  const { sslMode } = at;
  if (sslMode === "disable" || sslMode === "allow") return openTcp(at, opened);
  const plain = await openTcp(at, opened);
  plain.write(sslRequest);
  const answer = await firstByte(plain);
  if (answer === "N" && sslMode === "prefer") return plain;
  if (answer === "N") throw failure("ERR_SSL_NOT_OFFERED");
  if (answer !== "S") throw failure("08P01");
  const encrypted = connectTls({ ...(await tlsOptions(at)), socket: plain });
  opened.add(encrypted);
  await settled(encrypted, "secureConnect");
  return encrypted;
}

async function openTcp({ host, port }: ConnectionString, opened: Set<Socket>): Promise<Socket> {
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
  opened.add(socket);
  await settled(socket, "connect");
  return socket;
}

async function tlsOptions(at: ConnectionString): Promise<ConnectionOptions> {
  const { host, sslMode, sslRootCertificate: file } = at;
  const isVerified = sslMode === "verify-ca" || sslMode === "verify-full";
  return {
    ...(isIP(host) ? { host } : { servername: host }),
    rejectUnauthorized: isVerified,
    ...(isVerified && {
      ca: file === undefined || file === "system" ? [...rootCertificates] : await readRoot(file),
    }),
    ...(sslMode === "verify-ca" && { checkServerIdentity: () => undefined }),
  };
}

async function readRoot(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    // ENOENT or EACCES alone would be taken for the server's.
    throw failure("ROOT_CERTIFICATE");
  }
}

/**
 * Works around two bugs of the driver (postgres 3.4). If the server ends the connection before the session
 * is set up, the driver reconnects at once in an endless loop: here an end is an error. And a query sent
 * between a socket's error and its close never settles when the close says `hadError`: here it never says so.
 */
function guard(socket: Socket): Socket {
  socket.on("end", () => socket.destroy(failure("ECONNRESET")));
  socket.once("data", (chunk: Uint8Array) => {
    if (!firstBytes.has(String.fromCharCode(chunk[0] ?? 0))) socket.destroy(failure("08P01"));
  });
  const emit: (event: string | symbol, ...values: unknown[]) => boolean = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]) =>
    event === "close" ? emit(event, false) : emit(event, ...values);
  return socket.resume();
}

function firstByte(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(failure("ECONNRESET"));
    socket.once("error", reject);
    socket.once("close", onEnd);
    socket.once("data", (chunk: Uint8Array) => {
      socket.off("error", reject);
      socket.off("close", onEnd);
      socket.pause();
      resolve(String.fromCharCode(chunk[0] ?? 0));
    });
  });
}

function settled(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(failure("ECONNRESET"));
    socket.once("error", reject);
    socket.once("close", onClose);
    socket.once(event, () => {
      socket.off("error", reject);
      socket.off("close", onClose);
      resolve();
    });
  });
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

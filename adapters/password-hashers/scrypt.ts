import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { PasswordHasher } from "../../handlers/ports/password-hasher.ts";

export interface ScryptOptions {
  /** Cost: N = 2^logN. A hash takes N KB of memory. */
  readonly logN?: number;
  /** Hashes computed at the same time; `waiting` more may queue. */
  readonly concurrent?: number;
  readonly waiting?: number;
}

interface ScryptParameters {
  readonly logN: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

const hashBytes = 32;
const saltBytes = 16;
/** What a refused caller is told to wait, milliseconds. */
const retryAfter = 1000;

/**
 * scrypt (RFC 7914) with OWASP's parameters N=2^14, r=8, p=5, about 100 ms a hash; hashes are PHC
 * strings. Two at a time leave half of Node's thread pool to files and DNS.
 *
 * Its methods throw PortFailure `unavailable` when the queue is full, and `verify` throws `invalid`
 * for a stored hash it cannot read.
 */
export function createScryptHasher(options: ScryptOptions = {}): PasswordHasher {
  const { logN = 14, concurrent = 2, waiting = 64 } = options;
  const today: ScryptParameters = { logN, blockSize: 8, parallelization: 5 };
  const nobody = {
    parameters: today,
    salt: Buffer.alloc(saltBytes),
    hash: Buffer.alloc(hashBytes),
  };
  const inTurn = createQueue(concurrent, waiting);

  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      return format(today, salt, await inTurn(() => derive(password, salt, today)));
    },

    async verify(password, hash) {
      const { parameters, salt, hash: expected } = hash === undefined ? nobody : parse(hash);
      const derived = await inTurn(() => derive(password, salt, parameters));
      const isSame = timingSafeEqual(derived, expected);
      if (!isSame || hash === undefined) return "wrong";
      return isWeaker(parameters, today) ? "outdated" : "right";
    },
  };
}

function derive(
  password: string,
  salt: Uint8Array,
  { logN, blockSize, parallelization }: ScryptParameters,
): Promise<Buffer> {
  const N = 2 ** logN;
  // Twice what RFC 7914 §6 needs.
  const maxmem = 256 * blockSize * (N + parallelization);
  return new Promise((resolve, reject) => {
    const cost = { N, r: blockSize, p: parallelization, maxmem };
    scrypt(password, salt, hashBytes, cost, (error, derived) => {
      if (error) reject(new PortFailure("internal", "scrypt failed", { retryable: false }));
      else resolve(derived);
    });
  });
}

/** `$scrypt$ln=14,r=8,p=5$salt$hash`, base64 without padding. */
function format(parameters: ScryptParameters, salt: Buffer, hash: Buffer): string {
  const { logN, blockSize, parallelization } = parameters;
  const cost = `ln=${logN},r=${blockSize},p=${parallelization}`;
  return `$scrypt$${cost}$${encode(salt)}$${encode(hash)}`;
}

function parse(text: string): { parameters: ScryptParameters; salt: Buffer; hash: Buffer } {
  const [, logN, blockSize, parallelization, salt = "", hash = ""] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(
      text,
    ) ?? [];
  const parameters = {
    logN: Number(logN),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
  };
  // We never stored a hash that takes more memory.
  if (!(parameters.logN >= 1 && parameters.logN <= 18 && parameters.blockSize <= 16)) {
    throw new PortFailure("invalid", "a stored password hash is unreadable", { retryable: false });
  }
  return { parameters, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

function isWeaker(used: ScryptParameters, today: ScryptParameters): boolean {
  const cost = ({ logN, blockSize, parallelization }: ScryptParameters) =>
    2 ** logN * blockSize * parallelization;
  return cost(used) < cost(today);
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

/** Runs at most `concurrent` works at a time, first come first served. @throws PortFailure when `waiting` already wait */
function createQueue(concurrent: number, waiting: number) {
  const queue: (() => void)[] = [];
  let running = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= concurrent) {
      if (queue.length >= waiting) {
        const message = "too many passwords are being checked";
        throw new PortFailure("unavailable", message, { retryable: true, retryAfter });
      }
      // The work that finishes passes its place on, so `running` stays the same.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

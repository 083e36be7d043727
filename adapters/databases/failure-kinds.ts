import type { FailureCode } from "../../handlers/ports/failure.ts";

/** How a PortFailure describes an SQLSTATE or a code of Node's. */
interface Kind {
  readonly code: FailureCode;
  readonly retryable: boolean;
  /** What is wrong and what the operator should do. */
  readonly message?: string;
}

const unknownKind: Kind = { code: "internal", retryable: false };
const invalid: Kind = { code: "invalid", retryable: false };
const away: Kind = {
  code: "unavailable",
  retryable: true,
  message: "The connection to the database broke off",
};
const diskFull: Kind = {
  code: "unavailable",
  retryable: true,
  message: "The database's disk is full: free space on it, and the database goes on by itself",
};
const damage: Kind = {
  code: "internal",
  retryable: false,
  message: "A page of the database is damaged",
};
const password: Kind = {
  code: "unauthorized",
  retryable: true,
  message: "The database turns down the user or the password in DATABASE_URL: correct it",
};
const unreachable: Kind = {
  code: "unavailable",
  retryable: true,
  message: "The database cannot be reached from here: check host, port and firewall",
};
const certificate: Kind = {
  code: "unauthorized",
  retryable: true,
  message:
    "The database's certificate is not to be trusted for its name: give sslrootcert, or sslmode=require to go without proof",
};
const encryption: Kind = {
  code: "unavailable",
  retryable: true,
  message: "No encrypted connection to the database came about: check sslmode in DATABASE_URL",
};

// SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html), and codes of Node and
// its TLS; the first prefix that matches counts.
const byCode: readonly (readonly [prefix: string, Kind])[] = [
  ["23502", invalid],
  ["23514", invalid],
  ["23", { code: "conflict", retryable: false }],
  ["22", invalid],
  [
    "42501",
    {
      code: "unauthorized",
      retryable: false,
      message: "The database's user may not do that: give it the right to create and change tables",
    },
  ],
  ["42", invalid],
  ["0A", invalid],
  [
    "25006",
    {
      code: "moved",
      retryable: true,
      message: "The database only takes reads here: another process writes to it now",
    },
  ],
  ["28", password],
  [
    "3D000",
    {
      code: "unavailable",
      retryable: true,
      message: "There is no database of that name: create it, or correct DATABASE_URL",
    },
  ],
  [
    "53300",
    {
      code: "unavailable",
      retryable: true,
      message: "The database has no connection left: raise its limit, or use its pooler",
    },
  ],
  ["XX001", damage],
  ["XX002", damage],
  ["53100", diskFull],
  ["ENOSPC", diskFull],
  ["EDQUOT", diskFull],
  [
    "57014",
    { code: "timeout", retryable: true, message: "A statement took the database too long" },
  ],
  ["40", { code: "unavailable", retryable: true }],
  ["53", { code: "unavailable", retryable: true }],
  ["55P03", { code: "unavailable", retryable: true }],
  ["57", { code: "unavailable", retryable: true, message: "The database is stopping or starting" }],
  [
    "08P01",
    {
      code: "unavailable",
      retryable: true,
      message:
        "The database and Docent do not understand each other; behind PgBouncer, add pgbouncer=true to DATABASE_URL",
    },
  ],
  ["08", away],
  [
    "ECONNREFUSED",
    {
      code: "unavailable",
      retryable: true,
      message: "Nothing answers at the host and port of DATABASE_URL: is the database running?",
    },
  ],
  [
    "ENOTFOUND",
    {
      code: "unavailable",
      retryable: true,
      message: "The host name in DATABASE_URL is unknown: correct it",
    },
  ],
  [
    "EAI_AGAIN",
    {
      code: "unavailable",
      retryable: true,
      message: "The database's host name cannot be looked up at the moment",
    },
  ],
  [
    "ROOT_CERTIFICATE",
    {
      code: "unavailable",
      retryable: true,
      message: "The file that sslrootcert in DATABASE_URL names cannot be read: correct it",
    },
  ],
  ["ERR_TLS_CERT", certificate],
  ["UNABLE_TO_", certificate],
  ["SELF_SIGNED", certificate],
  ["DEPTH_ZERO", certificate],
  ["CERT_", certificate],
  ["ERR_SSL", encryption],
  ["ERR_TLS", encryption],
  ["EPROTO", encryption],
  ["ECONNRESET", away],
  ["EPIPE", away],
  ["CONNECTION_", away],
  ["UND_ERR", away],
  ["CONNECT_TIMEOUT", unreachable],
  ["SASL", password],
  ["ETIMEDOUT", unreachable],
  ["EHOSTUNREACH", unreachable],
  ["ENETUNREACH", unreachable],
  ["EADDRNOTAVAIL", unreachable],
  ["EACCES", unreachable],
  ["EPERM", unreachable],
];

/** The kind of an SQLSTATE or of a code of Node's; `internal` for an unknown one. */
export function kindOf(code: string | undefined): Kind {
  return byCode.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? unknownKind;
}

export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** What a PostgreSQL URL says, in libpq's terms. */
export interface ConnectionString {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** A file of certificates to trust, or `system`. */
  readonly sslRootCertificate: string | undefined;
  /** Behind PgBouncer in transaction mode: no prepared statements and no session settings. */
  readonly isPooled: boolean;
  readonly applicationName: string | undefined;
  /** Settings for the server, as `-c search_path=docent`. */
  readonly options: string | undefined;
}

const sslModes: readonly SslMode[] = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
];

/**
 * Reads a `postgresql://` URL. Unknown parameters are ignored; drivers pass them on to the server, which
 * refuses libpq's own (`channel_binding`).
 *
 * @throws TypeError where it is not a URL
 */
export function readConnectionString(text: string): ConnectionString {
  const url = new URL(text);
  const parameter = (name: string) => url.searchParams.get(name) || undefined;
  const rootCertificate = parameter("sslrootcert");
  const user = decodeURIComponent(url.username) || "postgres";
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port) || 5432,
    user,
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    sslMode: readSslMode(parameter("sslmode"), rootCertificate),
    sslRootCertificate: rootCertificate,
    isPooled: parameter("pgbouncer") === "true",
    applicationName: parameter("application_name"),
    options: parameter("options"),
  };
}

// https://www.postgresql.org/docs/current/libpq-ssl.html: `require` with a root certificate is
// `verify-ca`; with `system` only the name proves anything, hence `verify-full`. An unknown mode is read as
// the strictest.
function readSslMode(mode: string | undefined, rootCertificate: string | undefined): SslMode {
  if (rootCertificate === "system") return "verify-full";
  if (mode === undefined) return "prefer";
  const known = sslModes.find((each) => each === mode);
  if (known === "require" && rootCertificate !== undefined) return "verify-ca";
  return known ?? "verify-full";
}

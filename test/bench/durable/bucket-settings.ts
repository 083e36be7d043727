import type { S3Process } from "../../support/stand-ins/snapshots/s3-process.ts";

/** BACKUP_URL and its credentials. */
export function settingsOf({ endpoint, bucket, keys }: S3Process) {
  return {
    BACKUP_URL: `s3://${bucket}/bench`,
    BACKUP_ENDPOINT: endpoint,
    BACKUP_ACCESS_KEY_ID: keys.accessKeyId,
    BACKUP_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

/** An object of the backup that is missing, cut off or changed: it cannot be restored. */
export class DamagedObject extends Error {
  override readonly name = "DamagedObject";
  /** The object's name in the store. */
  readonly object: string;

  constructor(object: string, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.object = object;
  }
}

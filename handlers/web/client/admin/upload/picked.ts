/** A file that the operator chose, with the path that its document will have. */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** The files of an input; those of a folder have paths inside it. */
export function filesOfInput(input: HTMLInputElement): PickedFile[] {
  const files = [...(input.files ?? [])].map((file) => ({
    path: file.webkitRelativePath || file.name,
    file,
  }));
  return withoutCommonFolder(files);
}

/**
 * The files and folders of a drop, with all that is in the folders. Its entries are only valid during the event, so
 * this must be called at once.
 */
export function filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries: FileSystemEntry[] = [];
  const single: PickedFile[] = [];
  for (const item of transfer.items) {
    const entry = item.webkitGetAsEntry();
    // A file that another program or a script made is on no disk.
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    if (file) single.push({ path: file.name, file });
  }
  return readEntries(entries).then((found) => withoutCommonFolder([...single, ...found]));
}

/** Takes the name of the one folder that holds all files off their paths, as `docent ingest` does. */
function withoutCommonFolder(files: readonly PickedFile[]): PickedFile[] {
  const [first = ""] = files[0]?.path.split("/") ?? [];
  const isCommon = files.every(({ path }) => path.startsWith(`${first}/`));
  return files.map(({ path, file }) => ({
    path: isCommon ? path.slice(first.length + 1) : path,
    file,
  }));
}

async function readEntries(entries: readonly FileSystemEntry[]): Promise<PickedFile[]> {
  const found: PickedFile[] = [];
  for (const entry of entries) {
    if (isPassedOver(entry.name)) continue;
    if (entry instanceof FileSystemDirectoryEntry) {
      found.push(...(await readEntries(await childrenOf(entry))));
    } else if (entry instanceof FileSystemFileEntry) {
      const path = entry.fullPath.replace(/^\//, "");
      found.push({ path, file: await fileOf(entry, path) });
    }
  }
  return found;
}

/** A reader hands out about a hundred entries at a time. An unreadable folder has none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry, path: string): Promise<File> {
  return new Promise((resolve) => {
    // One that cannot be opened is named when its bytes cannot be read either.
    entry.file(resolve, () => resolve(new UnreadableFile([], path)));
  });
}

/** Stands for a dropped file that the browser could not open. */
class UnreadableFile extends File {
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new Error("the browser could not open the file"));
  }
}

/** Whether a folder's reader passes a file or folder over, as the server does for its own folder. */
export function isPassedOver(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

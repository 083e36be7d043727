/**
 * Whether work grows much faster than the size of its input: with 16 times the size it takes more than 64 times
 * as long. Quadratic work takes 256 times as long. Counts this thread's own time, since other processes run
 * meanwhile, and tries three times, since compiling and collecting garbage disturb single figures.
 *
 * @param floor milliseconds that count as the least for the smaller input
 */
export async function growsTooFast(
  work: (size: number) => unknown,
  { size, floor = 4 }: { readonly size: number; readonly floor?: number },
): Promise<boolean> {
  for (let round = 0; round < 3; round += 1) {
    const small = await timeOf(() => work(size));
    const large = await timeOf(() => work(size * 16));
    if (large <= 64 * Math.max(small, floor)) return false;
  }
  return true;
}

async function timeOf(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

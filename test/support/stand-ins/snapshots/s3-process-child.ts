// The process of `startS3Process`: each message is a request, and is answered by one with its id.
import { startS3StandIn, type S3StandInOptions } from "./s3-stand-in.ts";
import type { S3Command } from "./s3-process.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as S3StandInOptions;
const { endpoint, bucket, keys, gateway, edge, objects } = await startS3StandIn(options);
const faults: (() => void)[] = [];
process.send?.({ id: 0, value: { endpoint, bucket, keys } });
process.on("message", ({ id, command }: { id: number; command: S3Command }) => {
  process.send?.({ id, value: carryOut(command) });
});
process.on("disconnect", () => process.exit());

function carryOut(command: S3Command): unknown {
  switch (command.kind) {
    case "fault":
      return faults.push(
        (command.at === "edge" ? edge : gateway).fault(command.fault, command.scope),
      );
    case "end":
      for (const end of faults.splice(0)) end();
      return undefined;
    case "traffic":
      return { gateway: gateway.traffic, edge: edge.traffic };
    case "objects":
      return Array.from(objects, ([key, { content }]) => ({ key, size: content.length }));
  }
}

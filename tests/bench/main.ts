// `npm run bench`: measures the promises on this machine and prints a table. Nothing here passes or fails; ratios are of one run.
import { cpus } from "node:os";
import { measureBatch } from "./batch.ts";

const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.versions.node}`;
console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}\n`);

const rows = await measureBatch(Number(process.argv[2] ?? 100));
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);

// Writes schema.graphql as the code defines it: the only bond between the server and the widget. Run it after changing server/graphql.
import { writeFile } from "node:fs/promises";
import { printSchema } from "graphql";
import { buildSchema } from "../server/graphql/schema.ts";

await writeFile(new URL("../schema.graphql", import.meta.url), `${printSchema(buildSchema())}\n`);

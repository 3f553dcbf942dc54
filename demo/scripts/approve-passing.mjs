#!/usr/bin/env node
// Approves every result that passes a marketplace's rules and that the engine is sure of, and says why it leaves the others:
// `node approve-passing.mjs [PRESET] [--with-warnings]`. What carries a warning ("Check this cut-out") waits for a person, unless told otherwise.
// For a nightly cron: 0 3 * * * IMAGE_STUDIO_KEY=isk_… node approve-passing.mjs amazon-main >>approve.log 2>&1
import { readFile } from "node:fs/promises";

const endpoint = process.env.IMAGE_STUDIO_URL ?? "http://localhost:4000/graphql";
const key = process.env.IMAGE_STUDIO_KEY ?? (await readFile(".data/api-key", "utf8").catch(() => "")).trim();
const given = process.argv.slice(2);
const withWarnings = given.includes("--with-warnings");
const preset = given.find((each) => !each.startsWith("--")) ?? "amazon-main";
/** Results in one call: each is read from the store and measured. */
const pageSize = 100;

async function graphql(query, variables) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  }).catch((error) => {
    throw new Error(`${endpoint} can not be reached (${error.cause?.code ?? error.message}). Is Image Studio running there?`);
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
  return data;
}

try {
  const { outputPresets } = await graphql("{ outputPresets { name } }");
  const known = outputPresets.map(({ name }) => name);
  if (!known.includes(preset)) throw new Error(`There is no preset ${preset}: it must be one of ${known.join(", ")}.`);
  // All ids first: approving changes what the next page of waiting results would be.
  const names = new Map();
  let total = 0;
  for (let after = null, more = true; more; ) {
    const { pairs } = await graphql(
      `query ($after: String, $size: Int) { pairs(first: $size, after: $after, filter: { status: [READY] }) { pageInfo { hasNextPage endCursor } edges { node { id sku { code } source { name } current { warnings } } } } }`,
      { after, size: pageSize },
    );
    for (const { node } of pairs.edges) {
      const name = `${node.sku.code} ${node.source.name}`;
      const [warning] = node.current?.warnings ?? [];
      total++;
      if (warning === undefined || withWarnings) names.set(node.id, name);
      else console.log(`${name}: left for a person. ${warning}`);
    }
    ({ hasNextPage: more, endCursor: after } = pairs.pageInfo);
  }
  const ids = [...names.keys()];
  let approved = 0;
  for (let start = 0; start < ids.length; start += pageSize) {
    const { approvePairs } = await graphql(
      `mutation ($ids: [ID!]!, $preset: String) { approvePairs(ids: $ids, compliantWith: $preset) { pairs { id } failures { subject message } } }`,
      { ids: ids.slice(start, start + pageSize), preset },
    );
    approved += approvePairs.pairs.length;
    for (const { subject, message } of approvePairs.failures) console.log(`${names.get(subject)}: ${message}`);
  }
  console.log(`${new Date().toISOString()} ${approved} of ${total} approved for ${preset}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

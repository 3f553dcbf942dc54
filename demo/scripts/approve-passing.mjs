#!/usr/bin/env node
// Approves every result that passes a marketplace's rules, and says why the others do not: `node approve-passing.mjs [PRESET]`.
// For a nightly cron: 0 3 * * * IMAGE_STUDIO_KEY=isk_… node approve-passing.mjs amazon-main >>approve.log 2>&1
import { readFile } from "node:fs/promises";

const endpoint = process.env.IMAGE_STUDIO_URL ?? "http://localhost:4000/graphql";
const key = process.env.IMAGE_STUDIO_KEY ?? (await readFile(".data/api-key", "utf8").catch(() => "")).trim();
const preset = process.argv[2] ?? "amazon-main";
/** Results in one call: each is read from the store and measured. */
const pageSize = 100;

async function graphql(query, variables) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
  return data;
}

try {
  // All ids first: approving changes what the next page of waiting results would be.
  const names = new Map();
  for (let after = null, more = true; more; ) {
    const { pairs } = await graphql(
      `query ($after: String, $size: Int) { pairs(first: $size, after: $after, filter: { status: [READY] }) { pageInfo { hasNextPage endCursor } edges { node { id sku { code } source { name } } } } }`,
      { after, size: pageSize },
    );
    for (const { node } of pairs.edges) names.set(node.id, `${node.sku.code} ${node.source.name}`);
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
  console.log(`${new Date().toISOString()} ${approved} of ${ids.length} approved for ${preset}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

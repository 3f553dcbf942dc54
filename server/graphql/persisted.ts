// Persisted documents: a client that has sent a document once names it by its hash from then on, and sends a hundred bytes in place of
// thousands. The protocol is Apollo's automatic persisted queries, which urql speaks.
import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { z } from "zod";

/** Documents kept, the least recently used go first: a widget has some 30. */
const maxDocuments = 1_000;
/** Characters of a document that is kept: bounds the memory of all of them to some 16 MB, whoever sends them. */
const maxDocumentLength = 16_000;

const extension = z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** A plugin with a memory of its own. */
export function persistedDocuments(): Plugin {
  // A Map keeps the order of insertion: what is used is put to the end again.
  const documents = new Map<string, string>();
  const keep = (hash: string, document: string): void => {
    documents.delete(hash);
    documents.set(hash, document);
    for (const oldest of documents.keys()) {
      if (documents.size <= maxDocuments) return;
      documents.delete(oldest);
    }
  };
  return {
    onParams({ params, setParams }) {
      const { persistedQuery } = params.extensions ?? {};
      if (persistedQuery === undefined) return;
      const parsed = extension.safeParse(persistedQuery);
      if (!parsed.success) throw refusal("BAD_USER_INPUT", "extensions.persistedQuery needs version 1 and a sha256Hash of 64 hex digits.");
      const { sha256Hash: hash } = parsed.data;
      const query = params.query ?? documents.get(hash);
      // The words that the protocol knows: the client answers them with the whole document.
      if (query === undefined) throw refusal("NOT_FOUND", "PersistedQueryNotFound");
      if (params.query !== undefined && createHash("sha256").update(params.query).digest("hex") !== hash) {
        throw refusal("BAD_USER_INPUT", "extensions.persistedQuery.sha256Hash is not the hash of the query beside it.");
      }
      if (query.length <= maxDocumentLength) keep(hash, query);
      setParams({ ...params, query });
    },
  };
}

const refusal = (code: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { code, http: { status: 200 } } });

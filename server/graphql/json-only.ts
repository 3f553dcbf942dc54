// Which bodies are taken: JSON alone. A foreign page's form can send the other kinds without asking first, JSON it can not.
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";

const jsonType = /^application\/(graphql\+)?json *(;|$)/i;

/** Refuses other bodies with 415, before anything of them is read. */
export const jsonOnly: Plugin = {
  onRequestParse({ request }) {
    if (request.method !== "POST") return;
    const contentType = request.headers.get("content-type") ?? "";
    if (jsonType.test(contentType)) return;
    throw new GraphQLError(
      `Expected the content type application/json but received ${contentType || "none"}: send the operation as JSON.`,
      {
        extensions: { code: "BAD_USER_INPUT", http: { status: 415 } },
      },
    );
  },
};

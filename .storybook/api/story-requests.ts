// The two other ways to the API: a fetch that is answered in the page, and uploads that end there.
import type { Transport } from "../../components/index.ts";
import type { Context } from "./context.ts";
import { answer, type Operation } from "./execute.ts";
import { storeFile, storeUrl } from "./files.ts";
import { refusal } from "./refusal.ts";

/** Steps in which an upload tells how far it is, so that its progress can be watched. */
const uploadSteps = 8;
/** What a store answers that has no room or no time. */
const storeDown = 503;

interface Body extends Partial<Operation> {
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash: string } };
}

/** @param onOperation told of each operation that gets through */
export function storyFetch(context: Context, onOperation: (operation: Operation) => void): NonNullable<Transport["fetch"]> {
  const documents = new Map<string, string>();
  return async (input, init) => {
    const { switches, world } = context;
    await wait(switches.latencyMs, init?.signal);
    if (switches.isOffline) throw new TypeError("Failed to fetch");
    const url = input instanceof Request ? input.url : String(input);
    if (url.startsWith(storeUrl)) return new Response(null, { status: storeFile(world, url, await new Response(init?.body).blob()) });
    if (switches.isTokenRefused) {
      const errors = [refusal("UNAUTHENTICATED", "The token is not accepted: it has expired, or it was made for another workspace.")];
      return Response.json({ errors }, { status: 401 });
    }
    const { query, extensions, ...rest } = JSON.parse(String(init?.body)) as Body;
    const hash = extensions?.persistedQuery?.sha256Hash ?? "";
    const document = query ?? documents.get(hash);
    // As the server does: a document is known by its hash once it was sent.
    if (document === undefined) return Response.json({ errors: [{ message: "PersistedQueryNotFound" }] });
    documents.set(hash, document);
    const operation = { ...rest, query: document };
    onOperation(operation);
    return Response.json(await answer(operation, context));
  };
}

/** @throws the signal's reason, at once */
function wait(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (Number.isFinite(ms)) setTimeout(resolve, ms);
  });
}

export function storyXMLHttpRequest({ switches, world }: Context): NonNullable<Transport["XMLHttpRequest"]> {
  return class StoryRequest extends XMLHttpRequest {
    #url = "";
    #status = 0;
    #isAborted = false;

    override get status(): number {
      return this.#status;
    }

    override open(_method: string, url: string | URL): void {
      this.#url = String(url);
    }

    override setRequestHeader(): void {}

    override abort(): void {
      this.#isAborted = true;
      this.dispatchEvent(new ProgressEvent("loadend"));
    }

    override send(body?: Document | XMLHttpRequestBodyInit | null): void {
      void this.#transfer(body instanceof Blob ? body : new Blob());
    }

    async #transfer(file: Blob): Promise<void> {
      const total = file.size;
      for (let step = 1; step <= uploadSteps && !switches.isOffline; step++) {
        await wait(switches.latencyMs, undefined);
        if (this.#isAborted) return;
        this.upload.dispatchEvent(new ProgressEvent("progress", { lengthComputable: true, total, loaded: (total * step) / uploadSteps }));
      }
      const { name = "" } = file instanceof File ? file : {};
      this.#status = switches.isOffline ? 0 : switches.unstored.has(name) ? storeDown : storeFile(world, this.#url, file);
      this.dispatchEvent(new ProgressEvent("loadend"));
    }
  };
}

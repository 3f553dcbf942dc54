// Edits and measurements of pictures, on threads of their own, a few at a time; this is the calling process's side.
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { messageOf, UserError } from "../errors.ts";
import type { Log } from "../log.ts";
import { say } from "../say.ts";
import type { ComplianceFacts, RuleOutcome } from "./compliance.ts";
import { createGate, type Gate } from "./gate.ts";
import { parseOperations } from "./operations/apply.ts";
import type { CutOut } from "./operations/cut-out.ts";
import type { EditOperation, EditOperationInput } from "./operations/operation.ts";
import type { Answer, CutOutFrom, CutOutQuestion, EditBase, EditedPhoto, EditOutput, EditTask, MeasureTask } from "./pictures.worker.ts";

/** Pictures worked on at once; each is held decoded two or three times over, a quarter of a gigabyte each at the worst. */
const maxThreads = 2;
/** Milliseconds after which an idle thread ends and gives back its memory. */
const idleTimeoutMs = 30_000;
/** Milliseconds that closing waits for what is under way. */
const closeTimeoutMs = 5_000;
/** Edits and measurements that may wait for a thread: two pages of 500. Stops queries over whole histories from piling up hours of work. */
const maxWaiting = 1_000;
/** Measurements kept: a page of 500 results against four presets. Each is a few hundred bytes. */
const maxKeptMeasurements = 2_000;

export interface EditRequest {
  /** Called when the edit's turn has come, so that waiting edits hold no files. */
  readonly read: () => Promise<Buffer>;
  readonly base: EditBase;
  readonly operations: readonly EditOperation[];
  readonly output: EditOutput;
  readonly cutOutFrom: CutOutFrom;
  /** Stands a product free; its picture has alpha, at the question's scale or larger. Its error is the edit's. */
  readonly cutOut: (question: Omit<CutOutQuestion, "file"> & { readonly file: Buffer | null }) => Promise<CutOut>;
}

export interface MeasureRequest {
  /** Of the file: measurements are kept by it. */
  readonly sha256: string;
  readonly read: () => Promise<Buffer>;
  /** A preset's name, known to exist. */
  readonly preset: string;
  readonly facts: ComplianceFacts;
}

export interface Pictures {
  /** @throws UserError BAD_USER_INPUT naming the field at fault, LIMIT_EXCEEDED for too many. */
  parseOperations(inputs: readonly EditOperationInput[]): EditOperation[];
  /** A verified file without metadata. @throws UserError where an operation does not fit the picture, and what `read` and `cutOut` throw. */
  edit(request: EditRequest): Promise<EditedPhoto & { readonly file: Buffer }>;
  /** @throws UserError for a file that does not decode, and what `read` throws. */
  measure(request: MeasureRequest): Promise<readonly RuleOutcome[]>;
  close(): Promise<void>;
}

type Pool = Piscina<EditTask | MeasureTask, Answer<EditedPhoto> | Answer<RuleOutcome[]>>;

export function createPictures(log: Log): Pictures {
  const pool: Pool = new Piscina({
    filename: new URL("./pictures.worker.ts", import.meta.url).href,
    minThreads: 0,
    maxThreads,
    idleTimeout: idleTimeoutMs,
    closeTimeout: closeTimeoutMs,
    atomics: "disabled",
    recordTiming: false,
  });
  pool.on("error", (error: unknown) => log.warn({ error: messageOf(error) }, "a thread for pictures failed"));
  const gate = limitWaiting(createGate(maxThreads));
  const kept = new Map<string, Promise<readonly RuleOutcome[]>>();
  return {
    parseOperations,
    edit: (request) => gate(() => runEdit(pool, request)),
    measure: (request) => {
      const key = JSON.stringify([request.sha256, request.preset, request.facts]);
      const known = kept.get(key);
      if (known !== undefined) return known;
      const measured = gate(() => runMeasure(pool, request));
      kept.set(key, measured);
      measured.catch(() => kept.delete(key));
      if (kept.size > maxKeptMeasurements) kept.delete(kept.keys().next().value ?? key);
      return measured;
    },
    close: () => pool.close(),
  };
}

/** @throws UserError RATE_LIMITED, from what it returns, when too many wait already. */
function limitWaiting(gate: Gate): Gate {
  let waiting = 0;
  return async (task, signal) => {
    if (waiting >= maxWaiting) {
      throw new UserError("RATE_LIMITED", say("TOO_MANY_EDITS", { count: waiting }));
    }
    waiting++;
    try {
      return await gate(task, signal);
    } finally {
      waiting--;
    }
  };
}

async function runEdit(
  pool: Pool,
  { read, base, operations, output, cutOutFrom, cutOut }: EditRequest,
): Promise<EditedPhoto & { file: Buffer }> {
  const source = await read();
  const { port1, port2 } = new MessageChannel();
  let failure: unknown = null;
  port1.on("message", (question: CutOutQuestion) => {
    cutOut({ ...question, file: question.file && bufferOf(question.file) }).then(
      (cut) => port1.postMessage(cut),
      (error: unknown) => {
        failure = error;
        port1.postMessage(null);
      },
    );
  });
  try {
    const task: EditTask = { source, base, operations, output, cutOutFrom, cutOuts: port2 };
    const answer = (await pool.run(task, { name: "edit", transferList: [port2] })) as Answer<EditedPhoto>;
    if (answer.kind === "noCutOut") throw failure;
    const edited = unwrap(answer);
    return { ...edited, file: bufferOf(edited.file) };
  } finally {
    port1.close();
  }
}

async function runMeasure(pool: Pool, { read, preset, facts }: MeasureRequest): Promise<readonly RuleOutcome[]> {
  const task: MeasureTask = { file: await read(), preset, facts };
  return unwrap((await pool.run(task, { name: "measure" })) as Answer<RuleOutcome[]>);
}

function unwrap<T>(answer: Answer<T>): T {
  if (answer.kind === "done") return answer.value;
  if (answer.kind === "refused") throw new UserError(answer.code, answer.message);
  throw new Error("A picture's thread asked for a cut-out where there is none to be had");
}

/** Between threads a Buffer becomes a plain Uint8Array over the same memory. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

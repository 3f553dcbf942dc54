// Why a link is not fetched: what is so, and what whoever gave it may do.
import { type ErrorCode, UserError } from "../errors.ts";
import { type Sentence, type SentenceCode, say } from "../say.ts";

/** What to do about it. */
export type LinkAdvice = Extract<SentenceCode, `LINK_${string}`>;

/** The message is both sentences; who asks a service, and has no link to change, has words of his own for what to do. */
export class FetchRefusal extends UserError {
  readonly why: Sentence;
  /** @param advice null where `why` says it */
  constructor(why: Sentence, advice: LinkAdvice | null, code: ErrorCode = "BAD_USER_INPUT") {
    super(code, advice === null ? why : say(advice, { why }));
    this.why = why;
  }
}

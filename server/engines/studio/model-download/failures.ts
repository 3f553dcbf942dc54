// Why a download stopped: for good, or only for now; each in a sentence that says what to do.
import { messageOf } from "../../../errors.ts";

/** It cannot be had like this; the message says why and what to do. */
export class DownloadError extends Error {
  override name = "DownloadError";
}

/** It may go on: what has arrived stays. The message is a sentence without what follows. */
export class Interruption extends Error {
  override name = "Interruption";
}

/** What is kept of an earlier try does not fit what is offered now: it was dropped, and the whole is fetched. */
export class StartAnew extends Error {
  override name = "StartAnew";
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");

/** What fetch wraps: what happened on the wire. */
const rootOf = (error: unknown): unknown => (error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error);

/** What a failed request or a broken connection means. @param host of the address that was asked, which is all of it that is shown */
export function networkFailure(error: unknown, host: string): Interruption | DownloadError {
  const root = rootOf(error);
  const code = codeOf(root);
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return new DownloadError(
      `The certificate of ${host} is not trusted (${code}). Where a company's proxy signs its own, name that certificate in NODE_EXTRA_CA_CERTS.`,
    );
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new Interruption(`The name ${host} is not known here (${code}).`);
  if (code === "ECONNREFUSED" || /TIMEOUT|UNREACH/.test(code)) return new Interruption(`${host} cannot be reached (${code}).`);
  return new Interruption(`The connection to ${host} broke off (${code === "" ? messageOf(root) : code}).`);
}

/** What a failure of the disk means; undefined where it was none. */
export function diskFailure(error: unknown, folder: string): DownloadError | undefined {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG")
    return new DownloadError(`The disk is full: ${folder} takes no more. Make room, then run the same command again.`, { cause: error });
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR", "EEXIST"].includes(code))
    return new DownloadError(
      `Nothing can be written to ${folder} (${code}). Give this user the right to, or set DATA_DIR to another folder.`,
      {
        cause: error,
      },
    );
  return undefined;
}

// What the AWS SDK throws, in the store's words.
import { ObjectMissingError, StoreUnavailableError } from "./store.ts";

/** Codes of Node's network errors, as they rise from the SDK without an HTTP status. */
const networkCode = /^(E[A-Z]+|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/;
/** Names that the SDK gives to errors that never reached the bucket. */
const unreachableNames = ["TimeoutError", "CredentialsProviderError", "NetworkingError"];

/** @returns ObjectMissingError for 404, StoreUnavailableError for network, credentials, 429 and 5xx; else the error itself. */
export function s3ErrorOf(error: unknown, place: { bucket: string; key?: string }): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailableError || error instanceof ObjectMissingError) return error;
  const unavailable = (help: string): StoreUnavailableError =>
    new StoreUnavailableError(`The bucket ${place.bucket} cannot be used (${error.name}: ${error.message}). ${help}`);
  const status = statusOf(error);
  if (error.name === "NoSuchBucket") return unavailable("Make the bucket, or correct S3_BUCKET.");
  if (status === 404 && place.key !== undefined) return new ObjectMissingError(place.key);
  if (status === 404) return unavailable("There is no such bucket: make it, or correct S3_BUCKET and S3_ENDPOINT.");
  if (status === 301) return unavailable("It lies in another region: correct S3_REGION or S3_ENDPOINT.");
  if (status === 401 || status === 403) {
    return unavailable("Correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and let them read, write, delete and list in this bucket.");
  }
  if (status === 429 || (status !== undefined && status >= 500))
    return unavailable("The server is overloaded or down; trying again may help.");
  if (status === undefined && isUnreachable(error)) return unavailable("Check S3_ENDPOINT and the network; trying again may help.");
  return error;
}

function statusOf(error: Error): number | undefined {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

const isUnreachable = (error: Error): boolean =>
  unreachableNames.includes(error.name) || ("code" in error && typeof error.code === "string" && networkCode.test(error.code));

// How a bucket is entered, the store's own and a gallery's: with what patience, and in a way that servers other than AWS take.
import { S3Client } from "@aws-sdk/client-s3";
import type { S3Config } from "../config.ts";

/** Time to connect, milliseconds: stops a dead address from holding a worker. */
const connectionTimeoutMs = 5_000;
/** Time from sending a request to the answer's first byte, milliseconds: 50 MB still go up at 1 MB/s. */
const requestTimeoutMs = 60_000;
/** Time without a byte in either direction, milliseconds: stops a server that falls silent in the middle of an object. */
const idleTimeoutMs = 60_000;
/** Attempts a request, the first included; the queue tries again on top. */
const maxAttempts = 3;
/** Connections at once in a process. */
const maxConnections = 100;

/** A server, and who enters it; without keys the SDK looks where AWS puts them: instance roles, profiles. */
export type S3Entrance = Pick<S3Config, "region" | "forcePathStyle"> & {
  readonly endpoint?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
};

export function createS3Client({ region, forcePathStyle, endpoint, accessKeyId, secretAccessKey }: S3Entrance): S3Client {
  const hasKeys = accessKeyId !== undefined && secretAccessKey !== undefined;
  return new S3Client({
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(hasKeys ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    // By default a presigned PUT would carry the checksum of an empty body, and servers other than AWS refuse the trailers.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: idleTimeoutMs,
      httpAgent: { keepAlive: true, maxSockets: maxConnections },
      httpsAgent: { keepAlive: true, maxSockets: maxConnections },
    },
  });
}

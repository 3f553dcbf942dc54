// `npm run bucket`: makes the bucket that the S3_* variables name where it is missing, and lets the pages of CORS_ORIGINS use it.
import { CreateBucketCommand, PutBucketCorsCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { readConfig, type S3Config } from "../server/config.ts";
import { messageOf } from "../server/errors.ts";
import { createS3Client } from "../server/storage/s3-client.ts";

/** Seconds that a browser may remember a preflight's answer. */
const preflightMaxAgeSeconds = 600;
/** There already, and ours. */
const isThere = (error: unknown): boolean => error instanceof S3ServiceException && error.name === "BucketAlreadyOwnedByYou";
const knowsNoCors = (error: unknown): boolean => error instanceof S3ServiceException && error.name === "NotImplemented";

/** Can be run again at any time. @returns what there is to say to a person */
export async function makeBucket(s3: S3Config, origins: readonly string[]): Promise<string> {
  const client = createS3Client(s3);
  try {
    await client.send(new CreateBucketCommand({ Bucket: s3.bucket })).catch((error: unknown) => {
      if (!isThere(error)) throw error;
    });
    const rule = {
      AllowedOrigins: [...origins],
      AllowedMethods: ["GET", "HEAD", "PUT"],
      AllowedHeaders: ["*"],
      MaxAgeSeconds: preflightMaxAgeSeconds,
    };
    const CORSConfiguration = { CORSRules: [rule] };
    await client.send(new PutBucketCorsCommand({ Bucket: s3.bucket, CORSConfiguration }));
    return `The bucket ${s3.bucket} is there; pages of ${origins.join(", ")} may use it.`;
  } catch (error) {
    if (!knowsNoCors(error)) throw error;
    return `The bucket ${s3.bucket} is there. Its server takes no CORS rules for a bucket: allow ${origins.join(", ")} in the server's own settings.`;
  } finally {
    client.destroy();
  }
}

if (import.meta.main) {
  try {
    const { s3, corsOrigins } = readConfig(process.env);
    if (s3 === undefined) throw new Error("S3_BUCKET is not set: there is no bucket to make.");
    process.stdout.write(`${await makeBucket(s3, corsOrigins)}\n`);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

// The environment: defaults that start without configuration, and faults that are all named at once.
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

describe("the configuration", () => {
  it("starts with nothing set, on this machine alone, in development mode", () => {
    expect(readConfig({})).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      publicUrl: "http://localhost:4000",
      databaseUrl: undefined,
      s3: undefined,
      auth: { kind: "development" },
      loopback: true,
    });
  });

  it("names every fault in one message", () => {
    const read = (): unknown => readConfig({ PORT: "99999", PUBLIC_URL: "ftp://x", AUTH_JWT_SECRET: "short", LOG_LEVEL: "loud" });
    for (const name of ["PORT", "PUBLIC_URL", "AUTH_JWT_SECRET", "LOG_LEVEL"]) expect(read).toThrow(name);
  });

  it("refuses to listen to the network without a way to check who asks", () => {
    expect(() => readConfig({ HOST: "0.0.0.0" })).toThrow(/AUTH_JWT_SECRET or AUTH_JWKS_URL.*0\.0\.0\.0/s);
    expect(readConfig({ HOST: "0.0.0.0", AUTH_JWT_SECRET: "x".repeat(32) })).toMatchObject({ auth: { kind: "secret" }, loopback: false });
  });

  it("takes an empty variable as one that is not set", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 4000, databaseUrl: undefined });
  });

  it("wants S3's variables whole", () => {
    expect(() => readConfig({ S3_ENDPOINT: "http://s3:9000" })).toThrow("S3_BUCKET");
    expect(() => readConfig({ S3_BUCKET: "b", S3_ACCESS_KEY_ID: "k" })).toThrow("S3_SECRET_ACCESS_KEY");
  });

  it("lets the named origins embed the widget, and else its own", () => {
    expect(readConfig({ PUBLIC_URL: "https://studio.example/" }).corsOrigins).toEqual(["https://studio.example"]);
    expect(readConfig({ CORS_ORIGINS: "https://a.example, https://b.example/" }).corsOrigins).toEqual([
      "https://a.example",
      "https://b.example",
    ]);
  });
});

// The environment: defaults that start without configuration, and faults that are all named at once.
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, readModelsDir } from "./config.ts";

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

  it("takes a known model's name, kept in the data folder, or the path of an ONNX file", () => {
    expect(readConfig({}).studioModel).toBeUndefined();
    expect(readConfig({ STUDIO_MODEL: "u2netp", DATA_DIR: "/data" }).studioModel).toEqual({
      kind: "known",
      name: "u2netp",
      dir: "/data/models",
    });
    expect(readModelsDir({ DATA_DIR: "/data" })).toBe("/data/models");
    expect(readModelsDir({ DATA_DIR: "" })).toBe(resolve(".data/models"));
    for (const path of ["net.onnx", "./nets/net", "/nets/net.bin"])
      expect(readConfig({ STUDIO_MODEL: path }).studioModel).toEqual({ kind: "file", path: resolve(path) });
  });

  it("tells a misspelt model's name from a path, together with the other faults", () => {
    const read = (): unknown => readConfig({ PORT: "x", STUDIO_MODEL: "isnet" });
    expect(read).toThrow(/PORT/);
    expect(read).toThrow(/STUDIO_MODEL: is "isnet".*u2netp, isnet-general-use, birefnet-lite.*\.onnx/);
  });

  it("reads keys, prices and limits of the generative engines", () => {
    const { generative } = readConfig({
      GEMINI_API_KEY: " key ",
      GEMINI_BASE_URL: "https://proxy.example/v1beta/",
      ENGINE_MODELS: '{"gemini":{"next":{"priceUsd":0.5}}}',
      ENGINE_LIMITS: '{"gemini":{"concurrency":9}}',
    });
    expect(generative.gemini).toEqual({
      apiKey: "key",
      baseUrl: "https://proxy.example/v1beta",
      models: { next: { priceUsd: 0.5 } },
      limits: { concurrency: 9 },
    });
    expect(generative.openai).toMatchObject({ apiKey: undefined, models: {} });
  });

  it("names faults inside JSON by their path, together with the others, and shows no key", () => {
    const env = { PORT: "x", ENGINE_MODELS: '{"gemini":{"next":{"priceUsd":-1}}}', ENGINE_LIMITS: "{", FAL_API_KEY: "two words" };
    const read = (): unknown => readConfig(env);
    for (const name of ["PORT", "ENGINE_MODELS.gemini.next.priceUsd", "ENGINE_LIMITS: is no JSON", "FAL_API_KEY"])
      expect(read).toThrow(name);
    expect(read).not.toThrow("two words");
    expect(() => readConfig({ ENGINE_MODELS: '{"dalle":{}}' })).toThrow("ENGINE_MODELS");
    expect(() => readConfig({ OPENAI_COMPATIBLE_API_KEY: "k" })).toThrow("OPENAI_COMPATIBLE_BASE_URL");
  });

  it("keeps results and jobs for good where nothing is said, and takes days or never", () => {
    expect(readConfig({}).retention).toEqual({ logs: 90, jobs: null, results: null, copies: 90, strays: null });
    const { retention } = readConfig({ RETENTION_LOGS_DAYS: "never", RETENTION_JOBS_DAYS: "30" });
    expect(retention).toMatchObject({ logs: null, jobs: 30 });
    // Nobody means "all at once" by a zero, or half a day.
    for (const wrong of ["0", "0.5", "-1", "soon", "Infinity"])
      expect(() => readConfig({ RETENTION_RESULTS_DAYS: wrong })).toThrow("RETENTION_RESULTS_DAYS");
  });

  it("shows a worker's figures to the network only to who has a token", () => {
    expect(() => readConfig({ METRICS_PORT: "9464", METRICS_HOST: "0.0.0.0" })).toThrow(/METRICS_TOKEN.*0\.0\.0\.0/s);
    expect(() => readConfig({ METRICS_TOKEN: "short" })).toThrow("METRICS_TOKEN");
    expect(readConfig({ METRICS_PORT: "9464", METRICS_HOST: "0.0.0.0", METRICS_TOKEN: "x".repeat(16) }).metrics).toEqual({
      host: "0.0.0.0",
      port: 9464,
      token: "x".repeat(16),
    });
    expect(readConfig({ METRICS_PORT: "9464" }).metrics).toEqual({ host: "127.0.0.1", port: 9464, token: undefined });
  });

  it("lets the named origins embed the widget, and else its own", () => {
    expect(readConfig({ PUBLIC_URL: "https://studio.example/" }).corsOrigins).toEqual(["https://studio.example"]);
    expect(readConfig({ CORS_ORIGINS: "https://a.example, https://b.example/" }).corsOrigins).toEqual([
      "https://a.example",
      "https://b.example",
    ]);
  });
});

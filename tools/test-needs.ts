// What the tests need besides npm packages: a browser, an S3 server, and what the scripts call. Installed where that is possible, else said exactly.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { findBrowser } from "../tests/testkit/browser.ts";
import { missingS3 } from "../tests/testkit/s3.ts";

interface Need {
  readonly what: string;
  readonly packages: readonly string[];
  isMissing(): boolean;
}

const needs: readonly Need[] = [
  {
    what: "Chromium, for the tests of the widget and of the whole story",
    packages: ["chromium"],
    isMissing: () => findBrowser() === undefined,
  },
  {
    what: "radosgw, an S3 server, for the tests of the store",
    packages: ["radosgw", "ceph-mon", "ceph-osd", "ceph-mgr"],
    isMissing: () => missingS3() !== null,
  },
  {
    what: "curl and jq, for the tests of the scripts",
    packages: ["curl", "jq"],
    isMissing: () => ["curl", "jq"].some((program) => spawnSync(program, ["--version"]).error !== undefined),
  },
];

const installArgs = (packages: readonly string[]): string[] => ["install", "-y", "--no-install-recommends", ...packages];

/** @throws Error that says what is missing and the command that brings it. */
export function ensureTestNeeds(): void {
  const missing = needs.filter((need) => need.isMissing());
  if (missing.length === 0) return;
  const packages = missing.flatMap((need) => need.packages);
  const command = `apt-get update && apt-get ${installArgs(packages).join(" ")}`;
  const list = missing.map(({ what }) => `  ${what}`).join("\n");
  if (!canInstall()) {
    throw new Error(
      `The tests need what this machine lacks:\n${list}\nOn Debian or Ubuntu, as root: ${command}\n` +
        "Elsewhere install Chromium or Chrome (CHROME_BIN may name it), curl, jq and Ceph's radosgw, ceph-mon and ceph-osd by your system's means.",
    );
  }
  console.log(`The tests need what this machine lacks:\n${list}\nInstalling it: ${command}`);
  apt(["update"], command);
  apt(installArgs(packages), command);
  const left = missing.filter((need) => need.isMissing());
  if (left.length > 0) throw new Error(`Installed, but still not found: ${left.map(({ what }) => what).join("; ")}. Is it on PATH?`);
}

/** Debian's packages are meant; Ubuntu's `chromium` is a snap stub there, which the check after installing notices. */
function canInstall(): boolean {
  const system = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(system);
}

function apt(args: string[], command: string): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, error } = spawnSync("apt-get", args, { stdio: ["ignore", "inherit", "inherit"], env });
  if (status !== 0) throw new Error(`apt-get ${args[0]} failed${error ? `: ${error.message}` : ""}. Run it yourself: ${command}`);
}

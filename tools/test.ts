// What `npm test` runs: what the tests need, the gates, and every test project; at the end the numbers.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureTestNeeds } from "./test-needs.ts";

/** What Vitest's JSON report says, as far as it is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const root = join(import.meta.dirname, "..");
/** The project's own programs, its Node among them, also where this file is run without npm. */
const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env["PATH"] ?? ""}` };

/** Streams the command's output. @returns whether it succeeded */
function run(command: string, args: readonly string[]): Promise<boolean> {
  console.log(`\n> ${[command, ...args].join(" ")}`);
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => {
      console.error(error.message);
      done(false);
    });
    child.once("exit", (code) => done(code === 0));
  });
}

async function runVitest(): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "studio-report-"));
  const file = join(folder, "report.json");
  try {
    const isGreen = await run("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`]);
    return tallyOf(JSON.parse(readFileSync(file, "utf8")) as Report, isGreen);
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that fails before its first test counts as one; so does an error outside all tests, such as a leak. */
function tallyOf(report: Report, isGreen: boolean): Tally {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return { passed: report.numPassedTests, failed: failed === 0 && !isGreen ? 1 : failed };
}

/** The gates count as one test; they do not keep the others from running. The story's test builds the demo that it looks at. */
async function main(): Promise<Tally> {
  ensureTestNeeds();
  const areGatesGreen = await run("npm", ["run", "--silent", "check"]);
  const { passed, failed } = await runVitest();
  return { passed: passed + Number(areGatesGreen), failed: failed + Number(!areGatesGreen) };
}

try {
  const { passed, failed } = await main();
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

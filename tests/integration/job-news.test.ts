// Jobs, their items and logs as a subscription begins to tell them: read some at a time, and without what is deleted meanwhile.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeApi } from "../../server/api.ts";
import type { App } from "../../server/app.ts";
import { encodeId } from "../../server/graphql/ids.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type KeptLog, keptLog } from "../testkit/log.ts";
import { seedPairs } from "../testkit/reviews.ts";

const many = 100;
/** The lists of ids, four stretches, one more look at what was not there, and some to spare; one by one it would be a hundred. */
const most = 10;

type FindMany = (call: { args: object; query: (args: object) => Promise<unknown> }) => Promise<unknown>;

describe("the present state of a job", () => {
  let log: KeptLog;
  let api: TestApi;
  let id: string;
  beforeAll(async () => {
    log = keptLog("error");
    api = await createTestApi({ log: log.log });
    const [{ databaseId: pairId = "" } = {}] = await seedPairs(api, { code: "NEWS", statuses: ["WAITING"] });
    const job = await api.app.db.job.create({
      data: { workspace: "test", number: 1, mode: "BATCH", engine: "studio", output: {}, createdBy: "ann" },
    });
    id = encodeId("Job", job.id);
    const numbers = Array.from({ length: many }, (_, n) => n);
    const item = { workspace: "test", jobId: job.id, pairId, pairStatus: "WAITING", status: "SUCCEEDED" } as const;
    await api.app.db.jobItem.createMany({ data: numbers.map((position) => ({ ...item, position })) });
    const lineAt = (n: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, n));
    await api.app.db.jobLog.createMany({ data: numbers.map((n) => ({ jobId: job.id, message: `${n}`, at: lineAt(n) })) });
  });
  afterAll(() => api.close());

  /** What is told, up to the last row; the second row goes once the first read has listed it. @returns the rows, and how often they were read */
  async function tell(field: "jobs" | "jobItems" | "jobLogs", wanted: number): Promise<{ told: { id: string }[]; reads: number }> {
    let reads = 0;
    const counted: FindMany = async ({ args, query }) => {
      const rows = (await query(args)) as { id: string }[];
      const [, second] = rows;
      if (++reads === 1 && second !== undefined) {
        if (field === "jobs") await api.app.db.job.delete({ where: { id: second.id } });
        else if (field === "jobItems") await api.app.db.jobItem.delete({ where: { id: second.id } });
        else await api.app.db.jobLog.delete({ where: { id: second.id } });
      }
      return rows;
    };
    const one: FindMany = ({ args, query }) => {
      reads++;
      return query(args);
    };
    const model = { findMany: counted, findUniqueOrThrow: one };
    const db = api.app.db.$extends({ query: { job: model, jobItem: model, jobLog: model } } as never) as object as App["db"];
    const { graphql } = composeApi({ ...api.app, db }, { developmentSecret: null });
    const query = field === "jobs" ? "subscription { jobs { id } }" : `subscription ($id: ID!) { ${field}(id: $id) { id } }`;
    const headers = { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${await api.token()}` };
    const body = JSON.stringify({ query, variables: { id } });
    const response = await graphql.fetch(new Request(`${api.config.publicUrl}/graphql`, { method: "POST", headers, body }), {});
    const told: { id: string }[] = [];
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1];
        if (data !== undefined) told.push(JSON.parse(data).data?.[field] ?? { id: data });
      }
      if (told.length >= wanted) break;
    }
    await graphql.dispose();
    return { told, reads };
  }

  it.each(["jobItems", "jobLogs"] as const)("tells %s in few reads, and not what was deleted meanwhile", async (field) => {
    const { told, reads } = await tell(field, many - 1);
    const rows =
      field === "jobItems"
        ? await api.app.db.jobItem.findMany({ orderBy: { position: "asc" } })
        : await api.app.db.jobLog.findMany({ orderBy: { at: "asc" } });
    expect(told.map(({ id: each }) => each)).toEqual(rows.map((row) => encodeId(field === "jobItems" ? "JobItem" : "JobLog", row.id)));
    expect(rows).toHaveLength(many - 1);
    expect(reads).toBeLessThanOrEqual(most);
    expect(log.text()).toBe("");
  });

  it("tells the workspace's jobs, and not the one that was deleted meanwhile", async () => {
    const job = { workspace: "test", mode: "BATCH", status: "CANCELLED", engine: "studio", output: {}, createdBy: "ann" } as const;
    const rows = await Promise.all([2, 3, 4].map((number) => api.app.db.job.create({ data: { ...job, number } })));
    const { told } = await tell("jobs", rows.length);
    const left = await api.app.db.job.findMany({ orderBy: { id: "asc" } });
    expect(left).toHaveLength(rows.length);
    expect(told.map((each) => each.id).toSorted()).toEqual(left.map((each) => encodeId("Job", each.id)).toSorted());
    expect(log.text()).toBe("");
  });
});

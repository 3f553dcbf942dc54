// Tone: each setting goes the way its name says, white and black stay, and 0 changes nothing.
import { describe, expect, it } from "vitest";
import type { Picture } from "../picture.ts";
import { parseTone, tone } from "./tone.ts";

const settings = (change: Partial<Record<"brightness" | "contrast" | "saturation" | "warmth" | "sharpness", number>>) =>
  parseTone("tone", change);

const plain = (...color: number[]): Picture => ({
  data: Buffer.from(Array.from({ length: 16 }, () => color).flat()),
  width: 4,
  height: 4,
  channels: color.length === 4 ? 4 : 3,
});
const toned = async (change: Parameters<typeof settings>[0], ...color: number[]): Promise<number[]> => [
  ...(await tone(plain(...color), settings(change))).data.subarray(0, color.length),
];

/** The colour, and what the setting makes of it at both ends. */
const ends = async (name: "brightness" | "contrast" | "saturation" | "warmth", ...color: number[]) => ({
  low: await toned({ [name]: -1 }, ...color),
  high: await toned({ [name]: 1 }, ...color),
});

function noise(): Picture {
  const data = Buffer.from(Array.from({ length: 512 * 512 * 3 }, (_, at) => (at * 7919) % 256));
  return { data, width: 512, height: 512, channels: 3 };
}

/** How much neighbours differ. */
const detail = ({ data }: Picture): number => data.reduce((sum, value, at) => sum + Math.abs(value - (data[at + 3] ?? value)), 0);

describe("tone", () => {
  it("changes no byte when all settings are 0", async () => {
    const picture = noise();
    expect(await tone(picture, settings({}))).toBe(picture);
  });

  it("brightness lifts and lowers the middle", async () => {
    const { low, high } = await ends("brightness", 120, 120, 120);
    expect(low[0]).toBeLessThan(80);
    expect(high[0]).toBeGreaterThan(160);
  });

  it("contrast parts light from dark", async () => {
    expect((await ends("contrast", 70, 70, 70)).high[0]).toBeLessThan(60);
    expect((await ends("contrast", 190, 190, 190)).high[0]).toBeGreaterThan(200);
    expect((await ends("contrast", 70, 70, 70)).low[0]).toBeGreaterThan(80);
  });

  it("saturation ends in grey on one side and in stronger colour on the other, its light unchanged", async () => {
    const { low, high } = await ends("saturation", 150, 100, 90);
    expect(new Set(low).size).toBe(1);
    expect(Math.max(...high) - Math.min(...high)).toBeGreaterThan(100);
    const light = ([red = 0, green = 0, blue = 0]: number[]): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    expect(Math.abs(light(low) - light([150, 100, 90]))).toBeLessThan(1);
    expect(Math.abs(light(high) - light([150, 100, 90]))).toBeLessThan(1);
  });

  it("warmth moves from blue to amber", async () => {
    const { low, high } = await ends("warmth", 128, 128, 128);
    expect(high[0]).toBeGreaterThan(high[2] ?? 255);
    expect(low[0]).toBeLessThan(low[2] ?? 0);
  });

  it("sharpness adds detail or takes it away", async () => {
    const soft = await tone(noise(), settings({ sharpness: -1 }));
    const sharp = await tone(soft, settings({ sharpness: 1 }));
    expect(detail(soft)).toBeLessThan(detail(noise()));
    expect(detail(sharp)).toBeGreaterThan(detail(soft));
  });

  it.each([
    "brightness",
    "contrast",
    "saturation",
    "warmth",
    "sharpness",
  ] as const)("%s leaves pure white and black as they are", async (name) => {
    for (const value of [-1, -0.4, 0.4, 1]) {
      expect(await toned({ [name]: value }, 255, 255, 255)).toEqual([255, 255, 255]);
      expect(await toned({ [name]: value }, 0, 0, 0)).toEqual([0, 0, 0]);
    }
  });

  it("keeps greys in their order at every setting", async () => {
    const ramp: Picture = {
      data: Buffer.from(Array.from({ length: 256 }, (_, level) => [level, level, level]).flat()),
      width: 256,
      height: 1,
      channels: 3,
    };
    for (const change of [{ brightness: 1 }, { brightness: -1 }, { contrast: 1 }, { contrast: -1 }, { warmth: 1 }, { warmth: -1 }]) {
      const { data } = await tone(ramp, settings(change));
      for (let at = 3; at < data.length; at++) expect(data[at]).toBeGreaterThanOrEqual(data[at - 3] ?? 255);
    }
  });

  it("does not touch alpha", async () => {
    expect((await toned({ brightness: 0.5, saturation: -1, warmth: 1 }, 90, 80, 70, 33))[3]).toBe(33);
  });

  it("names the setting that is out of range", () => {
    expect(() => settings({ warmth: 1.2 })).toThrow("Expected tone.warmth between -1 and 1 but received 1.2");
  });
});

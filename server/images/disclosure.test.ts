// The disclosure of AI pictures: in every format, alone, and kept by copies.
import { describe, expect, it } from "vitest";
import { convertPicture } from "./convert.ts";
import { readDisclosure } from "./disclosure.ts";
import { encodePicture } from "./encode.ts";
import { sharp } from "./libvips.ts";
import { imageFormats, type OutputSpec, type Picture } from "./picture.ts";
import { EncodingFault, verifyEncoded } from "./verify.ts";

const picture: Picture = { data: Buffer.alloc(40 * 30 * 3, 200), width: 40, height: 30, channels: 3 };
const outputOf = (format: OutputSpec["format"]): OutputSpec => ({
  preset: null,
  width: 40,
  height: 30,
  format,
  quality: 90,
  maxBytes: null,
});

describe.each(imageFormats)("%s", (format) => {
  it("says that a model made the picture, and nothing else", async () => {
    const { data } = await encodePicture(picture, outputOf(format), "trainedAlgorithmicMedia");
    await verifyEncoded(data, outputOf(format), null, "trainedAlgorithmicMedia");
    const meta = await sharp(data).metadata();
    expect(meta.xmpAsString).toContain("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
    expect([meta.exif, meta.iptc, meta.icc]).toEqual([undefined, undefined, undefined]);
  });

  it("carries nothing where nothing is to be said", async () => {
    const { data } = await encodePicture(picture, outputOf(format));
    await verifyEncoded(data, outputOf(format), null);
    expect(await readDisclosure(data)).toBeNull();
  });

  it("is refused when the statement is missing or another", async () => {
    const { data } = await encodePicture(picture, outputOf(format), "trainedAlgorithmicMedia");
    await expect(verifyEncoded(data, outputOf(format), null)).rejects.toThrow(EncodingFault);
    await expect(verifyEncoded(data, outputOf(format), null, "compositeWithTrainedAlgorithmicMedia")).rejects.toThrow(EncodingFault);
  });

  it("keeps the statement when it is converted for a download", async () => {
    const { data } = await encodePicture(picture, outputOf("PNG"), "compositeWithTrainedAlgorithmicMedia");
    expect(await readDisclosure(await convertPicture(data, format))).toBe("compositeWithTrainedAlgorithmicMedia");
  });
});

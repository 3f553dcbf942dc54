// An edit as the server would make it, drawn by the browser: enough to see that what is saved is what was set.
import type { EditOperationInput } from "../../components/api/generated/graphql.ts";
import type { ImageRow } from "./rows.ts";

/** JPEG's, from 0 to 1. */
const quality = 0.9;

interface Stage {
  readonly canvas: OffscreenCanvas;
  readonly draw: OffscreenCanvasRenderingContext2D;
}

function stageOf(width: number, height: number): Stage {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const draw = canvas.getContext("2d");
  if (draw === null) throw new Error("The browser draws on no canvas.");
  return { canvas, draw };
}

export async function drawEdit(image: ImageRow, operations: readonly EditOperationInput[]): Promise<ImageRow> {
  const bitmap = await createImageBitmap(await (await fetch(image.link)).blob());
  let canvas = stageOf(bitmap.width, bitmap.height).canvas;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  const scale = image.width / bitmap.width;
  for (const operation of operations) canvas = apply(canvas, operation);
  const file = await canvas.convertToBlob({ type: "image/jpeg", quality });
  const [width, height] = [Math.round(canvas.width * scale), Math.round(canvas.height * scale)];
  const bytes = Math.round(file.size * scale * scale);
  return {
    ...image,
    width,
    height,
    bytes,
    mimeType: "image/jpeg",
    sha256: crypto.randomUUID(),
    placeholder: "",
    link: URL.createObjectURL(file),
  };
}

/** A ground is not drawn: that needs the product cut out. */
function apply(before: OffscreenCanvas, { crop, rotate, flip, tone, resize }: EditOperationInput): OffscreenCanvas {
  const { width, height } = before;
  if (crop != null) {
    const { canvas, draw } = stageOf(crop.width * width, crop.height * height);
    draw.drawImage(before, -crop.x * width, -crop.y * height);
    return canvas;
  }
  if (rotate != null) {
    const angle = (rotate * Math.PI) / 180;
    const [sine, cosine] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))];
    const { canvas, draw } = stageOf(width * cosine + height * sine, width * sine + height * cosine);
    draw.fillStyle = "#ffffff";
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.translate(canvas.width / 2, canvas.height / 2);
    draw.rotate(angle);
    draw.drawImage(before, -width / 2, -height / 2);
    return canvas;
  }
  const { canvas, draw } = stageOf(resize?.width ?? width, resize?.height ?? height);
  if (flip === "HORIZONTAL") draw.setTransform(-1, 0, 0, 1, canvas.width, 0);
  if (flip === "VERTICAL") draw.setTransform(1, 0, 0, -1, 0, canvas.height);
  if (tone != null) {
    const share = (value: number | null | undefined): number => 1 + (value ?? 0) / 2;
    draw.filter = `brightness(${share(tone.brightness)}) contrast(${share(tone.contrast)}) saturate(${share(tone.saturation)})`;
  }
  draw.drawImage(before, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// What is painted on a photo, as strokes in the photo's own pixels: drawn at any size, taken back one by one.

export type Brush = "white" | "black" | "erase";

export interface Stroke {
  readonly brush: Brush;
  /** Half of its width. */
  readonly radius: number;
  /** From the photo's top left; a single point is a dab. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A point nearer to the last than this share of the radius tells nothing new. */
const leastStep = 0.2;

export function extended(stroke: Stroke, point: { readonly x: number; readonly y: number }): Stroke {
  const last = stroke.points.at(-1);
  const isNear = last !== undefined && Math.hypot(point.x - last.x, point.y - last.y) < stroke.radius * leastStep;
  return isNear ? stroke : { ...stroke, points: [...stroke.points, point] };
}

/** Whether anything is left of what was painted, as far as strokes can tell. */
export const hasPaint = (strokes: readonly Stroke[]): boolean => strokes.some(({ brush }) => brush !== "erase");

export interface Ink {
  readonly white: string;
  readonly black: string;
}

/** The colours that the API takes: white may be painted over, black stays. */
export const maskInk: Ink = { white: "#ffffff", black: "#000000" };

type Context = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "arc"
  | "stroke"
  | "fill"
  | "lineCap"
  | "lineJoin"
  | "lineWidth"
  | "strokeStyle"
  | "fillStyle"
  | "globalCompositeOperation"
>;

/** Draws strokes into a context that is scaled to the photo's pixels. */
export function drawStrokes(context: Context, strokes: readonly Stroke[], ink: Ink): void {
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const { brush, radius, points } of strokes) {
    const [first, ...rest] = points;
    if (first === undefined) continue;
    context.globalCompositeOperation = brush === "erase" ? "destination-out" : "source-over";
    const colour = brush === "erase" ? "#000000" : ink[brush];
    context.beginPath();
    if (rest.length === 0) {
      context.fillStyle = colour;
      context.arc(first.x, first.y, radius, 0, 2 * Math.PI);
      context.fill();
      continue;
    }
    context.strokeStyle = colour;
    context.lineWidth = radius * 2;
    context.moveTo(first.x, first.y);
    for (const { x, y } of rest) context.lineTo(x, y);
    context.stroke();
  }
  context.globalCompositeOperation = "source-over";
}

/** The mask as a PNG of the photo's size. @throws where the browser has no room for a canvas of that size */
export async function maskFile(strokes: readonly Stroke[], { width, height }: { width: number; height: number }): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const blob =
    context === null
      ? null
      : await new Promise<Blob | null>((resolve) => {
          drawStrokes(context, strokes, maskInk);
          canvas.toBlob(resolve, "image/png");
        });
  if (blob === null) throw new Error(`A mask of ${width} x ${height} pixels does not fit into this browser's memory.`);
  return blob;
}

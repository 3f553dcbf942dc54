// The four sides of a photo or a product.

export const sides = ["left", "right", "top", "bottom"] as const;
export type Side = (typeof sides)[number];

/** The side that a point lies towards, seen from the middle; y grows downwards. */
export const sideOf = (x: number, y: number): Side => (Math.abs(x) > Math.abs(y) ? (x < 0 ? "left" : "right") : y < 0 ? "top" : "bottom");

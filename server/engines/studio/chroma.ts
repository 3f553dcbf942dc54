// Luma and chroma of RGB bytes, as JPEG has them: the eye sees brightness sharply, and noise of colour is what it minds most.

export const lumaOf = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;

export const greenOf = (luma: number, red: number, blue: number): number => (luma - 0.299 * red - 0.114 * blue) / 0.587;

/** Chroma is what blue and red have more than luma, times these. */
export const blueShare = 0.564;
export const redShare = 0.713;

// The fetch that providers are asked with: an answer that does not end fills no memory.

/** Bytes: twice what the largest picture that is taken (40 megapixels) comes to in a PNG as base64. */
export const maxAnswerBytes = 128_000_000;

/** A provider, or whoever answered in its place, sent more than any picture has. */
export class EndlessAnswer extends Error {
  override name = "EndlessAnswer";
  readonly megabytes = maxAnswerBytes / 1e6;
}

/** As `fetch`; reading the body fails with EndlessAnswer, and the connection is closed, once it is too long. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.body === null) return response;
  let left = maxAnswerBytes;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) controller.error(new EndlessAnswer(`more than ${maxAnswerBytes / 1e6} MB`));
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counting), response);
};

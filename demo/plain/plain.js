// All that a page without React does: load the script, say how to get a token, and listen.
import "@image-studio/react/element";

const studio = document.querySelector("image-studio");
const heard = document.getElementById("heard");

studio.getToken = async () => {
  const response = await fetch("/demo/token", { method: "POST" });
  if (!response.ok) throw new Error(`No token: ${response.status}`);
  return (await response.json()).token;
};

/** The newest first, a few of them. */
function note(text) {
  const line = document.createElement("li");
  line.textContent = text;
  heard.prepend(line);
  while (heard.childElementCount > 4) heard.lastElementChild.remove();
}

studio.addEventListener("skuchange", ({ detail }) => note(`skuchange: ${detail}`));
studio.addEventListener("review", ({ detail }) => note(`review: ${detail.decision}, photos: ${detail.pairs.length}`));
studio.addEventListener("jobfinished", ({ detail }) => note(`jobfinished: run ${detail.number}, ${detail.status}`));
studio.addEventListener("download", ({ detail }) => note(`download: files: ${detail.files}`));
studio.addEventListener("error", ({ detail }) => note(`error: ${detail.message}`));

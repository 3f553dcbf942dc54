// What a picture's file says of its making: IPTC's DigitalSourceType in XMP, which marketplaces and search engines ask of AI pictures.
import { sharp } from "./libvips.ts";

/**
 * From IPTC's NewsCodes: a picture wholly made by a trained model, or a photo into which one painted.
 * @see http://cv.iptc.org/newscodes/digitalsourcetype/
 */
export const digitalSources = ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"] as const;
export type DigitalSource = (typeof digitalSources)[number];

const codes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** The whole XMP packet: nothing but the one statement. */
export const disclosureXmp = (source: DigitalSource): string =>
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
  `Iptc4xmpExt:DigitalSourceType="${codes}${source}"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`;

/** What a packet states; null where it states nothing of the kind. */
export function disclosureOf(xmp: string | undefined): DigitalSource | null {
  const named = /DigitalSourceType\s*(?:=\s*["']|>\s*)https?:\/\/cv\.iptc\.org\/newscodes\/digitalsourcetype\/([A-Za-z]+)/.exec(
    xmp ?? "",
  )?.[1];
  return digitalSources.find((source) => source === named) ?? null;
}

/** What a file states, so that a copy of it can state the same; null also for what is no readable picture. */
export async function readDisclosure(file: Buffer): Promise<DigitalSource | null> {
  const meta = await sharp(file)
    .metadata()
    .catch(() => null);
  return disclosureOf(meta?.xmpAsString);
}

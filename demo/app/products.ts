// What the shop itself knows of its products; invented, as the shop is.

interface Product {
  readonly priceEuro: number;
  readonly stock: number;
}

const products: Readonly<Record<string, Product>> = {
  "MUG-001": { priceEuro: 17.9, stock: 214 },
  "MUG-011": { priceEuro: 17.9, stock: 96 },
  "CSH-018": { priceEuro: 28.9, stock: 61 },
  "BAG-014": { priceEuro: 129, stock: 9 },
  "PRF-002": { priceEuro: 64, stock: 38 },
  "THM-003": { priceEuro: 29, stock: 120 },
  "BAG-004": { priceEuro: 129, stock: 17 },
  "HDP-005": { priceEuro: 89.9, stock: 52 },
  "BRD-006": { priceEuro: 22.5, stock: 81 },
  "PLT-007": { priceEuro: 24.5, stock: 64 },
  "CSH-008": { priceEuro: 28.9, stock: 143 },
};

/** Undefined for a code that the shop does not sell, such as a SKU that was made in the studio. */
export const productOf = (code: string): Product | undefined => products[code];

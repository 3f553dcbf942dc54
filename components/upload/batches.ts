// How far the uploads into each SKU are, and which files failed: pure steps from one state to the next.

export interface UploadFailure {
  /** Of the SKU that the file was meant for. */
  readonly sku: string;
  readonly name: string;
  readonly reason: string;
  /** False where the file itself is at fault, so that the same would follow again. */
  readonly canRetry: boolean;
}

export interface UploadState {
  readonly isBusy: boolean;
  readonly total: number;
  readonly done: number;
  /** Bytes sent of all bytes, from 0 to 1. */
  readonly fraction: number;
  readonly failures: readonly UploadFailure[];
}

export interface FailedFile extends UploadFailure {
  readonly file: File;
}

/** What is and was sent into one SKU since nothing was on its way. */
export interface Batch {
  readonly sku: string;
  /** Sendings that have not ended. */
  readonly underWay: number;
  readonly total: number;
  readonly done: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly failures: readonly FailedFile[];
}

export type Batches = readonly Batch[];
/** Which batches a step is about. */
export type Fits = (batch: Batch) => boolean;

const countless = { underWay: 0, total: 0, done: 0, bytes: 0, sentBytes: 0 } as const;

/** Files join what is on its way into their SKU; where nothing is, anywhere, counting starts anew. Failures stay until they are dealt with. */
export function begun(batches: Batches, sku: string, files: readonly File[]): Batches {
  const isBusy = batches.some(({ underWay }) => underWay > 0);
  const kept = isBusy ? batches : batches.filter(({ failures }) => failures.length > 0).map((batch) => ({ ...batch, ...countless }));
  const known = kept.some((batch) => batch.sku === sku) ? kept : [...kept, { sku, failures: [], ...countless }];
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return changed(known, sku, (batch) => ({
    underWay: batch.underWay + (files.length > 0 ? 1 : 0),
    total: batch.total + files.length,
    bytes: batch.bytes + bytes,
  }));
}

export const changed = (batches: Batches, sku: string, change: (batch: Batch) => Partial<Batch>): Batches =>
  batches.map((batch) => (batch.sku === sku ? { ...batch, ...change(batch) } : batch));

/** Takes failures away: all, or those that can be tried again. */
export const without = (batches: Batches, fits: Fits, isMeant: (failure: FailedFile) => boolean = () => true): Batches =>
  batches.map((batch) => (fits(batch) ? { ...batch, failures: batch.failures.filter((failure) => !isMeant(failure)) } : batch));

export function summed(batches: Batches): UploadState {
  const sum = (of: (batch: Batch) => number): number => batches.reduce((total, batch) => total + of(batch), 0);
  const bytes = sum((batch) => batch.bytes);
  return {
    isBusy: batches.some(({ underWay }) => underWay > 0),
    total: sum((batch) => batch.total),
    done: sum((batch) => batch.done),
    fraction: bytes === 0 ? 0 : Math.min(1, sum((batch) => batch.sentBytes) / bytes),
    failures: batches.flatMap(({ failures }) => failures),
  };
}

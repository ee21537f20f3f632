import type { Storage, StorageOptions } from './storage.ts'

/** Opens the storage the hub is set up with; the S3 client is loaded only when it is used. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  if (options.kind === 'disk') return (await import('./disk.ts')).diskStorage(options.dir)
  return (await import('./s3.ts')).s3Storage(options)
}

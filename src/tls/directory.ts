import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '../telemetry/index.ts';
import { TlsError } from './error.ts';
import {
  CERTIFICATE_FILES,
  type CertificateFile,
  type CertificateFiles,
  type CertificateStore,
} from './store.ts';

const DIRECTORY_MODE = 0o700;
const KEY_MODE = 0o600;
const CERTIFICATE_MODE = 0o644;

/** A key goes before its certificate: whoever sees the new certificate finds its key in place. */
const WRITE_ORDER: readonly CertificateFile[] = ['ca.key', 'ca.crt', 'tls.key', 'tls.crt'];

/** A set kept as files in a directory, which is made when first written to. */
export function certificateDirectory(path: string): CertificateStore {
  return {
    location: path,
    load: () => load(path),
    save: (files) => save(path, files),
  };
}

async function load(path: string): Promise<CertificateFiles> {
  const found = await Promise.all(
    CERTIFICATE_FILES.map(async (name) => [name, await readCertificateFile(path, name)] as const),
  );
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}

/** Gives undefined when the file or its directory is absent. */
export async function readCertificateFile(path: string, name: CertificateFile): Promise<string | undefined> {
  try {
    return await readFile(join(path, name), 'utf8');
  } catch (cause) {
    if (describeError(cause).code === 'ENOENT') {
      return undefined;
    }
    const message = `The certificate file ${join(path, name)} cannot be read (${describeError(cause).message}); make it a plain file that this user may read.`;
    throw new TlsError('unreadable', message, { cause });
  }
}

async function save(path: string, files: CertificateFiles): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
    for (const name of WRITE_ORDER) {
      const text = files[name];
      if (text !== undefined) {
        await replace(join(path, name), text, name.endsWith('.key') ? KEY_MODE : CERTIFICATE_MODE);
      }
    }
  } catch (cause) {
    const message = `Certificates cannot be written to ${path} (${describeError(cause).message}); name a directory that this user may write to.`;
    throw new TlsError('unwritable', message, { cause });
  }
}

/** Written beside and renamed, so that no reader ever sees half a file, nor a key before its mode is set. */
async function replace(file: string, text: string, mode: number): Promise<void> {
  const fresh = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(fresh, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

// What the machine says no to: a full disk, a folder that may not be written. Nothing of the simulator is wrong then, and a
// stack of calls would tell nobody anything.

const REFUSALS = new Set([
  'EACCES',
  'EDQUOT',
  'EEXIST',
  'EFBIG',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EROFS',
]);

/** Why the machine refused, such as `no space left on device`; undefined for errors of other kinds. */
export function systemError(error: unknown): string | undefined {
  // Of a length that is a number, and large: any other is a mistake of ours.
  if (error instanceof RangeError && /^(Invalid typed array length: \d{9,}|Array buffer allocation failed)$/.test(error.message))
    return 'more memory would be needed than there is: fewer accounts or orders';
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !REFUSALS.has(code)) return undefined;
  // As Node words it: `ENOSPC: no space left on device, write`.
  return /^\w+: (.*?), /.exec(message)?.[1] ?? code;
}

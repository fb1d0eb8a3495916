// What the engine asks of `node:path`, for paths with slashes; the current folder is the root.

export function join(...parts: string[]): string {
  const names: string[] = [];
  const path = parts.join('/');
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `${path.startsWith('/') ? '/' : ''}${names.join('/')}`;
}

export function resolve(...parts: string[]): string {
  const last = parts.findLastIndex((part) => part.startsWith('/'));
  return join('/', ...parts.slice(Math.max(0, last)));
}

export function dirname(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end) || '/';
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

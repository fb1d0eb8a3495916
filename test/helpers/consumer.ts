// A project that has installed the built package, as a user's would. It is built first if it is stale. And the package
// itself with another file in its sources, for what documents say about adding one.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export class Consumer {
  readonly folder: string;

  /** `home` is where the package's sources are. */
  constructor(home: string = root) {
    const setup = spawnSync(process.execPath, [join(home, '.ci/setup.mjs'), '--no-install'], { encoding: 'utf8' });
    if (setup.status !== 0) throw new Error(`the package cannot be built:\n${setup.stderr}`);
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandpile-consumer-')));
    this.write('package.json', '{ "name": "consumer", "private": true, "type": "module" }\n');
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    symlinkSync(home, join(modules, 'sandpile'));
    symlinkSync('../sandpile/dist/cli/main.js', join(modules, '.bin/sandpile'));
    symlinkSync('../vitest/vitest.mjs', join(modules, '.bin/vitest'));
    // What commands name: the scenarios that come with the package.
    symlinkSync(join(root, 'sim-configs'), join(this.folder, 'sim-configs'));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Runs a command in the project, not on continuous integration unless `ci` says so. */
  run(command: string, args: readonly string[], { ci = false }: { readonly ci?: boolean } = {}): Promise<Outcome> {
    const { CI: _ci, VITEST: _vitest, ...env } = process.env;
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: this.folder, env: ci ? { ...env, CI: '1' } : env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => void (said.out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => void (said.err += text));
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, ...said }));
    });
  }

  /** Runs lines of shell, each as people would type it; the first that fails ends it. */
  sh(script: string): Promise<Outcome> {
    return this.run('sh', ['-eu', '-c', script]);
  }

  /** Runs a module written in TypeScript. */
  async typescript(path: string, code: string): Promise<Outcome> {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
    });
    this.write(path.replace(/\.ts$/, '.mjs'), outputText);
    return this.run(process.execPath, [path.replace(/\.ts$/, '.mjs')]);
  }

  /** What the compiler says of these files, strictly: nothing, when all is well. */
  async complaints(files: readonly string[]): Promise<string> {
    this.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'ES2022',
          lib: ['ES2023'],
          module: 'NodeNext',
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: ['node'],
          verbatimModuleSyntax: true,
        },
        files,
      }),
    );
    const { out } = await this.run(process.execPath, [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', 'tsconfig.json']);
    return out;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * A copy of the package's sources with one more kind: `path` says on which shelf, and it gets its line in the registry
 * there. Returns where the copy is; whoever asked for it removes it.
 */
export function withKind(path: string, code: string): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sandpile-kind-')));
  for (const part of ['src', '.ci', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(root, part), join(home, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  symlinkSync(join(root, 'sim-configs'), join(home, 'sim-configs'));
  writeFileSync(join(home, path), code);
  const registry = join(home, dirname(path), 'registry.ts');
  const name = /^export const (\w+) = /m.exec(code)?.[1] ?? '';
  const lines = readFileSync(registry, 'utf8')
    .replace(/^import /m, `import { ${name} } from './${basename(path)}';\nimport `)
    .replace(/readonly (\w+)\[\] = \[/, (list, kind: string) => `${list}${name} as ${kind}, `);
  writeFileSync(registry, lines);
  return home;
}
